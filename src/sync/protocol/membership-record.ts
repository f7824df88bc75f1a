/**
 * A record of a ledger's membership: who may do what, as far as a relay needs to know it, and sealed beside it what only
 * the members need. `[body, signature]` in deterministic CBOR, the body itself a byte string. Records form one line: each
 * names the hash of the one before. Devices appear under pseudonyms, keys that they use in this ledger only.
 */
import { z } from 'zod';
import { bytesToHex, hexToBytes } from './bytes.ts';
import { decodeCbor, encodeCbor, type Parsed } from './cbor.ts';
import { MAXIMUM_RECORD_BYTES } from './limits.ts';

export const RECORD_VERSION = 1;

/** In falling order of what they may. Only one member is the owner. */
export const ROLES = ['owner', 'admin', 'editor', 'viewer'] as const;
export type Role = (typeof ROLES)[number];

/** A device that comes in: its pseudonym, and the ledger's keys wrapped for it (HPKE, RFC 9180). Public keys are hexadecimal, 64 digits. */
export interface Admission {
  readonly key: string;
  readonly wrap: Uint8Array;
}

export type MembershipChange =
  /**
   * The first record. The hash of its author's key and `salt` is the ledger's id (foundingBytes), so nobody else can have
   * made it. `devices` are the owner's; the founding key need not be one of them.
   */
  | { readonly type: 'found'; readonly salt: Uint8Array; readonly member: string; readonly devices: readonly Admission[] }
  /** Whoever has the secret of `key` may read, and join as `role`, `uses` times, by the relay's clock until `expires` (milliseconds since 1970). */
  | { readonly type: 'invite'; readonly key: string; readonly role: Role; readonly uses: number; readonly expires: number; readonly wrap: Uint8Array }
  | { readonly type: 'withdraw'; readonly key: string }
  /** Signed by the key of an invite. */
  | { readonly type: 'join'; readonly member: string; readonly devices: readonly Admission[] }
  /** One more device of the author's own. */
  | { readonly type: 'device'; readonly device: Admission }
  | { readonly type: 'revoke'; readonly key: string }
  /** Of oneself: leaving. */
  | { readonly type: 'remove'; readonly member: string }
  /** `owner` hands the ledger over: the author is an admin from then on. */
  | { readonly type: 'role'; readonly member: string; readonly role: Role }
  | { readonly type: 'epoch' };

/** A new content key: for every device that remains, and for nobody else. */
export interface EpochStart {
  readonly number: number;
  /** 32 hexadecimal digits that name the key, and that no two keys have in common: all members are given the same. */
  readonly keyId: string;
  readonly wraps: readonly Admission[];
}

export interface MembershipBody {
  readonly ledger: string;
  /** From 0, without a gap. */
  readonly number: number;
  /** SHA-256 of the record before, 64 hexadecimal digits; empty for the first. */
  readonly previous: string;
  /** The pseudonym, or the invite's key, that signs. */
  readonly author: string;
  readonly change: MembershipChange;
  readonly epoch: EpochStart | null;
  /** For members only: see membership-content.ts of the room above. */
  readonly sealed: Uint8Array;
}

export interface MembershipRecord extends MembershipBody {
  readonly bodyBytes: Uint8Array;
  readonly signature: Uint8Array;
  readonly signedBytes: Uint8Array;
}

const bytesOf = (length: number) => z.instanceof(Uint8Array).refine((bytes) => bytes.length === length);
const hexOf = (length: number) => bytesOf(length).transform(bytesToHex);
const keySchema = hexOf(32);
const memberSchema = hexOf(8);
const roleSchema = z.enum(ROLES);
const wrapSchema = z.instanceof(Uint8Array).refine((bytes) => bytes.length <= 64 * 1024);
const countSchema = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const admissionSchema = z.tuple([keySchema, wrapSchema]).transform(([key, wrap]): Admission => ({ key, wrap }));

