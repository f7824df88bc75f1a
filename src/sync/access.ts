/**
 * What a device knows of a ledger's membership, and what it can open: the records, checked one by one, the keys that
 * were wrapped for it, and what the records say inside.
 */
import type { DeviceId, LedgerId } from '#domain/ids.ts';
import { failure, success, type Result } from '#domain/result.ts';
import { openContentKey, type ContentKey } from './content-key.ts';
import { checkCard, type Card } from './identity/card.ts';
import { unwrapKeys } from './identity/wrap.ts';
import { deviceIdOf, hashId, isSignedBy, sha256, type AgreementKey, type DeviceKey } from './keys.ts';
import { openContent, type Frontier } from './membership-content.ts';
import { bytesToHex, hexToBytes } from './protocol/bytes.ts';
import { epochAt, extendMembership, mayManage, tenureAt, type Membership, type MembershipFailure } from './protocol/membership.ts';
import { foundingBytes, parseRecord, type Admission, type MembershipRecord } from './protocol/membership-record.ts';

/** A key that wraps may be addressed to: a pseudonym or an invite's, and the agreement secret that goes with it. */
export interface Keyholder {
  /** 64 hexadecimal digits. */
  readonly key: string;
  readonly secret: AgreementKey;
}

export interface AccessDeps {
  readonly ledger: LedgerId;
  /** Who this device is in this ledger. */
  readonly device: DeviceKey;
  readonly holders: readonly Keyholder[];
}

/** Never changed: more records make another one. */
export interface LedgerAccess extends AccessDeps {
  readonly membership: Membership;
  readonly records: readonly Uint8Array[];
  /** Those this device has, oldest first. */
  readonly contentKeys: readonly ContentKey[];
  /** Undefined where the key of the present epoch was not wrapped for this device. */
  readonly current: ContentKey | undefined;
  /** Of all devices that ever were in and whose card could be read, by pseudonym. */
  readonly cards: ReadonlyMap<string, Card>;
  /** By number of the record. */
  readonly frontiers: ReadonlyMap<number, Frontier>;
  /** Hashes of changes that an admin let in after all. */
  readonly accepted: ReadonlySet<string>;
  /** Pseudonyms by the ids that devices have in this ledger. */
  readonly pseudonyms: ReadonlyMap<DeviceId, string>;
}

export type RecordFailure = MembershipFailure | 'record_malformed' | 'signature_wrong';

/** A record whose signature holds and that, as a first one, founds the ledger; with its hash. */
export async function checkRecord(ledger: LedgerId, bytes: Uint8Array): Promise<Result<{ record: MembershipRecord; hash: string }, RecordFailure>> {
  const parsed = parseRecord(bytes);
  if (!parsed.ok) return parsed;
  const { author, signature, signedBytes, change } = parsed.value;
  if (parsed.value.ledger !== ledger) return failure('record_forbidden');
  if (!(await isSignedBy(hexToBytes(author), signature, signedBytes))) return failure('signature_wrong');
  if (change.type === 'found' && (await hashId(foundingBytes(author, change.salt))) !== ledger) return failure('record_forbidden');
  return success({ record: parsed.value, hash: bytesToHex(await sha256(bytes)) });
}

const admissionsOf = ({ change, epoch }: MembershipRecord): readonly Admission[] => [
  ...(change.type === 'found' || change.type === 'join' ? change.devices : change.type === 'device' ? [change.device] : change.type === 'invite' ? [change] : []),
  ...(epoch?.wraps ?? []),
];

/** The keys in the wraps of a record that are meant for us and are the keys the membership names. */
async function readKeys({ ledger, holders }: AccessDeps, record: MembershipRecord, { epochs }: Membership, known: readonly ContentKey[]): Promise<ContentKey[]> {
  const found: ContentKey[] = [];
  for (const { key, wrap } of admissionsOf(record)) {
    const holder = holders.find((one) => one.key === key);
    const unwrapped = holder && (await unwrapKeys(holder.secret, { ledger, key }, wrap));
    if (!unwrapped?.ok) continue;
    for (const { epoch, key: bytes } of unwrapped.value) {
      if ([...known, ...found].some((one) => one.epoch === epoch)) continue;
      const opened = await openContentKey(epoch, bytes);
      if (epochs.some(({ number, keyId }) => number === epoch && keyId === opened.keyId)) found.push(opened);
    }
  }
  return found;
}

/** All devices of a member are one person's: the first card says whose. */
function isOfMember({ tenures }: Membership, cards: ReadonlyMap<string, Card>, key: string, { root }: Card): boolean {
  const member = tenures.get(key)?.[0]?.member;
  return [...cards].every(([other, card]) => card.root === root || tenures.get(other)?.[0]?.member !== member);
}

