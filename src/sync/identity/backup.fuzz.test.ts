/** Backup files as a broken disk, a bad copy or a forger would leave them: always an answer, never an item that was not saved. */
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Result } from '#domain/result.ts';
import { concatBytes } from '#sync/protocol/bytes.ts';
import { encodeCbor } from '#sync/protocol/cbor.ts';
import { BACKUP_HEADER_BYTES, openBackup, sealBackup } from './backup.ts';
import { CHUNK_BYTES, openItems, sealItems, type StreamKey } from './backup-stream.ts';
import { collect, randomBytes, toText } from './sample.ts';

const SEALED = CHUNK_BYTES + 16;
const { subtle } = crypto;

const openKey = async (header: Uint8Array): Promise<StreamKey> => ({ header, key: await subtle.importKey('raw', randomBytes(32), 'AES-GCM', false, ['encrypt', 'decrypt']) });

describe('the body of a backup', () => {
  const items: readonly unknown[] = [...Array.from({ length: 20 }, (_, index) => ({ index, bytes: randomBytes(17 * index) })), randomBytes(3 * CHUNK_BYTES), 'last', randomBytes(CHUNK_BYTES)];
  const saved = items.map(toText);
  let stream: StreamKey;
  let body: Uint8Array;
  let chunks: Uint8Array[];
  beforeAll(async () => {
    stream = await openKey(Uint8Array.of(1, 2, 3));
    chunks = await collect(sealItems(stream, items));
    body = concatBytes(...chunks);
  });

  /** 'noticed': what came before the damage is what was saved, and the damage is told, once and last. */
  async function damageOf(parts: readonly Uint8Array[]): Promise<string> {
    const results = await collect<Result<unknown>>(openItems(stream, parts));
    const last = results.pop();
    if (last?.ok !== false || last.code !== 'backup_damaged') return 'not noticed';
    if (results.length >= saved.length) return 'noticed too late';
    return results.every((result, index) => result.ok && toText(result.value) === saved[index]) ? 'noticed' : 'noticed behind forged items';
  }

  it('has more than a few chunks, and reads whole in any pieces', async () => {
    expect(chunks.length).toBeGreaterThan(3);
    await fc.assert(fc.asyncProperty(fc.array(fc.nat(body.length), { maxLength: 12 }), async (cuts) => {
      const at = [0, ...cuts.sort((a, b) => a - b), body.length];
      const parts = at.slice(1).map((end, index) => body.subarray(at[index], end));
      const results = await collect(openItems(stream, parts));
      expect(results.map((result) => (result.ok ? toText(result.value) : result.code))).toEqual(saved);
    }), { numRuns: 20 });
  });

  it('with any bit flipped', async () => {
    await fc.assert(fc.asyncProperty(fc.nat(body.length - 1), fc.nat(7), async (at, bit) => {
      expect(await damageOf([body.with(at, body[at]! ^ (1 << bit))])).toBe('noticed');
    }), { numRuns: 60 });
  });

  it('cut anywhere, also between two chunks', async () => {
    await fc.assert(fc.asyncProperty(fc.nat(body.length - 1), async (length) => {
      expect(await damageOf([body.subarray(0, length)])).toBe('noticed');
    }), { numRuns: 60 });
    for (let kept = 0; kept < chunks.length; kept += 1) expect(await damageOf(chunks.slice(0, kept))).toBe('noticed');
    for (let from = 1; from < chunks.length; from += 1) expect(await damageOf(chunks.slice(from))).toBe('noticed');
  });

  it('with chunks exchanged, repeated, left out or followed by others', async () => {
    const order = fc.array(fc.nat(chunks.length - 1), { minLength: 1, maxLength: chunks.length + 3 });
    await fc.assert(fc.asyncProperty(order, async (indexes) => {
      fc.pre(indexes.length !== chunks.length || indexes.some((index, at) => index !== at));
      expect(await damageOf(indexes.map((index) => chunks[index]!))).toBe('noticed');
    }), { numRuns: 60 });
    await fc.assert(fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 100 }), async (more) => {
      expect(await damageOf([...chunks, more])).toBe('noticed');
    }), { numRuns: 20 });
  });

  it('with chunks of another backup, or under another header', async () => {
    const other = await collect(sealItems(await openKey(stream.header), items));
    for (let at = 0; at < chunks.length; at += 1) expect(await damageOf(chunks.with(at, other[at]!))).toBe('noticed');
    expect(await damageOf(await collect(sealItems({ ...stream, header: Uint8Array.of(1, 2, 4) }, items)))).toBe('noticed');
  });

  it('of any bytes at all', async () => {
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
      expect(await damageOf([bytes])).toBe('noticed');
    }));
    expect(await damageOf([randomBytes(SEALED)])).toBe('noticed');
    expect(await damageOf([randomBytes(5 * SEALED + 1)])).toBe('noticed');
    expect(await damageOf([])).toBe('noticed');
  });

  it('sealed soundly around nonsense', async () => {
    // What only somebody with the passphrase could write: lengths that lie, and bytes that are no deterministic CBOR.
    const seal = async (plain: Uint8Array) => {
      const parameters = { name: 'AES-GCM', iv: new Uint8Array(12), additionalData: encodeCbor([stream.header, 0, true]) };
      return new Uint8Array(await subtle.encrypt(parameters, stream.key, new Uint8Array(plain)));
    };
    expect(await collect(openItems(stream, [await seal(Uint8Array.of(0, 0, 0, 1, 7))]))).toEqual([{ ok: true, value: 7 }]);
    for (const plain of [[0], [0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 2, 7], [255, 255, 255, 255, 7], [0, 0, 0, 1, 255], [0, 0, 0, 2, 0x18, 7], [0, 0, 0, 1, 7, 0]]) {
      expect((await collect(openItems(stream, [await seal(Uint8Array.from(plain))]))).at(-1)).toEqual({ ok: false, code: 'backup_damaged' });
    }
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), async (plain) => {
      expect(Array.isArray(await collect(openItems(stream, [await seal(plain)])))).toBe(true);
    }));
  });
});

describe('the header of a backup', () => {
  const read = async (parts: readonly Uint8Array[]): Promise<readonly Result<unknown>[]> => {
    const opened = await openBackup('passphrase', parts);
    return opened.ok ? collect(opened.value) : [opened];
  };

  it('tells every flipped bit and every cut from a wrong passphrase, before any stretching', async () => {
    const file = concatBytes(...(await collect(sealBackup('passphrase', ['item'], randomBytes))));
    expect(await read([file])).toEqual([{ ok: true, value: 'item' }]);
    for (let at = 0; at < BACKUP_HEADER_BYTES; at += 1) {
      for (const bit of [0, 3, 7]) {
        const [result, ...more] = await read([file.with(at, file[at]! ^ (1 << bit))]);
        expect([result?.ok, more]).toEqual([false, []]);
        expect(result).toMatchObject({ code: at < 17 ? 'backup_malformed' : 'backup_damaged' });
      }
      expect(await read([file.subarray(0, at)])).toMatchObject([{ ok: false, code: at < 16 ? 'backup_malformed' : 'backup_damaged' }]);
    }
  });

  it('of any bytes is an answer', async () => {
    const magic = new TextEncoder().encode('tallystickbackup\u0001');
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.boolean(), async (bytes, isMagic) => {
      const [result] = await read([isMagic ? concatBytes(magic, bytes) : bytes]);
      expect(result).toMatchObject({ ok: false, code: isMagic ? 'backup_damaged' : 'backup_malformed' });
    }));
  });
});
