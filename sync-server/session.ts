import { parseClientMessage, PROTOCOL_VERSION, type ClientMessage, type Refusal, type RelayMessage } from '#sync/protocol/messages.ts';
import type { CallConnection } from './calls.ts';
import type { Hub, Wire } from './hub.ts';
import { isLedgerRequest, isMediaRequest, type Answer } from './request-kinds.ts';
import { createLedgerRequests } from './requests.ts';

/** One client's side of the conversation. */
export interface RelaySession {
  /** One message, or what calls itself one; settles when that is done. Messages are taken in the order they are given in. Never throws for what a client sent. */
  receive(bytes: Uint8Array): Promise<void>;
  /** Whether it has said hello. */
  isGreeted(): boolean;
  /** Whether it has proved its right to a ledger; until then it is a stranger's. */
  isTrusted(): boolean;
  /** Bytes that it brought and that were records of a ledger, whoever brings them. */
  earnedBytes(): number;
  /** The connection is gone. */
  end(): void;
}

type RequestOf<Type extends ClientMessage['type']> = Extract<ClientMessage, { type: Type }>;

export function createRelaySession(hub: Hub, wire: Wire): RelaySession {
  const { store, now, limits } = hub;
  const nonce = hub.randomBytes(32);
  let isGreeted = false;
  let isEnded = false;
  let puts = 0;
  /** All that was given so far is done; and the last of it that is alone. */
  let all: Promise<unknown> = Promise.resolve();
  let lastAlone = all;
  let lastMedia = all;

  const sendEncoded = (encoded: Uint8Array): void => {
    if (!isEnded) wire.send(encoded);
  };
  const send = (message: RelayMessage): void => {
    if (isEnded) return;
    hub.onSent?.(message, 1);
    sendEncoded(hub.encode(message));
  };
  function end(): void {
    if (isEnded) return;
    isEnded = true;
    requests.end();
    media?.end();
  }
  function close(): void {
    end();
    wire.close();
  }
  const requests = createLedgerRequests({ hub, nonce, send, sendEncoded, close });
  const media: CallConnection | null = hub.calls?.connect((call, event) => send({ type: 'callEvent', call, event })) ?? null;
  function refuseAndClose(reason: Refusal): void {
    send({ type: 'refused', id: null, reason });
    close();
  }

  async function put({ id, box, bytes, ttl }: RequestOf<'put'>): Promise<Answer> {
    puts += 1;
    if (puts > limits.putsPerConnection) return { ok: false, code: 'too_many' };
    const isKept = await store.put(box, bytes, now() + Math.min(ttl, limits.boxLifetime), now());
    if (!isKept.ok) return isKept;
    return isKept.value ? { ok: true, value: { type: 'kept', id } } : { ok: false, code: 'box_taken' };
  }

  async function take({ id, box }: RequestOf<'take'>): Promise<Answer> {
    const taken = await store.take(box, now());
    return taken.ok ? { ok: true, value: { type: 'taken', id, bytes: taken.value } } : taken;
  }

  async function answerTo(message: Exclude<ClientMessage, { type: 'hello' }>): Promise<Answer> {
    if (isMediaRequest(message)) return media?.answer(message) ?? { ok: false, code: 'call_unavailable' };
    if (isLedgerRequest(message)) return requests.answer(message);
    return message.type === 'put' ? put(message) : take(message);
  }

  async function handle(parsed: ReturnType<typeof parseClientMessage>): Promise<void> {
    if (isEnded) return;
    if (!parsed.ok) return refuseAndClose(parsed.code);
    const message = parsed.value;
    if (message.type === 'hello') {
      if (message.version !== PROTOCOL_VERSION) return refuseAndClose('version_unknown');
      isGreeted = true;
      return send({ type: 'challenge', version: PROTOCOL_VERSION, nonce });
    }
    if (!isGreeted) return refuseAndClose('message_malformed');
    const answer = await answerTo(message);
    if (!answer.ok) send({ type: 'refused', id: message.id, reason: answer.code });
    else if (answer.value !== 'answered') send(answer.value);
  }

  return {
    receive(bytes) {
      const parsed = parseClientMessage(bytes);
      if (parsed.ok && isMediaRequest(parsed.value)) {
        // They keep their own order: nothing that is stored waits for the media router, or the other way round.
        const answered = lastMedia.then(() => handle(parsed));
        lastMedia = answered.catch(() => undefined);
        return answered;
      }
      // Appends overlap, so that one wait for the disk does for several; everything else is alone.
      const isAppend = parsed.ok && parsed.value.type === 'append';
      const handled = (isAppend ? lastAlone : all).then(() => handle(parsed));
      all = Promise.allSettled([all, handled]).then(() => undefined); // or each would hold on to the one before
      if (!isAppend) lastAlone = all;
      return handled;
    },
    isGreeted: () => isGreeted,
    isTrusted: () => requests.isTrusted() || media?.isIn() === true,
    earnedBytes: requests.earnedBytes,
    end,
  };
}
