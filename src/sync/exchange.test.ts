import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createParty, handOver, type Party } from './sample.exchange.ts';
import { must, randomBytes, sampleLedger, type SampleLedger, type SampleMember } from './sample.access.ts';
import { endorsementToSignedBytes } from './protocol/messages.ts';
import { makeEpoch, makeRemoval } from './records.ts';
import { sealFrame, sealSnapshot } from './seal.ts';
import { sampleId } from './sample.ts';

async function setUp(): Promise<{ ledger: SampleLedger; bo: SampleMember; a: Party; b: Party }> {
  const ledger = await sampleLedger();
  const bo = await ledger.welcome('Bo');
  return { ledger, bo, a: await createParty(ledger, ledger.owner), b: await createParty(ledger, bo) };
}
const framesOf = async ({ exchange }: Party) => {
  const documents = [...(await must(exchange.summary())).keys()];
  const frames = await Promise.all(documents.map(async (document) => Promise.all((await must(exchange.offers(document))).map((frame) => must(exchange.read(document, frame))))));
  return frames.flat().filter((frame) => frame !== null);
};
const waiting = async ({ store }: Party, { ledger }: SampleLedger): Promise<number> => (await must(store.waitingFrames(ledger, 1_000_000))).length;
const remove = (ledger: SampleLedger, by: Party, member: string) => ledger.add(makeRemoval(by.access(), { type: 'remove', member }, new Map(), randomBytes));

describe('two devices without a relay', () => {
  it('come to hold the same, and all of it still waits for the relay', async () => {
    const { ledger, a, b } = await setUp();
    await a.write('dinner', 'taxi');
    await b.write('train');
    expect(await handOver(a, b)).toMatchObject({ unsound: 0, ahead: 0 });
    await handOver(b, a);
    expect(a.names()).toEqual(['dinner', 'taxi', 'train']);
    expect(b.names()).toEqual(a.names());
    expect(await waiting(a, ledger)).toBe(await waiting(b, ledger));
    expect(await must(a.exchange.summary())).toEqual(await must(b.exchange.summary()));
    expect([await handOver(a, b), await handOver(b, a)]).toEqual([{ fresh: 0, unsound: 0, ahead: 0 }, { fresh: 0, unsound: 0, ahead: 0 }]);
    expect(b.taken()).toBe(1);
  });

  it('take frames in any order: what rests on others waits for them', async () => {
    const { a, b } = await setUp();
    for (const name of ['one', 'two', 'three']) {
      await a.write(name);
      await must(a.exchange.seal());
    }
    const frames = await framesOf(a);
    expect(frames).toHaveLength(3);
    for (const frame of frames.toReversed()) await must(b.exchange.takeFrames([frame]));
    expect(b.names()).toEqual(['one', 'three', 'two']);
  });

  it('where one only looks on, or has left a key that is known: nothing new of it is sealed', async () => {
    const { ledger, a } = await setUp();
    const cy = await createParty(ledger, await ledger.welcome('Cy', 'viewer'));
    await cy.write('not mine to write');
    expect(await handOver(cy, a)).toEqual({ fresh: 0, unsound: 0, ahead: 0 });
    await ledger.add(makeRemoval(cy.access(), { type: 'remove', member: cy.member.member }, new Map(), randomBytes));
    await must(a.exchange.takeRecords(0, ledger.records));
    expect(a.access().membership.isRotationOwed).toBe(true);
    await a.write('for those who stay');
    await must(a.exchange.seal());
    expect(await framesOf(a)).toEqual([]);
    await ledger.add(makeEpoch(a.access(), [], randomBytes));
    await must(a.exchange.takeRecords(0, ledger.records));
    await must(a.exchange.seal());
    expect(await framesOf(a)).toHaveLength(1);
  });
});

