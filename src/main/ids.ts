import { createHash } from 'node:crypto';
import type { IdSource } from '#domain/ids.ts';

/** Ids of 128 bits. Derived ones are the first half of SHA-256 over the parts, each behind its length, so that no two lists of parts read alike. */
export function createIds(randomBytes: (length: number) => Uint8Array): IdSource {
  return {
    next: () => Buffer.from(randomBytes(16)).toString('hex'),
    derive(...parts) {
      const hash = createHash('sha256');
      for (const part of parts) hash.update(`${Buffer.byteLength(part)}:`).update(part);
      return hash.digest('hex').slice(0, 32);
    },
  };
}
