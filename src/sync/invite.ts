/** An invite: where to knock, and the secret that opens. Whoever holds it may come in as it says, while it lasts. */
import { sha256 } from '@noble/hashes/sha2.js';
import { z } from 'zod';
import { idSchema, type LedgerId } from '#domain/ids.ts';
import { failure, success, type Result } from '#domain/result.ts';
import { cleanText, nameSchema } from '#domain/text.ts';
import { bytesToHex, concatBytes, hexToBytes, isSameBytes } from './protocol/bytes.ts';
import { decodeCbor, encodeCbor } from './protocol/cbor.ts';

/** To a shared ledger, to the ledger of two people who become contacts, or to a person's own devices. */
export const INVITE_KINDS = ['ledger', 'contact', 'device'] as const;
export type InviteKind = (typeof INVITE_KINDS)[number];

export interface Invite {
  readonly kind: InviteKind;
  /** Where the ledger is to be found: `ws://` or `wss://`. */
  readonly relay: string;
  readonly ledger: LedgerId;
  /** 32 random bytes; identity/invite-key.ts makes the invite's keys of them. */
  readonly seed: Uint8Array;
  /** What the ledger or person was called when the invite was written: for a first look, never believed over the ledger itself. */
  readonly name: string;
}

const VERSION = 2;
const LINK_PREFIX = 'tallystick://join/';
const LONGEST_LINK = 2_000;
const CHECKSUM_BYTES = 4;

/** True for an address that a relay can have. */
export function isRelayUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url !== null && text.length <= 500 && ['ws:', 'wss:'].includes(url.protocol) && url.username === '' && url.password === '' && url.hash === '';
}

const bytesOf = (length: number) => z.instanceof(Uint8Array).refine((bytes) => bytes.length === length);
const inviteSchema = z.strictObject({
  version: z.literal(VERSION),
  kind: z.enum(INVITE_KINDS),
  relay: z.string().refine(isRelayUrl),
  ledger: bytesOf(16).transform(bytesToHex).pipe(idSchema),
  seed: bytesOf(32),
  name: nameSchema,
});

const toBase64Url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

function fromBase64Url(text: string): Uint8Array | undefined {
  if (!/^[\w-]+$/.test(text) || text.length % 4 === 1) return undefined;
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

/** The invite as bytes, a map in deterministic CBOR: what lies sealed in a mailbox. */
export const inviteToBytes = ({ kind, relay, ledger, seed, name }: Invite): Uint8Array<ArrayBuffer> =>
  encodeCbor({ version: VERSION, kind, relay, ledger: hexToBytes(ledger), seed, name });

/** Never throws. */
export function bytesToInvite(bytes: Uint8Array): Result<Invite, 'invite_invalid'> {
  const decoded = decodeCbor(bytes);
  const parsed = decoded.ok ? inviteSchema.safeParse(decoded.value) : undefined;
  if (!parsed?.success) return failure('invite_invalid');
  const { version: _, ...invite } = parsed.data;
  return success(invite);
}

const checksumOf = (bytes: Uint8Array): Uint8Array => sha256(bytes).subarray(0, CHECKSUM_BYTES);

/** `tallystick://join/` and, in base64url (RFC 4648), the invite's bytes and the first four bytes of their SHA-256. */
export function encodeInvite(invite: Invite): string {
  const bytes = inviteToBytes(invite);
  return LINK_PREFIX + toBase64Url(concatBytes(bytes, checksumOf(bytes)));
}

/** True for a text that means to be a link, whether or not it is whole; anything else can only be a code. */
export const isInviteLink = (text: string): boolean => /^\s*tallystick:/i.test(text);

/**
 * A link as it was pasted: white space around it and within it (from a line break in a mail) does not matter. Never throws.
 * `invite_invalid` for one that was cut or mistyped, as its checksum tells: only a whole link can be an expired one.
 */
export function parseInvite(text: string): Result<Invite, 'invite_invalid'> {
  const link = cleanText(text).replaceAll(/\s/g, '');
  if (link.length > LONGEST_LINK || !link.toLowerCase().startsWith(LINK_PREFIX)) return failure('invite_invalid');
  const bytes = fromBase64Url(link.slice(LINK_PREFIX.length));
  if (!bytes || !isSameBytes(checksumOf(bytes.subarray(0, -CHECKSUM_BYTES)), bytes.subarray(-CHECKSUM_BYTES))) return failure('invite_invalid');
  return bytesToInvite(bytes.subarray(0, -CHECKSUM_BYTES));
}
