/**
 * The message that an NTAG 424 DNA makes anew at every reading ("SUN", secure unique NFC; data sheet NT4H2421Gx 9.3, AN12196
 * section 3). It tells whose card this is without a key being tried on the card. It is no proof of presence: anybody can
 * read one and show it later.
 */
import { cmac, decryptChain, encryptChain, isSame, truncate } from './aes.ts';
import { UID_LENGTH } from './commands.ts';

const SV_MAC = Buffer.from('3CC300010080', 'hex');
/** A number and a counter are inside, and the number has 7 bytes (PICCDataTag). */
const TAG = 0xc7;

export interface CardMessage {
  readonly uid: Buffer;
  /** How often it was read since it was set up, as the card wrote it: 3 bytes, least significant first. */
  readonly counter: Buffer;
}

/** Number and counter, as the card encrypts them; `random` is 5 bytes that make every message look new. */
export const encryptMessage = (key: Uint8Array, { uid, counter }: CardMessage, random: Uint8Array): Buffer =>
  encryptChain(key, Buffer.concat([Buffer.of(TAG), uid, counter, random]));

/** Opens what `encryptMessage` made; undefined where it was made with another key. */
export function decryptMessage(key: Uint8Array, sealed: Uint8Array): CardMessage | undefined {
  const plain = decryptChain(key, sealed);
  return plain[0] === TAG ? { uid: plain.subarray(1, 1 + UID_LENGTH), counter: plain.subarray(8, 11) } : undefined;
}

/** The 8 bytes with which a card signs its message and what else of the file is covered. */
export const signMessage = (key: Uint8Array, { uid, counter }: CardMessage, covered: Uint8Array = Buffer.alloc(0)): Buffer =>
  truncate(cmac(cmac(key, Buffer.concat([SV_MAC, uid, counter])), covered));

export const isSignedBy = (key: Uint8Array, message: CardMessage, signature: Uint8Array, covered?: Uint8Array): boolean =>
  isSame(signMessage(key, message, covered), signature);
