import type { DocumentId, LedgerId } from '#domain/ids.ts';
import { failure, success, type Result } from '#domain/result.ts';
import type { Conversation } from './conversation.ts';
import type { Inbound, Trouble } from './inbound.ts';
import { ownKey, presentDevices, type LedgerAccess } from './access.ts';
import { bytesToHex } from './protocol/bytes.ts';
import { parseFrame } from './protocol/frames.ts';
import { endOfWriting, mayWrite, roleNow } from './protocol/membership.ts';
import { makeEpoch } from './records.ts';
import { hasEndings } from './review.ts';
import type { Line } from './line.ts';
import { MAXIMUM_ENDORSEMENTS, MAXIMUM_FRAMES_AT_ONCE, PAGE_BYTES } from './protocol/limits.ts';
import type { Refusal } from './protocol/messages.ts';
import { FRAME_CONTENT_BYTES, sealNext } from './sealing.ts';
import type { FrameId, Store, WaitingFrame } from './store.ts';
import type { Turns } from './turns.ts';

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
  readonly line: Pick<Line, 'append' | 'fetch' | 'review'>;
  readonly store: Pick<Store, 'nextUnsealed' | 'commitSealed' | 'commitUnsealed' | 'waitingFrames' | 'waitingSnapshots' | 'frame'>;
  readonly conversation: Pick<Conversation, 'request'>;
  readonly inbound: Pick<Inbound, 'acknowledge'>;
  /** Nobody else seals meanwhile. */
  readonly inTurn: Turns;
  randomBytes(length: number): Uint8Array;
}

/** Frames sealed before the first of them are sent. */
const FRAMES_PER_STEP = 8;

/** Refused for when they were sealed: sealed anew they may go. */
const STALE: ReadonlySet<Refusal> = new Set(['epoch_stale', 'epoch_owed', 'record_unknown', 'role_forbids']);

