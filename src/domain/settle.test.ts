import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Transfer } from './effects.ts';
import { EXACT_LIMIT } from './settle-exact.ts';
import { planSettlement, type Net } from './settle.ts';

const person = (index: number): string => index.toString(16).padStart(32, '0');
const toNets = (nets: readonly number[]): Net[] => nets.map((net, index) => ({ person: person(index), net }));

/** Nets that sum to zero; small numbers, so that groups that cancel out are common. */
const netsOf = (minimum: number, maximum: number, size = 12) =>
  fc
    .array(fc.integer({ min: -size, max: size }), { minLength: minimum - 1, maxLength: maximum - 1 })
    .map((nets) => toNets([...nets, -nets.reduce((sum, net) => sum + net, 0)]));

const book = (nets: readonly Net[], transfers: readonly Transfer[]): Net[] =>
  nets.map(({ person: id, net }) => ({
    person: id,
    net: transfers.reduce((sum, { from, to, amount }) => sum + (from === id ? amount : 0) - (to === id ? amount : 0), net),
  }));

/** The fewest transfers by trying all: the first open person settles with each other one, whatever they owe or are owed. */
function bruteForce(nets: readonly number[]): number {
  const [first, ...rest] = nets.filter((net) => net !== 0);
  if (first === undefined) return 0;
  let best = Infinity;
  for (const [index, other] of rest.entries()) {
    if (Math.sign(other) !== Math.sign(first)) best = Math.min(best, 1 + bruteForce(rest.with(index, other + first)));
  }
  return best;
}

/** The same by theory, independent of the search: people less the most groups that cancel out, over all partitions. */
function byPartitions(nets: readonly number[]): number {
  const open = nets.filter((net) => net !== 0);
  const most = (groups: readonly number[], index: number): number => {
    const net = open[index];
    if (net === undefined) return groups.every((sum) => sum === 0) ? groups.length : -Infinity;
    const joined = groups.map((sum, group) => most(groups.with(group, sum + net), index + 1));
    return Math.max(most([...groups, net], index + 1), ...joined);
  };
  return open.length - most([], 0);
}

const isSettled = (nets: readonly Net[]): boolean => nets.every(({ net }) => net === 0);

