// Loaded before simulated time begins, which does not wait for it.
import '@automerge/automerge';
import { describe, expect, it } from 'vitest';
import { createWorld, fingerprint, isIdle, type Device, type Tampering, type World } from '#tests/sync/world.ts';
import { hashId } from '#sync/keys.ts';
import { parseFrame } from '#sync/protocol/frames.ts';
import { encodeMessage, parseRelayMessage } from '#sync/protocol/messages.ts';
import { sampleEntry } from '#sync/sample.ts';
import { sealFrame, sealSnapshot, type SealedChange } from '#sync/seal.ts';

const MINUTE = 60_000;
const names = (device: Device) => device.revisions().flatMap((revision) => (revision.type === 'entry' ? [revision.body.description] : []));
const write = (device: Device, name: string) => device.write([sampleEntry(name, { device: device.id })]);

/** Writes so many entries, each in a frame of its own, on all of these devices in turn. */
async function writeMany(world: World, devices: readonly Device[], count: number, prefix = 'entry'): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    const device = devices[index % devices.length]!;
    await write(device, `${prefix} ${index}`);
    await world.scheduler.pass(100);
  }
}
interface SnapshotRow {
  document: string;
  seq: number;
  covers: number;
  vouched: number;
}
const database = (world: World) => world.relay.store!.database;
const snapshots = (world: World) =>
  database(world).prepare<[], SnapshotRow>('SELECT hex(document.document) AS document, snapshot.seq, covers, vouched FROM snapshot JOIN document ON document.id = snapshot.document ORDER BY snapshot.seq').all();
const logged = (world: World) => database(world).prepare<[], number>('SELECT seq FROM log ORDER BY seq').pluck().all();
const bytesAt = (world: World, seq: number) => new Uint8Array(database(world).prepare<[number], Buffer>('SELECT bytes FROM log WHERE seq = ?').pluck().get(seq)!);
/** The relay drops everything that it may. */
const sweep = (world: World) => world.relay.store!.compact(world.scheduler.now() + 1);

async function setUp(tampering: Tampering = {}): Promise<World & { ada: Device; bo: Device }> {
  const world = await createWorld(11, tampering);
  world.relay.start();
  const ada = await world.addDevice('Ada');
  const bo = await world.addDevice('Bo');
  await world.scheduler.pass(1_000);
  return { ...world, ada, bo };
}

