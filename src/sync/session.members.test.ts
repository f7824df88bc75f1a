import { describe, expect, it } from 'vitest';
import { createMemoryDisk } from '#tests/sync/disk.ts';
import { createWorld, fingerprint, isIdle, type Device, type World } from '#tests/sync/world.ts';
import { isRestricted } from './access.ts';
import { readFrontier } from './frontier.ts';
import { parseFrame } from './protocol/frames.ts';
import type { MembershipChange, Role } from './protocol/membership-record.ts';
import { makeRemoval, makeRole } from './records.ts';
import { must } from './sample.access.ts';
import { sampleEntry, samplePerson } from './sample.ts';

const SECOND = 1_000;
const DAY = 86_400 * SECOND;
const entry = (device: { id: string }, name: string) => sampleEntry(name, { device: device.id });
const names = (device: Device) => device.revisions().flatMap((revision) => (revision.type === 'entry' ? [revision.body.description] : [])).toSorted();

async function areInStep(world: World, devices: readonly Device[]): Promise<boolean> {
  const idle = await Promise.all(devices.map((device) => isIdle(device, world)));
  return idle.every(Boolean) && new Set(devices.map(fingerprint)).size === 1;
}

async function setUp() {
  const world = await createWorld(11);
  world.relay.start();
  const ada = await world.addDevice('Ada');
  const bo = await world.addDevice('Bo');
  const cy = await world.addDevice('Cy');
  await world.scheduler.pass(SECOND);
  const { randomBytes } = world.scheduler;
  const frontier = (device: Device) => must(readFrontier(device.disk.store, world.ledger));
  const record = async (by: Device, make: Parameters<Device['append']>[0]) => expect(await world.during(by.append(make))).toEqual({ ok: true, value: undefined });
  const remove = (by: Device, gone: Device) => record(by, async (access) => makeRemoval(access, { type: 'remove', member: gone.member }, await frontier(by), randomBytes));
  const revoke = (by: Device, gone: Device) => record(by, async (access) => makeRemoval(access, { type: 'revoke', key: gone.seat.key } satisfies MembershipChange, await frontier(by), randomBytes));
  const setRole = (by: Device, of: Device, role: Role) => record(by, async (access) => makeRole(access, of.member, role, await frontier(by), randomBytes));
  const inStep = (...devices: Device[]) => world.until(() => areInStep(world, devices), 120 * SECOND);
  const reasonOf = (device: Device) => device.session.state().ledgers.get(world.ledger)?.reason;
  const refusedAt = async (device: Device) => (await must(device.disk.store.refusedChanges(world.ledger))).length;
  const logged = () => (world.relay.store?.database.prepare<[], { bytes: Buffer }>('SELECT bytes FROM log').all() ?? []).flatMap(({ bytes }) => {
    const parsed = parseFrame(new Uint8Array(bytes));
    return parsed.ok ? [parsed.value.header] : [];
  });
  return { ...world, world, ada, bo, cy, remove, revoke, setRole, inStep, reasonOf, refusedAt, logged };
}

describe('a member', () => {
  it('who is removed hears of it, and what they write from then on goes nowhere', async () => {
    const { world, ada, bo, cy, remove, inStep, reasonOf } = await setUp();
    await bo.write([entry(bo, 'before')]);
    await inStep(ada, bo, cy);
    await remove(ada, bo);
    expect(await world.until(() => reasonOf(bo) === 'removed', 60 * SECOND)).toBe(true);
    await bo.write([entry(bo, 'after')]);
    await ada.write([entry(ada, 'without Bo')]);
    expect(await inStep(ada, cy)).toBe(true);
    await world.scheduler.pass(10 * 60 * SECOND);
    expect([names(ada), names(cy)]).toEqual([['before', 'without Bo'], ['before', 'without Bo']]);
    expect(names(bo)).not.toContain('without Bo');
    expect(await isIdle(bo, world)).toBe(false);
  });

  it('who is removed while offline keeps what they wrote, with the reason, and it is never sent', async () => {
    const { world, ada, bo, cy, remove, inStep, reasonOf } = await setUp();
    bo.session.setPaused(true);
    await bo.write([entry(bo, 'offline')]);
    await remove(ada, bo);
    bo.session.setPaused(false);
    expect(await world.until(() => reasonOf(bo) === 'removed', 60 * SECOND)).toBe(true);
    await bo.start();
    await world.scheduler.pass(10 * 60 * SECOND);
    expect(names(bo)).toEqual(['offline']);
    expect(reasonOf(bo)).toBe('removed');
    expect(await isIdle(bo, world)).toBe(false);
    expect(await inStep(ada, cy)).toBe(true);
    expect(names(ada)).toEqual([]);
  });

  it('who comes back after weeks reads on, and sends what they wrote under the key of the day', async () => {
    const { world, ada, bo, cy, remove, inStep, logged } = await setUp();
    bo.session.setPaused(true);
    await bo.write([entry(bo, 'on the road')]);
    const di = await world.addDevice('Di');
    await remove(ada, di);
    await ada.write([entry(ada, 'meanwhile')]);
    await world.scheduler.pass(SECOND);
    const ed = await world.addDevice('Ed');
    await remove(ada, ed);
    for (const device of [ada, cy]) device.session.setPaused(true);
    await world.scheduler.pass(30 * DAY);
    for (const device of [ada, bo, cy]) device.session.setPaused(false);
    expect(await inStep(ada, bo, cy)).toBe(true);
    expect(names(cy)).toEqual(['meanwhile', 'on the road']);
    expect(logged().map(({ epoch }) => epoch).toSorted()).toEqual([1, 2]);
  });

  it('who leaves is rotated away from by whoever writes next', async () => {
    const { world, ada, bo, cy, inStep, logged } = await setUp();
    expect(await world.during(bo.append((access) => makeRemoval(access, { type: 'remove', member: bo.member }, new Map(), world.scheduler.randomBytes)))).toMatchObject({ ok: true });
    expect(ada.access()?.membership.isRotationOwed).toBe(true);
    await cy.write([entry(cy, 'after Bo')]);
    expect(await inStep(ada, cy)).toBe(true);
    expect(ada.access()?.membership.isRotationOwed).toBe(false);
    expect(logged().map(({ epoch }) => epoch)).toEqual([1]);
    expect(names(ada)).toEqual(['after Bo']);
  });

  it('who may only look on any more sees what they wrote meanwhile as refused, and it goes when they may write again', async () => {
    const { world, ada, bo, cy, setRole, inStep, refusedAt } = await setUp();
    bo.session.setPaused(true);
    await bo.write([entry(bo, 'offline')]);
    await setRole(ada, bo, 'viewer');
    bo.session.setPaused(false);
    expect(await inStep(ada, bo, cy)).toBe(true);
    expect([names(bo), await refusedAt(bo), await refusedAt(ada)]).toEqual([[], 1, 0]);
    await setRole(ada, bo, 'editor');
    expect(await world.until(() => names(cy).length === 1, 120 * SECOND)).toBe(true);
    expect(await inStep(ada, bo, cy)).toBe(true);
    expect(await refusedAt(bo)).toBe(0);
  });

  it('to whom the ledger is handed over may remove the one who founded it', async () => {
    const { ada, bo, cy, setRole, remove, inStep, reasonOf } = await setUp();
    await ada.write([entry(ada, 'founded')]);
    expect(await inStep(ada, bo, cy)).toBe(true);
    await setRole(ada, bo, 'owner');
    expect([ada.role(), bo.role()]).toEqual(['admin', 'owner']);
    await remove(bo, ada);
    await bo.write([entry(bo, 'mine now')]);
    expect(await inStep(bo, cy)).toBe(true);
    expect(names(cy)).toEqual(['founded', 'mine now']);
    expect(reasonOf(ada)).toBe('removed');
  });
});

