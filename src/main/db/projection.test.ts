import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { draftToBody } from '#domain/entry-rules.ts';
import { ENTRY_KINDS, type EntryBody } from '#domain/entry.ts';
import type { Revision } from '#domain/revision.ts';
import { nameRevision } from '#sync/revision-id.ts';
import { sampleId as id } from '#sync/sample.ts';
import type { Store, StoredChange } from '#sync/store.ts';
import type { Connection } from './schema.ts';
import { openStore } from './store.fixture.ts';
import { TOTALS_TABLES } from './totals.ts';

const LEDGER = id('ledger');
const PEOPLE = ['Ada', 'Bo', 'Cy'].map(id);
const [ada = '', bo = ''] = PEOPLE;

/** Everything the read model holds, with this database's own numbers replaced by what they stand for. */
function dump(database: Connection): Record<string, unknown[]> {
  const person = (column: string): string => `(SELECT id FROM person WHERE key = ${column})`;
  const columns = (table: string): string =>
    database.prepare<[], { name: string }>(`SELECT name FROM pragma_table_info('${table}')`).all()
      .map(({ name }) => (['person', 'debtor', 'creditor'].includes(name) && table !== 'device' ? `${person(name)} AS ${name}` : name))
      .filter((name) => name !== 'ledger' && name !== 'entry')
      .join(', ');
  const tables = Object.fromEntries(
    [...TOTALS_TABLES, 'ledger_view', 'device'].map((table) => [table, database.prepare(`SELECT ${columns(table)} FROM ${table}`).all()]),
  );
  return Object.fromEntries(Object.entries({
    ...tables,
    person: database.prepare('SELECT id, place, name, state FROM person WHERE name IS NOT NULL').all(),
    entry: database.prepare(`SELECT entry.id, date, place, kind, category, currency, void, conflict, revision.id AS revision,
      (SELECT group_concat(person.id) FROM (SELECT * FROM person ORDER BY id) AS person WHERE instr(entry.people, ',' || person.key || ',')) AS people FROM entry JOIN revision ON revision.key = entry.revision`).all(),
    effect: database.prepare(`SELECT entry.id, ${person("CAST(part.key AS INTEGER)")} AS person, part.value AS effects FROM entry, json_each(entry.effects) AS part`).all(),
    search: database.prepare(`SELECT term, offset, entry.id, (doc >> 32) AS day FROM words JOIN entry ON entry.key = doc & 4294967295`).all(),
    personal: database.prepare('SELECT personal.type, personal.thing, revision.id FROM personal JOIN revision ON revision.key = personal.revision').all(),
    searched: database.prepare('SELECT count(*) AS terms FROM words').all(),
  }).map(([table, rows]) => [table, rows.map((row) => JSON.stringify(row)).toSorted()]));
}

const bodyArbitrary: fc.Arbitrary<EntryBody> = fc
  .record({
    kind: fc.constantFrom(...ENTRY_KINDS),
    date: fc.constantFrom('2026-01-31', '2026-02-01', '2026-02-02'),
    category: fc.constantFrom('groceries', 'rent'),
    currency: fc.constantFrom('EUR', 'JPY'),
    description: fc.constantFrom('Dinner', '晚饭', 'Rent', ''),
    amount: fc.integer({ min: 1, max: 100_000 }),
    payer: fc.constantFrom(...PEOPLE),
    sharers: fc.shuffledSubarray(PEOPLE, { minLength: 1 }),
    state: fc.constantFrom('active' as const, 'active' as const, 'void' as const),
  })
  .map(({ kind, payer, sharers, state, amount, ...rest }) => {
    const transfer = kind === 'transfer' || kind === 'settlement';
    const people = transfer ? [payer === ada ? bo : ada] : sharers;
    const draft = { ...rest, kind, note: '', amount, payers: [{ person: payer, amount }], split: { mode: 'equal' as const, parts: people.map((person) => ({ person, value: 1 })) } };
    const body = draftToBody(draft, id('any'), state);
    if (!body.ok) throw new Error(body.code);
    return body.value;
  });

/** What a revision says, and by index which of those made before it it replaces; an index beyond them is one that never came. */
const sayingArbitrary = fc.record({
  of: fc.integer({ min: 0, max: 3 }),
  prev: fc.uniqueArray(fc.integer({ min: 0, max: 13 }), { maxLength: 3 }),
  at: fc.integer({ min: 0, max: 5 }),
  what: fc.oneof({ weight: 6, arbitrary: fc.constant('entry' as const) }, { weight: 1, arbitrary: fc.constantFrom('person' as const, 'ledger' as const, 'device' as const, 'contact' as const) }),
  body: bodyArbitrary,
  text: fc.constantFrom('Ada', 'Bo', 'Flat'),
});
type Saying = typeof sayingArbitrary extends fc.Arbitrary<infer T> ? T : never;

