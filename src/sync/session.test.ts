import { describe, expect, it } from 'vitest';
import { createWorld, fingerprint, isIdle, type Device, type World } from '#tests/sync/world.ts';
import { sampleEntry, samplePerson } from './sample.ts';

const entry = (device: Device, name: string) => sampleEntry(name, { device: device.id });
const stateOf = (device: Device, world: World) => device.session.state().ledgers.get(world.ledger.ledger);

async function areInStep(world: World): Promise<boolean> {
  const idle = await Promise.all(world.devices.map((device) => isIdle(device, world)));
  return idle.every(Boolean) && new Set(world.devices.map(fingerprint)).size === 1;
}

async function setUp(seed = 1, names = ['Ada', 'Bo']): Promise<World & { ada: Device; bo: Device }> {
  const world = await createWorld(seed);
  world.relay.start();
  for (const name of names) await world.addDevice(name);
  const [ada, bo] = world.devices;
  return { ...world, ada: ada!, bo: bo! };
}

describe('two devices', () => {
  it('exchange what they write', async () => {
    const world = await setUp();
    await world.ada.write([samplePerson('Ada', { device: world.ada.id }), entry(world.ada, 'dinner')]);
    await world.bo.write([entry(world.bo, 'train')]);
    expect(await world.until(() => areInStep(world))).toBe(true);
    expect(world.ada.revisions()).toHaveLength(3);
    expect(world.scheduler.now()).toBeLessThan(5_000);
    expect(stateOf(world.bo, world)).toMatchObject({ catchingUp: false, reason: null });
    expect(stateOf(world.bo, world)?.syncedAt).not.toBeNull();
  });
});