describe('a document that has gathered much', () => {
  it('gets one snapshot that another member vouches for; who comes later reads it and what follows', async () => {
    const world = await setUp();
    await writeMany(world, [world.ada, world.bo], 90);
    await world.scheduler.pass(30 * MINUTE);
    expect(snapshots(world)).toEqual([]);
    await writeMany(world, [world.ada, world.bo], 20, 'more');
    expect(await world.until(() => snapshots(world).some(({ vouched }) => vouched === 1), 20 * MINUTE)).toBe(true);
    const [{ seq, covers }] = snapshots(world) as [SnapshotRow];
    expect(seq).toBe(covers + 1);
    await write(world.bo, 'afterwards');
    await world.scheduler.pass(30 * MINUTE);
    expect(snapshots(world)).toMatchObject([{ seq, covers, vouched: 1 }]);

    // Both keep it as a frame of the log.
    const id = await hashId(bytesAt(world, seq));
    const [document] = (await documentsOf(world.ada, world)).toSorted();
    for (const { disk } of [world.ada, world.bo]) expect(await disk.store.knownFrames(world.ledger, document!, [id])).toEqual({ ok: true, value: new Set([id]) });
    await sweep(world);
    expect(logged(world)).toEqual([seq, seq + 1]);
    const cy = await world.addDevice('Cy');
    expect(await world.until(() => names(cy).length === 111, 10_000)).toBe(true);
    expect(names(cy).toSorted()).toEqual(names(world.ada).toSorted());
    // Who was there reads on as before, and who was away at the frames that are gone gets the snapshot.
    await write(cy, 'by the newcomer');
    expect(await world.until(() => names(world.ada).length === 112 && names(world.bo).length === 112, 10_000)).toBe(true);
    expect(world.devices.map((device) => device.disk.verdicts(world.ledger).filter(({ state }) => state !== 'merged'))).toEqual([[], [], []]);
    expect(world.bugs).toEqual([]);
  });

  it('gets the next one on top, and what both cover may go', async () => {
    const world = await setUp();
    await writeMany(world, [world.ada, world.bo], 110);
    await world.until(() => snapshots(world).some(({ vouched }) => vouched === 1), 20 * MINUTE);
    await sweep(world);
    const cy = await world.addDevice('Cy');
    await world.until(() => names(cy).length === 110, 10_000);
    await writeMany(world, [cy, world.bo], 110, 'more');
    expect(await world.until(() => snapshots(world).some(({ covers, vouched }) => covers > 160 && vouched === 1), 20 * MINUTE)).toBe(true);
    await sweep(world);
    const di = await world.addDevice('Di');
    expect(await world.until(() => names(di).length === 220, 10_000)).toBe(true);
    expect(logged(world).length).toBeLessThan(10);
    expect(world.bugs).toEqual([]);
  });

  it('of somebody alone gets one by their word only, and somebody who comes later believes it', async () => {
    const world = await createWorld(3);
    world.relay.start();
    const ada = await world.addDevice('Ada');
    await writeMany(world, [ada], 110);
    expect(await world.until(() => snapshots(world).some(({ vouched }) => vouched === 1), 20 * MINUTE)).toBe(true);
    await sweep(world);
    const bo = await world.addDevice('Bo');
    expect(await world.until(() => names(bo).length === 110, 10_000)).toBe(true);
  });

  it('is vouched for by another member, not by another device of the same one', async () => {
    const world = await createWorld(4);
    world.relay.start();
    const ada = await world.addDevice('Ada');
    const bo = await world.addDevice('Bo');
    const phone = await world.during(world.addSecond(ada, 'Phone'));
    bo.session.setPaused(true);
    await writeMany(world, [ada, phone!], 110);
    await world.until(() => snapshots(world).length > 0, 20 * MINUTE);
    await world.scheduler.pass(30 * MINUTE);
    expect(snapshots(world)).toMatchObject([{ vouched: 0 }]);
    bo.session.setPaused(false);
    expect(await world.until(() => snapshots(world).some(({ vouched }) => vouched === 1), MINUTE)).toBe(true);
    expect(names(bo)).toHaveLength(110);
  });

  it('has none that stops somebody who was to see nothing older: they pass it over, and read what follows', async () => {
    const world = await setUp();
    await writeMany(world, [world.ada, world.bo], 110);
    expect(await world.until(() => snapshots(world).some(({ vouched }) => vouched === 1), 20 * MINUTE)).toBe(true);
    const cy = await world.addDevice('Cy', 'editor', 'joining');
    await write(world.ada, 'later');
    expect(await world.until(() => names(cy).includes('later'), 2 * MINUTE)).toBe(true);
    expect(names(cy)).toEqual(['later']);
    await write(cy, 'by Cy');
    expect(await world.until(() => names(world.bo).includes('by Cy'), MINUTE)).toBe(true);
    // Also once what it covers is gone.
    await sweep(world);
    const di = await world.addDevice('Di', 'editor', 'joining');
    await write(cy, 'the latest');
    expect(await world.until(() => names(di).includes('the latest'), 2 * MINUTE)).toBe(true);
    expect(cy.session.state()).toMatchObject({ connection: 'online', reason: null });
    expect(world.bugs).toEqual([]);
  });

  it('that began before somebody who was to see nothing older came in gets none', async () => {
    const world = await setUp();
    await writeMany(world, [world.ada, world.bo], 60);
    const cy = await world.addDevice('Cy', 'editor', 'joining');
    await writeMany(world, [world.ada, world.bo], 60, 'later');
    await world.scheduler.pass(60 * MINUTE);
    expect(snapshots(world)).toEqual([]);
    expect(names(cy)).not.toContain('entry 0');
  });
});

