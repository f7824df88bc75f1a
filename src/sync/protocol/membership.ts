/**
 * What a line of membership records comes to. The relay and every device apply the same rules to the same records, so
 * that neither has to take the other's word for who may do what. Signatures, hashes and whether the first record founds
 * the ledger are checked by the caller, record by record, before it gets here.
 */
import type { Parsed } from './cbor.ts';
import type { EpochStart, MembershipChange, MembershipRecord, Role } from './membership-record.ts';

export interface Member {
  readonly role: Role;
  /** Public keys of the devices that are in now. */
  readonly devices: readonly string[];
}

/** A stretch of records in which a device had one role. */
export interface Tenure {
  readonly member: string;
  readonly role: Role;
  /** Number of the record it begins with, and of the one that ends it; null: it lasts. */
  readonly from: number;
  readonly to: number | null;
}

export interface Invite {
  readonly role: Role;
  readonly uses: number;
  readonly expires: number;
  readonly wrap: Uint8Array;
}

/** Who is in a ledger after a record, and how it came to that. Never changed: the next record makes another one. */
export interface Membership {
  readonly ledger: string;
  /** Number and SHA-256 (64 hexadecimal digits) of the last record. */
  readonly number: number;
  readonly hash: string;
  /** Of every record, by number. */
  readonly hashes: readonly string[];
  readonly members: ReadonlyMap<string, Member>;
  /** Of every device that ever was in, oldest first. */
  readonly tenures: ReadonlyMap<string, readonly Tenure[]>;
  readonly invites: ReadonlyMap<string, Invite>;
  /** `from`: the record that began it. */
  readonly epochs: readonly { readonly number: number; readonly keyId: string; readonly from: number }[];
  /** Somebody left, who knows the key: whoever writes next begins an epoch first. */
  readonly isRotationOwed: boolean;
}

export type MembershipFailure =
  /** Not the record after the last one. */
  | 'record_stale'
  /** Its author may not do this, or it makes no sense. */
  | 'record_forbidden';

const MAXIMUM_MEMBERS = 200;
const MAXIMUM_DEVICES = 500;
/** Those that are gone count too: one member may not take up the room of all. */
const MAXIMUM_DEVICES_OF_MEMBER = 50;
const MAXIMUM_INVITES = 50;

export const mayWrite = (role: Role | null): boolean => role !== null && role !== 'viewer';
export const mayManage = (role: Role | null): boolean => role === 'owner' || role === 'admin';
/** Whether somebody of one role decides about somebody of another: the owner about all, an admin about those below. */
export const isAbove = (role: Role | null, other: Role): boolean =>
  role === 'owner' ? other !== 'owner' : role === 'admin' && (other === 'editor' || other === 'viewer');

/** The tenure a device was in after record `number`. */
export const tenureAt = (membership: Membership, key: string, number: number): Tenure | undefined =>
  number > membership.number ? undefined : membership.tenures.get(key)?.find(({ from, to }) => from <= number && (to === null || number < to));

/** The tenure a device is in now. */
export const tenureNow = (membership: Membership, key: string): Tenure | undefined => tenureAt(membership, key, membership.number);

export const roleNow = (membership: Membership, key: string): Role | null => tenureNow(membership, key)?.role ?? null;

/** The record by which a device that could write after record `number` could not any more; null: it still can. */
export function endOfWriting(membership: Membership, key: string, number: number): number | null {
  let end: number | null = null;
  for (const tenure of membership.tenures.get(key) ?? []) {
    if (tenure.to !== null && tenure.to <= number) continue;
    if (end !== null && tenure.from > end) break;
    if (!mayWrite(tenure.role)) return tenure.from;
    if (tenure.to === null) return null;
    end = tenure.to;
  }
  return end;
}

/** The epoch that was in force after record `number`. */
export const epochAt = (membership: Membership, number: number) => membership.epochs.findLast(({ from }) => from <= number);

/** A copy that is being changed by one record. */
interface Draft {
  readonly members: Map<string, Member>;
  readonly tenures: Map<string, readonly Tenure[]>;
  readonly invites: Map<string, Invite>;
}

