/**
 * What becomes of a call on one device, whatever is heard, lost, or done at the same time on the other side. Pure: signals,
 * acts of the person and the time go in; the next state and what is to be said come out.
 */
import type { CallSignal, SharedOutcome } from './call-signal.ts';
import type { Id } from './ids.ts';

/** Milliseconds. */
export const CALL_TIMES = {
  /** So long it rings at the caller's before nobody answers. */
  ring: 45_000,
  /** A device that rings and hears nothing more of the caller stops. */
  silence: 10_000,
  connect: 20_000,
  reconnect: 30_000,
  repeat: 1_500,
} as const;

/** `elsewhere`: on another device of the same person, which is the one that knows. */
export type CallOutcome = 'completed' | 'declined' | 'missed' | 'cancelled' | 'busy' | 'noAnswer' | 'failed' | 'elsewhere';
export type CallSide = 'caller' | 'callee';
export type CallPhase = 'dialling' | 'ringing' | 'connecting' | 'active' | 'reconnecting';

/** The other side of a call. */
interface WithSomebody {
  readonly call: Id;
  readonly side: CallSide;
  /** Who: their root. */
  readonly person: string;
  /** Which of their devices; null while all of them ring. */
  readonly device: string | null;
}

export interface OngoingCall extends WithSomebody {
  readonly phase: CallPhase;
  /** When this phase began, and when both could hear each other first; milliseconds since 1970. */
  readonly since: number;
  readonly activeAt: number | null;
  /** When this phase ends by itself. */
  readonly until: number | null;
  /** When what was said last is said again. */
  readonly repeatAt: number | null;
  /** Both have the keys. */
  readonly isAgreed: boolean;
}

export interface EndedCall extends WithSomebody {
  readonly phase: 'ended';
  readonly since: number;
  readonly activeAt: number | null;
  readonly outcome: CallOutcome;
  /** How long both could hear each other; null: never. */
  readonly seconds: number | null;
  /** Nothing more was heard of the other side: perhaps only this one knows of the call. */
  readonly isAlone: boolean;
}

/** The last word said about a call that is over, in case it was not heard. */
interface LastWord {
  readonly call: Id;
  readonly word: Word | null;
}

export interface CallState {
  readonly current: OngoingCall | EndedCall | null;
  /** The newest first. */
  readonly past: readonly LastWord[];
}

type Bare<T extends CallSignal['type']> = T extends 'end' ? { readonly type: 'end'; readonly outcome: SharedOutcome } : { readonly type: T };
/** A signal without the keys, which are not this file's business. */
export type Word = Bare<CallSignal['type']>;
/** `to`: one device; `all` of the person, or the `others`, without the one that `except` names. */
export interface Saying {
  readonly call: Id;
  readonly word: Word;
  readonly person: string;
  readonly to: string | null;
  readonly except: string | null;
}

export type CallInput =
  | { readonly type: 'dial'; readonly call: Id; readonly person: string }
  | { readonly type: 'answer' | 'decline' | 'hangUp' | 'dismiss' | 'time' }
  /** Whether the other side can be heard. */
  | { readonly type: 'media'; readonly isUp: boolean }
  /** The call cannot go on: no microphone, no router, wrong keys. */
  | { readonly type: 'broken' }
  | { readonly type: 'heard'; readonly call: Id; readonly word: Word; readonly person: string; readonly device: string };

export interface CallStep {
  readonly state: CallState;
  readonly says: readonly Saying[];
}

export const NO_CALL: CallState = { current: null, past: [] };
const REMEMBERED = 16;

export const isOngoing = (current: CallState['current']): current is OngoingCall => current !== null && current.phase !== 'ended';
const isWaiting = ({ phase }: OngoingCall): boolean => phase === 'dialling' || phase === 'ringing';

/** When the machine wants to be told the time; null: not before something happens. */
export function nextTime({ current }: CallState): number | null {
  if (!isOngoing(current)) return null;
  const times = [current.until, current.repeatAt].filter((time) => time !== null);
  return times.length > 0 ? Math.min(...times) : null;
}

const stay = (state: CallState): CallStep => ({ state, says: [] });
const toAll = ({ call, person }: WithSomebody, word: Word, except: string | null = null): Saying => ({ call, word, person, to: null, except });
const toDevice = ({ call, person }: WithSomebody, word: Word, device: string | null): Saying => ({ call, word, person, to: device, except: null });

