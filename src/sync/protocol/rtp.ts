/**
 * What WebRTC's two ends tell each other (W3C ORTC's names, as mediasoup has them), as far as a call of voices needs it. Bounded and
 * strict: a relay hands these values on to a program in C++.
 */
import { z } from 'zod';

const shortText = z.string().max(256);
const number32 = z.number().int().min(0).max(0xffff_ffff);
const payloadTypeSchema = z.number().int().min(0).max(127);
/** Format parameters (SDP's `a=fmtp`). */
const formatSchema = z.record(z.string().max(64), z.union([shortText, z.number().int(), z.boolean()])).refine((format) => Object.keys(format).length <= 32);
const feedbackSchema = z.array(z.strictObject({ type: shortText, parameter: shortText.optional() })).max(16);
const codec = { mimeType: z.string().max(64), clockRate: number32, channels: z.number().int().min(1).max(8).optional(), parameters: formatSchema.optional(), rtcpFeedback: feedbackSchema.optional() };
const MAXIMUM_CODECS = 64;
const kindSchema = z.enum(['audio', 'video']);

/** What one end can receive. */
export const rtpCapabilitiesSchema = z.strictObject({
  codecs: z.array(z.strictObject({ ...codec, kind: kindSchema, preferredPayloadType: payloadTypeSchema.optional() })).max(MAXIMUM_CODECS).optional(),
  headerExtensions: z
    .array(z.strictObject({
      kind: kindSchema, uri: shortText, preferredId: z.number().int().min(1).max(255), preferredEncrypt: z.boolean().optional(),
      direction: z.enum(['sendrecv', 'sendonly', 'recvonly', 'inactive']).optional(),
    }))
    .max(64)
    .optional(),
});
export type RtpCapabilities = z.infer<typeof rtpCapabilitiesSchema>;

/** One stream of sound as it is sent. */
export const rtpParametersSchema = z.strictObject({
  mid: z.string().max(32).optional(),
  msid: shortText.optional(),
  codecs: z.array(z.strictObject({ ...codec, payloadType: payloadTypeSchema })).min(1).max(8),
  headerExtensions: z.array(z.strictObject({ uri: shortText, id: z.number().int().min(1).max(255), encrypt: z.boolean().optional(), parameters: formatSchema.optional() })).max(32).optional(),
  encodings: z
    .array(z.strictObject({
      ssrc: number32.optional(), rid: z.string().max(32).optional(), codecPayloadType: payloadTypeSchema.optional(), rtx: z.strictObject({ ssrc: number32 }).optional(),
      dtx: z.boolean().optional(), scalabilityMode: z.string().max(16).optional(), maxBitrate: number32.optional(), scaleResolutionDownBy: z.number().int().optional(),
      active: z.boolean().optional(), priority: z.string().max(16).optional(), networkPriority: z.string().max(16).optional(),
    }))
    .max(4)
    .optional(),
  rtcp: z.strictObject({ cname: shortText.optional(), reducedSize: z.boolean().optional(), mux: z.boolean().optional() }).optional(),
});
export type RtpParameters = z.infer<typeof rtpParametersSchema>;

export const iceParametersSchema = z.strictObject({ usernameFragment: shortText, password: shortText, iceLite: z.boolean().optional() });
export const iceCandidatesSchema = z
  .array(z.strictObject({
    foundation: shortText, priority: number32, ip: shortText, address: shortText, protocol: z.enum(['udp', 'tcp']), port: z.number().int().min(0).max(65_535),
    type: z.literal('host'), tcpType: z.literal('passive').optional(),
  }))
  .max(16);
export const dtlsParametersSchema = z.strictObject({
  role: z.enum(['auto', 'client', 'server']).optional(),
  fingerprints: z.array(z.strictObject({ algorithm: z.enum(['sha-1', 'sha-224', 'sha-256', 'sha-384', 'sha-512']), value: shortText })).min(1).max(8),
});
export type DtlsParameters = z.infer<typeof dtlsParametersSchema>;
