/** Closes changes into a frame that only the ledger's devices can read, and opens such frames. */
import { deflateSync, Inflate } from 'fflate';
import type { DeviceId, DocumentId } from '#domain/ids.ts';
import { failure, success, type Result } from '#domain/result.ts';
import { z } from 'zod';
import { contentKeyOf, isBeforeJoining, type LedgerAccess } from './access.ts';
import { deviceIdOf, hashId, isSignedBy, ownBytes } from './keys.ts';
import { bytesToHex, concatBytes } from './protocol/bytes.ts';
import { decodeCbor, encodeCbor } from './protocol/cbor.ts';
import { encodeFrame, encodeHeader, FRAME_VERSION, frameToSignedBytes, padBytes, parseFrame, unpadBytes, type FrameHeader } from './protocol/frames.ts';
import { MAXIMUM_FRAME_BYTES } from './protocol/limits.ts';
import { epochAt, mayWrite, tenureAt } from './protocol/membership.ts';
import type { QuarantineReason, WaitingFrame } from './store.ts';

const { subtle } = globalThis.crypto;

/** What a frame may grow to when it is unpacked, in bytes. */
const MAXIMUM_CONTENT_BYTES = 16 * 1024 * 1024;
const MAXIMUM_FRAME_CHANGES = 5_000;
/** Changes of one device; in a snapshot everybody's, each with the record its author knew when it was sealed. */
const changesSchema = z.array(z.instanceof(Uint8Array)).min(1).max(MAXIMUM_FRAME_CHANGES);
const snapshotSchema = z.array(z.tuple([z.number().int().min(0).max(0xffff_ffff), z.instanceof(Uint8Array)])).min(1).max(MAXIMUM_FRAME_CHANGES);

export interface SealingDeps {
  readonly access: LedgerAccess;
  randomBytes(length: number): Uint8Array;
}

export interface SealedChange {
  readonly bytes: Uint8Array;
  readonly record: number;
}

async function seal({ access, randomBytes }: SealingDeps, document: DocumentId, covers: FrameHeader['covers'], content: readonly unknown[]): Promise<Result<WaitingFrame, 'too_large' | 'key_missing'>> {
  const { ledger, device, current, membership } = access;
  if (!current) return failure('key_missing');
  const headerBytes = encodeHeader({
    version: FRAME_VERSION, ledger, document, author: device.publicKey, epoch: current.epoch, keyId: current.keyId,
    record: membership.number, recordHash: membership.hash.slice(0, 32), covers,
  });
  const nonce = ownBytes(randomBytes(12));
  const encoded = encodeCbor(content);
  if (content.length > MAXIMUM_FRAME_CHANGES || encoded.length > MAXIMUM_CONTENT_BYTES) return failure('too_large');
  const padded = padBytes(deflateSync(encoded));
  const ciphertext = new Uint8Array(await subtle.encrypt({ name: 'AES-GCM', iv: nonce, additionalData: headerBytes }, current.key, padded));
  const signature = await device.sign(frameToSignedBytes({ headerBytes, nonce, ciphertext }));
  const bytes = encodeFrame({ headerBytes, nonce, ciphertext, signature });
  return bytes.length <= MAXIMUM_FRAME_BYTES ? success({ document, frame: await hashId(bytes), bytes }) : failure('too_large');
}

/**
 * Changes of one document as one frame: packed (DEFLATE), padded (PADMÉ), sealed (AES-256-GCM with a random nonce of 96
 * bits) under the present epoch and signed by this device. Fails with `too_large` where they do not fit into a frame, and
 * with `key_missing` where the present key was not wrapped for this device.
 */
export const sealFrame = (deps: SealingDeps, document: DocumentId, changes: readonly Uint8Array[]): Promise<Result<WaitingFrame, 'too_large' | 'key_missing'>> =>
  seal(deps, document, null, changes);

