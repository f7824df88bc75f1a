import { describe, expect, it } from 'vitest';
import { createMachine, openInviteSeat, seatAt } from './sample.members.ts';
import { extendAccess, isBeforeJoining, isRestricted, type LedgerAccess } from './access.ts';
import { roleNow, tenureNow } from './protocol/membership.ts';
import { makeDevice, makeEpoch, makeFounding, makeInvite, makeJoin, makeRemoval, makeRole, makeWithdrawal } from './records.ts';
import { must, newMachine, randomBytes, sampleLedger, type SampleLedger, type SampleMember } from './sample.access.ts';
import { openSigningKey } from './keys.ts';

const NOTHING = new Map();
const rolesOf = ({ membership }: LedgerAccess) => [...membership.members.values()].map(({ role }) => role).toSorted();
const epochsOf = ({ contentKeys }: LedgerAccess) => contentKeys.map(({ epoch }) => epoch);
const remove = async (ledger: SampleLedger, by: SampleMember, gone: SampleMember) =>
  ledger.add(makeRemoval(await ledger.access(by), { type: 'remove', member: gone.member }, NOTHING, randomBytes));
const tryExtend = async (ledger: SampleLedger, record: Promise<Uint8Array>) => extendAccess(await ledger.access(ledger.owner), ledger.owner.seat.deps, [await record]);

describe('a ledger', () => {
  it('that is founded has one owner, who can read', async () => {
    const ledger = await sampleLedger();
    const access = await ledger.access(ledger.owner);
    expect(rolesOf(access)).toEqual(['owner']);
    expect(roleNow(access.membership, ledger.owner.seat.key)).toBe('owner');
    expect(epochsOf(access)).toEqual([0]);
    expect(access.current?.epoch).toBe(0);
    expect([...access.cards.values()].map(({ name }) => name)).toEqual(['Ada', 'Ada']);
    expect(access.pseudonyms.get(ledger.owner.seat.id)).toBe(ledger.owner.seat.key);
  });

  it('cannot be founded under the id of another one', async () => {
    const ledger = await sampleLedger();
    const { owner } = ledger;
    const founder = await openSigningKey(randomBytes(32));
    const other = await makeFounding({ founder, salt: randomBytes(16), member: owner.member, devices: [owner.seat.newDevice], randomBytes });
    expect(await extendAccess(null, owner.seat.deps, [other])).toEqual({ ok: false, code: 'record_forbidden' });
    expect(await extendAccess(null, owner.seat.deps, [])).toEqual({ ok: false, code: 'record_stale' });
  });

  it('tells a device that is in no record nothing', async () => {
    const ledger = await sampleLedger();
    await ledger.welcome('Bo');
    const stranger = await seatAt(await newMachine('Mallory'), ledger.ledger);
    const access = await ledger.access(stranger.deps);
    expect(access.contentKeys).toEqual([]);
    expect(access.cards.size).toBe(0);
    expect(rolesOf(access)).toEqual(['editor', 'owner']);
  });

  it('makes the same of its records in one go and one by one', async () => {
    const ledger = await sampleLedger();
    const bo = await ledger.welcome('Bo', 'admin');
    await ledger.add(makeEpoch(await ledger.access(bo), ['ab'.repeat(32)], randomBytes));
    let step: LedgerAccess | null = null;
    for (const record of ledger.records) step = await must(extendAccess(step, bo.seat.deps, [record]));
    expect(step).toEqual(await ledger.access(bo));
  });
});

describe('a record', () => {
  it('counts for nothing when any byte of it is another', async () => {
    const ledger = await sampleLedger();
    const founding = ledger.records[0]!;
    await ledger.invite(ledger.owner);
    const invite = ledger.records[1]!;
    const access = await must(extendAccess(null, ledger.owner.seat.deps, [founding]));
    for (let at = 0; at < invite.length; at += 1) {
      const turned = invite.with(at, invite[at]! ^ (1 << at % 8));
      expect((await extendAccess(access, ledger.owner.seat.deps, [turned])).ok, `byte ${at}`).toBe(false);
    }
    for (let at = 0; at < founding.length; at += 1) {
      expect((await extendAccess(null, ledger.owner.seat.deps, [founding.with(at, founding[at]! ^ (1 << at % 8))])).ok, `byte ${at}`).toBe(false);
    }
  });

  it('stands at its own place only', async () => {
    const ledger = await sampleLedger();
    await ledger.welcome('Bo');
    const { deps } = ledger.owner.seat;
    const [founding, invite, join] = ledger.records as [Uint8Array, Uint8Array, Uint8Array];
    expect(await extendAccess(null, deps, [founding, join])).toEqual({ ok: false, code: 'record_stale' });
    expect(await extendAccess(null, deps, [founding, invite, invite])).toEqual({ ok: false, code: 'record_stale' });
    expect(await extendAccess(null, deps, [founding, founding])).toEqual({ ok: false, code: 'record_stale' });
    expect((await extendAccess(null, deps, [invite])).ok).toBe(false);
  });
});

