import { success, type Result } from '#domain/result.ts';
import { isMerged, judgeFrame, type JudgeDeps, type JudgedFrame } from './judge.ts';
import type { AdmittedChange } from './repo.ts';
import type { ReceivedFrame, Store, StoreErrorCode } from './store.ts';

/** The frames of a ledger that rest on changes which are not here yet. */
export interface HeldFrames {
  /** Reads what an earlier run left, and judges it again. */
  load(): Promise<Result<void, StoreErrorCode>>;
  /** Takes note of frames that were just judged and stored. */
  add(frames: readonly JudgedFrame[]): void;
  /** Judges again what waited for these changes, and what waited for that. */
  release(hashes: Iterable<string>): Promise<Result<void, StoreErrorCode>>;
}

export interface HeldDeps extends JudgeDeps {
  readonly store: Pick<Store, 'knownChanges' | 'heldFrames' | 'commitReceived'>;
  onMerged(changes: readonly AdmittedChange[]): Promise<void>;
}

export function createHeldFrames(deps: HeldDeps): HeldFrames {
  const { keys, store, onMerged } = deps;
  const held = new Map<string, ReceivedFrame>();
  /** By the hash of a missing change: which frames wait for it. */
  const waiting = new Map<string, Set<string>>();
  const keyOf = ({ document, frame }: ReceivedFrame): string => `${document}/${frame}`;

  function keep(frame: ReceivedFrame): void {
    if (frame.verdict.state !== 'held') return;
    held.set(keyOf(frame), frame);
    for (const hash of frame.verdict.missing) waiting.set(hash, (waiting.get(hash) ?? new Set()).add(keyOf(frame)));
  }

  function takeReleased(hash: string): ReceivedFrame[] {
    const frames = [...(waiting.get(hash) ?? [])].flatMap((key) => held.get(key) ?? []);
    waiting.delete(hash);
    return frames;
  }

  /** Judges frames again, and then those that waited for what they brought, until nothing moves any more. */
  async function judgeAgain(first: readonly ReceivedFrame[]): Promise<Result<void, StoreErrorCode>> {
    const queue = [...first];
    for (let frame = queue.shift(); frame; frame = queue.shift()) {
      if (!held.has(keyOf(frame))) continue;
      // Its number at the relay is known already, or was forgotten for a reason.
      const judged = await judgeFrame(deps, { ...frame, seq: null }, new Set());
      if (!judged.ok) return judged;
      const stored = await store.commitReceived(keys.ledger, [judged.value], null);
      if (!stored.ok) return stored;
      held.delete(keyOf(frame));
      keep(judged.value);
      if (!isMerged(judged.value)) continue;
      await onMerged(judged.value.verdict.changes);
      for (const { hash } of judged.value.verdict.changes) queue.push(...takeReleased(hash));
    }
    return success(undefined);
  }

  return {
    async load() {
      const frames = await store.heldFrames(keys.ledger);
      if (!frames.ok) return frames;
      for (const frame of frames.value) keep(frame);
      return judgeAgain(frames.value);
    },
    add: (frames) => frames.forEach(keep),
    release: (hashes) => judgeAgain([...hashes].flatMap(takeReleased)),
  };
}