/** Everything a document held up to a place in the relay's log, as one frame. */
export const sealSnapshot = (
  deps: SealingDeps, document: DocumentId, covers: NonNullable<FrameHeader['covers']>, changes: readonly SealedChange[],
): Promise<Result<WaitingFrame, 'too_large' | 'key_missing'>> => seal(deps, document, covers, changes.map(({ record, bytes }) => [record, bytes]));

export interface OpenedFrame {
  readonly header: FrameHeader;
  /** The author's pseudonym, 64 hexadecimal digits, and the id that the device has by it. */
  readonly author: string;
  readonly device: DeviceId;
  readonly changes: readonly SealedChange[];
}

/** Why the author of a frame had no right to it, by the membership; undefined where they had. */
function checkStanding({ membership }: LedgerAccess, { record, recordHash, epoch, keyId }: FrameHeader, author: string): QuarantineReason | undefined {
  if (membership.hashes[record]?.slice(0, 32) !== recordHash) return 'membership_forked';
  const inForce = epochAt(membership, record);
  const isInForce = inForce?.number === epoch && inForce.keyId === keyId;
  return isInForce && mayWrite(tenureAt(membership, author, record)?.role ?? null) ? undefined : 'role_forbids';
}

/**
 * The changes in a frame that the relay handed out as one of this document, by somebody who had the right to write it
 * when it was sealed. Any bytes at all give an answer.
 */
export async function openFrame(access: LedgerAccess, document: DocumentId, bytes: Uint8Array): Promise<Result<OpenedFrame, QuarantineReason>> {
  const parsed = parseFrame(bytes);
  if (!parsed.ok) return parsed;
  const { header, headerBytes, nonce, ciphertext, signature } = parsed.value;
  if (header.ledger !== access.ledger || header.document !== document) return failure('foreign_document');
  if (!(await isSignedBy(header.author, signature, frameToSignedBytes(parsed.value)))) return failure('signature_wrong');
  const author = bytesToHex(header.author);
  const trouble = checkStanding(access, header, author);
  if (trouble) return failure(trouble);
  const key = contentKeyOf(access, header.epoch, header.keyId);
  if (!key) return failure(isBeforeJoining(access, header.epoch) ? 'before_joining' : 'key_unknown');
  const sealed = { name: 'AES-GCM', iv: ownBytes(nonce), additionalData: ownBytes(headerBytes) };
  const opened = await subtle.decrypt(sealed, key.key, ownBytes(ciphertext)).catch(() => undefined);
  if (!opened) return failure('seal_broken');

  const packed = unpadBytes(new Uint8Array(opened));
  const content = packed ? inflate(packed) : failure('frame_malformed');
  if (!content.ok) return content;
  const changes = readContent(header, content.value);
  return changes ? success({ header, author, device: await deviceIdOf(header.author), changes }) : failure('frame_malformed');
}

function readContent({ kind, record }: FrameHeader, content: Uint8Array): SealedChange[] | undefined {
  const decoded = decodeCbor(content);
  if (!decoded.ok) return undefined;
  if (kind === 'snapshot') return snapshotSchema.safeParse(decoded.value).data?.map(([known, bytes]) => ({ record: known, bytes }));
  return changesSchema.safeParse(decoded.value).data?.map((bytes) => ({ record, bytes }));
}

/** Unpacks bit by bit (a thousand to one at most), so that a small frame cannot fill the memory. */
function inflate(packed: Uint8Array): Result<Uint8Array, 'frame_malformed' | 'too_large'> {
  const STEP = 4096;
  const parts: Uint8Array[] = [];
  let length = 0;
  let isComplete = false;
  const stream = new Inflate((part, isLast) => {
    parts.push(part);
    length += part.length;
    isComplete = isLast;
  });
  try {
    for (let start = 0; start < packed.length; start += STEP) {
      stream.push(packed.subarray(start, start + STEP), start + STEP >= packed.length);
      if (length > MAXIMUM_CONTENT_BYTES) return failure('too_large');
    }
  } catch {
    return failure('frame_malformed');
  }
  return isComplete ? success(concatBytes(...parts)) : failure('frame_malformed');
}
