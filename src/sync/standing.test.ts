import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Membership, Tenure } from './protocol/membership.ts';
import { drawFrontier } from './frontier.ts';
import { headsOf, listRefusals } from './standing.ts';
import { combineStandings } from './change-standing.ts';
import type { ChangeLineage } from './store.ts';

const DOCUMENT = 'd0'.repeat(16);
const deviceOf = (name: string): string => name.codePointAt(0)!.toString(16).padStart(32, '0');
const hashOf = (name: string): string => [...name].map((letter) => letter.codePointAt(0)!.toString(16)).join('').padStart(64, '0');
const nameOf = (hash: string): string => hash.replace(/^(00)*/, '').match(/../g)!.map((code) => String.fromCodePoint(Number.parseInt(code, 16))).join('');

/** Who judges is the device of `a`. */
const OWN = deviceOf('a');
type Grounds = Parameters<typeof listRefusals>[0];
/** `tenures`: by device, the role from each record on; null: none. */
function grounds(tenures: Record<string, [number, Tenure['role'] | null][]>, frontiers: Record<number, string[]> = {}, accepted: string[] = []): Grounds {
  const toTenures = (name: string, spans: [number, Tenure['role'] | null][]): Tenure[] =>
    spans.flatMap(([from, role], index) => (role === null ? [] : [{ member: name, role, from, to: spans[index + 1]?.[0] ?? null }]));
  const membership: Membership = {
    ledger: 'aa'.repeat(16), number: 20, hash: '', hashes: [], members: new Map(), invites: new Map(), epochs: [], isRotationOwed: false,
    tenures: new Map(Object.entries(tenures).map(([name, spans]) => [name, toTenures(name, spans)])),
  };
  return {
    membership, device: { deviceId: OWN }, pseudonyms: new Map(Object.keys(tenures).map((name) => [deviceOf(name), name])),
    frontiers: new Map(Object.entries(frontiers).map(([record, names]) => [Number(record), new Map([[DOCUMENT, names.map(hashOf)]])])),
    accepted: new Set(accepted.map(hashOf)),
  };
}
/** `a1@3 b1 c1`: a change of a's, sealed at record 3 (`@-`: not sealed), that rests on two others. */
function lineage(...lines: string[]): ChangeLineage[] {
  return lines.map((line) => {
    const [head = '', ...deps] = line.split(' ');
    const [name = '', record] = head.split('@');
    return { hash: hashOf(name), deps: deps.map(hashOf), actor: `${deviceOf(name[0]!)}0011223344556677`, record: record === '-' ? null : Number(record), refused: null };
  });
}
const refused = (given: Grounds, changes: ChangeLineage[]) => [...listRefusals(given, DOCUMENT, changes)].map(([hash, reason]) => `${nameOf(hash)} ${reason}`).toSorted();

const REMOVED = { a: [[0, 'owner']], b: [[1, 'editor'], [5, null]], c: [[2, 'editor']] } satisfies Parameters<typeof grounds>[0];

