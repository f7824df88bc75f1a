/** What every adapter of the relay's store must do. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Appended, FrameToAppend, Outcome, Place, RelayStore, StoreLimits } from './store.ts';

export interface RelayStoreFactory {
  /** Opens an empty store. */
  open(limits?: StoreLimits): Promise<RelayStore>;
  /** Closes the store and opens what it left on the disk. */
  reopen(store: RelayStore): Promise<RelayStore>;
  clean(): Promise<void> | void;
}

const id = (digit: string): string => digit.repeat(32);
const [DOCUMENT, OTHER_DOCUMENT, BLOB] = [id('a'), id('b'), id('f')];
const [AUTHOR, WITNESS] = ['1'.repeat(16), '2'.repeat(16)];
const endorsement = (value: number) => ({ key: new Uint8Array(32).fill(value), signature: new Uint8Array(64).fill(value) });
/** Ledgers that nobody has founded: they have no records. */
const LEDGER: Place = { ledger: id('1'), records: 0 };
const OTHER_LEDGER: Place = { ledger: id('2'), records: 0 };
const frame = (name: string, document = DOCUMENT, size = 8): FrameToAppend => ({
  document, frame: name.repeat(32).slice(0, 32), bytes: new Uint8Array(size).fill(name.charCodeAt(0)),
});
const snapshot = (name: string, seq: number, covered: string, isVouched = false, size = 8): FrameToAppend => ({
  ...frame(name, DOCUMENT, size), snapshot: { seq, frame: id(covered), member: AUTHOR, isVouched },
});
const seqs = (appended: readonly Appended[]) => appended.map((one) => ('seq' in one ? one.seq : one.refused));
const plain = (bytes: Uint8Array | null | undefined) => bytes && [...bytes];

async function must<T>(outcome: Outcome<T, string>): Promise<T> {
  const settled = await outcome;
  if (!settled.ok) throw new Error(settled.code);
  return settled.value;
}

