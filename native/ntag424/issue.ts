/**
 * Makes a card this issuer's own (AN12196 section 6), so that it can be torn away at any moment and continued later:
 * what is intended is recorded before it is written, every step can be done again, and the key that opens all others is
 * changed last. No key is ever guessed.
 */
import { createAsk, readBinary, selectFile, STATUS, type Ask } from '#native/apdu.ts';
import { achieved, failed, type Outcome } from '#native/outcome.ts';
import type { CardChannel } from '#native/reader.ts';
import {
  authenticate, changeFileSettings, changeOtherKey, changeOwnKey, NDEF_FILE, readKeyVersion, readVersion, selectNtag424, writeFile, type CardFault,
} from './commands.ts';
import type { Issuer } from './issuer.ts';
import { FILE, FILE_SETTINGS, isBlank, KEY, uidToText } from './layout.ts';
import { proveCard } from './prove.ts';
import type { Session } from './session.ts';

/** What is known of a card. `previous` is the version of the keys it had before, 0 for those of the factory. */
export interface IssueRecord {
  /** 14 upper-case hex digits. */
  readonly uid: string;
  readonly version: number;
  readonly previous: number;
  /** `writing`: the master key is still the previous one. `locking`: it may be either. `confirmed`: the card proved itself. */
  readonly phase: 'writing' | 'locking' | 'confirmed';
}

/** Where it is kept. A record that cannot be kept stops the writing. */
export interface IssueJournal {
  find(uid: string): Promise<IssueRecord | null>;
  /** Resolves to true when it is safely kept. */
  record(entry: IssueRecord): Promise<boolean>;
}

/**
 * Why a card was not issued. After any of them the same card can be held there again.
 * - `card_unsuitable`: another kind than NTAG 424 DNA, or issued 255 times
 * - `card_foreign`: somebody else wrote to it or changed its keys; it was left as it is
 * - `already_issued`: it is one of ours; `reissue` gives it new keys
 * - `not_recorded`: the journal could not keep the next step
 * - `not_genuine`: all was written, and it did not prove itself
 */
export type IssueFault = Exclude<CardFault, 'key_refused'> | 'card_unsuitable' | 'card_foreign' | 'already_issued' | 'not_recorded' | 'not_genuine';

export interface IssueDeps {
  readonly issuer: Issuer;
  readonly journal: IssueJournal;
  randomBytes(length: number): Uint8Array;
  /** A card that is already ours gets keys of the next version, so that nothing it ever said counts again. */
  readonly reissue?: boolean;
  /** Steps done, of how many. */
  onProgress?(step: number, steps: number): void;
  readonly signal?: AbortSignal;
}

const LAST_VERSION = 255;
const OTHER_KEYS = [KEY.message, KEY.signature, KEY.payment, KEY.spare] as const;
/** File, its settings, four keys, the master key, the proof. */
export const ISSUE_STEPS = 8;

type Faulty = CardFault | IssueFault;

/** Makes the card that lies there this issuer's, or goes on where it was torn away. */
export async function issueCard(channel: CardChannel, deps: IssueDeps): Promise<Outcome<{ uid: string; version: number }, IssueFault>> {
  const issued = await issue(channel, deps);
  // A key is only ever refused by a card whose keys are not what they must be.
  return issued.ok || issued.code !== 'key_refused' ? (issued as Outcome<{ uid: string; version: number }, IssueFault>) : failed('card_foreign');
}

