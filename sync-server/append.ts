import { bytesToHex } from '#sync/protocol/bytes.ts';
import { frameToSignedBytes, parseFrame, type FrameHeader } from '#sync/protocol/frames.ts';
import { tenureAt, type Membership } from '#sync/protocol/membership.ts';
import type { Refusal } from '#sync/protocol/messages.ts';
import type { AppendAnswer, Appender, Hub } from './hub.ts';
import { isSoleWriter, judgeHeader } from './standing.ts';
import type { Appended, Endorsement, FrameToAppend, Settled } from './store.ts';
import { hashId } from './verify.ts';
import { findVoucher } from './voucher.ts';

/** A frame that is on the disk. */
export interface StoredFrame {
  readonly document: string;
  readonly seq: number;
  readonly bytes: Uint8Array;
}

export interface AppendDeps extends Pick<Hub, 'store' | 'now' | 'isSignedBy' | 'underMembership'> {
  /** Called at once for what is on disk, in the order of the numbers. */
  onStored(ledger: string, from: Appender, frames: readonly StoredFrame[]): void;
  /** A failure of the disk. */
  onFailure(code: string): void;
}

interface SignedFrame {
  readonly header: FrameHeader;
  readonly author: string;
  readonly frame: string;
  readonly bytes: Uint8Array;
}
type Refused = AppendAnswer['refused'][number];

/** A frame that may be stored, and what to say where the store has it not and may not take it. */
interface Judged {
  readonly toAppend: FrameToAppend;
  readonly late: Refusal | null;
}

/** `voucher`: of a snapshot that comes back, a device with another member's word for it; undefined for any other frame. */
function judge(membership: Membership, { header, author, frame, bytes }: SignedFrame, key: string, voucher?: Endorsement | null): Judged | Refused {
  const judged = judgeHeader(membership, header, author, author === key);
  if (judged.verdict === 'never') return { frame, reason: judged.reason };
  const { document, covers } = header;
  const member = tenureAt(membership, author, header.record)?.member ?? '';
  const isVouched = isSoleWriter(membership, member, header.record) || voucher != null;
  const snapshot = covers && { ...covers, member, isVouched, ...(isVouched && voucher !== undefined && { refill: voucher }) };
  return {
    toAppend: { document, frame, bytes, ...(snapshot && { snapshot }), ...(judged.verdict === 'late' && { isLate: true }) },
    late: judged.verdict === 'late' ? judged.reason : null,
  };
}

const refusalOf = (appended: Extract<Appended, { refused: string }>, late: Refusal | null | undefined): Refusal =>
  appended.refused === 'quota' ? 'quota' : appended.refused === 'covers_unknown' ? 'cursor_unknown' : (late ?? 'relay_failed');

/** Takes frames in: what is in them nobody here can read, but by whom they are, and whether that one may. */
export function createAppending({ store, now, isSignedBy, underMembership, onStored, onFailure }: AppendDeps): Hub['append'] {
  /** Not a promise where nothing is to be waited for: a busy relay goes through a great many frames. */
  function check(ledger: string, bytes: Uint8Array, ownKey: string): SignedFrame | Refused | Promise<SignedFrame | Refused> {
    const frame = hashId(bytes);
    const parsed = parseFrame(bytes);
    if (!parsed.ok) return { frame, reason: parsed.code === 'too_large' ? 'frame_too_large' : 'frame_malformed' };
    const { header, signature } = parsed.value;
    if (header.ledger !== ledger) return { frame, reason: 'frame_foreign' };
    const author = bytesToHex(header.author);
    const signed = { header, author, frame, bytes };
    // That this one appends is proved already (ADR 6), and every reader looks at the signature.
    if (author === ownKey) return signed;
    return isSignedBy(header.author, signature, frameToSignedBytes(parsed.value)).then((isRight) => (isRight ? signed : { frame, reason: 'signature_wrong' }));
  }

  return async (ledger, frames, from) => {
    const checked = await from.inTurn(Promise.all(frames.map((bytes) => check(ledger, bytes, from.key))));
    const unsound = checked.filter((one) => 'reason' in one);
    const signed = checked.filter((one) => 'header' in one);
    const newest = Math.max(...signed.map(({ header }) => header.record), 0);
    let hasLooked = false;
    const outcome = await underMembership<null>(ledger, async (membership) => {
      if (newest > membership.number && !hasLooked) {
        // Another relay may have added it.
        hasLooked = true;
        return { ok: false, code: 'stale' };
      }
      const reason = from.mayAppend(membership);
      if (reason) return { ok: false, code: reason };
      const [brought] = signed;
      const voucher = from.endorsements && brought ? await findVoucher(membership, brought, from.endorsements, isSignedBy) : undefined;
      const judged = signed.map((one) => judge(membership, one, from.key, voucher));
      const sound = judged.filter((one) => 'toAppend' in one);
      const refused = [...unsound, ...judged.filter((one) => 'reason' in one)];
      const appended: Settled<Appended[], 'stale'> = sound.length === 0
        ? { ok: true, value: [] }
        : await store.append({ ledger, records: membership.number + 1 }, sound.map(({ toAppend }) => toAppend), now());
      if (!appended.ok) return appended;
      // From here on nothing is awaited: the disk answers in the order of the numbers, and so everybody hears of them.
      const stored: AppendAnswer['stored'] = [];
      const fresh: StoredFrame[] = [];
      appended.value.forEach((one, index) => {
        const frame = sound[index];
        if ('refused' in one) return void refused.push({ frame: one.frame, reason: refusalOf(one, frame?.late) });
        stored.push({ document: one.document, frame: one.frame, seq: one.seq });
        if (one.fresh && frame) fresh.push({ document: one.document, seq: one.seq, bytes: frame.toAppend.bytes });
      });
      onStored(ledger, from, fresh);
      from.onAppended({ ok: true, value: { stored, refused } });
      return { ok: true, value: null };
    });
    if (outcome.ok) return;
    if (outcome.code === 'relay_full' || outcome.code === 'relay_failed') onFailure(outcome.code);
    from.onAppended(outcome);
  };
}
