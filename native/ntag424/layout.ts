/** How a card of ours is set up: what each key is for, and where in its file the message stands. */
import { littleEndian, toHex } from '#native/apdu.ts';

/** Key numbers. The first changes everything else; nobody needs the last, which is changed so that nobody else has it. */
export const KEY = { master: 0, message: 1, signature: 2, payment: 3, spare: 4 } as const;

const SCHEME = 'tallystick://card?';
const MESSAGE_LENGTH = 32;
const SIGNATURE_LENGTH = 16;
const uri = `${SCHEME}e=${'0'.repeat(MESSAGE_LENGTH)}&c=${'0'.repeat(SIGNATURE_LENGTH)}`;

/** One short NDEF record with a URI (NFC Forum RTD URI, prefix 00), after the two bytes of its length. A phone opens the app with it. */
export const FILE: Buffer = Buffer.concat([
  Buffer.of(0, uri.length + 5, 0xd1, 0x01, uri.length + 1, 0x55, 0x00), Buffer.from(uri, 'latin1'),
]);
const PREFIX = FILE.subarray(0, FILE.indexOf('e=') + 2);
const MESSAGE_OFFSET = PREFIX.length;
const SIGNATURE_OFFSET = FILE.indexOf('&c=') + 3;

/**
 * ChangeFileSettings of the file (data sheet 10.7.1): plain, with a message (40); read by all, written and changed with the master key
 * (00E0); message and signature as text (C1) with the keys named above, the counter to nobody (F); nothing else covered by the signature.
 */
export const FILE_SETTINGS: Buffer = Buffer.concat([
  Buffer.from('4000E0C1', 'hex'), Buffer.of(0xf0 | 0x0f, (KEY.message << 4) | KEY.signature),
  littleEndian(MESSAGE_OFFSET, 3), littleEndian(SIGNATURE_OFFSET, 3), littleEndian(SIGNATURE_OFFSET, 3),
]);

/** Message and signature in a file that was read; undefined where the file is none of ours. */
export function parseFile(file: Buffer): { message: Buffer; signature: Buffer } | undefined {
  if (file.length !== FILE.length || !file.subarray(0, PREFIX.length).equals(PREFIX)) return undefined;
  const message = Buffer.from(file.toString('latin1', MESSAGE_OFFSET, MESSAGE_OFFSET + MESSAGE_LENGTH), 'hex');
  const signature = Buffer.from(file.toString('latin1', SIGNATURE_OFFSET, SIGNATURE_OFFSET + SIGNATURE_LENGTH), 'hex');
  return message.length === 16 && signature.length === 8 ? { message, signature } : undefined;
}

/** True where nobody has written a message: its length, the first two bytes, is zero. */
export const isBlank = (file: Buffer): boolean => file.length >= 2 && file.readUInt16BE(0) === 0;

/** A card's number as text: 14 upper-case hex digits. */
export const uidToText = (uid: Uint8Array): string => toHex(uid);
