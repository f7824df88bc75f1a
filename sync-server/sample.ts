/** Ledgers, devices, records and frames for the tests of this room: sound ones, around contents that mean nothing. */
import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { bytesToHex, hexToBytes } from '#sync/protocol/bytes.ts';
import { encodeFrame, encodeHeader, frameToSignedBytes, type FrameHeader } from '#sync/protocol/frames.ts';
import { extendMembership, type Membership } from '#sync/protocol/membership.ts';
import {
  encodeRecord, encodeRecordBody, foundingBytes, parseRecord, recordToSignedBytes, type Admission, type EpochStart, type MembershipBody, type MembershipChange, type Role,
} from '#sync/protocol/membership-record.ts';
import { challengeToSignedBytes, endorsementToSignedBytes, type ClientMessage } from '#sync/protocol/messages.ts';
import { hashHex, hashId } from './verify.ts';

type MessageOf<Type extends ClientMessage['type']> = Extract<ClientMessage, { type: Type }>;

/** A device's pseudonym, or an invite's key. */
export interface SampleKey {
  /** 64 hexadecimal digits. */
  readonly key: string;
  readonly secret: KeyObject;
}
export function sampleKey(): SampleKey {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return { key: bytesToHex(Buffer.from(String(publicKey.export({ format: 'jwk' }).x), 'base64url')), secret: privateKey };
}
const signWith = ({ secret }: SampleKey, bytes: Uint8Array): Uint8Array<ArrayBuffer> => Uint8Array.from(sign(null, bytes, secret));
const randomHex = (bytes: number): string => randomBytes(bytes).toString('hex');
export const admissionOf = ({ key }: SampleKey): Admission => ({ key, wrap: new Uint8Array(80) });

export interface FrameOptions extends Partial<Omit<FrameHeader, 'author'>> {
  readonly by?: SampleKey;
  readonly signature?: Uint8Array;
}

export interface SampleLedger {
  readonly id: string;
  /** The owner's device. */
  readonly owner: SampleKey;
  /** The line as far as it goes. */
  records(): readonly Uint8Array<ArrayBuffer>[];
  membership(): Membership;
  memberOf(device: SampleKey): string;
  /** The next record, whether or not it is allowed; `more` as it is to be instead. */
  record(by: SampleKey, change: MembershipChange, more?: Partial<MembershipBody>): Uint8Array<ArrayBuffer>;
  /** Makes the next record and adds it to the line, with an epoch where it needs one. Throws where it is not allowed. */
  add(by: SampleKey, change: MembershipChange, more?: Partial<MembershipBody>): Uint8Array<ArrayBuffer>;
  /** An epoch for all who are in and are not among `gone`. */
  epoch(gone?: readonly string[]): EpochStart;
  /** Somebody new, by an invite of the owner's: two records. */
  admit(role: Role): SampleKey;
  /** An invite of the owner's: one record. */
  invite(role: Role, uses?: number, expires?: number): SampleKey;
  join(invite: SampleKey): SampleKey;
  enrol(request: number, from?: number): MessageOf<'enrol'>;
  open(request: number, nonce: Uint8Array, by?: SampleKey): MessageOf<'open'>;
  /** A frame that a relay must accept, unless told otherwise. */
  frame(document: string, size?: number, options?: FrameOptions): Uint8Array;
  endorse(request: number, document: string, snapshot: Uint8Array, by: SampleKey): MessageOf<'endorse'>;
  /** The snapshot comes back, with the word of these. */
  refill(request: number, snapshot: Uint8Array, by: readonly SampleKey[]): MessageOf<'refill'>;
}

function sealRecord(by: SampleKey, body: MembershipBody): Uint8Array<ArrayBuffer> {
  const bodyBytes = encodeRecordBody(body);
  return encodeRecord({ bodyBytes, signature: signWith(by, recordToSignedBytes(bodyBytes)) });
}

/** The membership after a record. Throws where it is not allowed. */
export function extendWith(membership: Membership | null, bytes: Uint8Array): Membership {
  const record = parseRecord(bytes);
  const extended = record.ok ? extendMembership(membership, record.value, hashHex(bytes)) : record;
  if (!extended.ok) throw new Error(extended.code);
  return extended.value;
}

