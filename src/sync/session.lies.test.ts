import { describe, expect, it } from 'vitest';
import { createWorld, fingerprint, isIdle, type Device, type Tampering, type World } from '#tests/sync/world.ts';
import { encodeMessage, parseRelayMessage, type RelayMessage } from './protocol/messages.ts';
import { must } from './sample.access.ts';
import { sampleEntry } from './sample.ts';
import { CALM } from './transport.sim.ts';

const SECOND = 1_000;
const entry = (device: { id: string }, name: string) => sampleEntry(name, { device: device.id });
const names = (device: Device) => device.revisions().flatMap((revision) => (revision.type === 'entry' ? [revision.body.description] : [])).toSorted();

async function areInStep(world: World): Promise<boolean> {
  const idle = await Promise.all(world.devices.map((device) => isIdle(device, world)));
  return idle.every(Boolean) && new Set(world.devices.map(fingerprint)).size === 1;
}

const areEqual = (...devices: Device[]): boolean => new Set(devices.map(fingerprint)).size === 1;

interface LoggedFrame {
  document: string;
  seq: number;
  bytes: Buffer;
}

/** Ada and Bo write, and Cy, to whom the relay lies, is away. */
async function setUp() {
  const tampering: Tampering = {};
  const world = await createWorld(5, tampering);
  world.relay.start();
  const ada = await world.addDevice('Ada');
  const bo = await world.addDevice('Bo');
  const cy = await world.addDevice('Cy');
  await ada.write([entry(ada, 'first')]);
  await world.until(() => areInStep(world));
  cy.session.setPaused(true);
  const log = () =>
    (world.relay.store?.database.prepare<[], LoggedFrame>('SELECT lower(hex(document.document)) AS document, log.seq, bytes FROM log JOIN document ON document.id = log.document ORDER BY log.seq').all() ?? []);
  /** Says something else to everybody who comes from now on. */
  const lie = (change: (message: RelayMessage) => RelayMessage | null) => {
    tampering.toDevice = (bytes) => {
      const message = parseRelayMessage(bytes);
      const said = message.ok ? change(message.value) : null;
      return said && encodeMessage(said);
    };
  };
  const beHonest = () => {
    delete tampering.toDevice;
    world.network.cutAll();
  };
  const quarantineOf = (device: Device) => device.disk.verdicts(world.ledger).flatMap(({ reason }) => reason ?? []);
  const heldBy = (device: Device) => device.disk.verdicts(world.ledger).filter(({ state }) => state === 'held').length;
  return { ...world, world, ada, bo, cy, log, lie, beHonest, quarantineOf, heldBy };
}
const plain = ({ bytes }: LoggedFrame): Uint8Array => new Uint8Array(bytes);

