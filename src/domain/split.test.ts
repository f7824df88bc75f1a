import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareByLot } from './apportion.ts';
import { SPLIT_MODES, type Split, type SplitPart } from './entry.ts';
import { MAXIMUM_AMOUNT } from './money.ts';
import { computeShares } from './split.ts';

const person = (index: number): string => index.toString(16).padStart(32, '0');
const ids = fc.uniqueArray(fc.integer({ min: 0, max: 0xffff }), { minLength: 1, maxLength: 12 }).map((all) => all.map(person));
const amounts = fc.oneof(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: MAXIMUM_AMOUNT }), fc.constant(MAXIMUM_AMOUNT));
const seeds = fc.integer({ min: 0, max: 0xffffffff }).map(person);

const parts = (people: readonly string[], values: readonly number[]): SplitPart[] =>
  people.map((id, index) => ({ person: id, value: values[index] ?? 0 }));

/** Positive integers that sum to `whole`, from arbitrary cuts. */
const cut = (whole: number, count: number, cuts: readonly number[]): number[] => {
  const marks = [0, ...cuts.slice(0, count - 1).map((mark) => mark % (whole + 1)), whole].toSorted((a, b) => a - b);
  while (marks.length < count + 1) marks.splice(1, 0, 0);
  return marks.slice(1).map((mark, index) => mark - (marks[index] ?? 0));
};
const cuts = fc.array(fc.integer({ min: 0, max: MAXIMUM_AMOUNT }), { minLength: 12, maxLength: 12 });

/** A split of any mode that fits its amount. */
const cases = fc.record({ amount: amounts, people: ids, seed: seeds, cuts, mode: fc.constantFrom(...SPLIT_MODES) }).map(
  ({ amount, people, seed, cuts: marks, mode }): { amount: number; seed: string; split: Split } => {
    const count = people.length;
    const values = {
      equal: people.map(() => 1),
      exact: cut(amount, count, marks),
      percent: cut(10_000, count, marks),
      shares: cut(1 + (marks[0] ?? 0), count, marks),
      adjustment: cut(Math.floor(amount / 2), count, marks),
    }[mode];
    return { amount, seed, split: { mode, parts: parts(people, values) } };
  },
);

/** Each person's exact part as a fraction, worked out without the code under test. */
function exactPart({ amount, split: { mode, parts: all } }: { amount: number; split: Split }, value: number): [bigint, bigint] {
  const sum = all.reduce((total, part) => total + BigInt(part.value), 0n);
  const count = BigInt(all.length);
  const whole = BigInt(amount);
  if (mode === 'equal') return [whole, count];
  if (mode === 'exact') return [BigInt(value), 1n];
  if (mode === 'adjustment') return [whole - sum + BigInt(value) * count, count];
  return [whole * BigInt(value), sum];
}

const sharesOf = (input: Parameters<typeof computeShares>[0]): Map<string, number> => {
  const result = computeShares(input);
  if (!result.ok) throw new Error(`${result.code} for ${JSON.stringify(input)}`);
  return new Map(result.value.shares.map(({ person: id, amount }) => [id, amount]));
};