/** What the records say inside, as far as it can be read. */
type Said = Pick<LedgerAccess, 'cards' | 'frontiers' | 'accepted'>;

/** Takes in what a record says, after which `membership` or an earlier one held. */
async function listen(said: Said, membership: Membership, keys: readonly ContentKey[], record: MembershipRecord): Promise<Said> {
  const { number, author, ledger } = record;
  const epoch = epochAt(membership, number);
  const key = keys.find((one) => one.epoch === epoch?.number);
  const content = key && (await openContent(key, record));
  if (!content) return said;
  const cards = new Map(said.cards);
  for (const [pseudonym, card] of content.cards) {
    const isNew = membership.tenures.has(pseudonym) && !cards.has(pseudonym) && isOfMember(membership, cards, pseudonym, card);
    if (isNew && (await checkCard(ledger, pseudonym, card))) cards.set(pseudonym, card);
  }
  const mayAccept = mayManage(tenureAt(membership, author, number - 1)?.role ?? null);
  return {
    cards,
    frontiers: content.frontier ? new Map([...said.frontiers, [number, content.frontier]]) : said.frontiers,
    accepted: mayAccept && content.accepts.length > 0 ? new Set([...said.accepted, ...content.accepts]) : said.accepted,
  };
}

async function extendByOne(access: LedgerAccess | null, deps: AccessDeps, bytes: Uint8Array): Promise<Result<LedgerAccess, RecordFailure>> {
  const checked = await checkRecord(deps.ledger, bytes);
  if (!checked.ok) return checked;
  const { record, hash } = checked.value;
  const extended = extendMembership(access?.membership ?? null, record, hash);
  if (!extended.ok) return extended;
  const membership = extended.value;

  const known = access?.contentKeys ?? [];
  const fresh = await readKeys(deps, record, membership, known);
  const contentKeys = [...known, ...fresh].toSorted((a, b) => a.epoch - b.epoch);
  const epoch = membership.epochs.at(-1)?.number;
  const current = contentKeys.find((one) => one.epoch === epoch);

  const pseudonyms = new Map(access?.pseudonyms);
  for (const key of membership.tenures.keys()) if (!access?.membership.tenures.has(key)) pseudonyms.set(await deviceIdOf(hexToBytes(key)), key);
  let said: Said = access ?? { cards: new Map(), frontiers: new Map(), accepted: new Set() };
  // Who comes in later gets the keys of records that were there before.
  for (const before of fresh.length > 0 ? (access?.records ?? []) : []) {
    const earlier = parseRecord(before);
    if (earlier.ok && fresh.some((one) => one.epoch === epochAt(membership, earlier.value.number)?.number)) said = await listen(said, membership, fresh, earlier.value);
  }
  said = await listen(said, membership, contentKeys, record);
  const { cards, frontiers, accepted } = said;
  return success({ ...deps, membership, records: [...(access?.records ?? []), bytes], contentKeys, current, cards, frontiers, accepted, pseudonyms });
}

/** The access after these records; `access` null: from the first on. Fails at the first record that may not stand there. */
export async function extendAccess(access: LedgerAccess | null, deps: AccessDeps, records: readonly Uint8Array[]): Promise<Result<LedgerAccess, RecordFailure>> {
  let extended = access;
  for (const bytes of records) {
    const next = await extendByOne(extended, deps, bytes);
    if (!next.ok) return next;
    extended = next.value;
  }
  return extended ? success(extended) : failure('record_stale');
}

/** The key that names itself so, where this device has it. */
export const contentKeyOf = (access: LedgerAccess, epoch: number, keyId: string): ContentKey | undefined =>
  access.contentKeys.find((one) => one.epoch === epoch && one.keyId === keyId);

/** Whether an epoch was over before anything that this device was given a key for. */
export const isBeforeJoining = ({ contentKeys }: LedgerAccess, epoch: number): boolean => (contentKeys[0]?.epoch ?? 0) > epoch;

/**
 * Whether this device came in when the ledger had begun, and was given no older keys: what it can read may rest on what
 * it will never see.
 */
export const isRestricted = (access: LedgerAccess): boolean => isBeforeJoining(access, 0);

/** Pseudonyms of the devices that are in now. */
export const presentDevices = ({ membership }: Pick<LedgerAccess, 'membership'>): readonly string[] => [...membership.members.values()].flatMap(({ devices }) => devices);

/** This device's pseudonym, as records name it. */
export const ownKey = ({ device }: Pick<LedgerAccess, 'device'>): string => bytesToHex(device.publicKey);
