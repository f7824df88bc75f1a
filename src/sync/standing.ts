/** Which changes of a document count, by the right their authors had to write them. The same on every device. */
import type { DocumentId } from '#domain/ids.ts';
import type { LedgerAccess } from './access.ts';
import { endOfWriting, mayWrite, roleNow } from './protocol/membership.ts';
import type { ChangeLineage, RefusalReason } from './store.ts';

/** Somebody else's word for a change: the least record number among the changes that count and rest on it, by author. */
type Voucher = { readonly author: string; readonly record: number };

/** The two least vouchers of different authors: whoever asks, one of them is somebody else. */
function leastTwo(vouchers: readonly Voucher[]): Voucher[] {
  const byAuthor = new Map<string, number>();
  for (const { author, record } of vouchers) byAuthor.set(author, Math.min(byAuthor.get(author) ?? Infinity, record));
  return [...byAuthor].map(([author, record]) => ({ author, record })).toSorted((a, b) => a.record - b.record).slice(0, 2);
}

/** Each change before those that it rests on, in whatever order they came. */
export function latestFirst(lineage: readonly ChangeLineage[]): ChangeLineage[] {
  const byHash = new Map(lineage.map((change) => [change.hash, change]));
  const restingOn = new Map<string, number>();
  for (const { deps } of lineage) for (const hash of deps) restingOn.set(hash, (restingOn.get(hash) ?? 0) + 1);
  const ordered = lineage.filter(({ hash }) => !restingOn.has(hash));
  for (const { deps } of ordered) {
    for (const hash of deps) {
      const left = (restingOn.get(hash) ?? 0) - 1;
      restingOn.set(hash, left);
      const change = byHash.get(hash);
      if (left === 0 && change) ordered.push(change);
    }
  }
  return ordered;
}

type Grounds = Pick<LedgerAccess, 'membership' | 'frontiers' | 'accepted' | 'pseudonyms'> & { readonly device: Pick<LedgerAccess['device'], 'deviceId'> };

/**
 * Changes of others that no frame holds under the present line of records, and our own unsealed ones that rest on such: their
 * authors have not sealed them anew yet, so that nobody else here can have them.
 */
function listLeftBehind({ deviceId }: Grounds['device'], latest: readonly ChangeLineage[]): Set<string> {
  const left = new Set<string>();
  for (const { hash, deps, actor, record } of latest.toReversed()) {
    if (record === null && (actor.slice(0, 32) !== deviceId || deps.some((before) => left.has(before)))) left.add(hash);
  }
  return left;
}

/**
 * The changes of a document that count for nothing, with why. A change of somebody who later lost the right to write
 * counts if whoever took it away had seen it, if an admin let it in, or if somebody else built on it before they knew
 * of the loss. So neither can the one who lost it add anything, nor the one who took it make what others saw vanish.
 * What was not sent yet counts as long as its author may write. `lineage`: all changes of the document, in any order.
 */
export function listRefusals({ membership, frontiers, accepted, pseudonyms, device }: Grounds, document: DocumentId, lineage: readonly ChangeLineage[]): Map<string, RefusalReason> {
  const refusals = new Map<string, RefusalReason>();
  /** By hash, from the changes that rest on it. */
  const vouchers = new Map<string, Voucher[]>();
  /** Numbers of the records whose frontier lies at or after a change. */
  const within = new Map<string, Set<number>>();
  for (const [record, frontier] of frontiers) {
    for (const hash of frontier.get(document) ?? []) within.set(hash, (within.get(hash) ?? new Set()).add(record));
  }
  /** The record by which the author lost the right to have written this; null: they have it. */
  const endOf = ({ record }: ChangeLineage, key: string | undefined): number | null => {
    if (key === undefined) return null;
    return record === null ? (mayWrite(roleNow(membership, key)) ? null : membership.number) : endOfWriting(membership, key, record);
  };

  const latest = latestFirst(lineage);
  const left = listLeftBehind(device, latest);
  for (const change of latest) {
    const { hash, deps, actor, record } = change;
    const key = pseudonyms.get(actor.slice(0, 32));
    const author = key ?? actor;
    const end = endOf(change, key);
    const vouched = vouchers.get(hash) ?? [];
    const isSeen = (at: number): boolean => record !== null && (within.get(hash)?.has(at) === true || vouched.some((voucher) => voucher.author !== author && voucher.record < at));
    const counts = !left.has(hash) && (end === null || accepted.has(hash) || isSeen(end));
    const role = key === undefined ? null : roleNow(membership, key);
    if (left.has(hash) && (key === undefined || mayWrite(role))) refusals.set(hash, 'other_line');
    else if (!counts && key !== undefined) refusals.set(hash, role === null ? 'written_after_removal' : 'role_forbids');

    const passedOn = counts ? leastTwo([...vouched, { author, record: record ?? Infinity }]) : vouched;
    for (const before of deps) {
      if (passedOn.length > 0) vouchers.set(before, leastTwo([...(vouchers.get(before) ?? []), ...passedOn]));
      const records = within.get(hash);
      if (records) within.set(before, new Set([...(within.get(before) ?? []), ...records]));
    }
  }
  return refusals;
}

/** The changes of a document that no other one rests on: all that is known of it lies before them. */
export function headsOf(lineage: readonly ChangeLineage[]): string[] {
  const restedOn = new Set(lineage.flatMap(({ deps }) => deps));
  return lineage.filter(({ hash }) => !restedOn.has(hash)).map(({ hash }) => hash).toSorted();
}
