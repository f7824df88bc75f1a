/**
 * How two devices find out which ledgers they have in common, and tell nobody else. For each of its ledgers a device
 * sends an entry: a tag and a sealed proof, both under keys that follow from the ledger's content key and this very
 * connection. Without that key an entry is random bytes, and random entries fill the list up. In the proof the device
 * signs with its pseudonym.
 *
 * A device that was away knows older keys only. Who recognises such an entry, and knows its signer as a member of today,
 * answers under the same older key in a second round: so the one who was away finds the others, and one who was removed does not.
 */
import type { LedgerId } from '#domain/ids.ts';
import { ownKey, type LedgerAccess } from './access.ts';
import type { ContentKey } from './content-key.ts';
import { isSignedBy, ownBytes } from './keys.ts';
import { otherSide, type PeerSide } from './peer-channel.ts';
import { bytesToHex, concatBytes, hexToBytes } from './protocol/bytes.ts';
import { encodeCbor } from './protocol/cbor.ts';
import { roleNow } from './protocol/membership.ts';
import type { RandomBytes } from './records.ts';

const { subtle } = globalThis.crypto;

const TAG_BYTES = 16;
/** A pseudonym, its signature, and what AES-GCM adds. */
const PROOF_BYTES = 32 + 64 + 16;
export const ENTRY_BYTES = TAG_BYTES + PROOF_BYTES;
/** Lists have a length of these powers of two: how many ledgers somebody has can only be guessed from far off. */
const SHORTEST_LIST = 32;
export const LONGEST_LIST = 1_024;
/** How many of a ledger's keys an entry of somebody else is tried with, the newest first. */
const MAXIMUM_KEYS = 64;

export type Round = 1 | 2;

export interface ProofDeps {
  readonly side: PeerSide;
  readonly transcript: Uint8Array;
  readonly randomBytes: RandomBytes;
}

/** A ledger that both have keys of. */
export interface Recognised {
  readonly access: LedgerAccess;
  readonly key: ContentKey;
  /** The other device's pseudonym, 64 hexadecimal digits: proved, but perhaps not a member's. */
  readonly peer: string;
}

interface EntryKeys {
  readonly tag: Uint8Array;
  readonly seal: CryptoKey;
}

async function deriveEntryKeys(content: ContentKey, { transcript }: Pick<ProofDeps, 'transcript'>, side: PeerSide, round: Round): Promise<EntryKeys> {
  const root = await subtle.importKey('raw', ownBytes(content.bytes), 'HKDF', false, ['deriveBits', 'deriveKey']);
  const parameters = (purpose: string) => ({ name: 'HKDF', hash: 'SHA-256', salt: ownBytes(transcript), info: new TextEncoder().encode(`tallystick nearby ${purpose} ${side} ${round}`) });
  return {
    tag: new Uint8Array(await subtle.deriveBits(parameters('tag'), root, 8 * TAG_BYTES)),
    seal: await subtle.deriveKey(parameters('proof'), root, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']),
  };
}

/** Each key seals one proof, so that the nonce may be the same. */
const SEAL = { name: 'AES-GCM', iv: new Uint8Array(12) };

const toSigned = (ledger: LedgerId, transcript: Uint8Array, side: PeerSide): Uint8Array => encodeCbor(['tallystick nearby proof 1', hexToBytes(ledger), transcript, side]);

async function makeEntry(deps: ProofDeps, { ledger, device }: LedgerAccess, key: ContentKey, round: Round): Promise<Uint8Array> {
  const { tag, seal } = await deriveEntryKeys(key, deps, deps.side, round);
  const proof = concatBytes(device.publicKey, await device.sign(toSigned(ledger, deps.transcript, deps.side)));
  return concatBytes(tag, new Uint8Array(await subtle.encrypt(SEAL, seal, proof)));
}

/** Random entries up to one of a few lengths, all in random order. */
function fillUp(entries: readonly Uint8Array[], randomBytes: RandomBytes): Uint8Array[] {
  let length = SHORTEST_LIST;
  while (length < entries.length) length *= 2;
  const all = [...entries, ...Array.from({ length: length - entries.length }, () => randomBytes(ENTRY_BYTES))];
  return all.map((entry) => ({ entry, order: bytesToHex(randomBytes(8)) })).toSorted((a, b) => (a.order < b.order ? -1 : 1)).map(({ entry }) => entry);
}

/** The key that a device speaks of a ledger with: today's, or the last that it was given. */
const speakingKey = ({ current, contentKeys }: LedgerAccess): ContentKey | undefined => current ?? contentKeys.at(-1);

const isSpokenWith = (access: LedgerAccess, { epoch, keyId }: ContentKey): boolean => {
  const speaking = speakingKey(access);
  return speaking?.epoch === epoch && speaking.keyId === keyId;
};

/** The entries of a first round: one for each ledger that this device is in. */
export async function makeEntries(deps: ProofDeps, accesses: readonly LedgerAccess[]): Promise<Uint8Array[]> {
  const entries: Uint8Array[] = [];
  for (const access of accesses.slice(0, LONGEST_LIST)) {
    const key = speakingKey(access);
    if (key && roleNow(access.membership, ownKey(access)) !== null) entries.push(await makeEntry(deps, access, key, 1));
  }
  return fillUp(entries, deps.randomBytes);
}

/** The entries of a second round: for members of today who spoke with an older key. */
export async function makeAnswers(deps: ProofDeps, recognised: readonly Recognised[]): Promise<Uint8Array[]> {
  const entries: Uint8Array[] = [];
  for (const { access, key, peer } of recognised) {
    if (!isSpokenWith(access, key) && roleNow(access.membership, peer) !== null) entries.push(await makeEntry(deps, access, key, 2));
  }
  return fillUp(entries, deps.randomBytes);
}

/** Which of the other's entries this device has a key for, and whose they are. An answer is under the key that this device spoke with. */
export async function recognise(deps: ProofDeps, accesses: readonly LedgerAccess[], round: Round, entries: readonly Uint8Array[]): Promise<Recognised[]> {
  const theirs = otherSide(deps.side);
  const byTag = new Map(entries.map((entry) => [bytesToHex(entry.subarray(0, TAG_BYTES)), entry.subarray(TAG_BYTES)]));
  const found: Recognised[] = [];
  for (const access of accesses) {
    const keys = access.contentKeys.slice(-MAXIMUM_KEYS).toReversed();
    for (const key of round === 1 ? keys : keys.filter((one) => isSpokenWith(access, one))) {
      const { tag, seal } = await deriveEntryKeys(key, deps, theirs, round);
      const sealed = byTag.get(bytesToHex(tag));
      const proof = sealed && (await subtle.decrypt(SEAL, seal, ownBytes(sealed)).catch(() => undefined));
      if (!proof) continue;
      const [peer, signature] = [new Uint8Array(proof, 0, 32), new Uint8Array(proof, 32)];
      const isProved = await isSignedBy(peer, signature, toSigned(access.ledger, deps.transcript, theirs));
      if (isProved && bytesToHex(peer) !== ownKey(access)) found.push({ access, key, peer: bytesToHex(peer) });
      break;
    }
  }
  return found;
}

/**
 * Whether the other one knows by now that this device is in the ledger: by its own first entry, which they can read; by
 * its answer; or because they answered. Of other ledgers nothing may show.
 */
export function isRevealed({ access, key, peer }: Recognised, round: Round): boolean {
  return round === 2 || isSpokenWith(access, key) || roleNow(access.membership, peer) !== null;
}
