import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { comparePlaces, toMoment } from '#domain/message-order.ts';
import type { RevisionOf } from '#domain/revision.ts';
import { nameRevision } from '#sync/revision-id.ts';
import { sampleId as id } from '#sync/sample.ts';
import type { Store, StoredChange } from '#sync/store.ts';
import { createReadMarks } from '#main/db/read-marks.ts';
import { openStore, type StoreFixture } from '#main/db/store.fixture.ts';

const LEDGER = id('ledger');
const CHATS = [null, id('entry')];
type Message = RevisionOf<'message'>;

interface Saying {
  about: number;
  after: number | null;
  at: number;
  text: string;
}

/** Who saw what, whatever the clocks said; some saw messages of another chat, or ones that never came. */
const sayingArbitrary: fc.Arbitrary<Saying> = fc.record({
  about: fc.nat({ max: 1 }),
  after: fc.option(fc.nat({ max: 25 }), { freq: 6 }),
  at: fc.oneof(fc.integer({ min: 0, max: 20 }), fc.constant(8.64e15)),
  text: fc.constantFrom('Dinner', '晚饭谁付', 'who pays'),
});
const chatArbitrary = fc.array(sayingArbitrary, { minLength: 1, maxLength: 20 }).map((all) => {
  const made: Message[] = [];
  for (const [index, { about, after, at, text }] of all.entries()) {
    const seen = after === null ? null : (made[after]?.id ?? id(`never came ${after}`));
    const body = { about: CHATS[about] ?? null, after: seen, content: { kind: 'text' as const, text } };
    made.push(nameRevision({ type: 'message', of: id(`message ${index}`), prev: [], at, by: id('Ada'), device: id(`device ${index % 3}`), body }));
  }
  return made;
});

/** The rule as it is written down, over all that is here. */
function ordered(messages: readonly Message[]): { about: string; id: string; moment: number }[] {
  const byId = new Map(messages.map((message) => [message.id, message]));
  const momentOf = ({ at, body: { about, after } }: Message): number => {
    const seen = after === null ? undefined : byId.get(after);
    return toMoment(at, seen && seen.body.about === about ? momentOf(seen) : undefined);
  };
  return messages
    .map((message) => ({ about: message.body.about ?? '', id: message.id, moment: momentOf(message) }))
    .toSorted((a, b) => (a.about < b.about ? -1 : a.about > b.about ? 1 : comparePlaces(a, b)));
}

const shown = ({ database }: StoreFixture) => database.prepare('SELECT about, id, moment FROM message ORDER BY about, moment, id').all();
const words = ({ database }: StoreFixture) => database.prepare<[], number>(`SELECT count(*) FROM message_search WHERE message_search MATCH 'din* OR 饭 OR pays'`).pluck().get();
const toChange = (message: Message, index: number): StoredChange => ({
  document: id(`document ${index % 2}`), hash: message.id.repeat(2), deps: [], actor: message.device + '00'.repeat(8), record: null, bytes: Uint8Array.of(index), revisions: [message],
});
async function commit(store: Store, changes: readonly StoredChange[], batch: number): Promise<void> {
  for (let from = 0; from < changes.length; from += batch) expect(await store.commitLocal(LEDGER, changes.slice(from, from + batch))).toMatchObject({ ok: true });
}
async function within(work: (fixture: StoreFixture) => Promise<void>): Promise<void> {
  const fixture = openStore();
  try {
    await work(fixture);
  } finally {
    fixture.remove();
  }
}

