import { expect } from 'vitest';
import { CALM } from '#sync/transport.sim.ts';
import { createMemoryDisk, type Disk } from '#tests/sync/disk.ts';
import { createWorld, type Tampering } from '#tests/sync/world.ts';
import { chooseAct, type Act, type Chaos } from '#tests/sync/chaos/chaos.ts';
import { COMINGS } from '#tests/sync/chaos/comings.ts';
import { changeWeather, DISASTERS, restoreRelay, shuffleRelay, write } from '#tests/sync/chaos/disasters.ts';
import { FORGERIES } from '#tests/sync/chaos/forgeries.ts';
import { beHonest, LIES } from '#tests/sync/chaos/lies.ts';
import { describeChaos, gather, isCalm, judgeChaos } from '#tests/sync/chaos/verdict.ts';

const WRITING: [number, Act] = [40, write];
/** Two people and their devices, who write through whatever comes. */
export const STORM: readonly [number, Act][] = [WRITING, ...DISASTERS];
/** And people come and go. */
export const COMPANY: readonly [number, Act][] = [...STORM, ...COMINGS];
/** And somebody forges what they can, and the relay lies. */
export const MALICE: readonly [number, Act][] = [...COMPANY, ...FORGERIES, ...LIES];

export interface ChaosTerms {
  readonly seed: number;
  readonly acts?: readonly (readonly [number, Act])[];
  readonly newDisk?: () => Disk;
  readonly count?: number;
  /** One of the people has a program that is not ours. */
  readonly hasMallory?: boolean;
  /** For looking into what went wrong. */
  onTrouble?(chaos: Chaos): Promise<void>;
}

/** Whoever was stopped by another line of records goes over to the relay's; who is nobody there cannot. True when all is calm after that. */
async function followAll(chaos: Chaos): Promise<boolean> {
  const { world } = chaos;
  const forked = (await gather(chaos))?.forked ?? [];
  let isFollowed = false;
  for (const device of forked) {
    const other = await world.during(device.session.readOtherLine(world.ledger));
    if (!other?.ok) continue;
    expect(await world.during(device.session.followLine(world.ledger, other.value.membership.hash)), `${device.name} follows`).toEqual({ ok: true, value: undefined });
    isFollowed = true;
  }
  const followed = world.scheduler.now();
  return !isFollowed || world.until(() => isCalm(chaos, followed));
}

/** One run: a storm of so many acts, then calm, then judgement. */
export async function runChaos({ seed, acts = COMPANY, newDisk = createMemoryDisk, count = 70, hasMallory = false, onTrouble }: ChaosTerms): Promise<{ revisions: number; time: number }> {
  const tampering: Tampering = {};
  const world = await createWorld(seed, tampering, newDisk);
  const { scheduler, network, relay, devices } = world;
  const chaos: Chaos = {
    world, tampering, required: new Map(), losses: [], forged: new Set(), backups: [], oldDisks: [], invites: [], dishonest: new Set(), hasForgotten: false,
  };
  relay.start();
  for (let people = scheduler.between(2, 4); people > 0; people -= 1) await world.addDevice(`device ${people}`, scheduler.pick(['admin', 'editor', 'editor'] as const));
  if (hasMallory) chaos.dishonest.add(await world.addDevice('Mallory', scheduler.pick(['admin', 'editor', 'editor', 'viewer'] as const)));
  for (let done = 0; done < count; done += 1) {
    await chooseAct(world, acts)(chaos, scheduler.pick(devices));
    await scheduler.pass(scheduler.between(0, scheduler.pick([0, 100, 1_000, 5_000])));
  }

  // The last blow often falls when nobody writes any more, and nothing but the devices' own checks can heal it.
  const last = scheduler.pick([restoreRelay, restoreRelay, shuffleRelay, changeWeather, changeWeather]);
  await last(chaos, scheduler.pick(devices));
  await scheduler.pass(scheduler.between(0, 4_000));
  network.setWeather(CALM);
  await scheduler.pass(8_000);
  beHonest(chaos);
  relay.dyingIn = null;
  if (!relay.store) relay.start(relay.stop());
  relay.store?.database.pragma('max_page_count = 1000000');
  // Who was about to come in does, or does not.
  await scheduler.pass(60_000);
  for (const device of devices) {
    device.fault = null;
    device.dyingIn = null;
    device.clockSkew = 0;
    if (!device.isAlive) await device.start();
    device.session.setPaused(false);
  }
  if (hasMallory) {
    // Where a relay hid something between two frames that it showed, whoever writes on rests on it, and the hole shows.
    await scheduler.pass(120_000);
    for (const device of devices) await write(chaos, device);
  }
  const healed = scheduler.now();
  const isInStep = (await world.until(() => isCalm(chaos, healed))) && (await followAll(chaos));

  if (!isInStep) await onTrouble?.(chaos);
  expect(world.bugs).toEqual([]);
  expect(isInStep, isInStep ? '' : `everybody holds the same and nothing waits; ${await describeChaos(chaos)}`).toBe(true);
  const { revisions } = await judgeChaos(chaos).catch(async (error: unknown) => {
    await onTrouble?.(chaos);
    throw error;
  });
  const time = scheduler.now();
  for (const device of devices) {
    device.crash();
    device.disk.discard();
  }
  for (const { disk } of chaos.backups) disk.discard();
  return { revisions, time };
}