describe('records from another device', () => {
  it('bring one that was away up to date, and what it was sent in vain comes in afterwards', async () => {
    const { ledger, bo } = await setUp();
    const before = ledger.records.length;
    const cy = await ledger.welcome('Cy');
    const late = await createParty(ledger, bo, before);
    const present = await createParty(ledger, cy);
    await present.write('written by somebody unknown');
    await must(present.exchange.seal());
    const frames = await framesOf(present);
    expect(await must(late.exchange.takeFrames(frames))).toEqual({ fresh: 0, unsound: 0, ahead: 1 });
    expect(await must(late.exchange.takeRecords(before - 1, ledger.records.slice(before - 1)))).toBe(2);
    expect(await must(late.exchange.takeFrames(frames))).toEqual({ fresh: 1, unsound: 0, ahead: 0 });
    expect(late.names()).toEqual(['written by somebody unknown']);
    expect(await must(late.store.records(ledger.ledger))).toEqual(ledger.records);
    expect(await must(late.exchange.takeRecords(0, ledger.records.slice(0, 2)))).toBe(0);
  });

  it('are the first ones where none were here', async () => {
    const { ledger, bo, a } = await setUp();
    const empty = await createParty(ledger, bo, 0);
    await a.write('dinner');
    expect(await must(empty.exchange.takeFrames(await framesOf(a)))).toMatchObject({ fresh: 0 });
    await handOver(a, empty);
    expect(empty.names()).toEqual(['dinner']);
  });

  it('of another line are noticed, and nothing of it is taken', async () => {
    const { ledger, a, b } = await setUp();
    const [here, there] = [await makeEpoch(a.access(), [], randomBytes), await makeEpoch(a.access(), [], randomBytes)];
    await must(b.exchange.takeRecords(ledger.records.length, [here]));
    await must(a.exchange.takeRecords(ledger.records.length, [there]));
    const known = b.access().membership.hash;
    expect(await b.exchange.takeRecords(0, a.access().records)).toMatchObject({ ok: false, code: 'membership_forked' });
    expect(await b.exchange.takeRecords(a.access().records.length, [await makeEpoch(a.access(), [], randomBytes)])).toMatchObject({ ok: false, code: 'membership_forked' });
    expect(b.access().membership.hash).toBe(known);
  });

  it('that may not stand there end it; those before them count', async () => {
    const { ledger, b } = await setUp();
    const before = ledger.records.length;
    await ledger.welcome('Cy');
    const forged = ledger.records[before]!.slice(0, -1);
    expect(forged.length).toBeGreaterThan(100);
    expect(await b.exchange.takeRecords(before, [forged])).toMatchObject({ ok: false, code: 'record_malformed' });
    expect(await b.exchange.takeRecords(before, [ledger.records[before]!, new Uint8Array(9), ledger.records[before + 1]!])).toMatchObject({ ok: false, code: 'record_malformed' });
    expect(b.access().records).toHaveLength(before + 1);
    expect(await must(b.exchange.takeRecords(before + 5, ledger.records))).toBe(0);
  });

  it('that tell of a removal withdraw what was written after it', async () => {
    const { ledger, bo, a, b } = await setUp();
    await b.write('before');
    await handOver(b, a);
    await remove(ledger, a, bo.member);
    await b.write('after');
    const cy = await createParty(ledger, await ledger.welcome('Cy'));
    await handOver(b, cy);
    expect(cy.names()).toEqual([]);
    expect((await must(cy.store.refusedChanges(ledger.ledger))).length).toBe(2);
    await must(a.exchange.takeRecords(0, ledger.records));
    await handOver(b, a);
    // Nobody drew a frontier, so that nothing of theirs counts: the same on both.
    expect(a.names()).toEqual(cy.names());
  });
});