describe('who comes in', () => {
  it('by an invite has its role, all keys and all cards', async () => {
    const ledger = await sampleLedger();
    const bo = await ledger.welcome('Bo', 'viewer');
    const access = await ledger.access(bo);
    expect(roleNow(access.membership, bo.seat.key)).toBe('viewer');
    expect(epochsOf(access)).toEqual([0]);
    expect(new Set([...access.cards.values()].map(({ name }) => name))).toEqual(new Set(['Ada', 'Bo']));
    expect(await ledger.access(ledger.owner)).toMatchObject({ cards: access.cards, frontiers: access.frontiers });
  });

  it('later reads in older records whose devices are whose, what counts and what was let in', async () => {
    const ledger = await sampleLedger();
    const bo = await ledger.welcome('Bo');
    await ledger.add(makeRemoval(await ledger.access(ledger.owner), { type: 'remove', member: bo.member }, new Map([[ledger.ledger, ['ab'.repeat(32)]]]), randomBytes));
    await ledger.add(makeEpoch(await ledger.access(ledger.owner), ['cd'.repeat(32)], randomBytes));
    const cy = await ledger.welcome('Cy');
    const [early, late] = [await ledger.access(ledger.owner), await ledger.access(cy)];
    expect(epochsOf(late)).toEqual([0, 1, 2]);
    expect(late.cards).toEqual(early.cards);
    expect(late.cards.size).toBe(6);
    expect(late.frontiers).toEqual(early.frontiers);
    expect(late.frontiers.size).toBe(1);
    expect(late.accepted).toEqual(new Set(['cd'.repeat(32)]));
  });

  it('by an invite to see nothing older has no older keys, and all present cards', async () => {
    const ledger = await sampleLedger();
    const bo = await ledger.welcome('Bo');
    await remove(ledger, ledger.owner, bo);
    const cy = await ledger.welcome('Cy', 'editor', 'joining');
    const access = await ledger.access(cy);
    expect(epochsOf(access)).toEqual([2]);
    expect([isBeforeJoining(access, 1), isBeforeJoining(access, 2), isRestricted(access)]).toEqual([true, false, true]);
    expect(isRestricted(await ledger.access(ledger.owner))).toBe(false);
    expect(new Set([...access.cards.values()].map(({ name }) => name))).toEqual(new Set(['Ada', 'Cy']));
  });

  it('must have an invite that is not used up, withdrawn or of an older epoch', async () => {
    const ledger = await sampleLedger();
    const join = async (seed: Uint8Array, records: Uint8Array[]) => {
      const { keys, deps } = await openInviteSeat(ledger.ledger, seed);
      const seat = await seatAt(await newMachine('Mallory'), ledger.ledger);
      const known = await must(extendAccess(null, deps, records));
      return tryExtend(ledger, makeJoin({ ...known, membership: (await ledger.access(ledger.owner)).membership }, keys.access, 'ab'.repeat(8), [seat.newDevice], randomBytes));
    };
    const once = await ledger.invite(ledger.owner);
    const before = [...ledger.records];
    await ledger.join(once, await newMachine('Bo'));
    expect(await join(once, before)).toMatchObject({ ok: false, code: 'record_forbidden' });

    const withdrawn = await ledger.invite(ledger.owner);
    const then = [...ledger.records];
    await ledger.add(makeWithdrawal(await ledger.access(ledger.owner), (await openInviteSeat(ledger.ledger, withdrawn)).key, randomBytes));
    expect(await join(withdrawn, then)).toMatchObject({ ok: false, code: 'record_forbidden' });

    const old = await ledger.invite(ledger.owner, { uses: 5 });
    const last = [...ledger.records];
    await ledger.join(old, await newMachine('Cy'));
    await ledger.add(makeEpoch(await ledger.access(ledger.owner), [], randomBytes));
    expect(await join(old, last)).toMatchObject({ ok: false, code: 'record_forbidden' });
  });

  it('with a card that does not check has none, and gets no new keys', async () => {
    const ledger = await sampleLedger();
    const seed = await ledger.invite(ledger.owner);
    const [mallory, bo] = [await newMachine('Mallory'), await newMachine('Bo')];
    const [own, of] = [await seatAt(mallory, ledger.ledger), await seatAt(bo, ledger.ledger)];
    const { keys, deps } = await openInviteSeat(ledger.ledger, seed);
    // The pseudonym is Mallory's, the card says that it is Bo's.
    const device = { key: own.key, card: { ...of.newDevice.card, deviceName: 'Phone' } };
    await ledger.add(makeJoin(await ledger.access(deps), keys.access, 'ab'.repeat(8), [device], randomBytes));
    const access = await ledger.access(ledger.owner);
    expect(roleNow(access.membership, own.key)).toBe('editor');
    expect(access.cards.has(own.key)).toBe(false);
    await ledger.add(makeEpoch(access, [], randomBytes));
    expect(epochsOf(await ledger.access(own.deps))).toEqual([]);
    expect(epochsOf(await ledger.access(ledger.owner))).toEqual([0, 1]);
  });

  it('as a device of another person has no card', async () => {
    const ledger = await sampleLedger();
    const foreign = await seatAt(await newMachine('Mallory'), ledger.ledger);
    await ledger.add(makeDevice(await ledger.access(ledger.owner), ledger.owner.seat.deps.device, foreign.newDevice, randomBytes));
    const access = await ledger.access(ledger.owner);
    expect(tenureNow(access.membership, foreign.key)?.member).toBe(ledger.owner.member);
    expect(access.cards.has(foreign.key)).toBe(false);
  });

  it('as one more device has what the member has', async () => {
    const ledger = await sampleLedger();
    const { machine, seat, member } = ledger.owner;
    const phone = await seatAt(await createMachine(machine.human, randomBytes(32)), ledger.ledger);
    await ledger.add(makeDevice(await ledger.access(ledger.owner), seat.deps.device, phone.newDevice, randomBytes));
    const access = await ledger.access(phone.deps);
    expect(tenureNow(access.membership, phone.key)).toMatchObject({ member, role: 'owner' });
    expect(access.current?.keyId).toBe((await ledger.access(ledger.owner)).current?.keyId);
  });

  it('by the recovery pseudonym alone can let a new device in, after any number of epochs', async () => {
    const ledger = await sampleLedger();
    const bo = await ledger.welcome('Bo');
    for (let count = 0; count < 3; count += 1) await ledger.add(makeEpoch(await ledger.access(ledger.owner), [], randomBytes));
    const recovered = await ledger.access(bo.recovery.deps);
    expect(epochsOf(recovered)).toEqual([0, 1, 2, 3]);
    const laptop = await seatAt(await createMachine(bo.machine.human, randomBytes(32)), ledger.ledger);
    await ledger.add(makeDevice(recovered, bo.recovery.deps.device, laptop.newDevice, randomBytes));
    expect(epochsOf(await ledger.access(laptop.deps))).toEqual([0, 1, 2, 3]);
    expect(tenureNow((await ledger.access(laptop.deps)).membership, laptop.key)?.member).toBe(bo.member);
  });
});

