/** Closes changes into a frame that only the ledger's devices can read, and opens such frames. */
import { deflateSync, Inflate } from 'fflate';
import type { DeviceId, DocumentId, LedgerId } from '#domain/ids.ts';
import { failure, success, type Result } from '#domain/result.ts';
import { z } from 'zod';
import { deviceIdOf, hashId, isSignedBy, ownBytes, type DeviceKey, type LedgerKeys } from './keys.ts';
import { concatBytes } from './protocol/bytes.ts';
import { decodeCbor, encodeCbor } from './protocol/cbor.ts';
import { encodeFrame, encodeHeader, FRAME_VERSION, frameToSignedBytes, padBytes, parseFrame, unpadBytes } from './protocol/frames.ts';
import { MAXIMUM_FRAME_BYTES } from './protocol/limits.ts';
import type { QuarantineReason, WaitingFrame } from './store.ts';

const { subtle } = globalThis.crypto;

/** What a frame may grow to when it is unpacked, in bytes. */
const MAXIMUM_CONTENT_BYTES = 16 * 1024 * 1024;
const MAXIMUM_FRAME_CHANGES = 5_000;
const contentSchema = z.array(z.instanceof(Uint8Array)).min(1).max(MAXIMUM_FRAME_CHANGES);

export interface SealingDeps {
  readonly device: DeviceKey;
  readonly keys: LedgerKeys;
  randomBytes(length: number): Uint8Array;
}

/**
 * Changes of one document as one frame: packed (DEFLATE), padded (PADMÉ), sealed (AES-256-GCM with a random nonce of 96
 * bits) and signed by this device. Fails with `too_large` where they do not fit into a frame.
 */
export async function sealFrame(
  { device, keys, randomBytes }: SealingDeps, document: DocumentId, changes: readonly Uint8Array[],
): Promise<Result<WaitingFrame, 'too_large'>> {
  const { epoch, keyId, key } = keys.current;
  const headerBytes = encodeHeader({ version: FRAME_VERSION, ledger: keys.ledger, document, author: device.publicKey, epoch, keyId });
  const nonce = ownBytes(randomBytes(12));
  const content = padBytes(deflateSync(encodeCbor(changes)));
  const ciphertext = new Uint8Array(await subtle.encrypt({ name: 'AES-GCM', iv: nonce, additionalData: headerBytes }, key, content));
  const signature = await device.sign(frameToSignedBytes({ headerBytes, nonce, ciphertext }));
  const bytes = encodeFrame({ headerBytes, nonce, ciphertext, signature });
  return bytes.length <= MAXIMUM_FRAME_BYTES ? success({ document, frame: await hashId(bytes), bytes }) : failure('too_large');
}

export interface OpenedFrame {
  readonly device: DeviceId;
  readonly changes: readonly Uint8Array[];
}

/** The changes in a frame that the relay handed out as one of this document. Any bytes at all give an answer. */
export async function openFrame(
  keys: LedgerKeys, expected: { ledger: LedgerId; document: DocumentId }, bytes: Uint8Array,
): Promise<Result<OpenedFrame, QuarantineReason>> {
  const parsed = parseFrame(bytes);
  if (!parsed.ok) return parsed;
  const { header, headerBytes, nonce, ciphertext, signature, signedBytes } = parsed.value;
  if (header.ledger !== expected.ledger || header.document !== expected.document) return failure('foreign_document');
  if (!(await isSignedBy(header.author, signature, signedBytes))) return failure('signature_wrong');
  const key = keys.contentKey(header.epoch, header.keyId);
  if (!key) return failure('key_unknown');
  const sealed = { name: 'AES-GCM', iv: ownBytes(nonce), additionalData: ownBytes(headerBytes) };
  const opened = await subtle.decrypt(sealed, key.key, ownBytes(ciphertext)).catch(() => undefined);
  if (!opened) return failure('seal_broken');

  const packed = unpadBytes(new Uint8Array(opened));
  const content = packed ? inflate(packed) : failure('frame_malformed');
  if (!content.ok) return content;
  const decoded = decodeCbor(content.value);
  const changes = decoded.ok ? contentSchema.safeParse(decoded.value) : undefined;
  if (!changes?.success) return failure('frame_malformed');
  return success({ device: await deviceIdOf(header.author), changes: changes.data });
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
