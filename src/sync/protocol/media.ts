/**
 * What is said about a call's sound. Who has a ledger open gets a token for a call in it; with the token a connection comes into the
 * call's room, and asks for what WebRTC needs there. What is said in the room nobody here can hear: see src/sync/call-keys.ts.
 */
import { z } from 'zod';
import { MAXIMUM_CALL_PEERS, MAXIMUM_TOKEN_BYTES } from './limits.ts';
import { dtlsParametersSchema, iceCandidatesSchema, iceParametersSchema, rtpCapabilitiesSchema, rtpParametersSchema } from './rtp.ts';

const countSchema = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const idSchema = z.string().regex(/^[0-9a-f]{32}$/);
const bytesSchema = z.custom<Uint8Array>((value) => value instanceof Uint8Array);
const keySchema = bytesSchema.refine((bytes) => bytes.length === 32);
const tokenSchema = bytesSchema.refine((bytes) => bytes.length <= MAXIMUM_TOKEN_BYTES);
/** As the media router names its things. */
const thingSchema = z.uuid();
const asked = { id: countSchema };

/** What a screen may ask for in the room; its connection is in one room at a time. */
const requests = {
  callTransport: { type: z.literal('callTransport'), direction: z.enum(['send', 'receive']) },
  callConnect: { type: z.literal('callConnect'), transport: thingSchema, dtlsParameters: dtlsParametersSchema },
  /** Sound only, and one stream for each device. */
  callProduce: { type: z.literal('callProduce'), transport: thingSchema, rtpParameters: rtpParametersSchema, isPaused: z.boolean() },
  /** Begins paused, so that nothing comes before there is somebody to hear it. */
  callConsume: { type: z.literal('callConsume'), transport: thingSchema, producer: thingSchema, rtpCapabilities: rtpCapabilitiesSchema },
  /** `of`: one's own producer, or a consumer. */
  callPause: { type: z.literal('callPause'), of: thingSchema, isPaused: z.boolean() },
  callRestartIce: { type: z.literal('callRestartIce'), transport: thingSchema },
  /** `of`: one's own transport, producer or consumer. */
  callClose: { type: z.literal('callClose'), of: thingSchema },
} as const;

/** The same without a number, as a screen asks it. */
export const callRequestSchema = z.discriminatedUnion('type', [
  z.strictObject(requests.callTransport), z.strictObject(requests.callConnect), z.strictObject(requests.callProduce), z.strictObject(requests.callConsume),
  z.strictObject(requests.callPause), z.strictObject(requests.callRestartIce), z.strictObject(requests.callClose),
]);
export type CallRequest = z.infer<typeof callRequestSchema>;

export const mediaClientMessages = [
  /** A token for a call in a ledger that is open. */
  z.strictObject({ type: z.literal('callToken'), ...asked, ledger: idSchema, call: idSchema }),
  /** Into the room, or back into it: what the device had there goes on. */
  z.strictObject({ type: z.literal('callJoin'), ...asked, token: tokenSchema }),
  z.strictObject({ type: z.literal('callLeave'), ...asked }),
  z.strictObject({ ...requests.callTransport, ...asked }), z.strictObject({ ...requests.callConnect, ...asked }), z.strictObject({ ...requests.callProduce, ...asked }),
  z.strictObject({ ...requests.callConsume, ...asked }), z.strictObject({ ...requests.callPause, ...asked }), z.strictObject({ ...requests.callRestartIce, ...asked }),
  z.strictObject({ ...requests.callClose, ...asked }),
] as const;

const producerSchema = z.strictObject({ producer: thingSchema, isPaused: z.boolean() });

/** Why a call is over for this device: it took too long, nobody else was there, the same device came in over another connection, or it is no member any more. */
export const CALL_ENDS = ['too_long', 'idle', 'elsewhere', 'removed'] as const;

export const callEventSchema = z.discriminatedUnion('event', [
  z.strictObject({ event: z.literal('peerJoined'), key: keySchema }),
  z.strictObject({ event: z.literal('peerLeft'), key: keySchema }),
  z.strictObject({ event: z.literal('producerAdded'), key: keySchema, producer: thingSchema, isPaused: z.boolean() }),
  z.strictObject({ event: z.literal('producerPaused'), key: keySchema, producer: thingSchema, isPaused: z.boolean() }),
  z.strictObject({ event: z.literal('producerRemoved'), key: keySchema, producer: thingSchema }),
  /** The media router died: everything in the room is gone, and can be made anew after another `callJoin`. */
  z.strictObject({ event: z.literal('restarted') }),
  z.strictObject({ event: z.literal('ended'), reason: z.enum(CALL_ENDS) }),
]);
export type WireCallEvent = z.infer<typeof callEventSchema>;

export const mediaRelayMessages = [
  /** `address`: the relay that has the room, `ws://` or `wss://`; null: this one. `expires` in milliseconds since 1970. */
  z.strictObject({ type: z.literal('callGranted'), ...asked, token: tokenSchema, address: z.string().max(512).nullable(), expires: countSchema }),
  z.strictObject({
    type: z.literal('callJoined'), ...asked,
    rtpCapabilities: rtpCapabilitiesSchema,
    /** The device's transports, producers and consumers are still there. */
    isResumed: z.boolean(),
    /** The others. */
    peers: z.array(z.strictObject({ key: keySchema, producers: z.array(producerSchema).max(4) })).max(MAXIMUM_CALL_PEERS),
    /** When the relay ends the call, in milliseconds since 1970. */
    endsAt: countSchema,
  }),
  z.strictObject({
    type: z.literal('callTransportMade'), ...asked, transport: thingSchema,
    iceParameters: iceParametersSchema, iceCandidates: iceCandidatesSchema, dtlsParameters: dtlsParametersSchema,
  }),
  z.strictObject({ type: z.literal('callProduced'), ...asked, producer: thingSchema }),
  z.strictObject({ type: z.literal('callConsumed'), ...asked, consumer: thingSchema, producer: thingSchema, rtpParameters: rtpParametersSchema, isPaused: z.boolean() }),
  z.strictObject({ type: z.literal('callIce'), ...asked, iceParameters: iceParametersSchema }),
  z.strictObject({ type: z.literal('callDone'), ...asked }),
  /** Something happened in the room. */
  z.strictObject({ type: z.literal('callEvent'), call: idSchema, event: callEventSchema }),
] as const;
