import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endOfWriting, epochAt, extendMembership, isAbove, mayManage, mayWrite, roleNow, tenureAt, type Membership } from './membership.ts';
import type { Admission, EpochStart, MembershipChange, MembershipRecord, Role } from './membership-record.ts';

const LEDGER = 'ab'.repeat(16);
const digits = (value: number, length: number): string => value.toString(16).padStart(length, '0');
const keyOf = (value: number): string => digits(value, 64);
const memberOf = (value: number): string => digits(value, 16);
const hashOf = (value: number): string => `f${digits(value, 63)}`;
const admissionOf = (key: string): Admission => ({ key, wrap: new Uint8Array(1) });
const presentIn = ({ members }: Membership): string[] => [...members.values()].flatMap(({ devices }) => devices);

const recordOf = (membership: Membership | null, author: string, change: MembershipChange, epoch: EpochStart | null): MembershipRecord => ({
  ledger: LEDGER, number: membership ? membership.number + 1 : 0, previous: membership?.hash ?? '', author, change, epoch,
  sealed: new Uint8Array(), bodyBytes: new Uint8Array(), signature: new Uint8Array(), signedBytes: new Uint8Array(),
});
const epochFor = (membership: Membership, gone: readonly string[] = []): EpochStart => ({
  number: membership.epochs.length, keyId: digits(membership.number + 1_000, 32), wraps: presentIn(membership).filter((key) => !gone.includes(key)).map(admissionOf),
});
/** The epoch that a change asks for, as an honest author makes it. */
function neededEpoch(membership: Membership, author: string, change: MembershipChange): EpochStart | null {
  if (change.type === 'epoch') return epochFor(membership);
  const gone = change.type === 'revoke' ? [change.key] : change.type === 'remove' ? (membership.members.get(change.member)?.devices ?? []) : [];
  return gone.length > 0 && !gone.includes(author) ? epochFor(membership, gone) : null;
}

const FOUNDER = keyOf(1);
const foundWith = (more: Partial<MembershipRecord> = {}) =>
  extendMembership(null, {
    ...recordOf(null, FOUNDER, { type: 'found', salt: new Uint8Array(16), member: memberOf(1), devices: [admissionOf(FOUNDER)] }, { number: 0, keyId: digits(0, 32), wraps: [] }), ...more,
  }, hashOf(0));
function founded(): Membership {
  const outcome = foundWith();
  if (!outcome.ok) throw new Error(outcome.code);
  return outcome.value;
}
const attempt = (membership: Membership, author: string, change: MembershipChange, epoch = neededEpoch(membership, author, change)) =>
  extendMembership(membership, recordOf(membership, author, change, epoch), hashOf(membership.number + 1));
function must(membership: Membership, author: string, change: MembershipChange, epoch?: EpochStart | null): Membership {
  const outcome = attempt(membership, author, change, epoch);
  if (!outcome.ok) throw new Error(`${change.type}: ${outcome.code}`);
  return outcome.value;
}
const inviteOf = (key: string, role: Role, uses = 1): MembershipChange => ({ type: 'invite', key, role, uses, expires: 0, wrap: new Uint8Array() });
const joinOf = (value: number): MembershipChange => ({ type: 'join', member: memberOf(value), devices: [admissionOf(keyOf(value))] });
/** Somebody by number, with a device of that number. */
const withMember = (membership: Membership, value: number, role: Role): Membership =>
  must(must(membership, FOUNDER, inviteOf(keyOf(value + 0x1000), role)), keyOf(value + 0x1000), joinOf(value));

const [ADMIN, EDITOR, VIEWER, OTHER_ADMIN] = [2, 3, 4, 5];
const group = (): Membership => withMember(withMember(withMember(withMember(founded(), ADMIN, 'admin'), EDITOR, 'editor'), VIEWER, 'viewer'), OTHER_ADMIN, 'admin');
const forbidden = { ok: false, code: 'record_forbidden' };

