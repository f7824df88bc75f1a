/**
 * The sealed body of a backup: items of any number and size up to 16 MiB each, cut into chunks of 64 KiB, so that neither
 * side ever holds more than an item and a chunk. The construction is STREAM (Hoang, Reyhanitabar, Rogaway, Vizár 2015): a chunk opens only
 * at its own place, and the last one only as the last, so that nothing can be cut off, exchanged or repeated.
 */
import { failure, success, type Result } from '#domain/result.ts';
import { ownBytes } from '#sync/keys.ts';
import { concatBytes } from '#sync/protocol/bytes.ts';
import { decodeCbor, encodeCbor } from '#sync/protocol/cbor.ts';

const { subtle } = globalThis.crypto;

/** Of plaintext, in bytes. */
export const CHUNK_BYTES = 64 * 1024;
const TAG_BYTES = 16;
const SEALED_CHUNK_BYTES = CHUNK_BYTES + TAG_BYTES;
/** An item's length stands before it in so many bytes, big-endian. */
const LENGTH_BYTES = 4;
export const MAXIMUM_ITEM_BYTES = 16 * 1024 * 1024;

/** The key of one backup and nothing else (AES-256-GCM), and the header that all chunks are bound to. */
export interface StreamKey {
  readonly key: CryptoKey;
  readonly header: Uint8Array;
}

export type Bytes = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** Pieces of `length` bytes, and at the end what is left: 1 to `length` bytes, or none where there was nothing at all. */
async function* cutBytes(parts: Bytes, length: number): AsyncGenerator<{ piece: Uint8Array; isLast: boolean }> {
  let held: Uint8Array[] = [];
  let size = 0;
  for await (const part of parts) {
    held.push(part);
    size += part.length;
    // What is exactly full may be the last piece: it waits until there is more.
    if (size <= length) continue;
    const bytes = concatBytes(...held);
    let start = 0;
    for (; size - start > length; start += length) yield { piece: bytes.subarray(start, start + length), isLast: false };
    held = [bytes.subarray(start)];
    size -= start;
  }
  yield { piece: concatBytes(...held), isLast: true };
}

/** The nonce is the chunk's number (a key seals one stream, so none comes twice); the AAD is CBOR `[header, number, isLast]`. */
function toParameters({ header }: StreamKey, number: number, isLast: boolean): AesGcmParams {
  const iv = new Uint8Array(12);
  new DataView(iv.buffer).setBigUint64(4, BigInt(number));
  return { name: 'AES-GCM', iv, additionalData: encodeCbor([header, number, isLast]) };
}

async function* itemsToBytes(items: Iterable<unknown> | AsyncIterable<unknown>): AsyncGenerator<Uint8Array> {
  for await (const item of items) {
    const bytes = encodeCbor(item);
    if (bytes.length > MAXIMUM_ITEM_BYTES) throw new RangeError('an item of a backup has 16 MiB at most');
    // Now is the time to find out that something cannot be read again.
    if (!decodeCbor(bytes).ok) throw new TypeError('an item of a backup has a value that deterministic CBOR does not keep');
    const length = new Uint8Array(LENGTH_BYTES);
    new DataView(length.buffer).setUint32(0, bytes.length);
    yield length;
    yield bytes;
  }
}

/** Throws a TypeError for an item that could not be read again (undefined, NaN, a big integer …), a RangeError for one that is too large. */
export async function* sealItems(stream: StreamKey, items: Iterable<unknown> | AsyncIterable<unknown>): AsyncGenerator<Uint8Array> {
  let number = 0;
  for await (const { piece, isLast } of cutBytes(itemsToBytes(items), CHUNK_BYTES)) {
    yield new Uint8Array(await subtle.encrypt(toParameters(stream, number, isLast), stream.key, ownBytes(piece)));
    number += 1;
  }
}

/**
 * The items, each as it was sealed. Where the bytes were cut, changed or moved, a failure comes once and last, behind the items
 * that stand before the damage. Throws nothing but what `bytes` throws.
 */
export async function* openItems(stream: StreamKey, bytes: Bytes): AsyncGenerator<Result<unknown, 'backup_damaged'>> {
  let number = 0;
  let held: Uint8Array[] = [];
  let size = 0;
  let wanted = LENGTH_BYTES;
  let isLength = true;
  for await (const { piece, isLast } of cutBytes(bytes, SEALED_CHUNK_BYTES)) {
    const opened = await subtle.decrypt(toParameters(stream, number, isLast), stream.key, ownBytes(piece)).catch(() => undefined);
    if (!opened) return yield failure('backup_damaged');
    number += 1;
    held.push(new Uint8Array(opened));
    size += opened.byteLength;
    if (size < wanted) continue;
    const plain = concatBytes(...held);
    let start = 0;
    while (size - start >= wanted) {
      const part = plain.subarray(start, start + wanted);
      start += wanted;
      if (isLength) {
        wanted = new DataView(part.buffer, part.byteOffset).getUint32(0);
        if (wanted > MAXIMUM_ITEM_BYTES) return yield failure('backup_damaged');
      } else {
        const item = decodeCbor(part);
        if (!item.ok) return yield failure('backup_damaged');
        yield success(item.value);
        wanted = LENGTH_BYTES;
      }
      isLength = !isLength;
    }
    held = [plain.subarray(start)];
    size -= start;
  }
  if (size > 0 || !isLength) yield failure('backup_damaged');
}
