/**
 * The short code that stands for an invite. The invite lies at the relay, sealed under a key that only the code gives, at
 * an address that only the code gives, and can be taken once. The code has 60 random bits and is stretched by PBKDF2, so that a
 * relay that keeps what it was given cannot try all codes.
 */
import { failure, success, type Result } from '#domain/result.ts';
import { bytesToInvite, inviteToBytes, type Invite } from './invite.ts';
import { ownBytes } from './keys.ts';
import { bytesToHex, concatBytes } from './protocol/bytes.ts';

const { subtle } = globalThis.crypto;

/** Crockford's base 32: no I, L, O or U. */
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = 12;
const ITERATIONS = 600_000;
const NONCE_BYTES = 12;
/** All invites take the same room, so that a box does not tell how long a ledger's name is. */
const PADDED_BYTES = 1_024;

/** A fresh code, in three groups of four: `K7QF-2M9T-XR4D`. */
export function createCode(randomBytes: (length: number) => Uint8Array): string {
  const digits = [...randomBytes(LENGTH)].map((byte) => DIGITS[byte % DIGITS.length]);
  return [0, 4, 8].map((from) => digits.slice(from, from + 4).join('')).join('-');
}

/** The twelve digits of a code as somebody typed it: any case, width and grouping, O for 0, I and L for 1. */
export function parseCode(text: string): Result<string, 'code_invalid'> {
  const digits = text.normalize('NFKC').toUpperCase().replaceAll(/[\s\p{Pd}_.]/gu, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1');
  const isCode = digits.length === LENGTH && [...digits].every((digit) => DIGITS.includes(digit));
  return isCode ? success(digits) : failure('code_invalid');
}

/** Where the invite lies, and what it is sealed with. */
interface Opening {
  box: string;
  key: CryptoKey;
}

/** `code`: the twelve digits of parseCode. */
async function stretch(code: string): Promise<Opening> {
  const encode = (text: string) => new TextEncoder().encode(text);
  const password = await subtle.importKey('raw', encode(code), 'PBKDF2', false, ['deriveBits']);
  const salt = encode('tallystick invite code 2');
  const bits = new Uint8Array(await subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt, iterations: ITERATIONS }, password, 384));
  return {
    box: bytesToHex(bits.subarray(0, 16)),
    key: await subtle.importKey('raw', bits.slice(16), 'AES-GCM', false, ['encrypt', 'decrypt']),
  };
}

/** The address at the relay for a code. */
export const codeToBox = async (code: string): Promise<string> => (await stretch(code)).box;

/** What to leave at the relay. Null for an invite with too long an address to fit. */
export async function sealInviteForCode(
  code: string, invite: Invite, randomBytes: (length: number) => Uint8Array,
): Promise<{ box: string; bytes: Uint8Array } | null> {
  const content = inviteToBytes(invite);
  if (content.length + 2 > PADDED_BYTES) return null;
  const padded = new Uint8Array(PADDED_BYTES);
  new DataView(padded.buffer).setUint16(0, content.length);
  padded.set(content, 2);
  const { box, key } = await stretch(code);
  const nonce = ownBytes(randomBytes(NONCE_BYTES));
  const sealed = new Uint8Array(await subtle.encrypt({ name: 'AES-GCM', iv: nonce }, key, padded));
  return { box, bytes: concatBytes(nonce, sealed) };
}

/** The invite in a box. Never throws. */
export async function openInviteWithCode(code: string, bytes: Uint8Array): Promise<Result<Invite, 'invite_invalid'>> {
  const { key } = await stretch(code);
  try {
    const iv = ownBytes(bytes.slice(0, NONCE_BYTES));
    const padded = new Uint8Array(await subtle.decrypt({ name: 'AES-GCM', iv }, key, ownBytes(bytes.slice(NONCE_BYTES))));
    return bytesToInvite(padded.slice(2, 2 + new DataView(padded.buffer).getUint16(0)));
  } catch {
    return failure('invite_invalid');
  }
}
