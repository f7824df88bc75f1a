/** What two devices say to each other once their channel is sealed: maps of deterministic CBOR. */
import { z } from 'zod';
import { idSchema } from '#domain/ids.ts';
import type { HandedFrame } from './exchange.ts';
import { ENTRY_BYTES, LONGEST_LIST } from './peer-proof.ts';
import { bytesToHex, hexToBytes } from './protocol/bytes.ts';
import { MAXIMUM_DOCUMENTS, MAXIMUM_ENDORSEMENTS, MAXIMUM_FRAME_BYTES, MAXIMUM_FRAMES_AT_ONCE, MAXIMUM_RECORD_BYTES, MAXIMUM_RECORDS_AT_ONCE } from './protocol/limits.ts';

/** Frames that may be listed of one document: somewhat more than a document ever has. */
export const MAXIMUM_LISTED = 50_000;

const bytesSchema = z.custom<Uint8Array>((value) => value instanceof Uint8Array);
const bytesOf = (length: number) => bytesSchema.refine((bytes) => bytes.length === length);
const bytesUpTo = (length: number) => bytesSchema.refine((bytes) => bytes.length <= length);
/** Ids travel as bytes. */
const id = bytesOf(16).transform(bytesToHex).pipe(idSchema);
const hash = bytesOf(32).transform(bytesToHex);
const count = z.number().int().min(0).max(0xffff_ffff);
const endorsement = z.tuple([bytesOf(32), bytesOf(64)]).transform(([key, signature]) => ({ key, signature }));
const frame = z.tuple([bytesUpTo(MAXIMUM_FRAME_BYTES), z.array(endorsement).max(MAXIMUM_ENDORSEMENTS)]).transform(([bytes, endorsements]): HandedFrame => ({ bytes, endorsements }));
const ask = { id: count, ledger: id };

export const peerMessageSchema = z.discriminatedUnion('type', [
  /** The first round and the second: see peer-proof.ts. */
  z.strictObject({ type: z.literal('entries'), round: z.union([z.literal(1), z.literal(2)]), entries: z.array(bytesOf(ENTRY_BYTES)).max(LONGEST_LIST) }),
  /** What there is of a ledger: the last record, and those documents, with a digest of their frames, that are new or other than was said before. */
  z.strictObject({ type: z.literal('have'), ledger: id, record: count, recordHash: hash, documents: z.array(z.tuple([id, id])).max(MAXIMUM_DOCUMENTS) }),
  z.strictObject({ type: z.literal('records'), ...ask, from: count }),
  z.strictObject({ type: z.literal('list'), ...ask, document: id }),
  z.strictObject({ type: z.literal('fetch'), ...ask, document: id, frames: z.array(id).min(1).max(MAXIMUM_FRAMES_AT_ONCE) }),
  z.strictObject({ type: z.literal('recordPage'), id: count, records: z.array(bytesUpTo(MAXIMUM_RECORD_BYTES)).max(MAXIMUM_RECORDS_AT_ONCE) }),
  z.strictObject({ type: z.literal('listed'), id: count, frames: z.array(id).max(MAXIMUM_LISTED) }),
  /** Of those that were asked for the first ones that fit, at least one where there is one. */
  z.strictObject({ type: z.literal('fetched'), id: count, frames: z.array(frame).max(MAXIMUM_FRAMES_AT_ONCE) }),
  /** Nothing is given: the one who asks is no member, or there is trouble with the disk. */
  z.strictObject({ type: z.literal('refused'), id: count }),
]);
export type PeerMessage = z.output<typeof peerMessageSchema>;
export type PeerRequest = Extract<PeerMessage, { type: 'records' | 'list' | 'fetch' }>;
export type PeerAnswer = Extract<PeerMessage, { type: 'recordPage' | 'listed' | 'fetched' | 'refused' }>;

/** A message with its ids and hashes as bytes. */
export function toWire(message: PeerMessage): unknown {
  switch (message.type) {
    case 'have':
      return {
        ...message, ledger: hexToBytes(message.ledger), recordHash: hexToBytes(message.recordHash),
        documents: message.documents.map(([document, digest]) => [hexToBytes(document), hexToBytes(digest)]),
      };
    case 'records': return { ...message, ledger: hexToBytes(message.ledger) };
    case 'list': return { ...message, ledger: hexToBytes(message.ledger), document: hexToBytes(message.document) };
    case 'fetch': return { ...message, ledger: hexToBytes(message.ledger), document: hexToBytes(message.document), frames: message.frames.map(hexToBytes) };
    case 'listed': return { ...message, frames: message.frames.map(hexToBytes) };
    case 'fetched': return { ...message, frames: message.frames.map(({ bytes, endorsements }) => [bytes, endorsements.map(({ key, signature }) => [key, signature])]) };
    default: return message;
  }
}

/** Undefined for anything that is no message. Never throws. */
export const parsePeerMessage = (content: unknown): PeerMessage | undefined => peerMessageSchema.safeParse(content).data;
