/** What is asked of an NTAG 424 DNA, one function a command (data sheet NT4H2421Gx, chapter 10). */
import { crc32 } from 'node:zlib';
import { littleEndian, selectApplication, STATUS, wrapNative, type Ask, type Reply } from '#native/apdu.ts';
import { achieved, failed, type Outcome } from '#native/outcome.ts';
import type { ChannelFault } from '#native/reader.ts';
import { decryptChain, encryptChain, isSame, xor } from './aes.ts';
import { createSession, deriveSessionKeys, rotate, type Mode, type Session } from './session.ts';

/**
 * What a card can answer that is not the answer.
 * - `card_unknown`: it has no NTAG 424 application: a bank card, a phone, another card in front
 * - `key_refused`: it does not know the key; every such attempt is counted by the card
 * - `too_many_failures`: it had too many attempts with wrong keys and makes everybody wait
 * - `card_nonsense`: an answer that no card of this kind gives, or damaged on its way
 */
export type CardFault = ChannelFault | 'card_unknown' | 'key_refused' | 'too_many_failures' | 'card_nonsense';

export const INSTRUCTION = {
  authenticate: 0x71, more: 0xaf, getVersion: 0x60, getCardUid: 0x51, getKeyVersion: 0x64, changeKey: 0xc4,
  changeFileSettings: 0x5f, writeData: 0x8d,
} as const;

/** DF name of the application (ISO 7816-4), and its file with the NFC Forum's message. */
export const APPLICATION = Buffer.from('D2760000850101', 'hex');
export const NDEF_FILE = { number: 0x02, identifier: 0xe104 } as const;
export const UID_LENGTH = 7;
const NOTHING = Buffer.alloc(0);

const faultOf = (status: number): 'key_refused' | 'too_many_failures' | 'card_nonsense' => {
  if (status === STATUS.authenticationError) return 'key_refused';
  return status === STATUS.authenticationDelay ? 'too_many_failures' : 'card_nonsense';
};

/** Asks, and takes any other status than the one expected for a fault. */
async function expectStatus(ask: Ask, command: Uint8Array, status: number): Promise<Outcome<Buffer, CardFault>> {
  const reply = await ask(command);
  if (!reply.ok) return reply;
  return reply.value.status === status ? achieved(reply.value.data) : failed(faultOf(reply.value.status));
}

/** Chooses the application; this ends any session. */
export async function selectNtag424(ask: Ask): Promise<Outcome<Reply, CardFault>> {
  const reply = await ask(selectApplication(APPLICATION));
  if (!reply.ok) return reply;
  return reply.value.status === STATUS.done ? reply : failed('card_unknown');
}

/** What the card says of itself without any key: its kind (hardware part, 7 bytes) and its number. */
export async function readVersion(ask: Ask): Promise<Outcome<{ hardware: Buffer; uid: Buffer }, CardFault>> {
  const hardware = await expectStatus(ask, wrapNative(INSTRUCTION.getVersion), STATUS.more);
  if (!hardware.ok) return hardware;
  const software = await expectStatus(ask, wrapNative(INSTRUCTION.more), STATUS.more);
  if (!software.ok) return software;
  const production = await expectStatus(ask, wrapNative(INSTRUCTION.more), STATUS.ok);
  if (!production.ok) return production;
  if (hardware.value.length !== 7 || production.value.length < UID_LENGTH) return failed('card_nonsense');
  return achieved({ hardware: hardware.value, uid: production.value.subarray(0, UID_LENGTH) });
}

/** Both prove to each other that they know the key, with challenges that are used once (AuthenticateEV2First). */
export async function authenticate(ask: Ask, keyNumber: number, key: Uint8Array, randomBytes: (length: number) => Uint8Array): Promise<Outcome<Session, CardFault>> {
  // Key number, and no capabilities of ours (LenCap 0).
  const first = await expectStatus(ask, wrapNative(INSTRUCTION.authenticate, Buffer.of(keyNumber, 0)), STATUS.more);
  if (!first.ok) return first;
  if (first.value.length !== 16) return failed('card_nonsense');
  const cards = decryptChain(key, first.value);
  const ours = randomBytes(16);
  const second = await expectStatus(ask, wrapNative(INSTRUCTION.more, encryptChain(key, Buffer.concat([ours, rotate(cards)]))), STATUS.ok);
  if (!second.ok) return second;
  if (second.value.length !== 32) return failed('card_nonsense');
  const answer = decryptChain(key, second.value);
  // A card that lets us pass and does not know the key itself is a copy.
  if (!isSame(answer.subarray(4, 20), rotate(ours))) return failed('key_refused');
  return achieved(createSession(deriveSessionKeys(key, ours, cards), answer.subarray(0, 4)));
}

