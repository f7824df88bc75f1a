import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byCausality } from './causality.ts';

interface Sample {
  id: string;
  prev: string[];
  at: number;
}
const name = (index: number): string => index.toString(16).padStart(32, '0');

/** What the order means, step by step: of those that nothing left replaces, the one that was made last. */
function oneByOne(revisions: readonly Sample[]): Sample[] {
  if (revisions.length === 0) return [];
  const replaced = new Set(revisions.flatMap(({ prev }) => prev));
  const open = revisions.filter(({ id }) => !replaced.has(id));
  const [next] = (open.length > 0 ? open : revisions).toSorted((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1));
  return next ? [next, ...oneByOne(revisions.filter((revision) => revision !== next))] : [];
}

describe('the order of revisions', () => {
  it('is each before those it replaces, and else as they were made, in forged rings too', () => {
    const history = fc
      .array(fc.record({ prev: fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 4 }), at: fc.integer({ min: 0, max: 3 }) }), { maxLength: 10 })
      .map((all) => all.map(({ prev, at }, index): Sample => ({ id: name(index), prev: prev.map(name), at })));
    fc.assert(fc.property(history, (revisions) => void expect(byCausality(revisions)).toEqual(oneByOne(revisions))), { numRuns: 1_000 });
  });

  it.each<[string, (index: number) => string[]]>([
    ['in a row', (index) => [name(index - 1)]],
    ['side by side', () => []],
    ['in one ring', (index) => [name((index + 1) % 20_000)]],
  ])('is found soon where there are many %s', (_, prevOf) => {
    const revisions = Array.from({ length: 20_000 }, (_, index): Sample => ({ id: name(index), prev: prevOf(index), at: index % 7 }));
    const started = performance.now();
    expect(new Set(byCausality(revisions)).size).toBe(20_000);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
