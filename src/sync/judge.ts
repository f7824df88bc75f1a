import type { DocumentId } from '#domain/ids.ts';
import { failure, success, type Result } from '#domain/result.ts';
import { isRestricted, type LedgerAccess } from './access.ts';
import { hashId } from './keys.ts';
import { endOfWriting, mayWrite, tenureAt } from './protocol/membership.ts';
import { isVouchedFor, type Endorsement } from './endorsement.ts';
import type { AdmittedChange } from './read-change.ts';
import type { Repo } from './repo.ts';
import { parseFrame } from './protocol/frames.ts';
import { openFrame, type OpenedFrame } from './seal.ts';
import type { Cursor, FrameVerdict, QuarantineReason, ReceivedFrame, RefusalReason, Store, StoreErrorCode } from './store.ts';

export interface JudgeDeps {
  /** What is known of the ledger now; it changes as records come in. */
  access(): LedgerAccess;
  readonly store: Pick<Store, 'knownChanges'>;
  readonly repo: Pick<Repo, 'readChange'>;
}

export interface FrameToJudge {
  readonly document: DocumentId;
  readonly seq: number | null;
  readonly bytes: Uint8Array;
}

type Merged = Extract<FrameVerdict, { state: 'merged' }> & { readonly changes: readonly AdmittedChange[] };
export type MergedFrame = ReceivedFrame & { readonly verdict: Merged };
export type JudgedFrame = MergedFrame | (ReceivedFrame & { readonly verdict: Exclude<FrameVerdict, { state: 'merged' }> });

export const isMerged = (frame: JudgedFrame): frame is MergedFrame => frame.verdict.state === 'merged';

/**
 * Changes outside of a frame that its own may rest on: a document has about a thousand revisions, so nobody needs more.
 * Whether they are here plays no part, or one device would quarantine what another merges.
 */
const MAXIMUM_FRAME_DEPENDENCIES = 1_000;

export interface ReadFrame {
  readonly opened: OpenedFrame;
  readonly changes: readonly AdmittedChange[];
  /** Hashes of changes that these depend on and that are not in the frame before them. */
  readonly restsOn: ReadonlySet<string>;
  /** Changes of somebody who lost the right to write later: they count when it has been seen that they were made before. */
  readonly doubtful: ReadonlyMap<string, RefusalReason>;
}

/** Whether a change in a frame may be of this actor: in an ordinary frame of its signer, in a snapshot of anyone who was a writer. */
function isAuthorSound({ membership, pseudonyms }: LedgerAccess, { header, device }: OpenedFrame, { actor, record }: AdmittedChange): boolean {
  if (header.kind === 'changes') return actor.slice(0, 32) === device;
  const author = pseudonyms.get(actor.slice(0, 32));
  const isKnown = author !== undefined && record !== null && record <= header.record;
  return isKnown && mayWrite(tenureAt(membership, author, record)?.role ?? null);
}

/** What is in a frame, if every change of it may come in. A frame is taken as a whole or not at all. */
export async function readFrame(access: LedgerAccess, repo: Pick<Repo, 'readChange'>, document: DocumentId, bytes: Uint8Array): Promise<Result<ReadFrame, QuarantineReason>> {
  const opened = await openFrame(access, document, bytes);
  if (!opened.ok) return opened;
  const changes: AdmittedChange[] = [];
  const within = new Set<string>();
  const restsOn = new Set<string>();
  const doubtful = new Map<string, RefusalReason>();
  for (const sealed of opened.value.changes) {
    const admitted = await repo.readChange(document, sealed.bytes, sealed.record);
    if (!admitted.ok) return admitted;
    const { hash, deps, actor } = admitted.value;
    if (!isAuthorSound(access, opened.value, admitted.value)) return failure('actor_not_signer');
    for (const other of deps) if (!within.has(other)) restsOn.add(other);
    if (restsOn.size > MAXIMUM_FRAME_DEPENDENCIES) return failure('too_large');
    const author = access.pseudonyms.get(actor.slice(0, 32));
    const isOver = author !== undefined && endOfWriting(access.membership, author, sealed.record) !== null;
    if (isOver && !access.accepted.has(hash)) doubtful.set(hash, 'written_after_removal');
    within.add(hash);
    changes.push(admitted.value);
  }
  return success({ opened: opened.value, changes, restsOn, doubtful });
}