describe('a relay that shows another log to one than to others', () => {
  it('with a frame from before in the place of a new one is noticed, and the new one is there when it is honest', async () => {
    const { world, ada, bo, cy, log, lie, beHonest } = await setUp();
    await ada.write([entry(ada, 'hidden')]);
    await world.scheduler.pass(SECOND);
    await bo.write([entry(bo, 'shown')]);
    await world.scheduler.pass(SECOND);
    const [first] = log();
    lie((message) => (message.type === 'page' ? { ...message, frames: message.frames.map((frame) => (frame.seq === 2 ? { ...frame, bytes: plain(first!) } : frame)) } : message));
    cy.session.setPaused(false);
    await world.scheduler.pass(60 * SECOND);
    expect(names(cy)).toEqual(['first']);
    beHonest();
    expect(await world.until(() => areInStep(world), 5 * 60 * SECOND)).toBe(true);
    expect(names(cy)).toEqual(['first', 'hidden', 'shown']);
  });

  const isAt = (place: number, bytes: Uint8Array) => (message: RelayMessage): RelayMessage =>
    (message.type === 'page' ? { ...message, frames: message.frames.map((frame) => (frame.seq === place ? { ...frame, bytes } : frame)) } : message);

  it('with garbage in the place of a frame, and insists, is asked again when it is honest', async () => {
    const { world, ada, bo, cy, lie, beHonest, quarantineOf, heldBy } = await setUp();
    bo.session.setPaused(true);
    await bo.write([entry(bo, 'beside it')]);
    await ada.write([entry(ada, 'hidden')]);
    await world.scheduler.pass(SECOND);
    bo.session.setPaused(false);
    await world.scheduler.pass(SECOND);
    lie(isAt(2, new Uint8Array([1, 2, 3])));
    cy.session.setPaused(false);
    await world.scheduler.pass(60 * SECOND);
    // Nothing rests on what is hidden: only its place can tell.
    expect([quarantineOf(cy), names(cy), heldBy(cy)]).toEqual([['frame_malformed'], ['beside it', 'first'], 0]);
    beHonest();
    expect(await world.until(() => areInStep(world), 5 * 60 * SECOND)).toBe(true);
    expect(names(cy)).toEqual(['beside it', 'first', 'hidden']);
  });

  it('and to the same one after a restart leaves a hole, which is looked for', async () => {
    const { world, ada, bo, cy, lie, beHonest, heldBy } = await setUp();
    await ada.write([entry(ada, 'hidden')]);
    await world.scheduler.pass(SECOND);
    await bo.write([entry(bo, 'rests on it')]);
    await world.scheduler.pass(SECOND);
    lie(isAt(2, new Uint8Array([1, 2, 3])));
    cy.session.setPaused(false);
    await world.scheduler.pass(60 * SECOND);
    expect([names(cy), heldBy(cy)]).toEqual([['first'], 1]);
    // What gave rise to doubts is forgotten; that something is missing is not.
    cy.crash();
    beHonest();
    await cy.start();
    expect(await world.until(() => areInStep(world), 15 * 60 * SECOND)).toBe(true);
    expect([names(cy), heldBy(cy)]).toEqual([['first', 'hidden', 'rests on it'], 0]);
  });

  it('that acknowledges and throws away is filled again when its log turns out to be another', async () => {
    const { world, cy, bo, ada } = await setUp();
    cy.session.setPaused(false);
    await world.until(() => areInStep(world));
    const old = world.relay.store!.database.serialize();
    await cy.write([entry(cy, 'thrown away')]);
    expect(await world.until(() => isIdle(cy, world), 60 * SECOND)).toBe(true);
    for (const device of [ada, bo]) device.crash();
    world.relay.stop();
    world.relay.start(old);
    for (const device of [ada, bo]) await device.start();
    expect(await world.until(() => areInStep(world), 5 * 60 * SECOND)).toBe(true);
    expect(names(ada)).toEqual(['first', 'thrown away']);
  });
});

describe('a relay that had something else in the middle of a log than it has now', () => {
  it('is given what is gone by those who have it, when others ask them', async () => {
    const { world, ada, bo, cy, heldBy } = await setUp();
    await ada.write([entry(ada, 'gone')]);
    await world.scheduler.pass(SECOND);
    await bo.write([entry(bo, 'rests on it')]);
    await world.until(() => areEqual(ada, bo));
    for (const device of [ada, bo]) device.session.setPaused(true);
    // Something else takes the place of Ada's entry; the end of the log is as Ada and Bo know it.
    const document = (await must(ada.disk.store.documents(world.ledger))).map((one) => one.document).find((one) => one !== world.ledger)!;
    await world.relay.append(world.ledger, [{ document, frame: 'ab'.repeat(16), bytes: new Uint8Array([1, 2, 3]) }]);
    world.relay.store!.database.exec(`
      DELETE FROM log WHERE seq = 2;
      UPDATE log SET seq = 2 WHERE seq = 4;
      UPDATE document SET seq = 3, frame = (SELECT frame FROM log WHERE log.document = document.id AND log.seq = 3) WHERE seq = 4`);
    cy.session.setPaused(false);
    expect(await world.until(() => heldBy(cy) === 1, 60 * SECOND)).toBe(true);
    for (const device of [ada, bo]) device.session.setPaused(false);
    expect(await world.until(() => areEqual(ada, bo, cy), 60 * 60 * SECOND)).toBe(true);
    expect([names(cy), heldBy(cy)]).toEqual([['first', 'gone', 'rests on it'], 0]);
  });
});

describe('junk in a log', () => {
  it('costs one more question each, not a new connection', async () => {
    const { world, ada, cy, quarantineOf } = await setUp();
    const junk = Array.from({ length: 40 }, (_, index) => new Uint8Array([index, 1, 2, 3]));
    await world.relay.append(world.ledger, junk.map((bytes, index) => ({ document: 'ee'.repeat(16), frame: (index + 1).toString(16).padStart(32, '0'), bytes })));
    const started = world.scheduler.now();
    cy.session.setPaused(false);
    world.network.setWeather(CALM);
    expect(await world.until(() => quarantineOf(cy).length === 40, 60 * SECOND)).toBe(true);
    expect(world.scheduler.now() - started).toBeLessThan(15 * SECOND);
    expect(cy.session.state().connection).toBe('online');
    await ada.write([entry(ada, 'life goes on')]);
    expect(await world.until(() => names(cy).includes('life goes on'), 60 * SECOND)).toBe(true);
  });
});