describe('a split', () => {
  it('sums to the amount, in whole units, none below zero, none a unit or more from exact, the odd ones named', () => {
    fc.assert(
      fc.property(cases, (input) => {
        const result = computeShares(input);
        if (!result.ok) throw new Error(result.code);
        const { shares, odd } = result.value;
        expect(shares.map((share) => share.person)).toEqual(input.split.parts.map((part) => part.person));
        expect(shares.reduce((sum, { amount }) => sum + BigInt(amount), 0n)).toBe(BigInt(input.amount));
        const units = new Map(odd.map(({ person: id, units: count }) => [id, count]));
        for (const [index, { person: id, amount }] of shares.entries()) {
          const [over, under] = exactPart(input, input.split.parts[index]?.value ?? 0);
          expect(Number.isSafeInteger(amount) && amount >= 0).toBe(true);
          const floor = over / under;
          expect(BigInt(amount) - floor).toBe(BigInt(units.get(id) ?? 0));
          if (over % under === 0n) expect(BigInt(amount)).toBe(floor);
        }
        expect(odd.every(({ units: count }) => count === 1)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('gives the odd units to the largest fractions', () => {
    // 7 % of 10.05 is 0.7035, 33 % 3.3165, 60 % 6.03: the odd cents go to .65 and .35, not to 0.
    const split: Split = { mode: 'percent', parts: parts([person(1), person(2), person(3)], [700, 3_300, 6_000]) };
    expect([...sharesOf({ amount: 1_005, split, seed: 'any' }).values()]).toEqual([70, 332, 603]);
    fc.assert(
      fc.property(cases, (input) => {
        const result = computeShares(input);
        if (!result.ok) throw new Error(result.code);
        const bearers = new Set(result.value.odd.map(({ person: id }) => id));
        const fractions = input.split.parts.map(({ person: id, value }) => {
          const [over, under] = exactPart(input, value);
          return { isBearer: bearers.has(id), left: over % under };
        });
        const least = fractions.filter(({ isBearer }) => isBearer).map(({ left }) => left);
        const most = fractions.filter(({ isBearer }) => !isBearer).map(({ left }) => left);
        for (const low of least) for (const high of most) expect(low >= high).toBe(true);
      }),
    );
  });

  it('does not depend on the order of people', () => {
    fc.assert(
      fc.property(cases.chain((input) => fc.tuple(fc.constant(input), fc.shuffledSubarray(input.split.parts, { minLength: input.split.parts.length }))), ([input, shuffled]) => {
        const other = sharesOf({ ...input, split: { ...input.split, parts: shuffled } });
        expect(new Map([...other].toSorted())).toEqual(new Map([...sharesOf(input)].toSorted()));
      }),
    );
  });

  it('is fair over many entries: the odd cent falls on everybody about equally often', () => {
    const people = [1, 2, 3, 4, 5, 6, 7].map(person);
    for (const left of [1, 3, 6]) {
      const borne = new Map(people.map((id) => [id, 0]));
      const entries = 7_000;
      for (let entry = 0; entry < entries; entry += 1) {
        for (const [id, amount] of sharesOf({ amount: 700 + left, split: { mode: 'equal', parts: parts(people, []) }, seed: person(entry) })) {
          borne.set(id, (borne.get(id) ?? 0) + amount - 100);
        }
      }
      const expected = (entries * left) / 7;
      // Five standard deviations of a binomial; the count is the same in every run.
      const slack = 5 * Math.sqrt(entries * (left / 7) * (1 - left / 7));
      for (const count of borne.values()) expect(Math.abs(count - expected)).toBeLessThan(slack);
    }
  });

  it('draws every order of people about equally often, so that nobody always bears it together with the same other', () => {
    const orders = new Map<string, number>();
    const entries = 6_000;
    for (let entry = 0; entry < entries; entry += 1) {
      const order = [1, 2, 3].map(person).toSorted(compareByLot(person(entry))).join();
      orders.set(order, (orders.get(order) ?? 0) + 1);
    }
    expect(orders.size).toBe(6);
    for (const count of orders.values()) expect(Math.abs(count - entries / 6)).toBeLessThan(5 * Math.sqrt((entries * 5) / 36));
  });

  it.each([
    ['equal', 100, [1, 1, 1], [34, 33, 33]],
    ['shares', 1_000, [250, 100], [714, 286]],
    ['percent', 101, [5_000, 5_000], [51, 50]],
    ['adjustment', 1_000, [200, 0, -50], [484, 283, 233]],
    ['exact', 1_000, [1_000, 0], [1_000, 0]],
  ] as const)('%s of %i', (mode, amount, values, expected) => {
    const people = values.map((_, index) => person(index + 1));
    const result = sharesOf({ amount, split: { mode, parts: parts(people, values) }, seed: 'seed' });
    expect([...result.values()].toSorted((a, b) => b - a)).toEqual(expected);
  });

  it('stays exact at the largest amount', () => {
    const split: Split = { mode: 'shares', parts: parts([person(1), person(2)], [MAXIMUM_AMOUNT, MAXIMUM_AMOUNT - 1]) };
    const [first, second] = sharesOf({ amount: MAXIMUM_AMOUNT, split, seed: 'x' }).values();
    // 10^13 * 10^13 / (2 * 10^13 - 1) = 5 * 10^12 + 0.25…
    expect([first, second]).toEqual([5_000_000_000_000, 5_000_000_000_000]);
  });

  const [ann, ben] = [person(1), person(2)];
  it.each([
    ['equal', 100, [], 'split_empty', undefined],
    ['exact', 100, [[ann, 50], [ben, 49]], 'split_sum_differs', { difference: 1 }],
    ['exact', 100, [[ann, 60], [ben, 41]], 'split_sum_differs', { difference: -1 }],
    ['exact', 100, [[ann, 150], [ben, -50]], 'split_part_negative', undefined],
    ['percent', 100, [[ann, 5_000], [ben, 4_999]], 'split_percent_differs', { difference: 1 }],
    ['percent', 100, [[ann, 12_000], [ben, -2_000]], 'split_part_negative', undefined],
    ['shares', 100, [[ann, 0], [ben, 0]], 'split_shares_zero', undefined],
    ['shares', 100, [[ann, 2], [ben, -1]], 'split_part_negative', undefined],
    ['adjustment', 100, [[ann, 90], [ben, 20]], 'split_sum_differs', { difference: -10 }],
    ['adjustment', 100, [[ann, -101], [ben, 0]], 'split_part_negative', undefined],
    ['equal', 100, [[ann, 1], [ann, 1]], 'person_twice', undefined],
    ['equal', -1, [[ann, 1]], 'amount_out_of_range', undefined],
    ['equal', 0.5, [[ann, 1]], 'amount_out_of_range', undefined],
    ['equal', MAXIMUM_AMOUNT + 1, [[ann, 1]], 'amount_out_of_range', undefined],
    ['shares', 100, [[ann, Number.NaN]], 'amount_out_of_range', undefined],
  ] as const)('refuses %s of %d over %j with %s', (mode, amount, given, code, details) => {
    const split = { mode, parts: given.map(([id, value]) => ({ person: id, value })) };
    expect(computeShares({ amount, split, seed: 's' })).toEqual(details ? { ok: false, code, details } : { ok: false, code });
  });

  it('lets an adjustment below zero leave somebody with nothing, whatever the lot', () => {
    for (let seed = 0; seed < 20; seed += 1) {
      // Exactly 0.5 each before the adjustment: whether it is allowed must not depend on who is drawn.
      const result = computeShares({ amount: 0, split: { mode: 'adjustment', parts: parts([ann, ben], [-1, 0]) }, seed: person(seed) });
      expect(result).toMatchObject({ ok: false, code: 'split_part_negative' });
    }
    expect([...sharesOf({ amount: 100, split: { mode: 'adjustment', parts: parts([ann, ben], [-100, 0]) }, seed: 's' }).values()]).toEqual([0, 100]);
  });

  it('never throws, whatever numbers a form hands in', () => {
    fc.assert(
      fc.property(fc.double(), fc.array(fc.record({ person: seeds, value: fc.double() })), fc.constantFrom(...SPLIT_MODES), (amount, all, mode) => {
        const result = computeShares({ amount, split: { mode, parts: all }, seed: 's' });
        expect(!result.ok || result.value.shares.reduce((sum, share) => sum + share.amount, 0) === amount).toBe(true);
      }),
    );
  });
});
