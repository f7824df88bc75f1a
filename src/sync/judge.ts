import type { DocumentId, LedgerId } from '#domain/ids.ts';
import { failure, success, type Result } from '#domain/result.ts';
import { hashId, type LedgerKeys } from './keys.ts';
import type { AdmittedChange, Repo } from './repo.ts';
import { openFrame } from './seal.ts';
import type { FrameVerdict, QuarantineReason, ReceivedFrame, Store, StoreErrorCode } from './store.ts';

export interface JudgeDeps {
  readonly keys: LedgerKeys;
  readonly store: Pick<Store, 'knownChanges'>;
  readonly repo: Pick<Repo, 'readChange'>;
}

export interface FrameToJudge {
  readonly document: DocumentId;
  readonly seq: number | null;
  readonly bytes: Uint8Array;
}

export type MergedFrame = ReceivedFrame & { readonly verdict: { readonly state: 'merged'; readonly changes: readonly AdmittedChange[] } };
export type JudgedFrame = MergedFrame | (ReceivedFrame & { readonly verdict: Exclude<FrameVerdict, { state: 'merged' }> });

export const isMerged = (frame: JudgedFrame): frame is MergedFrame => frame.verdict.state === 'merged';

/**
 * Changes outside of a frame that its own may rest on: a document has about a thousand revisions, so nobody needs more.
 * Whether they are here plays no part, or one device would quarantine what another merges.
 */
const MAXIMUM_FRAME_DEPENDENCIES = 1_000;

export interface ReadFrame {
  readonly changes: readonly AdmittedChange[];
  /** Hashes of changes that these depend on and that are not in the frame before them. */
  readonly restsOn: ReadonlySet<string>;
}

/** What is in a frame, if every change of it may come in. A frame is taken as a whole or not at all. */
export async function readFrame(
  { keys, repo }: Pick<JudgeDeps, 'keys' | 'repo'>, expected: { ledger: LedgerId; document: DocumentId }, bytes: Uint8Array,
): Promise<Result<ReadFrame, QuarantineReason>> {
  const opened = await openFrame(keys, expected, bytes);
  if (!opened.ok) return opened;
  const changes: AdmittedChange[] = [];
  const within = new Set<string>();
  const restsOn = new Set<string>();
  for (const change of opened.value.changes) {
    const admitted = await repo.readChange(expected.document, change);
    if (!admitted.ok) return admitted;
    if (admitted.value.actor.slice(0, 32) !== opened.value.device) return failure('actor_not_signer');
    for (const hash of admitted.value.deps) if (!within.has(hash)) restsOn.add(hash);
    if (restsOn.size > MAXIMUM_FRAME_DEPENDENCIES) return failure('too_large');
    within.add(admitted.value.hash);
    changes.push(admitted.value);
  }
  return success({ changes, restsOn });
}

/**
 * What becomes of a frame from the relay. `arriving` are changes that are about to be merged before it. Fails only where
 * the store does.
 */
export async function judgeFrame(deps: JudgeDeps, { document, seq, bytes }: FrameToJudge, arriving: ReadonlySet<string>): Promise<Result<JudgedFrame, StoreErrorCode>> {
  const { ledger } = deps.keys;
  const received = { document, frame: await hashId(bytes), seq, bytes };
  const read = await readFrame(deps, { ledger, document }, bytes);
  if (!read.ok) return success({ ...received, verdict: { state: 'quarantined', reason: read.code } });

  const { changes, restsOn } = read.value;
  const outside = [...restsOn].filter((hash) => !arriving.has(hash));
  const known = await deps.store.knownChanges(ledger, document, outside);
  if (!known.ok) return known;
  const missing = outside.filter((hash) => !known.value.has(hash));
  return success(
    missing.length > 0
      ? { ...received, verdict: { state: 'held', missing } }
      : { ...received, verdict: { state: 'merged', changes } },
  );
}
