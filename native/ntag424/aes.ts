/** AES-128 as NTAG 424 DNA uses it: single blocks, chains without padding, CMAC (RFC 4493, NIST SP 800-38B). */
import { createCipheriv, createDecipheriv, timingSafeEqual } from 'node:crypto';

export const BLOCK = 16;
const ZERO_BLOCK = Buffer.alloc(BLOCK);

/** Encrypts one block. */
export function encryptBlock(key: Uint8Array, block: Uint8Array): Buffer {
  const cipher = createCipheriv('aes-128-ecb', key, null).setAutoPadding(false);
  return Buffer.concat([cipher.update(block), cipher.final()]);
}

/** Encrypts whole blocks in CBC mode. */
export function encryptChain(key: Uint8Array, blocks: Uint8Array, iv: Uint8Array = ZERO_BLOCK): Buffer {
  const cipher = createCipheriv('aes-128-cbc', key, iv).setAutoPadding(false);
  return Buffer.concat([cipher.update(blocks), cipher.final()]);
}

export function decryptChain(key: Uint8Array, blocks: Uint8Array, iv: Uint8Array = ZERO_BLOCK): Buffer {
  const cipher = createDecipheriv('aes-128-cbc', key, iv).setAutoPadding(false);
  return Buffer.concat([cipher.update(blocks), cipher.final()]);
}

/** Padding of ISO/IEC 9797-1, method 2: 80, then zeros up to a whole block. */
export const pad = (bytes: Uint8Array): Buffer => Buffer.concat([bytes, Buffer.of(0x80), Buffer.alloc(BLOCK - 1 - (bytes.length % BLOCK))]);

/** Takes that padding off; undefined where there is none. */
export function unpad(bytes: Buffer): Buffer | undefined {
  const end = bytes.lastIndexOf(0x80);
  return end >= 0 && bytes.subarray(end + 1).every((byte) => byte === 0) ? bytes.subarray(0, end) : undefined;
}

export const xor = (a: Uint8Array, b: Uint8Array): Buffer => Buffer.from(a.map((byte, index) => byte ^ (b[index] ?? 0)));

/** Doubles in GF(2^128): shift left, and reduce by 87 where a bit falls out. */
function double(block: Buffer): Buffer {
  const value = BigInt(`0x${block.toString('hex')}`) << 1n;
  const reduced = value >> 128n ? (value & ((1n << 128n) - 1n)) ^ 0x87n : value;
  return Buffer.from(reduced.toString(16).padStart(2 * BLOCK, '0'), 'hex');
}

/** The 16-byte CMAC of a message under an AES-128 key. */
export function cmac(key: Uint8Array, message: Uint8Array): Buffer {
  const once = double(encryptBlock(key, ZERO_BLOCK));
  const isWhole = message.length > 0 && message.length % BLOCK === 0;
  const padded = isWhole ? Buffer.from(message) : pad(message);
  const mask = Buffer.concat([Buffer.alloc(padded.length - BLOCK), isWhole ? once : double(once)]);
  return encryptChain(key, xor(padded, mask)).subarray(-BLOCK);
}

/** The 8 bytes of a CMAC that NXP sends: those with an odd index (data sheet 9.1.3). */
export const truncate = (mac: Uint8Array): Buffer => Buffer.from(mac.filter((_, index) => index % 2 === 1));

export const isSame = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && timingSafeEqual(a, b);
