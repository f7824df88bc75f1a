/** What a membership record says to the members only: whose the devices are, and what somebody had written before they lost the right to. */
import { z } from 'zod';
import type { DocumentId } from '#domain/ids.ts';
import { idSchema } from '#domain/ids.ts';
import { cardSchema, cardToCbor, type Card } from './identity/card.ts';
import { openBytes, sealBytes, type ContentKey } from './content-key.ts';
import { bytesToHex, hexToBytes } from './protocol/bytes.ts';
import { decodeCbor, encodeCbor } from './protocol/cbor.ts';
import { padBytes, unpadBytes } from './protocol/frames.ts';
import { encodeRecordBody, type MembershipBody } from './protocol/membership-record.ts';

/** For each document the changes (64 hexadecimal digits) on which, with all before them, a frontier is drawn. */
export type Frontier = ReadonlyMap<DocumentId, readonly string[]>;

export interface MembershipContent {
  /** Cards of devices, by pseudonym: of those a record admits, and of all that are in where it begins an epoch. */
  readonly cards: ReadonlyMap<string, Card>;
  /** Where somebody loses the right to write: what they wrote counts up to here. */
  readonly frontier: Frontier | null;
  /** Refused changes that count after all. */
  readonly accepts: readonly string[];
}

export const NO_CONTENT: MembershipContent = { cards: new Map(), frontier: null, accepts: [] };

const hexOf = (length: number) => z.instanceof(Uint8Array).refine((bytes) => bytes.length === length).transform(bytesToHex);
const contentSchema = z.strictObject({
  cards: z.array(z.tuple([hexOf(32), cardSchema])).max(1_000),
  frontier: z.array(z.tuple([hexOf(16).pipe(idSchema), z.array(hexOf(32)).max(1_000)])).max(5_000).nullable(),
  accepts: z.array(hexOf(32)).max(1_000),
});

const toAssociated = (body: MembershipBody): Uint8Array => encodeRecordBody({ ...body, sealed: new Uint8Array() });

/** The content of a record, sealed under the key in force after it and bound to everything else in the record. */
export function sealContent(
  { key }: ContentKey, body: MembershipBody, { cards, frontier, accepts }: MembershipContent, randomBytes: (length: number) => Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
  const content = encodeCbor({
    cards: [...cards].map(([pseudonym, card]) => [hexToBytes(pseudonym), cardToCbor(card)]),
    frontier: frontier && [...frontier].map(([document, hashes]) => [hexToBytes(document), hashes.map((hash) => hexToBytes(hash))]),
    accepts: accepts.map((hash) => hexToBytes(hash)),
  });
  return sealBytes(key, padBytes(content), toAssociated(body), randomBytes);
}

/** What a record says inside. Undefined where that cannot be read or makes no sense. */
export async function openContent({ key }: ContentKey, body: MembershipBody): Promise<MembershipContent | undefined> {
  const opened = await openBytes(key, body.sealed, toAssociated(body));
  const content = opened && unpadBytes(opened);
  const decoded = content && decodeCbor(content);
  const parsed = decoded?.ok ? contentSchema.safeParse(decoded.value) : undefined;
  if (!parsed?.success) return undefined;
  return { cards: new Map(parsed.data.cards), frontier: parsed.data.frontier && new Map(parsed.data.frontier), accepts: parsed.data.accepts };
}
