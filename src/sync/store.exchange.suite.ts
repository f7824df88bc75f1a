/** What every adapter of the store port must do for devices that hand each other frames, and for snapshots. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sampleId as id } from './sample.ts';
import { A, B, cursor, DOCUMENT, hash, merged, mergedAt, MUCH, must, OTHER, received, sampleChange, sampleFrame, textOf, type OpenedStore } from './store.sample.ts';
import type { ReceivedFrame, Store } from './store.ts';

export function exchangeSuite(open: () => Promise<OpenedStore>): void {
  let opened: OpenedStore;
  let store: Store;
  beforeEach(async () => {
    opened = await open();
    store = opened.store;
  });
  afterEach(() => opened.close());

  const reopen = async (): Promise<void> => {
    opened = await opened.reopen();
    store = opened.store;
  };
  const receive = (...frames: ReceivedFrame[]) => must(store.commitReceived(A, frames, null));
  const frameId = (name: string) => sampleFrame(name).frame;
  const held = (name: string, missing: string): ReceivedFrame => received(name, null, { state: 'held', missing: [hash(missing)] });
  const quarantined = (name: string, seq: number | null = null): ReceivedFrame => received(name, seq, { state: 'quarantined', reason: 'role_forbids' });
  const offered = async (document = DOCUMENT) => must(store.offeredFrames(A, document));
  const version = async (document = DOCUMENT) => (await must(store.frameVersions(A))).find((one) => one.document === document)?.version;

  describe('frames for other devices', () => {
    it('are those that hold what is here', async () => {
      expect(await offered()).toEqual([]);
      await must(store.commitLocal(A, [sampleChange('one'), sampleChange('unsealed')]));
      await must(store.commitSealed(A, sampleFrame('one'), [hash('one')], 1));
      await receive(received('two', 4, merged(sampleChange('two'))), held('three', 'nowhere'), quarantined('four'), received('says nothing new', 5, merged()));
      await reopen();
      expect(await offered()).toEqual(['one', 'two', 'three'].map(frameId));
      expect(await must(store.offeredFrames(B, DOCUMENT))).toEqual([]);
      expect(await offered(OTHER)).toEqual([]);
    });

    it('are not those whose changes came in another one too', async () => {
      await receive(received('one', 1, merged(sampleChange('one'))));
      await receive(received('both', 2, merged(sampleChange('one'), sampleChange('two'))));
      expect(await offered()).toEqual([frameId('both')]);
    });

    it('are known, however they were judged', async () => {
      await receive(received('two', 4, merged(sampleChange('two'))), held('three', 'nowhere'), quarantined('four'));
      const all = ['two', 'three', 'four', 'five'].map(frameId);
      expect(await must(store.knownFrames(A, DOCUMENT, all))).toEqual(new Set(all.slice(0, 3)));
      expect(await must(store.knownFrames(A, OTHER, all))).toEqual(new Set());
      expect(await must(store.knownFrames(B, DOCUMENT, all))).toEqual(new Set());
    });

    it('are read one by one, with the word that others gave for a snapshot', async () => {
      const endorsements = [1, 2].map((byte) => ({ key: new Uint8Array(32).fill(byte), signature: new Uint8Array(64).fill(byte + 10) }));
      await receive(received('two', 4, merged(sampleChange('two'))), { ...received('snapshot', 5, merged(sampleChange('three'))), endorsements }, quarantined('four'));
      await reopen();
      const read = (name: string, ledger = A) => must(store.frame(ledger, DOCUMENT, frameId(name)));
      expect(await read('two')).toEqual({ ...sampleFrame('two'), endorsements: [] });
      expect(await read('snapshot')).toEqual({ ...sampleFrame('snapshot'), endorsements });
      // To a relay with another log the snapshots go first.
      expect(await must(store.waitingSnapshots(A))).toEqual([]);
      await must(store.resetRelayLog(A, id('another')));
      expect(await must(store.waitingSnapshots(A))).toEqual([{ document: DOCUMENT, frame: sampleFrame('snapshot').frame }]);
      expect([await read('four'), await read('five'), await read('two', B)]).toEqual([null, null, null]);
    });

    it('do not wait for a relay that has what they hold', async () => {
      await receive(received('snapshot', 4, merged(sampleChange('one'), sampleChange('two'))));
      await receive(received('a', null, merged(sampleChange('one'))), received('b', null, merged(sampleChange('two'), sampleChange('three'))), held('c', 'four'));
      await receive(received('c', null, merged(sampleChange('two'))), held('d', 'four'));
      const waiting = async () => (await must(store.waitingFrames(A, MUCH))).map(({ frame }) => frame);
      expect(await waiting()).toEqual(['b', 'd'].map(frameId));
      expect(await offered()).toEqual(['a', 'b', 'c', 'd'].map(frameId));
      expect((await must(store.changesUpTo(A, DOCUMENT, 1))).map((change) => change.hash)).toEqual([hash('one'), hash('two')]);
      // A relay that lost its log gets them all.
      await must(store.resetRelayLog(A, id('another log')));
      expect(await waiting()).toEqual(['snapshot', 'a', 'b', 'c', 'd'].map(frameId));
    });

    it('whose changes the relay holds in a snapshot are not sent again to a log that is read anew', async () => {
      const snapshot = (name: string, seq: number, ...changes: string[]) => ({ ...received(name, seq, merged(...changes.map((change) => sampleChange(change)))), endorsements: [] });
      await receive(received('a', 1, merged(sampleChange('one'))), received('b', 2, merged(sampleChange('two'), sampleChange('three'))), received('known', 3, merged()));
      await must(store.resetRelayLog(A, id('the same log')));
      const waiting = async () => (await must(store.waitingFrames(A, MUCH))).map(({ frame }) => frame);
      await receive(snapshot('known', 3, 'one', 'two'));
      expect(await waiting()).toEqual([frameId('b')]);
      await receive(snapshot('new', 4, 'one', 'two', 'three'));
      expect(await waiting()).not.toContain(frameId('a'));
      expect((await must(store.changesUpTo(A, DOCUMENT, 9))).map((change) => change.hash)).toEqual(['one', 'two', 'three'].map(hash));
    });

    it('have a version that changes with them, and only then', async () => {
      const seen = [await version()];
      const note = async () => void seen.push(await version());
      await receive(received('one', 1, merged(sampleChange('one'))));
      await note();
      await must(store.commitLocal(A, [sampleChange('two')]));
      await must(store.commitSealed(A, sampleFrame('two'), [hash('two')], 1));
      await note();
      await must(store.commitUnsealed(A, [sampleFrame('two')]));
      await must(store.commitSealed(A, sampleFrame('two anew'), [hash('two')], 2));
      await note();
      await receive(held('three', 'nowhere'));
      await note();
      expect(new Set(seen).size).toBe(seen.length);
      await receive(received('one', 7, merged(sampleChange('one'))));
      await must(store.commitLocal(A, [sampleChange('of another document', [], undefined, OTHER)]));
      expect(await version()).toBe(seen.at(-1));
    });
  });

  describe('what a snapshot may stand for', () => {
    const tail = async (document = DOCUMENT) => (await must(store.tails(A))).find((one) => one.document === document);
    const sizeOf = (...names: string[]) => names.reduce((sum, name) => sum + sampleFrame(name).bytes.length, 0);

    it('is what the log has since the last one', async () => {
      await receive(received('one', 1, merged(sampleChange('one'))), received('two', 2, merged(sampleChange('two'))), received('ours', null, merged(sampleChange('ours'))), quarantined('four', 3));
      await receive(received('elsewhere', 1, merged(), OTHER));
      expect(await tail()).toEqual({ document: DOCUMENT, covered: 0, frames: 2, bytes: sizeOf('one', 'two'), isHeld: false, isCut: false });
      await must(store.commitCovered(A, DOCUMENT, 1));
      await reopen();
      expect(await tail()).toMatchObject({ covered: 1, frames: 1, bytes: sizeOf('two') });
      await must(store.commitCovered(A, DOCUMENT, 2));
      await must(store.commitCovered(A, DOCUMENT, 1));
      expect(await tail()).toMatchObject({ covered: 2, frames: 0, bytes: 0 });
      expect(await tail(OTHER)).toMatchObject({ frames: 1 });
      await must(store.resetRelayLog(A, id('another log')));
      await receive(received('one', 1, merged(sampleChange('one'))));
      expect(await tail()).toMatchObject({ frames: 1 });
    });

    it('is not known where something is held, or is from before our time', async () => {
      await receive(held('three', 'nowhere'));
      expect(await tail()).toMatchObject({ isHeld: true, isCut: false });
      await receive(received('early', 1, { state: 'quarantined', reason: 'before_joining' }, OTHER));
      expect(await tail(OTHER)).toMatchObject({ isHeld: false, isCut: true });
    });

    it('are the changes that the log holds up to a number', async () => {
      await must(store.commitLocal(A, [sampleChange('one'), sampleChange('two', ['one']), sampleChange('three', ['two']), sampleChange('unsealed')]));
      await must(store.commitSealed(A, sampleFrame('a'), [hash('one'), hash('two')], 4));
      await must(store.commitSealed(A, sampleFrame('b'), [hash('three')], 5));
      await must(store.commitAcknowledged(A, [{ document: DOCUMENT, frame: frameId('a'), seq: 2 }], cursor('a', 2)));
      await receive(received('c', 1, mergedAt(6, [sampleChange('four')], { four: 'role_forbids' })));
      const upTo = async (seq: number) => (await must(store.changesUpTo(A, DOCUMENT, seq))).map((change) => [change.hash, change.record, textOf(change.bytes)]);
      const all = [[hash('one'), 4, 'one'], [hash('two'), 4, 'two'], [hash('four'), 6, 'four']];
      expect(await upTo(1)).toEqual(all.slice(2));
      expect(await upTo(2)).toEqual(all);
      expect(await upTo(9)).toEqual(all);
      expect(await must(store.changesUpTo(B, DOCUMENT, 9))).toEqual([]);
    });
  });
}
