import type { OpenCore } from './open-core.ts';
import { createSplitwiseFile } from './splitwise-file.ts';

export const FILE_ROWS = 10_000;

export interface Filled {
  ledger: string;
  /** Milliseconds from handing over the first file of 10 000 rows to its reply, preview and writing. */
  importTook: number;
  /** The longest that a page of the list had to wait meanwhile, in ms. */
  longestWait: number;
}

/** Imports `entries` (a multiple of 10 000) into a new ledger, while a page of the list is asked for again and again. */
export async function fillByImport(core: OpenCore, entries: number): Promise<Filled> {
  await core.ask('profile.setUp', { name: 'Ann', language: 'en' });
  const { ledger } = await core.ask('ledgers.create', { name: 'Flat', template: 'roommates', currency: 'EUR', people: ['Ben', 'Chloé', '大卫'] });
  let importTook = 0;
  let longestWait = 0;
  for (let part = 0; part * FILE_ROWS < entries; part += 1) {
    const content = Buffer.from(createSplitwiseFile(FILE_ROWS, part)).toString('base64');
    const start = performance.now();
    let importing = true;
    const asking = (async () => {
      while (importing) {
        const asked = performance.now();
        await core.look('entries.page', { ledger, offset: 0, limit: 50 });
        longestWait = Math.max(longestWait, performance.now() - asked);
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    const preview = await core.ask('imports.preview', { ledger, name: 'bench.csv', content });
    const { added } = await core.ask('imports.commit', {
      import: preview.import, into: { ledger }, people: preview.matches.map(({ name, person }) => ({ name, person })), withoutProblems: false,
    });
    importing = false;
    await asking;
    if (added !== FILE_ROWS) throw new Error(`${added} of ${FILE_ROWS} rows were added`);
    if (part === 0) importTook = performance.now() - start;
  }
  return { ledger, importTook, longestWait };
}
