import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { openPeerChannel, type PeerChannel } from './peer-channel.ts';
import { createPeer, type Peer } from './peer.ts';
import { parsePeerMessage, toWire, type PeerMessage } from './peer-messages.ts';
import { ENTRY_BYTES, makeEntries, recognise } from './peer-proof.ts';
import { bytesToHex, concatBytes } from './protocol/bytes.ts';
import { encodeCbor } from './protocol/cbor.ts';
import { makeInvite, makeRemoval } from './records.ts';
import { must, randomBytes, sampleLedger, type SampleLedger, type SampleMember } from './sample.access.ts';
import { createParty, type Party } from './sample.exchange.ts';
import { systemTimers } from './timers.ts';
import type { Connection, ConnectionEvents } from './transport.ts';

/** A wire in memory: what one sends the other gets, in order. `seen` is all that went over it. */
function createWire() {
  const seen: Uint8Array[] = [];
  let isOver = false;
  const ends: { events: ConnectionEvents | null; waiting: Uint8Array[] }[] = [{ events: null, waiting: [] }, { events: null, waiting: [] }];
  const close = (): void => {
    if (isOver) return;
    isOver = true;
    for (const { events } of ends) queueMicrotask(() => events?.onClose());
  };
  const open = (at: 0 | 1) => (events: ConnectionEvents): Connection => {
    const [here, there] = [ends[at]!, ends[1 - at]!];
    here.events = events;
    queueMicrotask(() => {
      if (isOver) return;
      events.onOpen();
      for (const message of here.waiting.splice(0)) events.onMessage(message);
    });
    return {
      send(message) {
        if (isOver) return;
        seen.push(new Uint8Array(message));
        if (there.events) queueMicrotask(() => isOver || there.events?.onMessage(new Uint8Array(message)));
        else there.waiting.push(message);
      },
      close,
    };
  };
  return { seen, open, close, isOver: () => isOver };
}

const peers: Peer[] = [];
const bugs: unknown[] = [];
afterEach(() => {
  for (const peer of peers.splice(0)) peer.close();
  const [bug] = bugs.splice(0);
  if (bug) throw bug;
});
const timers = { after: (milliseconds: number, task: () => void) => systemTimers.after(milliseconds, task) };

function talk(side: 'calling' | 'called', wire: ReturnType<typeof createWire>, parties: readonly Party[]): Peer {
  const peer = createPeer({
    side, open: wire.open(side === 'calling' ? 0 : 1), exchanges: parties.map(({ exchange }) => exchange), timers, now: Date.now, randomBytes,
    onState: () => {}, onBug: (error) => bugs.push(error),
  });
  peers.push(peer);
  return peer;
}
function join(a: readonly Party[], b: readonly Party[]) {
  const wire = createWire();
  return { wire, a: talk('calling', wire, a), b: talk('called', wire, b) };
}
const until = async (holds: () => boolean): Promise<void> => {
  await expect.poll(holds, { timeout: 20_000, interval: 5 }).toBe(true);
};
const inStep = (...all: Peer[]) => until(() => all.every((peer) => peer.state().state === 'inStep'));
const remove = (ledger: SampleLedger, by: Party, member: SampleMember) => ledger.add(makeRemoval(by.access(), { type: 'remove', member: member.member }, new Map(), randomBytes));

