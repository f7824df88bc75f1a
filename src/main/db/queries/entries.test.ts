import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EntryFilter } from '#contract/api.ts';
import type { EntryRowView } from '#contract/views.ts';
import { draftToBody } from '#domain/entry-rules.ts';
import type { Revision, RevisionOf } from '#domain/revision.ts';
import { sampleId as id, samplePerson } from '#sync/sample.ts';
import { openStore } from '#main/db/store.fixture.ts';
import { createBalanceQueries } from './balances.ts';
import { createChartQueries } from './charts.ts';
import { createEntryQueries } from './entries.ts';
import { createLedgerQueries } from './ledgers.ts';

const LEDGER = id('ledger');
const DEVICE = id('device');
const [ada, bo, cy] = ['Ada', 'Bo', 'Cy'].map((name) => samplePerson(name).of) as [string, string, string];

interface Made {
  day: number;
  kind: 'expense' | 'income' | 'refund' | 'settlement';
  currency: 'EUR' | 'USD';
  category: 'rent' | 'dining';
  amount: number;
  payer: number;
  void: boolean;
  at: number;
}

const madeArbitrary: fc.Arbitrary<Made> = fc.record({
  // Few days, so that some hold many entries; and two months, one of them cut by the range of the charts.
  day: fc.integer({ min: 20, max: 34 }),
  kind: fc.constantFrom('expense', 'expense', 'income', 'refund', 'settlement'),
  currency: fc.constantFrom('EUR', 'EUR', 'USD'),
  category: fc.constantFrom('rent', 'dining'),
  amount: fc.integer({ min: 1, max: 9_999 }),
  payer: fc.integer({ min: 0, max: 2 }),
  void: fc.boolean(),
  at: fc.integer({ min: 0, max: 3 }),
});

const dateOf = (day: number): string => new Date(Date.UTC(2026, 0, day)).toISOString().slice(0, 10);
const head = { prev: [], by: ada, device: DEVICE };

function toRevision(made: Made, index: number): RevisionOf<'entry'> {
  const people = [ada, bo, cy];
  const payer = people[made.payer] ?? ada;
  const others = made.kind === 'settlement' ? people.filter((person) => person !== payer).slice(0, 1) : people.slice(made.payer % 2);
  const body = draftToBody(
    {
      kind: made.kind, date: dateOf(made.day), description: `Entry ${index % 7}`, category: made.category, note: '', currency: made.currency, amount: made.amount,
      payers: [{ person: payer, amount: made.amount }], split: { mode: 'equal', parts: others.map((person) => ({ person, value: 1 })) },
    },
    id(`entry ${index}`), made.void ? 'void' : 'active',
  );
  if (!body.ok) throw new Error(body.code);
  return { ...head, id: id(`revision ${index}`), of: id(`entry ${index}`), at: made.at, type: 'entry', body: body.value };
}

async function withEntries(all: readonly Made[], look: (queries: ReturnType<typeof makeQueries>, revisions: RevisionOf<'entry'>[]) => void): Promise<void> {
  const opened = openStore();
  try {
    const entries = all.map(toRevision);
    const revisions: Revision[] = [
      { ...head, id: id('l'), of: LEDGER, at: 0, type: 'ledger', body: { name: 'Flat', template: 'plain', currency: 'EUR', simplify: true } },
      { ...head, id: id('d'), of: DEVICE, at: 0, type: 'device', body: { name: 'Laptop', person: ada, publicKey: '00'.repeat(32) } },
      ...['Ada', 'Bo', 'Cy'].map((name) => samplePerson(name)),
      ...entries,
    ];
    const change = { document: id('document'), hash: id('a') + id('b'), deps: [], actor: DEVICE + '00'.repeat(8), bytes: new Uint8Array(1), revisions, record: null };
    await opened.store.commitRecords(LEDGER, DEVICE, 0, [], { refused: [], admitted: [] });
    const committed = await opened.store.commitLocal(LEDGER, [change]);
    if (!committed.ok) throw new Error(committed.code);
    look(makeQueries(opened.reader), entries);
  } finally {
    opened.remove();
  }
}

function makeQueries(reader: Parameters<typeof createEntryQueries>[0]) {
  const ledger = createLedgerQueries(reader).find(LEDGER);
  if (!ledger) throw new Error('no ledger');
  return { ledger, entries: createEntryQueries(reader), balances: createBalanceQueries(reader), charts: createChartQueries(reader) };
}

/** The balance after each row, added up from the oldest as a person would. */
function addUp(rows: readonly EntryRowView[]): (number | null)[] {
  const sums = new Map<string, number>();
  return rows
    .toReversed()
    .map(({ currency, myEffect }) => {
      sums.set(currency, (sums.get(currency) ?? 0) + (myEffect ?? 0));
      return sums.get(currency) ?? 0;
    })
    .toReversed();
}

