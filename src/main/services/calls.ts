import { z } from 'zod';
import type { CallKeysView, CallView } from '#contract/calls-views.ts';
import type { ErrorCode } from '#contract/errors.ts';
import { callCard, isOngoing, nextTime, NO_CALL, stepCall, type CallInput, type CallSide, type CallState, type EndedCall, type Saying, type Word } from '#domain/call.ts';
import { callSignalSchema, type CallSignal } from '#domain/call-signal.ts';
import type { Id, LedgerId } from '#domain/ids.ts';
import { failure, success, type Result } from '#domain/result.ts';
import type { CallTrouble } from '#sync/call-channel.ts';
import { agreeOnCall, createCallKey, type CallKey, type CallSecrets } from '#sync/call-keys.ts';
import { bytesToHex, hexToBytes } from '#sync/protocol/bytes.ts';
import { callRequestSchema } from '#sync/protocol/media.ts';
import type { HeardSignal } from '#sync/signal.ts';
import { systemTimers, type Timers } from '#sync/timers.ts';
import { createQueue } from '#main/db/queue.ts';
import type { Service } from '#main/handlers.ts';
import { devicesOf, ownParty, partyOf, toPeerView } from './call-partner.ts';
import { keepCallRoom, type CallRoom } from './call-room.ts';
import type { Ground } from './ground.ts';
import type { Messages, NewMessage } from './messages.ts';

export interface CallsService {
  readonly handlers: Service<'calls'>;
}

