import { describe, expect, it } from 'vitest';
import { createWorld, fingerprint, isIdle, type Device, type Tampering, type World } from '#tests/sync/world.ts';
import { encodeMessage, parseRelayMessage, type RelayMessage } from './protocol/messages.ts';
import { sampleEntry, sampleId, samplePerson } from './sample.ts';
import { CALM } from './transport.sim.ts';

const SECOND = 1_000;
const entry = (device: { id: string }, name: string) => sampleEntry(name, { device: device.id });
const stateOf = (device: Device, world: World) => device.session.state().ledgers.get(world.ledger);
const names = (device: Device) => device.revisions().flatMap((revision) => (revision.type === 'entry' ? [revision.body.description] : [])).toSorted();

async function areInStep(world: World): Promise<boolean> {
  const idle = await Promise.all(world.devices.map((device) => isIdle(device, world)));
  return idle.every(Boolean) && new Set(world.devices.map(fingerprint)).size === 1;
}

async function setUp(): Promise<World & { ada: Device; bo: Device; tampering: Tampering }> {
  const tampering: Tampering = {};
  const world = await createWorld(7, tampering);
  world.relay.start();
  const ada = await world.addDevice('Ada');
  const bo = await world.addDevice('Bo');
  await world.scheduler.pass(SECOND);
  return { ...world, ada, bo, tampering };
}

/** Rewrites what the relay says, message by message. */
function rewrite(change: (message: RelayMessage) => RelayMessage | null): (bytes: Uint8Array) => Uint8Array | null {
  return (bytes) => {
    const message = parseRelayMessage(bytes);
    const changed = message.ok ? change(message.value) : null;
    return changed && encodeMessage(changed);
  };
}
const verdictsOf = (device: Device, world: World) => device.disk.verdicts(world.ledger);
const quarantineOf = (device: Device, world: World) => verdictsOf(device, world).flatMap(({ reason }) => reason ?? []);

describe('two devices', () => {
  it('exchange what they write at once', async () => {
    const world = await setUp();
    await world.ada.write([samplePerson('Ada', { device: world.ada.id }), entry(world.ada, 'dinner')]);
    await world.bo.write([entry(world.bo, 'train')]);
    expect(await world.until(() => areInStep(world), SECOND)).toBe(true);
    expect(names(world.ada)).toEqual(['dinner', 'train']);
    expect(stateOf(world.bo, world)).toMatchObject({ catchingUp: false, reason: null });
    expect(stateOf(world.bo, world)?.syncedAt).not.toBeNull();
  });

  it('work offline on purpose and lose nothing', async () => {
    const world = await setUp();
    for (const device of [world.ada, world.bo]) device.session.setPaused(true);
    expect(world.ada.session.state()).toMatchObject({ connection: 'paused', reason: null });
    await world.ada.write([entry(world.ada, 'dinner')]);
    await world.bo.write([entry(world.bo, 'train')]);
    await world.scheduler.pass(60 * SECOND);
    expect(names(world.bo)).toEqual(['train']);
    expect(await isIdle(world.ada, world)).toBe(false);
    for (const device of [world.ada, world.bo]) device.session.setPaused(false);
    expect(await world.until(() => areInStep(world), 5 * SECOND)).toBe(true);
    expect(world.ada.session.state().connection).toBe('online');
  });

  it('and a third that comes later, in pages', async () => {
    const world = await setUp();
    for (let round = 0; round < 4; round += 1) {
      await world.ada.write(Array.from({ length: 500 }, (_, index) => entry(world.ada, `import ${round}.${index}`)));
    }
    expect(await world.until(() => areInStep(world), 60 * SECOND)).toBe(true);
    const log = world.relay.store?.database.prepare<[], { frames: number; bytes: number }>('SELECT count(*) AS frames, sum(length(bytes)) AS bytes FROM log').get();
    expect(log?.frames).toBeLessThan(20);
    world.network.setWeather({ ...CALM, delay: 2 * SECOND });
    const cy = await world.addDevice('Cy');
    const catchingUp: boolean[] = [];
    expect(await world.until(() => (catchingUp.push(stateOf(cy, world)?.catchingUp ?? false), areInStep(world)), 60 * SECOND)).toBe(true);
    expect(catchingUp).toContain(true);
    expect(cy.revisions()).toHaveLength(2_000);
  });
});