function sayingToRevision({ of, prev, at, what, body, text }: Saying, before: readonly Revision[]): Revision {
  const head = { prev: prev.map((index) => before[index]?.id ?? id(`never came ${index}`)), at, by: ada, device: id('device') };
  const root = `${of}`.repeat(64);
  if (what === 'person') return nameRevision({ ...head, type: 'person', of: PEOPLE[of] ?? bo, body: { name: text, state: 'active' } });
  if (what === 'ledger') return nameRevision({ ...head, type: 'ledger', of: of === 0 ? id('another') : LEDGER, body: { name: text, template: 'couple', currency: 'EUR', simplify: true } });
  if (what === 'device') return nameRevision({ ...head, type: 'device', of: id('device'), body: { name: text, person: ada, publicKey: '00'.repeat(32) } });
  if (what === 'contact') return nameRevision({ ...head, type: 'contact', of: root.slice(0, 32), body: { root, petname: text, ledger: null, verified: null, state: 'active', showRealName: 'default' } });
  return nameRevision({ ...head, type: 'entry', of: id(`entry ${of}`), body });
}

/** Histories with conflicts, edits of edits, twins, unknown ancestors, and some revisions said again by a later change. */
const changesArbitrary: fc.Arbitrary<StoredChange[]> = fc
  .array(fc.record({ saying: sayingArbitrary, again: fc.option(fc.nat({ max: 30 }), { freq: 3 }) }), { minLength: 1, maxLength: 25 })
  .map((all) => {
    const made: Revision[] = [];
    return all.map(({ saying, again }, index): StoredChange => {
      const revision = sayingToRevision(saying, made);
      made.push(revision);
      const repeated = again === null ? undefined : made[again];
      return {
        document: id(`document ${index % 2}`), hash: id(`change ${index}`).repeat(2), deps: [], actor: id('device') + '00'.repeat(8), record: null,
        bytes: Uint8Array.of(index), revisions: repeated && repeated.id !== revision.id ? [revision, repeated] : [revision],
      };
    });
  });

async function commit(store: Store, changes: readonly StoredChange[], batch: number): Promise<void> {
  for (let from = 0; from < changes.length; from += batch) {
    const committed = await store.commitLocal(LEDGER, changes.slice(from, from + batch));
    if (!committed.ok) throw new Error(committed.code);
  }
}

/** Does something to a new store and dumps what is then shown, and what a rebuild shows. */
async function dumpAfter(work: (store: Store) => Promise<void>): Promise<{ shown: unknown; rebuilt: unknown; net: number; waiting: unknown }> {
  const { store, database, writer, projection, remove } = openStore();
  try {
    database.exec(`CREATE VIRTUAL TABLE temp.words USING fts5vocab('main', 'search', 'instance')`);
    await work(store);
    const shown = dump(database);
    await writer.write(projection.rebuild);
    const net = database.prepare<[], number>('SELECT coalesce(sum(effect), 0) FROM person_total').pluck().get() ?? 0;
    const waiting = database.prepare('SELECT waiting FROM ledger').pluck().get() ?? 0;
    return { shown, rebuilt: dump(database), net, waiting };
  } finally {
    remove();
  }
}
const waitingOf = (changes: readonly StoredChange[]): number => changes.reduce((sum, { revisions }) => sum + revisions.length, 0);

describe('projection', () => {
  it('shows the same whatever the revisions came in, alone or together, and as a rebuild does', async () => {
    await fc.assert(
      fc.asyncProperty(changesArbitrary, fc.integer({ min: 1, max: 25 }), fc.infiniteStream(fc.nat()), async (changes, batch, lots) => {
        const shuffled = changes.map((change) => ({ change, lot: lots.next().value })).toSorted((a, b) => a.lot - b.lot).map(({ change }) => change);
        const one = await dumpAfter((store) => commit(store, changes, 1));
        const other = await dumpAfter((store) => commit(store, shuffled, batch));
        expect(one.shown).toEqual(one.rebuilt);
        expect(other.shown).toEqual(one.rebuilt);
        expect(one.net).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  it('shows what it would had refused changes never come, and when they are let in what it would had nobody refused them', async () => {
    await fc.assert(
      fc.asyncProperty(changesArbitrary, fc.infiniteStream(fc.integer({ min: 0, max: 2 })), async (changes, lots) => {
        const refused = changes.filter(() => lots.next().value === 0);
        const judge = async (store: Store, some: readonly StoredChange[], admitted: readonly StoredChange[]): Promise<void> => {
          const judged = await store.commitRecords(LEDGER, id('device'), 0, [], {
            refused: some.map(({ document, hash }) => ({ document, hash, reason: 'written_after_removal' as const })), admitted,
          });
          if (!judged.ok) throw new Error(judged.code);
        };
        const counting = changes.filter((change) => !refused.includes(change));
        const without = await dumpAfter((store) => commit(store, counting, 25));
        const later = await dumpAfter(async (store) => {
          await commit(store, changes, 3);
          await judge(store, refused, []);
        });
        expect(later.shown).toEqual(without.shown);
        expect(later.rebuilt).toEqual(without.shown);
        expect(later.waiting).toBe(waitingOf(counting));

        const all = await dumpAfter((store) => commit(store, changes, 25));
        const back = await dumpAfter(async (store) => {
          await commit(store, changes, 3);
          await judge(store, refused, []);
          await judge(store, [], refused.toReversed());
        });
        expect(back.shown).toEqual(all.shown);
        expect(back.waiting).toBe(waitingOf(changes));
      }),
      { numRuns: 40 },
    );
  });
});
