/** Makes membership records: each follows on the last one that an access knows, and is signed by whoever makes it. */
import type { LedgerId } from '#domain/ids.ts';
import { ownKey, presentDevices, type LedgerAccess } from './access.ts';
import { openContentKey, type ContentKey } from './content-key.ts';
import { agreementOf, type Card } from './identity/card.ts';
import { wrapKeys } from './identity/wrap.ts';
import { ledgerIdOf, type SigningKey } from './keys.ts';
import { NO_CONTENT, sealContent, type Frontier, type MembershipContent } from './membership-content.ts';
import { bytesToHex } from './protocol/bytes.ts';
import {
  encodeRecord, encodeRecordBody, recordToSignedBytes, type Admission, type EpochStart, type MembershipBody, type MembershipChange, type Role,
} from './protocol/membership-record.ts';

export type RandomBytes = (length: number) => Uint8Array;

/** A device that is to come in: its pseudonym, and the card that says whose it is. */
export interface NewDevice {
  /** 64 hexadecimal digits. */
  readonly key: string;
  readonly card: Card;
}

/** Whom a newcomer's keys reach back to: the start of the ledger, or only their own coming. */
export type History = 'start' | 'joining';

async function finish(author: SigningKey, key: ContentKey, body: Omit<MembershipBody, 'author' | 'sealed'>, content: MembershipContent, randomBytes: RandomBytes): Promise<Uint8Array<ArrayBuffer>> {
  const open: MembershipBody = { ...body, author: bytesToHex(author.publicKey), sealed: new Uint8Array() };
  const bodyBytes = encodeRecordBody({ ...open, sealed: await sealContent(key, open, content, randomBytes) });
  return encodeRecord({ bodyBytes, signature: await author.sign(recordToSignedBytes(bodyBytes)) });
}

const wrapFor = (ledger: LedgerId, key: string, agreement: string, keys: readonly ContentKey[]): Promise<Uint8Array> =>
  wrapKeys(agreement, { ledger, key }, keys.map(({ epoch, bytes }) => ({ epoch, key: bytes })));

const admit = (ledger: LedgerId, keys: readonly ContentKey[], devices: readonly NewDevice[]): Promise<Admission[]> =>
  Promise.all(devices.map(async ({ key, card }) => ({ key, wrap: await wrapFor(ledger, key, agreementOf(card), keys) })));

const cardsOf = (devices: readonly NewDevice[]): ReadonlyMap<string, Card> => new Map(devices.map(({ key, card }) => [key, card]));

/** The first record of a ledger, with a fresh key for its contents. `member`: 16 hexadecimal digits. */
export async function makeFounding(
  { founder, salt, member, devices, randomBytes }: { founder: SigningKey; salt: Uint8Array; member: string; devices: readonly NewDevice[]; randomBytes: RandomBytes },
): Promise<Uint8Array<ArrayBuffer>> {
  const ledger = await ledgerIdOf(founder.publicKey, salt);
  const key = await openContentKey(0, randomBytes(32));
  const change: MembershipChange = { type: 'found', salt, member, devices: await admit(ledger, [key], devices) };
  const epoch: EpochStart = { number: 0, keyId: key.keyId, wraps: [] };
  return finish(founder, key, { ledger, number: 0, previous: '', change, epoch }, { ...NO_CONTENT, cards: cardsOf(devices) }, randomBytes);
}

const next = ({ ledger, membership }: LedgerAccess) => ({ ledger, number: membership.number + 1, previous: membership.hash });

function currentOf({ current }: LedgerAccess): ContentKey {
  if (!current) throw new Error('a record is made by who has the present key');
  return current;
}

/** A new epoch for all devices but those that go, with the cards of those who stay: newcomers learn of them here. */
async function startEpoch(access: LedgerAccess, gone: readonly string[], randomBytes: RandomBytes) {
  const last = access.membership.epochs.at(-1)?.number ?? 0;
  const key = await openContentKey(last + 1, randomBytes(32));
  const present = presentDevices(access).filter((device) => !gone.includes(device));
  const wraps = await Promise.all(
    present.map(async (device) => {
      const card = access.cards.get(device);
      return { key: device, wrap: card ? await wrapFor(access.ledger, device, agreementOf(card), [key]) : new Uint8Array() };
    }),
  );
  const cards = new Map([...access.cards].filter(([device]) => present.includes(device)));
  return { key, epoch: { number: key.epoch, keyId: key.keyId, wraps } satisfies EpochStart, cards };
}

