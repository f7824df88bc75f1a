/** What a device knows of a ledger's documents, as it goes into a record by which somebody loses the right to write. */
import type { DocumentId, LedgerId } from '#domain/ids.ts';
import { success, type Result } from '#domain/result.ts';
import type { Frontier } from './membership-content.ts';
import { headsOf, latestFirst } from './standing.ts';
import type { ChangeLineage, Store, StoreErrorCode } from './store.ts';

/** Of each device's last changes so many, so that one that gets lost with its device takes none before it with it. */
const TAIL = 4;
/** In ledgers with more documents the record would become too large. */
const DOCUMENTS_WITH_TAILS = 200;

/** Of the changes of each device those that no later one of the same device rests on, however far back; only `those` are looked at. */
function lastOfDevices(lineage: readonly ChangeLineage[], those: (change: ChangeLineage) => boolean): string[] {
  const last: string[] = [];
  /** By hash: devices of which something rests on this change. */
  const followed = new Map<string, ReadonlySet<string>>();
  for (const change of latestFirst(lineage)) {
    const device = change.actor.slice(0, 32);
    const known = followed.get(change.hash) ?? new Set();
    if (those(change) && !known.has(device)) last.push(change.hash);
    const passedOn = those(change) ? new Set([...known, device]) : known;
    for (const before of change.deps) followed.set(before, new Set([...(followed.get(before) ?? []), ...passedOn]));
  }
  return last;
}

/**
 * The changes on which the frontier of a document is drawn: each device's last ones. Not the last of all only, which may be
 * our own and not sent: where nobody else has them, what lies before them would not be known to lie within.
 */
export function drawFrontier(lineage: readonly ChangeLineage[], tail: number): string[] {
  const counts = ({ refused }: ChangeLineage): boolean => refused === null;
  const isSealed = ({ record }: ChangeLineage): boolean => record !== null;
  const tails = [...Map.groupBy(lineage.filter(counts), ({ actor }) => actor.slice(0, 32)).values()].flatMap((changes) => changes.slice(-tail).map(({ hash }) => hash));
  const counting = new Map(lineage.filter(counts).map((change) => [change.hash, change]));
  // Should a last one of all be lost, what it alone rested on is still known to lie within.
  const beforeHeads = headsOf([...counting.values()]).flatMap((hash) => counting.get(hash)?.deps.filter((before) => counting.has(before)) ?? []);
  return [...new Set([...beforeHeads, ...lastOfDevices(lineage, counts), ...lastOfDevices(lineage, (change) => counts(change) && isSealed(change)), ...tails])].toSorted();
}

/** The frontier of all documents as they are here. To be read when the record is made, after what the relay has is here. */
export async function readFrontier(store: Pick<Store, 'documents' | 'lineage'>, ledger: LedgerId): Promise<Result<Frontier, StoreErrorCode>> {
  const documents = await store.documents(ledger);
  if (!documents.ok) return documents;
  const frontier = new Map<DocumentId, readonly string[]>();
  for (const { document } of documents.value) {
    const lineage = await store.lineage(ledger, document);
    if (!lineage.ok) return lineage;
    frontier.set(document, drawFrontier(lineage.value, documents.value.length > DOCUMENTS_WITH_TAILS ? 1 : TAIL));
  }
  return success(frontier);
}
