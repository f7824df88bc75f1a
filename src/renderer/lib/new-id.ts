import type { Id } from '#domain/ids.ts';

/** 128 random bits as 32 hexadecimal digits. */
export const newId = (): Id => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
