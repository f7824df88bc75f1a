import { createHash, createPublicKey, verify } from 'node:crypto';

/** SHA-256 as 64 hexadecimal digits: of a record of a membership. */
export const hashHex = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** The first 16 bytes of SHA-256, as 32 hexadecimal digits: the id of a frame, or of a ledger from what founds it. */
export const hashId = (bytes: Uint8Array): string => hashHex(bytes).slice(0, 32);

/** Whether an Ed25519 signature of these bytes is the key holder's; off the main thread. False for a key that is none. */
export function isSignedBy(publicKey: Uint8Array, signature: Uint8Array, bytes: Uint8Array): Promise<boolean> {
  return new Promise((resolve) => {
    try {
      const x = Buffer.from(publicKey).toString('base64url');
      const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
      verify(null, bytes, key, signature, (error, isValid) => resolve(!error && isValid));
    } catch {
      resolve(false);
    }
  });
}
