/** What every adapter of the store port must do. An adapter's test calls `storeSuite` with a way to open an empty one. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LedgerId } from '#domain/ids.ts';
import { MAXIMUM_QUARANTINED_BYTES, QUARANTINED_HEAD_BYTES } from './quarantine.ts';
import { sampleEntry, sampleId as id, sampleMessage, samplePerson } from './sample.ts';
import { exchangeSuite } from './store.exchange.suite.ts';
import { membershipSuite } from './store.membership.suite.ts';
import { A, B, cursor, DOCUMENT, hash, merged, MUCH, must, OTHER, received, sampleChange, sampleFrame, textOf, type OpenedStore } from './store.sample.ts';
import type { FrameVerdict, QuarantineReason, Store } from './store.ts';

export type { OpenedStore } from './store.sample.ts';

export function storeSuite(name: string, open: () => Promise<OpenedStore>): void {
  describe(`store: ${name}, memberships`, () => {
    membershipSuite(open);
  });
  describe(`store: ${name}, exchanges`, () => {
    exchangeSuite(open);
  });
  describe(`store: ${name}`, () => {
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
    const names = (all: readonly { bytes: Uint8Array }[]): string[] => all.map(({ bytes }) => textOf(bytes));
    const changeNames = async (ledger = A, document = DOCUMENT) =>
      (await must(store.changes(ledger, document))).map(textOf);
    const unsealed = async (maximum = MUCH) => names((await must(store.nextUnsealed(A, maximum)))?.changes ?? []);
    const waiting = async (maximum = MUCH) => names(await must(store.waitingFrames(A, maximum)));
    const released = async (by: { document: string; hash: string } | null = null, maximum = MUCH) => must(store.releasedFrames(A, by, maximum));
    const revisionIds = async (ledger = A) => (await opened.revisions(ledger)).map((revision) => revision.id).toSorted();

    describe('with nothing in it', () => {
      it('has nothing of any ledger', async () => {
        expect(await must(store.documents(A))).toEqual([]);
        expect(await changeNames()).toEqual([]);
        expect(await must(store.nextUnsealed(A, MUCH))).toBeNull();
        expect(await waiting()).toEqual([]);
        expect(await released()).toEqual([]);
        expect(await must(store.cursors(A))).toEqual({ incarnation: null, cursors: [] });
        expect([...(await must(store.knownChanges(A, DOCUMENT, [hash('one')])))]).toEqual([]);
      });
    });

    describe('changes made here', () => {
      it('are kept in order, counted per document and wait for a frame', async () => {
        await must(store.commitLocal(A, [sampleChange('one', [], [sampleEntry('x'), samplePerson('y')]), sampleChange('two', ['one'])]));
        await must(store.commitLocal(A, [sampleChange('far', [], [sampleEntry('z')], OTHER)]));
        expect(await changeNames()).toEqual(['one', 'two']);
        expect((await must(store.documents(A))).toSorted((a, b) => b.revisions - a.revisions)).toEqual([
          { document: DOCUMENT, revisions: 3 },
          { document: OTHER, revisions: 1 },
        ]);
        expect([...(await must(store.knownChanges(A, DOCUMENT, [hash('two'), hash('far'), hash('no')])))]).toEqual([hash('two')]);
        expect(await unsealed()).toEqual(['one', 'two']);
        expect(await revisionIds()).toEqual([sampleEntry('x').id, samplePerson('y').id, sampleEntry('two').id, sampleEntry('z').id].toSorted());
      });

      it('tell by the first of them that counts what their document is for', async () => {
        expect(await must(store.firstType(A, DOCUMENT))).toBeNull();
        await must(store.commitLocal(A, [sampleChange('one', [], [sampleMessage('x')]), sampleChange('two', ['one'], [sampleEntry('y')])]));
        expect([await must(store.firstType(A, DOCUMENT)), await must(store.firstType(A, OTHER)), await must(store.firstType(B, DOCUMENT))]).toEqual(['message', null, null]);
        await must(store.commitRecords(A, id('device'), 0, [], { refused: [{ document: DOCUMENT, hash: hash('one'), reason: 'role_forbids' }], admitted: [] }));
        expect(await must(store.firstType(A, DOCUMENT))).toBe('entry');
        await reopen();
        expect(await must(store.firstType(A, DOCUMENT))).toBe('entry');
      });

      it('are there after the store was closed and opened', async () => {
        await must(store.commitLocal(A, [sampleChange('one'), sampleChange('two', ['one'])]));
        await reopen();
        expect(await changeNames()).toEqual(['one', 'two']);
        expect(await unsealed()).toEqual(['one', 'two']);
        expect(await opened.revisions(A)).toHaveLength(2);
      });

      it('add nothing when they are there already', async () => {
        await must(store.commitLocal(A, [sampleChange('one')]));
        await must(store.commitSealed(A, sampleFrame('one'), [hash('one')], 1));
        await must(store.commitLocal(A, [sampleChange('one')]));
        expect(await changeNames()).toEqual(['one']);
        expect(await must(store.nextUnsealed(A, MUCH))).toBeNull();
        expect(await must(store.documents(A))).toEqual([{ document: DOCUMENT, revisions: 1 }]);
      });

      it('of one ledger are not those of another, though every id is the same', async () => {
        await must(store.commitLocal(A, [sampleChange('one')]));
        await must(store.commitLocal(B, [sampleChange('one')]));
        await must(store.commitReceived(B, [received('two', 1, merged(sampleChange('two', ['one'])))], cursor('two', 1)));
        expect(await changeNames(A)).toEqual(['one']);
        expect(await changeNames(B)).toEqual(['one', 'two']);
        expect(await opened.revisions(A)).toEqual([sampleEntry('one')]);
        expect(await revisionIds(B)).toEqual([sampleEntry('one').id, sampleEntry('two').id].toSorted());
        expect(await unsealed()).toEqual(['one']);
        expect((await must(store.cursors(A))).cursors).toEqual([]);
        expect([...(await must(store.knownChanges(A, DOCUMENT, [hash('two')])))]).toEqual([]);
      });

      it('one revision in two changes is there once', async () => {
        await must(store.commitLocal(A, [sampleChange('one', [], [sampleEntry('twice')])]));
        await must(store.commitReceived(A, [received('two', 1, merged(sampleChange('two', [], [sampleEntry('twice')])))], cursor('two', 1)));
        expect(await opened.revisions(A)).toEqual([sampleEntry('twice')]);
        expect(await must(store.documents(A))).toEqual([{ document: DOCUMENT, revisions: 2 }]);
      });
    });

    describe('sealing and sending', () => {
      it('hands out changes of one document, oldest first, within a size but at least one', async () => {
        await must(store.commitLocal(A, [sampleChange('first'), sampleChange('second', ['first']), sampleChange('third', ['second'])]));
        await must(store.commitLocal(A, [sampleChange('other', [], [sampleEntry('other')], OTHER)]));
        expect(await unsealed('firstsecond'.length)).toEqual(['first', 'second']);
        expect(await unsealed(1)).toEqual(['first']);
        await must(store.commitSealed(A, sampleFrame('f'), [hash('first'), hash('second'), hash('third')], 1));
        expect(await must(store.nextUnsealed(A, MUCH))).toEqual({
          document: OTHER, changes: [{ hash: hash('other'), bytes: sampleChange('other').bytes }],
        });
      });

      it('keeps the sealed bytes until the relay has them, over a restart', async () => {
        await must(store.commitLocal(A, [sampleChange('one'), sampleChange('two', ['one'])]));
        await must(store.commitSealed(A, sampleFrame('one'), [hash('one')], 1));
        await must(store.commitSealed(A, sampleFrame('two'), [hash('two')], 1));
        await reopen();
        expect(await must(store.waitingFrames(A, MUCH))).toEqual([sampleFrame('one'), sampleFrame('two')]);
        expect(await waiting(1)).toEqual(['frame one']);
        expect(await waiting('frame oneframe two'.length)).toEqual(['frame one', 'frame two']);
        await must(store.commitAcknowledged(A, [{ ...sampleFrame('one'), seq: 1 }], cursor('one', 1)));
        await reopen();
        expect(await waiting()).toEqual(['frame two']);
        expect((await must(store.cursors(A))).cursors).toEqual([cursor('one', 1)]);
      });

      it('moves no cursor where an acknowledgement brings none', async () => {
        await must(store.commitLocal(A, [sampleChange('one')]));
        await must(store.commitSealed(A, sampleFrame('one'), [hash('one')], 1));
        await must(store.commitAcknowledged(A, [{ ...sampleFrame('one'), seq: 7 }], null));
        expect((await must(store.cursors(A))).cursors).toEqual([]);
        expect(await waiting()).toEqual([]);
      });

      it('seeing its own frame in the log counts as acknowledged', async () => {
        await must(store.commitLocal(A, [sampleChange('one')]));
        await must(store.commitSealed(A, sampleFrame('one'), [hash('one')], 1));
        await must(store.commitReceived(A, [received('one', 1, merged(sampleChange('one')))], cursor('one', 1)));
        expect(await waiting()).toEqual([]);
        expect(await changeNames()).toEqual(['one']);
        expect(await must(store.documents(A))).toEqual([{ document: DOCUMENT, revisions: 1 }]);
      });

      it('a change that comes back in a frame this device forgot needs no frame of its own', async () => {
        await must(store.commitLocal(A, [sampleChange('one'), sampleChange('two', ['one'])]));
        await must(store.commitReceived(A, [received('forgotten', 1, merged(sampleChange('one')))], cursor('forgotten', 1)));
        expect(await unsealed()).toEqual(['two']);
      });
    });

    describe('what came from the relay', () => {
      it('is merged with its cursor', async () => {
        await must(store.commitReceived(A, [
          received('one', 1, merged(sampleChange('one'))), received('two', 2, merged(sampleChange('two', ['one']), sampleChange('three', ['two']))),
        ], cursor('two', 2)));
        await reopen();
        expect(await changeNames()).toEqual(['one', 'two', 'three']);
        expect(await must(store.nextUnsealed(A, MUCH))).toBeNull();
        expect(await waiting()).toEqual([]);
        expect((await must(store.cursors(A))).cursors).toEqual([cursor('two', 2)]);
        expect(await opened.revisions(A)).toHaveLength(3);
      });

      it('moves the cursor of its own document only', async () => {
        await must(store.commitReceived(A, [received('one', 1, merged(sampleChange('one')))], cursor('one', 1)));
        await must(store.commitReceived(A, [received('far', 3, merged(sampleChange('far', [], [sampleEntry('far')], OTHER)), OTHER)], cursor('far', 3, OTHER)));
        const { cursors } = await must(store.cursors(A));
        expect(cursors.toSorted((a, b) => a.seq - b.seq)).toEqual([cursor('one', 1), cursor('far', 3, OTHER)]);
      });

      it('replayed, adds nothing', async () => {
        const frame = received('one', 1, merged(sampleChange('one')));
        await must(store.commitReceived(A, [frame], cursor('one', 1)));
        await must(store.commitReceived(A, [{ ...frame, seq: 2 }], cursor('one', 2)));
        expect(await changeNames()).toEqual(['one']);
        expect(await opened.revisions(A)).toHaveLength(1);
        expect((await must(store.cursors(A))).cursors).toEqual([cursor('one', 2)]);
      });

      it('is held until a new verdict, once, and released when the first change it misses is here', async () => {
        const held = received('late', 1, { state: 'held', missing: [hash('early'), hash('later')] });
        const early = { document: DOCUMENT, hash: hash('early') };
        await must(store.commitReceived(A, [held], cursor('late', 1)));
        await reopen();
        expect(await changeNames()).toEqual([]);
        expect(await released()).toEqual([]);
        expect(await released(early)).toEqual([]);
        await must(store.commitReceived(A, [received('early', 2, merged(sampleChange('early')))], cursor('early', 2)));
        await reopen();
        expect(await released()).toEqual([held]);
        expect(await released(early)).toEqual([held]);
        expect(await released({ ...early, document: OTHER })).toEqual([]);
        expect(await released({ ...early, hash: hash('later') })).toEqual([]);
        expect(await must(store.releasedFrames(B, null, MUCH))).toEqual([]);
        await must(store.commitReceived(A, [received('late', null, { state: 'held', missing: [hash('later')] })], null));
        expect(await released()).toEqual([]);
        await must(store.commitReceived(A, [received('later', 3, merged(sampleChange('later', ['early'])))], cursor('later', 3)));
        expect(names(await released())).toEqual(['frame late']);
        await must(store.commitReceived(A, [received('late', null, merged(sampleChange('late', ['early', 'later'])))], null));
        expect(await released()).toEqual([]);
        expect(await changeNames()).toEqual(['early', 'later', 'late']);
        expect((await must(store.cursors(A))).cursors).toEqual([cursor('later', 3)]);
        expect(await waiting()).toEqual([]);
        await must(store.commitReceived(A, [held], null));
        expect(await released()).toEqual([]);
      });

      it('is released within a size but at least one', async () => {
        const held = (name: string, seq: number) => received(name, seq, { state: 'held', missing: [hash('early')] });
        await must(store.commitReceived(A, [held('one', 1), held('two', 2), received('early', 3, merged(sampleChange('early')))], cursor('early', 3)));
        expect(await released(null, 1)).toHaveLength(1);
        expect(await released({ document: DOCUMENT, hash: hash('early') }, 'frame oneframe two'.length)).toHaveLength(2);
      });

      it('is quarantined and then neither merged nor sent', async () => {
        await must(store.commitReceived(A, [received('bad', 1, { state: 'quarantined', reason: 'seal_broken' })], cursor('bad', 1)));
        await must(store.resetRelayLog(A, id('another')));
        expect(await waiting()).toEqual([]);
        expect(await changeNames()).toEqual([]);
        expect(await opened.revisions(A)).toEqual([]);
      });

      it('is quarantined whole, but for its beginning alone where no honest relay hands it out', async () => {
        const large = (name: string, seq: number, reason: QuarantineReason) => ({ ...received(name, seq, { state: 'quarantined', reason }), bytes: new Uint8Array(10_000) });
        await must(store.commitReceived(A, [large('one', 1, 'seal_broken'), large('two', 2, 'signature_wrong')], cursor('two', 2)));
        expect(opened.quarantined(A)).toEqual([{ kept: 10_000, size: 10_000 }, { kept: QUARANTINED_HEAD_BYTES, size: 10_000 }]);
      });

      it('is quarantined in so many bytes per ledger, over a restart too; beyond, it only counts', async () => {
        const size = MAXIMUM_QUARANTINED_BYTES / 4;
        const quarantine = (ledger: LedgerId, name: string, seq: number) =>
          must(store.commitReceived(ledger, [{ ...received(name, seq, { state: 'quarantined', reason: 'seal_broken' }), bytes: new Uint8Array(size) }], cursor(name, seq)));
        for (let seq = 1; seq <= 3; seq += 1) await quarantine(A, `bad ${seq}`, seq);
        await reopen();
        for (let seq = 3; seq <= 6; seq += 1) await quarantine(A, `bad ${seq}`, seq);
        await quarantine(B, 'bad', 1);
        expect(opened.quarantined(A)).toEqual([size, size, size, size, 0, 0].map((kept) => ({ kept, size })));
        expect(opened.quarantined(B)).toEqual([{ kept: size, size }]);
        expect((await must(store.cursors(A))).cursors).toEqual([cursor('bad 6', 6)]);
      });

      it('under a foreign document is quarantined without touching the frame in its own', async () => {
        await must(store.commitLocal(A, [sampleChange('one')]));
        await must(store.commitSealed(A, sampleFrame('one'), [hash('one')], 1));
        await must(store.commitReceived(A, [received('one', 1, { state: 'quarantined', reason: 'foreign_document' }, OTHER)], cursor('one', 1, OTHER)));
        expect(await waiting()).toEqual(['frame one']);
        expect(await changeNames()).toEqual(['one']);
      });
    });

    describe('what is known of the log', () => {
      it('are the numbers of frames, as long as it is the same log, and how many are held', async () => {
        const held: FrameVerdict = { state: 'held', missing: [hash('no')] };
        await must(store.commitReceived(A, [received('one', 1, merged(sampleChange('one'))), received('two', 2, held)], cursor('two', 2)));
        await must(store.commitReceived(A, [received('two', 1, held, OTHER), received('bad', 2, { state: 'quarantined', reason: 'seal_broken' }, OTHER)], cursor('bad', 2, OTHER)));
        await must(store.commitLocal(A, [sampleChange('mine')]));
        await must(store.commitSealed(A, sampleFrame('mine'), [hash('mine')], 1));
        const numbers = async (document = DOCUMENT) => must(store.frameNumbers(A, document, ['one', 'two', 'mine', 'bad', 'never seen'].map((name) => sampleFrame(name).frame)));
        expect(await numbers()).toEqual(new Map([[sampleFrame('one').frame, 1], [sampleFrame('two').frame, 2]]));
        expect(await numbers(OTHER)).toEqual(new Map([[sampleFrame('two').frame, 1], [sampleFrame('bad').frame, 2]]));
        expect([await must(store.countHeld(A)), await must(store.countHeld(B))]).toEqual([2, 0]);
        await must(store.resetRelayLog(A, id('another log')));
        await reopen();
        expect((await numbers()).size).toBe(0);
        expect(await must(store.countHeld(A))).toBe(2);
      });
    });

    describe('what others miss', () => {
      it('is told of held frames, each change once; and counts as not at the relay where others doubt it', async () => {
        const held = (missing: string): FrameVerdict => ({ state: 'held', missing: [hash(missing), hash('more')] });
        await must(store.commitReceived(A, [received('one', 1, held('no')), received('two', 2, held('no')), received('three', 3, held('none'))], cursor('three', 3)));
        expect(await must(store.missingChanges(A, 10))).toEqual([{ document: DOCUMENT, hash: hash('no') }, { document: DOCUMENT, hash: hash('none') }]);
        expect(await must(store.missingChanges(A, 1))).toHaveLength(1);
        await must(store.commitReceived(A, [received('theirs', 4, merged(sampleChange('theirs')))], cursor('theirs', 4)));
        await must(store.commitLocal(A, [sampleChange('mine')]));
        await must(store.commitSealed(A, sampleFrame('mine'), [hash('mine')], 1));
        await must(store.commitAcknowledged(A, [{ ...sampleFrame('mine'), seq: 5 }], cursor('mine', 5)));
        expect(await waiting()).toEqual([]);
        await must(store.commitDoubted(A, DOCUMENT, [hash('mine'), hash('theirs'), hash('never seen')]));
        await must(store.commitDoubted(B, DOCUMENT, [hash('mine')]));
        await reopen();
        expect((await waiting()).toSorted()).toEqual(['frame mine', 'frame theirs']);
        expect((await must(store.cursors(A))).cursors).toEqual([cursor('mine', 5)]);
        await must(store.commitAcknowledged(A, [{ ...sampleFrame('mine'), seq: 5 }, { ...sampleFrame('theirs'), seq: 6 }], null));
        expect(await waiting()).toEqual([]);
      });
    });

    describe('another log at the relay', () => {
      it('forgets the cursors and sends everything again, oldest first', async () => {
        await must(store.resetRelayLog(A, id('first log')));
        await must(store.commitLocal(A, [sampleChange('mine')]));
        await must(store.commitSealed(A, sampleFrame('mine'), [hash('mine')], 1));
        await must(store.commitAcknowledged(A, [{ ...sampleFrame('mine'), seq: 1 }], cursor('mine', 1)));
        await must(store.commitReceived(A, [received('theirs', 2, merged(sampleChange('theirs', ['mine'])))], cursor('theirs', 2)));
        await must(store.commitReceived(A, [received('held', 3, { state: 'held', missing: [hash('no')] })], cursor('held', 3)));
        await must(store.commitLocal(B, [sampleChange('elsewhere')]));
        await must(store.commitSealed(B, sampleFrame('elsewhere'), [hash('elsewhere')], 1));
        await must(store.commitAcknowledged(B, [{ ...sampleFrame('elsewhere'), seq: 1 }], cursor('elsewhere', 1)));
        expect((await must(store.cursors(A))).incarnation).toBe(id('first log'));

        await must(store.resetRelayLog(A, id('second log')));
        await reopen();
        expect(await must(store.cursors(A))).toEqual({ incarnation: id('second log'), cursors: [] });
        expect(await waiting()).toEqual(['frame mine', 'frame theirs', 'frame held']);
        expect(await must(store.waitingFrames(B, MUCH))).toEqual([]);

        await must(store.commitReceived(A, [received('theirs', 1, merged(sampleChange('theirs', ['mine'])))], cursor('theirs', 1)));
        await must(store.commitAcknowledged(A, [{ ...sampleFrame('mine'), seq: 2 }], cursor('mine', 2)));
        expect(await waiting()).toEqual(['frame held']);
        expect(await changeNames()).toEqual(['mine', 'theirs']);
      });
    });
  });
}
