/** What has to hold when calm has returned. */
import * as Automerge from '@automerge/automerge';
import { expect } from 'vitest';
import type { RevisionId } from '#domain/ids.ts';
import { isRestricted, type LedgerAccess } from '#sync/access.ts';
import { epochAt, mayWrite, roleNow } from '#sync/protocol/membership.ts';
import type { ChangeLineage } from '#sync/store.ts';
import { must } from '#sync/sample.access.ts';
import { fingerprint, isIdle, type Device, type World } from '#tests/sync/world.ts';
import type { Chaos } from '#tests/sync/chaos/chaos.ts';

/** Who has to agree with whom. */
export interface Company {
  /** On the relay's line of records, with all that was ever written. */
  readonly whole: readonly Device[];
  /** Those who came in without what was before them, or were not given a key. */
  readonly partial: readonly Device[];
  /** A relay that was set back went on from there with others. A visible stop. */
  readonly forked: readonly Device[];
  readonly gone: readonly Device[];
  readonly access: LedgerAccess;
}

const hasAllKeys = ({ membership, contentKeys }: LedgerAccess): boolean => membership.epochs.every(({ number }) => contentKeys.some(({ epoch }) => epoch === number));

/** Null where nobody has the line of records that the relay has. */
export async function gather({ world, dishonest }: Chaos): Promise<Company | null> {
  const there = await world.relay.store?.records(world.ledger, 0, Infinity);
  const count = there?.ok ? there.value.count : 0;
  const last = there?.ok ? there.value.records.at(-1) : undefined;
  const honest = world.devices.filter((device) => !dishonest.has(device));
  const isOnLine = (device: Device): boolean => {
    const records = device.access()?.records ?? [];
    return records.length === count && last !== undefined && Buffer.compare(records[count - 1]!, last) === 0;
  };
  const reference = honest.find(isOnLine)?.access();
  if (!reference) return null;
  const present = honest.filter(({ seat }) => roleNow(reference.membership, seat.key) !== null);
  const isForked = (device: Device): boolean => device.session.state().ledgers.get(world.ledger)?.reason === 'membership_forked';
  const inLine = present.filter((device) => !isForked(device));
  const isWhole = (device: Device): boolean => {
    const access = device.access();
    return access !== undefined && hasAllKeys({ ...access, membership: reference.membership });
  };
  return {
    whole: inLine.filter(isWhole), partial: inLine.filter((device) => !isWhole(device)), forked: honest.filter(isForked),
    gone: honest.filter((device) => !present.includes(device) && !isForked(device)), access: reference,
  };
}

/** Only who is dishonest is left in the ledger: with them nobody has to agree. */
const isAbandoned = ({ world, dishonest }: Chaos): boolean =>
  world.devices.every((device) => dishonest.has(device) || device.session.state().ledgers.get(world.ledger)?.reason === 'removed');

export async function isCalm(chaos: Chaos, since: number): Promise<boolean> {
  const { world } = chaos;
  const company = await gather(chaos);
  if (!company) return isAbandoned(chaos);
  const { whole, partial, forked, access } = company;
  if (whole.length === 0) return partial.length + forked.length > 0;
  const inStep = (device: Device): boolean => {
    const state = device.session.state().ledgers.get(world.ledger);
    // Whoever lost a notice in the storm asks for news within half a minute.
    return (state?.syncedAt ?? 0) > since && device.access()?.membership.hash === access.membership.hash;
  };
  if (![...whole, ...partial.filter(isRestrictedDevice)].every(inStep)) return false;
  const idle = await Promise.all(whole.map((device) => isIdle(device, world)));
  return idle.every(Boolean) && new Set(whole.map(fingerprint)).size === 1;
}
const isRestrictedDevice = (device: Device): boolean => {
  const access = device.access();
  return access !== undefined && isRestricted(access) && access.current !== undefined;
};