function begin(draft: Draft, key: string, member: string, role: Role, from: number): void {
  draft.tenures.set(key, [...(draft.tenures.get(key) ?? []), { member, role, from, to: null }]);
}
function end(draft: Draft, key: string, to: number): void {
  draft.tenures.set(key, (draft.tenures.get(key) ?? []).map((tenure) => (tenure.to === null ? { ...tenure, to } : tenure)));
}

function admit(draft: Draft, member: string, role: Role, keys: readonly string[], number: number): boolean {
  const isNew = new Set(keys).size === keys.length && keys.every((key) => !draft.tenures.has(key) && !draft.invites.has(key));
  const ofMember = [...draft.tenures.values()].filter((tenures) => tenures[0]?.member === member).length;
  if (!isNew || draft.tenures.size + keys.length > MAXIMUM_DEVICES || ofMember + keys.length > MAXIMUM_DEVICES_OF_MEMBER) return false;
  draft.members.set(member, { role, devices: [...(draft.members.get(member)?.devices ?? []), ...keys] });
  for (const key of keys) begin(draft, key, member, role, number);
  return true;
}

function dismiss(draft: Draft, member: string, keys: readonly string[], number: number): void {
  const there = draft.members.get(member);
  for (const key of keys) end(draft, key, number);
  const devices = (there?.devices ?? []).filter((key) => !keys.includes(key));
  if (there && devices.length > 0) draft.members.set(member, { ...there, devices });
  else draft.members.delete(member);
}

function setRole(draft: Draft, member: string, role: Role, number: number): void {
  const there = draft.members.get(member);
  if (!there) return;
  draft.members.set(member, { ...there, role });
  for (const key of there.devices) {
    end(draft, key, number);
    begin(draft, key, member, role, number);
  }
}

/** Makes the change if its author may; what it asks of the epoch otherwise. */
function apply(draft: Draft, change: Exclude<MembershipChange, { type: 'found' }>, author: string, number: number): 'epoch_needed' | 'epoch_owed' | 'done' | 'forbidden' {
  const mine = draft.tenures.get(author)?.findLast(({ to }) => to === null);
  if (change.type === 'join') {
    const invite = draft.invites.get(author);
    const isWelcome = invite !== undefined && !draft.members.has(change.member) && draft.members.size < MAXIMUM_MEMBERS;
    if (!isWelcome || !admit(draft, change.member, invite.role, change.devices.map(({ key }) => key), number)) return 'forbidden';
    if (invite.uses > 1) draft.invites.set(author, { ...invite, uses: invite.uses - 1 });
    else draft.invites.delete(author);
    return 'done';
  }
  if (!mine) return 'forbidden';
  switch (change.type) {
    case 'invite': {
      const { key, role, uses, expires, wrap } = change;
      if (!isAbove(mine.role, role) || draft.invites.size >= MAXIMUM_INVITES || draft.invites.has(key) || draft.tenures.has(key)) return 'forbidden';
      draft.invites.set(key, { role, uses, expires, wrap });
      return 'done';
    }
    case 'withdraw':
      return mayManage(mine.role) && draft.invites.delete(change.key) ? 'done' : 'forbidden';
    case 'device':
      return admit(draft, mine.member, mine.role, [change.device.key], number) ? 'done' : 'forbidden';
    case 'revoke': {
      const theirs = draft.tenures.get(change.key)?.findLast(({ to }) => to === null);
      const isLastOfOwner = theirs?.role === 'owner' && draft.members.get(theirs.member)?.devices.length === 1;
      if (!theirs || isLastOfOwner || (theirs.member !== mine.member && !isAbove(mine.role, theirs.role))) return 'forbidden';
      dismiss(draft, theirs.member, [change.key], number);
      return change.key === author ? 'epoch_owed' : 'epoch_needed';
    }
    case 'remove': {
      const theirs = draft.members.get(change.member);
      const isSelf = change.member === mine.member;
      if (!theirs || (isSelf ? theirs.role === 'owner' : !isAbove(mine.role, theirs.role))) return 'forbidden';
      dismiss(draft, change.member, theirs.devices, number);
      return isSelf ? 'epoch_owed' : 'epoch_needed';
    }
    case 'role': {
      const theirs = draft.members.get(change.member);
      if (!theirs || theirs.role === change.role || change.member === mine.member) return 'forbidden';
      if (!isAbove(mine.role, theirs.role) || (change.role !== 'owner' && !isAbove(mine.role, change.role)) || (change.role === 'owner' && mine.role !== 'owner')) return 'forbidden';
      if (change.role === 'owner') setRole(draft, mine.member, 'admin', number);
      setRole(draft, change.member, change.role, number);
      return 'done';
    }
    case 'epoch':
      // Whoever only looks on could make the line of records too long for anybody to change anything.
      return mayWrite(mine.role) ? 'epoch_needed' : 'forbidden';
  }
}