/** What becomes of a frame from the relay. `arriving` are changes that are about to be merged before it. Fails only where the store does. */
export async function judgeFrame(
  { access, store, repo }: JudgeDeps, { document, seq, bytes }: FrameToJudge, arriving: ReadonlySet<string>,
): Promise<Result<JudgedFrame, StoreErrorCode>> {
  const { ledger } = access();
  const received = { document, frame: await hashId(bytes), seq, bytes };
  const read = await readFrame(access(), repo, document, bytes);
  if (!read.ok) return success({ ...received, verdict: { state: 'quarantined', reason: read.code } });

  const { opened, changes, restsOn, doubtful } = read.value;
  const outside = isRestricted(access()) ? [] : [...restsOn].filter((hash) => !arriving.has(hash));
  const known = await store.knownChanges(ledger, document, outside);
  if (!known.ok) return known;
  const missing = outside.filter((hash) => !known.value.has(hash));
  if (missing.length > 0) return success({ ...received, verdict: { state: 'held', missing } });
  // A snapshot among ordinary frames is one that nobody has vouched for: it may say nothing that is new.
  if (opened.header.kind === 'snapshot') {
    const isNew = await hasNewChange(store, ledger, document, changes, arriving);
    if (!isNew.ok) return isNew;
    return isNew.value
      ? success({ ...received, verdict: { state: 'quarantined', reason: 'snapshot_unvouched' } })
      : success({ ...received, verdict: { state: 'merged', changes: [], refused: new Map() } });
  }
  return success({ ...received, verdict: { state: 'merged', changes, refused: doubtful } });
}

async function hasNewChange(
  store: Pick<Store, 'knownChanges'>, ledger: string, document: DocumentId, changes: readonly AdmittedChange[], arriving: ReadonlySet<string>,
): Promise<Result<boolean, StoreErrorCode>> {
  const others = changes.map(({ hash }) => hash).filter((hash) => !arriving.has(hash));
  const known = await store.knownChanges(ledger, document, others);
  return known.ok ? success(known.value.size < others.length) : known;
}

export interface OfferedSnapshot {
  readonly document: DocumentId;
  /** Its own number at the relay; null where it came from another device. */
  readonly seq: number | null;
  readonly bytes: Uint8Array;
  readonly endorsements: readonly Endorsement[];
}

/**
 * A snapshot that is offered in place of what it covers; null where it cannot be believed. One from before this device came
 * in stands for what it could not read either.
 */
export async function judgeSnapshot(
  { access, store, repo }: JudgeDeps, { document, seq, bytes, endorsements }: OfferedSnapshot,
): Promise<Result<{ frame: JudgedFrame; cursor: Cursor } | null, StoreErrorCode>> {
  const read = await readFrame(access(), repo, document, bytes);
  const parsed = parseFrame(bytes);
  const covers = parsed.ok ? parsed.value.header.covers : null;
  if (!covers) return success(null);
  const frame = await hashId(bytes);
  if (!read.ok) {
    const verdict = { state: 'quarantined' as const, reason: read.code };
    return success(read.code === 'before_joining' ? { frame: { document, frame, seq, bytes, verdict }, cursor: { document, ...covers } } : null);
  }
  const { opened, changes, restsOn, doubtful } = read.value;
  if (!(await isVouchedFor(access(), { author: opened.author, record: opened.header.record }, frame, endorsements))) return success(null);
  const known = await store.knownChanges(access().ledger, document, [...restsOn]);
  if (!known.ok) return known;
  if (known.value.size < restsOn.size) return success(null);
  const verdict = { state: 'merged' as const, changes, refused: doubtful };
  return success({ frame: { document, frame, seq, bytes, verdict, endorsements }, cursor: { document, ...covers } });
}

/**
 * What becomes of a frame that came otherwise than from the relay's log: a snapshot is taken by the word of those who
 * endorse it. Null for a snapshot that cannot be believed, which may come again with a better word.
 */
export async function judgeHanded(
  deps: JudgeDeps, { document, bytes, endorsements }: Omit<OfferedSnapshot, 'seq'>, arriving: ReadonlySet<string>,
): Promise<Result<JudgedFrame | null, StoreErrorCode>> {
  const judged = await judgeFrame(deps, { document, seq: null, bytes }, arriving);
  const parsed = parseFrame(bytes);
  if (!judged.ok || isMerged(judged.value) || !parsed.ok || parsed.value.header.kind !== 'snapshot') return judged;
  const snapshot = await judgeSnapshot(deps, { document, seq: null, bytes, endorsements });
  return snapshot.ok ? success(snapshot.value?.frame ?? null) : snapshot;
}