export function relayStoreSuite(name: string, factory: RelayStoreFactory): void {
  let store: RelayStore;
  async function openWith(limits: StoreLimits): Promise<void> {
    await store.close();
    await factory.clean();
    store = await factory.open(limits);
  }
  const append = (...frames: FrameToAppend[]) => must(store.append(LEDGER, frames, 0));
  const stale = { ok: false, code: 'stale' };

  describe(`relay store: ${name}`, () => {
    beforeEach(async () => {
      store = await factory.open();
    });
    afterEach(async () => {
      await store.close();
      await factory.clean();
    });

    describe('records', () => {
      const record = (value: number, size = 4) => new Uint8Array(size).fill(value);

      it('form one line, of which pages are given out', async () => {
        expect(await must(store.records(LEDGER.ledger, 0, 100))).toEqual({ count: 0, records: [] });
        await must(store.appendRecords(LEDGER, [record(1), record(2)]));
        await must(store.appendRecords({ ...LEDGER, records: 2 }, [record(3)]));
        const page = async (from: number, bytes: number) => {
          const { count, records } = await must(store.records(LEDGER.ledger, from, bytes));
          return { count, first: records.map((bytes) => bytes[0]) };
        };
        expect(await page(0, 100)).toEqual({ count: 3, first: [1, 2, 3] });
        expect(await page(0, 9)).toEqual({ count: 3, first: [1, 2] });
        expect(await page(1, 1)).toEqual({ count: 3, first: [2] });
        expect(await page(3, 100)).toEqual({ count: 3, first: [] });
        expect((await must(store.records(OTHER_LEDGER.ledger, 0, 100))).count).toBe(0);
      });

      it('of two that are added at the same place one is stale, and nothing of it is there', async () => {
        const both = await Promise.all([store.appendRecords(LEDGER, [record(1)]), store.appendRecords(LEDGER, [record(2), record(3)])]);
        expect(both.filter(({ ok }) => ok)).toHaveLength(1);
        expect(both).toContainEqual(stale);
        const { count, records } = await must(store.records(LEDGER.ledger, 0, 100));
        expect(count).toBe(records.length);
        expect(new Set(records.map((bytes) => (bytes[0] === 1 ? 'one' : 'other'))).size).toBe(1);
      });

      it('make stale whatever was judged by fewer of them', async () => {
        await append(frame('c'));
        await must(store.appendRecords(LEDGER, [record(1)]));
        expect(await store.append(LEDGER, [frame('d')], 0)).toEqual(stale);
        expect(await store.append({ ...LEDGER, records: 2 }, [frame('d')], 0)).toEqual(stale);
        expect(await store.heads(LEDGER)).toEqual(stale);
        expect(await store.page(LEDGER, DOCUMENT, 0, 100)).toEqual(stale);
        expect(await store.endorse(LEDGER, DOCUMENT, id('c'), WITNESS, endorsement(1), 0)).toEqual(stale);
        expect(await store.putChunk(LEDGER, BLOB, 0, 1, record(1), 0)).toEqual(stale);
        expect(await store.chunk(LEDGER, BLOB, 0)).toEqual(stale);
        expect(await store.blobState(LEDGER, BLOB)).toEqual(stale);
        expect(await store.dropBlob(LEDGER, BLOB)).toEqual(stale);
        const now = { ...LEDGER, records: 1 };
        expect(seqs(await must(store.append(now, [frame('d')], 0)))).toEqual([2]);
        expect(await must(store.heads(now))).toMatchObject([{ seq: 2 }]);
      });

      it('count for the quota', async () => {
        await openWith({ ledgerBytes: 100 });
        expect(await store.appendRecords(LEDGER, [record(1, 60), record(2, 60)])).toEqual({ ok: false, code: 'quota' });
        expect((await must(store.records(LEDGER.ledger, 0, 100))).count).toBe(0);
        await must(store.appendRecords(LEDGER, [record(1, 60)]));
        expect(seqs(await must(store.append({ ...LEDGER, records: 1 }, [frame('c', DOCUMENT, 60), frame('d', DOCUMENT, 40)], 0)))).toEqual(['quota', 1]);
      });

      it('have a reserve beyond the quota, which nothing else can fill', async () => {
        await openWith({ ledgerBytes: 160 });
        await must(store.appendRecords(LEDGER, [record(1, 60)]));
        const full = { ...LEDGER, records: 1 };
        expect(seqs(await must(store.append(full, [frame('c', DOCUMENT, 100), frame('d', DOCUMENT, 5)], 0)))).toEqual([1, 'quota']);
        expect(await store.appendRecords(full, [record(2, 10)])).toEqual({ ok: false, code: 'quota' });
        await must(store.appendRecords(full, [record(2, 10)], true));
        expect(await store.appendRecords({ ...full, records: 2 }, [record(3, 10)], true)).toEqual({ ok: false, code: 'quota' });
      });
    });

    describe('logs', () => {
      it('number the frames of each document from 1', async () => {
        expect(seqs(await append(frame('c'), frame('d'), frame('e', OTHER_DOCUMENT)))).toEqual([1, 2, 1]);
        expect(seqs(await append(frame('f')))).toEqual([3]);
        expect((await must(store.heads(LEDGER))).toSorted((a, b) => b.seq - a.seq)).toEqual([
          { document: DOCUMENT, seq: 3, frame: id('f') },
          { document: OTHER_DOCUMENT, seq: 1, frame: id('e') },
        ]);
        expect(await must(store.heads(OTHER_LEDGER))).toEqual([]);
      });

      it('know a frame they have, also twice in one request', async () => {
        await append(frame('c'));
        expect(await append(frame('c'), frame('d'), frame('d'))).toEqual([
          { document: DOCUMENT, frame: id('c'), seq: 1, fresh: false },
          { document: DOCUMENT, frame: id('d'), seq: 2, fresh: true },
          { document: DOCUMENT, frame: id('d'), seq: 2, fresh: false },
        ]);
      });

      it('take in no frame that is too late, and know it if it was there in time', async () => {
        await append(frame('c'));
        const late = [{ ...frame('c'), isLate: true }, { ...frame('d'), isLate: true }, { ...frame('e', OTHER_DOCUMENT), isLate: true }];
        expect(seqs(await append(...late, frame('f')))).toEqual([1, 'late', 'late', 2]);
        expect(await must(store.heads(LEDGER))).toEqual([{ document: DOCUMENT, seq: 2, frame: id('f') }]);
      });

      it('keep ledgers apart', async () => {
        await append(frame('c'));
        expect(await must(store.append(OTHER_LEDGER, [frame('c')], 0))).toMatchObject([{ seq: 1, fresh: true }]);
        expect((await must(store.page(OTHER_LEDGER, DOCUMENT, 0, 1_000))).frames).toHaveLength(1);
      });

      it('answer what was asked at the same time in the order of the numbers', async () => {
        const order: (number | string)[] = [];
        await Promise.all([...'cdef0'].map(async (one) => order.push(...seqs(await append(frame(one))))));
        expect(order).toEqual([1, 2, 3, 4, 5]);
      });

      it('hand out pages without a gap, filled up to a size but never empty', async () => {
        await append(...[...'cdef'].map((one) => frame(one, DOCUMENT, 100)));
        const page = async (after: number, bytes: number) => {
          const { frames, ...rest } = await must(store.page(LEDGER, DOCUMENT, after, bytes));
          return { ...rest, seqs: frames.map(({ seq }) => seq), first: frames[0]?.bytes[0] };
        };
        const whole = { head: 4, dropped: 0, snapshot: null };
        expect(await page(0, 250)).toEqual({ ...whole, at: null, seqs: [1, 2], first: 'c'.charCodeAt(0) });
        expect(await page(2, 1)).toEqual({ ...whole, at: id('d'), seqs: [3], first: 'e'.charCodeAt(0) });
        expect(await page(4, 250)).toEqual({ ...whole, at: id('f'), seqs: [], first: undefined });
        expect(await page(9, 250)).toEqual({ ...whole, at: null, seqs: [], first: undefined });
      });

      it('survive a restart, with the incarnation, records, blobs and boxes', async () => {
        const { incarnation } = store;
        expect(incarnation).toMatch(/^[0-9a-f]{32}$/);
        await append(frame('c'));
        await must(store.put(id('9'), new Uint8Array([1, 2]), 5_000, 0));
        await must(store.putChunk(LEDGER, BLOB, 1, 2, new Uint8Array([7]), 0));
        await must(store.appendRecords(OTHER_LEDGER, [new Uint8Array([5])]));
        store = await factory.reopen(store);
        expect(store.incarnation).toBe(incarnation);
        expect(seqs(await append(frame('c'), frame('d')))).toEqual([1, 2]);
        expect(plain(await must(store.take(id('9'), 0)))).toEqual([1, 2]);
        expect(await must(store.blobState(LEDGER, BLOB))).toEqual({ chunks: 2, there: [1] });
        expect((await must(store.records(OTHER_LEDGER.ledger, 0, 10))).records.map(plain)).toEqual([[5]]);
      });

      it('refuse what is beyond a quota and keep what is within', async () => {
        await openWith({ ledgerBytes: 250 });
        expect(seqs(await append(frame('c', DOCUMENT, 100), frame('d', DOCUMENT, 200), frame('e', DOCUMENT, 100)))).toEqual([1, 'quota', 2]);
        expect(seqs(await append(frame('c', DOCUMENT, 100), frame('f', DOCUMENT, 100)))).toEqual([1, 'quota']);
        expect(await must(store.append(OTHER_LEDGER, [frame('0', DOCUMENT, 200)], 0))).toMatchObject([{ seq: 1 }]);
      });

      it('refuse what is beyond the quota of all ledgers together, over a restart too', async () => {
        await openWith({ totalBytes: 250 });
        await append(frame('c', DOCUMENT, 200));
        store = await factory.reopen(store);
        expect(await must(store.append(OTHER_LEDGER, [frame('0', DOCUMENT, 100)], 0))).toEqual([{ frame: id('0'), refused: 'quota' }]);
      });
    });

    describe('snapshots', () => {
      const page = async (after: number, bytes = 1_000) => {
        const { head, at, dropped, snapshot: offered, frames } = await must(store.page(LEDGER, DOCUMENT, after, bytes));
        return { head, at, dropped, snapshot: offered && [offered.seq, offered.bytes[0]], seqs: frames.map(({ seq }) => seq) };
      };
      const letter = (text: string) => text.charCodeAt(0);

      it('are frames of the log, and must reach up to one that is there', async () => {
        await append(frame('c'), frame('d'));
        expect(seqs(await append(snapshot('9', 2, 'c'), snapshot('8', 7, 'd'), { ...snapshot('7', 1, 'c'), document: OTHER_DOCUMENT }))).toEqual(['covers_unknown', 'covers_unknown', 'covers_unknown']);
        expect(seqs(await append(snapshot('9', 2, 'd')))).toEqual([3]);
        expect(await page(0)).toEqual({ head: 3, at: null, dropped: 0, snapshot: null, seqs: [1, 2, 3] });
      });

      it('that come back begin a document that is not there behind what they cover, and no other', async () => {
        const refill = (name: string, seq: number, covered: string, word: ReturnType<typeof endorsement> | null) => {
          const brought = snapshot(name, seq, covered, true);
          return { ...brought, snapshot: { ...brought.snapshot!, refill: word } };
        };
        expect(seqs(await append(refill('9', 7, 'd', endorsement(2)), frame('e'), refill('8', 5, 'c', endorsement(2)), refill('9', 7, 'd', endorsement(2))))).toEqual([8, 9, 'covers_unknown', 8]);
        expect(await page(0)).toEqual({ head: 9, at: null, dropped: 7, snapshot: [8, letter('9')], seqs: [9] });
        // Whoever has read up to what it covers goes on from there, as if the rest had been dropped.
        expect(await page(7)).toEqual({ head: 9, at: id('d'), dropped: 7, snapshot: null, seqs: [8, 9] });
        expect(await page(3)).toMatchObject({ at: null, dropped: 7, snapshot: [8, letter('9')], seqs: [9] });
        const offered = (await must(store.page(LEDGER, DOCUMENT, 0, 1_000))).snapshot?.endorsement;
        expect([plain(offered?.key), plain(offered?.signature)]).toEqual([plain(endorsement(2).key), plain(endorsement(2).signature)]);
        expect(await must(store.compact(100))).toBe(1);
        expect(await page(0)).toEqual({ head: 9, at: null, dropped: 7, snapshot: [8, letter('9')], seqs: [9] });
        // By its author's word alone, where nobody else could write.
        expect(seqs(await append({ ...refill('7', 3, 'c', null), document: OTHER_DOCUMENT }))).toEqual([4]);
      });

      it('are offered once another member vouches for them, to those who have less', async () => {
        await append(frame('c'), frame('d'), snapshot('9', 2, 'd'), frame('e'));
        expect(await must(store.endorse(LEDGER, DOCUMENT, id('9'), AUTHOR, endorsement(1), 5))).toBe(true);
        expect((await page(0)).snapshot).toBeNull();
        expect(await must(store.endorse(LEDGER, DOCUMENT, id('8'), WITNESS, endorsement(1), 5))).toBe(false);
        expect(await must(store.endorse(LEDGER, DOCUMENT, id('c'), WITNESS, endorsement(1), 5))).toBe(false);
        expect(await must(store.endorse(LEDGER, DOCUMENT, id('9'), WITNESS, endorsement(1), 5))).toBe(true);
        expect(await page(0)).toEqual({ head: 4, at: null, dropped: 0, snapshot: [3, letter('9')], seqs: [4] });
        expect(await page(1)).toEqual({ head: 4, at: id('c'), dropped: 0, snapshot: [3, letter('9')], seqs: [4] });
        expect(await page(2)).toEqual({ head: 4, at: id('d'), dropped: 0, snapshot: null, seqs: [3, 4] });
      });

      it('go with the first word that another member gave for them', async () => {
        await append(frame('c'), snapshot('9', 1, 'c', true));
        const offered = async () => (await must(store.page(LEDGER, DOCUMENT, 0, 1_000))).snapshot?.endorsement;
        expect(await offered()).toBeNull();
        for (const [member, value] of [[AUTHOR, 1], [WITNESS, 2], [WITNESS, 3]] as const) {
          expect(await must(store.endorse(LEDGER, DOCUMENT, id('9'), member, endorsement(value), 5))).toBe(true);
        }
        const there = await offered();
        expect([plain(there?.key), plain(there?.signature)]).toEqual([plain(endorsement(2).key), plain(endorsement(2).signature)]);
        // It was vouched for before that already, by its author alone.
        expect(await must(store.compact(1))).toBe(1);
      });

      it('that reach furthest are offered, with no more frames than there is room for', async () => {
        await append(frame('c'), snapshot('9', 1, 'c', true), frame('d'), snapshot('8', 3, 'd', true), snapshot('7', 1, 'c', true), frame('e', DOCUMENT, 100));
        expect(await page(0)).toMatchObject({ snapshot: [4, letter('8')], seqs: [5, 6] });
        expect(await page(0, 50)).toMatchObject({ snapshot: [4, letter('8')], seqs: [5] });
        expect(await page(5, 50)).toMatchObject({ snapshot: null, seqs: [6] });
      });

      it('make what they cover droppable after a time, and that makes room', async () => {
        await openWith({ ledgerBytes: 450 });
        await append(frame('c', DOCUMENT, 100), frame('d', DOCUMENT, 100), snapshot('9', 2, 'd', false, 100), frame('e', DOCUMENT, 100));
        expect(seqs(await append(frame('f', DOCUMENT, 100)))).toEqual(['quota']);
        expect(await must(store.compact(1_000))).toBe(0);
        await must(store.endorse(LEDGER, DOCUMENT, id('9'), WITNESS, endorsement(1), 500));
        expect(await must(store.compact(500))).toBe(0);
        expect(await must(store.compact(501))).toBe(1);
        expect(await must(store.compact(501))).toBe(0);
        store = await factory.reopen(store);
        expect(await page(0)).toEqual({ head: 4, at: null, dropped: 2, snapshot: [3, letter('9')], seqs: [4] });
        expect(await page(1)).toMatchObject({ at: null, dropped: 2, snapshot: [3, letter('9')] });
        expect(await page(2)).toEqual({ head: 4, at: id('d'), dropped: 2, snapshot: null, seqs: [3, 4] });
        expect(seqs(await append(frame('f', DOCUMENT, 100), frame('0', DOCUMENT, 100), frame('1', DOCUMENT, 100)))).toEqual([5, 6, 'quota']);
        expect(seqs(await append(snapshot('8', 2, 'd')))).toEqual(['covers_unknown']);
      });

      it('that a later one covers go with the rest', async () => {
        await append(frame('c'), snapshot('9', 1, 'c', true), frame('d'), snapshot('8', 3, 'd', true));
        expect(await must(store.compact(1))).toBe(1);
        expect(await must(store.compact(1))).toBe(0);
        expect(await page(0)).toEqual({ head: 4, at: null, dropped: 3, snapshot: [4, letter('8')], seqs: [] });
      });
    });

    describe('blobs', () => {
      const bytes = (value: number, size = 4) => new Uint8Array(size).fill(value);

      it('come in chunks, in any order, and each is kept as it came first', async () => {
        expect(await must(store.blobState(LEDGER, BLOB))).toBeNull();
        expect(await must(store.putChunk(LEDGER, BLOB, 2, 3, bytes(2), 0))).toBe(true);
        expect(await must(store.putChunk(LEDGER, BLOB, 0, 3, bytes(1), 0))).toBe(true);
        expect(await must(store.putChunk(LEDGER, BLOB, 0, 3, bytes(9), 0))).toBe(true);
        expect(await must(store.putChunk(LEDGER, BLOB, 1, 2, bytes(9), 0))).toBe(false);
        expect(await must(store.putChunk(LEDGER, BLOB, 3, 3, bytes(9), 0))).toBe(false);
        expect(await must(store.blobState(LEDGER, BLOB))).toEqual({ chunks: 3, there: [0, 2] });
        expect(plain(await must(store.chunk(LEDGER, BLOB, 0)))).toEqual([1, 1, 1, 1]);
        expect(await must(store.chunk(LEDGER, BLOB, 1))).toBeNull();
        expect(await must(store.chunk(OTHER_LEDGER, BLOB, 0))).toBeNull();
        expect(await must(store.blobState(OTHER_LEDGER, BLOB))).toBeNull();
      });

      it('count for the quotas until they are dropped', async () => {
        await openWith({ ledgerBytes: 250, totalBytes: 300 });
        await must(store.putChunk(LEDGER, BLOB, 0, 2, bytes(1, 200), 0));
        expect(await store.putChunk(LEDGER, BLOB, 1, 2, bytes(1, 100), 0)).toEqual({ ok: false, code: 'quota' });
        expect(seqs(await append(frame('c', DOCUMENT, 100)))).toEqual(['quota']);
        expect(await store.putChunk(OTHER_LEDGER, BLOB, 0, 1, bytes(1, 150), 0)).toEqual({ ok: false, code: 'quota' });
        await must(store.dropBlob(LEDGER, BLOB));
        expect(await must(store.blobState(LEDGER, BLOB))).toBeNull();
        expect(seqs(await append(frame('c', DOCUMENT, 250)))).toEqual([1]);
      });

      it('that are not complete are swept away after a time without anything new', async () => {
        const whole = id('e');
        await must(store.putChunk(LEDGER, whole, 0, 1, bytes(1), 0));
        await must(store.putChunk(LEDGER, BLOB, 0, 3, bytes(1), 0));
        await must(store.putChunk(LEDGER, BLOB, 1, 3, bytes(1), 100));
        await must(store.sweepBlobs(100));
        expect(await must(store.blobState(LEDGER, BLOB))).toEqual({ chunks: 3, there: [0, 1] });
        await must(store.sweepBlobs(101));
        expect(await must(store.blobState(LEDGER, BLOB))).toBeNull();
        expect(await must(store.blobState(LEDGER, whole))).toEqual({ chunks: 1, there: [0] });
      });
    });

    describe('the mailbox', () => {
      it('gives what lies in a box once, and not after its time', async () => {
        const bytes = new Uint8Array([1, 2, 3]);
        expect(await must(store.put(id('9'), bytes, 1_000, 0))).toBe(true);
        expect(await must(store.put(id('9'), bytes, 1_000, 0))).toBe(true);
        expect(await must(store.put(id('9'), new Uint8Array([4]), 1_000, 0))).toBe(false);
        expect(plain(await must(store.take(id('9'), 999)))).toEqual([1, 2, 3]);
        expect(await must(store.take(id('9'), 999))).toBeNull();
        await must(store.put(id('8'), bytes, 1_000, 0));
        expect(await must(store.take(id('8'), 1_000))).toBeNull();
        await must(store.put(id('7'), bytes, 1_000, 0));
        expect(await must(store.put(id('7'), new Uint8Array([4]), 3_000, 1_000))).toBe(true);
      });

      it('gives what lies in a box to one of two who ask at the same time', async () => {
        await must(store.put(id('9'), new Uint8Array([1]), 1_000, 0));
        const taken = await Promise.all([must(store.take(id('9'), 0)), must(store.take(id('9'), 0))]);
        expect(taken.filter((bytes) => bytes !== null)).toHaveLength(1);
      });

      it('has room for so many boxes', async () => {
        await openWith({ boxes: 1 });
        await must(store.put(id('9'), new Uint8Array(1), 1_000, 0));
        expect(await store.put(id('8'), new Uint8Array(1), 1_000, 0)).toEqual({ ok: false, code: 'relay_full' });
        expect(await store.put(id('8'), new Uint8Array(1), 2_000, 1_000)).toEqual({ ok: true, value: true });
      });

      it('counts as part of all the room there is, over a restart too, until boxes are taken or expire', async () => {
        await openWith({ totalBytes: 250 });
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

    it('says how much it holds', async () => {
      expect(await must(store.size())).toBe(0);
      await append(frame('c', DOCUMENT, 100));
      await must(store.putChunk(LEDGER, BLOB, 0, 2, new Uint8Array(20), 0));
      await must(store.appendRecords(OTHER_LEDGER, [new Uint8Array(3)]));
      await must(store.put(id('9'), new Uint8Array(4_000), 1_000, 0));
      expect(await must(store.size())).toBe(4_123);
      store = await factory.reopen(store);
      await must(store.take(id('9'), 0));
      await must(store.dropBlob(LEDGER, BLOB));
      expect(await must(store.size())).toBe(103);
    });

    it('says that it can be read', async () => {
      expect(await store.check()).toEqual({ ok: true, value: undefined });
    });
  });
}
