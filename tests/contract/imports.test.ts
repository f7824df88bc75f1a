/** Files as people have them: previewed, written whole or not at all, and only once. */
import { readdirSync, readFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import iconv from 'iconv-lite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createClient, type Client } from '#contract/client.ts';
import type { ImportPreviewView, ImportProgressView } from '#contract/views.ts';
import { setUp, valueOf, viewOf } from '#tests/people.ts';
import { newProfile, openInMemory, removeProfile, type OpenedCore } from './open.ts';

const folder = new URL('../files/splitwise/', import.meta.url);
const FILES = readdirSync(folder).filter((name) => name.endsWith('.csv'));
const read = (name: string): Buffer => readFileSync(new URL(name, folder));

const HEADER = 'Date,Description,Category,Cost,Currency,Ann,Bob\n\n';
const rows = (count: number): string =>
  HEADER + Array.from({ length: count }, (_, index) => `2026-01-${String((index % 28) + 1).padStart(2, '0')},Lunch ${index},Dining out,${index + 1}.00,EUR,${((index + 1) / 2).toFixed(2)},-${((index + 1) / 2).toFixed(2)}`).join('\n');

describe('imports', () => {
  let profile: string;
  let core: OpenedCore;
  let client: Client;
  beforeEach(async () => {
    profile = newProfile();
    core = await openInMemory(profile);
    client = createClient(await core.connect());
    await setUp(client, 'Ann');
  });
  afterEach(async () => {
    await core.close();
    removeProfile(profile);
  });

  const preview = (content: Uint8Array | string, ledger: string | null = null, name = 'export.csv') =>
    client.call('imports.preview', { ledger, name, content: Buffer.from(content).toString('base64') });
  const commit = (shown: ImportPreviewView, into: string | null, withoutProblems = true) =>
    client.call('imports.commit', {
      import: shown.import, withoutProblems,
      into: into ? { ledger: into } : { name: 'Imported', template: 'plain', currency: 'EUR', me: shown.people[0] ?? null },
      people: shown.matches,
    });
  const balancesOf = async (ledger: string) => {
    const [{ currencies }, view] = [await viewOf(client, 'balances.get', { ledger }), await viewOf(client, 'ledgers.get', { ledger })];
    const names = new Map(view?.persons.map(({ id, name }) => [id, name]));
    return new Map(currencies.flatMap(({ currency, people }) => people.map(({ person, net }) => [`${names.get(person)} ${currency}`, net] as const)));
  };

  it.each(FILES)('%s comes in as its preview says, and only once', async (name) => {
    const shown = valueOf(await preview(read(name)));
    expect(shown).toMatchObject({ source: 'splitwise', encoding: 'UTF-8', known: 0, fresh: shown.rows });
    const first = valueOf(await commit(shown, null));
    expect(first).toMatchObject({ added: shown.rows, known: 0 });
    const { ledger } = first;
    expect((await viewOf(client, 'entries.page', { ledger, offset: 0, limit: 1 })).total).toBe(shown.rows);
    const balances = await balancesOf(ledger);
    for (const { name: person, currency, computed } of shown.check) expect(balances.get(`${person.trim()} ${currency}`) ?? 0, `${person} ${currency}`).toBe(computed);

    const again = valueOf(await preview(read(name), ledger));
    expect(again).toMatchObject({ fresh: 0, known: shown.rows });
    expect(again.matches.every(({ person }) => person !== null)).toBe(true);
    const hash = valueOf(await client.call('ledgers.stateHash', { ledger }));
    expect(valueOf(await commit(again, ledger))).toMatchObject({ added: 0, known: shown.rows });
    expect(valueOf(await client.call('ledgers.stateHash', { ledger }))).toEqual(hash);
  });

  it('a file in another encoding adds nothing to what came in UTF-8', async () => {
    const text = read('chinese.csv').toString('utf8').replace(/^\ufeff/, '');
    const { ledger } = valueOf(await commit(valueOf(await preview(text)), null));
    for (const [encoding, bytes] of [['GB18030', iconv.encode(text, 'gb18030')], ['UTF-16LE', iconv.encode(text, 'utf-16le', { addBOM: true })]] as const) {
      expect(valueOf(await preview(bytes, ledger))).toMatchObject({ encoding, fresh: 0, problems: [] });
    }
  });

  it('is undone and redone as one step', async () => {
    const { ledger } = valueOf(await commit(valueOf(await preview(read('household.csv'), null, 'household.csv')), null));
    const before = await balancesOf(ledger);
    expect(await viewOf(client, 'ledgers.get', { ledger })).toMatchObject({ undo: { action: 'import', description: 'household.csv' } });
    valueOf(await client.call('entries.undo', { ledger }));
    expect((await viewOf(client, 'ledgers.get', { ledger }))?.entries).toBe(0);
    expect(await balancesOf(ledger)).toEqual(new Map());
    valueOf(await client.call('entries.redo', { ledger }));
    expect(await balancesOf(ledger)).toEqual(before);
  });

  it('says how many of those it knows are void, and leaves them so', async () => {
    const { ledger } = valueOf(await commit(valueOf(await preview(rows(3))), null));
    const [newest] = (await viewOf(client, 'entries.page', { ledger, offset: 0, limit: 1 })).rows;
    valueOf(await client.call('entries.void', { ledger, entry: newest?.id ?? '' }));
    expect(valueOf(await preview(rows(3), ledger))).toMatchObject({ fresh: 0, known: 3, knownVoid: 1 });
    valueOf(await client.call('entries.restore', { ledger, entry: newest?.id ?? '' }));
    valueOf(await client.call('entries.undo', { ledger }));
    valueOf(await client.call('entries.undo', { ledger }));
    valueOf(await client.call('entries.undo', { ledger }));
    const again = valueOf(await preview(rows(4), ledger));
    expect(again).toMatchObject({ fresh: 1, known: 3, knownVoid: 3 });
    expect(valueOf(await commit(again, ledger))).toMatchObject({ added: 1, known: 3 });
    expect(await viewOf(client, 'ledgers.get', { ledger })).toMatchObject({ entries: 1 });
  });

  it('writes nothing while a problem was not seen, and everything else when it was', async () => {
    const shown = valueOf(await preview(read('problems.csv')));
    expect(shown.problems.length).toBeGreaterThan(0);
    expect(await commit(shown, null, false)).toMatchObject({ ok: false, error: { code: 'import_has_problems' } });
    expect(await viewOf(client, 'ledgers.list', {})).toEqual([]);
    const text = read('problems.csv').toString('utf8').split('\n');
    for (const { line } of shown.problems) expect(text[line - 1]?.trim(), `line ${line}`).not.toBe('');
    expect(valueOf(await commit(shown, null))).toMatchObject({ added: shown.rows });
  });

  it('keeps the order of the file within a day, and twins', async () => {
    const text = `${HEADER}2026-01-01,Bread,Groceries,2.00,EUR,1.00,-1.00\n2026-01-01,Milk,Groceries,2.00,EUR,1.00,-1.00\n2026-01-01,Bread,Groceries,2.00,EUR,1.00,-1.00\n`;
    const { ledger, added } = valueOf(await commit(valueOf(await preview(text)), null));
    expect(added).toBe(3);
    const { rows: shown } = await viewOf(client, 'entries.page', { ledger, offset: 0, limit: 10 });
    expect(shown.map(({ description, running }) => [description, running])).toEqual([['Bread', 300], ['Milk', 200], ['Bread', 100]]);
  });

  it('two names that are one person become that person', async () => {
    const { ledger, me } = valueOf(await client.call('ledgers.create', { name: 'Flat', template: 'couple', currency: 'EUR', people: ['Bo'] }));
    const text = 'Date,Description,Category,Cost,Currency,ann,Ann B,Bo\n2026-01-01,Lunch,Dining out,9.00,EUR,6.00,-3.00,-3.00\n';
    const shown = valueOf(await preview(text, ledger));
    expect(shown.matches.map(({ person }) => person === null)).toEqual([false, true, false]);
    const people = shown.matches.map(({ name, person }) => ({ name, person: person ?? me }));
    valueOf(await client.call('imports.commit', { import: shown.import, into: { ledger }, people, withoutProblems: false }));
    expect((await viewOf(client, 'ledgers.get', { ledger }))?.balances).toEqual([{ currency: 'EUR', amount: 300 }]);
    expect((await viewOf(client, 'ledgers.get', { ledger }))?.people).toBe(2);
  });

  it('answers others meanwhile, shows progress and is all there at the end', async () => {
    const shown = valueOf(await preview(rows(3_000)));
    const phases: ImportProgressView[] = [];
    client.watch('imports.progress', {}, (view) => phases.push(view));
    let answered = 0;
    let isDone = false;
    const totals = new Set<number>();
    const committed = commit(shown, null).finally(() => {
      isDone = true;
    });
    while (!isDone) {
      const list = await viewOf(client, 'ledgers.list', {});
      for (const { entries } of list) totals.add(entries);
      answered += 1;
      // A pair in memory answers within this turn; the import needs turns of its own.
      await setImmediate();
    }
    expect(valueOf(await committed).added).toBe(3_000);
    expect(answered).toBeGreaterThan(5);
    // Nobody sees half of it.
    expect([...totals].filter((entries) => entries !== 3_000)).toEqual([]);
    expect(new Set(phases.map(({ phase }) => phase))).toEqual(new Set(['previewed', 'writing', 'done']));
    expect(phases.filter(({ done, total }) => done > 0 && done < total).length).toBeGreaterThan(3);
  });

  it('is given up while it is read', async () => {
    const reading = preview(rows(20_000));
    await viewOf(client, 'imports.progress', {}, ({ phase }) => phase === 'reading');
    valueOf(await client.call('imports.cancel', {}));
    expect(await reading).toMatchObject({ ok: false, error: { code: 'cancelled' } });
    expect(await viewOf(client, 'imports.progress', {})).toMatchObject({ phase: 'idle' });
  });

  const broken: [string, Uint8Array | string, string][] = [
    ['nothing', '', 'file_empty'],
    ['only spaces', ' \n \n', 'file_empty'],
    ['a picture', Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489', 'hex'), 'file_encoding_unknown'],
    ['a page of HTML', '<!doctype html><html><body>Sign in</body></html>', 'file_format_unknown'],
    ['another table', 'Account,Date,Payee,Amount\nGiro,2026-01-01,Shop,5.00\n', 'file_format_unknown'],
    ['more rows than anybody has', rows(50_001), 'file_too_large'],
    ['more rows than anybody has, ended as on old Macs', rows(50_001).replaceAll('\n', '\r'), 'file_too_large'],
    ['too many people', `Date,Description,Category,Cost,Currency,${Array.from({ length: 101 }, (_, index) => `P${index}`).join(',')}\n`, 'import_too_many_people'],
  ];
  it.each(broken)('%s is refused', async (_, content, code) => {
    expect(await preview(content)).toMatchObject({ ok: false, error: { code } });
  });

  it('refuses content that is no base64, and an import that is not the one previewed', async () => {
    expect(await client.call('imports.preview', { ledger: null, name: 'x', content: '§§§' })).toMatchObject({ ok: false, error: { code: 'input_invalid' } });
    const shown = valueOf(await preview(rows(1)));
    expect(await commit({ ...shown, import: '0'.repeat(32) }, null)).toMatchObject({ ok: false, error: { code: 'not_found' } });
    expect(await client.call('imports.commit', { import: shown.import, into: { ledger: '0'.repeat(32) }, people: [], withoutProblems: true })).toMatchObject({ ok: false, error: { code: 'not_found' } });
    expect(await viewOf(client, 'ledgers.list', {})).toEqual([]);
  });

  it('is written once, however often and however fast it is asked for', async () => {
    const shown = valueOf(await preview(rows(300)));
    const replies = await Promise.all([commit(shown, null), commit(shown, null), commit(shown, null)]);
    expect(replies.map((reply) => (reply.ok ? reply.value.added : reply.error.code))).toEqual([300, 'not_found', 'not_found']);
    expect(await viewOf(client, 'ledgers.list', {})).toHaveLength(1);
  });

  it('can be asked for again after a refusal, and leaves alone what was previewed meanwhile', async () => {
    const shown = valueOf(await preview(rows(300)));
    expect(await commit(shown, '0'.repeat(32))).toMatchObject({ ok: false, error: { code: 'not_found' } });
    const committed = commit(shown, null);
    const next = valueOf(await preview(rows(3)));
    const { ledger } = valueOf(await committed);
    expect(valueOf(await commit(next, ledger))).toMatchObject({ added: 0, known: 3 });
  });

  it('marks a row whose bytes are damaged, and imports the rest', async () => {
    const bytes = Buffer.from(`${HEADER}2026-01-01,晚饭,Dining out,2.00,EUR,1.00,-1.00\n2026-01-02,午饭和很多别的中文,Dining out,2.00,EUR,1.00,-1.00\n`);
    bytes[bytes.indexOf('晚')] = 0xff;
    const shown = valueOf(await preview(bytes));
    expect(shown).toMatchObject({ rows: 1, problems: [{ line: 3 }] });
  });
});
