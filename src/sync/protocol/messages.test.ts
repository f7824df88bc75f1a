import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCbor, encodeCbor } from './cbor.ts';
import { BLOB_CHUNK_BYTES, MAXIMUM_BLOB_CHUNKS, MAXIMUM_FRAME_BYTES, MAXIMUM_MESSAGE_BYTES, MAXIMUM_RECORD_BYTES, MAXIMUM_SIGNAL_ADDRESSEES, MAXIMUM_SIGNAL_BYTES } from './limits.ts';
import { clientMessageSchema, encodeMessage, parseClientMessage, parseRelayMessage, type ClientMessage, type RelayMessage } from './messages.ts';
import type { DtlsParameters, RtpCapabilities, RtpParameters } from './rtp.ts';

const id = 'ab'.repeat(16);
const thing = '0b1f0e9a-1f57-4d3c-9a53-2f2f3a1c9d10';
const opus = { mimeType: 'audio/opus', clockRate: 48_000, channels: 2, parameters: { useinbandfec: 1, usedtx: true, 'x-y': 'z' }, rtcpFeedback: [{ type: 'nack', parameter: '' }] };
const rtpCapabilities: RtpCapabilities = { codecs: [{ ...opus, kind: 'audio', preferredPayloadType: 100 }], headerExtensions: [{ kind: 'audio', uri: 'urn:x', preferredId: 1, preferredEncrypt: false, direction: 'sendrecv' }] };
const rtpParameters: RtpParameters = { mid: '0', codecs: [{ ...opus, payloadType: 100 }], headerExtensions: [], encodings: [{ ssrc: 1, dtx: false }], rtcp: { cname: 'x', reducedSize: true } };
const iceParameters = { usernameFragment: 'a', password: 'b', iceLite: true };
const dtlsParameters: DtlsParameters = { role: 'auto', fingerprints: [{ algorithm: 'sha-256', value: 'AB' }] };
const fromClient: ClientMessage[] = [
  { type: 'hello', version: 2 },
  { type: 'open', id: 1, ledger: id, key: new Uint8Array(32), proof: new Uint8Array(64) },
  { type: 'enrol', id: 6, ledger: id, records: [new Uint8Array([1])] },
  { type: 'records', id: 7, ledger: id, from: 0 },
  { type: 'endorse', id: 8, ledger: id, document: id, frame: id, signature: new Uint8Array(64) },
  { type: 'blobState', id: 9, ledger: id, blob: id },
  { type: 'blobPut', id: 10, ledger: id, blob: id, chunk: 1, chunks: 2, bytes: new Uint8Array([1]) },
  { type: 'blobGet', id: 11, ledger: id, blob: id, chunk: 0 },
  { type: 'blobDrop', id: 12, ledger: id, blob: id },
  { type: 'since', id: 2, ledger: id, document: id, after: 0, frame: null },
  { type: 'append', id: 3, ledger: id, frames: [new Uint8Array([1])] },
  { type: 'put', id: 4, box: id, bytes: new Uint8Array([1]), ttl: 900_000 },
  { type: 'take', id: 5, box: id },
  { type: 'signal', id: 13, ledger: id, to: [new Uint8Array(32)], bytes: new Uint8Array([1]) },
  { type: 'callToken', id: 14, ledger: id, call: id },
  { type: 'callJoin', id: 15, token: new Uint8Array([1]) },
  { type: 'callLeave', id: 16 },
  { type: 'callTransport', id: 17, direction: 'send' },
  { type: 'callConnect', id: 18, transport: thing, dtlsParameters },
  { type: 'callProduce', id: 19, transport: thing, rtpParameters, isPaused: false },
  { type: 'callConsume', id: 20, transport: thing, producer: thing, rtpCapabilities },
  { type: 'callPause', id: 21, of: thing, isPaused: true },
  { type: 'callRestartIce', id: 22, transport: thing },
  { type: 'callClose', id: 23, of: thing },
];
const fromRelay: RelayMessage[] = [
  { type: 'challenge', version: 2, nonce: new Uint8Array(32) },
  { type: 'opened', id: 1, incarnation: id, record: 3, recordHash: id + id, documents: [{ document: id, seq: 1, frame: id }] },
  { type: 'enrolled', id: 6, record: 3, recordHash: id + id },
  { type: 'recordPage', id: 7, record: 3, records: [new Uint8Array([1])] },
  { type: 'page', id: 2, head: 9, snapshot: null, frames: [{ seq: 1, bytes: new Uint8Array([1]) }] },
  {
    type: 'page', id: 2, head: 9, frames: [],
    snapshot: { seq: 7, bytes: new Uint8Array([1]), endorsements: [{ key: new Uint8Array(32), signature: new Uint8Array(64) }] },
  },
  { type: 'endorsed', id: 8 },
  { type: 'blob', id: 9, chunks: null, there: [] },
  { type: 'blobChunk', id: 11, bytes: new Uint8Array([1]) },
  { type: 'liveRecord', ledger: id, record: 4, bytes: new Uint8Array([1]) },
  { type: 'appended', id: 3, stored: [{ document: id, frame: id, seq: 4 }], refused: [{ frame: id, reason: 'quota' }] },
  { type: 'live', ledger: id, document: id, seq: 4, bytes: new Uint8Array([1]) },
  { type: 'kept', id: 4 },
  { type: 'taken', id: 5, bytes: null },
  { type: 'refused', id: null, reason: 'too_fast' },
  { type: 'signalled', id: 13 },
  { type: 'liveSignal', ledger: id, bytes: new Uint8Array([1]) },
  { type: 'callGranted', id: 14, token: new Uint8Array([1]), address: 'wss://relay.example', expires: 1 },
  { type: 'callJoined', id: 15, rtpCapabilities, isResumed: true, peers: [{ key: new Uint8Array(32), producers: [{ producer: thing, isPaused: false }] }], endsAt: 2 },
  {
    type: 'callTransportMade', id: 17, transport: thing, iceParameters, dtlsParameters,
    iceCandidates: [{ foundation: 'udpcandidate', priority: 1, ip: '127.0.0.1', address: '127.0.0.1', protocol: 'udp', port: 8_788, type: 'host' }],
  },
  { type: 'callDone', id: 18 },
  { type: 'callProduced', id: 19, producer: thing },
  { type: 'callConsumed', id: 20, consumer: thing, producer: thing, rtpParameters, isPaused: true },
  { type: 'callIce', id: 22, iceParameters },
  { type: 'callEvent', call: id, event: { event: 'producerAdded', key: new Uint8Array(32), producer: thing, isPaused: false } },
  { type: 'callEvent', call: id, event: { event: 'ended', reason: 'idle' } },
];

