/**
 * The conversation between a client and a relay: one message of deterministic CBOR per WebSocket message. The client
 * says hello, the relay answers with a challenge; from then on every request has a number, and its answer the same.
 */
import { z } from 'zod';
import { createCborReader, decodeCbor, encodeCbor, type Parsed } from './cbor.ts';
import { hexToBytes } from './bytes.ts';
import {
  BLOB_CHUNK_BYTES, MAXIMUM_BLOB_CHUNKS, MAXIMUM_BOX_BYTES, MAXIMUM_DOCUMENTS, MAXIMUM_ENDORSEMENTS, MAXIMUM_FRAME_BYTES, MAXIMUM_FRAMES_AT_ONCE, MAXIMUM_MESSAGE_BYTES,
  MAXIMUM_RECORD_BYTES, MAXIMUM_RECORDS_AT_ONCE, MAXIMUM_SIGNAL_ADDRESSEES, MAXIMUM_SIGNAL_BYTES,
} from './limits.ts';
import { mediaClientMessages, mediaRelayMessages } from './media.ts';

export const PROTOCOL_VERSION = 2;

const ID = /^[0-9a-f]{32}$/;
const idSchema = z.string().regex(ID);
const countSchema = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const sequenceSchema = countSchema.min(1);
const bytesSchema = z.custom<Uint8Array>((value) => value instanceof Uint8Array);
const bytesOf = (length: number) => bytesSchema.refine((bytes) => bytes.length === length);
const bytesUpTo = (length: number) => bytesSchema.refine((bytes) => bytes.length <= length);
const frameSchema = bytesUpTo(MAXIMUM_FRAME_BYTES);
const recordSchema = bytesUpTo(MAXIMUM_RECORD_BYTES);
const hashSchema = z.string().regex(/^[0-9a-f]{64}$/);
const chunkCountSchema = z.number().int().min(1).max(MAXIMUM_BLOB_CHUNKS);
const chunkSchema = z.number().int().min(0).max(MAXIMUM_BLOB_CHUNKS - 1);
/** Where something of a ledger's is asked for or left. */
const inLedger = { id: countSchema, ledger: idSchema };

/** Why a relay refuses. Not one of them loses anything: what was to be stored stays with the client. */
export const REFUSALS = [
  'version_unknown', 'message_malformed', 'too_fast', 'too_many', 'relay_failed',
  /** `removed`: this key was a member's once. `not_member`: it never was, as far as this relay knows. */
  'proof_wrong', 'ledger_not_open', 'ledger_unknown', 'not_member', 'removed', 'cursor_unknown',
  /** `record_stale`: not the one after the last. */
  'record_malformed', 'record_stale', 'record_forbidden',
  'frame_malformed', 'frame_too_large', 'frame_foreign', 'signature_wrong', 'quota', 'relay_full', 'box_taken', 'blob_unknown',
  /**
   * A frame's author could not write, or names a record that is not in the line; `epoch_stale`: it must be sealed under
   * the present key; `epoch_owed`: an epoch must begin before anybody writes.
   */
  'role_forbids', 'record_unknown', 'epoch_stale', 'epoch_owed',
  /**
   * No calls go through this relay; too many are in this one, or the relay has enough of them; the token is not for this, or no more; this
   * connection is in no call, or has no such thing there; what was asked for makes no sense to the media router.
   */
  'call_unavailable', 'call_full', 'call_forbidden', 'call_unknown', 'media_refused',
] as const;
export const refusalSchema = z.enum(REFUSALS);
export type Refusal = z.infer<typeof refusalSchema>;

const endorsementsSchema = z.array(z.strictObject({ key: bytesOf(32), signature: bytesOf(64) })).max(MAXIMUM_ENDORSEMENTS);

