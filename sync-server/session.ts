import { parseClientMessage, PROTOCOL_VERSION, type ClientMessage, type Refusal, type RelayMessage } from '#sync/protocol/messages.ts';
import type { Hub, Wire } from './hub.ts';
import { createLedgerRequests, type Answer } from './requests.ts';

/** One client's side of the conversation. */
export interface RelaySession {
  /** One message, or what calls itself one. Give the next when this one is done. Never throws for what a client sent. */
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
  }
  function close(): void {
    end();
    wire.close();
  }
  const requests = createLedgerRequests({ hub, nonce, send, sendEncoded, close });
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

  return {
    async receive(bytes) {
      if (isEnded) return;
      const parsed = parseClientMessage(bytes);
      if (!parsed.ok) return refuseAndClose(parsed.code);
      const message = parsed.value;
      if (message.type === 'hello') {
        if (message.version !== PROTOCOL_VERSION) return refuseAndClose('version_unknown');
        isGreeted = true;
        return send({ type: 'challenge', version: PROTOCOL_VERSION, nonce });
      }
      if (!isGreeted) return refuseAndClose('message_malformed');
      const answer = await (message.type === 'put' ? put(message) : message.type === 'take' ? take(message) : requests.answer(message));
      if (!answer.ok) send({ type: 'refused', id: message.id, reason: answer.code });
      else if (answer.value !== 'answered') send(answer.value);
    },
    isGreeted: () => isGreeted,
    isTrusted: requests.isTrusted,
    earnedBytes: requests.earnedBytes,
    end,
  };
}
