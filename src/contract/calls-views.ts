/** What the screen is shown of a call. Times are milliseconds since 1970. */
import type { CallOutcome, CallPhase, CallSide } from '#domain/call.ts';
import type { Id, LedgerId } from '#domain/ids.ts';
import type { Root, SafetyWordsView, VerifiedView } from './people-views.ts';
import type { ErrorCode } from './errors.ts';

/** Who is at the other end, by the membership, which nobody can forge. */
export interface CallPeerView {
  root: Root;
  /** What I call them, else what they call themselves. */
  name: string;
  nickname: string;
  /** Null where they don't show it to me. */
  realName: string | null;
  picture: string | null;
  verified: VerifiedView | null;
}

export interface CallView {
  call: Id;
  ledger: LedgerId;
  /** Empty for a direct ledger. */
  ledgerName: string;
  /** What it was begun from: both sides are led to it. `title` null: nothing is known of it here. */
  about: { id: Id; kind: 'entry' | 'iou' | 'other'; title: string | null } | null;
  side: CallSide;
  phase: CallPhase | 'ended';
  peer: CallPeerView;
  /** Two words that are the same on both sides, unless somebody stands between; null until the keys are agreed. */
  words: SafetyWordsView | null;
  /** When this phase began, and when the two could hear each other first. */
  since: number;
  activeAt: number | null;
  /** How it ended, and why where something was wrong. */
  outcome: CallOutcome | null;
  seconds: number | null;
  problem: ErrorCode | null;
  /** The window that has the microphone; null before anybody answered here. */
  screen: Id | null;
}

export interface CallStateView {
  /** At most one. A call that is over stays until it is dismissed or another one begins. */
  call: CallView | null;
  /** Whether this device has shown what a call tells about me. */
  introduced: boolean;
}

/** What a screen needs to make sound of a call: it watches this and makes everything anew when `generation` changes. */
export interface CallMediaView {
  /** Whether the room at the relay is open now. */
  isOpen: boolean;
  /** Changes when what the router held for this device is gone. */
  generation: number;
  /** Both have the keys. */
  isAgreed: boolean;
  /** What the other side sends. */
  producers: { producer: string; isPaused: boolean }[];
}

/** `send`, `receive`: SFrame base keys (RFC 9605), 64 hexadecimal digits. `sendKeyId` is never given twice. */
export interface CallKeysView {
  send: string;
  sendKeyId: number;
  receive: string;
}
