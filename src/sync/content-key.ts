/** The keys that seal a ledger's contents: 32 random bytes for each epoch. */
import { bytesToHex, concatBytes } from './protocol/bytes.ts';
import { sha256, ownBytes } from './keys.ts';

const { subtle } = globalThis.crypto;

/** The key that seals what is written in one epoch. */
export interface ContentKey {
  readonly epoch: number;
  /**
   * 16 bytes that name the key without telling anything about it, as 32 hexadecimal digits: too many for a member to look
   * for two keys of one name. AES-GCM binds nobody to a key, so one frame could then say different things to different members.
   */
  readonly keyId: string;
  /** The 32 bytes, to be wrapped for others. */
  readonly bytes: Uint8Array;
  /** AES-256-GCM. */
  readonly key: CryptoKey;
}

export async function openContentKey(epoch: number, bytes: Uint8Array): Promise<ContentKey> {
  const name = await sha256(concatBytes(new TextEncoder().encode('tallystick content key 2'), bytes));
  return {
    epoch,
    keyId: bytesToHex(name.subarray(0, 16)),
    bytes,
    key: await subtle.importKey('raw', ownBytes(bytes), 'AES-GCM', false, ['encrypt', 'decrypt']),
  };
}

const NONCE_BYTES = 12;

/** A random nonce of 96 bits and what AES-256-GCM makes of the bytes. */
export async function sealBytes(key: CryptoKey, bytes: Uint8Array, associated: Uint8Array, randomBytes: (length: number) => Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const iv = ownBytes(randomBytes(NONCE_BYTES));
  const sealed = await subtle.encrypt({ name: 'AES-GCM', iv, additionalData: ownBytes(associated) }, key, ownBytes(bytes));
  return concatBytes(iv, new Uint8Array(sealed));
}

/** Undefined where the key, the bytes or what belongs to them are others. */
export async function openBytes(key: CryptoKey, sealed: Uint8Array, associated: Uint8Array): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const iv = ownBytes(sealed.slice(0, NONCE_BYTES));
  const opened = await subtle.decrypt({ name: 'AES-GCM', iv, additionalData: ownBytes(associated) }, key, ownBytes(sealed.slice(NONCE_BYTES))).catch(() => undefined);
  return opened && new Uint8Array(opened);
}
