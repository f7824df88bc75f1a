/** Members and devices that come, go and change their roles, whatever the weather is. */
import type { RevisionId } from '#domain/ids.ts';
import { isRestricted, type LedgerAccess } from '#sync/access.ts';
import { readFrontier } from '#sync/frontier.ts';
import type { Frontier } from '#sync/membership-content.ts';
import { bytesToHex } from '#sync/protocol/bytes.ts';
import { mayManage, mayWrite } from '#sync/protocol/membership.ts';
import type { MembershipChange, Role } from '#sync/protocol/membership-record.ts';
import { makeEpoch, makeRemoval, makeRole } from '#sync/records.ts';
import { must } from '#sync/sample.access.ts';
import type { Device } from '#tests/sync/world.ts';
import { begin, type Act, type Chaos } from '#tests/sync/chaos/chaos.ts';

const MAXIMUM_DEVICES = 8;

async function hashOf(record: Uint8Array): Promise<string> {
  return bytesToHex(new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(record))));
}

/** Takes somebody's right to write away, and remembers what of theirs has to stay. */
function takeAway(chaos: Chaos, device: Device, make: (access: LedgerAccess, frontier: Frontier) => Promise<Uint8Array>): void {
  const { world, losses, required } = chaos;
  begin(chaos, device.append(async (access) => {
    // What it wrote itself and did not send yet goes with it, if it goes.
    const seen = new Set<RevisionId>(device.revisions().map(({ id }) => id).filter((id) => required.get(id) !== device));
    const record = await make(access, await must(readFrontier(device.disk.store, world.ledger)));
    losses.push({ hash: await hashOf(record), seen });
    return record;
  }));
}

const others = (access: LedgerAccess, device: Device) => [...access.membership.members].filter(([member]) => member !== device.member);

/** Nobody takes a right away whose part in the past they cannot see. */
function managed(device: Device): LedgerAccess | undefined {
  const access = device.isAlive && mayManage(device.role()) ? device.access() : undefined;
  return access && !isRestricted(access) ? access : undefined;
}

const invite: Act = (chaos, device) => {
  const { world: { scheduler }, invites } = chaos;
  if (!device.isAlive || !mayManage(device.role())) return;
  const role: Role = scheduler.pick(device.role() === 'owner' ? ['admin', 'editor', 'editor', 'viewer'] : ['editor', 'viewer']);
  const terms = { role, uses: scheduler.between(1, 2), history: scheduler.isLikely(0.2) ? 'joining' : 'start' } as const;
  begin(chaos, device.invite(terms).then((made) => made.ok && invites.push(made.value)));
};

const join: Act = (chaos) => {
  const { world, invites } = chaos;
  if (invites.length > 0 && world.devices.length < MAXIMUM_DEVICES) begin(chaos, world.join(world.scheduler.pick(invites), `device ${world.devices.length}`));
};

const addSecond: Act = (chaos, device) => {
  const { world } = chaos;
  if (device.isAlive && device.role() !== null && world.devices.length < MAXIMUM_DEVICES) begin(chaos, world.addSecond(device, `${device.name}'s other`));
};

const leave: Act = (chaos, device) => {
  if (!device.isAlive || device.role() === null || device.role() === 'owner') return;
  takeAway(chaos, device, (access, frontier) => makeRemoval(access, { type: 'remove', member: device.member }, frontier, chaos.world.scheduler.randomBytes));
};

const remove: Act = (chaos, device) => {
  const { scheduler } = chaos.world;
  const access = managed(device);
  if (!access || others(access, device).length === 0) return;
  const [member, { devices }] = scheduler.pick(others(access, device));
  const change: Extract<MembershipChange, { type: 'revoke' | 'remove' }> = scheduler.isLikely(0.5) ? { type: 'remove', member } : { type: 'revoke', key: scheduler.pick(devices) };
  takeAway(chaos, device, (known, frontier) => makeRemoval(known, change, frontier, scheduler.randomBytes));
};

/** One of one's own devices, perhaps this one. */
const revoke: Act = (chaos, device) => {
  const { scheduler } = chaos.world;
  const devices = device.isAlive ? (device.access()?.membership.members.get(device.member)?.devices ?? []) : [];
  if (devices.length < 3) return;
  const key = scheduler.pick(devices);
  takeAway(chaos, device, (known, frontier) => makeRemoval(known, { type: 'revoke', key }, frontier, scheduler.randomBytes));
};

const changeRole: Act = (chaos, device) => {
  const { scheduler } = chaos.world;
  const access = managed(device);
  if (!access || others(access, device).length === 0) return;
  const [member, { role }] = scheduler.pick(others(access, device));
  const next: Role = scheduler.pick(device.role() === 'owner' ? ['owner', 'admin', 'editor', 'viewer', 'viewer'] : ['editor', 'viewer']);
  if (mayWrite(role) && !mayWrite(next)) takeAway(chaos, device, (known, frontier) => makeRole(known, member, next, frontier, scheduler.randomBytes));
  else begin(chaos, device.append((known) => makeRole(known, member, next, null, scheduler.randomBytes)));
};

/** A new key; an admin lets something in that was refused. */
const beginEpoch: Act = (chaos, device) => {
  const { ledger, scheduler } = chaos.world;
  if (!device.isAlive || !mayWrite(device.role())) return;
  begin(chaos, device.append(async (known) => {
    const refused = await device.disk.store.refusedChanges(ledger);
    const accepts = refused.ok && refused.value.length > 0 && scheduler.isLikely(0.5) ? [scheduler.pick(refused.value).hash] : [];
    return makeEpoch(known, accepts, scheduler.randomBytes);
  }));
};

export const COMINGS: [number, Act][] = [[5, invite], [7, join], [3, addSecond], [1, leave], [2, remove], [1, revoke], [4, changeRole], [2, beginEpoch]];
