/** For the tests of this folder. */
import { bytesToHex } from '#sync/protocol/bytes.ts';
import { encodeCbor } from '#sync/protocol/cbor.ts';

/** Any number of random bytes; the platform gives 65 536 at once. */
export function randomBytes(length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (let start = 0; start < length; start += 65_536) crypto.getRandomValues(bytes.subarray(start, start + 65_536));
  return bytes;
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** Two values with the same text are the same; quicker to compare than their bytes one by one. */
export const toText = (value: unknown): string => bytesToHex(encodeCbor(value));
