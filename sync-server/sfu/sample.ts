/** Calls for the tests of this room: what a browser would ask for, without a browser. */
import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import type { RtpParameters } from '#sync/protocol/rtp.ts';
import type { ClientMessage } from '#sync/protocol/messages.ts';
import { connectTo, join, type MessageOf } from '#relay/sample-client.ts';
import type { SampleKey, SampleLedger } from '#relay/sample.ts';
import type { Relay } from '#relay/relay.ts';

export const newCall = (): string => randomBytes(16).toString('hex');

export const DTLS = { role: 'client', fingerprints: [{ algorithm: 'sha-256', value: Array.from({ length: 32 }, () => 'AB').join(':') }] } as const;

/** A voice as Chromium sends it. */
export const voice = (ssrc: number): RtpParameters => ({
  mid: '0', codecs: [{ mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2, parameters: { minptime: 10, useinbandfec: 1 }, rtcpFeedback: [{ type: 'transport-cc', parameter: '' }] }],
  headerExtensions: [{ uri: 'urn:ietf:params:rtp-hdrext:sdes:mid', id: 4, encrypt: false, parameters: {} }], encodings: [{ ssrc, dtx: false }], rtcp: { cname: 'voice', reducedSize: true },
});

type Body<T> = T extends { id: number } ? Omit<T, 'id'> : never;
export type CallClient = Awaited<ReturnType<typeof callClient>>;

/** Somebody who has the ledger open, and asks. */
export async function callClient(relay: Relay, ledger: SampleLedger, by?: SampleKey) {
  return withRequests(await join(relay, ledger, by), ledger);
}
/** Somebody who has only connected. */
export async function bareClient(relay: Relay, ledger: SampleLedger) {
  const client = connectTo(relay);
  await client.greet();
  return withRequests(client, ledger);
}

function withRequests<C extends ReturnType<typeof connectTo>>(client: C, ledger: SampleLedger) {
  let request = 50_000;
  const ask = async (message: Body<ClientMessage>) => {
    request += 1;
    const answer = await client.ask({ ...message, id: request });
    if (!answer) throw new Error('no answer');
    return answer;
  };
  /** Fails the test where another answer comes. */
  async function must<Type extends Parameters<typeof client.ofType>[0]>(type: Type, message: Body<ClientMessage>): Promise<MessageOf<Type>> {
    const answer = await ask(message);
    expect(answer).toMatchObject({ type });
    return answer as MessageOf<Type>;
  }
  return {
    ...client, ask, must,
    grant: (call: string, of = ledger) => must('callGranted', { type: 'callToken', ledger: of.id, call }),
    async enter(call: string) {
      const { token } = await must('callGranted', { type: 'callToken', ledger: ledger.id, call });
      return must('callJoined', { type: 'callJoin', token });
    },
    /** Sends, as far as anybody can without sound. */
    async speak(ssrc: number) {
      const { transport } = await must('callTransportMade', { type: 'callTransport', direction: 'send' });
      await must('callDone', { type: 'callConnect', transport, dtlsParameters: { ...DTLS, fingerprints: [...DTLS.fingerprints] } });
      const { producer } = await must('callProduced', { type: 'callProduce', transport, rtpParameters: voice(ssrc), isPaused: false });
      return { transport, producer };
    },
    events: () => client.ofType('callEvent').map(({ event }) => event),
  };
}