describe('a relay', () => {
  it('that is away is tried again, and at once when asked to', async () => {
    const world = await setUp();
    const disk = world.relay.stop();
    await world.ada.write([entry(world.ada, 'dinner')]);
    await world.scheduler.pass(10 * 60 * SECOND);
    expect(world.ada.session.state()).toMatchObject({ connection: 'away', reason: 'relay_away' });
    world.relay.start(disk);
    world.ada.session.retry();
    world.bo.session.retry();
    expect(await world.until(() => areInStep(world), SECOND)).toBe(true);
  });

  it('that is not set, or set anew', async () => {
    const world = await setUp();
    world.ada.session.setRelay(null);
    expect(world.ada.session.state()).toMatchObject({ connection: 'notSet', relay: null });
    await world.ada.write([entry(world.ada, 'dinner')]);
    world.ada.session.setRelay('sim:other');
    expect(await world.until(() => areInStep(world), 5 * SECOND)).toBe(true);
  });

  it('that says nothing is left, with a reason', async () => {
    const world = await setUp();
    world.tampering.toDevice = () => null;
    await world.ada.write([entry(world.ada, 'dinner')]);
    await world.scheduler.pass(31 * SECOND);
    expect(world.ada.session.state()).toMatchObject({ connection: 'away', reason: 'relay_slow' });
    delete world.tampering.toDevice;
    expect(await world.until(() => areInStep(world), 120 * SECOND)).toBe(true);
  });

  it('that talks nonsense is left, with a reason', async () => {
    const world = await setUp();
    world.tampering.toDevice = (bytes) => bytes.map((byte) => byte ^ 0x55);
    await world.ada.write([entry(world.ada, 'dinner')]);
    await world.scheduler.pass(10 * SECOND);
    expect(world.ada.session.state()).toMatchObject({ connection: 'away', reason: 'relay_nonsense' });
    delete world.tampering.toDevice;
    expect(await world.until(() => areInStep(world), 120 * SECOND)).toBe(true);
  });

  it.each<[string, (message: RelayMessage) => RelayMessage]>([
    ['a page with a gap', (message) => (message.type === 'page' ? { ...message, frames: message.frames.map((frame) => ({ ...frame, seq: frame.seq + 1 })), head: message.head + 1 } : message)],
    ['an empty page though there is more', (message) => (message.type === 'page' ? { ...message, frames: [], head: 99 } : message)],
    ['an answer of another kind', (message) => (message.type === 'page' ? { type: 'kept', id: message.id } : message)],
    ['another log in every page', (message) => (message.type === 'page' ? { type: 'refused', id: message.id, reason: 'cursor_unknown' } : message)],
    ['a head that is nowhere', (message) => (message.type === 'opened' ? { ...message, documents: [...message.documents, { document: sampleId('nowhere'), seq: 3, frame: sampleId('nothing') }] } : message)],
  ])('that answers with %s never ends the program, and gets another chance', async (_, change) => {
    const world = await setUp();
    await world.ada.write([entry(world.ada, 'dinner')]);
    world.tampering.toDevice = rewrite(change);
    const cy = await world.addDevice('Cy');
    await world.scheduler.pass(60 * SECOND);
    delete world.tampering.toDevice;
    expect(await world.until(() => areInStep(world), 120 * SECOND)).toBe(true);
    expect(names(cy)).toEqual(['dinner']);
    expect(world.bugs).toEqual([]);
  });

  it('of another version is refused, and says so', async () => {
    const world = await setUp();
    world.tampering.toDevice = rewrite((message) => (message.type === 'challenge' ? { ...message, version: 3 } : message));
    await world.ada.start();
    await world.scheduler.pass(SECOND);
    expect(world.ada.session.state()).toMatchObject({ connection: 'refused', reason: 'relay_refused' });
  });

  it('that is full leaves the changes here, with a reason, while reading goes on', async () => {
    const world = await setUp();
    const { store } = world.relay;
    store?.database.pragma('max_page_count = 1');
    await world.ada.write(Array.from({ length: 100 }, (_, index) => entry(world.ada, `entry ${index}`)));
    await world.scheduler.pass(20 * SECOND);
    expect(stateOf(world.ada, world)?.reason).toBe('relay_full');
    expect(world.ada.session.state().connection).toBe('online');
    expect(await isIdle(world.ada, world)).toBe(false);
    store?.database.pragma('max_page_count = 1000000');
    expect(await world.until(() => areInStep(world), 10 * 60 * SECOND)).toBe(true);
    expect(stateOf(world.ada, world)?.reason).toBeNull();
  });

  it('that forgot everything is filled again, also with what others wrote', async () => {
    const world = await setUp();
    await world.ada.write([entry(world.ada, 'dinner')]);
    await world.bo.write([entry(world.bo, 'train')]);
    await world.until(() => areInStep(world));
    world.bo.crash();
    world.relay.stop();
    world.relay.start();
    expect(await world.until(() => (world.relay.store?.database.prepare('SELECT * FROM log').all().length ?? 0) === 2, 120 * SECOND)).toBe(true);
    const cy = await world.addDevice('Cy');
    expect(await world.until(() => names(cy).length === 2, 5 * SECOND)).toBe(true);
  });

  it('that is back at an old copy gets what it lost, though others wrote on there', async () => {
    const world = await setUp();
    await world.ada.write([entry(world.ada, 'before')]);
    await world.until(() => areInStep(world));
    const cy = await world.addDevice('Cy');
    await world.until(() => areInStep(world));
    cy.session.setPaused(true);
    const old = world.relay.store!.database.serialize();
    await world.ada.write([entry(world.ada, 'lost')]);
    await world.scheduler.pass(SECOND);
    world.ada.session.setPaused(true);
    world.bo.crash();
    world.relay.stop();
    world.relay.start(old);
    cy.session.setPaused(false);
    await cy.write([entry(cy, 'later'), entry(cy, 'later still')]);
    await world.scheduler.pass(SECOND);
    world.ada.session.setPaused(false);
    await world.bo.start();
    expect(await world.until(() => areInStep(world), 5 * SECOND)).toBe(true);
    expect(names(cy)).toEqual(['before', 'later', 'later still', 'lost']);
  });
});

