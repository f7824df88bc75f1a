import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { FrameToAppend, RelayStore, RelayStored } from './store.ts';

const randomId = (): string => randomBytes(16).toString('hex');

async function value<T>(stored: RelayStored<T>): Promise<T> {
  const result = await stored;
  if (!result.ok) throw new Error(`The store failed: ${result.code}`);
  return result.value;
}

/** What a store for tests can do besides: go away and come back with the same disk. */
export interface StoreUnderTest {
  open(): Promise<RelayStore>;
  /** Frees the disk. */
  dispose(): Promise<void>;
}

/** The promises of `RelayStore`, to be kept by every adapter. */
export function testRelayStore(name: string, prepare: () => StoreUnderTest): void {
  describe(`relay store on ${name}`, () => {
    let disk: StoreUnderTest;
    let store: RelayStore;
    beforeEach(async () => {
      disk = prepare();
      store = await disk.open();
    });
    afterEach(async () => {
      await store.close();
      await disk.dispose();
    });

    const place = { ledger: randomId(), document: randomId() };
    const makeFrame = (size = 40, where = place): FrameToAppend => ({ ...where, frame: randomId(), bytes: randomBytes(size) });

    test('numbers frames from 1 without gaps, each document for itself', async () => {
      const other = { ledger: place.ledger, document: randomId() };
      const foreign = { ledger: randomId(), document: place.document };
      const answers = await value(store.append([makeFrame(), makeFrame(40, other), makeFrame(), makeFrame(40, foreign)]));
      expect(answers.map(({ seq }) => seq)).toEqual([1, 1, 2, 1]);
      expect((await value(store.heads(place.ledger))).toSorted((a, b) => b.head - a.head)).toEqual([
        { document: place.document, head: 2 },
        { document: other.document, head: 1 },
      ]);
      expect(await value(store.heads(randomId()))).toEqual([]);
    });

    test('answers a frame sent again with the place it has', async () => {
      const [first, second] = [makeFrame(), makeFrame()];
      expect(await value(store.append([first, second, first]))).toEqual([
        { seq: 1, fresh: true }, { seq: 2, fresh: true }, { seq: 1, fresh: false },
      ]);
      expect(await value(store.append([second]))).toEqual([{ seq: 2, fresh: false }]);
      expect(await value(store.since(place, 0, 1_000))).toHaveLength(2);
    });

    test('takes appends that arrive together, each with its own answer', async () => {
      const answers = await Promise.all(Array.from({ length: 50 }, () => value(store.append([makeFrame()]))));
      expect(answers.map(([one]) => one?.seq).toSorted((a = 0, b = 0) => a - b)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
    });

    test('reads on from a place, in pages of a size', async () => {
      const frames = Array.from({ length: 10 }, () => makeFrame(100));
      await value(store.append(frames));
      expect((await value(store.since(place, 3, 250))).map(({ seq }) => seq)).toEqual([4, 5]);
      expect((await value(store.since(place, 3, 1))).map(({ seq }) => seq)).toEqual([4]);
      expect(await value(store.since(place, 10, 1_000))).toEqual([]);
      const all = await value(store.since(place, 0, 10_000));
      expect(all.map(({ frame, bytes }) => [frame, Buffer.from(bytes).toString('hex')])).toEqual(
        frames.map(({ frame, bytes }) => [frame, Buffer.from(bytes).toString('hex')]),
      );
    });

    test('names the frame at a place', async () => {
      const frame = makeFrame();
      await value(store.append([frame]));
      expect(await value(store.frameAt(place, 1))).toBe(frame.frame);
      expect(await value(store.frameAt(place, 2))).toBeNull();
    });

    test('keeps everything over a restart, its incarnation too', async () => {
      const { incarnation } = store;
      await value(store.append([makeFrame()]));
      await value(store.putBox(randomId(), randomBytes(10), 2_000));
      await store.close();
      store = await disk.open();
      expect(store.incarnation).toBe(incarnation);
      expect(await value(store.heads(place.ledger))).toEqual([{ document: place.document, head: 1 }]);
      expect(await value(store.append([makeFrame()]))).toEqual([{ seq: 2, fresh: true }]);
    });

    test('gives a box out once, and not after its time', async () => {
      const [box, late] = [randomId(), randomId()];
      const bytes = randomBytes(64);
      await value(store.putBox(box, bytes, 2_000));
      await value(store.putBox(late, bytes, 1_000));
      expect(await value(store.takeBox(late, 1_000))).toBeNull();
      expect(Buffer.from((await value(store.takeBox(box, 1_999))) ?? [])).toEqual(bytes);
      expect(await value(store.takeBox(box, 1_999))).toBeNull();
    });
  });
}