describe('a settlement plan', () => {
  it.each([
    [[3_000, 4_000, -7_000], 2],
    [[0, 0, -5_000, 1_000, -6_000, 6_000, 4_000], 3],
    [[972_833, -1_022_409, -946_034, 878_410, 124_532, -7_332], 5],
    [[], 0],
    [[0, 0], 0],
    // Largest to largest would take 4: 5 and 4 against -6 and -3, while 3 + 3 and 6 fit exactly.
    [[6, 3, 3, -6, -4, -2], 4],
  ])('for %j takes %i transfers', (nets, transfers) => {
    const plan = planSettlement(toNets(nets));
    expect(plan).toMatchObject({ minimal: true, atLeast: transfers });
    expect(plan.transfers).toHaveLength(transfers);
    expect(isSettled(book(toNets(nets), plan.transfers))).toBe(true);
  });

  it('beats settling the largest first', () => {
    // 9 pays 5 and 4 exactly, 8 pays 8: three transfers; greedily 9 -> 8 leaves four.
    expect(planSettlement(toNets([-9, -8, 8, 5, 4])).transfers).toHaveLength(3);
  });

  it('takes the fewest transfers there are, against trying all, up to 7 people', () => {
    fc.assert(
      fc.property(netsOf(2, 7), (nets) => {
        const plan = planSettlement(nets);
        const values = nets.map(({ net }) => net);
        expect(plan.transfers.length).toBe(bruteForce(values));
        expect(plan).toMatchObject({ minimal: true, atLeast: plan.transfers.length });
      }),
      { numRuns: 500 },
    );
  });

  it('takes the fewest transfers there are, against all partitions, up to 9 people', () => {
    fc.assert(
      fc.property(netsOf(6, 9, 6), (nets) => {
        expect(planSettlement(nets).transfers.length).toBe(byPartitions(nets.map(({ net }) => net)));
      }),
      { numRuns: 60 },
    );
  });

  it('brings everybody to zero; nobody pays themselves, nothing, or more than they owe; at most once per pair', () => {
    fc.assert(
      fc.property(fc.oneof(netsOf(1, 14), netsOf(18, 40), netsOf(18, 40, 1_000_000)), (nets) => {
        const { transfers, atLeast, minimal } = planSettlement(nets);
        expect(isSettled(book(nets, transfers))).toBe(true);
        const owing = new Set(nets.filter(({ net }) => net < 0).map(({ person: id }) => id));
        const owed = new Set(nets.filter(({ net }) => net > 0).map(({ person: id }) => id));
        for (const { from, to, amount } of transfers) expect([amount > 0, owing.has(from), owed.has(to)]).toEqual([true, true, true]);
        expect(new Set(transfers.map(({ from, to }) => `${from}${to}`)).size).toBe(transfers.length);
        expect(transfers.length).toBeGreaterThanOrEqual(atLeast);
        expect(transfers.length).toBeLessThan(Math.max(owing.size + owed.size, 1));
        expect(minimal).toBe(transfers.length === atLeast);
      }),
      { numRuns: 300 },
    );
  });

  it('does not depend on the order of people', () => {
    const shuffled = fc
      .oneof(netsOf(2, 12), netsOf(18, 30))
      .chain((nets) => fc.tuple(fc.constant(nets), fc.shuffledSubarray(nets, { minLength: nets.length })));
    fc.assert(
      fc.property(shuffled, ([nets, others]) => {
        expect(planSettlement(others)).toEqual(planSettlement(nets));
      }),
    );
  });

  it('is not changed by carrying out any of its transfers: what is left of it is the plan for what is left', () => {
    fc.assert(
      fc.property(netsOf(2, 11, 8), fc.nat(), (nets, choice) => {
        const { transfers } = planSettlement(nets);
        if (transfers.length === 0) return;
        const done = transfers[choice % transfers.length];
        expect(planSettlement(book(nets, done ? [done] : [])).transfers).toEqual(transfers.filter((transfer) => transfer !== done));
      }),
      { numRuns: 400 },
    );
  });

  it('says honestly how few it could be with more people than it can search', () => {
    // Twenty debts of a unit each against one who is owed: no plan has fewer than one transfer per debtor.
    const many = planSettlement(toNets([20, ...Array.from({ length: 20 }, () => -1)]));
    expect([many.transfers.length, many.minimal, many.atLeast]).toEqual([20, true, 20]);
    // Pairs that cancel out leave no doubt however many they are.
    const pairs = planSettlement(toNets(Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? 1 + index * index : -1 - (index - 1) ** 2))));
    expect([pairs.transfers.length, pairs.minimal]).toEqual([20, true]);
    const group = netsOf(7, 9, 9);
    let proved = 0;
    fc.assert(
      fc.property(group, group, group, (...groups) => {
        // Far scales cannot mix, so the least of the whole is the sum of the parts' least.
        const scaled = groups.flatMap((nets, index) => nets.map(({ net }) => net * 1_000 ** index));
        const least = groups.reduce((sum, nets) => sum + planSettlement(nets).transfers.length, 0);
        const plan = planSettlement(toNets(scaled));
        expect(plan.atLeast).toBeLessThanOrEqual(least);
        expect(plan.transfers.length).toBeGreaterThanOrEqual(least);
        expect(!plan.minimal || plan.transfers.length === least).toBe(true);
        proved += Number(plan.minimal);
      }),
      { numRuns: 500 },
    );
    expect(proved).toBeGreaterThan(0);
  });

  it('searches 16 people within a tenth of a second', () => {
    // Each more than twice the sum of those before: nothing cancels out but all of them.
    const powers = Array.from({ length: EXACT_LIMIT - 1 }, (_, index) => (index % 2 === 0 ? 1 : -1) * 3 ** index);
    const nets = toNets([...powers, -powers.reduce((sum, net) => sum + net, 0)]);
    const runs = [1, 2, 3, 4, 5].map(() => {
      const start = performance.now();
      expect(planSettlement(nets)).toMatchObject({ minimal: true, atLeast: EXACT_LIMIT - 1 });
      return performance.now() - start;
    });
    // The best of five: a busy machine is not a slow search.
    expect(Math.min(...runs)).toBeLessThan(100);
  });

  it('throws where nets do not sum to zero or are no integers: they come from checked entries', () => {
    expect(() => planSettlement(toNets([1, -2]))).toThrow('sum to zero');
    expect(() => planSettlement(toNets([0.5, -0.5]))).toThrow('integers');
  });
});
