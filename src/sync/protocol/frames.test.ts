import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesToHex, hexToBytes } from './bytes.ts';
import { decodeCbor, encodeCbor } from './cbor.ts';
import { encodeFrame, encodeHeader, paddedLength, padBytes, padmeLength, parseFrame, unpadBytes, type FrameHeader } from './frames.ts';
import { MAXIMUM_FRAME_BYTES } from './limits.ts';

const header: FrameHeader = {
  version: 2, ledger: 'a'.repeat(32), document: 'b'.repeat(32), author: new Uint8Array(32).fill(1), epoch: 0, keyId: 'c'.repeat(32),
  record: 7, recordHash: 'd'.repeat(32), kind: 'changes', covers: null,
};
const snapshotHeader: FrameHeader = { ...header, kind: 'snapshot', covers: { seq: 9, frame: 'e'.repeat(32) } };
const parts = { headerBytes: encodeHeader(header), nonce: new Uint8Array(12), ciphertext: new Uint8Array([1, 2, 3]), signature: new Uint8Array(64) };

describe('CBOR', () => {
  it.each([
    ['an integer spelled long', '1801'],
    ['an indefinite array', '9f01ff'],
    ['a key twice', 'a2616101616102'],
    ['keys in another order', 'a2616201616102'],
    ['a tag', 'c001'],
    ['undefined', 'f7'],
    ['not a number', 'f97e00'],
    ['an integer beyond 2^53', '1bffffffffffffffff'],
    ['something behind the end', '0101'],
    ['a text that is no UTF-8', '61ff'],
    ['an array longer than there is', '9bffffffffffffffff'],
    ['nothing', ''],
  ])('refuses %s', (_, hex) => {
    expect(decodeCbor(hexToBytes(hex))).toEqual({ ok: false, code: 'malformed' });
  });

  it('refuses a hundred thousand nested arrays', () => {
    expect(decodeCbor(new Uint8Array(100_000).fill(0x81))).toEqual({ ok: false, code: 'malformed' });
  });

  it('reads what it wrote', () => {
    const value = { b: [1, -7, 'ü', null, true], aa: new Uint8Array([1, 2]), c: { d: 1.5 } };
    expect(decodeCbor(encodeCbor(value))).toEqual({ ok: true, value });
  });
});