/** How everybody stands, for a failing test to tell. */
export async function describeChaos(chaos: Chaos): Promise<string> {
  const { world } = chaos;
  const company = await gather(chaos);
  const lines = await Promise.all(world.devices.map(async (device) => {
    const state = device.session.state();
    const { reason = null, syncedAt = null } = state.ledgers.get(world.ledger) ?? {};
    const access = device.access();
    const group = (['whole', 'partial', 'forked', 'gone'] as const).find((name) => company?.[name].includes(device)) ?? 'other';
    const waiting = await must(device.disk.store.waitingFrames(world.ledger, Infinity));
    const unsealed = await must(device.disk.store.nextUnsealed(world.ledger, Infinity));
    const changes = [...(await lineagesOf(device, world)).values()].flat();
    const frames = Object.entries(Object.groupBy(device.disk.verdicts(world.ledger), ({ state: verdict, reason: why }) => why ?? verdict));
    return [
      `${changes.length} changes, ${changes.filter(({ refused }) => refused !== null).length} refused`, frames.map(([verdict, all]) => `${all?.length} ${verdict}`).join(' '),
      device.name, group, device.role(), `record ${access?.membership.number} ${access?.membership.hash.slice(0, 8)}`, `keys ${access?.contentKeys.map(({ epoch }) => epoch)}`,
      state.connection, reason, `synced ${syncedAt}`, `${waiting.length} waiting`, `${unsealed?.changes.length ?? 0} unsealed`, `${device.revisions().length} revisions`,
    ].join(', ');
  }));
  return [`at ${world.scheduler.now()}`, ...lines].join('\n');
}

async function lineagesOf({ disk: { store } }: Device, { ledger }: World): Promise<Map<string, ChangeLineage[]>> {
  const [counting, refused] = [await must(store.documents(ledger)), await must(store.refusedChanges(ledger))];
  const documents = new Set([...counting, ...refused].map(({ document }) => document));
  return new Map(await Promise.all([...documents].map(async (document): Promise<[string, ChangeLineage[]]> => [document, await must(store.lineage(ledger, document))])));
}

/** What others have been told is refused, by change. What never left a device is only its own. */
function refusedIn(lineages: ReadonlyMap<string, ChangeLineage[]>): string[] {
  return [...lineages].flatMap(([document, changes]) => changes.filter(({ record, refused }) => record !== null && refused !== null).map(({ hash, refused }) => `${document}/${hash} ${refused}`)).toSorted();
}

/** Who could write without a break since they came, on the line of records that stands. */
function neverLost({ membership }: LedgerAccess, { seat }: Device): boolean {
  const tenures = membership.tenures.get(seat.key) ?? [];
  return tenures.length > 0 && tenures.every(({ role }) => mayWrite(role)) && tenures.at(-1)?.to === null;
}

