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

/** Reads what has a known shape, one item after the other, as strictly as `decodeCbor`. Each throws a RangeError where something else comes. */
export interface CborReader {
  /** The beginning of an array; of so many items, where that is known. */
  array(length?: number): number;
  /** The beginning of a map of so many entries. Their keys come in the order in which `encodeCbor` writes them. */
  map(size: number): void;
  /** A text, of characters below U+0080. */
  text(): string;
  /** A part of what is read, not a copy. */
  bytes(length?: number): Uint8Array;
  /** An integer from 0 to 2^32 - 1. */
  count(): number;
  /** Takes a null, if that is what comes. */
  isNull(): boolean;
  end(): void;
}

const [COUNT, BYTES, TEXT, ARRAY, MAP, NULL] = [0, 2, 3, 4, 5, 0xf6];
/** What follows the first byte of an item, by its last five bits less 24: so many bytes, of a number that would not fit into fewer. */
const ARGUMENTS = [{ size: 1, least: 24 }, { size: 2, least: 0x100 }, { size: 4, least: 0x1_0000 }];

/** For what is read so often that general reading would be what a relay is busy with. */
export function createCborReader(source: Uint8Array): CborReader {
  let at = 0;
  function demand(isRight: boolean): asserts isRight {
    if (!isRight) throw new RangeError('other CBOR than expected');
  }
  function next(): number {
    const byte = source[at];
    demand(byte !== undefined);
    at += 1;
    return byte;
  }
  function argument(major: number): number {
    const first = next();
    demand(first >> 5 === major);
    const short = first & 0x1f;
    if (short < 24) return short;
    const spelling = ARGUMENTS[short - 24];
    demand(spelling !== undefined);
    let value = 0;
    for (let index = 0; index < spelling.size; index += 1) value = value * 0x100 + next();
    demand(value >= spelling.least);
    return value;
  }
  function part(major: number): Uint8Array {
    const length = argument(major);
    demand(at + length <= source.length);
    at += length;
    return new Uint8Array(source.buffer, source.byteOffset + at - length, length);
  }
  return {
    array(length) {
      const there = argument(ARRAY);
      demand(length === undefined || there === length);
      return there;
    },
    map: (size) => demand(argument(MAP) === size),
    text() {
      const characters = part(TEXT);
      demand(characters.every((byte) => byte < 0x80));
      return String.fromCharCode(...characters);
    },
    bytes(length) {
      const bytes = part(BYTES);
      demand(length === undefined || bytes.length === length);
      return bytes;
    },
    count: () => argument(COUNT),
    isNull() {
      const isIt = source[at] === NULL;
      if (isIt) at += 1;
      return isIt;
    },
    end: () => demand(at === source.length),
  };
}
