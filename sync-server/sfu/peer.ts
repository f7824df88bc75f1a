/** What one device has in a call's router: ways in and out, its voice, and what it hears of the others. */
import type { types } from 'mediasoup';
import type { z } from 'zod';
import type { WireCallEvent } from '#sync/protocol/media.ts';
import type { Refusal, RelayMessage } from '#sync/protocol/messages.ts';
import { rtpCapabilitiesSchema, rtpParametersSchema, dtlsParametersSchema, iceCandidatesSchema, iceParametersSchema, type RtpCapabilities } from '#sync/protocol/rtp.ts';
import type { MediaRequest } from '#relay/request-kinds.ts';
import type { Settled } from '#relay/store.ts';

export type RoomRequest = Exclude<MediaRequest, { type: 'callJoin' | 'callLeave' }>;
type RequestOf<Type extends RoomRequest['type']> = Extract<RoomRequest, { type: Type }>;
type Answer = Settled<RelayMessage, Refusal>;

export interface PeerDeps {
  /** The pseudonym, 32 bytes. */
  readonly key: Uint8Array<ArrayBuffer>;
  tellOthers(event: WireCallEvent): void;
  /** Whether somebody else in the call sends this. */
  isOthers(producer: string): boolean;
  onProducer?: ((producer: types.Producer, router: types.Router) => void) | undefined;
}

export interface Peer {
  /** Into this router; whatever there was in another one is gone. */
  enter(router: types.Router, server: types.WebRtcServer): void;
  capabilities(): RtpCapabilities;
  hasThings(): boolean;
  producers(): readonly types.Producer[];
  answer(request: RoomRequest): Promise<Answer>;
  /** The router is gone, and everything in it. */
  reset(): void;
  close(): void;
}

/** One in each direction, and again after a failure. */
const MAXIMUM_TRANSPORTS = 4;
const MAXIMUM_CONSUMERS = 32;
/** Opus takes up to 510 000 bits a second; a voice takes a tenth of that. */
const MAXIMUM_BITRATE = 600_000;

/** The router's own values, without what CBOR has no word for; it is a bug where they are not what clients understand. */
const toPlain = <T>(schema: z.ZodType<T>, value: unknown): T => schema.parse(JSON.parse(JSON.stringify(value)));

