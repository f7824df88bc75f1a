/** A ledger's keys wrapped for one device or one invite, and credentials sealed for recovery. */
import { DeserializeError, EncapError } from '@hpke/core';
import { z } from 'zod';
import type { LedgerId } from '#domain/ids.ts';
import { failure, success, type Result } from '#domain/result.ts';
import type { AgreementKey } from '#sync/keys.ts';
import { hexToBytes } from '#sync/protocol/bytes.ts';
import { decodeCbor, encodeCbor } from '#sync/protocol/cbor.ts';
import { openSealed, sealTo } from './hpke.ts';

const MAXIMUM_KEYS = 1_000;

/** What a secret is for; sealed for one purpose it opens for no other. */
export interface WrapInfo {
  readonly ledger: LedgerId;
  /** The pseudonym or the invite's key that the secret is meant for, 64 hexadecimal digits. */
  readonly key: string;
}

/** The content key of one epoch, 32 bytes. */
export interface EpochKey {
  readonly epoch: number;
  readonly key: Uint8Array;
}

const keySchema = z.instanceof(Uint8Array).refine((key) => key.length === 32);
const keysSchema = z
  .array(z.tuple([z.number().int().nonnegative(), keySchema]).transform(([epoch, key]): EpochKey => ({ epoch, key })))
  .min(1)
  .max(MAXIMUM_KEYS)
  .refine((keys) => keys.every(({ epoch }, index) => index === 0 || epoch > (keys[index - 1]?.epoch ?? 0)));

const infoToBytes = (name: string, { ledger, key }: WrapInfo) => encodeCbor([name, hexToBytes(ledger), hexToBytes(key)]);
const wrapInfo = (info: WrapInfo) => infoToBytes('tallystick wrap 1', info);
const credentialInfo = (info: WrapInfo) => infoToBytes('tallystick credential 1', info);

/**
 * A ledger's keys for whoever has the private half of `agreement` (64 hexadecimal digits): CBOR `[[epoch, key], …]`,
 * by rising epoch, 1 to 1 000 of them, sealed with `info` = CBOR `['tallystick wrap 1', ledger, key]`. Empty for an `agreement`
 * that nothing can be sealed to: a member who has put such a key on their card gets no keys, and cannot keep others from an epoch without somebody.
 */
export async function wrapKeys(agreement: string, info: WrapInfo, keys: readonly EpochKey[]): Promise<Uint8Array<ArrayBuffer>> {
  const sorted = [...keys].sort((a, b) => a.epoch - b.epoch).map(({ epoch, key }) => [epoch, key]);
  if (!keysSchema.safeParse(sorted).success) throw new RangeError('a wrap has 1 to 1 000 keys of 32 bytes, one for each epoch');
  try {
    return await sealTo(agreement, wrapInfo(info), encodeCbor(sorted));
  } catch (error) {
    if (error instanceof EncapError || error instanceof DeserializeError) return new Uint8Array();
    throw error;
  }
}

/** The keys in a wrap, by rising epoch. Never throws: any bytes give an answer. */
export async function unwrapKeys(secret: AgreementKey, info: WrapInfo, bytes: Uint8Array): Promise<Result<readonly EpochKey[], 'wrap_broken'>> {
  const plaintext = await openSealed(secret, wrapInfo(info), bytes);
  const decoded = plaintext && decodeCbor(plaintext);
  const keys = decoded?.ok ? keysSchema.safeParse(decoded.value) : undefined;
  return keys?.success ? success(keys.data) : failure('wrap_broken');
}

/** 32 secret bytes, such as a recovery pseudonym's seed, sealed with `info` = CBOR `['tallystick credential 1', ledger, key]`. 80 bytes. */
export async function sealSecret(agreement: string, info: WrapInfo, secret: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  if (secret.length !== 32) throw new RangeError('a credential has 32 bytes');
  return sealTo(agreement, credentialInfo(info), secret);
}

/** Never throws. */
export async function openSecret(secret: AgreementKey, info: WrapInfo, bytes: Uint8Array): Promise<Result<Uint8Array, 'wrap_broken'>> {
  const plaintext = await openSealed(secret, credentialInfo(info), bytes);
  return plaintext?.length === 32 ? success(plaintext) : failure('wrap_broken');
}
