/** People, their devices and the pseudonyms they have in a ledger: real keys, from dice that a test throws. */
import type { DeviceId, LedgerId } from '#domain/ids.ts';
import type { AccessDeps } from './access.ts';
import { makeCard, type CardContent } from './identity/card.ts';
import { openDevice, type Device as DeviceKeys } from './identity/device.ts';
import { openInviteKeys, type InviteKeys } from './identity/invite-key.ts';
import { certifyDevice, certifyRecovery, openPerson, type Person, type RecoveryKey } from './identity/person.ts';
import { deviceIdOf, openDeviceKey, type DeviceKey } from './keys.ts';
import { bytesToHex } from './protocol/bytes.ts';
import type { NewDevice } from './records.ts';

export type RandomBytes = (length: number) => Uint8Array<ArrayBuffer>;

export interface Human {
  readonly name: string;
  readonly person: Person;
  readonly recovery: RecoveryKey;
}
/** A device of somebody's, before it is in any ledger. */
export interface Machine {
  readonly human: Human;
  readonly keys: DeviceKeys;
  readonly certificate: Uint8Array;
}
/** Who a device, or a recovery pseudonym, is in one ledger. */
export interface Seat {
  readonly deps: AccessDeps;
  readonly id: DeviceId;
  /** 64 hexadecimal digits. */
  readonly key: string;
  readonly newDevice: NewDevice;
}

/** `entropy`: the 32 bytes that a phrase of 24 words stands for. */
export async function createHuman(name: string, entropy: Uint8Array): Promise<Human> {
  const person = await openPerson(entropy);
  return { name, person, recovery: await certifyRecovery(person) };
}

export async function createMachine(human: Human, seed: Uint8Array): Promise<Machine> {
  const keys = await openDevice(seed);
  return { human, keys, certificate: await certifyDevice(human.person, { device: keys.device, agreement: keys.agreement.publicHex }) };
}

async function toSeat({ human, keys, certificate }: Machine, ledger: LedgerId, pseudonym: DeviceKey, recovery: RecoveryKey | null): Promise<Seat> {
  const content: CardContent = { ledger, device: keys, pseudonym, root: human.person.root, certificate, recovery, name: human.name, deviceName: 'Laptop', person: null };
  const key = bytesToHex(pseudonym.publicKey);
  const secret = recovery ? human.person.recovery : keys.agreement;
  return { deps: { ledger, device: pseudonym, holders: [{ key, secret }] }, id: pseudonym.deviceId, key, newDevice: { key, card: await makeCard(content) } };
}

export const seatAt = async (machine: Machine, ledger: LedgerId): Promise<Seat> => toSeat(machine, ledger, await machine.keys.pseudonym(ledger), null);

/** The pseudonym that a person can come back with when all devices are lost. `seed`: what their personal ledger would keep. */
export const recoverySeatAt = async (machine: Machine, ledger: LedgerId, seed: Uint8Array): Promise<Seat> =>
  toSeat(machine, ledger, await openDeviceKey(seed), machine.human.recovery);

/** What an invite's seed gives to whoever has it. */
export async function openInviteSeat(ledger: LedgerId, seed: Uint8Array): Promise<{ keys: InviteKeys; key: string; deps: AccessDeps }> {
  const keys = await openInviteKeys(seed);
  const key = bytesToHex(keys.access.publicKey);
  const device = { ...keys.access, deviceId: await deviceIdOf(keys.access.publicKey) };
  return { keys, key, deps: { ledger, device, holders: [{ key, secret: keys.agreement }] } };
}
