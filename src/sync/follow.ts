/**
 * Leaves the line of records that this device knows for the one that the relay shows. Never done but by somebody's wish:
 * any rule that chose between two lines could be fed a line by whoever was removed on the other one.
 */
import type { DocumentId } from '#domain/ids.ts';
import { success, type Result } from '#domain/result.ts';
import type { Revision } from '#domain/revision.ts';
import { ownKey, type LedgerAccess } from './access.ts';
import { mayWrite, roleNow } from './protocol/membership.ts';
import type { Repo } from './repo.ts';
import { compareStandings, listDocuments } from './review.ts';
import type { Store, StoreErrorCode } from './store.ts';

export interface FollowDeps {
  /** What comes of the relay's records. */
  readonly access: LedgerAccess;
  /** The number of the first record that is another one there. */
  readonly from: number;
  readonly store: Pick<Store, 'documents' | 'changes' | 'lineage' | 'refusedChanges' | 'commitOtherLine'>;
  readonly repo: Pick<Repo, 'readChange' | 'rebuild'>;
}

/** The first number at which two lines differ. */
export function findFork(one: Pick<LedgerAccess, 'membership'>, other: Pick<LedgerAccess, 'membership'>): number {
  const [a, b] = [one.membership.hashes, other.membership.hashes];
  const fork = a.findIndex((hash, number) => hash !== b[number]);
  return fork < 0 ? a.length : fork;
}

/** What this device said in changes that are left behind, because they rest on somebody else's that are. */
async function listOwnLeft({ access, store, repo }: FollowDeps, left: readonly { document: DocumentId; hash: string }[]): Promise<Result<Revision[], StoreErrorCode>> {
  const revisions = new Map<string, Revision>();
  const hashes = new Set(left.map(({ document, hash }) => `${document}/${hash}`));
  for (const document of new Set<DocumentId>(left.map((one) => one.document))) {
    const changes = await store.changes(access.ledger, document);
    if (!changes.ok) return changes;
    for (const bytes of changes.value) {
      const read = await repo.readChange(document, bytes, null);
      const isOwn = read.ok && read.value.actor.slice(0, 32) === access.device.deviceId;
      if (isOwn && hashes.has(`${document}/${read.value.hash}`)) for (const revision of read.value.revisions) revisions.set(revision.id, revision);
    }
  }
  return success([...revisions.values()]);
}

/**
 * Takes over the relay's records, in one step with all that follows: what was sealed under records that go is sealed anew
 * by its author, here and elsewhere, and counts again when it comes. What this device said on top of others' such changes
 * it says once more, so that it need not wait for them.
 */
export function followLine(deps: FollowDeps): Promise<Result<void, StoreErrorCode>> {
  const { access, from, store, repo } = deps;
  return repo.rebuild(access.ledger, async () => {
    const documents = await listDocuments(deps);
    if (!documents.ok) return documents;
    const changes = await compareStandings(deps, documents.value, from);
    if (!changes.ok) return changes;
    const left = changes.value.unsent;
    const own = mayWrite(roleNow(access.membership, ownKey(access))) ? await listOwnLeft(deps, left) : success([]);
    if (!own.ok) return own;
    return success({
      without: new Set(left.map(({ hash }) => hash)),
      revisions: own.value,
      commit: (made) => store.commitOtherLine(access.ledger, access.device.deviceId, from, access.records.slice(from), { ...changes.value, made }),
    });
  });
}