export function sampleLedger(): SampleLedger {
  const owner = sampleKey();
  const salt = new Uint8Array(randomBytes(16));
  const id = hashId(foundingBytes(owner.key, salt));
  const founding = sealRecord(owner, {
    ledger: id, number: 0, previous: '', author: owner.key, sealed: new Uint8Array(40),
    change: { type: 'found', salt, member: randomHex(8), devices: [admissionOf(owner)] }, epoch: { number: 0, keyId: randomHex(16), wraps: [] },
  });
  const line = [founding];
  let membership = extendWith(null, founding);
  let count = 0;

  const present = (): string[] => [...membership.members.values()].flatMap(({ devices }) => devices);
  const epoch = (gone: readonly string[] = []): EpochStart => ({
    number: (membership.epochs.at(-1)?.number ?? 0) + 1, keyId: randomHex(16),
    wraps: present().filter((key) => !gone.includes(key)).map((key) => ({ key, wrap: new Uint8Array(80) })),
  });
  function neededEpoch(by: SampleKey, change: MembershipChange): EpochStart | null {
    const isOwn = (keys: readonly string[]): boolean => keys.includes(by.key);
    const leaving = change.type === 'revoke' ? [change.key] : change.type === 'remove' ? (membership.members.get(change.member)?.devices ?? []) : [];
    if (change.type === 'epoch') return epoch();
    return leaving.length > 0 && !isOwn(leaving) ? epoch(leaving) : null;
  }
  const record: SampleLedger['record'] = (by, change, more = {}) =>
    sealRecord(by, {
      ledger: id, number: membership.number + 1, previous: membership.hash, author: by.key, change, epoch: neededEpoch(by, change), sealed: new Uint8Array(40), ...more,
    });
  const add: SampleLedger['add'] = (by, change, more) => {
    const bytes = record(by, change, more);
    membership = extendWith(membership, bytes);
    line.push(bytes);
    return bytes;
  };
  const invite: SampleLedger['invite'] = (role, uses = 1, expires = Number.MAX_SAFE_INTEGER) => {
    const key = sampleKey();
    add(owner, { type: 'invite', key: key.key, role, uses, expires, wrap: new Uint8Array(80) });
    return key;
  };
  const join: SampleLedger['join'] = (by) => {
    const device = sampleKey();
    add(by, { type: 'join', member: randomHex(8), devices: [admissionOf(device)] });
    return device;
  };

  return {
    id, owner, record, add, epoch, invite, join,
    records: () => line,
    membership: () => membership,
    memberOf: ({ key }) => membership.tenures.get(key)?.at(-1)?.member ?? '',
    admit: (role) => join(invite(role)),
    enrol: (request, from = 0) => ({ type: 'enrol', id: request, ledger: id, records: line.slice(from) }),
    open: (request, nonce, by = owner) => ({
      type: 'open', id: request, ledger: id, key: hexToBytes(by.key), proof: signWith(by, challengeToSignedBytes(nonce, id)),
    }),
    frame(document, size = 100, { by = owner, signature, ...more } = {}) {
      const { number, hash, epochs } = membership;
      const { number: epochNumber, keyId } = epochs.at(-1) ?? { number: 0, keyId: '' };
      const headerBytes = encodeHeader({
        version: 2, ledger: id, document, author: hexToBytes(by.key), epoch: epochNumber, keyId, record: number, recordHash: hash.slice(0, 32), covers: null, ...more,
      });
      count += 1;
      const nonce = new Uint8Array(12);
      new DataView(nonce.buffer).setUint32(0, count); // no two frames are the same
      const ciphertext = new Uint8Array(size).fill(count);
      return encodeFrame({ headerBytes, nonce, ciphertext, signature: signature ?? signWith(by, frameToSignedBytes({ headerBytes, nonce, ciphertext })) });
    },
    endorse(request, document, snapshot, by) {
      const frame = hashId(snapshot);
      return { type: 'endorse', id: request, ledger: id, document, frame, signature: signWith(by, endorsementToSignedBytes(id, frame)) };
    },
    refill(request, snapshot, by) {
      const signed = endorsementToSignedBytes(id, hashId(snapshot));
      return { type: 'refill', id: request, ledger: id, frame: new Uint8Array(snapshot), endorsements: by.map((one) => ({ key: hexToBytes(one.key), signature: signWith(one, signed) })) };
    },
  };
}

export const sampleDocument = (digit: string): string => digit.repeat(32);
