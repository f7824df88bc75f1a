/** Clients without sockets, for the tests of this room. */
import { randomBytes } from 'node:crypto';
import { encodeMessage, parseRelayMessage, PROTOCOL_VERSION, type ClientMessage, type RelayMessage } from '#sync/protocol/messages.ts';
import type { FanOut } from './fanout.ts';
import { DEFAULT_RELAY_LIMITS, type RelayLimits } from './hub.ts';
import { createRelay, type Relay } from './relay.ts';
import type { SampleKey, SampleLedger } from './sample.ts';
import type { RelayStore } from './store.ts';
import { isSignedBy } from './verify.ts';

export type MessageOf<Type extends RelayMessage['type']> = Extract<RelayMessage, { type: Type }>;

export function sampleRelay(store: RelayStore, now: () => number = () => 0, more: { limits?: Partial<RelayLimits>; fanOut?: FanOut } = {}): Relay {
  return createRelay({
    store, isSignedBy, now, randomBytes: (length) => randomBytes(length), limits: { ...DEFAULT_RELAY_LIMITS, ...more.limits },
    ...(more.fanOut && { fanOut: more.fanOut }),
  });
}

export type SampleClient = ReturnType<typeof connectTo>;

export function connectTo(relay: Relay) {
  const heard: RelayMessage[] = [];
  let isClosed = false;
  let request = 1_000;
  const session = relay.connect({
    send(bytes) {
      const message = parseRelayMessage(bytes);
      if (!message.ok) throw new Error(message.code);
      heard.push(message.value);
    },
    close: () => (isClosed = true),
  });
  const say = (message: ClientMessage) => session.receive(encodeMessage(message));
  async function ask(message: Exclude<ClientMessage, { type: 'hello' }>): Promise<RelayMessage | undefined> {
    await say(message);
    return heard.findLast((one) => 'id' in one && one.id === message.id);
  }
  async function greet(): Promise<Uint8Array> {
    await say({ type: 'hello', version: PROTOCOL_VERSION });
    const challenge = heard.findLast(({ type }) => type === 'challenge');
    if (challenge?.type !== 'challenge') throw new Error('no challenge');
    return challenge.nonce;
  }
  const nextRequest = (): number => (request += 1);
  return {
    ...session, heard, say, ask, greet, isClosed: () => isClosed,
    ofType: <Type extends RelayMessage['type']>(type: Type) => heard.filter((message): message is MessageOf<Type> => message.type === type),
    async open(ledger: SampleLedger, by?: SampleKey) {
      return ask(ledger.open(nextRequest(), await greet(), by));
    },
    enrol: (ledger: SampleLedger, records: readonly Uint8Array[]) => ask({ type: 'enrol', id: nextRequest(), ledger: ledger.id, records: [...records] }),
    append: (ledger: SampleLedger, ...frames: Uint8Array[]) => ask({ type: 'append', id: nextRequest(), ledger: ledger.id, frames }),
    since: (ledger: SampleLedger, document: string, after = 0, frame: string | null = null) =>
      ask({ type: 'since', id: nextRequest(), ledger: ledger.id, document, after, frame }),
    records: (ledger: SampleLedger, from = 0) => ask({ type: 'records', id: nextRequest(), ledger: ledger.id, from }),
  };
}

/** A client that has greeted, brought the records there are and opened the ledger. */
export async function join(relay: Relay, ledger: SampleLedger, by?: SampleKey) {
  const client = connectTo(relay);
  await client.greet();
  const enrolled = await client.enrol(ledger, ledger.records());
  if (enrolled?.type !== 'enrolled') throw new Error(`not enrolled: ${JSON.stringify(enrolled)}`);
  const opened = await client.open(ledger, by);
  if (opened?.type !== 'opened') throw new Error(`not opened: ${JSON.stringify(opened)}`);
  return { ...client, opened };
}