export interface InviteTerms {
  /** Public halves of the invite's keys, 64 hexadecimal digits. */
  readonly key: string;
  readonly agreement: string;
  readonly role: Role;
  readonly uses: number;
  /** Milliseconds since 1970. */
  readonly expires: number;
  readonly history: History;
}

/** Opens the ledger to whoever has the invite's secret. Where they are to see nothing older, a new epoch begins here. */
export async function makeInvite(access: LedgerAccess, { key, agreement, role, uses, expires, history }: InviteTerms, randomBytes: RandomBytes): Promise<Uint8Array<ArrayBuffer>> {
  const start = history === 'joining' ? await startEpoch(access, [], randomBytes) : null;
  const wrap = await wrapFor(access.ledger, key, agreement, start ? [start.key] : access.contentKeys);
  const change: MembershipChange = { type: 'invite', key, role, uses, expires, wrap };
  return finish(access.device, start?.key ?? currentOf(access), { ...next(access), change, epoch: start?.epoch ?? null }, { ...NO_CONTENT, cards: start?.cards ?? new Map() }, randomBytes);
}

/** Comes in on an invite. `access` was opened with the invite's keys. */
export async function makeJoin(access: LedgerAccess, invite: SigningKey, member: string, devices: readonly NewDevice[], randomBytes: RandomBytes): Promise<Uint8Array<ArrayBuffer>> {
  const change: MembershipChange = { type: 'join', member, devices: await admit(access.ledger, access.contentKeys, devices) };
  return finish(invite, currentOf(access), { ...next(access), change, epoch: null }, { ...NO_CONTENT, cards: cardsOf(devices) }, randomBytes);
}

/** Takes in one more device of the author's own. `author`: this device, or the person's recovery pseudonym. */
export async function makeDevice(access: LedgerAccess, author: SigningKey, device: NewDevice, randomBytes: RandomBytes): Promise<Uint8Array<ArrayBuffer>> {
  const [admission] = await admit(access.ledger, access.contentKeys, [device]);
  if (!admission) throw new Error('one device is one admission');
  return finish(author, currentOf(access), { ...next(access), change: { type: 'device', device: admission }, epoch: null }, { ...NO_CONTENT, cards: cardsOf([device]) }, randomBytes);
}

/** Takes devices out: one (`revoke`), or all of a member's (`remove`). Who takes out others begins an epoch; who leaves cannot. */
export async function makeRemoval(
  access: LedgerAccess, change: Extract<MembershipChange, { type: 'revoke' | 'remove' }>, frontier: Frontier, randomBytes: RandomBytes,
): Promise<Uint8Array<ArrayBuffer>> {
  const gone = change.type === 'revoke' ? [change.key] : (access.membership.members.get(change.member)?.devices ?? []);
  const start = gone.includes(ownKey(access)) ? null : await startEpoch(access, gone, randomBytes);
  const content: MembershipContent = { cards: start?.cards ?? new Map(), frontier, accepts: [] };
  return finish(access.device, start?.key ?? currentOf(access), { ...next(access), change, epoch: start?.epoch ?? null }, content, randomBytes);
}

/** `frontier`: what is known of all documents, for a member who may not write any more. */
export const makeRole = (access: LedgerAccess, member: string, role: Role, frontier: Frontier | null, randomBytes: RandomBytes): Promise<Uint8Array<ArrayBuffer>> =>
  finish(access.device, currentOf(access), { ...next(access), change: { type: 'role', member, role }, epoch: null }, { ...NO_CONTENT, frontier }, randomBytes);

/** Takes an invite back. */
export const makeWithdrawal = (access: LedgerAccess, key: string, randomBytes: RandomBytes): Promise<Uint8Array<ArrayBuffer>> =>
  finish(access.device, currentOf(access), { ...next(access), change: { type: 'withdraw', key }, epoch: null }, NO_CONTENT, randomBytes);

/** A new key for the same devices; `accepts`: hashes of refused changes that count from now on. */
export async function makeEpoch(access: LedgerAccess, accepts: readonly string[], randomBytes: RandomBytes): Promise<Uint8Array<ArrayBuffer>> {
  const { key, epoch, cards } = await startEpoch(access, [], randomBytes);
  return finish(access.device, key, { ...next(access), change: { type: 'epoch' }, epoch }, { cards, frontier: null, accepts }, randomBytes);
}
