import { decode, encode } from 'cborg';
import { isSameBytes } from './bytes.ts';

/** A Result of the domain in shape: this room imports nothing. */
export type Parsed<T, Code extends string> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly code: Code };

/** Deterministic CBOR (RFC 8949, 4.2): one value has one encoding. */
export const encodeCbor = (value: unknown): Uint8Array<ArrayBuffer> => new Uint8Array(encode(value));

/**
 * Reads what `encodeCbor` wrote and nothing else: no other spelling of the same value, tags, big or broken numbers.
 * Never throws, for no bytes.
 */
export function decodeCbor(bytes: Uint8Array): Parsed<unknown, 'malformed'> {
  try {
    const value: unknown = decode(bytes, {
      strict: true, allowIndefinite: false, allowUndefined: false, allowInfinity: false, allowNaN: false, allowBigInt: false,
      rejectDuplicateMapKeys: true,
    });
    // The decoder is silent about the order of keys and the length of floats.
    return isSameBytes(encode(value), bytes) ? { ok: true, value } : { ok: false, code: 'malformed' };
  } catch {
    return { ok: false, code: 'malformed' };
  }
}