describe('a relay that lost its log after it dropped what snapshots cover', () => {
  it('is filled again by those who have the frames', async () => {
    const world = await setUp();
    await writeMany(world, [world.ada, world.bo], 110);
    await world.until(() => snapshots(world).some(({ vouched }) => vouched === 1), 20 * MINUTE);
    await sweep(world);
    const cy = await world.addDevice('Cy');
    await world.until(() => names(cy).length === 110, 10_000);
    for (const device of [world.ada, world.bo]) device.crash();
    world.relay.stop();
    world.relay.start();
    cy.crash();
    await world.ada.start();
    await world.scheduler.pass(5 * MINUTE);
    // Who has only the snapshot comes too late with it, and is not stuck with it.
    await cy.start();
    await world.scheduler.pass(MINUTE);
    expect(cy.session.state().ledgers.get(world.ledger)).toMatchObject({ reason: null });
    const di = await world.addDevice('Di');
    expect(await world.until(() => names(di).length === 110, 5 * MINUTE)).toBe(true);
    await write(cy, 'still here');
    expect(await world.until(() => names(di).includes('still here'), MINUTE)).toBe(true);
    expect(world.bugs).toEqual([]);
  });

  it('and one that only shows its log anew is not sent again what it dropped', async () => {
    const world = await setUp();
    await writeMany(world, [world.ada, world.bo], 110);
    await world.until(() => snapshots(world).some(({ vouched }) => vouched === 1), 20 * MINUTE);
    await world.scheduler.pass(MINUTE);
    await sweep(world);
    const before = logged(world);
    const { incarnation } = world.relay.store!;
    await world.ada.disk.store.resetRelayLog(world.ledger, incarnation);
    await world.ada.start();
    await world.scheduler.pass(5 * MINUTE);
    expect(logged(world)).toEqual(before);
    await write(world.ada, 'on top');
    expect(await world.until(() => names(world.bo).includes('on top'), MINUTE)).toBe(true);
  });
});

describe('a snapshot that is not true', () => {
  type Place = { document: string; seq: number; frame: string };
  async function withForger() {
    const tampering: Tampering = {};
    const world = await setUp(tampering);
    await writeMany(world, [world.ada, world.bo], 10);
    const document = parseFrame(bytesAt(world, 1));
    if (!document.ok) throw new Error(document.code);
    const place: Place = { document: document.value.header.document, seq: 10, frame: await hashId(bytesAt(world, 10)) };
    const all = await world.bo.disk.store.changesUpTo(world.ledger, place.document, 10);
    if (!all.ok) throw new Error(all.code);
    /** Puts a snapshot of Bo's with these changes into the log. */
    async function forge(changes: readonly SealedChange[], isVouched = false): Promise<Uint8Array> {
      const { randomBytes } = world.scheduler;
      const sealed = await sealSnapshot({ access: world.bo.access()!, randomBytes }, place.document, { seq: place.seq, frame: place.frame }, changes);
      if (!sealed.ok) throw new Error(sealed.code);
      const { frame, bytes } = sealed.value;
      await world.relay.append(world.ledger, [{ document: place.document, frame, bytes, snapshot: { seq: place.seq, frame: place.frame, member: world.bo.member, isVouched } }]);
      return bytes;
    }
    return { ...world, tampering, all: all.value, place, forge };
  }

  it('is not vouched for: with a change missing, a foreign one, or another record; a true one is', async () => {
    const world = await withForger();
    const foreign = await createWorld(99);
    foreign.relay.start();
    const stranger = await foreign.addDevice('Eve');
    await write(stranger, 'never happened');
    const [alien] = (await stranger.disk.store.changes(foreign.ledger, (await documentsOf(stranger, foreign))[0]!) as { value: Uint8Array[] }).value;
    for (const changes of [
      world.all.slice(1), world.all.slice(0, -1), [...world.all, { bytes: alien!, record: 2 }], world.all.map((change) => ({ ...change, record: 0 })), [...world.all.slice(0, 3)],
    ]) {
      await world.forge(changes);
      await write(world.bo, `seen after ${logged(world).length}`);
      await world.scheduler.pass(2 * MINUTE);
    }
    expect(snapshots(world).map(({ vouched }) => vouched)).toEqual([0, 0, 0, 0, 0]);
    await world.forge(world.all);
    await write(world.bo, 'seen at last');
    expect(await world.until(() => snapshots(world).at(-1)?.vouched === 1, 5 * MINUTE)).toBe(true);
    expect(snapshots(world).slice(0, -1).every(({ vouched }) => vouched === 0)).toBe(true);
    expect(new Set(names(world.ada))).toEqual(new Set(names(world.bo)));
    expect(world.bugs).toEqual([]);
  });

  it('is not believed by one word alone, whatever the relay says', async () => {
    const world = await withForger();
    await world.forge(world.all.slice(5), true);
    const cy = await world.addDevice('Cy');
    await world.scheduler.pass(2 * MINUTE);
    expect(names(cy)).toEqual([]);
    expect(cy.session.state()).toMatchObject({ connection: 'away', reason: 'relay_nonsense' });
    // As soon as the relay hands out the log itself, everything is there.
    world.tampering.toDevice = (bytes) => {
      const message = parseRelayMessage(bytes);
      return message.ok && message.value.type === 'page' && message.value.snapshot ? encodeMessage({ ...message.value, snapshot: null, frames: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11].map((seq) => ({ seq, bytes: bytesAt(world, seq) })) }) : bytes;
    };
    expect(await world.until(() => names(cy).length === 10, 10 * MINUTE)).toBe(true);
    expect(cy.disk.verdicts(world.ledger).map(({ reason }) => reason).filter(Boolean)).toEqual([]);
  });
});