describe('the founding', () => {
  it('makes its member the owner, under the first key', () => {
    const membership = founded();
    expect(membership).toMatchObject({ number: 0, hash: hashOf(0), hashes: [hashOf(0)], isRotationOwed: false });
    expect(roleNow(membership, FOUNDER)).toBe('owner');
    expect(epochAt(membership, 0)).toMatchObject({ number: 0, from: 0 });
  });

  it('is the first record and no other, and starts the first epoch', () => {
    expect(foundWith({ number: 1 })).toEqual(forbidden);
    expect(foundWith({ previous: hashOf(9) })).toEqual(forbidden);
    expect(foundWith({ epoch: null })).toEqual(forbidden);
    expect(foundWith({ epoch: { number: 1, keyId: digits(0, 32), wraps: [] } })).toEqual(forbidden);
    expect(foundWith({ change: { type: 'epoch' } })).toEqual(forbidden);
    const twice: MembershipChange = { type: 'found', salt: new Uint8Array(16), member: memberOf(1), devices: [admissionOf(FOUNDER), admissionOf(FOUNDER)] };
    expect(foundWith({ change: twice })).toEqual(forbidden);
    expect(attempt(founded(), FOUNDER, { type: 'found', salt: new Uint8Array(16), member: memberOf(7), devices: [admissionOf(keyOf(7))] })).toEqual(forbidden);
  });
});

describe('a record', () => {
  it('follows on the last one, by number and by hash', () => {
    const membership = group();
    const record = recordOf(membership, FOUNDER, { type: 'epoch' }, epochFor(membership));
    const stale = { ok: false, code: 'record_stale' };
    expect(extendMembership(membership, { ...record, number: membership.number }, hashOf(99))).toEqual(stale);
    expect(extendMembership(membership, { ...record, number: membership.number + 2 }, hashOf(99))).toEqual(stale);
    expect(extendMembership(membership, { ...record, previous: hashOf(0) }, hashOf(99))).toEqual(stale);
    expect(extendMembership(membership, { ...record, ledger: 'cd'.repeat(16) }, hashOf(99))).toEqual(forbidden);
  });
});