describe('two devices on one network', () => {
  it('bring each other up to date, and stay so', async () => {
    const ledger = await sampleLedger();
    const bo = await ledger.welcome('Bo');
    const [ada, friend] = [await createParty(ledger, ledger.owner), await createParty(ledger, bo)];
    await ada.write('dinner', 'taxi');
    await friend.write('train');
    const { wire, a, b } = join([ada], [friend]);
    await until(() => ada.names().length === 3 && friend.names().length === 3);
    await inStep(a, b);
    expect(a.state()).toMatchObject({ ledgers: 1, error: null, name: { person: 'Bo', device: 'Laptop' } });
    expect(b.state().name).toEqual({ person: 'Ada', device: 'Laptop' });

    await ada.write('live');
    a.changed(ledger.ledger);
    await until(() => friend.names().includes('live'));
    await friend.write('and back');
    b.changed(ledger.ledger);
    await until(() => ada.names().includes('and back'));
    // What was said once is not said again.
    await inStep(a, b);
    const before = wire.seen.length;
    a.changed(ledger.ledger);
    b.changed(ledger.ledger);
    await inStep(a, b);
    expect(wire.seen.length).toBe(before);
    wire.close();
    await until(() => a.state().state === 'away' && b.state().state === 'away');
  });

  it('share what they share, and nothing of the rest', async () => {
    const [flat, trip, own] = await Promise.all([sampleLedger(), sampleLedger(), sampleLedger()]);
    const ada = await Promise.all([flat, trip, own].map((ledger) => createParty(ledger, ledger.owner)));
    const bo = [await createParty(trip, await trip.welcome('Bo')), await createParty(flat, await flat.welcome('Bo')), await createParty(...(await sampleLedger().then((ledger) => [ledger, ledger.owner] as const)))];
    await Promise.all([ada[0]!.write('rent'), ada[1]!.write('tent'), ada[2]!.write('secret'), bo[2]!.write('hidden')]);
    const { a, b } = join(ada, bo);
    await until(() => bo[0]!.names().length === 1 && bo[1]!.names().length === 1);
    await inStep(a, b);
    expect([a.state().ledgers, b.state().ledgers]).toEqual([2, 2]);
    expect(bo.map((party) => party.names())).toEqual([['tent'], ['rent'], ['hidden']]);
    expect(ada[0]!.access().records).toHaveLength(flat.records.length);
  });

  it('carry large histories in pieces', async () => {
    const ledger = await sampleLedger();
    const [ada, friend] = [await createParty(ledger, ledger.owner), await createParty(ledger, await ledger.welcome('Bo'))];
    for (let round = 0; round < 40; round += 1) {
      await ada.write(...Array.from({ length: 10 }, (_, index) => `entry ${round}.${index}`));
      await must(ada.exchange.seal());
    }
    const { wire, a, b } = join([ada], [friend]);
    await until(() => friend.names().length === 400);
    await inStep(a, b);
    expect(Math.max(...wire.seen.map(({ length }) => length))).toBeLessThan(600_000);
  });

  it('pass on what somebody wrote who is not there', async () => {
    const ledger = await sampleLedger();
    const [bo, cy] = [await ledger.welcome('Bo'), await ledger.welcome('Cy')];
    const parties = await Promise.all([ledger.owner, bo, cy].map((member) => createParty(ledger, member)));
    await parties[0]!.write('from Ada');
    const first = join([parties[0]!], [parties[1]!]);
    await until(() => parties[1]!.names().length === 1);
    first.wire.close();
    join([parties[2]!], [parties[1]!]);
    await until(() => parties[2]!.names().length === 1);
    expect(parties[2]!.names()).toEqual(['from Ada']);
  });
});

describe('somebody who was away', () => {
  it('while a member was removed finds the others by an older key, and catches up', async () => {
    const ledger = await sampleLedger();
    const [bo, cy] = [await ledger.welcome('Bo'), await ledger.welcome('Cy')];
    const away = await createParty(ledger, bo);
    const owner = await createParty(ledger, ledger.owner);
    await remove(ledger, owner, cy);
    const di = await ledger.welcome('Di');
    const newcomer = await createParty(ledger, di);
    await newcomer.write('under the new key, by somebody new');
    await away.write('offline');
    const { a, b } = join([away], [newcomer]);
    await until(() => away.names().length === 2 && newcomer.names().length === 2);
    await inStep(a, b);
    expect(await must(away.store.records(ledger.ledger))).toEqual(ledger.records);
  });

  it('and who has gone another way is noticed; other ledgers go on', async () => {
    const [flat, trip] = await Promise.all([sampleLedger(), sampleLedger()]);
    const [flatBo, tripBo] = [await flat.welcome('Bo'), await trip.welcome('Bo')];
    const ada = [await createParty(flat, flat.owner), await createParty(trip, trip.owner)];
    const bo = [await createParty(flat, flatBo), await createParty(trip, tripBo)];
    const terms = { agreement: bytesToHex(randomBytes(32)), role: 'viewer' as const, uses: 1, expires: Date.now() + 60_000, history: 'start' as const };
    const known = ada[0]!.access();
    for (const party of [ada[0]!, bo[0]!]) {
      const record = await makeInvite(known, { ...terms, key: bytesToHex(randomBytes(32)) }, randomBytes);
      await must(party.exchange.takeRecords(flat.records.length, [record]));
    }
    await Promise.all([ada[0]!.write('here'), bo[0]!.write('there'), ada[1]!.write('tent')]);
    const { a, b } = join(ada, bo);
    await until(() => bo[1]!.names().length === 1);
    await inStep(a, b);
    expect([a.state().error, b.state().error]).toEqual(['membership_forked', 'membership_forked']);
    expect(bo[0]!.names()).toEqual(['there']);
    expect(ada[0]!.names()).toEqual(['here']);
  });
});

