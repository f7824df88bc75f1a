/** The one call that this device is in, or rings for: its state machine, what is said and heard of it, its keys and its room. */
import type { ErrorCode } from '#contract/errors.ts';
import { callCard, isOngoing, nextTime, NO_CALL, stepCall, type CallInput, type CallSide, type CallState, type EndedCall, type Saying, type Word } from '#domain/call.ts';
import type { Id, LedgerId } from '#domain/ids.ts';
import type { CallTrouble } from '#sync/call-channel.ts';
import { agreeOnCall, createCallKey, type CallKey, type CallSecrets } from '#sync/call-keys.ts';
import { hexToBytes } from '#sync/protocol/bytes.ts';
import type { HeardSignal } from '#sync/signal.ts';
import type { Timers } from '#sync/timers.ts';
import { createQueue } from '#main/db/queue.ts';
import { devicesOf, isReader, ownParty, partyOf } from './call-partner.ts';
import { keepCallRoom, type CallRoom } from './call-room.ts';
import { encodeSignal, readSignal, signalToWord, wordToSignal } from './call-signals.ts';
import type { Ground } from './ground.ts';
import type { Messages, NewMessage } from './messages.ts';

/** What is known of the call that is on, or was last, beside what its state machine says. */
export interface Talk {
  readonly call: Id;
  readonly ledger: LedgerId;
  readonly about: Id | null;
  readonly root: string;
  readonly side: CallSide;
  readonly key: CallKey;
  /** What the caller rang with; empty on the caller's side. */
  readonly commitment: Uint8Array;
  readonly room: CallRoom;
  screen: Id | null;
  secrets: CallSecrets | null;
  /** How often a screen was given the key to seal with. */
  sealers: number;
  /** Transports of the window that has the sound. */
  transports: string[];
  problem: ErrorCode | null;
}

export interface CallLine {
  /** Null before the first call. */
  talk(): Talk | null;
  current(): CallState['current'];
  /** A call that this device makes; the one before is over. */
  begin(talk: Pick<Talk, 'call' | 'ledger' | 'about' | 'root' | 'side' | 'key' | 'commitment' | 'screen'>): void;
  /** One step of the machine, and what follows from it; only in turn. */
  step(input: CallInput): void;
  inTurn: ReturnType<typeof createQueue>;
}

/** Calls whose ledger is remembered, for whoever still asks about them. */
const REMEMBERED = 64;
const MOST_DEVICES = 16;

const troubleToCode = (trouble: Exclude<CallTrouble, 'relay_away'>): ErrorCode =>
  trouble === 'call_unavailable' ? 'calls_unavailable' : trouble === 'call_full' ? 'call_full' : 'call_failed';

