import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EntryBody } from './entry.ts';
import { MAXIMUM_PICTURE } from './personal.ts';
import { currentRevisions, isOfItsThing, resolveRevisions, revisionSchema, revisionToText, type Revision, type RevisionOf } from './revision.ts';

type EntryRevision = RevisionOf<'entry'>;
const id = (index: number): string => index.toString(16).padStart(32, '0');
const [thing, ann, device] = [id(0xa), id(0xb), id(0xc)];

const body: EntryBody = {
  kind: 'expense', date: '2026-11-20', description: 'Dinner', category: 'dining', note: '', currency: 'EUR', amount: 1_000, state: 'active',
  payers: [{ person: ann, amount: 1_000 }], split: { mode: 'equal', parts: [{ person: ann, value: 1 }] }, shares: [{ person: ann, amount: 1_000 }],
};
const revise = (index: number, prev: readonly number[], state: EntryBody['state'] = 'active', at = 0): EntryRevision => ({
  id: id(index), of: thing, prev: prev.map(id), at, by: ann, device, type: 'entry', body: { ...body, note: String(index), state },
});
const resolve = (revisions: readonly EntryRevision[]) => {
  const result = resolveRevisions(revisions);
  return result && { chosen: Number.parseInt(result.chosen.id, 16), beside: result.beside.map((revision) => Number.parseInt(revision.id, 16)) };
};

/** Histories as devices make them: each revision replaces some that came before it; ids say nothing about the order. */
const honest = fc
  .array(fc.record({ pick: fc.array(fc.nat(), { maxLength: 3 }), state: fc.constantFrom('active' as const, 'void' as const) }), { minLength: 1, maxLength: 12 })
  .chain((steps) => fc.tuple(fc.constant(steps), fc.shuffledSubarray(steps.map((_, index) => index + 1), { minLength: steps.length })))
  .map(([steps, names]) =>
    steps.map(({ pick, state }, index) => revise(names[index] ?? 0, index === 0 ? [] : [...new Set(pick.map((choice) => names[choice % index] ?? 0))], state)),
  );
/** Histories as a forger makes them: anything may replace anything, itself and what does not exist included. */
const forged = fc
  .array(fc.record({ prev: fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { maxLength: 4 }), state: fc.constantFrom('active' as const, 'void' as const) }), { minLength: 1, maxLength: 10 })
  .map((all) => all.map(({ prev, state }, index) => revise(index + 1, prev, state)));
const shuffled = (histories: fc.Arbitrary<EntryRevision[]>) =>
  histories.chain((history) => fc.tuple(fc.constant(history), fc.shuffledSubarray(history, { minLength: history.length })));