describe('somebody who was removed', () => {
  async function setUp() {
    const ledger = await sampleLedger();
    const cy = await ledger.welcome('Cy');
    const owner = await createParty(ledger, ledger.owner);
    const removed = await createParty(ledger, cy);
    await remove(ledger, owner, cy);
    await must(owner.exchange.takeRecords(0, ledger.records));
    await owner.write('after the removal');
    return { ledger, owner, removed };
  }

  it('gets nothing: not even that the ledger is there', async () => {
    for (const isCalling of [true, false]) {
      const { ledger, owner, removed } = await setUp();
      const { wire } = isCalling ? join([removed], [owner]) : join([owner], [removed]);
      await until(() => wire.isOver());
      expect(removed.names()).toEqual([]);
      expect(removed.access().records).toHaveLength(ledger.records.length - 1);
      expect(owner.names()).toEqual(['after the removal']);
    }
  });

  it('while they talk gets nothing from then on', async () => {
    const ledger = await sampleLedger();
    const cy = await ledger.welcome('Cy');
    const [owner, other] = [await createParty(ledger, ledger.owner), await createParty(ledger, cy)];
    const { a, b } = join([owner], [other]);
    await inStep(a, b);
    await remove(ledger, owner, cy);
    await must(owner.exchange.takeRecords(0, ledger.records));
    await owner.write('after the removal');
    a.changed(ledger.ledger);
    await until(() => a.state().ledgers === 0);
    await inStep(a, b);
    expect(other.names()).toEqual([]);
  });

  it('may ask for it by its name in vain', async () => {
    const { ledger, owner, removed } = await setUp();
    const wire = createWire();
    talk('called', wire, [owner]);
    const answers: PeerMessage[] = [];
    let rounds = 0;
    // Says all the right things, and then asks all the same.
    openPeerChannel('calling', wire.open(0), {
      async onReady(channel) {
        const deps = { side: 'calling' as const, transcript: channel.transcript, randomBytes };
        const entries = await makeEntries(deps, [removed.access()]);
        channel.send(toWire({ type: 'entries', round: 1, entries }));
        channel.send(toWire({ type: 'entries', round: 2, entries }));
        channel.send(toWire({ type: 'records', id: 1, ledger: ledger.ledger, from: 0 }));
      },
      async onMessage(content) {
        const message = parsePeerMessage(content);
        if (message?.type === 'entries') rounds += 1;
        else if (message) answers.push(message);
      },
      onClose() {},
      onBug: (error) => bugs.push(error),
    });
    await until(() => wire.isOver());
    expect(rounds).toBeLessThanOrEqual(2);
    expect(answers).toEqual([]);
  });
});

