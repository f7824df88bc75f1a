import { beforeEach, describe, expect, it } from 'vitest';
import { failure, success, type Result } from '#domain/result.ts';
import type { Conversation } from './conversation.ts';
import { createOutbound } from './outbound.ts';
import { parseFrame } from './protocol/frames.ts';
import type { ClientMessage, Refusal, RelayMessage } from './protocol/messages.ts';
import type { LedgerAccess } from './access.ts';
import { makeEpoch, makeRemoval, makeRole } from './records.ts';
import { createRepo } from './repo.ts';
import { commitAccess, reviewDocuments } from './review.ts';
import { must, randomBytes as random, sampleLedger, type SampleLedger, type SampleMember } from './sample.access.ts';
import { sampleEntry, sampleId } from './sample.ts';
import { createMemoryStore } from './store.memory.ts';
import { createTurns } from './turns.ts';

type Append = Extract<ClientMessage, { type: 'append' }>;
type Appended = Extract<RelayMessage, { type: 'appended' }>;
const MUCH = 10_000_000;

type Sent = { document: string; frame: string; seq: number }[];
type Answer = (frames: Sent) => Result<Omit<Appended, 'type' | 'id'>, never> | ReturnType<typeof failure<'relay_full'>>;
const takeAll: Answer = (stored) => success({ stored, refused: [] });

let book: SampleLedger;
let bo: SampleMember;
beforeEach(async () => {
  book = await sampleLedger();
  bo = await book.welcome('Bo');
});

/** Bo's device with so many entries to send, and a relay that answers as it is told. */
async function setUp(entries: number, answer: Answer) {
  const { ledger } = book;
  const store = createMemoryStore();
  let salt = 0;
  const randomBytes = (length: number) => new Uint8Array(length).fill(++salt);
  const device = bo.seat.id;
  const repo = createRepo({ store, deviceIn: async () => device, randomBytes, newId: () => sampleId(`document ${++salt}`), pause: async () => {} });
  const write = (count: number, name = 'entry') => repo.write(ledger, Array.from({ length: count }, (_, index) => sampleEntry(`${name} ${index}`, { device })));
  let access = await book.access(bo);
  /** Learns the records that the sample ledger has by now. */
  const fetch = async (): Promise<Result<void, never>> => {
    const known = access.records.length;
    access = await book.access(bo);
    await must(commitAccess({ access, store, repo }, known));
    return success(undefined);
  };
  await must(commitAccess({ access, store, repo }, 0));
  await write(entries);
  const setting = { answer };
  const sent: Uint8Array[][] = [];
  const conversation = {
    async request(message: Omit<Append, 'id'>) {
      sent.push(message.frames);
      const waiting = await must(store.waitingFrames(ledger, MUCH));
      const frames = waiting.filter(({ bytes }) => message.frames.includes(bytes)).map(({ document, frame }, index) => ({ document, frame, seq: index + 1 }));
      const answered = setting.answer(frames);
      return answered.ok ? success({ type: 'appended', id: 1, ...answered.value }) : answered;
    },
  } as Pick<Conversation, 'request'>;
  const outbound = createOutbound({
    ledger, access: () => access, store, conversation, randomBytes, inTurn: createTurns(),
    line: {
      fetch,
      review: (documents) => reviewDocuments({ access, store, repo }, documents),
      async append(make) {
        const record = await make(access);
        if (!record.ok) return record;
        await book.add(record.value);
        return fetch();
      },
    },
    inbound: { acknowledge: async (stored) => store.commitAcknowledged(ledger, stored, null) },
  });
  const waiting = async () => (await must(store.waitingFrames(ledger, MUCH))).map(({ frame }) => frame);
  /** Steps until it says that there is nothing to do, or for so long that it never would. */
  const drain = async () => {
    for (let steps = 0; steps < 100; steps += 1) {
      const step = await outbound.step();
      if (!step.ok || !step.value) return steps;
    }
    throw new Error('goes round in circles');
  };
  return { store, repo, outbound, sent, waiting, drain, write, fetch, setting, headers: () => sent.flat().map((bytes) => headerOf(bytes)), known: (): LedgerAccess => access };
}
function headerOf(bytes: Uint8Array) {
  const parsed = parseFrame(bytes);
  if (!parsed.ok) throw new Error(parsed.code);
  return parsed.value.header;
}
const refuse = (frames: Sent, reason: Refusal) => success({ stored: [], refused: frames.map(({ frame }) => ({ frame, reason })) });

