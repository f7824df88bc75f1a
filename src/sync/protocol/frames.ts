/**
 * A sealed frame, as it lies at the relay: `[header, nonce, ciphertext, signature]` in deterministic CBOR, the header
 * itself a byte string, so that what is authenticated and signed is exactly what travels.
 */
import { bytesToHex, concatBytes, hexToBytes } from './bytes.ts';
import { createCborReader, encodeCbor, type Parsed } from './cbor.ts';
import { MAXIMUM_FRAME_BYTES } from './limits.ts';

export const FRAME_VERSION = 2;

/** What a frame holds: changes of one device; or everything a document held up to a place in the relay's log, for those who come later. */
export const FRAME_KINDS = ['changes', 'snapshot'] as const;
export type FrameKind = (typeof FRAME_KINDS)[number];

/** What everybody on the way may read. */
export interface FrameHeader {
  readonly version: typeof FRAME_VERSION;
  /** 32 hexadecimal digits each. */
  readonly ledger: string;
  readonly document: string;
  /** The pseudonym of the device: an Ed25519 public key, 32 bytes, that it uses in this ledger only. */
  readonly author: Uint8Array;
  /** Number of the ledger's key, and which key it is (32 hexadecimal digits). */
  readonly epoch: number;
  readonly keyId: string;
  /** The last record of the membership that the author knew: its number, and the first 16 bytes of its SHA-256 (32 hexadecimal digits). */
  readonly record: number;
  readonly recordHash: string;
  readonly kind: FrameKind;
  /** Of a snapshot: the place in the relay's log that it reaches up to. */
  readonly covers: { readonly seq: number; readonly frame: string } | null;
}

export interface Frame {
  readonly header: FrameHeader;
  /** The header as it travels: associated data of the seal. */
  readonly headerBytes: Uint8Array;
  readonly nonce: Uint8Array;
  readonly ciphertext: Uint8Array;
  readonly signature: Uint8Array;
}

export function encodeHeader({ version, ledger, document, author, epoch, keyId, record, recordHash, covers }: Omit<FrameHeader, 'kind'>): Uint8Array<ArrayBuffer> {
  const place = covers && [covers.seq, hexToBytes(covers.frame)];
  return encodeCbor([version, hexToBytes(ledger), hexToBytes(document), author, epoch, hexToBytes(keyId), record, hexToBytes(recordHash), place]);
}

export const encodeFrame = ({ headerBytes, nonce, ciphertext, signature }: Omit<Frame, 'header'>): Uint8Array<ArrayBuffer> =>
  encodeCbor([headerBytes, nonce, ciphertext, signature]);

/** What the device signs: everything but the signature, under a name of its own. */
export const frameToSignedBytes = ({ headerBytes, nonce, ciphertext }: Pick<Frame, 'headerBytes' | 'nonce' | 'ciphertext'>): Uint8Array<ArrayBuffer> =>
  encodeCbor(['tallystick frame 2', headerBytes, nonce, ciphertext]);

function readHeader(bytes: Uint8Array): FrameHeader {
  const reader = createCborReader(bytes);
  const id = (length: number): string => bytesToHex(reader.bytes(length));
  reader.array(9);
  const version = reader.count();
  if (version !== FRAME_VERSION) throw new RangeError('a frame of another version');
  const [ledger, document, author, epoch, keyId, record, recordHash] = [id(16), id(16), reader.bytes(32), reader.count(), id(16), reader.count(), id(16)];
  const covers = reader.isNull() ? null : readPlace();
  reader.end();
  return { version, ledger, document, author, epoch, keyId, record, recordHash, kind: covers ? 'snapshot' : 'changes', covers };

  function readPlace(): NonNullable<FrameHeader['covers']> {
    reader.array(2);
    const place = { seq: reader.count(), frame: id(16) };
    if (place.seq === 0) throw new RangeError('a snapshot of nothing');
    return place;
  }
}

function readFrame(bytes: Uint8Array): Frame {
  const reader = createCborReader(bytes);
  reader.array(4);
  const [headerBytes, nonce, ciphertext, signature] = [reader.bytes(), reader.bytes(12), reader.bytes(), reader.bytes(64)];
  reader.end();
  return { header: readHeader(headerBytes), headerBytes, nonce, ciphertext, signature };
}

/** The parts of a frame, which lie in `bytes`; neither its seal nor its signature has been looked at. */
export function parseFrame(bytes: Uint8Array): Parsed<Frame, 'frame_malformed' | 'too_large'> {
  if (bytes.length > MAXIMUM_FRAME_BYTES) return { ok: false, code: 'too_large' };
  try {
    return { ok: true, value: readFrame(bytes) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { ok: false, code: 'frame_malformed' };
  }
}

/**
 * The length that PADMÉ pads `length` bytes to (Nikitin et al., PETS 2019), which adds at most 12 %
 * and leaves only O(log log length) bits of the length to be seen.
 */
export function padmeLength(length: number): number {
  if (length < 2) return length;
  const exponent = Math.floor(Math.log2(length));
  const lastBits = exponent - (Math.floor(Math.log2(exponent)) + 1);
  const step = 2 ** Math.max(0, lastBits);
  return Math.ceil(length / step) * step;
}

/** One entry takes 450 to 2 400 bytes: PADMÉ's steps of 32 there would tell how long its note is, and how many share it (ADR 18). */
const SHORT_LENGTHS = [1_024, 2_048, 4_096] as const;

/** The length that a secret of `length` bytes is padded to: one of a few where it is short, otherwise PADMÉ's. */
export const paddedLength = (length: number): number => SHORT_LENGTHS.find((short) => length <= short) ?? padmeLength(length);

/** Four bytes of length, the bytes, and zeros up to the padded length. */
export function padBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, bytes.length);
  return concatBytes(length, bytes, new Uint8Array(paddedLength(bytes.length + 4) - bytes.length - 4));
}

/** What was padded; undefined where nothing was, or the padding is not the one `padBytes` makes. */
export function unpadBytes(padded: Uint8Array): Uint8Array | undefined {
  if (padded.length < 4) return undefined;
  const length = new DataView(padded.buffer, padded.byteOffset).getUint32(0);
  if (length > padded.length - 4 || paddedLength(length + 4) !== padded.length) return undefined;
  return padded.subarray(length + 4).every((byte) => byte === 0) ? padded.subarray(4, length + 4) : undefined;
}