describe('the revisions of a thing', () => {
  it('resolve alike in whatever order they come, forged ones too', () => {
    fc.assert(
      fc.property(shuffled(fc.oneof(honest, forged)), ([history, other]) => {
        expect(resolve(other)).toEqual(resolve(history));
      }),
      { numRuns: 1_000 },
    );
  });

  it('lose nothing that nobody replaced: it is chosen or stands beside', () => {
    fc.assert(
      fc.property(honest, (history) => {
        const result = resolve(history);
        const shown = result ? [result.chosen, ...result.beside].map(id) : [];
        expect(shown.toSorted()).toEqual(currentRevisions(history).map((revision) => revision.id).toSorted());
        expect(shown.length).toBeGreaterThan(0);
      }),
    );
  });

  it('come to one again by a revision that names all that stand', () => {
    fc.assert(
      fc.property(honest, (history) => {
        const current = currentRevisions(history).map((revision) => Number.parseInt(revision.id, 16));
        expect(resolve([...history, revise(99, current, 'void')])).toEqual({ chosen: 99, beside: [] });
      }),
    );
  });

  it('are one after another without a conflict', () => {
    expect(resolve([revise(3, []), revise(2, [3]), revise(1, [2])])).toEqual({ chosen: 1, beside: [] });
    expect(resolve([])).toBeUndefined();
  });

  it('stand beside each other when two devices edited the same one', () => {
    expect(resolve([revise(1, []), revise(2, [1]), revise(3, [1])])).toEqual({ chosen: 3, beside: [2] });
  });

  it('count an edit before a void, however the void descends: money does not vanish unseen', () => {
    expect(resolve([revise(1, []), revise(2, [1]), revise(3, [1], 'void')])).toEqual({ chosen: 2, beside: [3] });
    expect(resolve([revise(1, []), revise(2, [1]), revise(3, [1]), revise(9, [3], 'void')])).toEqual({ chosen: 2, beside: [9] });
  });

  it('prefer more history to the greater id, and the greater id to the clock', () => {
    expect(resolve([revise(1, []), revise(9, [1]), revise(2, [1]), revise(3, [2])])).toEqual({ chosen: 3, beside: [9] });
    const [year2031, now] = [Date.UTC(2031, 0), Date.UTC(2026, 0)];
    expect(resolve([revise(1, []), revise(8, [1], 'active', now), revise(7, [1], 'active', year2031)])).toEqual({ chosen: 8, beside: [7] });
  });

  it('are one where two say the same and replace the same: what replaces one of them replaces both', () => {
    const twin = (index: number, prev: readonly number[]): EntryRevision => ({ ...revise(1, prev), id: id(index), at: index, device: id(0xd) });
    expect(resolve([twin(1, []), twin(5, [])])).toEqual({ chosen: 5, beside: [] });
    expect(resolve([twin(5, []), twin(1, []), revise(2, [1])])).toEqual({ chosen: 2, beside: [] });
    expect(resolve([twin(5, [4, 3]), twin(1, [3, 4]), revise(2, [3])])).toEqual({ chosen: 5, beside: [2] });
    expect(resolve([twin(1, [3]), twin(5, [4])])).toEqual({ chosen: 5, beside: [1] });
  });

  it('are shown though what they were made from has not come yet', () => {
    expect(resolve([revise(3, [2])])).toEqual({ chosen: 3, beside: [] });
    expect(resolve([revise(3, [2]), revise(1, [])])).toEqual({ chosen: 3, beside: [1] });
  });

  it('stand in conflict all together when they are forged into a ring', () => {
    expect(resolve([revise(1, [3]), revise(2, [1]), revise(3, [2], 'void')])).toEqual({ chosen: 2, beside: [1, 3] });
    expect(resolve([revise(1, [1])])).toEqual({ chosen: 1, beside: [] });
    // What hangs on a ring is ranked alike, wherever one begins to count.
    expect(resolve([revise(1, [2]), revise(2, [1]), revise(3, [1]), revise(4, [2])])).toEqual({ chosen: 4, beside: [3] });
  });

  it('may be many in a row', () => {
    const chain = Array.from({ length: 30_000 }, (_, index) => revise(index + 1, index === 0 ? [] : [index]));
    expect(resolve(chain)).toEqual({ chosen: 30_000, beside: [] });
  });

  it('may be many side by side, each made from many', () => {
    const many = 20_000;
    const history = Array.from({ length: many }, (_, index) => revise(index + 1, index % 2 === 0 ? [index - 1] : [index, Math.max(1, index - 2)]));
    const started = performance.now();
    expect(resolve(history)).toMatchObject({ chosen: many, beside: { length: many / 2 - 1 } });
    // Many seconds, were each followed back on its own.
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it('bear a time that can be shown as a date, however odd the clock', () => {
    expect(revisionSchema.safeParse(revise(1, [], 'active', 8.64e15)).success).toBe(true);
    // Formatting such a time throws, and would take the page with it.
    expect(() => new Intl.DateTimeFormat('en').format(8.64e15 + 1)).toThrow(RangeError);
    expect(revisionSchema.safeParse(revise(1, [], 'active', 8.64e15 + 1)).success).toBe(false);
  });

  it('bear an id over everything else they say, however it was written', () => {
    const { id: _, ...rest } = revise(1, [2]);
    const parse = (revision: object) => revisionToText(revisionSchema.parse(revision));
    const reversed = Object.fromEntries(Object.entries({ ...rest, body: Object.fromEntries(Object.entries(rest.body).toReversed()) }).toReversed());
    expect(parse({ ...reversed, id: id(9) })).toBe(parse(revise(1, [2])));
    expect(parse({ ...revise(1, [2]), at: 1 })).not.toBe(parse(revise(1, [2])));
    expect(parse({ ...revise(1, [2]), by: device })).not.toBe(parse(revise(1, [2])));
  });

  it('are of the thing that their body is about', () => {
    const root = 'ab'.repeat(32);
    const contact: Revision = {
      ...revise(1, []), of: 'ab'.repeat(16), type: 'contact',
      body: { root, petname: null, ledger: null, verified: null, state: 'active', showRealName: 'default' },
    };
    expect(isOfItsThing(contact)).toBe(true);
    expect(isOfItsThing({ ...contact, of: thing })).toBe(false);
    const place: Revision = { ...revise(1, []), of: thing, type: 'place', body: { ledger: thing, relay: null, name: 'Flat', credential: null, state: 'in' } };
    expect(isOfItsThing(place)).toBe(true);
    expect(isOfItsThing({ ...place, of: ann })).toBe(false);
  });

  it('show a picture that is one, and small', () => {
    const profile = (picture: string | null) => ({ ...revise(1, []), of: 'ab'.repeat(16), type: 'profile', body: { root: 'ab'.repeat(32), name: 'Ann', realName: null, picture } });
    const isOne = (picture: string | null): boolean => revisionSchema.safeParse(profile(picture)).success;
    expect(['data:image/webp;base64,UklGRg==', 'data:image/png;base64,iVBO', null].map(isOne)).toEqual([true, true, true]);
    const others = ['https://example.org/a.png', 'data:image/svg+xml;base64,PHN2Zz4=', 'data:image/png;base64,<svg>', `data:image/png;base64,${'A'.repeat(MAXIMUM_PICTURE)}`];
    expect(others.filter(isOne)).toEqual([]);
  });

  it('have a shape that is checked', () => {
    expect(revisionSchema.safeParse(revise(1, [2])).success).toBe(true);
    expect(revisionSchema.safeParse({ ...revise(1, []), extra: 1 }).success).toBe(false);
    expect(revisionSchema.safeParse({ ...revise(1, []), at: -1 }).success).toBe(false);
    expect(revisionSchema.safeParse({ ...revise(1, []), body: { ...body, amount: 1e21 } }).success).toBe(false);
    expect(revisionSchema.safeParse({ ...revise(1, []), body: { ...body, date: '2026-02-29' } }).success).toBe(false);
    expect(revisionSchema.safeParse({ ...revise(1, []), body: { ...body, description: 'invoice \u202Efdp.exe' } }).success).toBe(false);
  });
});