function remember(state: CallState, call: Id, word: Word | null): readonly LastWord[] {
  return [{ call, word }, ...state.past.filter((one) => one.call !== call)].slice(0, REMEMBERED);
}

interface Ending {
  readonly outcome: CallOutcome;
  /** What is said now and, if asked, again; null: nothing. */
  readonly word: Word | null;
  readonly says?: readonly Saying[];
  readonly isAlone?: boolean;
}

function end(state: CallState, ongoing: OngoingCall, now: number, { outcome, word, says = [], isAlone = false }: Ending): CallStep {
  const { call, side, person, device, activeAt } = ongoing;
  const seconds = activeAt === null ? null : Math.max(0, Math.round((now - activeAt) / 1000));
  const current: EndedCall = { phase: 'ended', call, side, person, device, since: now, activeAt, outcome, seconds, isAlone };
  return { state: { current, past: remember(state, call, word) }, says };
}

/** Ends a call that is agreed or nearly so, and says so to the one device it is with. */
function endWith(state: CallState, ongoing: OngoingCall, now: number, outcome: SharedOutcome, isAlone = false): CallStep {
  const word: Word = { type: 'end', outcome };
  return end(state, ongoing, now, { outcome, word, isAlone, says: [toDevice(ongoing, word, ongoing.device)] });
}

function cancel(state: CallState, ongoing: OngoingCall, now: number, outcome: 'cancelled' | 'noAnswer' | 'failed'): CallStep {
  const word: Word = { type: 'cancel' };
  return end(state, ongoing, now, { outcome, word, says: [toAll(ongoing, word)] });
}

function decline(state: CallState, ongoing: OngoingCall, now: number): CallStep {
  const word: Word = { type: 'decline' };
  return end(state, ongoing, now, { outcome: 'declined', word, says: [toDevice(ongoing, word, ongoing.device)] });
}

function answer(state: CallState, ongoing: OngoingCall, now: number): CallStep {
  const current: OngoingCall = { ...ongoing, phase: 'connecting', since: now, until: now + CALL_TIMES.connect, repeatAt: now + CALL_TIMES.repeat };
  return { state: { ...state, current }, says: [toDevice(ongoing, { type: 'answer' }, ongoing.device)] };
}

function dial(state: CallState, input: Extract<CallInput, { type: 'dial' }>, now: number): CallStep {
  const { current } = state;
  // They rang a moment earlier: to call somebody who is calling is to answer.
  if (isOngoing(current)) return current.side === 'callee' && current.phase === 'ringing' && current.person === input.person ? answer(state, current, now) : stay(state);
  const dialled: OngoingCall = {
    phase: 'dialling', side: 'caller', call: input.call, person: input.person, device: null, since: now, activeAt: null,
    until: now + CALL_TIMES.ring, repeatAt: now + CALL_TIMES.repeat, isAgreed: false,
  };
  return { state: { ...state, current: dialled }, says: [toAll(dialled, { type: 'ring' })] };
}

function hangUp(state: CallState, ongoing: OngoingCall, now: number): CallStep {
  if (isWaiting(ongoing)) return ongoing.side === 'caller' ? cancel(state, ongoing, now, 'cancelled') : decline(state, ongoing, now);
  return endWith(state, ongoing, now, ongoing.activeAt === null ? 'cancelled' : 'completed');
}

function fail(state: CallState, ongoing: OngoingCall, now: number, isAlone: boolean): CallStep {
  if (!isWaiting(ongoing)) return endWith(state, ongoing, now, 'failed', isAlone);
  return ongoing.side === 'caller' ? cancel(state, ongoing, now, 'failed') : end(state, ongoing, now, { outcome: 'missed', word: null, isAlone: true });
}

function media(state: CallState, ongoing: OngoingCall, now: number, isUp: boolean): CallStep {
  if (isUp && ongoing.isAgreed && (ongoing.phase === 'connecting' || ongoing.phase === 'reconnecting')) {
    return stay({ ...state, current: { ...ongoing, phase: 'active', since: now, activeAt: ongoing.activeAt ?? now, until: null, repeatAt: null } });
  }
  if (isUp || ongoing.phase !== 'active') return stay(state);
  return stay({ ...state, current: { ...ongoing, phase: 'reconnecting', since: now, until: now + CALL_TIMES.reconnect, repeatAt: now } });
}