async function documentsOf(device: Device, world: World): Promise<string[]> {
  const documents = await device.disk.store.documents(world.ledger);
  return documents.ok ? documents.value.map(({ document }) => document) : [];
}

describe('a frame of changes', () => {
  it('is never made larger than others take it', async () => {
    const world = await setUp();
    const deps = { access: world.ada.access()!, randomBytes: world.scheduler.randomBytes };
    expect(await sealFrame(deps, world.ledger, Array.from({ length: 5_001 }, () => new Uint8Array(1)))).toMatchObject({ ok: false, code: 'too_large' });
  });
});

/** Ada and Bo have the frames of a document; Cy came later, and has the snapshot and what followed. Then the relay loses everything. */
async function loseAll() {
  const world = await setUp();
  await writeMany(world, [world.ada, world.bo], 110);
  expect(await world.until(() => snapshots(world).some(({ vouched }) => vouched === 1), 20 * MINUTE)).toBe(true);
  await sweep(world);
  const cy = await world.addDevice('Cy', 'admin');
  expect(await world.until(() => names(cy).length === 110, 10_000)).toBe(true);
  await write(cy, 'by Cy');
  expect(await world.until(() => [world.ada, world.bo].every((device) => names(device).length === 111), 10_000)).toBe(true);
  const [{ covers }] = snapshots(world) as [SnapshotRow];
  world.relay.stop();
  return { ...world, world, cy, covers };
}

describe('a relay that lost its log', () => {
  it('gets it back from a device that has only the snapshot, with the word of those who vouched, and hands it to whoever comes', async () => {
    const { world, ada, bo, cy, covers } = await loseAll();
    for (const device of [ada, bo]) device.crash();
    world.relay.start();
    expect(await world.until(() => snapshots(world).some(({ vouched }) => vouched === 1), 5 * MINUTE)).toBe(true);
    const invite = await world.during(cy.invite());
    const di = invite?.ok ? await world.during(world.join(invite.value, 'Di')) : null;
    expect(await world.until(() => Boolean(di && names(di).length === 111), 5 * MINUTE)).toBe(true);
    expect(logged(world).filter((seq) => seq <= covers)).toHaveLength(0);
    await write(di!, 'by Di');

    // Whoever has the frames need not bring them any more, and loses nothing.
    for (const device of [ada, bo]) await device.start();
    await write(ada, 'by Ada');
    const all = [ada, bo, cy, di!];
    expect(await world.until(async () => {
      const idle = await Promise.all(all.map((device) => isIdle(device!, world)));
      return idle.every(Boolean) && all.every((device) => names(device).length === 113);
    }, 10 * MINUTE)).toBe(true);
    expect(new Set(all.map(fingerprint)).size).toBe(1);
    expect(logged(world).length).toBeLessThan(10);
    expect(world.bugs).toEqual([]);
  });
});
