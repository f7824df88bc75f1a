import type { RevisionId } from '#domain/ids.ts';

interface Ordered {
  readonly id: RevisionId;
  readonly prev: readonly RevisionId[];
  readonly at: number;
}

const isLater = (a: Ordered, b: Ordered): boolean => a.at > b.at || (a.at === b.at && a.id > b.id);

/** Puts one more among those that are sorted, the latest at the end. */
function insert<R extends Ordered>(sorted: R[], one: R): void {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    const other = sorted[middle];
    if (other && isLater(one, other)) from = middle + 1;
    else to = middle;
  }
  sorted.splice(from, 0, one);
}

/** Revisions newest first: each before those it replaces, and otherwise as they were made. */
export function byCausality<R extends Ordered>(revisions: readonly R[]): R[] {
  const latestLast = revisions.toSorted((a, b) => (isLater(a, b) ? 1 : -1));
  const byId = new Map(revisions.map((revision) => [revision.id, revision]));
  /** How many of those left replace each one. */
  const replacing = new Map<RevisionId, number>();
  for (const id of revisions.flatMap(({ prev }) => prev)) replacing.set(id, (replacing.get(id) ?? 0) + 1);
  const open = latestLast.filter(({ id }) => !replacing.has(id));

  const sorted = new Set<R>();
  while (sorted.size < revisions.length) {
    // Only forged revisions can replace each other in a ring; then the latest of all that are left is next.
    const next = open.pop() ?? latestLast.pop();
    if (!next) break;
    if (sorted.has(next)) continue;
    sorted.add(next);
    for (const id of next.prev) {
      const left = (replacing.get(id) ?? 0) - 1;
      replacing.set(id, left);
      const before = byId.get(id);
      if (before && left === 0 && !sorted.has(before)) insert(open, before);
    }
  }
  return [...sorted];
}
