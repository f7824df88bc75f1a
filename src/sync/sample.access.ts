/** Ledgers with members for the tests of this room: a line of records that grows, and what each device makes of it. */
import type { LedgerId } from '#domain/ids.ts';
import { createHuman, createMachine, openInviteSeat, recoverySeatAt, seatAt, type Machine, type Seat } from './sample.members.ts';
import { extendAccess, type AccessDeps, type LedgerAccess } from './access.ts';
import { ledgerIdOf, openSigningKey } from './keys.ts';
import { bytesToHex } from './protocol/bytes.ts';
import type { Role } from './protocol/membership-record.ts';
import { makeFounding, makeInvite, makeJoin, type History } from './records.ts';

export const randomBytes = (length: number): Uint8Array<ArrayBuffer> => crypto.getRandomValues(new Uint8Array(length));

export const newMachine = async (name: string): Promise<Machine> => createMachine(await createHuman(name, randomBytes(32)), randomBytes(32));

export interface SampleMember {
  readonly machine: Machine;
  /** 16 hexadecimal digits. */
  readonly member: string;
  readonly seat: Seat;
  readonly recovery: Seat;
}

export interface SampleLedger {
  readonly ledger: LedgerId;
  readonly records: Uint8Array<ArrayBuffer>[];
  readonly owner: SampleMember;
  /** What somebody makes of the records; fails the test where they do not hold. */
  access(deps: AccessDeps | SampleMember): Promise<LedgerAccess>;
  /** Adds a record, after checking that it may stand there. */
  add(record: Uint8Array | Promise<Uint8Array>): Promise<void>;
  invite(by: SampleMember, terms?: { role?: Role; uses?: number; history?: History }): Promise<Uint8Array>;
  join(invite: Uint8Array, machine: Machine): Promise<SampleMember>;
  /** Somebody new, by an invite of the owner's. */
  welcome(name: string, role?: Role, history?: History): Promise<SampleMember>;
}

const newMemberId = (): string => bytesToHex(randomBytes(8));

async function sit(machine: Machine, ledger: LedgerId, member: string): Promise<SampleMember> {
  return { machine, member, seat: await seatAt(machine, ledger), recovery: await recoverySeatAt(machine, ledger, randomBytes(32)) };
}

export async function must<T>(outcome: Promise<{ ok: true; value: T } | { ok: false; code: string }>): Promise<T> {
  const settled = await outcome;
  if (!settled.ok) throw new Error(settled.code);
  return settled.value;
}

export async function sampleLedger(name = 'Ada'): Promise<SampleLedger> {
  const founder = await openSigningKey(randomBytes(32));
  const salt = randomBytes(16);
  const ledger = await ledgerIdOf(founder.publicKey, salt);
  const owner = await sit(await newMachine(name), ledger, newMemberId());
  const records = [await makeFounding({ founder, salt, member: owner.member, devices: [owner.seat.newDevice, owner.recovery.newDevice], randomBytes })];

  const access = (given: AccessDeps | SampleMember) => must(extendAccess(null, 'seat' in given ? given.seat.deps : given, records));
  const add = async (record: Uint8Array | Promise<Uint8Array>): Promise<void> => {
    await must(extendAccess(await access(owner), owner.seat.deps, [await record]));
    records.push(new Uint8Array(await record));
  };
  async function invite(by: SampleMember, { role = 'editor', uses = 1, history = 'start' }: { role?: Role; uses?: number; history?: History } = {}) {
    const seed = randomBytes(32);
    const { key, keys } = await openInviteSeat(ledger, seed);
    await add(makeInvite(await access(by), { key, agreement: keys.agreement.publicHex, role, uses, expires: Date.now() + 60_000, history }, randomBytes));
    return seed;
  }
  async function join(seed: Uint8Array, machine: Machine): Promise<SampleMember> {
    const { keys, deps } = await openInviteSeat(ledger, seed);
    const joining = await sit(machine, ledger, newMemberId());
    await add(makeJoin(await access(deps), keys.access, joining.member, [joining.seat.newDevice, joining.recovery.newDevice], randomBytes));
    return joining;
  }
  return {
    ledger, records, owner, access, add, invite, join,
    welcome: async (called, role, history) => join(await invite(owner, { ...(role && { role }), ...(history && { history }) }), await newMachine(called)),
  };
}
