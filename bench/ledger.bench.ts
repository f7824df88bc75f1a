import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EntryDraft } from '../src/domain/entry.ts';
import { measureBareCommits } from './bare-sqlite.ts';
import { measure, percentile, report } from './figure.ts';
import { fillByImport } from './fill.ts';
import { openCore } from './open-core.ts';
import { benchScreen } from './screen.ts';

const median = (samples: readonly number[]): number => percentile(samples, 0.5);
const newId = (): string => randomBytes(16).toString('hex');

interface Start {
  first: number;
  withProgram: number;
  memory: number;
}

const startCore = (profile: string, ledger: string): Start =>
  JSON.parse(execFileSync(process.execPath, ['bench/start.ts', profile, ledger], { encoding: 'utf8' }));

async function benchSize(folder: string, entries: number): Promise<{ profile: string; ledger: string }> {
  const large = entries >= 100_000;
  const at = ` at ${entries} entries`;
  const profile = join(folder, `profile-${entries}`);
  let core = await openCore(profile);
  const { ledger, importTook, longestWait } = await fillByImport(core, entries);
  await core.close();
  if (!large) {
    report('import of 10 000 rows', importTook / 1_000, 's', 'import of 10 000 rows <= 10 s', 10);
    report('longest wait for a page while importing', longestWait, 'ms', 'with the screen alive (<= 500 ms)', 500);
  }

  const starts = Array.from({ length: 5 }, () => startCore(profile, ledger));
  const limit = large ? 500 : 300;
  report(`core start to first ledger view${at}`, median(starts.map(({ first }) => first)), 'ms', `from core start to first ledger view <= ${limit} ms`, limit);
  report(`process start to first ledger view${at}`, median(starts.map(({ withProgram }) => withProgram)), 'ms', `the same with loading the program <= ${limit} ms`, limit);
  report(`core memory${at}`, Math.max(...starts.map(({ memory }) => memory)), 'MB', 'core memory <= 250 MB at 100 000', 250);

  core = await openCore(profile);
  const { persons } = (await core.look('ledgers.get', { ledger })) ?? { persons: [] };
  const offsets = Array.from({ length: 200 }, (_, index) => Math.floor((index / 200) * (entries - 50)));
  const pages = await measure(offsets.length, (index) => core.look('entries.page', { ledger, offset: offsets[index] ?? 0, limit: 50 }));
  report(`page of 50 rows anywhere, p95${at}`, percentile(pages, 0.95), 'ms', 'a page of 50 rows <= 5 ms', 5);

  const people = persons.map(({ id }) => id);
  const draft: EntryDraft = {
    kind: 'expense', date: '2026-11-20', description: 'Dinner', category: 'dining', note: '', currency: 'EUR', amount: 10_000,
    payers: [{ person: people[0] ?? '', amount: 10_000 }], split: { mode: 'equal', parts: people.map((person) => ({ person, value: 1 })) },
  };
  const addOne = () => core.ask('entries.add', { ledger, entry: newId(), draft });
  await measure(100, addOne);
  const adds = await measure(300, addOne);
  // A screen is looking: its list and its balances are on the wire before the reply.
  const stops = [
    core.client.watch('entries.page', { ledger, offset: 0, limit: 50 }, () => undefined),
    core.client.watch('ledgers.get', { ledger }, () => undefined),
  ];
  const watchedAdds = await measure(300, addOne);
  for (const stop of stops) stop();
  const bare = await measureBareCommits(join(folder, `bare-${entries}.db`), entries);
  report(`add an expense, durable and in the view${at}`, median(adds), 'ms', 'add an expense <= 3 x the bare SQLite durable commit (of what an expense must write for the other goals: bare-sqlite.ts)', 3, bare.expense);
  report(`the same with list and balances of a screen renewed before the reply${at}`, median(watchedAdds), 'ms', 'no goal of its own', Number.POSITIVE_INFINITY, bare.expense);
  report(`add an expense, beside a durable commit of one single row${at}`, median(adds), 'ms', 'no goal: for comparison', Number.POSITIVE_INFINITY, bare.row);

  const charts = await measure(30, () => core.look('charts.get', { ledger, currency: 'EUR', from: '2016-01-01', to: '2026-12-31' }));
  report(`month x category totals, p95${at}`, percentile(charts, 0.95), 'ms', 'month x category totals <= 20 ms', 20);
  const balances = await measure(30, () => core.look('balances.get', { ledger }));
  report(`all balances, p95${at}`, percentile(balances, 0.95), 'ms', 'all balances <= 20 ms', 20);
  const words = ['dinner', 'din', '火锅', 'rent 5', 'cat food', 'zzz', 'market', 'p'];
  const searches = await measure(80, (index) => core.ask('entries.search', { text: words[index % words.length] ?? '', limit: 20 }));
  report(`full-text search, p95${at}`, percentile(searches, 0.95), 'ms', 'full-text search <= 20 ms', 20);
  const filtered = await measure(80, (index) =>
    core.look('entries.page', { ledger, offset: 0, limit: 50, filter: { text: words[index % words.length] ?? '' } }),
  );
  report(`page of a list filtered by text, with its count, p95${at}`, percentile(filtered, 0.95), 'ms', 'no goal of its own', Number.POSITIVE_INFINITY);
  await core.close();
  return { profile, ledger };
}

/** The speed of a ledger with 10 000 and with 100 000 entries, in the core and on the screen. */
export async function benchLedger(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tallystick-bench-'));
  try {
    await benchSize(folder, 10_000);
    const { profile, ledger } = await benchSize(folder, 100_000);
    await benchScreen(profile, ledger);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