export const clientMessageSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('hello'), version: countSchema }),
  /** Asks for a ledger's documents and for all that will be appended; `proof` signs the challenge with `key`: a member device's pseudonym, or an invite's. */
  z.strictObject({ type: z.literal('open'), ...inLedger, key: bytesOf(32), proof: bytesOf(64) }),
  /** Records of the membership that follow on those there. They speak for themselves, so anybody may bring them. */
  z.strictObject({ type: z.literal('enrol'), ...inLedger, records: z.array(recordSchema).min(1).max(MAXIMUM_RECORDS_AT_ONCE) }),
  z.strictObject({ type: z.literal('records'), ...inLedger, from: countSchema }),
  /** The frames after `after`; `frame` is the one there, null at the start: another one means another log. */
  z.strictObject({ type: z.literal('since'), ...inLedger, document: idSchema, after: countSchema, frame: idSchema.nullable() }),
  /** A frame that is there already is answered with the number it has. */
  z.strictObject({ type: z.literal('append'), ...inLedger, frames: z.array(frameSchema).min(1).max(MAXIMUM_FRAMES_AT_ONCE) }),
  /**
   * Brings back a snapshot to a relay that lost the log it stands for, with the word of others for it. A document that is not
   * there begins with it, behind the numbers that it covers, as if those frames had been dropped. Answered like `append`.
   */
  z.strictObject({ type: z.literal('refill'), ...inLedger, frame: frameSchema, endorsements: endorsementsSchema }),
  /**
   * This device has compared a snapshot with what it holds: nothing is missing, nothing is foreign. `signature`: see
   * endorsementToSignedBytes. Counts where it is another member's than the snapshot's, who may write.
   */
  z.strictObject({ type: z.literal('endorse'), ...inLedger, document: idSchema, frame: idSchema, signature: bytesOf(64) }),
  /** Sealed attachments, in pieces; which pieces are there is asked so that a broken transfer goes on where it was. */
  z.strictObject({ type: z.literal('blobState'), ...inLedger, blob: idSchema }),
  z.strictObject({ type: z.literal('blobPut'), ...inLedger, blob: idSchema, chunk: chunkSchema, chunks: chunkCountSchema, bytes: bytesUpTo(BLOB_CHUNK_BYTES) }),
  z.strictObject({ type: z.literal('blobGet'), ...inLedger, blob: idSchema, chunk: chunkSchema }),
  z.strictObject({ type: z.literal('blobDrop'), ...inLedger, blob: idSchema }),
  /** Leaves something to be taken once; `ttl` in milliseconds. */
  z.strictObject({ type: z.literal('put'), id: countSchema, box: idSchema, bytes: bytesUpTo(MAXIMUM_BOX_BYTES), ttl: countSchema }),
  z.strictObject({ type: z.literal('take'), id: countSchema, box: idSchema }),
  /** Sealed, for those who listen now (`to`: those with these keys only), and kept nowhere. */
  z.strictObject({ type: z.literal('signal'), ...inLedger, to: z.array(bytesOf(32)).max(MAXIMUM_SIGNAL_ADDRESSEES).nullable(), bytes: bytesUpTo(MAXIMUM_SIGNAL_BYTES) }),
  ...mediaClientMessages,
]);
export type ClientMessage = z.infer<typeof clientMessageSchema>;

export const relayMessageSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('challenge'), version: countSchema, nonce: bytesOf(32) }),
  z.strictObject({
    type: z.literal('opened'),
    id: countSchema,
    /** Names the relay's log; another one means that this is not the log that was read before. */
    incarnation: idSchema,
    /** The last record of the membership. */
    record: countSchema,
    recordHash: hashSchema,
    /** The last frame of each document. */
    documents: z.array(z.strictObject({ document: idSchema, seq: sequenceSchema, frame: idSchema })).max(MAXIMUM_DOCUMENTS),
  }),
  /** The membership's last record after this. */
  z.strictObject({ type: z.literal('enrolled'), id: countSchema, record: countSchema, recordHash: hashSchema }),
  z.strictObject({ type: z.literal('recordPage'), id: countSchema, record: countSchema, records: z.array(recordSchema).max(MAXIMUM_RECORDS_AT_ONCE) }),
  /**
   * Without a gap, in order. `head` is the last number in the document; the page ends there or is full. Where a snapshot
   * reaches further than what was asked for, it comes first, and the frames are those after what it covers, without the
   * snapshot, which is one of them: it comes once. There may be none then, though `head` is further.
   */
  z.strictObject({
    type: z.literal('page'), id: countSchema, head: countSchema,
    snapshot: z
      .strictObject({ seq: sequenceSchema, bytes: frameSchema, endorsements: endorsementsSchema })
      .nullable(),
    frames: z.array(z.strictObject({ seq: sequenceSchema, bytes: frameSchema })).max(MAXIMUM_FRAMES_AT_ONCE),
  }),
  /** These are on the relay's disk; `refused` are not, for different reasons. */
  z.strictObject({
    type: z.literal('appended'), id: countSchema,
    stored: z.array(z.strictObject({ document: idSchema, frame: idSchema, seq: sequenceSchema })).max(MAXIMUM_FRAMES_AT_ONCE),
    refused: z.array(z.strictObject({ frame: idSchema, reason: refusalSchema })).max(MAXIMUM_FRAMES_AT_ONCE),
  }),
  /** Somebody else's frame, just stored. */
  z.strictObject({ type: z.literal('live'), ledger: idSchema, document: idSchema, seq: sequenceSchema, bytes: frameSchema }),
  /** A record that somebody just added to the membership. */
  z.strictObject({ type: z.literal('liveRecord'), ledger: idSchema, record: countSchema, bytes: recordSchema }),
  z.strictObject({ type: z.literal('endorsed'), id: countSchema }),
  z.strictObject({ type: z.literal('signalled'), id: countSchema }),
  /** Somebody signals. Who, the bytes say, to those who can open them. */
  z.strictObject({ type: z.literal('liveSignal'), ledger: idSchema, bytes: bytesUpTo(MAXIMUM_SIGNAL_BYTES) }),
  /** `chunks` null: there is no such blob. `there`: the pieces that are. */
  z.strictObject({ type: z.literal('blob'), id: countSchema, chunks: chunkCountSchema.nullable(), there: z.array(chunkSchema).max(MAXIMUM_BLOB_CHUNKS) }),
  z.strictObject({ type: z.literal('blobChunk'), id: countSchema, bytes: bytesUpTo(BLOB_CHUNK_BYTES) }),
  z.strictObject({ type: z.literal('kept'), id: countSchema }),
  z.strictObject({ type: z.literal('taken'), id: countSchema, bytes: bytesUpTo(MAXIMUM_BOX_BYTES).nullable() }),
  /** `id` null: not an answer to anything; the relay then closes. */
  z.strictObject({ type: z.literal('refused'), id: countSchema.nullable(), reason: refusalSchema }),
  ...mediaRelayMessages,
]);
export type RelayMessage = z.infer<typeof relayMessageSchema>;

