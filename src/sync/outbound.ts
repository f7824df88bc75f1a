import { failure, success, type Result } from '#domain/result.ts';
import type { Conversation } from './conversation.ts';
import type { Inbound, Trouble } from './inbound.ts';
import type { DeviceKey, LedgerKeys } from './keys.ts';
import { MAXIMUM_FRAMES_AT_ONCE, PAGE_BYTES } from './protocol/limits.ts';
import type { Refusal } from './protocol/messages.ts';
import { sealFrame } from './seal.ts';
import type { FrameId, Store, StoreErrorCode } from './store.ts';

/** Sending what the relay lacks: changes that are not sealed yet are sealed now, and frames go until they are acknowledged. */
export interface Outbound {
  /** Sends a bit: true when something was sent, false when nothing waits that the relay would take. */
  step(): Promise<Result<boolean, Trouble>>;
  /** Why some frames stay here although everything else was sent; null where none do. */
  leftOver(): Refusal | null;
}

export interface OutboundDeps {
  readonly keys: LedgerKeys;
  readonly device: DeviceKey;
  readonly store: Pick<Store, 'nextUnsealed' | 'commitSealed' | 'waitingFrames'>;
  readonly conversation: Pick<Conversation, 'request'>;
  readonly inbound: Pick<Inbound, 'acknowledge'>;
  randomBytes(length: number): Uint8Array;
}

/** Bytes of changes that go into one frame, before they are packed. */
const FRAME_CONTENT_BYTES = 200_000;
/** Frames sealed before the first of them are sent. */
const FRAMES_PER_STEP = 8;

export function createOutbound({ keys, device, store, conversation, inbound, randomBytes }: OutboundDeps): Outbound {
  const { ledger } = keys;
  /** Refused for what they are; they would be refused again on this connection. */
  const refused = new Map<FrameId, { reason: Refusal; bytes: number }>();

  async function sealSome(): Promise<Result<void, StoreErrorCode | 'frame_too_large'>> {
    for (let count = 0; count < FRAMES_PER_STEP; count += 1) {
      const unsealed = await store.nextUnsealed(ledger, FRAME_CONTENT_BYTES);
      if (!unsealed.ok) return unsealed;
      if (!unsealed.value) break;
      const { document, changes } = unsealed.value;
      const frame = await sealFrame({ device, keys, randomBytes }, document, changes.map(({ bytes }) => bytes));
      if (!frame.ok) return failure('frame_too_large');
      const stored = await store.commitSealed(ledger, frame.value, changes.map(({ hash }) => hash));
      if (!stored.ok) return stored;
    }
    return success(undefined);
  }

  return {
    leftOver: () => [...refused.values()].at(-1)?.reason ?? null,
    async step() {
      const sealed = await sealSome();
      if (!sealed.ok) return sealed;
      const refusedBytes = [...refused.values()].reduce((sum, { bytes }) => sum + bytes, 0);
      const waiting = await store.waitingFrames(ledger, PAGE_BYTES + refusedBytes);
      if (!waiting.ok) return waiting;
      const frames = waiting.value.filter(({ frame }) => !refused.has(frame)).slice(0, MAXIMUM_FRAMES_AT_ONCE);
      if (frames.length === 0) return success(false);

      const answer = await conversation.request({ type: 'append', ledger, frames: frames.map(({ bytes }) => bytes) });
      if (!answer.ok) return answer;
      const sent = new Map(frames.map((one) => [one.frame, one]));
      const { stored } = answer.value;
      const isOurs = stored.every(({ frame, document }) => sent.get(frame)?.document === document) && answer.value.refused.every(({ frame }) => sent.has(frame));
      if (!isOurs || stored.length + answer.value.refused.length < frames.length) return failure('relay_nonsense');
      const acknowledged = await inbound.acknowledge(stored);
      if (!acknowledged.ok) return acknowledged;

      const full = answer.value.refused.find(({ reason }) => reason === 'quota' || reason === 'relay_full');
      if (full) return failure(full.reason);
      for (const { frame, reason } of answer.value.refused) refused.set(frame, { reason, bytes: sent.get(frame)?.bytes.length ?? 0 });
      return success(true);
    },
  };
}
