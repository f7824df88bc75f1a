/** Which changes of a document count, by the right their authors had to write them. The same on every device. */
import type { DocumentId } from '#domain/ids.ts';
import type { LedgerAccess } from './access.ts';
import { endOfWriting, roleNow } from './protocol/membership.ts';
import type { ChangeLineage, RefusalReason } from './store.ts';

/** Somebody else's word for a change: the least record number among the changes that count and rest on it, by author. */
type Voucher = { readonly author: string; readonly record: number };

/** The two least vouchers of different authors: whoever asks, one of them is somebody else. */
function leastTwo(vouchers: readonly Voucher[]): Voucher[] {
  const byAuthor = new Map<string, number>();
  for (const { author, record } of vouchers) byAuthor.set(author, Math.min(byAuthor.get(author) ?? Infinity, record));
  return [...byAuthor].map(([author, record]) => ({ author, record })).toSorted((a, b) => a.record - b.record).slice(0, 2);
}

/**
 * The changes of a document that count for nothing, with why. A change of somebody who later lost the right to write
 * counts if whoever took it away had seen it, if an admin let it in, or if somebody else built on it before they knew
 * of the loss. So neither can the one who lost it add anything, nor the one who took it make what others saw vanish.
 * `lineage`: all changes of the document, each after those it depends on.
 */
export function listRefusals(access: Pick<LedgerAccess, 'membership' | 'frontiers' | 'accepted' | 'pseudonyms'>, document: DocumentId, lineage: readonly ChangeLineage[]): Map<string, RefusalReason> {
  const { membership, frontiers, accepted, pseudonyms } = access;
  const refusals = new Map<string, RefusalReason>();
  /** By hash, from the changes that rest on it. */
  const vouchers = new Map<string, Voucher[]>();
  /** Numbers of the records whose frontier lies at or after a change. */
  const within = new Map<string, Set<number>>();
  for (const [record, frontier] of frontiers) {
    for (const hash of frontier.get(document) ?? []) within.set(hash, (within.get(hash) ?? new Set()).add(record));
  }

  for (const change of lineage.toReversed()) {
    const key = pseudonyms.get(change.actor.slice(0, 32));
    const author = key ?? change.actor;
    const end = key !== undefined && change.record !== null ? endOfWriting(membership, key, change.record) : null;
    const vouched = vouchers.get(change.hash) ?? [];
    const counts =
      end === null || accepted.has(change.hash) || within.get(change.hash)?.has(end) === true || vouched.some((voucher) => voucher.author !== author && voucher.record < end);
    if (!counts && key !== undefined) refusals.set(change.hash, roleNow(membership, key) === null ? 'written_after_removal' : 'role_forbids');

    const passedOn = counts ? leastTwo([...vouched, { author, record: change.record ?? Infinity }]) : vouched;
    for (const hash of change.deps) {
      if (passedOn.length > 0) vouchers.set(hash, leastTwo([...(vouchers.get(hash) ?? []), ...passedOn]));
      const records = within.get(change.hash);
      if (records) within.set(hash, new Set([...(within.get(hash) ?? []), ...records]));
    }
  }
  return refusals;
}

/** The changes of a document that no other one rests on: all that is known of it lies before them. */
export function headsOf(lineage: readonly ChangeLineage[]): string[] {
  const restedOn = new Set(lineage.flatMap(({ deps }) => deps));
  return lineage.filter(({ hash }) => !restedOn.has(hash)).map(({ hash }) => hash).toSorted();
}