/** What is known of the call that is on, or was last, beside what its state machine says. */
interface Talk {
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

/** Calls whose ledger is remembered, for whoever still asks about them. */
const REMEMBERED = 64;
const MOST_DEVICES = 16;

const troubleToCode = (trouble: Exclude<CallTrouble, 'relay_away'>): ErrorCode =>
  trouble === 'call_unavailable' ? 'calls_unavailable' : trouble === 'call_full' ? 'call_full' : 'call_failed';

/** Rings, answers, agrees on keys and keeps the room open, for one call at a time. What is heard is done one after the other. */
export function createCallsService(ground: Ground, messages: Pick<Messages, 'write'>, timers: Timers = systemTimers): CallsService {
  const { shell, keyring, self, link, queries, ious, publish, inBackground, onClose } = ground;
  const inTurn = createQueue();
  const ledgers = new Map<Id, LedgerId>();
  let machine: CallState = NO_CALL;
  let talk: Talk | null = null;
  let cancelTime = (): void => {};

  function toSignal({ call, word }: Saying): CallSignal | undefined {
    const spoken = talk?.call === call ? talk : null;
    switch (word.type) {
      case 'ring': return spoken ? { type: 'ring', call, about: spoken.about, commitment: bytesToHex(spoken.key.commitment) } : undefined;
      case 'answer': return spoken ? { type: 'answer', call, publicKey: bytesToHex(spoken.key.publicKey) } : undefined;
      case 'reveal': return spoken ? { type: 'reveal', call, publicKey: bytesToHex(spoken.key.publicKey), blind: bytesToHex(spoken.key.blind) } : undefined;
      default: return { ...word, call };
    }
  }

  async function speak(saying: Saying): Promise<void> {
    const ledger = ledgers.get(saying.call);
    const access = ledger === undefined ? undefined : link.access(ledger);
    const signal = toSignal(saying);
    if (ledger === undefined || !access || !signal) return;
    const to = saying.to === null ? devicesOf(access, saying.person).filter((key) => key !== saying.except) : [saying.to];
    // Whatever is not heard is said again: see call.ts.
    if (to.length > 0) await link.signal(ledger, new TextEncoder().encode(JSON.stringify(signal)), to.slice(0, MOST_DEVICES));
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
    const card = callCard(ended);
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
    if (ledgers.has(call) && ledgers.get(call) !== ledger) return;
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

  /** The call of this id, if it is the one that is on. */
  const ongoing = (call: Id): Talk | null => (talk?.call === call && isOngoing(machine.current) && machine.current.call === call ? talk : null);
  const at = ({ call, screen }: { call: Id; screen: Id }): Talk | null => {
    const own = ongoing(call);
    return own?.screen === screen ? own : null;
  };
  const act = (input: CallInput, call: Id): Promise<Result<null, ErrorCode>> =>
    inTurn(async () => {
      if (talk?.call === call) step(input);
      return success(null);
    });

  function aboutOf({ ledger, about }: Talk): CallView['about'] {
    if (about === null) return null;
    const row = queries.ledgers.find(ledger);
    const entry = row && queries.entries.chosen(row, about);
    const iou = entry ? undefined : ious.find(ledger, about)?.iou;
    return { id: about, kind: entry ? 'entry' : iou ? 'iou' : 'other', title: entry?.body.description ?? iou?.terms.purpose ?? null };
  }

  function view(): CallView | null {
    const { current } = machine;
    if (!talk || !current || current.call !== talk.call) return null;
    const { call, ledger, root, side, secrets, problem, screen } = talk;
    const row = queries.ledgers.find(ledger);
    const isOver = current.phase === 'ended';
    return {
      call, ledger, side, problem, screen,
      ledgerName: row && row.template !== 'direct' ? row.name : '',
      about: aboutOf(talk),
      phase: current.phase,
      peer: toPeerView(ground, ledger, root),
      words: secrets && { en: secrets.words('en'), 'zh-CN': secrets.words('zh-CN') },
      since: current.since,
      activeAt: current.activeAt,
      outcome: isOver ? current.outcome : null,
      seconds: isOver ? current.seconds : null,
    };
  }

  /** Whom somebody wants to call: the one named, or the only other one. */
  function chosenRoot(ledger: LedgerId, wanted: string | null): string | undefined {
    const access = link.access(ledger);
    if (!access) return undefined;
    const others = new Set([...access.cards.values()].map(({ root }) => root).filter((root) => root !== self.root() && devicesOf(access, root).length > 0));
    if (wanted !== null) return others.has(wanted) ? wanted : undefined;
    return others.size === 1 ? [...others][0] : undefined;
  }

  async function start({ call, screen, ledger, with: wanted, about }: { call: Id; screen: Id; ledger: LedgerId; with: string | null; about: Id | null }): Promise<Result<null, ErrorCode>> {
    if (!queries.ledgers.find(ledger)) return failure('not_found');
    const root = chosenRoot(ledger, wanted);
    if (root === undefined) return failure('nobody_to_call');
    if (keyring.get().relay.url === null) return failure('relay_not_set');
    if (link.state().connection !== 'online') return failure('relay_away');
    const { current } = machine;
    // To call somebody who rings is to answer.
    if (talk && isOngoing(current) && current.person === root && current.side === 'callee' && current.phase === 'ringing') talk.screen = screen;
    else if (isOngoing(current)) return talk?.call === call ? success(null) : failure('in_call');
    else begin({ call, ledger, about, root, side: 'caller', key: await createCallKey(shell.randomBytes), commitment: new Uint8Array(), screen });
    step({ type: 'dial', call, person: root });
    return success(null);
  }

  const handlers: Service<'calls'> = {
    'calls.state': {
      topics: () => ['calls', 'people', 'ledgers'],
      read: () => success({ call: view(), introduced: keyring.get().callsIntroduced }),
    },
    'calls.start': (input) => inTurn(() => start(input)),
    'calls.answer': ({ call, screen }) =>
      inTurn(async () => {
        const own = ongoing(call);
        if (!own) return failure('call_over');
        own.screen = screen;
        step({ type: 'answer' });
        return success(null);
      }),
    'calls.decline': ({ call }) => act({ type: 'decline' }, call),
    'calls.hangUp': ({ call }) => act({ type: 'hangUp' }, call),
    'calls.dismiss': ({ call }) => act({ type: 'dismiss' }, call),
    async 'calls.introduced'() {
      keyring.update((keys) => ({ ...keys, callsIntroduced: true }));
      publish('calls');
      return success(null);
    },
    'calls.media': {
      topics: () => ['calls'],
      read(input) {
        const own = at(input);
        const device = machine.current?.device ?? null;
        if (!own) return success(null);
        return success({
          isOpen: own.room.channel() !== null,
          generation: own.room.generation(),
          isAgreed: own.secrets !== null,
          producers: device === null || own.secrets === null ? [] : own.room.producersOf(device),
        });
      },
    },
    async 'calls.router'(input) {
      const own = at(input);
      const channel = own?.room.channel();
      if (!own || !channel) return failure('call_over');
      // A window that begins is a page loaded anew, or another window: what the one before had is of no use, and in the way.
      const left = own.transports.splice(0);
      await Promise.all(left.map((transport) => channel.request({ type: 'callClose', of: transport })));
      return success({ rtpCapabilities: toJson(channel.rtpCapabilities) });
    },
    async 'calls.keys'(input): Promise<Result<CallKeysView, ErrorCode>> {
      const own = at(input);
      if (!own?.secrets) return failure('call_over');
      const sendKeyId = own.sealers;
      own.sealers += 1;
      return success({ send: bytesToHex(own.secrets.send), sendKeyId, receive: bytesToHex(own.secrets.receive) });
    },
    async 'calls.ask'(input) {
      const own = at(input);
      const channel = own?.room.channel();
      if (!own || !channel) return failure('call_over');
      const request = callRequestSchema.safeParse(input.request);
      if (!request.success) return failure('input_invalid');
      const answered = await channel.request(request.data);
      if (answered.ok && answered.value.type === 'callTransportMade') own.transports.push(answered.value.transport);
      return answered.ok ? success(toJson(answered.value)) : failure(answered.code === 'ended' ? 'relay_away' : 'call_failed');
    },
    'calls.report': (input) =>
      inTurn(async () => {
        const own = at(input);
        if (!own) return failure('call_over');
        own.problem = input.problem ?? own.problem;
        step(input.problem === null ? { type: 'media', isUp: input.isUp } : { type: 'broken' });
        return success(null);
      }),
  };
  return { handlers };
}

const jsonSchema = z.json();
/** Messages of the relay have no bytes in what is said of media, so they are JSON as they are. */
const toJson = (value: unknown): z.infer<typeof jsonSchema> => jsonSchema.parse(JSON.parse(JSON.stringify(value)));

function readSignal(content: Uint8Array): CallSignal | undefined {
  try {
    return callSignalSchema.safeParse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(content))).data;
  } catch {
    // No JSON: another version of the app, or somebody's joke.
    return undefined;
  }
}

function signalToWord(signal: CallSignal): Word {
  return signal.type === 'end' ? { type: 'end', outcome: signal.outcome } : { type: signal.type };
}
