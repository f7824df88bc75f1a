/**
 * Attachments: files of up to 32 MiB (less 2 kB for the seals) that lie sealed at the relay, beside the log. Each is padded, cut into chunks and
 * sealed with AES-256-GCM under a key of its own, which only the entry that refers to it names. A chunk's number is its
 * nonce, and it opens at its own place among as many chunks only.
 */
import { blobReferenceSchema, type BlobReference } from '#domain/attachment.ts';
import type { LedgerId } from '#domain/ids.ts';
import { failure, success, type Result } from '#domain/result.ts';
import { hashId, ownBytes, sha256 } from './keys.ts';
import { bytesToHex, concatBytes, hexToBytes } from './protocol/bytes.ts';
import { encodeCbor } from './protocol/cbor.ts';
import { padmeLength } from './protocol/frames.ts';
import { BLOB_CHUNK_BYTES, MAXIMUM_BLOB_CHUNKS } from './protocol/limits.ts';
import type { Refusal } from './protocol/messages.ts';
import type { RandomBytes } from './records.ts';
import type { SyncSession } from './session.ts';

const { subtle } = globalThis.crypto;

const TAG_BYTES = 16;
const CONTENT_BYTES = BLOB_CHUNK_BYTES - TAG_BYTES;
export const MAXIMUM_BLOB_BYTES = MAXIMUM_BLOB_CHUNKS * CONTENT_BYTES;
/** Nobody is to tell a note from a receipt by its length. */
const SHORTEST_BYTES = 4_096;

export interface SealedBlob {
  readonly reference: BlobReference;
  readonly chunks: readonly Uint8Array<ArrayBuffer>[];
}

/** A file of this size, padded (PADMÉ): a length that many files have. */
const paddedLength = (size: number): number => Math.min(MAXIMUM_BLOB_BYTES, padmeLength(Math.max(size, SHORTEST_BYTES)));
const countChunks = ({ size }: Pick<BlobReference, 'size'>): number => Math.ceil(paddedLength(size) / CONTENT_BYTES);

const importKey = (key: string): Promise<CryptoKey> => subtle.importKey('raw', hexToBytes(key), 'AES-GCM', false, ['encrypt', 'decrypt']);

function toParameters(index: number, chunks: number): AesGcmParams {
  const iv = new Uint8Array(12);
  new DataView(iv.buffer).setUint32(8, index);
  return { name: 'AES-GCM', iv, additionalData: encodeCbor(['tallystick blob 1', index, chunks]) };
}

/** The first 16 bytes of SHA-256 over the SHA-256 of each sealed chunk: whoever has the id can tell whether it is whole. */
const nameChunks = async (chunks: readonly Uint8Array[]): Promise<string> => hashId(encodeCbor(['tallystick blob 1', await Promise.all(chunks.map(sha256))]));

async function sealChunks(bytes: Uint8Array, key: string): Promise<Uint8Array<ArrayBuffer>[]> {
  const padded = concatBytes(bytes, new Uint8Array(paddedLength(bytes.length) - bytes.length));
  const cipher = await importKey(key);
  const chunks = countChunks({ size: bytes.length });
  const sealed: Uint8Array<ArrayBuffer>[] = [];
  for (let index = 0; index < chunks; index += 1) {
    const content = padded.subarray(index * CONTENT_BYTES, (index + 1) * CONTENT_BYTES);
    sealed.push(new Uint8Array(await subtle.encrypt(toParameters(index, chunks), cipher, content)));
  }
  return sealed;
}

/** Seals a file under a fresh key. What refers to it is kept before it is sent: so it can go on after a restart. */
export async function sealBlob(
  bytes: Uint8Array, { name, type }: Pick<BlobReference, 'name' | 'type'>, randomBytes: RandomBytes,
): Promise<Result<SealedBlob, 'file_empty' | 'file_too_large'>> {
  if (bytes.length === 0) return failure('file_empty');
  if (bytes.length > MAXIMUM_BLOB_BYTES) return failure('file_too_large');
  const key = bytesToHex(randomBytes(32));
  const chunks = await sealChunks(bytes, key);
  return success({ reference: blobReferenceSchema.parse({ blob: await nameChunks(chunks), key, name, type, size: bytes.length }), chunks });
}

/** Seals the same file again, as it was. `blob_changed`: it is not the same, and has to get another key. */
export async function sealBlobAgain(reference: BlobReference, bytes: Uint8Array): Promise<Result<SealedBlob, 'blob_changed'>> {
  if (bytes.length !== reference.size) return failure('blob_changed');
  const chunks = await sealChunks(bytes, reference.key);
  return (await nameChunks(chunks)) === reference.blob ? success({ reference, chunks }) : failure('blob_changed');
}

const openChunk = async (cipher: CryptoKey, index: number, chunks: number, sealed: Uint8Array): Promise<ArrayBuffer | undefined> =>
  subtle.decrypt(toParameters(index, chunks), cipher, ownBytes(sealed)).catch(() => undefined);

