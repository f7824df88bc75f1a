/** What every adapter of the relay's store must do. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FrameToAppend, Outcome, RelayStore } from './store.ts';

export interface RelayStoreFactory {
  /** Opens an empty store; `ledgerBytes` as in the configuration of the relay. */
  open(limits?: { ledgerBytes?: number; totalBytes?: number; boxes?: number }): Promise<RelayStore>;
  /** Closes the store and opens what it left on the disk. */
  reopen(store: RelayStore): Promise<RelayStore>;
  clean(): Promise<void> | void;
}

const id = (digit: string): string => digit.repeat(32);
const [LEDGER, OTHER_LEDGER, DOCUMENT, OTHER_DOCUMENT] = [id('1'), id('2'), id('a'), id('b')];
const frame = (name: string, document = DOCUMENT, size = 8): FrameToAppend => ({
  document, frame: name.repeat(32).slice(0, 32), bytes: new Uint8Array(size).fill(name.charCodeAt(0)),
});

export function relayStoreSuite(name: string, factory: RelayStoreFactory): void {
  describe(`relay store: ${name}`, () => {
    let store: RelayStore;
    beforeEach(async () => {
      store = await factory.open();
    });
    afterEach(async () => {
      await store.close();
      await factory.clean();
    });
    const must = async <T>(outcome: Outcome<T>): Promise<T> => {
      const settled = await outcome;
      if (!settled.ok) throw new Error(settled.code);
      return settled.value;
    };
    const append = (...frames: FrameToAppend[]) => must(store.append(LEDGER, frames));
    const seqs = (appended: Awaited<ReturnType<typeof append>>) => appended.map((one) => ('seq' in one ? one.seq : one.refused));

    it('numbers the frames of each document from 1', async () => {
      expect(seqs(await append(frame('c'), frame('d'), frame('e', OTHER_DOCUMENT)))).toEqual([1, 2, 1]);
      expect(seqs(await append(frame('f')))).toEqual([3]);
      expect((await must(store.heads(LEDGER))).toSorted((a, b) => b.seq - a.seq)).toEqual([
        { document: DOCUMENT, seq: 3, frame: id('f') },
        { document: OTHER_DOCUMENT, seq: 1, frame: id('e') },
      ]);
      expect(await must(store.heads(OTHER_LEDGER))).toEqual([]);
    });

    it('knows a frame it has, also twice in one request', async () => {
      await append(frame('c'));
      expect(await append(frame('c'), frame('d'), frame('d'))).toEqual([
        { document: DOCUMENT, frame: id('c'), seq: 1, fresh: false },
        { document: DOCUMENT, frame: id('d'), seq: 2, fresh: true },
        { document: DOCUMENT, frame: id('d'), seq: 2, fresh: false },
      ]);
    });

    it('keeps ledgers apart', async () => {
      await append(frame('c'));
      expect(await must(store.append(OTHER_LEDGER, [frame('c')]))).toMatchObject([{ seq: 1, fresh: true }]);
      expect((await must(store.page(OTHER_LEDGER, DOCUMENT, 0, 1_000))).frames).toHaveLength(1);
    });

    it('answers what was asked at the same time in the order of the numbers', async () => {
      const order: (number | string)[] = [];
      await Promise.all([...'cdefg'].map(async (one) => order.push(...seqs(await append(frame(one))))));
      expect(order).toEqual([1, 2, 3, 4, 5]);
    });

    it('hands out pages without a gap, filled up to a size but never empty', async () => {
      await append(...[...'cdef'].map((one) => frame(one, DOCUMENT, 100)));
      const page = async (after: number, bytes: number) => {
        const { frames, ...rest } = await must(store.page(LEDGER, DOCUMENT, after, bytes));
        return { ...rest, seqs: frames.map(({ seq }) => seq), first: frames[0]?.bytes[0] };
      };
      expect(await page(0, 250)).toEqual({ head: 4, at: null, seqs: [1, 2], first: 'c'.charCodeAt(0) });
      expect(await page(2, 1)).toEqual({ head: 4, at: id('d'), seqs: [3], first: 'e'.charCodeAt(0) });
      expect(await page(4, 250)).toEqual({ head: 4, at: id('f'), seqs: [], first: undefined });
      expect(await page(9, 250)).toEqual({ head: 4, at: null, seqs: [], first: undefined });
    });

    it('keeps everything over a restart, with its incarnation', async () => {
      const { incarnation } = store;
      expect(incarnation).toMatch(/^[0-9a-f]{32}$/);
      await append(frame('c'));
      await must(store.put(id('9'), new Uint8Array([1, 2]), 5_000, 0));
      store = await factory.reopen(store);
      expect(store.incarnation).toBe(incarnation);
      expect(seqs(await append(frame('c'), frame('d')))).toEqual([1, 2]);
      expect(await must(store.take(id('9'), 0))).toEqual(expect.objectContaining({ length: 2 }));
    });

    it('refuses what is beyond a quota and keeps what is within', async () => {
      await store.close();
      store = await factory.open({ ledgerBytes: 250 });
      expect(seqs(await append(frame('c', DOCUMENT, 100), frame('d', DOCUMENT, 200), frame('e', DOCUMENT, 100)))).toEqual([1, 'quota', 2]);
      expect(seqs(await append(frame('c', DOCUMENT, 100), frame('f', DOCUMENT, 100)))).toEqual([1, 'quota']);
      expect(await must(store.append(OTHER_LEDGER, [frame('g', DOCUMENT, 200)]))).toMatchObject([{ seq: 1 }]);
    });

    it('refuses what is beyond the quota of all ledgers together, over a restart too', async () => {
      await store.close();
      store = await factory.open({ totalBytes: 250 });
      await append(frame('c', DOCUMENT, 200));
      store = await factory.reopen(store);
      expect(await must(store.append(OTHER_LEDGER, [frame('g', DOCUMENT, 100)]))).toEqual([{ frame: id('g'), refused: 'quota' }]);
    });

    it('gives what lies in a box once, and not after its time', async () => {
      const bytes = new Uint8Array([1, 2, 3]);
      expect(await must(store.put(id('9'), bytes, 1_000, 0))).toBe(true);
      expect(await must(store.put(id('9'), bytes, 1_000, 0))).toBe(true);
      expect(await must(store.put(id('9'), new Uint8Array([4]), 1_000, 0))).toBe(false);
      expect(Uint8Array.from((await must(store.take(id('9'), 999))) ?? [])).toEqual(bytes);
      expect(await must(store.take(id('9'), 999))).toBeNull();
      await must(store.put(id('8'), bytes, 1_000, 0));
      expect(await must(store.take(id('8'), 1_000))).toBeNull();
      await must(store.put(id('7'), bytes, 1_000, 0));
      expect(await must(store.put(id('7'), new Uint8Array([4]), 3_000, 1_000))).toBe(true);
    });

    it('has room for so many boxes', async () => {
      await store.close();
      store = await factory.open({ boxes: 1 });
      await must(store.put(id('9'), new Uint8Array(1), 1_000, 0));
      expect(await store.put(id('8'), new Uint8Array(1), 1_000, 0)).toEqual({ ok: false, code: 'relay_full' });
      expect(await store.put(id('8'), new Uint8Array(1), 2_000, 1_000)).toEqual({ ok: true, value: true });
    });

    it('counts boxes as part of all the room there is, over a restart too, until they are taken or expire', async () => {
      await store.close();
      store = await factory.open({ totalBytes: 250 });
      const put = (box: string, expires: number) => store.put(box, new Uint8Array(100), expires, 0);
      await must(put(id('9'), 1_000));
      await must(put(id('8'), 2_000));
      expect(await put(id('7'), 1_000)).toEqual({ ok: false, code: 'relay_full' });
      store = await factory.reopen(store);
      expect(await put(id('7'), 1_000)).toEqual({ ok: false, code: 'relay_full' });
      expect(seqs(await append(frame('c', DOCUMENT, 100)))).toEqual(['quota']);
      await must(store.take(id('9'), 0));
      expect(seqs(await append(frame('c', DOCUMENT, 100), frame('d', DOCUMENT, 100)))).toEqual([1, 'quota']);
      await must(store.expire(1_999));
      expect(seqs(await append(frame('d', DOCUMENT, 100)))).toEqual(['quota']);
      await must(store.expire(2_000));
      expect(seqs(await append(frame('d', DOCUMENT, 100)))).toEqual([2]);
    });
  });
}
