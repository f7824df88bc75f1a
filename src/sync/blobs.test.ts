import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blobReferenceSchema } from '#domain/attachment.ts';
import { MAXIMUM_BLOB_BYTES, openBlob, sealBlob, sealBlobAgain, type SealedBlob } from './blobs.ts';
import { randomBytes } from './identity/sample.ts';
import { concatBytes, isSameBytes } from './protocol/bytes.ts';
import { BLOB_CHUNK_BYTES, MAXIMUM_BLOB_CHUNKS } from './protocol/limits.ts';

const about = { name: 'Receipt.jpg', type: 'image/jpeg' };
async function seal(bytes: Uint8Array): Promise<SealedBlob> {
  const sealed = await sealBlob(bytes, about, randomBytes);
  if (!sealed.ok) throw new Error(sealed.code);
  return sealed.value;
}
const flip = (bytes: Uint8Array, at: number) => bytes.with(at, bytes[at]! ^ 1);

describe('an attachment', () => {
  it('opens as it was sealed', async () => {
    const lengths = fc.oneof(fc.integer({ min: 1, max: 10_000 }), fc.constantFrom(BLOB_CHUNK_BYTES - 17, BLOB_CHUNK_BYTES - 16, BLOB_CHUNK_BYTES, 3 * BLOB_CHUNK_BYTES));
    await fc.assert(fc.asyncProperty(lengths, async (length) => {
      const bytes = randomBytes(length);
      const { reference, chunks } = await seal(bytes);
      expect(blobReferenceSchema.parse(reference)).toEqual({ ...about, blob: reference.blob, key: reference.key, size: length });
      expect(chunks.every((chunk) => chunk.length <= BLOB_CHUNK_BYTES)).toBe(true);
      const opened = await openBlob(reference, chunks);
      expect(opened.ok && isSameBytes(opened.value, bytes)).toBe(true);
    }), { numRuns: 30 });
  });

  it('may fill all chunks there can be, and no more; and is not empty', async () => {
    const bytes = new Uint8Array(MAXIMUM_BLOB_BYTES).fill(7);
    const { reference, chunks } = await seal(bytes);
    expect(chunks.length).toBe(MAXIMUM_BLOB_CHUNKS);
    expect(await openBlob(reference, chunks)).toMatchObject({ ok: true });
    expect(await sealBlob(new Uint8Array(MAXIMUM_BLOB_BYTES + 1), about, randomBytes)).toMatchObject({ ok: false, code: 'file_too_large' });
    expect(await sealBlob(new Uint8Array(), about, randomBytes)).toMatchObject({ ok: false, code: 'file_empty' });
  });

  it('looks like others of about its length, and never twice the same', async () => {
    const lengthOf = async (size: number) => (await seal(new Uint8Array(size))).chunks.reduce((sum, { length }) => sum + length, 0);
    expect(new Set(await Promise.all([1, 200, 3_000, 4_096].map(lengthOf))).size).toBe(1);
    expect(await lengthOf(100_001)).toBe(await lengthOf(100_200));
    const [one, two] = [await seal(new Uint8Array(10)), await seal(new Uint8Array(10))];
    expect(one.reference.blob).not.toBe(two.reference.blob);
    expect(one.chunks[0]).not.toEqual(two.chunks[0]);
  });

  it('is sealed again as it was, to go on sending it; another file is not', async () => {
    const bytes = randomBytes(300_000);
    const sealed = await seal(bytes);
    expect(await sealBlobAgain(sealed.reference, bytes)).toEqual({ ok: true, value: sealed });
    expect(await sealBlobAgain(sealed.reference, flip(bytes, 299_999))).toMatchObject({ ok: false, code: 'blob_changed' });
    expect(await sealBlobAgain(sealed.reference, bytes.subarray(1))).toMatchObject({ ok: false, code: 'blob_changed' });
  });

  it('opens with nothing changed, moved, left out, added or exchanged', async () => {
    const { reference, chunks } = await seal(randomBytes(700_000));
    const other = await seal(randomBytes(700_000));
    expect(chunks).toHaveLength(3);
    const broken: (readonly Uint8Array[])[] = [
      chunks.with(1, flip(chunks[1]!, 0)), chunks.with(2, flip(chunks[2]!, chunks[2]!.length - 1)), chunks.slice(1), chunks.slice(0, 2), [...chunks, chunks[0]!], [],
      [chunks[1]!, chunks[0]!, chunks[2]!], chunks.with(0, other.chunks[0]!), other.chunks, chunks.map((chunk) => chunk.subarray(1)),
      [concatBytes(...chunks)], chunks.map(() => new Uint8Array()),
    ];
    for (const pieces of broken) expect(await openBlob(reference, pieces)).toMatchObject({ ok: false, code: 'blob_broken' });
    expect(await openBlob({ ...reference, key: other.reference.key }, chunks)).toMatchObject({ ok: false, code: 'blob_broken' });
    expect(await openBlob({ ...reference, size: reference.size - 1 }, chunks)).toMatchObject({ ok: false, code: 'blob_broken' });
    await fc.assert(fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 4 }), async (pieces) => {
      expect(await openBlob(reference, pieces)).toMatchObject({ ok: false, code: 'blob_broken' });
    }), { numRuns: 50 });
  });

  it('is not another file under the same key, though whoever has the key brings it', async () => {
    const key = randomBytes(32);
    const sealUnderKey = (bytes: Uint8Array) => sealBlob(bytes, about, () => key.slice());
    const [one, other] = [await sealUnderKey(randomBytes(5_000)), await sealUnderKey(randomBytes(5_000))];
    if (!one.ok || !other.ok) throw new Error('not sealed');
    expect(other.value.reference.key).toBe(one.value.reference.key);
    expect(await openBlob(one.value.reference, other.value.chunks)).toMatchObject({ ok: false, code: 'blob_broken' });
    expect(await openBlob(other.value.reference, other.value.chunks)).toMatchObject({ ok: true });
  });
});
