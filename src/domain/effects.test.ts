import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entryDebts, entryEffects, oddUnits, pairwiseDebts, type Transfer } from './effects.ts';
import { draftToBody } from './entry-rules.ts';
import { ENTRY_KINDS, type EntryBody } from './entry.ts';
import { MAXIMUM_AMOUNT } from './money.ts';

const person = (index: number): string => index.toString(16).padStart(32, '0');
const [ann, ben, cleo] = [person(1), person(2), person(3)];
const entry = person(99);

const dinner: EntryBody = {
  kind: 'expense', date: '2026-11-20', description: 'Dinner', category: 'dining', note: '', currency: 'EUR', amount: 9_000, state: 'active',
  payers: [{ person: ann, amount: 9_000 }],
  split: { mode: 'equal', parts: [ann, ben, cleo].map((id) => ({ person: id, value: 1 })) },
  shares: [ann, ben, cleo].map((id) => ({ person: id, amount: 3_000 })),
};

const portions = (people: readonly number[], amount: number, marks: readonly number[]): { person: string; amount: number }[] => {
  const ends = [...marks.slice(0, people.length - 1).map((mark) => mark % (amount + 1)), amount].toSorted((a, b) => a - b);
  return people.map((id, index) => ({ person: person(id), amount: (ends[index] ?? 0) - (ends[index - 1] ?? 0) }));
};
const people = fc.uniqueArray(fc.integer({ min: 1, max: 15 }), { minLength: 1, maxLength: 10 });
const marks = fc.array(fc.nat({ max: MAXIMUM_AMOUNT }), { minLength: 10, maxLength: 10 });
/** Any bodies whose payers and shares sum, several payers and uneven shares too. */
const bodies = fc
  .record({ kind: fc.constantFrom(...ENTRY_KINDS), amount: fc.oneof(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: MAXIMUM_AMOUNT })), payers: people, sharers: people, first: marks, second: marks })
  .map(({ kind, amount, payers, sharers, first, second }): EntryBody => ({
    ...dinner, kind, amount, payers: portions(payers, amount, first), shares: portions(sharers, amount, second),
    split: { mode: 'equal', parts: sharers.map((id) => ({ person: person(id), value: 1 })) },
  }));

describe('the effects of an entry', () => {
  it.each([
    // Who pays an expense is owed the others' shares; who receives income or a refund owes them.
    ['expense', [6_000, -3_000, -3_000]],
    ['transfer', [6_000, -3_000, -3_000]],
    ['settlement', [6_000, -3_000, -3_000]],
    ['income', [-6_000, 3_000, 3_000]],
    ['refund', [-6_000, 3_000, 3_000]],
  ] as const)('of kind %s', (kind, effects) => {
    expect(entryEffects({ ...dinner, kind })).toEqual([
      { person: ann, paid: 9_000, share: 3_000, effect: effects[0] },
      { person: ben, paid: 0, share: 3_000, effect: effects[1] },
      { person: cleo, paid: 0, share: 3_000, effect: effects[2] },
    ]);
  });

  it('are none when it is void', () => {
    expect(entryEffects({ ...dinner, state: 'void' })).toEqual([]);
    expect(entryDebts({ ...dinner, state: 'void' }, entry)).toEqual([]);
    expect(oddUnits({ ...dinner, state: 'void' }, entry)).toEqual([]);
  });

  it('sum to zero, paid and share to the amount, each person once', () => {
    fc.assert(
      fc.property(bodies, (body) => {
        const effects = entryEffects(body);
        const sum = (key: 'paid' | 'share' | 'effect') => effects.reduce((total, effect) => total + effect[key], 0);
        expect([sum('paid'), sum('share'), sum('effect')]).toEqual([body.amount, body.amount, 0]);
        expect(new Set(effects.map((effect) => effect.person)).size).toBe(effects.length);
      }),
    );
  });
});