/** Fails the test where something is wrong. */
export async function judgeChaos(chaos: Chaos): Promise<{ revisions: number }> {
  const { world, required, losses, forged } = chaos;
  const company = await gather(chaos);
  if (!company && isAbandoned(chaos)) return { revisions: 0 };
  if (!company) throw new Error('nobody is on the relay’s line');
  const { whole, partial, forked, gone, access } = company;
  if (!chaos.hasForgotten) expect(forked.map(({ name }) => name), 'nobody forks unless a relay forgot').toEqual([]);

  const [first] = whole;
  if (!first) return { revisions: 0 };
  const counting = new Set<RevisionId>(first.revisions().map(({ id }) => id));
  // What is on a device that was stopped, or was kept from the key it needs to send it, is not lost.
  const stopped = [...forked, ...partial.filter((device) => !isRestrictedDevice(device))];
  const elsewhere = new Set(stopped.flatMap((device) => device.revisions()).map(({ id }) => id));
  // What a relay forgot may be gone with those who went: nobody who is there ever had it.
  const taken = new Set(chaos.hasForgotten ? gone.flatMap((device) => device.revisions()).map(({ id }) => id) : []);
  const refusals = new Set((await must(first.disk.store.refusedChanges(world.ledger))).flatMap(({ bytes }) => Automerge.decodeChange(bytes).ops.map(({ key }) => key)));
  const isLost = (id: RevisionId): boolean => !counting.has(id) && !elsewhere.has(id) && (refusals.has(id) || !taken.has(id));
  expect([...required].filter(([id, device]) => !chaos.dishonest.has(device) && neverLost(access, device) && isLost(id)).map(([id, { name }]) => `${name} ${id}`), 'acknowledged and gone').toEqual([]);
  const seen = losses.flatMap(({ hash, seen: ids }) => {
    const number = access.membership.hashes.indexOf(hash);
    const isLosing = (device: Device | undefined): boolean => (access.membership.tenures.get(device?.seat.key ?? '') ?? []).some(({ to }) => to === number);
    return number < 0 ? [] : [...ids].filter((id) => isLosing(required.get(id)));
  });
  expect(seen.filter(isLost), 'seen by who took the right away, and gone').toEqual([]);

  const known = new Set<string>();
  const reference = await lineagesOf(first, world);
  for (const device of whole) {
    const lineages = await lineagesOf(device, world);
    expect(refusedIn(lineages), 'refused alike').toEqual(refusedIn(reference));
    for (const document of lineages.keys()) for (const { hash } of expectDocument(await must(device.disk.store.changes(world.ledger, document)))) known.add(hash);
  }
  for (const device of world.devices) if (!chaos.dishonest.has(device)) expect(device.revisions().filter(({ id }) => forged.has(id)), `forged at ${device.name}`).toEqual([]);
  for (const device of whole) {
    // A frame is held for good only where what it rests on, and waits for first, is lost to everybody.
    expect(device.disk.verdicts(world.ledger).flatMap(({ missing }) => missing.slice(0, 1)).filter((hash) => known.has(hash))).toEqual([]);
    // A relay does not look at the signature of who appends in their own name (ADR 6): a bit that turned over on the way stays.
    const kept = device.disk.verdicts(world.ledger).filter(({ state, reason }) => state === 'quarantined' && reason !== 'signature_wrong');
    if (chaos.dishonest.size === 0) expect(kept).toEqual([]);
  }
  for (const device of partial) await judgePartial(device, world, reference);
  return { revisions: counting.size };
}

/** Who sees less sees nothing else, and all that was written since they came. */
async function judgePartial(device: Device, world: World, reference: ReadonlyMap<string, ChangeLineage[]>): Promise<void> {
  const lineages = await lineagesOf(device, world);
  const access = device.access();
  // Who lacks a key cannot read either what came into records under it.
  if (!access || !isRestrictedDevice(device)) return;
  for (const [document, changes] of lineages) {
    const whole = new Map((reference.get(document) ?? []).map((change) => [change.hash, change]));
    for (const { hash, deps, record, refused } of changes) {
      // What rests on nothing that anybody has, they take for something that rests on what was before them: others hold it.
      const isDangling = deps.some((other) => !whole.has(other));
      if (record !== null && !isDangling) expect(whole.get(hash)?.refused, `${device.name}: ${document}/${hash}`).toBe(refused);
    }
  }
  const first = access.contentKeys[0]?.epoch ?? 0;
  for (const [document, changes] of reference) {
    const here = new Set((lineages.get(document) ?? []).map(({ hash }) => hash));
    const readable = changes.filter(({ record }) => record !== null && access.contentKeys.some(({ epoch }) => epoch === epochAt(access.membership, record)?.number));
    expect(readable.filter(({ hash, record }) => (epochAt(access.membership, record ?? 0)?.number ?? 0) >= first && !here.has(hash)).map(({ hash }) => hash), `${device.name} lacks`).toEqual([]);
  }
}

/** The changes of a document, each after those it rests on, are one that Automerge can build. */
function expectDocument(changes: Uint8Array[]): Automerge.DecodedChange[] {
  const decoded = changes.map((bytes) => Automerge.decodeChange(bytes));
  const seen = new Set<string>();
  for (const { hash, deps } of decoded) {
    expect(deps.filter((dependency) => !seen.has(dependency)), 'in order').toEqual([]);
    seen.add(hash);
  }
  const [document] = Automerge.applyChanges(Automerge.init<Record<string, unknown>>(), changes);
  // Whoever followed another line of records may have said the same twice.
  expect(Object.keys(document)).toHaveLength(new Set(decoded.flatMap(({ ops }) => ops.map(({ key }) => key))).size);
  Automerge.free(document);
  return decoded;
}
