import type { DocumentId, LedgerId } from '#domain/ids.ts';
import { success, type Result } from '#domain/result.ts';
import { isMerged, judgeFrame, type JudgeDeps } from './judge.ts';
import type { AdmittedChange } from './read-change.ts';
import type { HeldFrame, Store, StoreErrorCode } from './store.ts';

/**
 * The frames of a ledger that rest on changes which are not here yet. They lie on the disk, however many, and each waits
 * for the first change that it misses.
 */
export interface HeldFrames {
  /** Judges again what an earlier run had no time for. */
  resume(): Promise<Result<void, StoreErrorCode>>;
  /** Judges again what waited for these changes, which are stored, and what waited for that. */
  release(document: DocumentId, hashes: Iterable<string>): Promise<Result<void, StoreErrorCode>>;
}

export interface HeldDeps extends JudgeDeps {
  readonly ledger: LedgerId;
  readonly store: Pick<Store, 'knownChanges' | 'releasedFrames' | 'commitReceived'>;
  onMerged(changes: readonly AdmittedChange[]): Promise<void>;
}

/** What is taken into memory at a time, in bytes of frames. */
const STEP_BYTES = 64 * 1024;

type Arrived = Parameters<Store['releasedFrames']>[1];

export function createHeldFrames(deps: HeldDeps): HeldFrames {
  const { ledger, store, onMerged } = deps;

  /** The changes of a frame that can be merged now; none where it waits on, for another change. */
  async function judgeAgain(held: HeldFrame): Promise<Result<readonly AdmittedChange[], StoreErrorCode>> {
    // Its number at the relay is known already, or was forgotten for a reason.
    const frame = { ...held, seq: null };
    const known = await store.knownChanges(ledger, frame.document, frame.verdict.missing);
    if (!known.ok) return known;
    const missing = frame.verdict.missing.filter((hash) => !known.value.has(hash));
    const judged = missing.length > 0 ? success({ ...frame, verdict: { state: 'held' as const, missing } }) : await judgeFrame(deps, frame, new Set());
    if (!judged.ok) return judged;
    const stored = await store.commitReceived(ledger, [judged.value], null);
    if (!stored.ok) return stored;
    if (!isMerged(judged.value)) return success([]);
    await onMerged(judged.value.verdict.changes);
    return success(judged.value.verdict.changes);
  }

  async function judgeReleased(first: readonly Arrived[]): Promise<Result<void, StoreErrorCode>> {
    const queue = [...first];
    for (let arrived = queue.shift(); arrived !== undefined; ) {
      const frames = await store.releasedFrames(ledger, arrived, STEP_BYTES);
      if (!frames.ok) return frames;
      for (const frame of frames.value) {
        const changes = await judgeAgain(frame);
        if (!changes.ok) return changes;
        queue.push(...changes.value);
      }
      // Whatever was judged waits for something else now, so this comes to an end.
      if (frames.value.length === 0) arrived = queue.shift();
    }
    return success(undefined);
  }

  return {
    resume: () => judgeReleased([null]),
    release: (document, hashes) => judgeReleased([...hashes].map((hash) => ({ document, hash }))),
  };
}
