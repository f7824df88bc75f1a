import { describe, expect, it } from 'vitest';
import type { Result } from '#domain/result.ts';
import { concatBytes } from '#sync/protocol/bytes.ts';
import { BACKUP_HEADER_BYTES, openBackup, sealBackup } from './backup.ts';
import { CHUNK_BYTES, MAXIMUM_ITEM_BYTES, sealItems } from './backup-stream.ts';
import { collect, randomBytes, toText } from './sample.ts';

const filled = (length: number) => Uint8Array.from({ length }, (_, index) => (index * 31) % 251);

async function toFile(passphrase: string, items: Iterable<unknown>): Promise<Uint8Array> {
  return concatBytes(...(await collect(sealBackup(passphrase, items, randomBytes))));
}
function* cut(file: Uint8Array, length: number): Generator<Uint8Array> {
  for (let start = 0; start < file.length; start += length) yield file.subarray(start, start + length);
}
async function read(passphrase: string, parts: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<readonly Result<unknown>[]> {
  const opened = await openBackup(passphrase, parts);
  return opened.ok ? collect(opened.value) : [opened];
}

describe('a backup', () => {
  const items = [{ kind: 'ledger', id: 'ab', keys: [filled(32)] }, [], null, 'ü', filled(3 * CHUNK_BYTES + 5), 7, filled(0)];

  it('gives back its items in order, however the file is cut', async () => {
    const file = await toFile('correct horse', items);
    for (const length of [file.length, 1_000, CHUNK_BYTES, CHUNK_BYTES + 16]) {
      expect(toText(await read('correct horse', cut(file, length)))).toBe(toText(items.map((value) => ({ ok: true, value }))));
    }
    expect(await read('correct horse', cut(file.subarray(0, BACKUP_HEADER_BYTES + 20), 1))).toEqual([{ ok: false, code: 'backup_damaged' }]);
  });

  it('may be empty, or fill its chunks to the last byte', async () => {
    expect(await read('p', [await toFile('p', [])])).toEqual([]);
    // The item's length takes 4 bytes, and CBOR's head 3 or, from 64 KiB on, 5.
    for (const [length, plain] of [[CHUNK_BYTES - 7, CHUNK_BYTES], [CHUNK_BYTES - 6, CHUNK_BYTES + 1], [2 * CHUNK_BYTES - 9, 2 * CHUNK_BYTES]] as const) {
      const file = await toFile('p', [filled(length)]);
      expect(file.length).toBe(BACKUP_HEADER_BYTES + plain + 16 * Math.ceil(plain / CHUNK_BYTES));
      expect(toText(await read('p', [file]))).toBe(toText([{ ok: true, value: filled(length) }]));
    }
  });

  it('opens with the same passphrase only, in any width of its letters', async () => {
    const file = await toFile('Passphrase 7 字', [1]);
    expect(await read('Ｐassphrase ７ 字', [file])).toEqual([{ ok: true, value: 1 }]);
    for (const wrong of ['passphrase 7 字', 'Passphrase 7 字 ', '']) expect(await read(wrong, [file])).toEqual([{ ok: false, code: 'passphrase_wrong' }]);
  });

  it('is told from other files and from other versions', async () => {
    const file = await toFile('p', [1]);
    for (const other of [new Uint8Array(), new TextEncoder().encode('PK\u0003\u0004 something else altogether'.repeat(9)), file.subarray(1), file.subarray(0, 10)]) {
      expect(await read('p', [other])).toEqual([{ ok: false, code: 'backup_malformed' }]);
    }
    expect(await read('p', [file.with(16, 2)])).toEqual([{ ok: false, code: 'backup_malformed', details: { version: 2 } }]);
    expect(await read('p', [file.subarray(0, 17)])).toEqual([{ ok: false, code: 'backup_damaged' }]);
  });

  it('is another file each time, and shows none of its words', async () => {
    const [one, other] = [await toFile('p', ['tallystick secret']), await toFile('p', ['tallystick secret'])];
    expect(one.subarray(17)).not.toEqual(other.subarray(17));
    expect(new TextDecoder('latin1').decode(one)).not.toContain('secret');
  });

  it('refuses to be made of what could not be read again', async () => {
    const key = await crypto.subtle.importKey('raw', randomBytes(32), 'AES-GCM', false, ['encrypt']);
    for (const item of [undefined, Number.NaN, 2n ** 60n, { a: undefined }]) await expect(collect(sealItems({ key, header: filled(1) }, [item]))).rejects.toThrow(TypeError);
    await expect(collect(sealItems({ key, header: filled(1) }, [filled(MAXIMUM_ITEM_BYTES)]))).rejects.toThrow(RangeError);
  });

  it('reads no further than it is asked, and closes its source', async () => {
    const file = await toFile('p', [filled(CHUNK_BYTES), 2, filled(20 * CHUNK_BYTES)]);
    let given = 0;
    let isClosed = false;
    async function* source() {
      try {
        for (const part of cut(file, 1_000)) {
          given += 1;
          yield part;
        }
      } finally {
        isClosed = true;
      }
    }
    const opened = await openBackup('p', source());
    if (!opened.ok) throw new Error(opened.code);
    for await (const item of opened.value) if (item.ok && item.value === 2) break;
    expect([given < file.length / 1_000 / 4, isClosed]).toEqual([true, true]);

    isClosed = false;
    expect(await openBackup('wrong', source())).toMatchObject({ ok: false, code: 'passphrase_wrong' });
    expect(isClosed).toBe(true);
  });

  it('lets an error of the disk through', async () => {
    const file = await toFile('p', [filled(CHUNK_BYTES)]);
    async function* failing() {
      yield file.subarray(0, 1_000);
      throw new Error('EIO');
    }
    await expect(read('p', failing())).rejects.toThrow('EIO');
  });

  it('of any size is made and read hand in hand', async () => {
    let made = 0;
    function* manyItems() {
      for (; made < 32; made += 1) yield filled(CHUNK_BYTES);
    }
    const opened = await openBackup('p', sealBackup('p', manyItems(), randomBytes));
    if (!opened.ok) throw new Error(opened.code);
    let count = 0;
    for await (const item of opened.value) {
      expect(item.ok).toBe(true);
      count += 1;
      expect(made - count).toBeLessThan(4);
    }
    expect(count).toBe(32);
  });
});