export function createPeer({ key, tellOthers, isOthers, onProducer }: PeerDeps): Peer {
  let place: { router: types.Router; server: types.WebRtcServer } | null = null;
  const transports = new Map<string, types.WebRtcTransport>();
  const producers = new Map<string, types.Producer>();
  const consumers = new Map<string, types.Consumer>();

  async function makeTransport({ id, direction }: RequestOf<'callTransport'>): Promise<Answer> {
    if (!place) return { ok: false, code: 'call_unknown' };
    if (transports.size >= MAXIMUM_TRANSPORTS) return { ok: false, code: 'too_many' };
    const transport = await place.router.createWebRtcTransport({ webRtcServer: place.server, enableUdp: true, enableTcp: true, preferUdp: true, appData: { direction } });
    transports.set(transport.id, transport);
    transport.observer.once('close', () => transports.delete(transport.id));
    await transport.setMaxIncomingBitrate(MAXIMUM_BITRATE);
    return {
      ok: true,
      value: {
        type: 'callTransportMade', id, transport: transport.id,
        iceParameters: toPlain(iceParametersSchema, transport.iceParameters), iceCandidates: toPlain(iceCandidatesSchema, transport.iceCandidates),
        dtlsParameters: toPlain(dtlsParametersSchema, transport.dtlsParameters),
      },
    };
  }

  async function produce({ id, transport, rtpParameters, isPaused }: RequestOf<'callProduce'>): Promise<Answer> {
    const way = transports.get(transport);
    if (!place || way?.appData['direction'] !== 'send') return { ok: false, code: 'call_unknown' };
    if (producers.size > 0) return { ok: false, code: 'too_many' };
    // It looks at them once more by itself.
    const producer = await way.produce({ kind: 'audio', rtpParameters: rtpParameters as types.RtpParameters, paused: isPaused });
    producers.set(producer.id, producer);
    producer.observer.once('close', () => {
      if (producers.delete(producer.id)) tellOthers({ event: 'producerRemoved', key, producer: producer.id });
    });
    onProducer?.(producer, place.router);
    tellOthers({ event: 'producerAdded', key, producer: producer.id, isPaused });
    return { ok: true, value: { type: 'callProduced', id, producer: producer.id } };
  }

  async function consume({ id, transport, producer, rtpCapabilities }: RequestOf<'callConsume'>): Promise<Answer> {
    const way = transports.get(transport);
    const capabilities = rtpCapabilities as types.RtpCapabilities;
    if (!place || way?.appData['direction'] !== 'receive' || !isOthers(producer)) return { ok: false, code: 'call_unknown' };
    if (consumers.size >= MAXIMUM_CONSUMERS) return { ok: false, code: 'too_many' };
    if (!place.router.canConsume({ producerId: producer, rtpCapabilities: capabilities })) return { ok: false, code: 'media_refused' };
    const consumer = await way.consume({ producerId: producer, rtpCapabilities: capabilities, paused: true });
    consumers.set(consumer.id, consumer);
    consumer.observer.once('close', () => consumers.delete(consumer.id));
    return {
      ok: true,
      value: { type: 'callConsumed', id, consumer: consumer.id, producer, rtpParameters: toPlain(rtpParametersSchema, consumer.rtpParameters), isPaused: consumer.producerPaused },
    };
  }

  async function pause({ id, of, isPaused }: RequestOf<'callPause'>): Promise<Answer> {
    const thing = producers.get(of) ?? consumers.get(of);
    if (!thing) return { ok: false, code: 'call_unknown' };
    await (isPaused ? thing.pause() : thing.resume());
    if (producers.has(of)) tellOthers({ event: 'producerPaused', key, producer: of, isPaused });
    return { ok: true, value: { type: 'callDone', id } };
  }

  async function answer(request: RoomRequest): Promise<Answer> {
    const { id } = request;
    switch (request.type) {
      case 'callTransport': return makeTransport(request);
      case 'callProduce': return produce(request);
      case 'callConsume': return consume(request);
      case 'callPause': return pause(request);
      case 'callConnect': {
        const transport = transports.get(request.transport);
        if (!transport) return { ok: false, code: 'call_unknown' };
        await transport.connect({ dtlsParameters: request.dtlsParameters as types.DtlsParameters });
        return { ok: true, value: { type: 'callDone', id } };
      }
      case 'callRestartIce': {
        const transport = transports.get(request.transport);
        if (!transport) return { ok: false, code: 'call_unknown' };
        return { ok: true, value: { type: 'callIce', id, iceParameters: toPlain(iceParametersSchema, await transport.restartIce()) } };
      }
      case 'callClose': {
        const thing = transports.get(request.of) ?? producers.get(request.of) ?? consumers.get(request.of);
        thing?.close();
        return thing ? { ok: true, value: { type: 'callDone', id } } : { ok: false, code: 'call_unknown' };
      }
    }
  }

  function reset(): void {
    place = null;
    transports.clear();
    producers.clear();
    consumers.clear();
  }

  return {
    enter(router, server) {
      if (place?.router === router) return;
      reset();
      place = { router, server };
    },
    capabilities: () => toPlain(rtpCapabilitiesSchema, place?.router.rtpCapabilities ?? {}),
    hasThings: () => transports.size > 0,
    producers: () => [...producers.values()],
    async answer(request) {
      try {
        return await answer(request);
      } catch {
        // It says no by throwing: to parameters that fit nothing, to a second connect, and to everything when it has just died.
        return { ok: false, code: 'media_refused' };
      }
    },
    reset,
    close() {
      for (const transport of transports.values()) transport.close();
      reset();
    },
  };
}