describe('a frame', () => {
  it('is read as it was written', () => {
    expect(parseFrame(encodeFrame(parts))).toEqual({ ok: true, value: { header, ...parts } });
    const snapshot = { ...parts, headerBytes: encodeHeader(snapshotHeader) };
    expect(parseFrame(encodeFrame(snapshot))).toMatchObject({ ok: true, value: { header: snapshotHeader } });
  });

  it.each([
    ['the version before', encodeFrame({ ...parts, headerBytes: encodeCbor([1, ...[16, 16, 32].map((n) => new Uint8Array(n)), 0, new Uint8Array(8)]) })],
    ['a snapshot of nothing', encodeFrame({ ...parts, headerBytes: encodeHeader({ ...snapshotHeader, covers: { seq: 0, frame: 'e'.repeat(32) } }) })],
    ['a short nonce', encodeFrame({ ...parts, nonce: new Uint8Array(11) })],
    ['a short signature', encodeFrame({ ...parts, signature: new Uint8Array(63) })],
    ['a header that is none', encodeFrame({ ...parts, headerBytes: new Uint8Array([0xff]) })],
    ['a map', encodeCbor({ ...parts })],
    ['one part more', encodeCbor([parts.headerBytes, parts.nonce, parts.ciphertext, parts.signature, 1])],
  ])('is refused with %s', (_, bytes) => {
    expect(parseFrame(bytes)).toEqual({ ok: false, code: 'frame_malformed' });
  });

  it('is read by its shape exactly where the general reader of CBOR takes it', () => {
    const isBytes = (value: unknown, length?: number): value is Uint8Array => value instanceof Uint8Array && (length === undefined || value.length === length);
    const isCount = (value: unknown): boolean => typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 0xffff_ffff;
    const read = (bytes: unknown): unknown[] => {
      const decoded = isBytes(bytes) ? decodeCbor(bytes) : undefined;
      return decoded?.ok && Array.isArray(decoded.value) ? decoded.value : [];
    };
    function isFrame(bytes: Uint8Array): boolean {
      const frame = read(bytes);
      const header = read(frame[0]);
      const [version, ledger, document, author, epoch, keyId, record, recordHash, covers] = header;
      const isPlace = covers === null || (Array.isArray(covers) && covers.length === 2 && isCount(covers[0]) && covers[0] > 0 && isBytes(covers[1], 16));
      return frame.length === 4 && isBytes(frame[1], 12) && isBytes(frame[2]) && isBytes(frame[3], 64) && header.length === 9 && version === 2 && isPlace
        && isBytes(ledger, 16) && isBytes(document, 16) && isBytes(author, 32) && isCount(epoch) && isBytes(keyId, 16) && isCount(record) && isBytes(recordHash, 16);
    }
    const number = fc.constantFrom(0, 1, 23, 24, 255, 256, 65_535, 65_536, 0xffff_ffff, 0x1_0000_0000);
    const edit = fc.record({ at: fc.nat(), remove: fc.nat(2), insert: fc.uint8Array({ maxLength: 3 }) });
    const change = (bytes: Uint8Array, edits: readonly { at: number; remove: number; insert: Uint8Array }[]): Uint8Array =>
      edits.reduce((now, { at, remove, insert }) => {
        const place = at % (now.length + 1);
        return Uint8Array.from([...now.subarray(0, place), ...insert, ...now.subarray(place + remove)]);
      }, bytes);
    let frames = 0;
    fc.assert(
      fc.property(number, number, number, fc.boolean(), fc.array(edit, { maxLength: 2 }), fc.array(edit, { maxLength: 2 }), (epoch, record, seq, isSnapshot, outer, inner) => {
        const headerBytes = change(encodeHeader({ ...header, epoch, record, covers: isSnapshot ? { seq, frame: 'e'.repeat(32) } : null }), inner);
        const bytes = change(encodeFrame({ ...parts, headerBytes }), outer);
        const parsed = parseFrame(bytes);
        expect(parsed.ok).toBe(isFrame(bytes));
        if (!parsed.ok) return;
        frames += 1;
        expect(bytesToHex(encodeFrame({ ...parsed.value, headerBytes: encodeHeader(parsed.value.header) }))).toBe(bytesToHex(bytes));
      }),
      { numRuns: 3_000 },
    );
    expect(frames).toBeGreaterThan(100);
  });

  it('is refused when it is too large', () => {
    expect(parseFrame(new Uint8Array(MAXIMUM_FRAME_BYTES + 1))).toEqual({ ok: false, code: 'too_large' });
  });

  it('is refused whatever the bytes are, and has one spelling only', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(), fc.integer({ min: 1, max: 255 }), (garbage, position, flip) => {
        expect(parseFrame(garbage).ok).toBe(false);
        const bytes = encodeFrame(parts);
        bytes[position % bytes.length]! ^= flip;
        const parsed = parseFrame(bytes);
        if (parsed.ok) expect(bytesToHex(encodeFrame(parsed.value))).toBe(bytesToHex(bytes));
      }),
    );
  });
});

describe('padding', () => {
  it('follows PADMÉ', () => {
    expect([0, 1, 2, 8, 9, 100, 1_000, 1_025, 1_000_000].map(padmeLength)).toEqual([0, 1, 2, 8, 10, 104, 1_024, 1_088, 1_015_808]);
  });

  it('leaves three lengths for what is short', () => {
    expect([0, 1_024, 1_025, 2_048, 2_049, 4_096, 4_097].map(paddedLength)).toEqual([1_024, 1_024, 2_048, 2_048, 4_096, 4_096, padmeLength(4_097)]);
  });

  it('adds at most 12 % beyond that, leaves few lengths, and comes off again', () => {
    const lengths = new Set<number>();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20_000, size: 'max' }), (bytes) => {
        const padded = padBytes(bytes);
        lengths.add(padded.length);
        expect(padded.length).toBeLessThanOrEqual(Math.max(4_096, (bytes.length + 4) * 1.12));
        expect(unpadBytes(padded)).toEqual(bytes);
      }),
    );
    // Of 4 097 to 20 000 bytes PADMÉ leaves 16 in each doubling.
    expect(lengths.size).toBeLessThanOrEqual(3 + 16 * 3);
  });

  it('refuses what it did not make', () => {
    const padded = padBytes(new Uint8Array(101).fill(7));
    expect(unpadBytes(padded.subarray(0, padded.length - 1))).toBeUndefined();
    expect(unpadBytes(padded.with(padded.length - 1, 1))).toBeUndefined();
    expect(unpadBytes(padded.with(0, 1))).toBeUndefined();
    expect(unpadBytes(new Uint8Array(3))).toBeUndefined();
  });
});