function pass(state: CallState, ongoing: OngoingCall, now: number): CallStep {
  if (ongoing.until !== null && now >= ongoing.until) {
    if (!isWaiting(ongoing)) return fail(state, ongoing, now, true);
    if (ongoing.side === 'caller') return cancel(state, ongoing, now, 'noAnswer');
    return end(state, ongoing, now, { outcome: 'missed', word: null, isAlone: true });
  }
  if (ongoing.repeatAt === null || now < ongoing.repeatAt) return stay(state);
  const next = { ...state, current: { ...ongoing, repeatAt: now + CALL_TIMES.repeat } };
  if (isWaiting(ongoing)) return { state: next, says: [toAll(ongoing, { type: 'ring' })] };
  const isAsking = ongoing.side === 'callee' && !ongoing.isAgreed;
  return { state: next, says: [toDevice(ongoing, { type: isAsking ? 'answer' : 'here' }, ongoing.device)] };
}

type Heard = Extract<CallInput, { type: 'heard' }>;

/** Somebody rings. */
function hearRing(state: CallState, heard: Heard, now: number): CallStep {
  const { current } = state;
  const { call, person, device } = heard;
  const caller = { call, person, side: 'callee' as const, device };
  if (isOngoing(current) && current.call === call) {
    if (current.phase !== 'ringing' || current.side !== 'callee' || current.device !== device) return stay(state);
    return { state: { ...state, current: { ...current, until: now + CALL_TIMES.silence } }, says: [toDevice(caller, { type: 'ringing' }, device)] };
  }
  const ringing: OngoingCall = { ...caller, phase: 'ringing', since: now, activeAt: null, until: now + CALL_TIMES.silence, repeatAt: null, isAgreed: false };
  if (!isOngoing(current)) return { state: { ...state, current: ringing }, says: [toDevice(caller, { type: 'ringing' }, device)] };
  if (current.side === 'caller' && isWaiting(current) && current.person === person) {
    // Both dial each other: the call with the lesser id is the one, and needs no answer by hand.
    if (current.call < call) return stay(state);
    const withdrawn = { ...state, past: remember(state, current.call, { type: 'taken' }) };
    const answered = answer(withdrawn, ringing, now);
    return { state: answered.state, says: [toAll(current, { type: 'taken' }), ...answered.says] };
  }
  return { state: { ...state, past: remember(state, call, { type: 'busy' }) }, says: [toDevice(caller, { type: 'busy' }, device)] };
}

/** What the caller hears while it rings at the other side. */
function hearAsCaller(state: CallState, ongoing: OngoingCall, { word, device }: Heard, now: number): CallStep {
  switch (word.type) {
    case 'ringing':
      return stay(ongoing.phase === 'dialling' ? { ...state, current: { ...ongoing, phase: 'ringing', since: now } } : state);
    case 'answer': {
      const current: OngoingCall = {
        ...ongoing, device, phase: 'connecting', since: now, until: now + CALL_TIMES.connect, repeatAt: now + CALL_TIMES.repeat, isAgreed: true,
      };
      return { state: { ...state, current }, says: [toDevice(ongoing, { type: 'reveal' }, device), toAll(ongoing, { type: 'taken' }, device)] };
    }
    case 'decline': case 'busy':
      return end(state, ongoing, now, { outcome: word.type === 'busy' ? 'busy' : 'declined', word: { type: 'taken' }, says: [toAll(ongoing, { type: 'taken' }, device)] });
    case 'end':
      // They answered and hung up before their answer was heard.
      return end(state, ongoing, now, { outcome: word.outcome, word, says: [toAll(ongoing, { type: 'taken' }, device)] });
    default:
      return stay(state);
  }
}

/** What the device hears that rings, or has answered and waits for the keys. */
function hearAsCallee(state: CallState, ongoing: OngoingCall, { word }: Heard, now: number): CallStep {
  switch (word.type) {
    case 'reveal':
      return stay(ongoing.phase === 'connecting' ? { ...state, current: { ...ongoing, isAgreed: true, repeatAt: now + CALL_TIMES.repeat } } : state);
    case 'taken':
      return end(state, ongoing, now, { outcome: 'elsewhere', word: null });
    case 'cancel': case 'end':
      return end(state, ongoing, now, { outcome: 'missed', word: null });
    default:
      return stay(state);
  }
}