/** Rings, answers, agrees on keys and keeps the room open, for one call at a time. What is heard is done one after the other. */
export function createCallLine(ground: Ground, messages: Pick<Messages, 'write'>, timers: Timers): CallLine {
  const { shell, self, link, publish, inBackground, onClose } = ground;
  const inTurn = createQueue();
  const ledgers = new Map<Id, LedgerId>();
  let machine: CallState = NO_CALL;
  let talk: Talk | null = null;
  let cancelTime = (): void => {};

  /** Of the call that is on, however many others are spoken of meanwhile. */
  const ledgerOf = (call: Id): LedgerId | undefined => (talk?.call === call ? talk.ledger : ledgers.get(call));

  async function speak(saying: Saying): Promise<void> {
    const ledger = ledgerOf(saying.call);
    const access = ledger === undefined ? undefined : link.access(ledger);
    const signal = wordToSignal(saying, talk?.call === saying.call ? talk : null);
    if (ledger === undefined || !access || !signal) return;
    const to = saying.to === null ? devicesOf(access, saying.person).filter((key) => key !== saying.except) : [saying.to];
    // Whatever is not heard is said again: see call.ts.
    if (to.length > 0) await link.signal(ledger, encodeSignal(signal), to.slice(0, MOST_DEVICES));
  }

  function remember(call: Id, ledger: LedgerId): void {
    ledgers.set(call, ledger);
    const [oldest] = ledgers.keys();
    if (ledgers.size > REMEMBERED && oldest !== undefined) ledgers.delete(oldest);
  }

  /** One step of the machine, and what follows from it. */
  function step(input: CallInput): void {
    const before = machine.current;
    const { state, says } = stepCall(machine, input, shell.now());
    machine = state;
    cancelTime();
    const at = nextTime(state);
    if (at !== null) cancelTime = timers.after(Math.max(0, at - shell.now()), () => void inTurn(async () => step({ type: 'time' })));
    for (const saying of says) inBackground(() => speak(saying));
    const { current } = state;
    if (isOngoing(before) && current?.phase === 'ended' && current.call === before.call) finish(current);
    publish('calls');
  }

  function finish(ended: EndedCall): void {
    if (talk?.call !== ended.call) return;
    const { ledger, call, about, room } = talk;
    room.leave();
    talk.secrets = talk.secrets && { ...talk.secrets, send: new Uint8Array(), receive: new Uint8Array() };
    // Whoever only looks on in a ledger, such as the customer of a shop, writes no card there: the one they called does.
    const isAlone = ended.isAlone || (ended.side === 'callee' && isReader(link.access(ledger), talk.root));
    const card = callCard({ ...ended, isAlone });
    if (card) inBackground(() => keepCard(ledger, { message: call, about, content: { kind: 'call', call, ...card } }));
  }

  /** The card goes to the thread it was begun from, and to the whole ledger's chat where that is not here. */
  async function keepCard(ledger: LedgerId, card: NewMessage): Promise<void> {
    const kept = await messages.write(ledger, card);
    if (!kept.ok && card.about !== null) await messages.write(ledger, { ...card, about: null });
  }

  function openRoom(ledger: LedgerId, call: Id): CallRoom {
    return keepCallRoom({
      timers,
      open: (events) => link.openCall(ledger, call, events),
      onChange: () => publish('calls'),
      onRefused(trouble) {
        if (talk?.call === call) talk.problem = troubleToCode(trouble);
        void inTurn(async () => talk?.call === call && step({ type: 'broken' }));
      },
      onOver: () => void inTurn(async () => talk?.call === call && step({ type: 'hangUp' })),
    });
  }

  function begin(next: Omit<Talk, 'room' | 'secrets' | 'sealers' | 'transports' | 'problem'>): void {
    talk?.room.leave();
    remember(next.call, next.ledger);
    talk = { ...next, room: openRoom(next.ledger, next.call), secrets: null, sealers: 0, transports: [], problem: null };
  }

  /** The keys, with the device that signed the signal. */
  async function agree(own: Talk, from: string, theirs: { publicKey: string; blind?: string }): Promise<CallSecrets | null> {
    const access = link.access(own.ledger);
    const mine = access && ownParty(access);
    const other = access && partyOf(access, from);
    if (!mine || !other || other.root !== own.root) return null;
    const place = { ledger: own.ledger, call: own.call, own: own.key };
    const publicKey = hexToBytes(theirs.publicKey);
    const agreed = await agreeOnCall(
      own.side === 'caller'
        ? { ...place, side: 'caller', caller: mine, callee: other, theirs: { publicKey } }
        : { ...place, side: 'callee', caller: other, callee: mine, theirs: { publicKey, blind: hexToBytes(theirs.blind ?? ''), commitment: own.commitment } },
    );
    return agreed.ok ? agreed.value : null;
  }

  const isAgreed = (): boolean => isOngoing(machine.current) && machine.current.isAgreed;

  async function hear({ ledger, from, content }: HeardSignal): Promise<void> {
    const access = link.access(ledger);
    const party = access && partyOf(access, from);
    const signal = readSignal(content);
    if (!party || !signal || party.root === self.root()) return;
    const { call } = signal;
    // What is said about a call counts in its own ledger alone.
    if ((ledgerOf(call) ?? ledger) !== ledger) return;
    const heard = (word: Word): CallInput => ({ type: 'heard', call, word, person: party.root, device: from });
    if (!ledgers.has(call)) remember(call, ledger);

    if (signal.type === 'ring') {
      const { about, commitment } = signal;
      const isNew = stepCall(machine, heard({ type: 'ring' }), shell.now()).state.current?.call === call && talk?.call !== call;
      if (isNew) {
        const key = await createCallKey(shell.randomBytes);
        // To have dialled somebody who dials is to have answered, at the same window.
        const screen = isOngoing(machine.current) ? (talk?.screen ?? null) : null;
        begin({ call, ledger, about, root: party.root, side: 'callee', key, commitment: hexToBytes(commitment), screen });
      }
      return step(heard({ type: 'ring' }));
    }
    if (signal.type === 'answer' && talk?.call === call && talk.side === 'caller' && !isAgreed()) {
      const secrets = await agree(talk, from, signal);
      if (!secrets) return;
      step(heard({ type: 'answer' }));
      if (isAgreed()) talk.secrets = secrets;
      return publish('calls');
    }
    if (signal.type === 'reveal' && talk?.call === call && talk.side === 'callee' && !isAgreed() && machine.current?.device === from) {
      const secrets = await agree(talk, from, signal);
      if (!secrets) {
        talk.problem = 'call_key_wrong';
        return step({ type: 'broken' });
      }
      talk.secrets = secrets;
      return step(heard({ type: 'reveal' }));
    }
    step(heard(signalToWord(signal)));
  }
  link.onSignal((signal) => inBackground(() => inTurn(() => hear(signal))));
  onClose(() => {
    cancelTime();
    step({ type: 'hangUp' });
    cancelTime();
    talk?.room.leave();
  });

  return { talk: () => talk, current: () => machine.current, begin, step, inTurn };
}
