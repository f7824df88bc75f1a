/** An invite to a ledger: everything another device needs to find it at a relay and to read it. Whoever holds it is in. */
import { z } from 'zod';
import { failure, success, type Result } from '#domain/result.ts';
import { cleanText, nameSchema } from '#domain/text.ts';
import { decodeCbor, encodeCbor } from './protocol/cbor.ts';

export interface Invite {
  /** Where the ledger is to be found: `ws://` or `wss://`. */
  readonly relay: string;
  /** The ledger's 32 secret bytes. */
  readonly secret: Uint8Array;
  /** What the ledger was called when the invite was written: for a first look, never believed over the ledger itself. */
  readonly name: string;
}

const LINK_PREFIX = 'tallystick://join/';
const LONGEST_LINK = 2_000;

/** True for an address that a relay can have. */
export function isRelayUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url !== null && text.length <= 500 && ['ws:', 'wss:'].includes(url.protocol) && url.username === '' && url.password === '' && url.hash === '';
}

const inviteSchema = z.strictObject({
  version: z.literal(1),
  relay: z.string().refine(isRelayUrl),
  secret: z.custom<Uint8Array>((value) => value instanceof Uint8Array && value.length === 32),
  name: nameSchema,
});

const toBase64Url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

function fromBase64Url(text: string): Uint8Array | undefined {
  if (!/^[\w-]+$/.test(text) || text.length % 4 === 1) return undefined;
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

/** The invite as bytes, deterministic CBOR: what lies sealed in a mailbox, and in base64url in a link. */
export const inviteToBytes = ({ relay, secret, name }: Invite): Uint8Array<ArrayBuffer> => encodeCbor({ version: 1, relay, secret, name });

/** Never throws. */
export function bytesToInvite(bytes: Uint8Array): Result<Invite, 'invite_invalid'> {
  const decoded = decodeCbor(bytes);
  const parsed = decoded.ok ? inviteSchema.safeParse(decoded.value) : undefined;
  if (!parsed?.success) return failure('invite_invalid');
  const { relay, secret, name } = parsed.data;
  return success({ relay, secret, name });
}

export const encodeInvite = (invite: Invite): string => LINK_PREFIX + toBase64Url(inviteToBytes(invite));

/** True for a text that means to be a link, whether or not it is whole; anything else can only be a code. */
export const isInviteLink = (text: string): boolean => /^\s*tallystick:/i.test(text);

/** A link as it was pasted: white space around it and within it (from a line break in a mail) does not matter. Never throws. */
export function parseInvite(text: string): Result<Invite, 'invite_invalid'> {
  const link = cleanText(text).replaceAll(/\s/g, '');
  if (link.length > LONGEST_LINK || !link.toLowerCase().startsWith(LINK_PREFIX)) return failure('invite_invalid');
  const bytes = fromBase64Url(link.slice(LINK_PREFIX.length));
  return bytes ? bytesToInvite(bytes) : failure('invite_invalid');
}
