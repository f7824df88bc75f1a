/** Reads changes from outside as what they are, a list of new keys of a grow-only map: see repo.ts. */
import type { DecodedChange } from '@automerge/automerge';
import type { DocumentId } from '#domain/ids.ts';
import { failure, success, type Result } from '#domain/result.ts';
import type { Revision } from '#domain/revision.ts';
import { admitRevision } from './admission.ts';
import { countOperations } from './change-size.ts';
import { bytesToHex } from './protocol/bytes.ts';
import type { QuarantineReason, StoredChange } from './store.ts';

/** What is accepted from others: somewhat more than is written here, so that a later version may write larger changes. */
const MAXIMUM_RECEIVED_OPERATIONS = 1_000;
const MAXIMUM_RECEIVED_BYTES = 512 * 1024;
const MAXIMUM_RECEIVED_DEPENDENCIES = 1_000;
/** Behind four bytes of magic and four of checksum. https://automerge.org/automerge-binary-format-spec/#_chunk_container */
const CHECKSUM = 4;
export const CHUNK_TYPE = 8;

/** A change that passed every check that needs no other change. */
export interface AdmittedChange extends StoredChange {
  /** Number of its last operation, as Automerge counts them. */
  readonly lastOperation: number;
}

const importAutomerge = () => import('@automerge/automerge');
let automerge: ReturnType<typeof importAutomerge> | undefined;
/** Loaded when it is first needed: the first screen does not wait for it. */
export const loadAutomerge = () => (automerge ??= importAutomerge());
export const lastOperationOf = ({ startOp, ops }: DecodedChange): number => startOp + ops.length - 1;

/** What a change says, or why it may not come in. Checks everything that needs no other change; never throws. */
export async function readChange(document: DocumentId, bytes: Uint8Array, record: number | null): Promise<Result<AdmittedChange, QuarantineReason>> {
  if (bytes.length > MAXIMUM_RECEIVED_BYTES) return failure('too_large');
  const operations = countOperations(bytes);
  if (operations === undefined) return failure('change_malformed');
  if (operations > MAXIMUM_RECEIVED_OPERATIONS) return failure('too_large');
  const { decodeChange } = await loadAutomerge();
  let change: DecodedChange;
  try {
    change = decodeChange(bytes);
  } catch {
    return failure('change_malformed');
  }
  const isPlain =
    /^[0-9a-f]{48}$/.test(change.actor) && change.message === null && change.deps.length <= MAXIMUM_RECEIVED_DEPENDENCIES &&
    Number.isSafeInteger(lastOperationOf(change)) && change.ops.length === operations &&
    // The decoder passes over the checksum, which is the beginning of the hash: one change would have many spellings.
    bytesToHex(bytes.subarray(CHECKSUM, CHUNK_TYPE)) === change.hash.slice(0, 8);
  if (!isPlain) return failure('change_malformed');

  const revisions: Revision[] = [];
  for (const operation of change.ops) {
    const { action, obj, key, value, datatype, pred } = operation;
    const isNewKey = action === 'set' && obj === '_root' && datatype === undefined && pred.length === 0;
    if (!isNewKey || typeof value !== 'string') return failure('record_malformed');
    const revision = await admitRevision(key, value, change.actor.slice(0, 32));
    if (!revision.ok) return revision;
    revisions.push(revision.value);
  }
  if (new Set(revisions.map(({ id }) => id)).size < revisions.length) return failure('record_malformed');
  return success({
    document, hash: change.hash, deps: change.deps, actor: change.actor, bytes, revisions, record, lastOperation: lastOperationOf(change),
  });
}