describe('sending', () => {
  it('sends nothing when there is nothing', async () => {
    const { outbound, sent } = await setUp(0, () => success({ stored: [], refused: [] }));
    expect(await outbound.step()).toEqual({ ok: true, value: false });
    expect(sent).toEqual([]);
  });

  it('packs many changes into few frames', async () => {
    const { outbound, sent, waiting } = await setUp(2_000, (stored) => success({ stored, refused: [] }));
    while ((await outbound.step()).ok && (await waiting()).length > 0);
    expect(sent.flat().length).toBeLessThan(15);
    expect(await waiting()).toEqual([]);
  });

  it('sends exactly the same bytes again after a failure', async () => {
    let isFull = true;
    const { outbound, sent, waiting } = await setUp(3, (stored) => (isFull ? failure('relay_full') : success({ stored, refused: [] })));
    expect(await outbound.step()).toEqual({ ok: false, code: 'relay_full' });
    expect(await waiting()).toHaveLength(1);
    isFull = false;
    expect(await outbound.step()).toEqual({ ok: true, value: true });
    expect(sent[1]).toEqual(sent[0]);
    expect(await waiting()).toEqual([]);
  });

  it('a frame refused for what it is stays, says why and holds up no other', async () => {
    const { outbound, waiting } = await setUp(2_000, (frames) => success({
      stored: frames.filter(({ seq }) => seq !== 1), refused: frames.filter(({ seq }) => seq === 1).map(({ frame }) => ({ frame, reason: 'frame_too_large' as const })),
    }));
    expect(await outbound.step()).toEqual({ ok: true, value: true });
    const [refused] = await waiting();
    expect(outbound.leftOver()).toBe('frame_too_large');
    for (let step = 0; step < 20; step += 1) await outbound.step();
    expect(await waiting()).toContain(refused);
    expect(await outbound.step()).toEqual({ ok: true, value: false });
  });

  it.each<[string, (frames: { document: string; frame: string; seq: number }[]) => Omit<Appended, 'type' | 'id'>]>([
    ['of no frame', () => ({ stored: [], refused: [] })],
    ['of a frame nobody sent', () => ({ stored: [{ document: sampleId('x'), frame: sampleId('y'), seq: 1 }], refused: [] })],
    ['of another document', (frames) => ({ stored: frames.map((one) => ({ ...one, document: sampleId('x') })), refused: [] })],
    ['that refuses what nobody sent', (frames) => ({ stored: [], refused: frames.map(() => ({ frame: sampleId('y'), reason: 'quota' as const })) })],
  ])('an answer %s is nonsense, and loses nothing', async (_, answer) => {
    const { outbound, waiting } = await setUp(1, (frames) => success(answer(frames)));
    expect(await outbound.step()).toEqual({ ok: false, code: 'relay_nonsense' });
    expect(await waiting()).toHaveLength(1);
  });
});

