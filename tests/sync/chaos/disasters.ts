/** Weather, disks and relays that fail; devices that write through all of it. */
import type { Revision } from '#domain/revision.ts';
import { bytesToHex } from '#sync/protocol/bytes.ts';
import { mayWrite } from '#sync/protocol/membership.ts';
import { sampleEntry, samplePerson } from '#sync/sample.ts';
import { isIdle, type Device } from '#tests/sync/world.ts';
import { later, type Act, type Chaos } from '#tests/sync/chaos/chaos.ts';

export const write: Act = async ({ world, required }, device) => {
  if (!device.isAlive || !mayWrite(device.role())) return;
  const { scheduler } = world;
  const known = device.revisions();
  const revisions = Array.from({ length: scheduler.between(1, 4) }, (): Revision => {
    const name = bytesToHex(scheduler.randomBytes(8));
    if (scheduler.isLikely(0.2)) return samplePerson(name, { device: device.id });
    const edited = known.length > 0 && scheduler.isLikely(0.4) ? scheduler.pick(known) : undefined;
    return sampleEntry(name, { device: device.id, ...(edited?.type === 'entry' && { of: edited.of, prev: [edited.id] }) });
  });
  if (await device.write(revisions)) for (const { id } of revisions) required.set(id, device);
};

const restoreBackup: Act = async (chaos) => {
  const { world, required, backups } = chaos;
  if (backups.length === 0) return;
  const { device, disk } = world.scheduler.pick(backups);
  const isSent = await isIdle(device, world);
  const before = device.revisions();
  await device.start(disk.copy());
  // What had not left this device, or came to a relay that forgets, may be gone with its disk.
  if (isSent && !chaos.hasForgotten) return;
  const elsewhere = new Set(world.devices.flatMap((other) => other.revisions()).map(({ id }) => id));
  for (const { id } of before) if (!elsewhere.has(id)) required.delete(id);
};

export const changeWeather: Act = ({ world: { scheduler, network } }) => {
  const probability = (highest: number): number => (scheduler.isLikely(0.5) ? 0 : scheduler.random() * highest);
  network.setWeather({
    delay: scheduler.between(5, 1_000), drop: probability(0.1), duplicate: probability(0.2), reorder: probability(0.2), cut: probability(0.03),
    corrupt: probability(0.03),
  });
};

/** Puts another disk under the relay. What only the relay held (its device is back at an old backup) is lost with the old one. */
async function replaceRelay(chaos: Chaos, disk?: Buffer): Promise<void> {
  const { world, required } = chaos;
  world.relay.stop();
  world.relay.start(disk);
  chaos.hasForgotten = true;
  const held = new Set(world.devices.flatMap((device) => device.revisions()).map(({ id }) => id));
  for (const id of required.keys()) if (!held.has(id)) required.delete(id);
}

export const restoreRelay: Act = (chaos) => (chaos.oldDisks.length > 0 ? replaceRelay(chaos, chaos.world.scheduler.pick(chaos.oldDisks)) : undefined);

/** A relay that kept the records and some frames only, in no order. */
export const shuffleRelay: Act = async (chaos) => {
  const { world } = chaos;
  const { scheduler, relay, ledger } = world;
  const { store } = relay;
  if (!store) return;
  const frames = store.database
    .prepare<[], { document: string; frame: string; bytes: Buffer }>('SELECT lower(hex(document.document)) AS document, lower(hex(log.frame)) AS frame, bytes FROM log JOIN document ON document.id = log.document')
    .all();
  const records = await store.records(ledger, 0, Infinity);
  await replaceRelay(chaos);
  if (records.ok && records.value.records.length > 0) await relay.enrol(ledger, records.value.records);
  for (let left = scheduler.between(0, frames.length); left > 0; left -= 1) {
    await relay.append(ledger, frames.splice(scheduler.between(0, frames.length - 1), 1));
  }
};

const stopRelay = ({ world: { relay } }: Chaos): Buffer => relay.stop();
const startRelay = ({ world: { relay } }: Chaos): void => relay.start(relay.stop());
const revive = (chaos: Chaos, device: Device): void => later(chaos, () => device.isAlive || device.start());

export const DISASTERS: [number, Act][] = [
  [4, changeWeather],
  [3, (chaos, device) => {
    device.crash();
    revive(chaos, device);
  }],
  [5, (chaos, device) => {
    device.dyingIn = chaos.world.scheduler.between(1, 6);
    revive(chaos, device);
  }],
  [4, (chaos, device) => {
    if (device.isAlive) device.session.setPaused(true);
    later(chaos, () => device.session.setPaused(false));
  }],
  [2, (chaos, device) => {
    device.fault = chaos.world.scheduler.pick(['disk_full', 'store_failed'] as const);
    later(chaos, () => (device.fault = null));
  }],
  [2, (chaos, device) => {
    device.clockSkew = chaos.world.scheduler.pick([-1, 1]) * chaos.world.scheduler.between(0, 400 * 86_400_000);
  }],
  [4, ({ backups }, device) => void backups.push({ device, disk: device.disk.copy() })],
  [2, restoreBackup],
  [3, (chaos) => {
    stopRelay(chaos);
    later(chaos, () => startRelay(chaos));
  }],
  [3, (chaos) => {
    chaos.world.relay.dyingIn = chaos.world.scheduler.between(1, 3);
    later(chaos, () => startRelay(chaos));
  }],
  [3, (chaos) => {
    chaos.world.relay.store?.database.pragma('max_page_count = 1');
    later(chaos, () => chaos.world.relay.store?.database.pragma('max_page_count = 1000000'));
  }],
  [3, ({ world, oldDisks }) => void (world.relay.store && oldDisks.push(world.relay.store.database.serialize()))],
  [2, restoreRelay],
  [1, (chaos) => replaceRelay(chaos)],
  [1, shuffleRelay],
];
