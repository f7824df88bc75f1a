import { failure, success, type Result } from '#domain/result.ts';
import {
  encodeMessage, parseRelayMessage, PROTOCOL_VERSION, type ClientMessage, type Refusal, type RelayMessage,
} from './protocol/messages.ts';
import type { Timers } from './timers.ts';
import type { Connect } from './transport.ts';

/** Why a conversation is over. `closed`: from our side, on purpose. */
export type Ending = 'relay_away' | 'relay_slow' | 'relay_nonsense' | 'relay_refused' | 'closed';
/** What a relay tells without being asked. */
export type LiveMessage = Extract<RelayMessage, { type: 'live' | 'liveRecord' }>;
/** The same about what is kept nowhere. */
export type PassingMessage = Extract<RelayMessage, { type: 'liveSignal' | 'callEvent' }>;

type Request = Exclude<ClientMessage, { type: 'hello' }>;
type RequestBody = Request extends infer R ? (R extends Request ? Omit<R, 'id'> : never) : never;
/** The kind of message that answers each request. */
interface AnswerTypes {
  open: 'opened';
  enrol: 'enrolled';
  records: 'recordPage';
  since: 'page';
  append: 'appended';
  refill: 'appended';
  endorse: 'endorsed';
  blobState: 'blob';
  blobPut: 'kept';
  blobGet: 'blobChunk';
  blobDrop: 'kept';
  put: 'kept';
  take: 'taken';
  signal: 'signalled';
  callToken: 'callGranted';
  callJoin: 'callJoined';
  callLeave: 'callDone';
  callTransport: 'callTransportMade';
  callConnect: 'callDone';
  callProduce: 'callProduced';
  callConsume: 'callConsumed';
  callPause: 'callDone';
  callRestartIce: 'callIce';
  callClose: 'callDone';
}
export type AnswerTo<T extends keyof AnswerTypes> = Extract<RelayMessage, { type: AnswerTypes[T] }>;
const ANSWERS: AnswerTypes = {
  open: 'opened', enrol: 'enrolled', records: 'recordPage', since: 'page', append: 'appended', refill: 'appended', endorse: 'endorsed',
  blobState: 'blob', blobPut: 'kept', blobGet: 'blobChunk', blobDrop: 'kept', put: 'kept', take: 'taken', signal: 'signalled',
  callToken: 'callGranted', callJoin: 'callJoined', callLeave: 'callDone', callTransport: 'callTransportMade', callConnect: 'callDone', callProduce: 'callProduced',
  callConsume: 'callConsumed', callPause: 'callDone', callRestartIce: 'callIce', callClose: 'callDone',
};

/** One connection to a relay, from its challenge on. */
export interface Conversation {
  /** 32 bytes to be signed where access is to be proved. */
  readonly nonce: Uint8Array;
  /** Settles for certain: with the answer, the relay's refusal, or `ended`. Too long a silence ends the conversation. */
  request<R extends RequestBody>(message: R): Promise<Result<AnswerTo<R['type']>, Refusal | 'ended'>>;
  end(reason: Ending): void;
}

export interface ConversationDeps {
  readonly connect: Connect;
  readonly timers: Timers;
  /** Longest silence after a question, in milliseconds. */
  readonly patience?: number;
}

export interface ConversationEvents {
  onReady(conversation: Conversation): void;
  onLive?(message: LiveMessage): void;
  onPassing?(message: PassingMessage): void;
  /** Once, whatever happens; every open request has then settled. */
  onEnd(reason: Ending): void;
}

const PATIENCE = 30_000;

/** Connects and greets. The returned function ends it, at any time. */
export function openConversation(
  { connect, timers, patience = PATIENCE }: ConversationDeps, url: string, events: ConversationEvents,
): (reason: Ending) => void {
  const asked = new Map<number, { type: keyof AnswerTypes; settle(answer: Result<RelayMessage, Refusal | 'ended'>): void }>();
  let lastId = 0;
  let isReady = false;
  let isEnded = false;

  function end(reason: Ending): void {
    if (isEnded) return;
    isEnded = true;
    cancelGreeting();
    connection.close();
    for (const { settle } of asked.values()) settle(failure('ended'));
    asked.clear();
    events.onEnd(reason);
  }
  const cancelGreeting = timers.after(patience, () => end('relay_slow'));

  const conversation = (nonce: Uint8Array): Conversation => ({
    nonce,
    end,
    request<R extends RequestBody>(message: R) {
      return new Promise<Result<AnswerTo<R['type']>, Refusal | 'ended'>>((resolve) => {
        if (isEnded) return resolve(failure('ended'));
        lastId += 1;
        const id = lastId;
        const cancel = timers.after(patience, () => end('relay_slow'));
        asked.set(id, {
          type: message.type,
          settle(answer) {
            cancel();
            asked.delete(id);
            // Its type was compared with the one that answers this request.
            resolve(answer as Result<AnswerTo<R['type']>, Refusal | 'ended'>);
          },
        });
        connection.send(encodeMessage({ ...message, id }));
      });
    },
  });

  function hear(message: RelayMessage): void {
    if (message.type === 'challenge') {
      if (message.version !== PROTOCOL_VERSION) return end('relay_refused');
      if (isReady) return;
      isReady = true;
      cancelGreeting();
      return events.onReady(conversation(message.nonce));
    }
    if (message.type === 'live' || message.type === 'liveRecord') return events.onLive?.(message);
    if (message.type === 'liveSignal' || message.type === 'callEvent') return events.onPassing?.(message);
    if (message.id === null) return end('relay_refused');
    const question = asked.get(message.id);
    if (!question) return; // answered already
    if (message.type === 'refused') return question.settle(failure(message.reason));
    if (message.type !== ANSWERS[question.type]) return end('relay_nonsense');
    question.settle(success(message));
  }

  const connection = connect(url, {
    onOpen: () => connection.send(encodeMessage({ type: 'hello', version: PROTOCOL_VERSION })),
    onMessage(bytes) {
      if (isEnded) return;
      const message = parseRelayMessage(bytes);
      if (message.ok) hear(message.value);
      else end('relay_nonsense');
    },
    onClose: () => end('relay_away'),
  });
  return end;
}
