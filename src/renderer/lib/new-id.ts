import type { Id } from '#domain/ids.ts';

/** A fresh random id: 128 bits from the browser's own source. */
export const newId = (): Id =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
