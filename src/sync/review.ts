/** Brings what counts in a ledger into line with its membership: changes are refused, or let in again. */
import type { DocumentId } from '#domain/ids.ts';
import { success, type Result } from '#domain/result.ts';
import { ownKey, type LedgerAccess } from './access.ts';
import { roleNow } from './protocol/membership.ts';
import type { Repo } from './repo.ts';
import { listRefusals } from './standing.ts';
import type { RefusalReason, Store, StoreErrorCode, StoredChange } from './store.ts';

export interface ReviewDeps {
  readonly access: LedgerAccess;
  readonly store: Pick<Store, 'documents' | 'lineage' | 'refusedChanges' | 'commitRecords'>;
  readonly repo: Pick<Repo, 'readChange'>;
}

interface Refused {
  document: DocumentId;
  hash: string;
  reason: RefusalReason;
}

/** Whether anybody ever lost the right to write: most ledgers need no review. */
export const hasEndings = ({ membership }: Pick<LedgerAccess, 'membership'>): boolean =>
  [...membership.tenures.values()].some((tenures) => tenures.some(({ to }) => to !== null));

/**
 * What has to change in these documents so that exactly those changes count that should; `unsent`: those without a frame that
 * do not count. `until`: what was sealed under
 * records from this number on is taken to be sealed no more.
 */
export async function compareStandings(
  { access, store, repo }: Pick<ReviewDeps, 'access' | 'repo'> & { store: Pick<Store, 'lineage' | 'refusedChanges'> }, documents: readonly DocumentId[], until = Infinity,
): Promise<Result<{ refused: Refused[]; admitted: StoredChange[]; unsent: Pick<Refused, 'document' | 'hash'>[] }, StoreErrorCode>> {
  const refused: Refused[] = [];
  const unsent: Pick<Refused, 'document' | 'hash'>[] = [];
  const again = new Set<string>();
  // Whoever is out cannot read how much of theirs was seen: what was sent and counted here goes on doing so, and nothing new comes.
  const isOut = roleNow(access.membership, ownKey(access)) === null;
  for (const document of documents) {
    const lineage = await store.lineage(access.ledger, document);
    if (!lineage.ok) return lineage;
    const sealed = lineage.value.map((change) => (change.record !== null && change.record >= until ? { ...change, record: null } : change));
    const refusals = listRefusals(access, document, sealed);
    for (const { hash, record, refused: was } of sealed) {
      const reason = refusals.get(hash) ?? null;
      const stays = isOut && record !== null && was === null;
      if (reason !== null && was !== reason && !stays) refused.push({ document, hash, reason });
      if (reason !== null && record === null) unsent.push({ document, hash });
      if (reason === null && was !== null) again.add(`${document}/${hash}`);
    }
  }
  const admitted: StoredChange[] = [];
  if (again.size > 0) {
    const stored = await store.refusedChanges(access.ledger);
    if (!stored.ok) return stored;
    for (const { document, hash, record, bytes } of stored.value) {
      const change = again.has(`${document}/${hash}`) ? await repo.readChange(document, bytes, record) : undefined;
      if (change?.ok) admitted.push(change.value);
    }
  }
  return success({ refused, admitted, unsent });
}

/**
 * Reviews some documents, or all, after something new came into them. Not while records are being kept: what an older
 * line comes to would take the place of the newer one.
 */
export async function reviewDocuments(deps: ReviewDeps, documents?: readonly DocumentId[]): Promise<Result<void, StoreErrorCode>> {
  const listed = documents ? success(documents) : await listDocuments(deps);
  if (!listed.ok) return listed;
  const changes = await compareStandings(deps, listed.value);
  if (!changes.ok) return changes;
  if (changes.value.refused.length === 0 && changes.value.admitted.length === 0) return success(undefined);
  const { ledger, device, records } = deps.access;
  return deps.store.commitRecords(ledger, device.deviceId, records.length, [], changes.value);
}

/** Also those of which nothing counts. */
export async function listDocuments({ access, store }: Pick<ReviewDeps, 'access'> & { store: Pick<Store, 'documents' | 'refusedChanges'> }): Promise<Result<DocumentId[], StoreErrorCode>> {
  const counting = await store.documents(access.ledger);
  if (!counting.ok) return counting;
  const refused = await store.refusedChanges(access.ledger);
  if (!refused.ok) return refused;
  return success([...new Set([...counting.value, ...refused.value].map(({ document }) => document))]);
}

/** Keeps the records of `access` from number `from` on, and all that follows from them, in one step. */
export async function commitAccess(deps: ReviewDeps, from: number): Promise<Result<void, StoreErrorCode>> {
  const { access, store } = deps;
  const documents = hasEndings(access) ? await listDocuments(deps) : success([]);
  if (!documents.ok) return documents;
  const changes = await compareStandings(deps, documents.value);
  if (!changes.ok) return changes;
  return store.commitRecords(access.ledger, access.device.deviceId, from, access.records.slice(from), changes.value);
}