describe('on the way', () => {
  it('a notice that gets lost is made up for within half a minute', async () => {
    const world = await setUp();
    world.tampering.toDevice = rewrite((message) => (message.type === 'live' ? null : message));
    await world.ada.write([entry(world.ada, 'dinner')]);
    await world.scheduler.pass(5 * SECOND);
    expect(names(world.bo)).toEqual([]);
    expect(await world.until(() => areInStep(world), 31 * SECOND)).toBe(true);
  });

  it('an acknowledgement beyond what was read counts for nothing yet', async () => {
    const world = await setUp();
    await world.ada.write([entry(world.ada, 'first')]);
    await world.until(() => areInStep(world));
    world.tampering.toDevice = rewrite((message) => (message.type === 'live' || message.type === 'page' ? null : message));
    await world.ada.write([entry(world.ada, 'unseen')]);
    await world.scheduler.pass(SECOND);
    await world.bo.write([entry(world.bo, 'beyond')]);
    await world.scheduler.pass(SECOND);
    expect(world.relay.store?.database.prepare('SELECT * FROM log').all()).toHaveLength(3);
    expect(await isIdle(world.bo, world)).toBe(false);
    delete world.tampering.toDevice;
    expect(await world.until(() => areInStep(world), 120 * SECOND)).toBe(true);
  });

  it('a garbled challenge costs a second conversation and nothing else', async () => {
    const world = await setUp();
    let isFirst = true;
    world.tampering.toDevice = rewrite((message) => {
      if (message.type !== 'challenge' || !isFirst) return message;
      isFirst = false;
      return { ...message, nonce: message.nonce.with(0, (message.nonce[0] ?? 0) ^ 1) };
    });
    await world.ada.start();
    await world.ada.write([entry(world.ada, 'dinner')]);
    expect(await world.until(() => areInStep(world), 20 * SECOND)).toBe(true);
  });

  it('a bit that turned over costs a second try and nothing else', async () => {
    const world = await setUp();
    let isFirst = true;
    world.tampering.toDevice = rewrite((message) => {
      if (message.type !== 'live' || !isFirst) return message;
      isFirst = false;
      return { ...message, bytes: message.bytes.with(message.bytes.length - 1, 1) };
    });
    await world.ada.write([entry(world.ada, 'dinner')]);
    expect(await world.until(() => areInStep(world), 20 * SECOND)).toBe(true);
    expect(quarantineOf(world.bo, world)).toEqual([]);
  });
});

describe("a device's disk", () => {
  it('that is full stops reading, with a reason, until there is room', async () => {
    const world = await setUp();
    world.bo.fault = 'disk_full';
    await world.ada.write([entry(world.ada, 'dinner')]);
    expect(await world.bo.write([entry(world.bo, 'train')])).toBe(false);
    await world.scheduler.pass(60 * SECOND);
    expect(stateOf(world.bo, world)?.reason).toBe('disk_full');
    world.bo.fault = null;
    expect(await world.until(() => areInStep(world), 10 * 60 * SECOND)).toBe(true);
    expect(names(world.bo)).toEqual(['dinner']);
  });
});