/** The file in all of its chunks. `blob_broken`: they are not the ones that the reference names. Any bytes give an answer. */
export async function openBlob(reference: BlobReference, chunks: readonly Uint8Array[]): Promise<Result<Uint8Array<ArrayBuffer>, 'blob_broken'>> {
  if (chunks.length !== countChunks(reference) || (await nameChunks(chunks)) !== reference.blob) return failure('blob_broken');
  const cipher = await importKey(reference.key);
  const opened: Uint8Array[] = [];
  for (const [index, sealed] of chunks.entries()) {
    const content = await openChunk(cipher, index, chunks.length, sealed);
    if (!content) return failure('blob_broken');
    opened.push(new Uint8Array(content));
  }
  const padded = concatBytes(...opened);
  const isPadded = padded.length === paddedLength(reference.size) && padded.subarray(reference.size).every((byte) => byte === 0);
  return isPadded ? success(padded.slice(0, reference.size)) : failure('blob_broken');
}

export interface BlobDeps {
  readonly session: Pick<SyncSession, 'converse'>;
  /** How long the relay is waited for, in milliseconds. */
  readonly patience: number;
}

/** So often a transfer goes on after the connection broke, before it is left for later. */
const MAXIMUM_ATTEMPTS = 5;

async function persist<T, Code extends string>(attempt: () => Promise<Result<T, Code | 'relay_away'>>, hasMoved: () => boolean): Promise<Result<T, Code | 'relay_away'>> {
  for (let left = MAXIMUM_ATTEMPTS; ; ) {
    const outcome = await attempt();
    if (outcome.ok || outcome.code !== 'relay_away') return outcome;
    // As long as something gets through, it is worth going on.
    left = hasMoved() ? MAXIMUM_ATTEMPTS : left - 1;
    if (left === 0) return outcome;
  }
}

export type UploadFailure = Refusal | 'relay_away';

/** Brings a blob to the relay; what is there already is not sent again. `onPiece` hears of each chunk that is there. */
export function uploadBlob({ session, patience }: BlobDeps, ledger: LedgerId, { reference: { blob }, chunks }: SealedBlob, onPiece: (done: number, of: number) => void = () => {}): Promise<Result<void, UploadFailure>> {
  let done = 0;
  let reported = 0;
  return persist(
    () =>
      session.converse<void, Refusal>(ledger, async (conversation) => {
        const state = await conversation.request({ type: 'blobState', ledger, blob });
        if (!state.ok) return state;
        const there = new Set(state.value.there);
        done = there.size;
        for (const [chunk, bytes] of chunks.entries()) {
          if (there.has(chunk)) continue;
          const put = await conversation.request({ type: 'blobPut', ledger, blob, chunk, chunks: chunks.length, bytes });
          if (!put.ok) return put;
          done += 1;
          onPiece(done, chunks.length);
        }
        return success(undefined);
      }, patience),
    () => {
      const hasMoved = done > reported;
      reported = done;
      return hasMoved;
    },
  );
}

/** `not_found`: the relay does not have it, or not all of it yet. `blob_broken`: it has something else under this name. */
export type DownloadFailure = Refusal | 'relay_away' | 'not_found' | 'blob_broken';

/**
 * Fetches a blob and opens it. Chunks are put into `held` as they come, and those that are there are not fetched again:
 * a caller that keeps them can go on later.
 */
export async function downloadBlob(
  { session, patience }: BlobDeps, ledger: LedgerId, reference: BlobReference, held = new Map<number, Uint8Array>(), onPiece: (done: number, of: number) => void = () => {},
): Promise<Result<Uint8Array<ArrayBuffer>, DownloadFailure>> {
  const { blob } = reference;
  const chunks = countChunks(reference);
  const cipher = await importKey(reference.key);
  let reported = held.size;
  const fetched = await persist(
    () =>
      session.converse<void, Refusal | 'blob_broken' | 'not_found'>(ledger, async (conversation) => {
        for (let chunk = 0; chunk < chunks; chunk += 1) {
          if (held.has(chunk)) continue;
          const piece = await conversation.request({ type: 'blobGet', ledger, blob, chunk });
          if (!piece.ok) return piece.code === 'blob_unknown' ? failure('not_found') : piece;
          // Not kept where it does not open: it may be another one next time.
          if (!(await openChunk(cipher, chunk, chunks, piece.value.bytes))) return failure('blob_broken');
          held.set(chunk, piece.value.bytes);
          onPiece(held.size, chunks);
        }
        return success(undefined);
      }, patience),
    () => {
      const hasMoved = held.size > reported;
      reported = held.size;
      return hasMoved;
    },
  );
  if (!fetched.ok) return fetched;
  const opened = await openBlob(reference, Array.from({ length: chunks }, (_, chunk) => held.get(chunk) ?? new Uint8Array()));
  // Each chunk was sealed with the key, and still they are not the ones: by somebody in the ledger.
  if (!opened.ok) held.clear();
  return opened;
}

/** Takes a blob away from the relay, for everybody. */
export const dropBlob = ({ session, patience }: BlobDeps, ledger: LedgerId, { blob }: Pick<BlobReference, 'blob'>): Promise<Result<void, UploadFailure>> =>
  session.converse<void, Refusal>(ledger, async (conversation) => {
    const dropped = await conversation.request({ type: 'blobDrop', ledger, blob });
    return dropped.ok ? success(undefined) : dropped;
  }, patience);