describe('a stranger', () => {
  it('learns nothing but that somebody is there', async () => {
    const [ledger, other] = await Promise.all([sampleLedger(), sampleLedger()]);
    const bo = await ledger.welcome('Bo');
    const party = await createParty(ledger, bo);
    const stranger = await createParty(other, other.owner);
    await party.write('dinner');
    const few = join([party], [stranger]);
    await until(() => few.wire.isOver());
    const many = join([party, ...(await Promise.all(Array.from({ length: 5 }, async () => createParty(...(await sampleLedger().then((one) => [one, one.owner] as const))))))], [stranger]);
    await until(() => many.wire.isOver());
    const text = bytesToHex(concatBytes(...few.wire.seen));
    for (const secret of [ledger.ledger, bytesToHex(bo.seat.deps.device.publicKey), party.access().contentKeys[0]!.keyId]) expect(text).not.toContain(secret);
    // One ledger looks like six.
    expect(few.wire.seen.map(({ length }) => length).toSorted((x, y) => x - y).slice(0, 4)).toEqual(many.wire.seen.map(({ length }) => length).toSorted((x, y) => x - y).slice(0, 4));
    expect(stranger.names()).toEqual([]);
  });

  it('in between two members can read nothing and prove nothing', async () => {
    const ledger = await sampleLedger();
    const [ada, bo] = [await createParty(ledger, ledger.owner), await createParty(ledger, await ledger.welcome('Bo'))];
    await ada.write('dinner');
    const [left, right] = [createWire(), createWire()];
    talk('calling', left, [ada]);
    talk('called', right, [bo]);
    const channels: Partial<Record<'left' | 'right', PeerChannel>> = {};
    const pass = (from: 'left' | 'right') => ({
      onReady: async (channel: PeerChannel) => void (channels[from] = channel),
      onMessage: async (content: unknown) => channels[from === 'left' ? 'right' : 'left']?.send(content),
      onClose() {},
      onBug: (error: unknown) => bugs.push(error),
    });
    openPeerChannel('called', left.open(1), pass('left'));
    openPeerChannel('calling', right.open(0), pass('right'));
    await until(() => left.isOver() && right.isOver());
    expect(bo.names()).toEqual([]);
  });

  it('cannot use entries again that were overheard', async () => {
    const ledger = await sampleLedger();
    const [ada, bo] = [await createParty(ledger, ledger.owner), await createParty(ledger, await ledger.welcome('Bo'))];
    const deps = { side: 'calling' as const, transcript: randomBytes(32), randomBytes };
    const entries = await makeEntries(deps, [ada.access()]);
    expect(entries).toHaveLength(32);
    expect(await recognise({ ...deps, side: 'called' }, [bo.access()], 1, entries)).toMatchObject([{ peer: ada.member.seat.key }]);
    expect(await recognise({ ...deps, side: 'called', transcript: randomBytes(32) }, [bo.access()], 1, entries)).toEqual([]);
    expect(await recognise(deps, [bo.access()], 1, entries)).toEqual([]);
    expect(await recognise({ ...deps, side: 'called' }, [bo.access()], 2, entries)).toEqual([]);
    expect(await recognise({ ...deps, side: 'called' }, [ada.access()], 1, entries)).toEqual([]);
  });

  it('who sends nonsense at any point is dropped, and has added nothing', async () => {
    const ledger = await sampleLedger();
    const party = await createParty(ledger, ledger.owner);
    const before = concatBytes(...party.access().records);
    const message = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.constant(encodeCbor(['tallystick nearby 1', randomBytes(32)])),
      fc.constant(encodeCbor(['tallystick nearby 1', new Uint8Array(32)])),
      fc.constant(new Uint8Array(300_000)),
    );
    await fc.assert(fc.asyncProperty(fc.array(message, { minLength: 2, maxLength: 4 }), async (messages) => {
      const wire = createWire();
      talk('called', wire, [party]);
      const stranger = wire.open(0)({ onOpen() {}, onMessage() {}, onClose() {} });
      for (const bytes of messages) stranger.send(bytes);
      await until(() => wire.isOver());
    }), { numRuns: 60 });
    expect(concatBytes(...party.access().records)).toEqual(before);
    expect(party.names()).toEqual([]);
  });

  it('with a sealed channel who talks nonsense is dropped too', async () => {
    const ledger = await sampleLedger();
    const party = await createParty(ledger, ledger.owner);
    const contents = fc.oneof(
      fc.constant(1), fc.constant({ type: 'have' }), fc.constant({ type: 'entries', round: 2, entries: [] }), fc.constant({ type: 'entries', round: 1, entries: [new Uint8Array(3)] }),
      fc.constant(toWire({ type: 'refused', id: 1 })), fc.constant(toWire({ type: 'records', id: 1, ledger: ledger.ledger, from: 0 })), fc.dictionary(fc.string(), fc.integer()),
      fc.constant({ type: 'entries', round: 1, entries: Array.from({ length: 1_025 }, () => new Uint8Array(ENTRY_BYTES)) }),
    );
    await fc.assert(fc.asyncProperty(fc.array(contents, { minLength: 1, maxLength: 3 }), async (all) => {
      const wire = createWire();
      talk('called', wire, [party]);
      openPeerChannel('calling', wire.open(0), {
        onReady: async (channel) => all.forEach((content) => channel.send(content)),
        onMessage: async () => {},
        onClose() {},
        onBug: (error) => bugs.push(error),
      });
      await until(() => wire.isOver());
    }), { numRuns: 60 });
    expect(party.access().records).toHaveLength(1);
  });
});
