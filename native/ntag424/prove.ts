/** A card proves at the counter that it is here, now, and which one it is: six commands. */
import { createAsk, readBinary, selectFile, STATUS, type Ask } from '#native/apdu.ts';
import { achieved, failed, type Outcome } from '#native/outcome.ts';
import type { CardChannel } from '#native/reader.ts';
import { authenticate, NDEF_FILE, readCardUid, selectNtag424, type CardFault } from './commands.ts';
import type { Issuer } from './issuer.ts';
import { FILE, KEY, parseFile, uidToText } from './layout.ts';
import { decryptMessage, isSignedBy } from './sun.ts';

/**
 * Why a card did not prove itself.
 * - `wrong_issuer`: made by somebody else, or not known to this issuer; no key was tried on it
 * - `not_genuine`: it shows the message of one of our cards and does not know its key: a copy
 */
export type ProofFault = Exclude<CardFault, 'key_refused'> | 'wrong_issuer' | 'not_genuine';

export interface ProofDeps {
  readonly issuer: Issuer;
  /** The key version that this issuer recorded for a card's number (14 upper-case hex digits); null for none of its cards. */
  versionOf(uid: string): number | null;
  randomBytes(length: number): Uint8Array;
  readonly signal?: AbortSignal;
}

async function readOwnFile(ask: Ask): Promise<Outcome<Buffer, CardFault | 'wrong_issuer'>> {
  const chosen = await ask(selectFile(NDEF_FILE.identifier));
  if (!chosen.ok) return chosen;
  if (chosen.value.status !== STATUS.done) return failed('wrong_issuer');
  const read = await ask(readBinary(FILE.length));
  if (!read.ok) return read;
  return read.value.status === STATUS.done ? achieved(read.value.data) : failed('wrong_issuer');
}

/**
 * Lets the card prove itself and answers its number. First its message says whose card it is, because a card counts
 * every wrong key and closes itself in the end; then it answers a fresh challenge with its payment key
 * (AuthenticateEV2First) and says its number under that session's MAC, which a copy of the message cannot.
 */
export async function proveCard(channel: CardChannel, { issuer, versionOf, randomBytes, signal }: ProofDeps): Promise<Outcome<{ uid: string }, ProofFault>> {
  const ask = createAsk(channel, signal);
  const selected = await selectNtag424(ask);
  if (!selected.ok) return withoutKeyRefused(selected.code);
  const file = await readOwnFile(ask);
  if (!file.ok) return withoutKeyRefused(file.code);
  const parts = parseFile(file.value);
  const message = parts && decryptMessage(issuer.messageKey, parts.message);
  const version = message && versionOf(uidToText(message.uid));
  if (!message || version == null) return failed('wrong_issuer');
  const keys = issuer.keysOf(message.uid, version);
  if (!isSignedBy(keyOf(keys, KEY.signature), message, parts.signature)) return failed('wrong_issuer');
  const session = await authenticate(ask, KEY.payment, keyOf(keys, KEY.payment), randomBytes);
  if (!session.ok) return withoutKeyRefused(session.code);
  const uid = await readCardUid(ask, session.value);
  if (!uid.ok) return withoutKeyRefused(uid.code);
  return uid.value.equals(message.uid) ? achieved({ uid: uidToText(uid.value) }) : failed('not_genuine');
}

const withoutKeyRefused = (code: CardFault | 'wrong_issuer'): { ok: false; code: ProofFault } => failed(code === 'key_refused' ? 'not_genuine' : code);

function keyOf(keys: readonly Uint8Array[], number: number): Uint8Array {
  const key = keys[number];
  if (!key) throw new RangeError(`A card has no key ${number}.`);
  return key;
}