describe('keys', () => {
  it('wrapped for one open for no other', async () => {
    const ledger = await sampleLedger();
    const bo = await ledger.welcome('Bo');
    const cy = await ledger.welcome('Cy');
    // Bo's secret under Cy's name, and the other way round.
    const [secret] = bo.seat.deps.holders;
    const access = await ledger.access({ ...cy.seat.deps, holders: [{ key: cy.seat.key, secret: secret!.secret }] });
    expect(access.contentKeys).toEqual([]);
  });

  it('of later epochs are not for who was removed, revoked or left', async () => {
    const ledger = await sampleLedger();
    const [bo, cy, di] = [await ledger.welcome('Bo'), await ledger.welcome('Cy'), await ledger.welcome('Di')];
    await remove(ledger, ledger.owner, bo);
    await ledger.add(makeRemoval(await ledger.access(ledger.owner), { type: 'revoke', key: cy.seat.key }, NOTHING, randomBytes));
    await ledger.add(makeRemoval(await ledger.access(di), { type: 'remove', member: di.member }, NOTHING, randomBytes));
    const left = await ledger.access(ledger.owner);
    expect(left.membership.isRotationOwed).toBe(true);
    await ledger.add(makeEpoch(left, [], randomBytes));
    expect((await ledger.access(ledger.owner)).membership.isRotationOwed).toBe(false);
    expect([bo, cy, di].map(({ seat }) => roleNow(left.membership, seat.key))).toEqual([null, null, null]);
    expect(await Promise.all([ledger.owner, bo, cy, di].map(async (one) => epochsOf(await ledger.access(one))))).toEqual([[0, 1, 2, 3], [0], [0, 1], [0, 1, 2]]);
    expect(epochsOf(await ledger.access(cy.recovery.deps))).toEqual([0, 1, 2, 3]);
    expect((await ledger.access(bo)).current).toBeUndefined();
  });

  it('that are not those the record names are not taken', async () => {
    const ledger = await sampleLedger();
    const bo = await ledger.welcome('Bo', 'admin');
    const honest = await ledger.access(bo);
    // An admin whose record wraps something else for the owner: what Bo thinks is Ada's card says where to wrap to.
    const cards = new Map(honest.cards);
    cards.set(ledger.owner.seat.key, { ...cards.get(ledger.owner.seat.key)!, agreement: '00'.repeat(32) });
    await ledger.add(makeEpoch({ ...honest, cards }, [], randomBytes));
    const victim = await ledger.access(ledger.owner);
    expect(victim.current).toBeUndefined();
    expect(epochsOf(victim)).toEqual([0]);
    // And the next epoch, begun by anybody honest, heals what can be healed.
    await ledger.add(makeEpoch(await ledger.access(bo), [], randomBytes));
    expect(epochsOf(await ledger.access(ledger.owner))).toEqual([0, 2]);
  });
});

