import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Sealer } from './shell.ts';

const [NONCE_BYTES, TAG_BYTES] = [12, 16];

/** Seals with AES-256-GCM (NIST SP 800-38D) under a key of 32 bytes: a nonce of 96 random bits, what is sealed, the tag. */
export function createSealer(key: Uint8Array): Sealer {
  return {
    seal(bytes) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, nonce);
      return Buffer.concat([nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
    },
    unseal(bytes) {
      if (bytes.length < NONCE_BYTES + TAG_BYTES) return undefined;
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES));
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
      try {
        return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
      } catch {
        return undefined; // another key, or damaged
      }
    },
  };
}