describe('a snapshot', () => {
  async function withSnapshot() {
    const world = await setUp();
    const { ledger, a, b } = world;
    await a.write('one', 'two');
    await handOver(a, b);
    const [frame] = await framesOf(a);
    const changes = (await must(a.store.changes(ledger.ledger, frame!.document))).map((bytes) => ({ bytes, record: a.access().membership.number }));
    const snapshot = await must(sealSnapshot({ access: a.access(), randomBytes }, frame!.document, { seq: 1, frame: frame!.frame }, changes));
    const signature = await b.member.seat.deps.device.sign(endorsementToSignedBytes(ledger.ledger, snapshot.frame));
    const endorsements = [{ key: b.member.seat.deps.device.publicKey, signature }];
    return { ...world, raw: frame!, snapshot, endorsements, cy: await createParty(ledger, await ledger.welcome('Cy')) };
  }

  it('that two members vouch for stands for the frames it covers, also at the next device', async () => {
    const { snapshot, endorsements, cy, ledger } = await withSnapshot();
    expect(await must(cy.exchange.takeFrames([{ bytes: snapshot.bytes, endorsements }]))).toEqual({ fresh: 1, unsound: 0, ahead: 0 });
    expect(cy.names()).toEqual(['one', 'two']);
    const di = await createParty(ledger, await ledger.welcome('Di'));
    await must(cy.exchange.takeRecords(0, ledger.records));
    expect(await handOver(cy, di)).toEqual({ fresh: 1, unsound: 0, ahead: 0 });
    expect(di.names()).toEqual(['one', 'two']);
  });

  it('that one member vouches for is not taken, and may come again with a second word', async () => {
    const { snapshot, endorsements, cy } = await withSnapshot();
    const [own] = endorsements;
    for (const few of [[], [{ ...own!, signature: randomBytes(64) }], [{ key: randomBytes(32), signature: own!.signature }]]) {
      expect(await must(cy.exchange.takeFrames([{ bytes: snapshot.bytes, endorsements: few }]))).toEqual({ fresh: 0, unsound: 1, ahead: 0 });
    }
    expect(cy.names()).toEqual([]);
    await must(cy.exchange.takeFrames([{ bytes: snapshot.bytes, endorsements }]));
    expect(cy.names()).toEqual(['one', 'two']);
  });

  it('brings nothing to who has all of it, and the frames are what that one offers', async () => {
    const { snapshot, b, raw } = await withSnapshot();
    await must(b.exchange.takeFrames([{ bytes: snapshot.bytes, endorsements: [] }]));
    expect(await must(b.exchange.offers(raw.document))).toEqual([raw.frame]);
  });
});

describe('from outside', () => {
  const isUntouched = async (party: Party, ledger: SampleLedger) => {
    expect(await must(party.exchange.summary())).toEqual(new Map());
    expect(await must(party.store.records(ledger.ledger))).toEqual(party.access().records);
    expect(await waiting(party, ledger)).toBe(0);
  };

  it('any bytes at all give an answer and leave nothing', async () => {
    const { ledger, b } = await setUp();
    const handed = fc.record({ bytes: fc.uint8Array({ maxLength: 200 }), endorsements: fc.constant([]) });
    await fc.assert(fc.asyncProperty(fc.array(handed, { maxLength: 3 }), fc.nat(6), async (frames, from) => {
      expect(await must(b.exchange.takeFrames(frames))).toEqual({ fresh: 0, unsound: frames.length, ahead: 0 });
      await b.exchange.takeRecords(from, frames.map(({ bytes }) => bytes));
    }), { numRuns: 100 });
    await isUntouched(b, ledger);
  });

  it('a sound frame with any byte changed is none', async () => {
    const { ledger, a, b } = await setUp();
    await a.write('dinner');
    await must(a.exchange.seal());
    const [frame] = await framesOf(a);
    await fc.assert(fc.asyncProperty(fc.nat(frame!.bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
      const bytes = frame!.bytes.with(at, frame!.bytes[at]! ^ change);
      expect(await must(b.exchange.takeFrames([{ bytes, endorsements: [] }]))).toMatchObject({ fresh: 0 });
    }), { numRuns: 150 });
    await isUntouched(b, ledger);
  });

  it('frames of strangers and of another ledger are none', async () => {
    const { ledger, b } = await setUp();
    const other = await sampleLedger();
    const stranger = await createParty(other, other.owner);
    const foreign = await must(sealFrame({ access: stranger.access(), randomBytes }, sampleId('document'), [randomBytes(10)]));
    const posing = await must(sealFrame({ access: { ...stranger.access(), ledger: ledger.ledger, membership: b.access().membership }, randomBytes }, sampleId('document'), [randomBytes(10)]));
    expect(await must(b.exchange.takeFrames([foreign, posing].map(({ bytes }) => ({ bytes, endorsements: [] }))))).toEqual({ fresh: 0, unsound: 2, ahead: 0 });
    await isUntouched(b, ledger);
  });

  it('a sound frame around nonsense, by a member, is kept apart where it can be seen', async () => {
    const { ledger, a, b } = await setUp();
    const nonsense = await must(sealFrame({ access: a.access(), randomBytes }, sampleId('document'), [randomBytes(10)]));
    await must(b.exchange.takeFrames([{ bytes: nonsense.bytes, endorsements: [] }]));
    expect(await must(b.store.knownFrames(ledger.ledger, nonsense.document, [nonsense.frame]))).toEqual(new Set([nonsense.frame]));
    expect(await must(b.exchange.offers(nonsense.document))).toEqual([]);
    expect(await waiting(b, ledger)).toBe(0);
  });
});