describe('odd units', () => {
  it('are those of the shares as stored', () => {
    const { shares: _, state: __, ...draft } = { ...dinner, amount: 10_001, payers: [{ person: ann, amount: 10_001 }] };
    const body = draftToBody(draft, entry);
    if (!body.ok) throw new Error(body.code);
    const odd = oddUnits(body.value, entry);
    expect(odd).toHaveLength(2);
    for (const { person: id, units } of odd) expect([units, body.value.shares.find((share) => share.person === id)?.amount]).toEqual([1, 3_334]);
  });

  it('are not claimed where another rule rounded', () => {
    expect(oddUnits({ ...dinner, amount: 10_000, shares: [ann, ben, cleo].map((id, index) => ({ person: id, amount: index === 0 ? 3_400 : 3_300 })) }, entry)).toEqual([]);
    expect(oddUnits({ ...dinner, split: { mode: 'percent', parts: [{ person: ann, value: 1 }] } }, entry)).toEqual([]);
  });
});

describe('who owes whom', () => {
  it('in one entry: each debtor owes each creditor in proportion', () => {
    const body: EntryBody = {
      ...dinner, amount: 10_000, payers: [{ person: ann, amount: 7_500 }, { person: ben, amount: 2_500 }],
      shares: [{ person: cleo, amount: 6_000 }, { person: person(4), amount: 4_000 }],
    };
    expect(pairwiseDebts(entryDebts(body, entry))).toEqual([
      { from: cleo, to: ann, amount: 4_500 },
      { from: cleo, to: ben, amount: 1_500 },
      { from: person(4), to: ann, amount: 3_000 },
      { from: person(4), to: ben, amount: 1_000 },
    ]);
  });

  it('gives every person exactly their effect, near the exact proportion, whatever the order of people', () => {
    fc.assert(
      fc.property(bodies, (body) => {
        const debts = entryDebts(body, entry);
        const effects = new Map(entryEffects(body).map(({ person: id, effect }) => [id, effect]));
        const balance = (id: string) => debts.reduce((sum, { from, to, amount }) => sum + (to === id ? amount : 0) - (from === id ? amount : 0), 0);
        for (const [id, effect] of effects) expect(balance(id)).toBe(effect);
        const credit = [...effects.values()].reduce((sum, effect) => sum + Math.max(effect, 0), 0);
        const creditors = [...effects.values()].filter((effect) => effect > 0).length;
        for (const { from, to, amount } of debts) {
          expect(Number.isSafeInteger(amount) && amount > 0).toBe(true);
          const exact = (BigInt(-(effects.get(from) ?? 0)) * BigInt(effects.get(to) ?? 0)) / BigInt(credit);
          // Units are whole for both sides at once, so a cell can be a few units off, but no more than there are people.
          expect(Math.abs(Number(BigInt(amount) - exact))).toBeLessThanOrEqual(creditors + effects.size);
        }
        const turned = { ...body, payers: body.payers.toReversed(), shares: body.shares.toReversed() };
        expect(pairwiseDebts(entryDebts(turned, entry))).toEqual(pairwiseDebts(debts));
      }),
      { numRuns: 500 },
    );
  });

  it('lets the odd unit fall now on one creditor, now on the other', () => {
    const body: EntryBody = {
      ...dinner, amount: 100, payers: [{ person: ann, amount: 50 }, { person: ben, amount: 50 }],
      shares: [{ person: cleo, amount: 1 }, { person: person(4), amount: 99 }],
    };
    const entries = 400;
    const toAnn = Array.from({ length: entries }, (_, index) => entryDebts(body, person(index)))
      .filter((debts) => debts.some(({ from, to }) => from === cleo && to === ann)).length;
    expect(Math.abs(toAnn - entries / 2)).toBeLessThan(5 * Math.sqrt(entries / 4));
  });

  it('in all: nets each pair, moves nothing over a third, in any order of entries', () => {
    const debts: Transfer[] = [
      { from: ben, to: ann, amount: 500 },
      { from: ann, to: ben, amount: 200 },
      { from: cleo, to: ben, amount: 300 },
      { from: ann, to: cleo, amount: 70 },
      { from: cleo, to: ann, amount: 70 },
    ];
    const expected = [{ from: ben, to: ann, amount: 300 }, { from: cleo, to: ben, amount: 300 }];
    expect(pairwiseDebts(debts)).toEqual(expected);
    expect(pairwiseDebts(debts.toReversed())).toEqual(expected);
    // Sums kept by pair and direction come to the same as one pass: a read model may add them up as entries come.
    expect(pairwiseDebts([...pairwiseDebts(debts.slice(0, 2)), ...pairwiseDebts(debts.slice(2))])).toEqual(expected);
  });
});
