import { MAXIMUM_DOCUMENTS, PAGE_BYTES } from '#sync/protocol/limits.ts';
import {
  challengeToSignedBytes, encodeMessage, parseClientMessage, PROTOCOL_VERSION, type ClientMessage, type Refusal, type RelayMessage,
} from '#sync/protocol/messages.ts';
import type { Hub, Listener, Wire } from './hub.ts';
import { hashId } from './verify.ts';

/** One client's side of the conversation. */
export interface RelaySession {
  /** One message, or what calls itself one. Give the next when this one is done. Never throws for what a client sent. */
  receive(bytes: Uint8Array): Promise<void>;
  /** Whether it has said hello. */
  isGreeted(): boolean;
  /** Whether it has proved its right to a ledger; until then it is a stranger's. */
  isTrusted(): boolean;
  /** The connection is gone. */
  end(): void;
}

type Request = Exclude<ClientMessage, { type: 'hello' }>;
type Answer = RelayMessage | { refusal: Refusal } | 'answered';

export function createRelaySession(hub: Hub, wire: Wire): RelaySession {
  const { store, now, limits } = hub;
  const nonce = hub.randomBytes(32);
  const opened = new Set<string>();
  let isGreeted = false;
  let isEnded = false;
  let puts = 0;

  const send = (message: RelayMessage): void => {
    if (!isEnded) wire.send(encodeMessage(message));
  };
  const listener: Listener = {
    onStored: (ledger, document, seq, bytes) => send({ type: 'live', ledger, document, seq, bytes }),
  };

  function end(): void {
    if (isEnded) return;
    isEnded = true;
    hub.leave(listener, opened);
  }
  function refuseAndClose(reason: Refusal): void {
    send({ type: 'refused', id: null, reason });
    end();
    wire.close();
  }

  async function open({ id, ledger, accessKey, proof }: Extract<Request, { type: 'open' }>): Promise<Answer> {
    const isOwner = hashId(accessKey) === ledger && (await hub.isSignedBy(accessKey, proof, challengeToSignedBytes(nonce, ledger)));
    if (!isOwner) return { refusal: 'proof_wrong' };
    if (opened.size >= limits.ledgersPerConnection && !opened.has(ledger)) return { refusal: 'too_many' };
    if (isEnded) return { refusal: 'ledger_not_open' };
    // First listen, then look: what is stored in between comes twice rather than never.
    opened.add(ledger);
    hub.listen(ledger, listener);
    const heads = await store.heads(ledger);
    if (!heads.ok) return { refusal: heads.code };
    return { type: 'opened', id, incarnation: store.incarnation, documents: heads.value.slice(0, MAXIMUM_DOCUMENTS) };
  }

  async function answerSince({ id, ledger, document, after, frame }: Extract<Request, { type: 'since' }>): Promise<Answer> {
    if (!opened.has(ledger)) return { refusal: 'ledger_not_open' };
    const page = await store.page(ledger, document, after, PAGE_BYTES);
    if (!page.ok) return { refusal: page.code };
    if (page.value.at !== frame) return { refusal: 'cursor_unknown' };
    return { type: 'page', id, head: page.value.head, frames: page.value.frames };
  }

  async function append({ id, ledger, frames }: Extract<Request, { type: 'append' }>): Promise<Answer> {
    if (!opened.has(ledger)) return { refusal: 'ledger_not_open' };
    await hub.append(ledger, frames, {
      listener,
      onAppended: (outcome) => send(typeof outcome === 'string' ? { type: 'refused', id, reason: outcome } : { type: 'appended', id, ...outcome }),
    });
    return 'answered';
  }

  async function put({ id, box, bytes, ttl }: Extract<Request, { type: 'put' }>): Promise<Answer> {
    puts += 1;
    if (puts > limits.putsPerConnection) return { refusal: 'too_many' };
    const isKept = await store.put(box, bytes, now() + Math.min(ttl, limits.boxLifetime), now());
    if (!isKept.ok) return { refusal: isKept.code };
    return isKept.value ? { type: 'kept', id } : { refusal: 'box_taken' };
  }

  async function take({ id, box }: Extract<Request, { type: 'take' }>): Promise<Answer> {
    const taken = await store.take(box, now());
    return taken.ok ? { type: 'taken', id, bytes: taken.value } : { refusal: taken.code };
  }

  function answer(request: Request): Promise<Answer> {
    switch (request.type) {
      case 'open': return open(request);
      case 'since': return answerSince(request);
      case 'append': return append(request);
      case 'put': return put(request);
      case 'take': return take(request);
    }
  }

  return {
    async receive(bytes) {
      if (isEnded) return;
      const message = parseClientMessage(bytes);
      if (!message.ok) return refuseAndClose(message.code);
      if (message.value.type === 'hello') {
        if (message.value.version !== PROTOCOL_VERSION) return refuseAndClose('version_unknown');
        isGreeted = true;
        return send({ type: 'challenge', version: PROTOCOL_VERSION, nonce });
      }
      if (!isGreeted) return refuseAndClose('message_malformed');
      const answered = await answer(message.value);
      if (answered === 'answered') return;
      send('refusal' in answered ? { type: 'refused', id: message.value.id, reason: answered.refusal } : answered);
    },
    isGreeted: () => isGreeted,
    isTrusted: () => opened.size > 0,
    end,
  };
}