interface Part {
  readonly header?: Uint8Array;
  readonly data?: Uint8Array;
  readonly mode?: Mode;
}

/** Asks within a session; the answer's MAC is checked. */
async function askWithin(ask: Ask, session: Session, instruction: number, { header = NOTHING, data = NOTHING, mode = 'full' }: Part): Promise<Outcome<Buffer, CardFault>> {
  const reply = await expectStatus(ask, wrapNative(instruction, session.sealCommand(instruction, header, data, mode)), STATUS.ok);
  if (!reply.ok) return reply;
  session.advance();
  const opened = session.openReply(reply.value, mode);
  return opened ? achieved(opened) : failed('card_nonsense');
}

/** The card's true number, under the session's MAC. */
export async function readCardUid(ask: Ask, session: Session): Promise<Outcome<Buffer, CardFault>> {
  const uid = await askWithin(ask, session, INSTRUCTION.getCardUid, {});
  return uid.ok && uid.value.length !== UID_LENGTH ? failed('card_nonsense') : uid;
}

/** The version byte that was set together with a key: 0 is how the factory leaves it. */
export async function readKeyVersion(ask: Ask, session: Session, keyNumber: number): Promise<Outcome<number, CardFault>> {
  const version = await askWithin(ask, session, INSTRUCTION.getKeyVersion, { header: Buffer.of(keyNumber), mode: 'mac' });
  if (!version.ok) return version;
  const [value] = version.value;
  return value === undefined ? failed('card_nonsense') : achieved(value);
}

/** Writes from the beginning of a file whose data travels plain. */
export const writeFile = (ask: Ask, session: Session, file: number, data: Uint8Array): Promise<Outcome<Buffer, CardFault>> =>
  askWithin(ask, session, INSTRUCTION.writeData, { header: Buffer.concat([Buffer.of(file), littleEndian(0, 3), littleEndian(data.length, 3)]), data, mode: 'plain' });

export const changeFileSettings = (ask: Ask, session: Session, file: number, settings: Uint8Array): Promise<Outcome<Buffer, CardFault>> =>
  askWithin(ask, session, INSTRUCTION.changeFileSettings, { header: Buffer.of(file), data: settings });

/** CRC-32 of ISO/IEC 3309 without the final inversion, as NXP wants it beside a new key. */
export const inverseCrc = (bytes: Uint8Array): Buffer => littleEndian((crc32(bytes) ^ 0xffffffff) >>> 0, 4);

export interface KeyChange {
  readonly number: number;
  readonly to: Uint8Array;
  readonly version: number;
}

/** The data of ChangeKey for another key than the session's: whoever changes it must know what it was. */
export const otherKeyData = (from: Uint8Array, { to, version }: KeyChange): Buffer => Buffer.concat([xor(to, from), Buffer.of(version), inverseCrc(to)]);

/** Changes a key other than the session's. */
export const changeOtherKey = (ask: Ask, session: Session, from: Uint8Array, change: KeyChange): Promise<Outcome<Buffer, CardFault>> =>
  askWithin(ask, session, INSTRUCTION.changeKey, { header: Buffer.of(change.number), data: otherKeyData(from, change) });

/** The data of ChangeKey for the session's own key. */
export const ownKeyData = ({ to, version }: KeyChange): Buffer => Buffer.concat([to, Buffer.of(version)]);

/** Changes the session's own key, which ends the session: the answer has no MAC. */
export async function changeOwnKey(ask: Ask, session: Session, change: KeyChange): Promise<Outcome<Buffer, CardFault>> {
  const sealed = session.sealCommand(INSTRUCTION.changeKey, Buffer.of(change.number), ownKeyData(change), 'full');
  return expectStatus(ask, wrapNative(INSTRUCTION.changeKey, sealed), STATUS.ok);
}