describe('a frame that was sealed too early', () => {
  it('is sealed anew under the present epoch and record, once, and then goes', async () => {
    const { sent, waiting, drain, setting, headers } = await setUp(3, (frames) => refuse(frames, 'epoch_stale'));
    await book.add(makeEpoch(await book.access(book.owner), [], random));
    setting.answer = (frames) => (sent.length === 1 ? refuse(frames, 'epoch_stale') : takeAll(frames));
    await drain();
    expect(headers().map(({ epoch, record }) => [epoch, record])).toEqual([[0, 2], [1, 3]]);
    expect(await waiting()).toEqual([]);
  });

  it('is not sealed anew for ever by a relay that is never content', async () => {
    const { sent, outbound, waiting, drain } = await setUp(600, (frames) => refuse(frames, 'epoch_stale'));
    await drain();
    const count = sent.length;
    expect(count).toBeLessThan(10);
    expect(outbound.leftOver()).toBe('epoch_stale');
    expect(await waiting()).not.toEqual([]);
    await drain();
    expect(sent).toHaveLength(count);
  });

  it('does not vouch any more for what it rests on, as nobody who sees it anew could tell', async () => {
    const cy = await book.welcome('Cy');
    const { store, drain, write, fetch, setting, repo } = await setUp(0, takeAll);
    const theirs = createMemoryStore();
    const theirRepo = createRepo({ store: theirs, deviceIn: async () => cy.seat.id, randomBytes: random, newId: () => sampleId('their document'), pause: async () => {} });
    await theirRepo.write(book.ledger, [sampleEntry('by Cy', { device: cy.seat.id })]);
    const { document, changes: [first] } = (await must(theirs.nextUnsealed(book.ledger, MUCH)))!;
    const change = await must(repo.readChange(document, first!.bytes, 4));
    await must(store.commitReceived(book.ledger, [{ document, frame: sampleId('theirs'), seq: 1, bytes: new Uint8Array(), verdict: { state: 'merged', changes: [change], refused: new Map() } }], null));
    await write(1, 'on it');
    setting.answer = () => failure('relay_full');
    await drain();
    await book.add(makeRemoval(await book.access(book.owner), { type: 'remove', member: cy.member }, new Map(), random));
    await fetch();
    expect(store.revisions(book.ledger)).toHaveLength(2);
    setting.answer = (frames) => refuse(frames, 'epoch_stale');
    await drain();
    setting.answer = takeAll;
    await drain();
    expect(store.revisions(book.ledger).map(({ device }) => device)).toEqual([bo.seat.id]);
    expect((await must(store.refusedChanges(book.ledger))).map(({ hash }) => hash)).toEqual([change.hash]);
  });

  it('of a relay that lost its log is one of many, and all of them come through', async () => {
    const { store, waiting, drain, write, fetch, setting, headers, known } = await setUp(300, takeAll);
    for (let round = 0; round < 4; round += 1) {
      await drain();
      await book.add(makeEpoch(await book.access(book.owner), [], random));
      await fetch();
      await write(300, `round ${round}`);
    }
    await drain();
    await must(store.resetRelayLog(book.ledger, sampleId('another log')));
    const before = headers().length;
    setting.answer = (frames) => {
      const isPresent = new Set(headers().filter(({ epoch }) => epoch === known().current?.epoch));
      const last = headers().slice(-frames.length);
      return success({ stored: frames.filter((_, index) => isPresent.has(last[index]!) || last[index]!.epoch === 4), refused: frames.filter((_, index) => last[index]!.epoch !== 4).map(({ frame }) => ({ frame, reason: 'epoch_stale' as const })) });
    };
    await drain();
    expect(await waiting()).toEqual([]);
    expect(headers().length - before).toBeLessThan(40);
  });

  it('after somebody left makes its author begin the epoch that is owed', async () => {
    const { waiting, drain, setting, headers, known, sent } = await setUp(1, takeAll);
    const cy = await book.welcome('Cy');
    await book.add(makeRemoval(await book.access(cy), { type: 'remove', member: cy.member }, new Map(), random));
    setting.answer = (frames) => (sent.length === 1 ? refuse(frames, 'epoch_owed') : takeAll(frames));
    await drain();
    expect(known().membership.isRotationOwed).toBe(false);
    expect(headers().map(({ epoch }) => epoch)).toEqual([0, 1]);
    expect(await waiting()).toEqual([]);
  });

  it('and whose author may not write any more is refused here too, and goes when they may again', async () => {
    const { store, outbound, waiting, drain, setting, sent, fetch } = await setUp(1, takeAll);
    await book.add(makeRole(await book.access(book.owner), bo.member, 'viewer', new Map(), random));
    setting.answer = (frames) => refuse(frames, 'role_forbids');
    await drain();
    expect(await waiting()).toEqual([]);
    await drain();
    expect(store.revisions(book.ledger)).toEqual([]);
    expect(await must(store.refusedChanges(book.ledger))).toHaveLength(1);
    expect(await must(store.nextUnsealed(book.ledger, MUCH))).toBeNull();

    await book.add(makeRole(await book.access(book.owner), bo.member, 'editor', null, random));
    setting.answer = takeAll;
    await fetch();
    await drain();
    expect(store.revisions(book.ledger)).toHaveLength(1);
    expect(await must(store.refusedChanges(book.ledger))).toEqual([]);
    expect(await waiting()).toEqual([]);
    expect(outbound.leftOver()).toBeNull();
    expect(sent).toHaveLength(2);
  });

  it('by somebody who lost the right and has it again is sealed anew before it goes', async () => {
    const { store, waiting, drain, setting, headers, fetch } = await setUp(1, () => failure('relay_full'));
    await drain();
    await book.add(makeRole(await book.access(book.owner), bo.member, 'viewer', new Map(), random));
    await book.add(makeRole(await book.access(book.owner), bo.member, 'editor', null, random));
    setting.answer = takeAll;
    await fetch();
    await drain();
    expect(headers().map(({ record }) => record)).toEqual([2, 4]);
    expect(await waiting()).toEqual([]);
    expect(store.revisions(book.ledger)).toHaveLength(1);
  });

  it('and whose author was not given the key of the present epoch goes under the next one, which they begin', async () => {
    const owner = await book.access(book.owner);
    await book.add(makeEpoch({ ...owner, cards: new Map([...owner.cards].filter(([key]) => key !== bo.seat.key)) }, [], random));
    const { drain, waiting, headers, known } = await setUp(1, takeAll);
    expect(known().current).toBeUndefined();
    await drain();
    expect(headers().map(({ epoch }) => epoch)).toEqual([2]);
    expect(await waiting()).toEqual([]);
    expect((await book.access(book.owner)).current?.epoch).toBe(2);
  });

  it('stays, with a reason, where that would keep the key from somebody else', async () => {
    const owner = await book.access(book.owner);
    await book.add(makeEpoch({ ...owner, cards: new Map([...owner.cards].filter(([key]) => key !== bo.seat.key)) }, [], random));
    await book.welcome('Cy'); // whose card Bo cannot read
    const { outbound, sent, drain, store } = await setUp(1, takeAll);
    await drain();
    expect(outbound.leftOver()).toBe('key_missing');
    expect(sent).toEqual([]);
    expect(store.revisions(book.ledger)).toHaveLength(1);
  });
});