describe('who may do what', () => {
  const roles = { owner: FOUNDER, admin: keyOf(ADMIN), editor: keyOf(EDITOR), viewer: keyOf(VIEWER), stranger: keyOf(99) };
  type Who = keyof typeof roles;
  const everybody = Object.keys(roles) as Who[];
  const changes: [string, MembershipChange, Who[]][] = [
    ['invites an owner', inviteOf(keyOf(50), 'owner'), []],
    ['invites an admin', inviteOf(keyOf(50), 'admin'), ['owner']],
    ['invites an editor', inviteOf(keyOf(50), 'editor'), ['owner', 'admin']],
    ['invites a viewer', inviteOf(keyOf(50), 'viewer'), ['owner', 'admin']],
    ['brings in a device of their own', { type: 'device', device: admissionOf(keyOf(60)) }, ['owner', 'admin', 'editor', 'viewer']],
    ['begins an epoch', { type: 'epoch' }, ['owner', 'admin', 'editor']],
    ['joins without an invite', joinOf(70), []],
    ['removes an admin', { type: 'remove', member: memberOf(OTHER_ADMIN) }, ['owner']],
    ['removes an editor, or oneself', { type: 'remove', member: memberOf(EDITOR) }, ['owner', 'admin', 'editor']],
    ['removes a viewer, or oneself', { type: 'remove', member: memberOf(VIEWER) }, ['owner', 'admin', 'viewer']],
    ['removes the owner', { type: 'remove', member: memberOf(1) }, []],
    ['revokes a device of an editor', { type: 'revoke', key: keyOf(EDITOR) }, ['owner', 'admin', 'editor']],
    ['revokes the last device of the owner', { type: 'revoke', key: FOUNDER }, []],
    ['revokes a device that is not in', { type: 'revoke', key: keyOf(80) }, []],
    ['makes an editor an admin', { type: 'role', member: memberOf(EDITOR), role: 'admin' }, ['owner']],
    ['makes a viewer an editor', { type: 'role', member: memberOf(VIEWER), role: 'editor' }, ['owner', 'admin']],
    ['makes an editor a viewer', { type: 'role', member: memberOf(EDITOR), role: 'viewer' }, ['owner', 'admin']],
    ['makes an admin an editor', { type: 'role', member: memberOf(OTHER_ADMIN), role: 'editor' }, ['owner']],
    ['makes somebody what they are', { type: 'role', member: memberOf(EDITOR), role: 'editor' }, []],
    ['hands the ledger over', { type: 'role', member: memberOf(OTHER_ADMIN), role: 'owner' }, ['owner']],
    ['takes the ledger from the owner', { type: 'role', member: memberOf(1), role: 'viewer' }, []],
  ];
  it.each(changes)('%s', (_, change, allowed) => {
    const membership = group();
    expect(everybody.filter((who) => attempt(membership, roles[who], change).ok)).toEqual(allowed);
  });

  it('who only looks on begins an epoch by taking out a device of their own, and in no other way', () => {
    const membership = must(group(), keyOf(VIEWER), { type: 'device', device: admissionOf(keyOf(60)) });
    expect(attempt(membership, keyOf(VIEWER), { type: 'epoch' })).toEqual(forbidden);
    const revoked = must(membership, keyOf(VIEWER), { type: 'revoke', key: keyOf(60) });
    expect(epochAt(revoked, revoked.number)).toMatchObject({ number: 1, from: revoked.number });
  });

  it('withdraws an invite: owner and admins', () => {
    const membership = must(group(), FOUNDER, inviteOf(keyOf(50), 'admin'));
    expect(everybody.filter((who) => attempt(membership, roles[who], { type: 'withdraw', key: keyOf(50) }).ok)).toEqual(['owner', 'admin']);
    const withdrawn = must(membership, FOUNDER, { type: 'withdraw', key: keyOf(50) });
    expect(attempt(withdrawn, FOUNDER, { type: 'withdraw', key: keyOf(50) })).toEqual(forbidden);
    expect(attempt(withdrawn, keyOf(50), joinOf(70))).toEqual(forbidden);
  });

  it('handing over makes an admin of who was the owner', () => {
    const membership = must(group(), FOUNDER, { type: 'role', member: memberOf(EDITOR), role: 'owner' });
    expect([roleNow(membership, FOUNDER), roleNow(membership, keyOf(EDITOR))]).toEqual(['admin', 'owner']);
    expect(attempt(membership, FOUNDER, { type: 'remove', member: memberOf(EDITOR) })).toEqual(forbidden);
    expect(attempt(membership, FOUNDER, { type: 'remove', member: memberOf(1) }).ok).toBe(true);
  });

  it('is decided by rank', () => {
    expect([isAbove('owner', 'admin'), isAbove('owner', 'owner'), isAbove('admin', 'admin'), isAbove('admin', 'editor'), isAbove('editor', 'viewer'), isAbove(null, 'viewer')])
      .toEqual([true, false, false, true, false, false]);
    expect([mayManage('admin'), mayManage('editor'), mayWrite('editor'), mayWrite('viewer'), mayWrite(null)]).toEqual([true, false, true, false, false]);
  });
});

describe('invites', () => {
  it('are good for so many', () => {
    const invited = must(founded(), FOUNDER, inviteOf(keyOf(50), 'viewer', 2));
    const joined = must(must(invited, keyOf(50), joinOf(60)), keyOf(50), joinOf(61));
    expect(attempt(joined, keyOf(50), joinOf(62))).toEqual(forbidden);
    expect([roleNow(joined, keyOf(60)), roleNow(joined, keyOf(61))]).toEqual(['viewer', 'viewer']);
  });

  it('let in no member twice, and no device that ever was in', () => {
    const membership = must(must(group(), FOUNDER, { type: 'remove', member: memberOf(EDITOR) }), FOUNDER, inviteOf(keyOf(50), 'editor', 9));
    expect(attempt(membership, keyOf(50), joinOf(VIEWER))).toEqual(forbidden);
    expect(attempt(membership, keyOf(50), { type: 'join', member: memberOf(99), devices: [admissionOf(keyOf(EDITOR))] })).toEqual(forbidden);
    expect(attempt(membership, keyOf(50), { type: 'join', member: memberOf(99), devices: [admissionOf(keyOf(50))] })).toEqual(forbidden);
  });

  it('end with the epoch they were made in, and with somebody who leaves; not with the epoch they begin', () => {
    const invited = must(group(), FOUNDER, inviteOf(keyOf(50), 'viewer'));
    expect(must(invited, FOUNDER, { type: 'epoch' }).invites.size).toBe(0);
    expect(must(invited, keyOf(EDITOR), { type: 'remove', member: memberOf(EDITOR) }).invites.size).toBe(0);
    const fresh = must(invited, FOUNDER, inviteOf(keyOf(51), 'viewer'), epochFor(invited));
    expect([...fresh.invites.keys()]).toEqual([keyOf(51)]);
    expect(epochAt(fresh, fresh.number)).toMatchObject({ number: 1, from: fresh.number });
  });
});