export const encodeMessage = (message: ClientMessage | RelayMessage): Uint8Array<ArrayBuffer> => encodeCbor(message);

const parseWith = <T>(schema: z.ZodType<T>) => (bytes: Uint8Array): Parsed<T, 'message_malformed'> => {
  const decoded = bytes.length <= MAXIMUM_MESSAGE_BYTES ? decodeCbor(bytes) : undefined;
  const parsed = decoded?.ok ? schema.safeParse(decoded.value) : undefined;
  return parsed?.success ? { ok: true, value: parsed.data } : { ok: false, code: 'message_malformed' };
};
const parseAnyClientMessage = parseWith(clientMessageSchema);

type AppendMessage = Extract<ClientMessage, { type: 'append' }>;

/**
 * What a busy relay mostly reads, without making more of it than there is: frames are parts of `bytes`. Undefined for every other
 * message and whatever is not plain; that is left to the schema.
 */
function readAppend(bytes: Uint8Array): AppendMessage | undefined {
  try {
    const reader = createCborReader(bytes);
    const isNext = (text: string): boolean => reader.text() === text;
    reader.map(4);
    if (!isNext('id')) return undefined;
    const id = reader.count();
    if (!isNext('type') || !isNext('append') || !isNext('frames')) return undefined;
    const count = reader.array();
    if (count === 0 || count > MAXIMUM_FRAMES_AT_ONCE) return undefined;
    const frames = Array.from({ length: count }, () => reader.bytes());
    const ledger = isNext('ledger') ? reader.text() : '';
    reader.end();
    return ID.test(ledger) && frames.every(({ length }) => length <= MAXIMUM_FRAME_BYTES) ? { type: 'append', id, ledger, frames } : undefined;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return undefined;
  }
}

/** A client's message as a relay reads it. Never throws. */
export function parseClientMessage(bytes: Uint8Array): Parsed<ClientMessage, 'message_malformed'> {
  const append = bytes.length <= MAXIMUM_MESSAGE_BYTES ? readAppend(bytes) : undefined;
  return append ? { ok: true, value: append } : parseAnyClientMessage(bytes);
}
/** A relay's message as a client reads it. Never throws. */
export const parseRelayMessage = parseWith(relayMessageSchema);

/** What a key signs to open a ledger: the relay's challenge and the ledger, under a name of its own. */
export const challengeToSignedBytes = (nonce: Uint8Array, ledger: string): Uint8Array<ArrayBuffer> =>
  encodeCbor(['tallystick open 2', nonce, hexToBytes(ledger)]);

/** What a device signs to say that a snapshot (32 hexadecimal digits) is complete and true. */
export const endorsementToSignedBytes = (ledger: string, frame: string): Uint8Array<ArrayBuffer> =>
  encodeCbor(['tallystick endorsement 1', hexToBytes(ledger), hexToBytes(frame)]);
