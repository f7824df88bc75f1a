import { createPublicKey, hash, verify, type KeyObject } from 'node:crypto';

/** SHA-256 as 64 hexadecimal digits: of a record of a membership. */
export const hashHex = (bytes: Uint8Array): string => hash('sha256', bytes, 'hex');

/** The first 16 bytes of SHA-256, as 32 hexadecimal digits: the id of a frame, or of a ledger from what founds it. */
export const hashId = (bytes: Uint8Array): string => hashHex(bytes).slice(0, 32);

/** Reading a key costs a quarter of checking a signature, and whoever writes once writes again. */
const KEYS = 10_000;
const keys = new Map<string, KeyObject>();

function readKey(publicKey: Uint8Array): KeyObject {
  const x = Buffer.from(publicKey).toString('base64url');
  const known = keys.get(x);
  if (known) return known;
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  const [oldest] = keys.keys();
  if (keys.size >= KEYS && oldest !== undefined) keys.delete(oldest);
  keys.set(x, key);
  return key;
}

/** Whether an Ed25519 signature of these bytes is the key holder's; off the main thread. False for a key that is none. */
export function isSignedBy(publicKey: Uint8Array, signature: Uint8Array, bytes: Uint8Array): Promise<boolean> {
  return new Promise((resolve) => {
    try {
      verify(null, bytes, readKey(publicKey), signature, (error, isValid) => resolve(!error && isValid));
    } catch {
      resolve(false);
    }
  });
}
