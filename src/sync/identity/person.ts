/**
 * A person's keys, all from the 32 bytes that the 24 words stand for: the root that certifies devices, the key that
 * recovery opens, and what founds the personal ledger. From the words alone everything here comes back.
 */
import { mnemonicToSeedWebcrypto } from '@scure/bip39';
import type { LedgerId } from '#domain/ids.ts';
import { ledgerIdOf, openAgreementKey, openDeviceKey, openSigningKey, type AgreementKey, type DeviceKey } from '#sync/keys.ts';
import { bytesToHex } from '#sync/protocol/bytes.ts';
import { deviceToSignedBytes, recoveryToSignedBytes, type DeviceKeys } from './certificate.ts';
import { openDerivation } from './derive.ts';
import { createPhrase } from './phrase.ts';

export interface Person {
  /** The root's Ed25519 public key, 64 hexadecimal digits: who this is, everywhere. */
  readonly root: string;
  /** Ed25519 signature by the root, 64 bytes. */
  sign(bytes: Uint8Array): Promise<Uint8Array<ArrayBuffer>>;
  /** What recovery pseudonyms' keys and credentials are sealed to. */
  readonly recovery: AgreementKey;
  readonly personal: PersonalLedger;
}

/** What the `found` record of the personal ledger is made of. The same for the same words, so that they lead back to it. */
export interface PersonalLedger {
  readonly ledger: LedgerId;
  /** A recovery pseudonym that needs no credential kept. */
  readonly founder: DeviceKey;
  /** 16 bytes. */
  readonly salt: Uint8Array;
  /** The person's member id in it, 16 hexadecimal digits. */
  readonly member: string;
}

/** The keys of the person with this entropy. Throws a RangeError for other than 32 bytes. */
export async function openPerson(entropy: Uint8Array): Promise<Person> {
  const derive = await openDerivation(await mnemonicToSeedWebcrypto(createPhrase(entropy)));
  const root = await openSigningKey(await derive('root signing', 32));
  const founder = await openDeviceKey(await derive('personal founder', 32));
  const salt = await derive('personal salt', 16);
  return {
    root: bytesToHex(root.publicKey),
    sign: root.sign,
    recovery: await openAgreementKey(await derive('recovery agreement', 32)),
    personal: { ledger: await ledgerIdOf(founder.publicKey, salt), founder, salt, member: bytesToHex(await derive('personal member', 8)) },
  };
}

/** The root's signature of a device's keys, 64 bytes. */
export const certifyDevice = (person: Pick<Person, 'root' | 'sign'>, keys: DeviceKeys): Promise<Uint8Array<ArrayBuffer>> =>
  person.sign(deviceToSignedBytes(person.root, keys));

/** A person's recovery key with the root's signature of it, as cards carry it. */
export interface RecoveryKey {
  /** X25519 public key, 64 hexadecimal digits. */
  readonly agreement: string;
  /** 64 bytes. */
  readonly certificate: Uint8Array;
}

/** Made once; devices keep it, to make recovery pseudonyms without the root. */
export async function certifyRecovery(person: Pick<Person, 'root' | 'sign' | 'recovery'>): Promise<RecoveryKey> {
  const agreement = person.recovery.publicHex;
  return { agreement, certificate: await person.sign(recoveryToSignedBytes(person.root, agreement)) };
}