describe('what counts', () => {
  it('is everything of those who may write', () => {
    expect(refused(grounds(REMOVED), lineage('a1@0', 'c1@3 a1', 'a2@19 c1'))).toEqual([]);
  });

  it('is of a removed author what the one who removed them had seen, and nothing later', () => {
    const given = grounds(REMOVED, { 5: ['b2'] });
    expect(refused(given, lineage('b1@1', 'b2@2 b1', 'b3@4 b2', 'b4@4'))).toEqual(['b3 written_after_removal', 'b4 written_after_removal']);
  });

  it('includes what others built on before they knew, also through somebody else, and not what they built on later', () => {
    const given = grounds(REMOVED, { 5: [] });
    expect(refused(given, lineage('b1@1', 'b2@2 b1', 'c1@4 b2', 'b3@4 c1', 'a1@6 b3'))).toEqual(['b3 written_after_removal']);
    expect(refused(given, lineage('b1@1', 'c1@4 b1', 'a1@8 c1'))).toEqual([]);
  });

  it('never follows from a word in one’s own favour, whoever of those without a right it passes through', () => {
    const both = grounds({ a: [[0, 'owner']], b: [[1, 'editor'], [5, null]], e: [[1, 'editor'], [5, null]] }, { 5: [] });
    expect(refused(both, lineage('b1@1', 'e1@1 b1', 'b2@1 e1', 'e2@1 b2'))).toEqual(['b1', 'b2', 'e1', 'e2'].map((name) => `${name} written_after_removal`));
  });

  it('includes what an admin let in after all', () => {
    expect(refused(grounds(REMOVED, { 5: [] }, ['b1']), lineage('b1@4', 'b2@4 b1'))).toEqual(['b2 written_after_removal']);
  });

  it('of who lost the right and got it back is what they wrote before, as seen, and after', () => {
    const given = grounds({ a: [[0, 'owner']], b: [[1, 'editor'], [5, 'viewer'], [9, 'editor']] }, { 5: ['b1'] });
    expect(refused(given, lineage('b1@1', 'b2@4 b1', 'b3@9 b2', 'b4@12 b3'))).toEqual(['b2 role_forbids']);
  });

  it('of who changed from one writing role to another is all', () => {
    expect(refused(grounds({ a: [[0, 'owner'], [5, 'admin']], b: [[1, 'editor'], [5, 'owner']] }), lineage('a1@2', 'b1@3', 'a2@7', 'b2@8'))).toEqual([]);
  });

  it('of what was not sent yet is what its author may write now', () => {
    const given = grounds({ a: [[0, 'owner']], b: [[1, 'editor'], [5, 'viewer']] }, { 5: ['b2'] });
    expect(refused(given, lineage('a1@-', 'b1@-', 'b2@-'))).toEqual(['b1 role_forbids', 'b2 role_forbids']);
  });

  it('is nothing that another’s device has not sealed anew since the line of records is another one, nor our own on top of it', () => {
    const given = grounds({ a: [[0, 'owner']], b: [[1, 'editor']] });
    expect(refused(given, lineage('b1@0', 'b2@- b1', 'a1@- b1', 'a2@- b2 a1', 'a3@- a1', 'x1@-', 'a4@- x1'))).toEqual(['a2', 'a4', 'b2', 'x1'].map((name) => `${name} other_line`));
    expect(refused(given, lineage('b1@0', 'b2@3 b1', 'a2@- b2'))).toEqual([]);
  });

  it('is in another document decided by its own frontier', () => {
    expect(listRefusals(grounds(REMOVED, { 5: ['b1'] }), 'ee'.repeat(16), lineage('b1@1')).size).toBe(1);
  });
});

/** Histories of five devices, of which some come and go. */
const history = fc.array(fc.record({ author: fc.constantFrom(...'abcde'), record: fc.integer({ min: 0, max: 19 }), rests: fc.array(fc.nat(), { maxLength: 3 }) }), { minLength: 1, maxLength: 25 })
  .map((steps) => steps.map(({ author, record, rests }, index): ChangeLineage => ({
    hash: hashOf(`${author}${index}`), actor: `${deviceOf(author)}0011223344556677`, record, refused: null,
    deps: index === 0 ? [] : [...new Set(rests.map((one) => hashOf(`${steps[one % index]!.author}${one % index}`)))],
  })));
const coming = fc.constantFrom<[number, Tenure['role'] | null][]>([[0, 'editor']], [[0, 'editor'], [6, null]], [[0, 'editor'], [4, 'viewer'], [9, 'editor']], [[3, 'admin'], [12, null]], [[0, 'editor'], [2, 'viewer'], [7, 'editor'], [15, null]]);
const people = fc.tuple(coming, coming, coming, coming).map(([b, c, d, e]) => ({ a: [[0, 'owner']] as [number, Tenure['role']][], b, c, d, e }));
const frontiersOf = (changes: ChangeLineage[]) => fc.dictionary(fc.constantFrom('2', '4', '6', '12', '15'), fc.subarray(changes.map(({ hash }) => nameOf(hash)), { maxLength: Math.min(3, changes.length) }));
const worlds = fc.tuple(people, history).chain(([tenures, changes]) => fc.record({ tenures: fc.constant(tenures), changes: fc.constant(changes), frontiers: frontiersOf(changes), order: fc.shuffledSubarray(changes, { minLength: changes.length, maxLength: changes.length }) }));

