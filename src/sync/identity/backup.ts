/**
 * The file of an encrypted backup: a header and sealed chunks (backup-stream.ts). Header, 53 bytes: `tallystickbackup`, the version (1
 * byte), 16 random bytes of salt, 16 bytes that tell a wrong passphrase, and the first 4 bytes of the header's SHA-256, which tell damage
 * from a wrong passphrase. Chunks of 65 552 bytes follow, the last one of 16 to 65 552.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { scryptAsync } from '@noble/hashes/scrypt.js';
import { failure, success, type Result } from '#domain/result.ts';
import { concatBytes, isSameBytes } from '#sync/protocol/bytes.ts';
import { openItems, sealItems, type Bytes, type StreamKey } from './backup-stream.ts';
import { openDerivation } from './derive.ts';

const { subtle } = globalThis.crypto;

const MAGIC = new TextEncoder().encode('tallystickbackup');
const VERSION = 1;
const SALT_BYTES = 16;
const CHECK_BYTES = 16;
const DIGEST_BYTES = 4;
const SALT_AT = MAGIC.length + 1;
const CHECK_AT = SALT_AT + SALT_BYTES;
const DIGEST_AT = CHECK_AT + CHECK_BYTES;
export const BACKUP_HEADER_BYTES = DIGEST_AT + DIGEST_BYTES;
/** scrypt (RFC 7914) over 128 MiB: a file may lie about for years, and who guesses its passphrase should need memory, not only time. */
const COST = { N: 2 ** 17, r: 8, p: 1, dkLen: 32 };

/** What the file's salt makes of a passphrase: the bytes that check it, and the key of the chunks. In any width of its letters it is the same passphrase. */
async function stretch(passphrase: string, salt: Uint8Array): Promise<{ check: Uint8Array; key: CryptoKey }> {
  const secret = await scryptAsync(new TextEncoder().encode(passphrase.normalize('NFKC')), salt, COST);
  const derive = await openDerivation(secret);
  return {
    check: await derive('backup check', CHECK_BYTES),
    key: await subtle.importKey('raw', await derive('backup content', 32), 'AES-GCM', false, ['encrypt', 'decrypt']),
  };
}

/** A backup of these items (anything that deterministic CBOR can hold, 16 MiB each) under a passphrase, piece by piece. */
export async function* sealBackup(
  passphrase: string, items: Iterable<unknown> | AsyncIterable<unknown>, randomBytes: (length: number) => Uint8Array,
): AsyncGenerator<Uint8Array> {
  const salt = randomBytes(SALT_BYTES);
  const { check, key } = await stretch(passphrase, salt);
  const header = concatBytes(MAGIC, Uint8Array.of(VERSION), salt, check);
  yield concatBytes(header, sha256(header).subarray(0, DIGEST_BYTES));
  yield* sealItems({ key, header }, items);
}

type Source = Iterator<Uint8Array> | AsyncIterator<Uint8Array>;

/** The first bytes of a file: the header, and what happened to come with it. Fewer where there are no more. */
async function takeHeader(source: Source): Promise<Uint8Array> {
  let head: Uint8Array = new Uint8Array();
  while (head.length < BACKUP_HEADER_BYTES) {
    const next = await source.next();
    if (next.done) break;
    head = concatBytes(head, next.value);
  }
  return head;
}

async function* followingBytes(head: Uint8Array, source: Source): AsyncGenerator<Uint8Array> {
  try {
    yield head.subarray(BACKUP_HEADER_BYTES);
    for (let next = await source.next(); !next.done; next = await source.next()) yield next.value;
  } finally {
    await source.return?.();
  }
}

/**
 * Opens a backup from the pieces of its file, however they are cut. `backup_malformed`: this is no backup, or one of another version (then `details.version`);
 * `backup_damaged`: one that was changed or cut; `passphrase_wrong`. Damage further on shows as the last of the items: what came before
 * it is as it was saved. Any bytes give an answer; only an error of `chunks` itself is thrown.
 */
export async function openBackup(
  passphrase: string, chunks: Bytes,
): Promise<Result<AsyncIterable<Result<unknown, 'backup_damaged'>>, 'backup_malformed' | 'passphrase_wrong' | 'backup_damaged'>> {
  const source = Symbol.asyncIterator in chunks ? chunks[Symbol.asyncIterator]() : chunks[Symbol.iterator]();
  const head = await takeHeader(source);
  const opened = await openHeader(passphrase, head.subarray(0, BACKUP_HEADER_BYTES));
  if (opened.ok) return success(openItems(opened.value, followingBytes(head, source)));
  await source.return?.();
  return opened;
}

async function openHeader(passphrase: string, head: Uint8Array): Promise<Result<StreamKey, 'backup_malformed' | 'passphrase_wrong' | 'backup_damaged'>> {
  if (!isSameBytes(head.subarray(0, MAGIC.length), MAGIC)) return failure('backup_malformed');
  const version = head[MAGIC.length];
  if (version !== undefined && version !== VERSION) return failure('backup_malformed', { version });
  const header = head.slice(0, DIGEST_AT);
  if (head.length < BACKUP_HEADER_BYTES || !isSameBytes(sha256(header).subarray(0, DIGEST_BYTES), head.subarray(DIGEST_AT))) return failure('backup_damaged');
  const { check, key } = await stretch(passphrase, head.slice(SALT_AT, CHECK_AT));
  return isSameBytes(check, head.subarray(CHECK_AT, DIGEST_AT)) ? success({ key, header }) : failure('passphrase_wrong');
}
