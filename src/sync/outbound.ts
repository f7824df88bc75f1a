import type { LedgerId } from '#domain/ids.ts';
import { failure, success, type Result } from '#domain/result.ts';
import type { Conversation } from './conversation.ts';
import type { Inbound, Trouble } from './inbound.ts';
import { ownKey, type LedgerAccess } from './access.ts';
import { bytesToHex } from './protocol/bytes.ts';
import { parseFrame } from './protocol/frames.ts';
import { mayWrite, roleNow } from './protocol/membership.ts';
import { makeEpoch } from './records.ts';
import type { Line } from './line.ts';
import { MAXIMUM_FRAMES_AT_ONCE, PAGE_BYTES } from './protocol/limits.ts';
import type { Refusal } from './protocol/messages.ts';
import { sealFrame } from './seal.ts';
import type { FrameId, Store, WaitingFrame } from './store.ts';

/** Sending what the relay lacks: changes that are not sealed yet are sealed now, and frames go until they are acknowledged. */
export interface Outbound {
  /** Sends a bit: true when something was sent, false when nothing waits that the relay would take. */
  step(): Promise<Result<boolean, Trouble>>;
  /** Why something stays here although everything else was sent; null where nothing does. */
  leftOver(): Refusal | 'key_missing' | null;
}

export interface OutboundDeps {
  readonly ledger: LedgerId;
  access(): LedgerAccess;
  readonly line: Pick<Line, 'append' | 'fetch'>;
  readonly store: Pick<Store, 'nextUnsealed' | 'commitSealed' | 'commitUnsealed' | 'waitingFrames'>;
  readonly conversation: Pick<Conversation, 'request'>;
  readonly inbound: Pick<Inbound, 'acknowledge'>;
  randomBytes(length: number): Uint8Array;
}

/** Bytes of changes that go into one frame, before they are packed. */
const FRAME_CONTENT_BYTES = 200_000;
/** Frames sealed before the first of them are sent. */
const FRAMES_PER_STEP = 8;

/** Refused for when they were sealed: sealed anew they may go. */
const STALE: ReadonlySet<Refusal> = new Set(['epoch_stale', 'epoch_owed', 'record_unknown', 'role_forbids']);

export function createOutbound({ ledger, access, line, store, conversation, inbound, randomBytes }: OutboundDeps): Outbound {
  /** Refused for what they are; they would be refused again on this connection. */
  const refused = new Map<FrameId, { reason: Refusal; bytes: number }>();
  let hindrance: 'role_forbids' | 'key_missing' | null = null;
  /** The record that our frames were refused under: sealed anew under the same, they would be again. */
  let refusedAt = -1;

  /** Whether this device may write now, and with which key. Who writes after somebody left begins an epoch first. */
  async function getReady(): Promise<Result<boolean, Trouble>> {
    const { membership } = access();
    const isWriter = mayWrite(roleNow(membership, ownKey(access())));
    hindrance = isWriter ? (access().current ? null : 'key_missing') : 'role_forbids';
    if (hindrance) return success(false);
    if (!membership.isRotationOwed) return success(true);
    const begun = await line.append<never>(async (known) => success(await makeEpoch(known, [], randomBytes)));
    return begun.ok ? success(true) : begun;
  }

  async function sealSome(): Promise<Result<boolean, Trouble | 'frame_too_large'>> {
    for (let count = 0; count < FRAMES_PER_STEP; count += 1) {
      const unsealed = await store.nextUnsealed(ledger, FRAME_CONTENT_BYTES);
      if (!unsealed.ok) return unsealed;
      if (!unsealed.value) break;
      const ready = await getReady();
      if (!ready.ok || !ready.value) return ready;
      const { document, changes } = unsealed.value;
      const sealing = access();
      const frame = await sealFrame({ access: sealing, randomBytes }, document, changes.map(({ bytes }) => bytes));
      if (!frame.ok) return frame.code === 'too_large' ? failure('frame_too_large') : success(false);
      const stored = await store.commitSealed(ledger, frame.value, changes.map(({ hash }) => hash), sealing.membership.number);
      if (!stored.ok) return stored;
    }
    return success(true);
  }

  const isOwn = ({ bytes }: WaitingFrame): boolean => {
    const parsed = parseFrame(bytes);
    return parsed.ok && bytesToHex(parsed.value.header.author) === ownKey(access());
  };

  /** Frames of ours that were refused for when they were sealed go back to being changes, once more is known. */
  async function sealAnew(stale: readonly WaitingFrame[]): Promise<Result<void, Trouble>> {
    const fetched = await line.fetch();
    if (!fetched.ok) return fetched;
    const { number } = access().membership;
    if (number === refusedAt) hindrance ??= 'role_forbids';
    refusedAt = number;
    return store.commitUnsealed(ledger, stale.map(({ document, frame }) => ({ document, frame })));
  }

  async function step(): Promise<Result<boolean, Trouble>> {
    hindrance = null;
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
    const reasons = new Map(answer.value.refused.map(({ frame, reason }) => [frame, reason]));
    const stale = frames.filter((one) => STALE.has(reasons.get(one.frame) ?? 'quota') && isOwn(one));
    for (const { frame } of stale) reasons.delete(frame);
    for (const [frame, reason] of reasons) refused.set(frame, { reason, bytes: sent.get(frame)?.bytes.length ?? 0 });
    if (stale.length === 0) return success(true);
    const begun = await sealAnew(stale);
    // Refused twice under the same records: rather wait for other ones than go round in circles.
    return begun.ok ? success(hindrance === null) : begun;
  }

  return { leftOver: () => hindrance ?? [...refused.values()].at(-1)?.reason ?? null, step };
}
