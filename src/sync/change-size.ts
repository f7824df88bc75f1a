/**
 * How many operations an Automerge change claims to hold, read without decoding it. Its columns are run-length encoded,
 * so that seventy bytes can claim a million operations, and decoding those takes a gigabyte. Layout:
 * https://automerge.org/automerge-binary-format-spec/#_change_chunks
 */

/** Four bytes of magic, four of checksum, then the type: 1 is a change that is not compressed. */
const MAGIC = [0x85, 0x6f, 0x4a, 0x83];
const TYPE_CHANGE = 1;
const COLUMN_ACTION = 66;

interface Reader {
  /** Unsigned LEB128 of up to 32 bits; NaN past the end or beyond 32 bits. */
  number(): number;
  skip(bytes: number): void;
}

function createReader(bytes: Uint8Array, start: number): Reader & { at(): number } {
  let offset = start;
  return {
    at: () => offset,
    number() {
      let value = 0;
      for (let shift = 0; shift < 32; shift += 7) {
        const byte = bytes[offset++];
        if (byte === undefined) return Number.NaN;
        value += (byte & 0x7f) * 2 ** shift;
        if (byte < 0x80) return value;
      }
      return Number.NaN;
    },
    skip(count) {
      offset += count;
    },
  };
}

/** A signed LEB128 of one or two bytes, -8 192 to 8 191: more would be more operations than any change may hold. */
function readRunLength(column: Uint8Array): { run: number; length: number } | undefined {
  const [first, second] = column;
  if (first === undefined) return undefined;
  if (first < 0x80) return { run: first < 0x40 ? first : first - 0x80, length: 1 };
  if (second === undefined || second >= 0x80) return undefined;
  const value = (first & 0x7f) | (second << 7);
  return { run: second < 0x40 ? value : value - 0x4000, length: 2 };
}

/**
 * The number of operations, where they are all of one kind, as ours are (a single run in the column of actions).
 * Undefined for anything else. Decoding stops at the first row without an action, so no other column can claim more.
 */
export function countOperations(bytes: Uint8Array): number | undefined {
  if (MAGIC.some((byte, index) => bytes[index] !== byte) || bytes[8] !== TYPE_CHANGE) return undefined;
  const reader = createReader(bytes, 9);
  const length = reader.number();
  if (reader.at() + length !== bytes.length) return undefined;
  reader.skip(32 * reader.number()); // the changes it depends on
  reader.skip(reader.number()); // actor
  for (let field = 0; field < 3; field += 1) reader.number(); // sequence number, first operation, time
  reader.skip(reader.number()); // message
  for (let others = reader.number(); others > 0 && reader.at() < bytes.length; others -= 1) reader.skip(reader.number());

  const columns = reader.number();
  if (!(columns <= 16)) return undefined;
  const lengths: [number, number][] = [];
  for (let column = 0; column < columns; column += 1) lengths.push([reader.number(), reader.number()]);
  let start = reader.at();
  for (const [specification, columnLength] of lengths) {
    if (specification === COLUMN_ACTION) {
      const column = bytes.subarray(start, start + columnLength);
      const head = readRunLength(column);
      // A run of one is written as one literal, -1.
      if (!head || column.length !== head.length + 1 || head.run === 0 || head.run < -1) return undefined;
      return Math.abs(head.run);
    }
    start += columnLength;
  }
  return undefined;
}