describe('rights', () => {
  it('are those of the role: who may not do a thing cannot make a record of it', async () => {
    const ledger = await sampleLedger();
    const [admin, editor, viewer] = [await ledger.welcome('Bo', 'admin'), await ledger.welcome('Cy', 'editor'), await ledger.welcome('Di', 'viewer')];
    const attempt = async (by: SampleMember, make: (access: LedgerAccess) => Promise<Uint8Array>) => (await tryExtend(ledger, make(await ledger.access(by)))).ok;
    const removal = (gone: SampleMember) => (access: LedgerAccess) => makeRemoval(access, { type: 'remove', member: gone.member }, NOTHING, randomBytes);
    const role = (of: SampleMember, to: 'owner' | 'admin' | 'editor' | 'viewer') => (access: LedgerAccess) => makeRole(access, of.member, to, NOTHING, randomBytes);
    const { key, keys } = await openInviteSeat(ledger.ledger, randomBytes(32));
    const invite = (to: 'owner' | 'admin' | 'editor' | 'viewer') => (access: LedgerAccess) =>
      makeInvite(access, { key, agreement: keys.agreement.publicHex, role: to, uses: 1, expires: Date.now() + 1_000, history: 'start' }, randomBytes);

    expect(await Promise.all([ledger.owner, admin, editor, viewer].map((by) => attempt(by, invite('editor'))))).toEqual([true, true, false, false]);
    expect(await Promise.all([ledger.owner, admin].map((by) => attempt(by, invite('admin'))))).toEqual([true, false]);
    expect(await attempt(ledger.owner, invite('owner'))).toBe(false);
    expect(await Promise.all([ledger.owner, admin, editor, viewer].map((by) => attempt(by, removal(viewer))))).toEqual([true, true, false, true]);
    expect(await Promise.all([admin, editor].map((by) => attempt(by, removal(ledger.owner))))).toEqual([false, false]);
    expect(await attempt(ledger.owner, removal(ledger.owner))).toBe(false);
    expect(await Promise.all([ledger.owner, admin, editor].map((by) => attempt(by, role(viewer, 'editor'))))).toEqual([true, true, false]);
    expect(await Promise.all([admin, editor].map((by) => attempt(by, role(by, 'owner'))))).toEqual([false, false]);
    expect(await attempt(admin, role(editor, 'admin'))).toBe(false);
  });

  it('to the whole ledger are handed over: the owner is an admin from then on', async () => {
    const ledger = await sampleLedger();
    const bo = await ledger.welcome('Bo');
    await ledger.add(makeRole(await ledger.access(ledger.owner), bo.member, 'owner', null, randomBytes));
    const { membership } = await ledger.access(bo);
    expect([ledger.owner, bo].map(({ seat }) => roleNow(membership, seat.key))).toEqual(['admin', 'owner']);
    await remove(ledger, bo, ledger.owner);
    expect(rolesOf(await ledger.access(bo))).toEqual(['owner']);
  });
});
