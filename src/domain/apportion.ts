import type { PersonId } from './ids.ts';

/** A person's weight in a division. Only the proportions count. */
export interface Weight {
  readonly person: PersonId;
  readonly weight: bigint;
}

/** What a person was given: `floor` for certain, and `odd` (0 or 1) of the units that were left over. */
export interface Apportioned {
  readonly person: PersonId;
  readonly floor: number;
  readonly odd: number;
}

/** FNV-1a over the UTF-16 units, then the finalizer of MurmurHash3, so that ids that differ in one digit land far apart. */
function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/**
 * An order of people that looks drawn by lot, is the same on every device, and does not depend on the order they are
 * given in: who is first for one seed is not first for the next.
 */
export function compareByLot(seed: string): (a: PersonId, b: PersonId) => number {
  const lots = new Map<PersonId, number>();
  const lot = (person: PersonId): number => {
    const known = lots.get(person);
    if (known !== undefined) return known;
    const drawn = hash32(`${seed}/${person}`);
    lots.set(person, drawn);
    return drawn;
  };
  return (a, b) => lot(a) - lot(b) || (a < b ? -1 : Number(a > b));
}

/**
 * Divides `total` minor units in proportion to the weights by the largest remainder method (Hamilton's): everybody gets
 * their exact part rounded down, and the units left over go to the largest fractions, among equal ones by lot.
 * The parts sum to `total` and none is a unit or more away from exact. Needs `total` >= 0, weights >= 0 with a positive
 * sum, and each person once; keeps the order of the weights.
 */
export function apportion(total: number, weights: readonly Weight[], seed: string): Apportioned[] {
  const sum = weights.reduce((all, { weight }) => all + weight, 0n);
  const exact = weights.map(({ person, weight }) => {
    const product = BigInt(total) * weight;
    return { person, floor: Number(product / sum), remainder: product % sum };
  });
  const left = total - exact.reduce((all, { floor }) => all + floor, 0);
  const byLot = compareByLot(seed);
  const odd = new Set(
    exact
      .toSorted((a, b) => (a.remainder === b.remainder ? byLot(a.person, b.person) : a.remainder > b.remainder ? -1 : 1))
      .slice(0, left)
      .map(({ person }) => person),
  );
  return exact.map(({ person, floor }) => ({ person, floor, odd: Number(odd.has(person)) }));
}