async function issue(channel: CardChannel, deps: IssueDeps): Promise<Outcome<{ uid: string; version: number }, Faulty>> {
  const { issuer, journal, randomBytes, signal, onProgress } = deps;
  const ask = createAsk(channel, signal);
  const selected = await selectNtag424(ask);
  if (!selected.ok) return selected;
  const card = await readVersion(ask);
  if (!card.ok) return card.code === 'card_nonsense' ? failed('card_unsuitable') : card;
  if (!isNtag424(card.value.hardware)) return failed('card_unsuitable');
  const { uid } = card.value;
  const known = await journal.find(uidToText(uid));
  const record = await planIssue(ask, uidToText(uid), known, deps.reissue === true);
  if (!record.ok) return record;
  const { version, previous } = record.value;
  const from = issuer.keysOf(uid, previous);
  const to = issuer.keysOf(uid, version);
  const isLocked = record.value.phase === 'locking' && (await authenticate(ask, KEY.master, must(to[KEY.master]), randomBytes));
  if (isLocked && !isLocked.ok && isLocked.code !== 'key_refused') return isLocked;
  if (!isLocked || !isLocked.ok) {
    const session = await authenticate(ask, KEY.master, must(from[KEY.master]), randomBytes);
    if (!session.ok) return session;
    const written = await writeCard({ ask, session: session.value, from, to, record: record.value, isResumed: known !== null && known.phase !== 'confirmed', journal, ...(onProgress && { onProgress }) });
    if (!written.ok) return written;
  }
  onProgress?.(ISSUE_STEPS - 1, ISSUE_STEPS);
  const proof = await proveCard(channel, { issuer, versionOf: () => version, randomBytes, ...(signal && { signal }) });
  if (!proof.ok) return failed(proof.code === 'wrong_issuer' ? 'not_genuine' : proof.code);
  if (!(await journal.record({ ...record.value, phase: 'confirmed' }))) return failed('not_recorded');
  onProgress?.(ISSUE_STEPS, ISSUE_STEPS);
  return achieved({ uid: proof.value.uid, version });
}

/** NXP, NTAG, and the size of a 424 (GetVersion, data sheet table 55). */
const isNtag424 = (hardware: Buffer): boolean => hardware[0] === 0x04 && hardware[1] === 0x04 && hardware[5] === 0x11;

async function planIssue(ask: Ask, uid: string, known: IssueRecord | null, reissue: boolean): Promise<Outcome<IssueRecord, Faulty>> {
  if (known && known.phase !== 'confirmed') return achieved(known);
  if (known) {
    if (!reissue) return failed('already_issued');
    return known.version >= LAST_VERSION ? failed('card_unsuitable') : achieved({ uid, previous: known.version, version: known.version + 1, phase: 'writing' });
  }
  const chosen = await ask(selectFile(NDEF_FILE.identifier));
  if (!chosen.ok) return chosen;
  const read = await ask(readBinary(FILE.length));
  if (!read.ok) return read;
  if (read.value.status !== STATUS.done || !isBlank(read.value.data)) return failed('card_foreign');
  return achieved({ uid, previous: 0, version: 1, phase: 'writing' });
}

interface Writing extends Pick<IssueDeps, 'journal' | 'onProgress'> {
  readonly ask: Ask;
  readonly session: Session;
  readonly from: readonly Uint8Array[];
  readonly to: readonly Uint8Array[];
  readonly record: IssueRecord;
  readonly isResumed: boolean;
}

/** All that is written, in a session with the previous master key. */
async function writeCard({ ask, session, from, to, record, isResumed, journal, onProgress }: Writing): Promise<Outcome<true, Faulty>> {
  const waiting: number[] = [];
  for (const number of OTHER_KEYS) {
    const version = await readKeyVersion(ask, session, number);
    if (!version.ok) return version;
    const isDone = isResumed && version.value === record.version;
    if (!isDone && version.value !== record.previous) return failed('card_foreign');
    if (!isDone) waiting.push(number);
  }
  if (!(await journal.record({ ...record, phase: 'writing' }))) return failed('not_recorded');

  let step = 0;
  const advance = (): void => onProgress?.((step += 1), ISSUE_STEPS);
  const file = await writeFile(ask, session, NDEF_FILE.number, FILE);
  if (!file.ok) return file;
  advance();
  const settings = await changeFileSettings(ask, session, NDEF_FILE.number, FILE_SETTINGS);
  if (!settings.ok) return settings;
  advance();
  for (const number of OTHER_KEYS) {
    if (waiting.includes(number)) {
      const changed = await changeOtherKey(ask, session, must(from[number]), { number, to: must(to[number]), version: record.version });
      if (!changed.ok) return changed;
    }
    advance();
  }
  if (!(await journal.record({ ...record, phase: 'locking' }))) return failed('not_recorded');
  const locked = await changeOwnKey(ask, session, { number: KEY.master, to: must(to[KEY.master]), version: record.version });
  if (!locked.ok) return locked;
  return achieved(true);
}

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new RangeError('A card has five keys.');
  return value;
}