const FILTERS: [EntryFilter, (revision: RevisionOf<'entry'>) => boolean][] = [
  [{ category: 'rent' }, ({ body }) => body.category === 'rent'],
  [{ currency: 'USD', only: 'active' }, ({ body }) => body.currency === 'USD' && body.state === 'active'],
  [{ kind: 'refund' }, ({ body }) => body.kind === 'refund'],
  [{ person: cy }, ({ body }) => [...body.payers, ...body.shares].some(({ person }) => person === cy)],
  [{ only: 'void' }, ({ body }) => body.state === 'void'],
  [{ from: dateOf(25), to: dateOf(31) }, ({ body }) => body.date >= dateOf(25) && body.date <= dateOf(31)],
  [{ text: 'entry 3', category: 'dining' }, ({ body }) => body.category === 'dining' && body.description === 'Entry 3'],
  [{ only: 'waiting' }, () => true],
  [{ only: 'conflict' }, () => false],
];

describe('lists', () => {
  it('are the same in pages of any size, with balances that add up from the oldest, and filtered as asked', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(madeArbitrary, { minLength: 1, maxLength: 60 }), fc.integer({ min: 1, max: 9 }), async (all, limit) => {
        await withEntries(all, ({ ledger, entries }, revisions) => {
          const { rows, total } = entries.page(ledger, 0, 500, undefined);
          expect(total).toBe(all.length);
          expect(rows).toHaveLength(all.length);
          expect(rows.map(({ date }) => date)).toEqual(rows.map(({ date }) => date).toSorted().toReversed());
          expect(rows.map(({ running }) => running)).toEqual(addUp(rows));
          for (let offset = 0; offset < all.length; offset += limit) {
            expect(entries.page(ledger, offset, limit, undefined).rows).toEqual(rows.slice(offset, offset + limit));
          }
          for (const [filter, isWanted] of FILTERS) {
            const wanted = new Set(revisions.filter(isWanted).map(({ of }) => of));
            const expected = rows.filter((row) => wanted.has(row.id)).map((row) => ({ ...row, running: null }));
            expect(entries.page(ledger, 0, 500, filter), JSON.stringify(filter)).toEqual({ total: expected.length, offset: 0, rows: expected });
            expect(entries.page(ledger, 2, limit, filter).rows).toEqual(expected.slice(2, 2 + limit));
          }
        });
      }),
      { numRuns: 40 },
    );
  });

  it('explain a balance line by line, in parts of any size', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(madeArbitrary, { minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 7 }), async (all, limit) => {
        await withEntries(all, ({ ledger, balances }) => {
          for (const person of [ada, bo, cy]) {
            const key = balances.personKey(ledger, person) ?? 0;
            const lines = balances.lines(ledger, key, 'EUR', 0, 500);
            let sum = 0;
            for (const line of lines) {
              sum += line.effect;
              expect(line.running).toBe(sum);
              expect(line.effect).toBe(line.paid - line.share);
            }
            const parts = balances.parts(key, 'EUR');
            expect(parts.reduce((of, { effect }) => of + effect, 0)).toBe(sum);
            expect(parts.reduce((of, { entries }) => of + entries, 0)).toBe(lines.length);
            for (let offset = 0; offset < lines.length; offset += limit) expect(balances.lines(ledger, key, 'EUR', offset, limit)).toEqual(lines.slice(offset, offset + limit));
          }
        });
      }),
      { numRuns: 25 },
    );
  });

  it('chart whole and cut months as the entries are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(madeArbitrary, { minLength: 1, maxLength: 40 }), fc.integer({ min: 20, max: 34 }), fc.integer({ min: 0, max: 20 }), async (all, from, days) => {
        await withEntries(all, ({ ledger, charts, entries }) => {
          const range = [dateOf(from), dateOf(from + days)] as const;
          const view = charts.read(ledger, 'EUR', ...range);
          const { rows } = entries.page(ledger, 0, 500, { currency: 'EUR', from: range[0], to: range[1], only: 'active' });
          const spent = (row: EntryRowView): number => (row.kind === 'expense' ? row.amount : row.kind === 'refund' ? -row.amount : 0);
          const sum = (values: readonly number[]): number => values.reduce((one, other) => one + other, 0);
          expect(sum(view.categories.map(({ amount }) => amount))).toBe(sum(rows.map(spent)));
          expect(sum(view.months.map(({ expense }) => expense))).toBe(sum(rows.map(spent)));
          expect(sum(view.months.map(({ income }) => income))).toBe(sum(rows.map((row) => (row.kind === 'income' ? row.amount : 0))));
          expect(sum(view.people.map(({ paid }) => paid))).toBe(sum(rows.map(spent)));
          expect(sum(view.people.map(({ share }) => share))).toBe(sum(rows.map(spent)));
          const before = entries.page(ledger, 0, 500, { currency: 'EUR', to: dateOf(from - 1) }).rows;
          const balance = sum([...before, ...rows].map(({ myEffect }) => myEffect ?? 0));
          if (view.balance.length > 0) expect(view.balance.at(-1)?.amount).toBe(balance);
        });
      }),
      { numRuns: 25 },
    );
  });
});
