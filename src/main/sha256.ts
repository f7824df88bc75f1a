import { hash } from 'node:crypto';

/** SHA-256 in hexadecimal, at once: WebCrypto's would wait for another thread. */
export const sha256 = (bytes: Uint8Array): string => hash('sha256', bytes);
