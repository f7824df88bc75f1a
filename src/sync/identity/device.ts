/** A device's keys, all from the 32 random bytes that it keeps. */
import type { LedgerId } from '#domain/ids.ts';
import { openAgreementKey, openDeviceKey, openSigningKey, type AgreementKey, type DeviceKey } from '#sync/keys.ts';
import { bytesToHex, concatBytes, hexToBytes } from '#sync/protocol/bytes.ts';
import { openDerivation } from './derive.ts';

export interface Device {
  /** The Ed25519 public key that a person's root certifies, 64 hexadecimal digits. Members see it, relays do not. */
  readonly device: string;
  /** Ed25519 signature by that key, 64 bytes. */
  sign(bytes: Uint8Array): Promise<Uint8Array<ArrayBuffer>>;
  /** What a ledger's keys are wrapped to for this device. */
  readonly agreement: AgreementKey;
  /**
   * The device's key in one ledger. Two ledgers have nothing in common by which a relay could tell that they share a device.
   * `round`: how often the device came into the ledger before: who was taken out is never let in again under the same key.
   */
  pseudonym(ledger: LedgerId, round?: number): Promise<DeviceKey>;
}

/** The keys of the device with this seed. Throws a RangeError for other than 32 bytes. */
export async function openDevice(seed: Uint8Array): Promise<Device> {
  if (seed.length !== 32) throw new RangeError('a seed has 32 bytes');
  const derive = await openDerivation(seed);
  const signing = await openSigningKey(await derive('device signing', 32));
  const pseudonyms = new Map<string, Promise<DeviceKey>>();
  return {
    device: bytesToHex(signing.publicKey),
    sign: signing.sign,
    agreement: await openAgreementKey(await derive('device agreement', 32)),
    pseudonym: (ledger, round = 0) => {
      const name = `${ledger}/${round}`;
      const info = round === 0 ? hexToBytes(ledger) : concatBytes(hexToBytes(ledger), Uint8Array.of(round));
      const pseudonym = pseudonyms.get(name) ?? derive('device pseudonym', 32, info).then(openDeviceKey);
      pseudonyms.set(name, pseudonym);
      return pseudonym;
    },
  };
}
