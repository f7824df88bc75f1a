import { afterEach, describe, expect, it } from 'vitest';
import { createMemoryDisk, createSqliteDisk, type Disk } from '#tests/sync/disk.ts';
import { createWorld, fingerprint, isIdle, type Device, type World } from '#tests/sync/world.ts';
import { must } from './sample.access.ts';
import { sampleEntry } from './sample.ts';

const SECOND = 1_000;
const entry = (device: { id: string }, name: string) => sampleEntry(name, { device: device.id });
const names = (device: Device) => device.revisions().flatMap((revision) => (revision.type === 'entry' ? [revision.body.description] : [])).toSorted();

async function areInStep(world: World, ...devices: readonly Device[]): Promise<boolean> {
  const idle = await Promise.all(devices.map((device) => isIdle(device, world)));
  return idle.every(Boolean) && new Set(devices.map(fingerprint)).size === 1;
}

const disks: Disk[] = [];
afterEach(() => disks.splice(0).forEach((disk) => disk.discard()));

/**
 * The relay is set back to before Eve came in and Ada changed the key, and Bo, who was away, goes on from there. Until
 * then Cy and Eve had written, and Ada on top of both; all of it was acknowledged.
 */
async function setUp(newDisk: () => Disk) {
  const world = await createWorld(23, {}, () => {
    const disk = newDisk();
    disks.push(disk);
    return disk;
  });
  world.relay.start();
  const ada = await world.addDevice('Ada');
  const bo = await world.addDevice('Bo', 'admin');
  const cy = await world.addDevice('Cy');
  const inStep = (...devices: Device[]) => world.until(() => areInStep(world, ...devices), 5 * 60 * SECOND);
  const reasonOf = (device: Device) => device.session.state().ledgers.get(world.ledger)?.reason;
  const refusedAt = async (device: Device) => (await must(device.disk.store.refusedChanges(world.ledger))).map(({ reason }) => reason);

  await ada.write([entry(ada, 'before')]);
  expect(await inStep(ada, bo, cy)).toBe(true);
  const old = world.relay.store!.database.serialize();
  bo.session.setPaused(true);
  const eve = await world.addDevice('Eve');
  await cy.write([entry(cy, 'by Cy')]);
  await eve.write([entry(eve, 'by Eve')]);
  expect(await inStep(ada, cy, eve)).toBe(true);
  await ada.write([entry(ada, 'on top')]);
  expect(await inStep(ada, cy, eve)).toBe(true);
  for (const device of [ada, cy, eve]) device.session.setPaused(true);
  world.relay.stop();
  world.relay.start(old);
  bo.session.setPaused(false);
  await bo.write([entry(bo, 'on the other line')]);
  expect(await world.during(bo.invite())).toMatchObject({ ok: true });
  expect(await inStep(bo)).toBe(true);
  await ada.write([entry(ada, 'not sent')]);
  ada.session.setPaused(false);
  expect(await world.until(() => reasonOf(ada) === 'membership_forked', 60 * SECOND)).toBe(true);

  async function follow(device: Device): Promise<void> {
    const other = await world.during(device.session.readOtherLine(world.ledger));
    expect(other).toMatchObject({ ok: true });
    const hash = other?.ok ? other.value.membership.hash : '';
    expect(await world.during(device.session.followLine(world.ledger, hash))).toEqual({ ok: true, value: undefined });
  }
  return { world, ada, bo, cy, eve, inStep, reasonOf, refusedAt, follow };
}

describe.each([['memory', createMemoryDisk], ['SQLite', createSqliteDisk]] as const)('following the relay’s line of records, on %s', (_, newDisk) => {
  it('keeps what was written here, sent or not, and seals it anew; what others wrote comes when they do the same', async () => {
    const { ada, bo, cy, inStep, reasonOf, refusedAt, follow, world } = await setUp(() => newDisk());
    expect(names(ada)).toEqual(['before', 'by Cy', 'by Eve', 'not sent', 'on top']);
    await follow(ada);
    expect(await inStep(ada, bo)).toBe(true);
    expect(names(bo)).toEqual(['before', 'not sent', 'on the other line', 'on top']);
    expect((await refusedAt(ada)).every((reason) => reason === 'other_line')).toBe(true);
    expect(reasonOf(ada)).toBe(null);
    expect(ada.access()?.membership.hash).toBe(bo.access()?.membership.hash);

    cy.session.setPaused(false);
    expect(await world.until(() => reasonOf(cy) === 'membership_forked', 60 * SECOND)).toBe(true);
    await follow(cy);
    expect(await inStep(ada, bo, cy)).toBe(true);
    expect(names(bo)).toEqual(['before', 'by Cy', 'not sent', 'on the other line', 'on top']);
    await bo.write([entry(bo, 'life goes on')]);
    await ada.write([entry(ada, 'here too')]);
    expect(await inStep(ada, bo, cy)).toBe(true);
    expect(names(cy)).toEqual(['before', 'by Cy', 'here too', 'life goes on', 'not sent', 'on the other line', 'on top']);
  });

  it('is for good: after a restart, and when it is asked for again', async () => {
    const { ada, bo, inStep, follow, world } = await setUp(() => newDisk());
    await follow(ada);
    ada.crash();
    await ada.start();
    expect(await world.until(() => ada.session.state().connection === 'online', 60 * SECOND)).toBe(true);
    expect(await inStep(ada, bo)).toBe(true);
    const before = fingerprint(ada);
    await follow(ada);
    expect(await inStep(ada, bo)).toBe(true);
    expect(fingerprint(ada)).toBe(before);
  });

  it('is done for the line that was looked at, and for no other', async () => {
    const { ada, reasonOf, world } = await setUp(() => newDisk());
    const known = ada.access()!.membership.hash;
    expect(await world.during(ada.session.followLine(world.ledger, known))).toEqual({ ok: false, code: 'membership_forked' });
    expect([ada.access()?.membership.hash, reasonOf(ada)]).toEqual([known, 'membership_forked']);
    expect(names(ada)).toEqual(['before', 'by Cy', 'by Eve', 'not sent', 'on top']);
  });

  it('is not for who is no member there: they may not even read it', async () => {
    const { eve, reasonOf, world } = await setUp(() => newDisk());
    eve.session.setPaused(false);
    expect(await world.until(() => reasonOf(eve) === 'membership_forked', 60 * SECOND)).toBe(true);
    expect(await world.during(eve.session.readOtherLine(world.ledger))).toEqual({ ok: false, code: 'not_member' });
  });
});