function isSoundEpoch(epoch: EpochStart, draft: Draft, membership: Membership): boolean {
  const present = [...draft.members.values()].flatMap(({ devices }) => devices);
  const wrapped = new Set(epoch.wraps.map(({ key }) => key));
  const isForAll = wrapped.size === epoch.wraps.length && wrapped.size === present.length && present.every((key) => wrapped.has(key));
  const last = membership.epochs.at(-1);
  return isForAll && last !== undefined && epoch.number === last.number + 1 && membership.epochs.every(({ keyId }) => keyId !== epoch.keyId);
}

function found(record: MembershipRecord, hash: string): Parsed<Membership, MembershipFailure> {
  const { change, epoch, ledger, number, previous } = record;
  const isFirst = change.type === 'found' && number === 0 && previous === '' && epoch?.number === 0 && epoch.wraps.length === 0;
  const draft: Draft = { members: new Map(), tenures: new Map(), invites: new Map() };
  if (!isFirst || !admit(draft, change.member, 'owner', change.devices.map(({ key }) => key), 0)) {
    return { ok: false, code: 'record_forbidden' };
  }
  return { ok: true, value: { ledger, number: 0, hash, hashes: [hash], ...draft, epochs: [{ number: 0, keyId: epoch.keyId, from: 0 }], isRotationOwed: false } };
}

/**
 * The membership after one more record, whose signature is its author's and whose hash is `hash`. `membership` null: the
 * record is the first, and founds the ledger whose id it bears.
 */
export function extendMembership(membership: Membership | null, record: MembershipRecord, hash: string): Parsed<Membership, MembershipFailure> {
  if (!membership) return found(record, hash);
  const { change, epoch, number, previous, author } = record;
  if (number !== membership.number + 1 || previous !== membership.hash) return { ok: false, code: 'record_stale' };
  if (record.ledger !== membership.ledger || change.type === 'found') return { ok: false, code: 'record_forbidden' };
  const draft: Draft = { members: new Map(membership.members), tenures: new Map(membership.tenures), invites: new Map(membership.invites) };
  const outcome = apply(draft, change, author, number);
  const isSound = outcome === 'epoch_owed' ? epoch === null : outcome === 'epoch_needed' ? epoch !== null : outcome === 'done' && (epoch === null || change.type === 'invite');
  if (!isSound || (epoch && !isSoundEpoch(epoch, draft, membership))) return { ok: false, code: 'record_forbidden' };
  const demoted = change.type === 'role' ? (membership.members.get(change.member)?.role ?? null) : null;
  const isInvitingNoMore = change.type === 'role' && mayManage(demoted) && !mayManage(change.role);
  // Who leaves, or may invite no more, may keep a link; and an invite does not know the key that comes.
  const invites = !epoch && outcome !== 'epoch_owed' && !isInvitingNoMore ? draft.invites : new Map([...draft.invites].filter(([key]) => change.type === 'invite' && key === change.key));
  return {
    ok: true,
    value: {
      ledger: membership.ledger, number, hash, hashes: [...membership.hashes, hash], members: draft.members, tenures: draft.tenures, invites,
      epochs: epoch ? [...membership.epochs, { number: epoch.number, keyId: epoch.keyId, from: number }] : membership.epochs,
      isRotationOwed: epoch ? false : membership.isRotationOwed || outcome === 'epoch_owed',
    },
  };
}
