/**
 * What the members of a ledger see of one of its devices: which person it belongs to, and which key to wrap to. It
 * stands in the sealed part of membership records, so a relay never sees it. Signed from both ends, whole: a member who
 * copies cards into a new epoch's record cannot change a word in them, and nobody can put a pseudonym of another's on a card.
 */
import { z } from 'zod';
import { idSchema, type Id, type LedgerId } from '#domain/ids.ts';
import { nameSchema } from '#domain/text.ts';
import { isSignedBy, type SigningKey } from '#sync/keys.ts';
import { bytesToHex, concatBytes, hexToBytes } from '#sync/protocol/bytes.ts';
import { encodeCbor } from '#sync/protocol/cbor.ts';
import { isDeviceCertified, isRecoveryCertified } from './certificate.ts';
import type { Device } from './device.ts';
import type { RecoveryKey } from './person.ts';

/** Public keys are 64 hexadecimal digits, signatures 64 bytes. */
export interface Card {
  /** Whose device it is: the person's root key. */
  readonly root: string;
  /** The device's own signing key, the same in all ledgers. */
  readonly device: string;
  /** The device's X25519 key. */
  readonly agreement: string;
  /** The root's signature of `device` and `agreement`. */
  readonly certificate: Uint8Array;
  /** 128 bytes: the device's signature of the card, and the pseudonym's. */
  readonly binding: Uint8Array;
  /** Given where the pseudonym is the person's recovery pseudonym: keys are wrapped to this instead. */
  readonly recovery: RecoveryKey | null;
  /** What the person calls themselves. */
  readonly name: string;
  readonly deviceName: string;
  /** The person of this ledger's book who this member is. */
  readonly person: Id | null;
}

const bytesOf = (length: number) => z.instanceof(Uint8Array).refine((bytes) => bytes.length === length);
const keySchema = bytesOf(32).transform(bytesToHex);

/** A card from the CBOR map of cardToCbor. Every field is bounded: a card takes 1 200 bytes at most. Nothing in it is checked. */
export const cardSchema: z.ZodType<Card> = z.strictObject({
  root: keySchema, device: keySchema, agreement: keySchema, certificate: bytesOf(64), binding: bytesOf(128),
  recovery: z.strictObject({ agreement: keySchema, certificate: bytesOf(64) }).nullable(),
  name: nameSchema, deviceName: nameSchema,
  person: bytesOf(16).transform(bytesToHex).pipe(idSchema).nullable(),
});

type Unbound = Omit<Card, 'binding'>;

const unboundToCbor = ({ root, device, agreement, certificate, recovery, name, deviceName, person }: Unbound) => ({
  root: hexToBytes(root), device: hexToBytes(device), agreement: hexToBytes(agreement), certificate,
  recovery: recovery && { agreement: hexToBytes(recovery.agreement), certificate: recovery.certificate },
  name, deviceName, person: person === null ? null : hexToBytes(person),
});

/** A CBOR map with keys, ids and signatures as byte strings. */
export const cardToCbor = (card: Card): Readonly<Record<string, unknown>> => ({ ...unboundToCbor(card), binding: card.binding });

/** `['tallystick card 1', ledger, pseudonym, the card without its binding]`. */
const cardToSignedBytes = (ledger: LedgerId, pseudonym: Uint8Array, card: Unbound): Uint8Array =>
  encodeCbor(['tallystick card 1', hexToBytes(ledger), pseudonym, unboundToCbor(card)]);

export interface CardContent extends Pick<Card, 'root' | 'certificate' | 'recovery' | 'name' | 'deviceName' | 'person'> {
  readonly ledger: LedgerId;
  readonly device: Pick<Device, 'device' | 'agreement' | 'sign'>;
  /** The key that the card is for: the device's pseudonym in this ledger, or a recovery pseudonym (then with `recovery`). */
  readonly pseudonym: SigningKey;
}

/** A card for a pseudonym of this device. */
export async function makeCard({ ledger, device, pseudonym, root, certificate, recovery, name, deviceName, person }: CardContent): Promise<Card> {
  const unbound: Unbound = { root, device: device.device, agreement: device.agreement.publicHex, certificate, recovery, name, deviceName, person };
  const signed = cardToSignedBytes(ledger, pseudonym.publicKey, unbound);
  return { ...unbound, binding: concatBytes(await device.sign(signed), await pseudonym.sign(signed)) };
}

/** Whether a card belongs to this pseudonym (64 hexadecimal digits) in this ledger, and all its signatures hold. Never throws for a parsed card. */
export async function checkCard(ledger: LedgerId, pseudonym: string, card: Card): Promise<boolean> {
  const { root, device, agreement, certificate, binding, recovery } = card;
  const signed = cardToSignedBytes(ledger, hexToBytes(pseudonym), card);
  const checks = await Promise.all([
    isDeviceCertified(root, { device, agreement }, certificate),
    isSignedBy(hexToBytes(device), binding.slice(0, 64), signed),
    isSignedBy(hexToBytes(pseudonym), binding.slice(64), signed),
    recovery === null || isRecoveryCertified(root, recovery.agreement, recovery.certificate),
  ]);
  return checks.every(Boolean);
}

/** The X25519 key that a ledger's keys are wrapped to for this card's pseudonym. */
export const agreementOf = ({ recovery, agreement }: Card): string => recovery?.agreement ?? agreement;