describe('messages', () => {
  it.each(fromClient)('of a client are read as they were written: $type', (message) => {
    expect(parseClientMessage(encodeMessage(message))).toEqual({ ok: true, value: message });
    expect(parseRelayMessage(encodeMessage(message)).ok).toBe(false);
  });
  it.each(fromRelay)('of a relay are read as they were written: $type', (message) => {
    expect(parseRelayMessage(encodeMessage(message))).toEqual({ ok: true, value: message });
    expect(parseClientMessage(encodeMessage(message)).ok).toBe(false);
  });

  it.each<[string, unknown]>([
    ['an unknown type', { type: 'drop_everything', id: 1 }],
    ['__proto__ for a type', { type: '__proto__', id: 1 }],
    ['an extra field', { type: 'take', id: 5, box: id, extra: 1 }],
    ['a field called __proto__', { ...JSON.parse('{"__proto__":1}'), type: 'take', id: 5, box: id }],
    ['a negative number', { type: 'take', id: -1, box: id }],
    ['a number with a fraction', { type: 'take', id: 1.5, box: id }],
    ['an id of another length', { type: 'take', id: 1, box: 'ab' }],
    ['a frame too large', { type: 'append', id: 1, ledger: id, frames: [new Uint8Array(MAXIMUM_FRAME_BYTES + 1)] }],
    ['a record too large', { type: 'enrol', id: 1, ledger: id, records: [new Uint8Array(MAXIMUM_RECORD_BYTES + 1)] }],
    ['a chunk too large', { type: 'blobPut', id: 1, ledger: id, blob: id, chunk: 0, chunks: 1, bytes: new Uint8Array(BLOB_CHUNK_BYTES + 1) }],
    ['a chunk beyond the last', { type: 'blobGet', id: 1, ledger: id, blob: id, chunk: MAXIMUM_BLOB_CHUNKS }],
    ['a signal too large', { type: 'signal', id: 1, ledger: id, to: null, bytes: new Uint8Array(MAXIMUM_SIGNAL_BYTES + 1) }],
    ['too many addressees', { type: 'signal', id: 1, ledger: id, to: Array.from({ length: MAXIMUM_SIGNAL_ADDRESSEES + 1 }, () => new Uint8Array(32)), bytes: new Uint8Array() }],
    ['a name for a thing that no router gives', { type: 'callClose', id: 1, of: '../../x' }],
    ['a field that no codec has', { type: 'callProduce', id: 1, transport: thing, isPaused: false, rtpParameters: { codecs: [{ mimeType: 'audio/opus', payloadType: 1, clockRate: 1, extra: 1 }] } }],
    ['more codecs than there are', { type: 'callConsume', id: 1, transport: thing, producer: thing, rtpCapabilities: { codecs: Array.from({ length: 65 }, () => ({ kind: 'audio', mimeType: 'x/y', clockRate: 1 })) } }],
    ['no frames', { type: 'append', id: 1, ledger: id, frames: [] }],
    ['no object', [1, 2]],
  ])('with %s are refused', (_, value) => {
    expect(parseClientMessage(encodeCbor(value))).toEqual({ ok: false, code: 'message_malformed' });
  });

  it('too large are refused unread', () => {
    expect(parseClientMessage(new Uint8Array(MAXIMUM_MESSAGE_BYTES + 1)).ok).toBe(false);
  });

  it('that append are read by their shape only where the general reader takes them', () => {
    const edit = fc.record({ at: fc.nat(), remove: fc.nat(2), insert: fc.uint8Array({ maxLength: 3 }) });
    const frames = fc.array(fc.oneof(fc.uint8Array({ maxLength: 30 }), fc.constantFrom(23, 24, 255, 256, 65_536, MAXIMUM_FRAME_BYTES + 1).map((length) => new Uint8Array(length))), { maxLength: 30 });
    let appends = 0;
    fc.assert(
      fc.property(fc.constantFrom(0, 23, 24, 0xffff_ffff, 0x1_0000_0000, 1.5), frames, fc.constantFrom(id, 'AB'.repeat(16), 'é'.repeat(16)), fc.array(edit, { maxLength: 2 }), (request, given, ledger, edits) => {
        const bytes = edits.reduce((now, { at, remove, insert }) => {
          const place = at % (now.length + 1);
          return Uint8Array.from([...now.subarray(0, place), ...insert, ...now.subarray(place + remove)]);
        }, encodeCbor({ type: 'append', id: request, ledger, frames: given }));
        const parsed = parseClientMessage(bytes);
        const decoded = decodeCbor(bytes);
        const expected = decoded.ok ? clientMessageSchema.safeParse(decoded.value) : undefined;
        expect(parsed).toEqual(expected?.success && bytes.length <= MAXIMUM_MESSAGE_BYTES ? { ok: true, value: expected.data } : { ok: false, code: 'message_malformed' });
        if (parsed.ok) appends += 1;
      }),
      { numRuns: 300 },
    );
    expect(appends).toBeGreaterThan(10);
  });

  it('of any other bytes are refused, never an exception', () => {
    const whole = [...fromClient, ...fromRelay].map((message) => encodeMessage(message));
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.constantFrom(...whole), fc.nat(), (garbage, message, cut) => {
        for (const bytes of [garbage, message.subarray(0, cut % message.length)]) {
          expect(parseClientMessage(bytes).ok || parseRelayMessage(bytes).ok).toBe(false);
        }
      }),
    );
  });
});
