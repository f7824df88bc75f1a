/**
 * Who may come into a call: said by the relay that has seen the device's right to the ledger, checked by the one that has the room.
 * CBOR `[ledger, call, key, expires, HMAC-SHA-256]`.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { bytesToHex, hexToBytes } from '#sync/protocol/bytes.ts';
import { decodeCbor, encodeCbor } from '#sync/protocol/cbor.ts';

export interface Pass {
  /** 32 hexadecimal digits each. */
  readonly ledger: string;
  readonly call: string;
  /** The device's pseudonym in the ledger, 64 hexadecimal digits. */
  readonly key: string;
  /** Milliseconds since 1970. */
  readonly expires: number;
}

/** What relays that give and take the same tokens have in common. */
export interface TokenPlace {
  /** 32 bytes or more. */
  readonly secret: Uint8Array;
  /** Of the relay with the rooms; a token for one is none for another. */
  readonly address: string | null;
}

const bytesOf = (length: number) => z.instanceof(Uint8Array).refine((bytes) => bytes.length === length);
const tokenSchema = z.tuple([bytesOf(16), bytesOf(16), bytesOf(32), z.number().int().min(0), bytesOf(32)]);

const sign = ({ secret, address }: TokenPlace, parts: readonly unknown[]): Uint8Array =>
  createHmac('sha256', secret).update(encodeCbor(['tallystick call token 1', address, ...parts])).digest();

export function passToToken(place: TokenPlace, { ledger, call, key, expires }: Pass): Uint8Array {
  const parts = [hexToBytes(ledger), hexToBytes(call), hexToBytes(key), expires];
  return encodeCbor([...parts, sign(place, parts)]);
}

/** Undefined for a token of somebody else, for somewhere else, or past its time. Never throws. */
export function tokenToPass(place: TokenPlace, token: Uint8Array, now: number): Pass | undefined {
  const decoded = decodeCbor(token);
  const parsed = decoded.ok ? tokenSchema.safeParse(decoded.value) : undefined;
  if (!parsed?.success) return undefined;
  const [ledger, call, key, expires, given] = parsed.data;
  const isOurs = timingSafeEqual(given, sign(place, [ledger, call, key, expires]));
  return isOurs && now < expires ? { ledger: bytesToHex(ledger), call: bytesToHex(call), key: bytesToHex(key), expires } : undefined;
}
