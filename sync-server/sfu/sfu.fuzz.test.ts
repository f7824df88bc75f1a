import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import type { CallRequest } from '#sync/protocol/media.ts';
import type { RtpParameters } from '#sync/protocol/rtp.ts';
import { createRelay } from '#relay/relay.ts';
import { sampleLedger } from '#relay/sample.ts';
import { createSqliteRelayStore } from '#relay/store.sqlite.ts';
import { isSignedBy } from '#relay/verify.ts';
import { callClient, DTLS, newCall, voice, type CallClient } from './sample.ts';
import { createSfu } from './sfu.ts';
import { findMediaWorker } from './worker-for-tests.ts';

const binary = findMediaWorker('chaos in calls');
const number32 = fc.integer({ min: 0, max: 0xffff_ffff });
const text = fc.string({ maxLength: 40 });

/** A voice, or something that calls itself one: within what the schema lets through. */
const rtpParameters: fc.Arbitrary<RtpParameters> = fc.oneof(
  fc.record({ ssrc: fc.integer({ min: 1, max: 5 }) }).map(({ ssrc }) => voice(ssrc)),
  fc.record({
    mid: fc.string({ maxLength: 32 }),
    codecs: fc.array(fc.record({
      mimeType: fc.constantFrom('audio/opus', 'audio/PCMU', 'audio/red', 'video/VP8', 'x/y', ''), payloadType: fc.integer({ min: 0, max: 127 }), clockRate: fc.constantFrom(48_000, 8_000, 0),
      channels: fc.integer({ min: 1, max: 8 }), parameters: fc.dictionary(text, fc.oneof(text, fc.integer(), fc.boolean()), { maxKeys: 5 }),
    }), { minLength: 1, maxLength: 3 }),
    headerExtensions: fc.array(fc.record({ uri: fc.constantFrom('urn:ietf:params:rtp-hdrext:sdes:mid', 'urn:ietf:params:rtp-hdrext:ssrc-audio-level', 'x'), id: fc.integer({ min: 1, max: 255 }) }), { maxLength: 4 }),
    encodings: fc.array(fc.record({ ssrc: number32, rid: fc.string({ maxLength: 32 }), dtx: fc.boolean(), scalabilityMode: fc.string({ maxLength: 16 }), maxBitrate: number32 }), { maxLength: 4 }),
    rtcp: fc.record({ cname: text, reducedSize: fc.boolean() }),
  }),
);

interface Choices {
  readonly who: number;
  readonly kind: number;
  readonly a: number;
  readonly b: number;
  readonly flag: boolean;
  readonly rtp: RtpParameters;
  readonly fingerprint: string;
}

interface Things {
  readonly transports: readonly string[];
  readonly producers: readonly string[];
  readonly consumers: readonly string[];
}

/** What somebody might ask next, about things that are there, are another's, or never were. */
function toRequest({ kind, a, b, flag, rtp, fingerprint }: Choices, { transports, producers, consumers }: Things): CallRequest {
  const pick = (from: readonly string[], index: number): string => from[index % (from.length + 1)] ?? '00000000-0000-4000-8000-000000000000';
  const thing = (index: number): string => pick([...transports, ...producers, ...consumers], index);
  const rtpCapabilities = { codecs: [{ kind: 'audio' as const, mimeType: flag ? 'audio/opus' : (rtp.codecs[0]?.mimeType ?? ''), preferredPayloadType: 100 + a, clockRate: 48_000, channels: 2 }], headerExtensions: [] };
  switch (kind) {
    case 0: case 1: return { type: 'callTransport', direction: flag ? 'send' : 'receive' };
    case 2: return { type: 'callConnect', transport: pick(transports, a), dtlsParameters: { role: flag ? 'client' : 'auto', fingerprints: [{ algorithm: 'sha-256', value: flag ? DTLS.fingerprints[0].value : fingerprint }] } };
    case 3: case 4: return { type: 'callProduce', transport: pick(transports, a), rtpParameters: rtp, isPaused: flag };
    case 5: case 6: return { type: 'callConsume', transport: pick(transports, a), producer: pick(producers, b), rtpCapabilities };
    case 7: return { type: 'callPause', of: thing(a), isPaused: flag };
    case 8: return { type: 'callRestartIce', transport: pick(transports, a) };
    default: return { type: 'callClose', of: thing(a) };
  }
}

const thingsOf = (clients: readonly CallClient[]): Things => ({
  transports: clients.flatMap((client) => client.ofType('callTransportMade').map(({ transport }) => transport)),
  producers: clients.flatMap((client) => client.ofType('callProduced').map(({ producer }) => producer)),
  consumers: clients.flatMap((client) => client.ofType('callConsumed').map(({ consumer }) => consumer)),
});

describe.skipIf(binary === null)('a call', () => {
  it('answers everything that is asked in it, whatever that is, and the media router lives', async () => {
    const sfu = await createSfu({ binary: binary ?? '', listen: '127.0.0.1', port: 0, logger: pino({ level: 'silent' }), now: () => 0 });
    const store = createSqliteRelayStore({ data: ':memory:', newIncarnation: () => '0'.repeat(32) });
    const relay = createRelay({ store, isSignedBy, now: () => 0, randomBytes: (length) => randomBytes(length), calls: sfu });
    const ledger = sampleLedger();
    const bo = ledger.admit('editor');
    const pid = sfu.pid();
    const seen = new Set<string>();
    const choices = fc.record({ who: fc.nat(1), kind: fc.nat(9), a: fc.nat(20), b: fc.nat(20), flag: fc.boolean(), rtp: rtpParameters, fingerprint: text });
    await fc.assert(
      fc.asyncProperty(fc.array(choices, { minLength: 5, maxLength: 40 }), async (all) => {
        const clients = [await callClient(relay, ledger), await callClient(relay, ledger, bo)];
        const call = newCall();
        for (const client of clients) {
          await client.enter(call);
          await client.must('callTransportMade', { type: 'callTransport', direction: 'receive' });
        }
        await clients[0]?.speak(9);
        for (const one of all) {
          const client = clients[one.who]!;
          const answer = await client.ask(toRequest(one, thingsOf(clients)));
          expect(answer.type === 'refused' ? answer.reason : answer.type).toMatch(/^(call|media_refused|too_many)/);
        }
        for (const { heard } of clients) for (const { type } of heard) seen.add(type);
        for (const client of clients) await client.must('callDone', { type: 'callLeave' });
        expect(sfu.rooms()).toBe(0);
      }),
      { numRuns: 60 },
    );
    expect(sfu.pid()).toBe(pid);
    // It was not all refused at the door.
    expect([...seen]).toEqual(expect.arrayContaining(['callConsumed', 'callDone', 'callIce', 'callProduced', 'refused']));
    sfu.close();
    await store.close();
  });
});