/** What is heard in a call that both are in. */
function hearInCall(state: CallState, ongoing: OngoingCall, { word, device }: Heard, now: number): CallStep {
  if (device !== ongoing.device) return word.type === 'answer' && ongoing.side === 'caller' ? { state, says: [toDevice(ongoing, { type: 'taken' }, device)] } : stay(state);
  if (word.type === 'end') return end(state, ongoing, now, { outcome: word.outcome, word });
  // The keys were not heard.
  if (word.type === 'answer' && ongoing.side === 'caller') return { state, says: [toDevice(ongoing, { type: 'reveal' }, device)] };
  return stay(state);
}

/** Several ended it at once, each in their way: the caller's word holds. */
function correct(state: CallState, ended: EndedCall, { word, device }: Heard): CallState {
  if (ended.side !== 'callee' || ended.device !== device || ended.outcome === 'elsewhere') return state;
  if (word.type === 'taken') return { ...state, current: { ...ended, outcome: 'elsewhere' } };
  if (word.type !== 'end' && word.type !== 'cancel') return state;
  return { ...state, current: { ...ended, outcome: word.type === 'end' ? word.outcome : 'missed' } };
}

const QUESTIONS: ReadonlySet<Word['type']> = new Set(['ring', 'ringing', 'answer', 'here']);
/** What is said of a call that this device knows nothing of any more, having been started anew in it. */
const forgottenWord = (asked: Word['type']): Word | null => (asked === 'answer' ? { type: 'cancel' } : asked === 'here' ? { type: 'end', outcome: 'failed' } : null);
const reply = ({ call, person, device }: Heard, word: Word): Saying => ({ call, word, person, to: device, except: null });

function hear(before: CallState, heard: Heard, now: number): CallStep {
  const { current } = before;
  const state = current?.phase === 'ended' && current.call === heard.call ? correct(before, current, heard) : before;
  const over = state.past.find(({ call }) => call === heard.call);
  const isAbout = isOngoing(current) && current.call === heard.call;
  if (!isAbout && !over && heard.word.type === 'ring') return hearRing(state, heard, now);
  if (!isAbout) {
    const last = over ? (QUESTIONS.has(heard.word.type) ? over.word : null) : forgottenWord(heard.word.type);
    return { state, says: last ? [reply(heard, last)] : [] };
  }
  if (heard.word.type === 'ring') return hearRing(state, heard, now);
  if (current.person !== heard.person) return stay(state);
  if (current.isAgreed) return hearInCall(state, current, heard, now);
  if (current.side === 'caller') return hearAsCaller(state, current, heard, now);
  return heard.device === current.device ? hearAsCallee(state, current, heard, now) : stay(state);
}

/** What stays in the conversation of a call that is over: null where the other device, or another one of this person, writes it. */
export function callCard({ side, outcome, seconds, isAlone }: EndedCall): { outcome: Exclude<CallOutcome, 'elsewhere'>; seconds: number | null } | null {
  if (outcome === 'elsewhere' || (side === 'callee' && !isAlone)) return null;
  return { outcome, seconds };
}

/** The next state, and what is to be said. `now`: milliseconds since 1970. */
export function stepCall(state: CallState, input: CallInput, now: number): CallStep {
  if (input.type === 'heard') return hear(state, input, now);
  if (input.type === 'dial') return dial(state, input, now);
  const { current } = state;
  if (input.type === 'dismiss') return stay(isOngoing(current) ? state : { ...state, current: null });
  if (!isOngoing(current)) return stay(state);
  switch (input.type) {
    case 'answer':
      return current.side === 'callee' && current.phase === 'ringing' ? answer(state, current, now) : stay(state);
    case 'decline':
      return current.side === 'callee' && current.phase === 'ringing' ? decline(state, current, now) : stay(state);
    case 'hangUp':
      return hangUp(state, current, now);
    case 'media':
      return media(state, current, now, input.isUp);
    case 'broken':
      return fail(state, current, now, false);
    case 'time':
      return pass(state, current, now);
  }
}