describe('messages', () => {
  it('stand in one order, whatever came first, and as a rebuild has it; what was seen comes before what answers it', async () => {
    await fc.assert(
      fc.asyncProperty(chatArbitrary, fc.integer({ min: 1, max: 20 }), fc.infiniteStream(fc.nat()), (messages, batch, lots) =>
        within(async (fixture) => {
          const shuffled = messages.map((message, index) => ({ change: toChange(message, index), lot: lots.next().value })).toSorted((a, b) => a.lot - b.lot);
          await commit(fixture.store, shuffled.map(({ change }) => change), batch);
          const wanted = ordered(messages);
          expect(shown(fixture)).toEqual(wanted);
          expect(words(fixture)).toBe(messages.length);
          const placeOf = new Map(wanted.map((place, index) => [place.id, index]));
          for (const { id: one, body: { about, after } } of messages) {
            const seen = messages.find((other) => other.id === after && other.body.about === about);
            if (seen) expect(placeOf.get(seen.id)).toBeLessThan(placeOf.get(one) ?? -1);
          }
          await fixture.writer.write(fixture.projection.rebuild);
          expect(shown(fixture)).toEqual(wanted);
          expect(words(fixture)).toBe(messages.length);
        })),
      { numRuns: 60 },
    );
  });

  it('stand as if refused ones had never come, and let in as if nobody had refused them', async () => {
    await fc.assert(
      fc.asyncProperty(chatArbitrary, fc.infiniteStream(fc.integer({ min: 0, max: 2 })), (messages, lots) =>
        within(async (fixture) => {
          const changes = messages.map(toChange);
          const refused = changes.filter(() => lots.next().value === 0);
          const judge = async (some: readonly StoredChange[], admitted: readonly StoredChange[]) =>
            expect(await fixture.store.commitRecords(LEDGER, id('device 0'), 0, [], {
              refused: some.map(({ document, hash }) => ({ document, hash, reason: 'role_forbids' as const })), admitted,
            })).toMatchObject({ ok: true });
          await commit(fixture.store, changes, 3);
          await judge(refused, []);
          const left = messages.filter((_, index) => !refused.includes(changes[index]!));
          expect(shown(fixture)).toEqual(ordered(left));
          expect(words(fixture)).toBe(left.length);
          await judge([], refused.toReversed());
          expect(shown(fixture)).toEqual(ordered(messages));
          expect(words(fixture)).toBe(messages.length);
        })),
      { numRuns: 40 },
    );
  });

  it('of one call are one card, of one text as many as were said', () =>
    within(async (fixture) => {
      const call = id('call');
      const say = (content: Message['body']['content'], of: string, by: string): Message =>
        nameRevision({ type: 'message', of, prev: [], at: 5, by: id(by), device: id(by), body: { about: null, after: null, content } });
      const cards = [null, 12, 9].map((seconds, index) => say({ kind: 'call', call, outcome: seconds === null ? 'missed' : 'completed', seconds }, call, `person ${index}`));
      const texts = ['I owe you 5', 'I owe you 500'].map((text, index) => say({ kind: 'text', text }, id('text'), `person ${index}`));
      const all = [...cards, ...texts].map(toChange);
      for (const one of all) await commit(fixture.store, [one], 1);
      const idsOf = () => shown(fixture).map((row) => (row as { id: string }).id).toSorted();
      expect(idsOf()).toEqual([cards[1], ...texts].map((one) => one?.id).toSorted());
      await fixture.writer.write(fixture.projection.rebuild);
      expect(idsOf()).toEqual([cards[1], ...texts].map((one) => one?.id).toSorted());
    }));

  it('whose clocks run backwards come in soon, the last ones first', () =>
    within(async (fixture) => {
      let after: string | null = null;
      const messages = Array.from({ length: 3_000 }, (_, index) => {
        const message: Message = nameRevision({ type: 'message', of: id(`m${index}`), prev: [], at: 1_000_000 - index, by: id('Ada'), device: id('device'), body: { about: null, after, content: { kind: 'text', text: 'x' } } });
        after = message.id;
        return message;
      });
      await commit(fixture.store, messages.toReversed().map(toChange), 250);
      expect(shown(fixture)).toEqual(ordered(messages.slice(0, 1)).concat(messages.slice(1).map(({ id: one }, index) => ({ about: '', id: one, moment: 1_000_001 + index }))));
    }));

  it('are news where they were written after this device came, or where its clock was wrong then; marked they stay so in a rebuild', () =>
    within(async (fixture) => {
      const { database, store, writer, projection } = fixture;
      const ledger = nameRevision({ type: 'ledger', of: LEDGER, prev: [], at: 0, by: id('Ada'), device: id('device'), body: { name: 'Flat', template: 'couple', currency: 'EUR', simplify: true } });
      const [old, news] = [Date.now() - 100_000, Date.now() + 100_000].map((at) =>
        nameRevision({ type: 'message', of: id(`at ${at}`), prev: [], at, by: id('Bo'), device: id('theirs'), body: { about: null, after: null, content: { kind: 'text', text: 'x' } } }));
      const unread = () => database.prepare<[], string>('SELECT id FROM message WHERE unread = 1').pluck().all();
      await store.commitLocal(LEDGER, [{ ...toChange(old!, 0), revisions: [ledger, old!] }]);
      await commit(store, [toChange(news!, 1)], 1);
      expect(unread()).toEqual([news?.id]);
      database.exec(`UPDATE revision SET seen_at = seen_at + 1000 * 86400000 WHERE type = 'ledger'`);
      await writer.write(projection.rebuild);
      expect(unread().toSorted()).toEqual([old?.id, news?.id].toSorted());

      const row = { key: 1 } as Parameters<ReturnType<typeof createReadMarks>['mark']>[0];
      const marks = createReadMarks(database, writer);
      expect(await marks.mark(row, null, old!.id)).toEqual({ ok: true, value: true });
      expect(await marks.mark(row, null, old!.id)).toEqual({ ok: true, value: false });
      expect(await marks.mark(row, id('another chat'), news!.id)).toEqual({ ok: true, value: false });
      await writer.write(projection.rebuild);
      expect(unread()).toEqual([news?.id]);
      // What comes in above the mark later is unread all the same.
      const late = nameRevision({ ...old!, of: id('late'), type: 'message', at: old!.at - 1 });
      await commit(store, [toChange(late, 2)], 1);
      expect(unread().toSorted()).toEqual([late.id, news?.id].toSorted());
      await writer.write(projection.rebuild);
      expect(unread().toSorted()).toEqual([late.id, news?.id].toSorted());
    }));
});