export function createOutbound({ ledger, access, line, store, conversation, inbound, inTurn, randomBytes }: OutboundDeps): Outbound {
  /** They would be refused again: on this connection; or, for when they were sealed, until another record comes (`at`: the last one then). */
  const refused = new Map<FrameId, { reason: Refusal; bytes: number; at: number | null }>();
  let hindrance: 'role_forbids' | 'key_missing' | null = null;
  const isWriter = (): boolean => mayWrite(roleNow(access().membership, ownKey(access())));

  /** Whether this device may write now, and with which key. Who writes after somebody left begins an epoch first. */
  async function getReady(document: DocumentId): Promise<Result<boolean, Trouble>> {
    const { membership, current } = access();
    hindrance = isWriter() ? (current ? null : 'key_missing') : 'role_forbids';
    if (hindrance === 'role_forbids') {
      // What nobody else will ever see does not count here either; it is shown as refused.
      const reviewed = await line.review([document]);
      if (!reviewed.ok) return reviewed;
    }
    // Whoever began this epoch kept its key from us: with the next one we can write again.
    const isKept = hindrance === 'key_missing' && presentDevices(access()).every((key) => access().cards.has(key));
    if (hindrance && !isKept) return success(false);
    hindrance = null;
    if (!membership.isRotationOwed && !isKept) return success(true);
    const begun = await line.append<never>(async (known) => success(await makeEpoch(known, [], randomBytes)));
    return begun.ok ? success(true) : begun;
  }

  async function sealSome(): Promise<Result<boolean, Trouble | 'frame_too_large'>> {
    for (let count = 0; count < FRAMES_PER_STEP; count += 1) {
      const unsealed = await store.nextUnsealed(ledger, FRAME_CONTENT_BYTES);
      if (!unsealed.ok) return unsealed;
      if (!unsealed.value) break;
      const ready = await getReady(unsealed.value.document);
      if (!ready.ok || !ready.value) return ready;
      const sealed = await inTurn(() => sealNext({ access: access(), store, randomBytes }));
      if (!sealed.ok) return sealed.code === 'key_missing' ? success(false) : failure(sealed.code);
    }
    return success(true);
  }

  const ownHeader = ({ bytes }: WaitingFrame) => {
    const parsed = parseFrame(bytes);
    return parsed.ok && bytesToHex(parsed.value.header.author) === ownKey(access()) ? parsed.value.header : undefined;
  };

  /** What is sealed anew is later than it was: others' changes may not count any more because of it, or ours again. */
  async function unseal(frames: readonly WaitingFrame[]): Promise<Result<void, Trouble>> {
    const unsealed = await store.commitUnsealed(ledger, frames.map(({ document, frame }) => ({ document, frame })));
    return unsealed.ok && hasEndings(access()) ? line.review([...new Set(frames.map(({ document }) => document))]) : unsealed;
  }

  /** A frame that names a record of a line which this device has left (a snapshot, or one that is held): nobody takes it in. */
  function isOfOtherLine({ bytes }: WaitingFrame): boolean {
    const parsed = parseFrame(bytes);
    const { hashes } = access().membership;
    return parsed.ok && parsed.value.header.record < hashes.length && hashes[parsed.value.header.record]?.slice(0, 32) !== parsed.value.header.recordHash;
  }

  /** Frames of ours that were refused for when they were sealed go back to being changes, once more is known. */
  async function sealAnew(stale: ReadonlyMap<WaitingFrame, Refusal>): Promise<Result<void, Trouble>> {
    const fetched = await line.fetch();
    if (!fetched.ok) return fetched;
    const { number, isRotationOwed } = access().membership;
    const goes = ([frame, reason]: readonly [WaitingFrame, Refusal]): boolean =>
      (ownHeader(frame)?.record ?? number) < number || (reason === 'epoch_owed' && isRotationOwed);
    // Sealed anew under the same record they would be refused again.
    for (const [frame, reason] of [...stale].filter((one) => !goes(one))) refused.set(frame.frame, { reason, bytes: frame.bytes.length, at: number });
    return unseal([...stale].filter(goes).map(([frame]) => frame));
  }

  /** What we sealed before we lost the right to write, and did not get rid of, is written now that we have it again. */
  async function sealAgain(frames: readonly WaitingFrame[]): Promise<Result<boolean, Trouble>> {
    const { membership } = access();
    const past = frames.filter((frame) => {
      const header = ownHeader(frame);
      return header !== undefined && endOfWriting(membership, ownKey(access()), header.record) !== null;
    });
    if (past.length === 0 || !isWriter()) return success(false);
    const unsealed = await unseal(past);
    return unsealed.ok ? success(true) : unsealed;
  }

  /**
   * A relay that lost a log gets snapshots back before all else: their document begins with them. Whoever has the frames
   * that they cover need not send those then. True when one was taken in, which is to be read before anything is sent.
   */
  async function refill(): Promise<Result<boolean, Trouble>> {
    const snapshots = await store.waitingSnapshots(ledger);
    if (!snapshots.ok) return snapshots;
    for (const { document, frame } of snapshots.value) {
      const kept = refused.has(frame) ? success(null) : await store.frame(ledger, document, frame);
      if (!kept.ok) return kept;
      if (!kept.value) continue;
      const { bytes, endorsements } = kept.value;
      const answer = await conversation.request({ type: 'refill', ledger, frame: bytes, endorsements: endorsements.slice(0, MAXIMUM_ENDORSEMENTS) });
      if (!answer.ok) return answer;
      const { stored, refused: [no] } = answer.value;
      if (no?.reason === 'quota' || no?.reason === 'relay_full') return failure(no.reason);
      if (stored.length === 0) refused.set(frame, { reason: 'cursor_unknown', bytes: bytes.length, at: null });
      else {
        const acknowledged = await inbound.acknowledge(stored.filter((one) => one.frame === frame));
        return acknowledged.ok ? success(true) : acknowledged;
      }
    }
    return success(false);
  }

  async function step(): Promise<Result<boolean, Trouble>> {
    hindrance = null;
    for (const [frame, { at }] of refused) if (at !== null && at !== access().membership.number) refused.delete(frame);
    const refilled = await refill();
    if (!refilled.ok || refilled.value) return refilled;
    const sealed = await sealSome();
    if (!sealed.ok) return sealed;
    const refusedBytes = [...refused.values()].reduce((sum, { bytes }) => sum + bytes, 0);
    const waiting = await store.waitingFrames(ledger, PAGE_BYTES + refusedBytes);
    if (!waiting.ok) return waiting;
    for (const one of waiting.value) if (!refused.has(one.frame) && isOfOtherLine(one)) refused.set(one.frame, { reason: 'cursor_unknown', bytes: one.bytes.length, at: null });
    const frames = waiting.value.filter(({ frame }) => !refused.has(frame)).slice(0, MAXIMUM_FRAMES_AT_ONCE);
    if (frames.length === 0) return success(false);
    const again = await sealAgain(frames);
    if (!again.ok || again.value) return again;

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
    const stale = new Map<WaitingFrame, Refusal>();
    for (const { frame, reason } of answer.value.refused) {
      const one = sent.get(frame);
      if (!one) continue;
      if (STALE.has(reason) && ownHeader(one)) stale.set(one, reason);
      else refused.set(frame, { reason, bytes: one.bytes.length, at: null });
    }
    const begun = stale.size > 0 ? await sealAnew(stale) : success(undefined);
    return begun.ok ? success(true) : begun;
  }

  /** A snapshot of another log, or what names another line, is of no use to this one, and does not wait for anything. */
  const isLeftOver = ({ reason }: { reason: Refusal }): boolean => reason !== 'cursor_unknown';
  return { leftOver: () => hindrance ?? [...refused.values()].findLast(isLeftOver)?.reason ?? null, step };
}