const changeSchema: z.ZodType<MembershipChange> = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('found'), salt: bytesOf(16), member: memberSchema, devices: z.array(admissionSchema).min(1).max(4) }),
  z.strictObject({ type: z.literal('invite'), key: keySchema, role: roleSchema, uses: countSchema.min(1).max(1_000), expires: countSchema, wrap: wrapSchema }),
  z.strictObject({ type: z.literal('withdraw'), key: keySchema }),
  z.strictObject({ type: z.literal('join'), member: memberSchema, devices: z.array(admissionSchema).min(1).max(4) }),
  z.strictObject({ type: z.literal('device'), device: admissionSchema }),
  z.strictObject({ type: z.literal('revoke'), key: keySchema }),
  z.strictObject({ type: z.literal('remove'), member: memberSchema }),
  z.strictObject({ type: z.literal('role'), member: memberSchema, role: roleSchema }),
  z.strictObject({ type: z.literal('epoch') }),
]);
const epochSchema = z
  .tuple([countSchema, hexOf(16), z.array(admissionSchema).max(1_000)])
  .transform(([number, keyId, wraps]): EpochStart => ({ number, keyId, wraps }));
const bodySchema = z.tuple([
  z.literal(RECORD_VERSION), hexOf(16), countSchema, z.union([bytesOf(0), bytesOf(32)]).transform(bytesToHex), keySchema,
  changeSchema, epochSchema.nullable(), z.instanceof(Uint8Array),
]);
const recordSchema = z.tuple([z.instanceof(Uint8Array), bytesOf(64)]);

const admissionToCbor = ({ key, wrap }: Admission): unknown => [hexToBytes(key), wrap];

function changeToCbor(change: MembershipChange): unknown {
  switch (change.type) {
    case 'found': case 'join': return { ...change, member: hexToBytes(change.member), devices: change.devices.map(admissionToCbor) };
    case 'invite': case 'withdraw': case 'revoke': return { ...change, key: hexToBytes(change.key) };
    case 'device': return { ...change, device: admissionToCbor(change.device) };
    case 'remove': case 'role': return { ...change, member: hexToBytes(change.member) };
    case 'epoch': return change;
  }
}

/** The body as it is signed, and as associated data of its own seal: then `sealed` is left empty. */
export function encodeRecordBody({ ledger, number, previous, author, change, epoch, sealed }: MembershipBody): Uint8Array<ArrayBuffer> {
  const start = epoch && [epoch.number, hexToBytes(epoch.keyId), epoch.wraps.map(admissionToCbor)];
  return encodeCbor([RECORD_VERSION, hexToBytes(ledger), number, hexToBytes(previous), hexToBytes(author), changeToCbor(change), start, sealed]);
}

/** What a ledger's id is the hash of (the first 16 bytes of SHA-256). */
export const foundingBytes = (author: string, salt: Uint8Array): Uint8Array<ArrayBuffer> => encodeCbor(['tallystick ledger 2', hexToBytes(author), salt]);

/** What the author signs: the body, under a name of its own. */
export const recordToSignedBytes = (bodyBytes: Uint8Array): Uint8Array<ArrayBuffer> => encodeCbor(['tallystick membership 1', bodyBytes]);

export const encodeRecord = ({ bodyBytes, signature }: Pick<MembershipRecord, 'bodyBytes' | 'signature'>): Uint8Array<ArrayBuffer> => encodeCbor([bodyBytes, signature]);

/** The parts of a record; neither its signature nor its place has been looked at. Never throws. */
export function parseRecord(bytes: Uint8Array): Parsed<MembershipRecord, 'record_malformed'> {
  const outer = bytes.length <= MAXIMUM_RECORD_BYTES ? decodeCbor(bytes) : undefined;
  const record = outer?.ok ? recordSchema.safeParse(outer.value) : undefined;
  const inner = record?.success ? decodeCbor(record.data[0]) : undefined;
  const body = inner?.ok ? bodySchema.safeParse(inner.value) : undefined;
  if (!record?.success || !body?.success) return { ok: false, code: 'record_malformed' };
  const [bodyBytes, signature] = record.data;
  const [, ledger, number, previous, author, change, epoch, sealed] = body.data;
  return { ok: true, value: { ledger, number, previous, author, change, epoch, sealed, bodyBytes, signature, signedBytes: recordToSignedBytes(bodyBytes) } };
}
