/** A device's part in a call's room at a relay: over the conversation of the session, or one of its own where another relay has the room. */
import type { LedgerId } from '#domain/ids.ts';
import { failure, success, type Result } from '#domain/result.ts';
import { openConversation, type AnswerTo, type Conversation, type ConversationDeps, type PassingMessage } from './conversation.ts';
import { bytesToHex } from './protocol/bytes.ts';
import type { CallRequest, WireCallEvent } from './protocol/media.ts';
import type { Refusal } from './protocol/messages.ts';

/** As it travels, but for keys: 64 hexadecimal digits. */
export type CallEvent = WireCallEvent extends infer E ? (E extends { key: Uint8Array } ? Omit<E, 'key'> & { readonly key: string } : E) : never;

export interface CallEvents {
  onEvent(event: CallEvent): void;
  /** The connection is gone, not after `leave`: the sound may go on for some seconds, and the room can be opened again meanwhile. Once. */
  onEnd(): void;
}

/** `call_unavailable`: no calls go through this relay. */
export type CallTrouble = 'relay_away' | 'relay_refused' | 'call_unavailable' | 'call_full' | 'call_forbidden';

type Joined = AnswerTo<'callJoin'>;
export interface CallChannel extends Pick<Joined, 'rtpCapabilities' | 'isResumed' | 'endsAt'> {
  /** The others, by pseudonym. */
  readonly peers: readonly { readonly key: string; readonly producers: Joined['peers'][number]['producers'] }[];
  request<R extends CallRequest>(request: R): Promise<Result<AnswerTo<R['type']>, Refusal | 'ended'>>;
  /** Nothing is heard of the room any more. */
  leave(): Promise<void>;
}

export interface CallChannels {
  /** Comes into the room of a call in a ledger that is open in this conversation. */
  open(conversation: Conversation, ledger: LedgerId, call: string, events: CallEvents): Promise<Result<CallChannel, CallTrouble>>;
  /** Of the session's conversation. */
  onEvent(message: Extract<PassingMessage, { type: 'callEvent' }>): void;
  onEnd(): void;
}

/** Tells what happens in a room, in order, from when the channel is in its owner's hands until it is over. */
interface Hearing {
  tell(event: WireCallEvent): void;
  begin(): void;
  end(): void;
  /** Over, and nobody is told. */
  close(): void;
}

function createHearing({ timers }: Pick<ConversationDeps, 'timers'>, events: CallEvents): Hearing {
  let state: 'waiting' | 'hearing' | 'over' = 'waiting';
  const early: (() => void)[] = [];
  const run = (task: () => void): void => {
    if (state === 'waiting') early.push(task);
    else if (state === 'hearing') task();
  };
  return {
    tell: (event) => run(() => events.onEvent('key' in event ? { ...event, key: bytesToHex(event.key) } : event)),
    begin: () => void timers.after(0, () => {
      if (state !== 'waiting') return;
      state = 'hearing';
      for (const task of early.splice(0)) run(task);
    }),
    end: () => run(() => {
      state = 'over';
      events.onEnd();
    }),
    close: () => (state = 'over'),
  };
}

function refusalToTrouble(reason: Refusal | 'ended'): CallTrouble {
  switch (reason) {
    case 'call_unavailable': case 'call_full': case 'call_forbidden': return reason;
    case 'ended': case 'ledger_not_open': return 'relay_away';
    default: return 'relay_refused';
  }
}

async function join(conversation: Conversation, token: Uint8Array, hearing: Hearing, onLeft: () => void): Promise<Result<CallChannel, CallTrouble>> {
  const joined = await conversation.request({ type: 'callJoin', token });
  if (!joined.ok) return failure(refusalToTrouble(joined.code));
  const { rtpCapabilities, isResumed, endsAt, peers } = joined.value;
  hearing.begin();
  return success({
    rtpCapabilities, isResumed, endsAt,
    peers: peers.map(({ key, producers }) => ({ key: bytesToHex(key), producers })),
    // Whoever asks has one kind of request, and gets its answer.
    request: <R extends CallRequest>(request: R) => conversation.request(request) as Promise<Result<AnswerTo<R['type']>, Refusal | 'ended'>>,
    async leave() {
      hearing.close();
      await conversation.request({ type: 'callLeave' });
      onLeft();
    },
  });
}

export function createCallChannels(deps: ConversationDeps): CallChannels {
  /** In the session's conversation, by call. */
  const hearings = new Map<string, Hearing>();

  function joinElsewhere(address: string, token: Uint8Array, events: CallEvents): Promise<Result<CallChannel, CallTrouble>> {
    return new Promise((resolve, reject) => {
      const hearing = createHearing(deps, events);
      const end = openConversation(deps, address, {
        onReady: (conversation) => void join(conversation, token, hearing, () => end('closed')).then((outcome) => {
          if (!outcome.ok) end('closed');
          resolve(outcome);
        }, reject),
        onPassing: (message) => message.type === 'callEvent' && hearing.tell(message.event),
        onEnd() {
          hearing.end();
          resolve(failure('relay_away'));
        },
      });
    });
  }

  return {
    async open(conversation, ledger, call, events) {
      const granted = await conversation.request({ type: 'callToken', ledger, call });
      if (!granted.ok) return failure(refusalToTrouble(granted.code));
      const { token, address } = granted.value;
      if (address !== null) return joinElsewhere(address, token, events);
      const hearing = createHearing(deps, events);
      hearings.get(call)?.close();
      hearings.set(call, hearing);
      const forget = (): void => void (hearings.get(call) === hearing && hearings.delete(call));
      const joined = await join(conversation, token, hearing, forget);
      if (!joined.ok) forget();
      return joined;
    },
    onEvent: ({ call, event }) => hearings.get(call)?.tell(event),
    onEnd() {
      const open = [...hearings.values()];
      hearings.clear();
      for (const hearing of open) hearing.end();
    },
  };
}
