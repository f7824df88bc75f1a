/** Many keys from one secret: HKDF-SHA-256 (RFC 5869) under a name and a context of their own. */
import { ownBytes } from '#sync/keys.ts';
import { encodeCbor } from '#sync/protocol/cbor.ts';

const { subtle } = globalThis.crypto;
const NO_SALT = new Uint8Array(32);

/** Bytes for one purpose, never the same as those for another purpose, length or context. */
export type Derive = (purpose: string, length: number, ...context: readonly Uint8Array[]) => Promise<Uint8Array<ArrayBuffer>>;

/** HKDF with `info` = CBOR `['tallystick <purpose>', length, ...context]`. `secret` has to be evenly random: 32 bytes or more. */
export async function openDerivation(secret: Uint8Array): Promise<Derive> {
  if (secret.length < 32) throw new RangeError('a secret has 32 bytes or more');
  const key = await subtle.importKey('raw', ownBytes(secret), 'HKDF', false, ['deriveBits']);
  return async (purpose, length, ...context) => {
    const info = encodeCbor([`tallystick ${purpose}`, length, ...context]);
    return new Uint8Array(await subtle.deriveBits({ name: 'HKDF', hash: 'SHA-256', salt: NO_SALT, info }, key, 8 * length));
  };
}
