/**
 * Something said to the devices of a ledger that are there now, such as the ringing of a call. Sealed under the ledger's key and signed
 * by the device's pseudonym, as frames are, under names of its own: `[header, sealed, signature]` in deterministic CBOR. Nobody keeps it.
 */
import { z } from 'zod';
import type { DeviceId, LedgerId } from '#domain/ids.ts';
import { failure, success, type Result } from '#domain/result.ts';
import { contentKeyOf, type LedgerAccess } from './access.ts';
import { openBytes, sealBytes } from './content-key.ts';
import { deviceIdOf, isSignedBy } from './keys.ts';
import { bytesToHex, hexToBytes } from './protocol/bytes.ts';
import { decodeCbor, encodeCbor } from './protocol/cbor.ts';
import { padBytes, unpadBytes } from './protocol/frames.ts';
import { MAXIMUM_SIGNAL_BYTES } from './protocol/limits.ts';
import { roleNow, tenureNow } from './protocol/membership.ts';

const VERSION = 1;
const ID_BYTES = 16;
const DAY = 24 * 60 * 60 * 1000;
/** Signals whose ids are remembered. */
const REMEMBERED = 5_000;

const bytesOf = (length: number) => z.instanceof(Uint8Array).refine((bytes) => bytes.length === length);
const signalSchema = z.tuple([z.instanceof(Uint8Array), z.instanceof(Uint8Array), bytesOf(64)]);
const headerSchema = z.tuple([z.literal(VERSION), bytesOf(16), bytesOf(32), z.number().int().min(0), bytesOf(16)]);
const contentSchema = z.tuple([bytesOf(ID_BYTES), z.number().int().min(0), z.instanceof(Uint8Array)]);

/** Signed by a member's device; `content` is as it was given. */
export interface HeardSignal {
  readonly ledger: LedgerId;
  /** The pseudonym that signed, 64 hexadecimal digits; the member it is a device of, 16; and the id that the device has by it. */
  readonly from: string;
  readonly member: string;
  readonly device: DeviceId;
  /** By the sender's clock, milliseconds since 1970. */
  readonly sentAt: number;
  readonly content: Uint8Array;
}

export interface SignalDeps {
  /** Milliseconds since 1970. */
  now(): number;
  randomBytes(length: number): Uint8Array;
}

const toSignedBytes = (header: Uint8Array, sealed: Uint8Array): Uint8Array => encodeCbor(['tallystick signal 1', header, sealed]);

/** `too_large` for more than about 4 000 bytes; `key_missing` where the present key was not wrapped for this device. */
export async function sealSignal({ now, randomBytes }: SignalDeps, { ledger, device, current }: LedgerAccess, content: Uint8Array): Promise<Result<Uint8Array, 'key_missing' | 'too_large'>> {
  if (!current) return failure('key_missing');
  const header = encodeCbor([VERSION, hexToBytes(ledger), device.publicKey, current.epoch, hexToBytes(current.keyId)]);
  const padded = padBytes(encodeCbor([randomBytes(ID_BYTES), now(), content]));
  const sealed = await sealBytes(current.key, padded, header, randomBytes);
  const bytes = encodeCbor([header, sealed, await device.sign(toSignedBytes(header, sealed))]);
  return bytes.length <= MAXIMUM_SIGNAL_BYTES ? success(bytes) : failure('too_large');
}

const parse = <T>(schema: z.ZodType<T>, bytes: Uint8Array): T | undefined => {
  const decoded = decodeCbor(bytes);
  return decoded.ok ? schema.safeParse(decoded.value).data : undefined;
};

/** Undefined for whatever no present member's device has said in this ledger. Any bytes at all give an answer. */
export async function openSignal(access: LedgerAccess, bytes: Uint8Array): Promise<(HeardSignal & { readonly id: string }) | undefined> {
  const { ledger, membership } = access;
  const [header, sealed, signature] = parse(signalSchema, bytes) ?? [];
  const [, named, author, epoch, keyId] = (header && parse(headerSchema, header)) ?? [];
  if (!header || !sealed || !signature || !named || !author || epoch === undefined || !keyId || bytesToHex(named) !== ledger) return undefined;
  const from = bytesToHex(author);
  const member = tenureNow(membership, from)?.member;
  if (member === undefined || roleNow(membership, from) === null) return undefined;
  if (!(await isSignedBy(author, signature, toSignedBytes(header, sealed)))) return undefined;
  const key = contentKeyOf(access, epoch, bytesToHex(keyId));
  const padded = key && (await openBytes(key.key, sealed, header));
  const encoded = padded && unpadBytes(padded);
  const [id, sentAt, content] = (encoded && parse(contentSchema, encoded)) ?? [];
  if (!id || sentAt === undefined || !content) return undefined;
  return { id: bytesToHex(id), ledger, from, member, device: await deviceIdOf(author), sentAt, content };
}

/**
 * Says of each signal whether it is heard for the first time. A relay may play old ones again: those of this run are remembered, and
 * whatever is a day away from our clock is too old. Not less: a clock in the wrong time zone shall not keep anybody from calling. What
 * rings again within a day, after a restart, nobody answers: keys of a call are good once.
 */
export function createSignalMemory(now: () => number): (signal: { readonly id: string; readonly sentAt: number }) => boolean {
  const heard = new Set<string>();
  return ({ id, sentAt }) => {
    if (heard.has(id) || Math.abs(now() - sentAt) > DAY) return false;
    heard.add(id);
    const [oldest] = heard;
    if (heard.size > REMEMBERED && oldest !== undefined) heard.delete(oldest);
    return true;
  };
}