describe('what counts, whatever happened,', () => {
  it('does not depend on the order in which it came', () => {
    fc.assert(fc.property(worlds, ({ tenures, changes, frontiers, order }) => {
      expect(refused(grounds(tenures, frontiers), order)).toEqual(refused(grounds(tenures, frontiers), changes));
    }), { numRuns: 500 });
  });

  it('does not become less by what others add, nor by a wider frontier', () => {
    fc.assert(fc.property(worlds, fc.nat(), ({ tenures, changes, frontiers }, at) => {
      const given = grounds(tenures, frontiers);
      const before = refused(given, changes);
      const more = [...changes, ...lineage(`a99@19 ${nameOf(changes[at % changes.length]!.hash)}`)];
      expect(before).toEqual(expect.arrayContaining(refused(given, more)));
      const wider = grounds(tenures, Object.fromEntries(['2', '4', '6', '12', '15'].map((record) => [record, headsOf(changes).map(nameOf)])));
      expect(refused(wider, changes)).toEqual([]);
    }), { numRuns: 500 });
  });

  it('is never of somebody who may write forever refused', () => {
    fc.assert(fc.property(worlds, ({ tenures, changes, frontiers }) => {
      expect(refused(grounds(tenures, frontiers), changes).filter((one) => one.startsWith('a'))).toEqual([]);
    }));
  });
});

describe('a change that two frames bring', () => {
  it('is as early as the earlier of them, in whatever order they came', () => {
    const standing = fc.record({ record: fc.integer({ min: 0, max: 9 }), refused: fc.constantFrom(null, 'role_forbids' as const) });
    fc.assert(fc.property(fc.array(standing, { minLength: 1 }), (all) => {
      const combine = (ones: typeof all) => ones.slice(1).reduce<Parameters<typeof combineStandings>[0]>(combineStandings, ones[0]!).record;
      expect(combine(all)).toBe(Math.min(...all.map(({ record }) => record)));
      expect(combine(all.toReversed())).toBe(combine(all));
    }));
    expect(combineStandings({ record: null, refused: null }, { record: 4, refused: 'role_forbids' })).toEqual({ record: 4, refused: 'role_forbids' });
  });
});

describe('heads', () => {
  it('are what nothing else rests on', () => {
    expect(headsOf(lineage('a1@0', 'b1@1 a1', 'c1@1 a1', 'c2@1 c1')).map(nameOf)).toEqual(['b1', 'c2']);
  });
});

describe('a frontier', () => {
  it('is drawn on each device’s last changes, not only on what nobody else has', () => {
    const changes = lineage('b1@1', 'c1@1 b1', 'b2@2 c1', 'a1@2 b2', 'a2@- a1');
    expect(drawFrontier(changes, 1).map(nameOf)).toEqual(['a1', 'a2', 'b2', 'c1']);
    expect(drawFrontier(changes, 4).map(nameOf)).toEqual(['a1', 'a2', 'b1', 'b2', 'c1']);
    expect(drawFrontier(changes.map((change) => (nameOf(change.hash) === 'b2' ? { ...change, refused: 'role_forbids' } : change)), 1).map(nameOf)).toEqual(['a1', 'a2', 'b1', 'c1']);
  });

  it('is drawn on what the last of all rest on too: of a device that was put back from a backup, another branch may be longer', () => {
    const changes = lineage('c0@1', 'c1@1', 'c2@1 c1', 'c3@1 c2', 'c4@1 c3', 'c5@1 c4', 'c6@2 c0');
    expect(drawFrontier(changes, 4).map(nameOf)).toContain('c0');
  });

  it('leaves nothing out that whoever drew it had seen, though some of what it names is lost', () => {
    fc.assert(fc.property(history, fc.nat(), (changes, lost) => {
      const everybody = { a: [[0, 'owner']], b: [[0, 'editor'], [20, null]], c: [[0, 'editor'], [20, null]], d: [[0, 'editor'], [20, null]], e: [[0, 'editor'], [20, null]] } satisfies Parameters<typeof grounds>[0];
      const given = grounds(everybody, { 20: drawFrontier(changes, 4).map(nameOf) });
      expect(refused(given, changes)).toEqual([]);
      // The last change of all is one that only its author had; the others are not refused for that.
      expect(refused(given, changes.slice(0, Math.max(1, changes.length - (lost % 2))))).toEqual([]);
    }), { numRuns: 300 });
  });
});