describe('a device', () => {
  it('more of the same person sees all and writes too; when it is lost it is revoked and reads nothing later', async () => {
    const { world, ada, bo, cy, revoke, inStep, reasonOf } = await setUp();
    await ada.write([entry(ada, 'from the laptop')]);
    const phone = await world.during(world.addSecond(ada, 'Ada’s phone'));
    if (!phone) throw new Error('the phone did not come in');
    expect(await inStep(ada, phone, bo, cy)).toBe(true);
    expect(phone.role()).toBe('owner');
    await phone.write([entry(phone, 'from the phone')]);
    expect(await inStep(ada, phone, bo, cy)).toBe(true);
    await revoke(ada, phone);
    await ada.write([entry(ada, 'without the phone')]);
    expect(await inStep(ada, bo, cy)).toBe(true);
    expect(names(bo)).toEqual(['from the laptop', 'from the phone', 'without the phone']);
    expect(names(phone)).toEqual(['from the laptop', 'from the phone']);
    expect(reasonOf(phone)).toBe('removed');
  });

  it('that dies between a change and the review of it comes to the same in the end', async () => {
    for (const dyingIn of [1, 2, 3, 4, 5, 6, 7]) {
      const { world, ada, bo, cy, remove, inStep } = await setUp();
      await bo.write([entry(bo, 'seen'), samplePerson('Bo', { device: bo.id })]);
      await inStep(ada, bo, cy);
      await remove(ada, bo);
      cy.session.setPaused(true);
      const di = await world.addDevice('Di');
      di.session.setPaused(true);
      const empty = createMemoryDisk();
      await empty.store.commitRecords(world.ledger, di.id, 0, di.access()!.records, { refused: [], admitted: [] });
      await di.start(empty);
      di.dyingIn = dyingIn;
      await world.scheduler.pass(60 * SECOND);
      if (!di.isAlive) await di.start();
      cy.session.setPaused(false);
      expect(await inStep(ada, cy, di)).toBe(true);
      expect(names(di)).toEqual(['seen']);
    }
  });
});

describe('somebody who is to see nothing older', () => {
  it('sees what is written from then on, in old documents too and over a restart, and nothing else', async () => {
    const { world, ada, bo, cy, inStep } = await setUp();
    await ada.write([entry(ada, 'secret'), samplePerson('Ada', { device: ada.id })]);
    expect(await inStep(ada, bo, cy)).toBe(true);
    const di = await world.addDevice('Di', 'editor', 'joining');
    expect(isRestricted(di.access()!)).toBe(true);
    await bo.write([entry(bo, 'later')]);
    expect(await world.until(() => names(di).includes('later'), 60 * SECOND)).toBe(true);
    await di.start();
    await ada.write([entry(ada, 'later still')]);
    await di.write([entry(di, 'by Di')]);
    expect(await inStep(ada, bo, cy)).toBe(true);
    expect(await world.until(() => names(di).length === 3, 60 * SECOND)).toBe(true);
    expect(names(di)).toEqual(['by Di', 'later', 'later still']);
    expect(names(cy)).toEqual(['by Di', 'later', 'later still', 'secret']);
    expect(di.disk.verdicts(world.ledger).filter(({ state }) => state === 'held')).toEqual([]);
  });
});