it('invites end when somebody may invite no more: they may keep links', () => {
  const invited = must(group(), keyOf(ADMIN), inviteOf(keyOf(50), 'editor', 9));
  expect(must(invited, FOUNDER, { type: 'role', member: memberOf(EDITOR), role: 'viewer' }).invites.size).toBe(1);
  const demoted = must(invited, FOUNDER, { type: 'role', member: memberOf(ADMIN), role: 'editor' });
  expect(attempt(demoted, keyOf(50), joinOf(70))).toEqual(forbidden);
});

describe('epochs', () => {
  it('begin when somebody is put out, with keys for those who stay and for nobody else', () => {
    const membership = group();
    const change: MembershipChange = { type: 'remove', member: memberOf(EDITOR) };
    const sound = epochFor(membership, [keyOf(EDITOR)]);
    const [first] = sound.wraps;
    expect(attempt(membership, FOUNDER, change, sound).ok).toBe(true);
    for (const epoch of [
      null, epochFor(membership), { ...sound, wraps: sound.wraps.slice(1) }, { ...sound, wraps: [...sound.wraps, first!] }, { ...sound, wraps: [first!, ...sound.wraps.slice(1, -1), first!] },
      { ...sound, number: 2 }, { ...sound, number: 0 }, { ...sound, keyId: membership.epochs[0]!.keyId },
    ]) expect(attempt(membership, FOUNDER, change, epoch)).toEqual(forbidden);
  });

  it('are owed when somebody leaves, who can make none: they would know the key', () => {
    const membership = group();
    const leave: MembershipChange = { type: 'remove', member: memberOf(EDITOR) };
    expect(attempt(membership, keyOf(EDITOR), leave, epochFor(membership, [keyOf(EDITOR)]))).toEqual(forbidden);
    const left = must(membership, keyOf(EDITOR), leave);
    expect(left.isRotationOwed).toBe(true);
    expect(must(left, FOUNDER, { type: 'role', member: memberOf(VIEWER), role: 'editor' }).isRotationOwed).toBe(true);
    expect(must(left, FOUNDER, { type: 'epoch' }).isRotationOwed).toBe(false);
  });

  it('do not begin by the way', () => {
    const membership = group();
    expect(attempt(membership, FOUNDER, { type: 'role', member: memberOf(VIEWER), role: 'editor' }, epochFor(membership))).toEqual(forbidden);
    expect(attempt(membership, FOUNDER, { type: 'device', device: admissionOf(keyOf(60)) }, epochFor(membership))).toEqual(forbidden);
  });
});

it('a member has room for so many devices, those that are gone too', () => {
  let membership = founded();
  for (let value = 100; value < 149; value += 1) membership = must(membership, FOUNDER, { type: 'device', device: admissionOf(keyOf(value)) });
  membership = must(membership, FOUNDER, { type: 'revoke', key: keyOf(100) });
  expect(attempt(membership, FOUNDER, { type: 'device', device: admissionOf(keyOf(200)) })).toEqual(forbidden);
  expect(withMember(membership, EDITOR, 'editor').members.size).toBe(2);
});

/** Records of which many are not allowed: what numbers choose, by people who are in, were in, or hold an invite. */
const moves = fc.array(fc.record({ author: fc.nat(), kind: fc.nat(9), target: fc.nat(), role: fc.constantFrom<Role[]>('owner', 'admin', 'editor', 'viewer'), isSloppy: fc.nat(9).map((one) => one === 0) }), { minLength: 20, maxLength: 60 });
type Move = typeof moves extends fc.Arbitrary<(infer One)[]> ? One : never;
const pick = (from: readonly string[], index: number): string => from[index % from.length] ?? FOUNDER;

