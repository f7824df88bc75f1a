/** What every adapter of the store port must do with the membership, and with changes that count for nothing because of it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sampleEntry, sampleId as id } from './sample.ts';
import { A, B, cursor, DOCUMENT, hash, merged, mergedAt, MUCH, must, OTHER, received, sampleChange, sampleFrame, textOf, type OpenedStore } from './store.sample.ts';
import type { RefusalReason, Store, StoredChange } from './store.ts';

export function membershipSuite(open: () => Promise<OpenedStore>): void {
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
  const record = (text: string): Uint8Array => new TextEncoder().encode(`record ${text}`);
  const records = async (ledger = A) => (await must(store.records(ledger))).map(textOf);
  const extend = (from: number, names: readonly string[], ledger = A) => must(store.commitRecords(ledger, id('device'), from, names.map(record), { refused: [], admitted: [] }));
  const judge = (refused: readonly string[], admitted: readonly StoredChange[] = [], reason: RefusalReason = 'written_after_removal') =>
    must(store.commitRecords(A, id('device'), 0, [], { refused: refused.map((name) => ({ document: DOCUMENT, hash: hash(name), reason })), admitted }));
  const shown = async () => (await opened.revisions(A)).map((revision) => revision.id).toSorted();
  const entries = (...names: string[]): string[] => names.map((name) => sampleEntry(name).id).toSorted();
  const unsealed = async () => ((await must(store.nextUnsealed(A, MUCH)))?.changes ?? []).map(({ bytes }) => textOf(bytes));
  const waiting = async () => (await must(store.waitingFrames(A, MUCH))).map(({ bytes }) => textOf(bytes));
  const changes = async () => (await must(store.changes(A, DOCUMENT))).map(textOf);
  const lineage = async () => (await must(store.lineage(A, DOCUMENT))).map((change) => [change.hash, change.record, change.refused]);

  describe('records of the membership', () => {
    it('are kept per ledger, in their order, and replaced from a number on', async () => {
      expect(await records()).toEqual([]);
      await extend(0, ['a', 'b', 'c']);
      await extend(0, ['x'], B);
      await extend(3, ['d']);
      await reopen();
      expect(await records()).toEqual(['record a', 'record b', 'record c', 'record d']);
      await extend(1, ['B', 'C']);
      expect(await records()).toEqual(['record a', 'record B', 'record C']);
      await extend(3, []);
      expect(await records()).toEqual(['record a', 'record B', 'record C']);
      expect(await records(B)).toEqual(['record x']);
    });

    it('have no gap', async () => {
      await extend(0, ['a']);
      await expect(extend(2, ['c'])).rejects.toThrow('gap');
      expect(await records()).toEqual(['record a']);
    });

    it('are a ledger without documents at first', async () => {
      await extend(0, ['a']);
      expect(await must(store.documents(A))).toEqual([]);
      expect(await opened.revisions(A)).toEqual([]);
    });
  });

  describe('records of another line', () => {
    it('take the place of the known ones, and what was sealed under those is sealed no more', async () => {
      await extend(0, ['a', 'b', 'c']);
      await must(store.commitReceived(A, [
        received('theirs', 1, mergedAt(1, [sampleChange('theirs')])), received('left', 2, mergedAt(2, [sampleChange('left', ['theirs'])])),
        received('bad', 3, { state: 'quarantined', reason: 'membership_forked' }),
      ], cursor('bad', 3)));
      await must(store.commitLocal(A, [sampleChange('mine', ['left']), sampleChange('waits', ['mine'])]));
      await must(store.commitSealed(A, sampleFrame('mine'), [hash('mine')], 2));
      await must(store.commitAcknowledged(A, [{ ...sampleFrame('mine'), seq: 4 }], cursor('mine', 4)));
      await must(store.commitOtherLine(A, id('device'), 2, [record('C'), record('D')], {
        refused: [{ document: DOCUMENT, hash: hash('left'), reason: 'other_line' }], admitted: [], made: [sampleChange('made', ['theirs'])],
      }));
      await reopen();
      expect(await records()).toEqual(['record a', 'record b', 'record C', 'record D']);
      expect(await lineage()).toEqual([
        [hash('theirs'), 1, null], [hash('left'), null, 'other_line'], [hash('mine'), null, null], [hash('waits'), null, null], [hash('made'), null, null],
      ]);
      expect(await shown()).toEqual(entries('theirs', 'mine', 'waits', 'made'));
      // The log is to be read from its start, and nothing is known to be in it; the frames of the line that is left are gone.
      expect(await must(store.cursors(A))).toEqual({ incarnation: null, cursors: [] });
      expect(await waiting()).toEqual([textOf(sampleFrame('theirs').bytes)]);
      expect(await unsealed()).toEqual(['mine', 'waits', 'made'].map((name) => textOf(sampleChange(name).bytes)));
      expect([...(await must(store.knownFrames(A, DOCUMENT, ['theirs', 'left', 'bad', 'mine'].map((name) => sampleFrame(name).frame))))]).toEqual([sampleFrame('theirs').frame]);
    });

    it('let a change count again as soon as a frame of the line holds it', async () => {
      await extend(0, ['a', 'b']);
      await must(store.commitReceived(A, [received('left', 1, mergedAt(1, [sampleChange('left')]))], cursor('left', 1)));
      await must(store.commitOtherLine(A, id('device'), 1, [record('B')], { refused: [{ document: DOCUMENT, hash: hash('left'), reason: 'other_line' }], admitted: [], made: [] }));
      expect(await shown()).toEqual([]);
      await must(store.commitReceived(A, [received('anew', 1, mergedAt(1, [sampleChange('left')]))], cursor('anew', 1)));
      expect(await lineage()).toEqual([[hash('left'), 1, null]]);
      expect(await shown()).toEqual(entries('left'));
    });
  });

  describe('the lineage of changes', () => {
    it('says what each change rests on, whose it is, and what its author knew', async () => {
      await must(store.commitLocal(A, [sampleChange('one'), sampleChange('two', ['one'])]));
      await must(store.commitSealed(A, sampleFrame('one'), [hash('one')], 4));
      await must(store.commitReceived(A, [received('three', 1, mergedAt(7, [sampleChange('three', ['one', 'two'])], { three: 'role_forbids' }))], cursor('three', 1)));
      await reopen();
      const { actor } = sampleChange('one');
      expect(await must(store.lineage(A, DOCUMENT))).toEqual([
        { hash: hash('one'), deps: [], actor, record: 4, refused: null },
        { hash: hash('two'), deps: [hash('one')], actor, record: null, refused: null },
        { hash: hash('three'), deps: [hash('one'), hash('two')], actor, record: 7, refused: 'role_forbids' },
      ]);
      expect(await must(store.lineage(A, OTHER))).toEqual([]);
      expect(await must(store.lineage(B, DOCUMENT))).toEqual([]);
    });

    it('names the earliest record, whichever of two frames with one change came first', async () => {
      const [early, late] = [mergedAt(3, [sampleChange('one')]), mergedAt(9, [sampleChange('one')])];
      await must(store.commitReceived(A, [received('early', 1, early), received('late', 2, late)], cursor('late', 2)));
      await must(store.commitReceived(B, [received('late', 1, late), received('early', 2, early)], cursor('early', 2)));
      for (const ledger of [A, B]) {
        expect(await must(store.lineage(ledger, DOCUMENT))).toMatchObject([{ record: 3, refused: null }]);
        expect(await opened.revisions(ledger)).toEqual([sampleEntry('one')]);
      }
    });

    it('of a change that is here leaves to a review whether it counts', async () => {
      await must(store.commitReceived(A, [received('first', 1, mergedAt(4, [sampleChange('one')])), received('second', 2, mergedAt(3, [sampleChange('one')], { one: 'role_forbids' }))], null));
      expect(await lineage()).toEqual([[hash('one'), 3, null]]);
      expect(await shown()).toEqual(entries('one'));
    });

    it('takes a frame at its word about a change that was not sealed here', async () => {
      await must(store.commitLocal(A, [sampleChange('one')]));
      await must(store.commitReceived(A, [received('forgotten', 1, mergedAt(3, [sampleChange('one')], { one: 'role_forbids' }))], null));
      expect(await lineage()).toEqual([[hash('one'), 3, 'role_forbids']]);
      expect(await shown()).toEqual([]);
      expect(await unsealed()).toEqual([]);
    });
  });

  describe('a change that is refused', () => {
    const all = ['one', 'two', 'three'] as const;
    const receiveAll = () => must(store.commitReceived(A, [received('f', 1, merged(sampleChange('one'), sampleChange('two', ['one']), sampleChange('three', ['two'])))], cursor('f', 1)));

    it('in a frame with others stays out of the read model; the others are shown', async () => {
      const frame = received('f', 1, mergedAt(2, [sampleChange('one'), sampleChange('two', ['one']), sampleChange('three', ['two'])], { two: 'written_after_removal' }));
      await must(store.commitReceived(A, [frame], cursor('f', 1)));
      await must(store.commitReceived(A, [{ ...frame, seq: 2 }], cursor('f', 2)));
      expect(await shown()).toEqual(entries('one', 'three'));
      expect(await changes()).toEqual([...all]);
    });

    it('later goes out of the read model, and is known all the same', async () => {
      await receiveAll();
      await judge(['two', 'three']);
      await reopen();
      expect(await shown()).toEqual(entries('one'));
      expect(await changes()).toEqual([...all]);
      expect(await lineage()).toEqual([[hash('one'), 1, null], [hash('two'), 1, 'written_after_removal'], [hash('three'), 1, 'written_after_removal']]);
      expect(await must(store.knownChanges(A, DOCUMENT, all.map(hash)))).toEqual(new Set(all.map(hash)));
      expect(await must(store.documents(A))).toEqual([{ document: DOCUMENT, revisions: 3 }]);
      expect(await must(store.refusedChanges(A))).toEqual(
        ['two', 'three'].map((name) => ({ document: DOCUMENT, hash: hash(name), record: 1, reason: 'written_after_removal', bytes: new TextEncoder().encode(name) })),
      );
      expect(await must(store.refusedChanges(B))).toEqual([]);
    });

    it('stays refused when its frame comes again or is refused for another reason', async () => {
      await receiveAll();
      await judge(['two']);
      await judge(['two'], [], 'role_forbids');
      await receiveAll();
      await must(store.commitLocal(A, [sampleChange('two', ['one'])]));
      expect((await lineage())[1]).toEqual([hash('two'), 1, 'role_forbids']);
      expect(await shown()).toEqual(entries('one', 'three'));
    });

    it('and let in after all comes back', async () => {
      await receiveAll();
      await judge(['two', 'three']);
      await judge([], [sampleChange('two', ['one'])]);
      await reopen();
      expect(await shown()).toEqual(entries('one', 'two'));
      expect((await lineage())[1]).toEqual([hash('two'), 1, null]);
      await judge([], [sampleChange('three', ['two']), sampleChange('two', ['one'])]);
      expect(await shown()).toEqual(entries(...all));
      expect(await must(store.refusedChanges(A))).toEqual([]);
      expect(await unsealed()).toEqual([]);
    });

    it('and is not here is passed over', async () => {
      await receiveAll();
      await judge(['never seen'], [sampleChange('nor this')]);
      expect(await changes()).toEqual([...all]);
      expect(await shown()).toEqual(entries(...all));
    });

    it('takes nothing with it that another change says too', async () => {
      await must(store.commitReceived(A, [
        received('one', 1, merged(sampleChange('one', [], [sampleEntry('twice'), sampleEntry('once')]))),
        received('two', 2, merged(sampleChange('two', [], [sampleEntry('twice')]))),
      ], cursor('two', 2)));
      await judge(['one']);
      expect(await shown()).toEqual(entries('twice'));
      await judge(['two']);
      expect(await shown()).toEqual([]);
      await judge([], [sampleChange('one', [], [sampleEntry('twice'), sampleEntry('once')])]);
      expect(await shown()).toEqual(entries('twice', 'once'));
    });

    it('is never handed out to be sealed, and is again when it is let in', async () => {
      await must(store.commitLocal(A, [sampleChange('one'), sampleChange('two', ['one']), sampleChange('three', ['two'])]));
      await judge(['one', 'two']);
      expect(await unsealed()).toEqual(['three']);
      await must(store.resetRelayLog(A, id('another log')));
      expect(await unsealed()).toEqual(['three']);
      await judge([], [sampleChange('two', ['one'])]);
      expect(await unsealed()).toEqual(['two', 'three']);
      await judge(['two', 'three']);
      expect(await must(store.nextUnsealed(A, MUCH))).toBeNull();
    });

    it('is sent with its frame to a relay that lost its log', async () => {
      await receiveAll();
      await judge(['two']);
      await must(store.resetRelayLog(A, id('another log')));
      expect(await waiting()).toEqual(['frame f']);
      expect(await unsealed()).toEqual([]);
    });
  });

  describe('a frame that the relay will not take as it is', () => {
    it('is forgotten, and what it held is sealed anew in its old order', async () => {
      await must(store.commitLocal(A, [sampleChange('one'), sampleChange('two', ['one']), sampleChange('three', ['two'])]));
      await must(store.commitSealed(A, sampleFrame('f'), [hash('one'), hash('two')], 3));
      await must(store.commitUnsealed(A, [{ document: DOCUMENT, frame: sampleFrame('f').frame }]));
      await reopen();
      expect(await waiting()).toEqual([]);
      expect(await unsealed()).toEqual(['one', 'two', 'three']);
      expect((await lineage()).map(([, number]) => number)).toEqual([null, null, null]);
      await must(store.commitSealed(A, sampleFrame('g'), [hash('one'), hash('two')], 4));
      expect(await waiting()).toEqual(['frame g']);
      expect((await lineage()).map(([, number]) => number)).toEqual([4, 4, null]);
      expect(await shown()).toEqual(entries('one', 'two', 'three'));
    });

    it('is not sealed anew with what came after changes that are in another one', async () => {
      await must(store.commitLocal(A, [sampleChange('one'), sampleChange('two', ['one'])]));
      await must(store.commitSealed(A, sampleFrame('f'), [hash('one'), hash('two')], 3));
      await must(store.commitReceived(A, [received('theirs', 1, merged(sampleChange('three', ['two'])))], cursor('theirs', 1)));
      await must(store.commitLocal(A, [sampleChange('four', ['three']), sampleChange('elsewhere', [], undefined, OTHER)]));
      await must(store.commitUnsealed(A, [{ document: DOCUMENT, frame: sampleFrame('f').frame }]));
      expect(await unsealed()).toEqual(['one', 'two']);
      await must(store.commitSealed(A, sampleFrame('g'), [hash('one'), hash('two')], 4));
      expect(await unsealed()).toEqual(['four']);
    });

    it('gives nothing back that was refused meanwhile', async () => {
      await must(store.commitLocal(A, [sampleChange('one'), sampleChange('two', ['one'])]));
      await must(store.commitSealed(A, sampleFrame('f'), [hash('one'), hash('two')], 3));
      await judge(['two']);
      await must(store.commitUnsealed(A, [{ document: DOCUMENT, frame: sampleFrame('f').frame }]));
      expect(await unsealed()).toEqual(['one']);
      await judge([], [sampleChange('two', ['one'])]);
      expect(await unsealed()).toEqual(['one', 'two']);
    });

    it('stays where the relay has it, or it is not known', async () => {
      await must(store.commitLocal(A, [sampleChange('one')]));
      await must(store.commitSealed(A, sampleFrame('f'), [hash('one')], 3));
      await must(store.commitAcknowledged(A, [{ ...sampleFrame('f'), seq: 1 }], null));
      await must(store.commitUnsealed(A, ['f', 'g'].map((name) => ({ document: DOCUMENT, frame: sampleFrame(name).frame }))));
      expect(await unsealed()).toEqual([]);
      expect((await lineage()).map(([, number]) => number)).toEqual([3]);
    });
  });
}