/** `fresh` numbers what was not there before. */
function moveToChange({ members, tenures, invites }: Membership, { author, kind, target, role }: Move, fresh: number): [string, MembershipChange] {
  const inNow = [...members.values()].flatMap(({ devices }) => devices);
  const who = pick([...inNow, ...tenures.keys(), ...invites.keys()], author);
  const device = pick([...tenures.keys()], target);
  const member = pick([...members.keys(), memberOf(fresh)], target);
  switch (kind) {
    case 0: case 1: return [who, inviteOf(keyOf(fresh), role, 1 + (target % 3))];
    case 2: case 3: return [pick([...invites.keys(), who], author), joinOf(fresh)];
    case 4: return [who, { type: 'device', device: admissionOf(keyOf(fresh)) }];
    case 5: return [who, { type: 'revoke', key: device }];
    case 6: return [who, { type: 'remove', member }];
    case 7: return [who, { type: 'role', member, role }];
    case 8: return [who, { type: 'withdraw', key: pick([...invites.keys()], target) }];
    default: return [who, { type: 'epoch' }];
  }
}
const print = ({ members, tenures, invites, ...rest }: Membership): string => JSON.stringify([[...members], [...tenures], [...invites], rest]);

describe('whatever is tried', () => {
  it('the line stays in order: one owner, those who are in have a role, nobody who is out does anything', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(moves, (tried) => {
        let membership = group();
        /** The role of every device after each record, as it was then. */
        const history: Map<string, Role>[] = [];
        const note = (): void => void (history[membership.number] = new Map([...membership.members.values()].flatMap(({ role, devices }) => devices.map((key) => [key, role] as const))));
        note();
        tried.forEach((move, index) => {
          const [who, change] = moveToChange(membership, move, 100 + index);
          const before = membership;
          const printed = print(before);
          const outcome = attempt(before, who, change, move.isSloppy ? epochFor(before) : neededEpoch(before, who, change));
          expect(print(before)).toBe(printed);
          if (!outcome.ok) return;
          expect(change.type === 'join' ? before.invites.has(who) : roleNow(before, who) !== null).toBe(true);
          if (roleNow(before, who) === 'viewer') expect(['device', 'revoke', 'remove']).toContain(change.type);
          seen.add(`${roleNow(before, who) ?? 'invited'} ${change.type}`);
          membership = outcome.value;
          note();
          expect(membership.hashes).toHaveLength(membership.number + 1);
          expect([...membership.members.values()].filter((member) => member.role === 'owner')).toHaveLength(1);
          const open = [...membership.tenures].filter(([, tenures]) => tenures.at(-1)?.to === null).map(([key]) => key);
          expect(open.toSorted()).toEqual(presentIn(membership).toSorted());
          expect(membership.epochs.map(({ number }) => number)).toEqual(membership.epochs.map((_, position) => position));
          expect(membership.epochs.at(-1)!.number - before.epochs.at(-1)!.number).toBe(membership.epochs.at(-1)!.from === membership.number ? 1 : 0);
          // Who is gone knows no key that is used from now on, or one is owed.
          const hasLost = presentIn(before).some((key) => !open.includes(key));
          if (hasLost) expect(membership.isRotationOwed || membership.epochs.at(-1)!.from === membership.number).toBe(true);
        });
        for (const key of membership.tenures.keys()) {
          history.forEach((roles, number) => {
            expect(tenureAt(membership, key, number)?.role).toBe(roles.get(key));
            if (!mayWrite(roles.get(key) ?? null)) return;
            const end = history.findIndex((later, position) => position > number && !mayWrite(later.get(key) ?? null));
            expect(endOfWriting(membership, key, number)).toBe(end === -1 ? null : end);
          });
        }
        expect(tenureAt(membership, FOUNDER, membership.number + 1)).toBeUndefined();
      }),
      { numRuns: 300 },
    );
    expect([...seen].map((one) => one.split(' ')[1])).toEqual(expect.arrayContaining(['invite', 'join', 'device', 'revoke', 'remove', 'role', 'withdraw', 'epoch']));
    expect([...seen].map((one) => one.split(' ')[0])).toEqual(expect.arrayContaining(['owner', 'admin', 'editor', 'viewer', 'invited']));
  });
});
