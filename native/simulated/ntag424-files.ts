/** Files of a simulated NTAG 424 DNA: contents, access rights, and the message that changes at every reading. */
import { littleEndian, toHex } from '#native/apdu.ts';
import { encryptMessage, signMessage } from '#native/ntag424/sun.ts';

const FREE = 0x0e;

interface MessageSettings {
  readonly messageKey: number;
  readonly signatureKey: number;
  readonly messageOffset: number;
  readonly coveredFrom: number;
  readonly signatureOffset: number;
}

export interface SimulatedFile {
  content: Buffer;
  /** Key numbers, or 14 for everybody, 15 for nobody. */
  rights: { change: number; readWrite: number; write: number; read: number };
  message: MessageSettings | undefined;
  /** How often the message was read. */
  counter: number;
}

/** As the factory leaves the file with the NFC Forum's message: 256 zeros, free to read and write, settings with the master key. */
export const createFile = (): SimulatedFile => ({ content: Buffer.alloc(256), rights: { change: 0, readWrite: FREE, write: FREE, read: FREE }, message: undefined, counter: 0 });

/** True where one of the rights is everybody's, or the session's key's. */
export const mayUse = (rights: readonly number[], sessionKey: number | undefined): boolean => rights.some((right) => right === FREE || right === sessionKey);

/** ChangeFileSettings (data sheet 10.7.1), as far as messages with an encrypted number go. False where it fits nothing. */
export function changeSettings(file: SimulatedFile, settings: Buffer): boolean {
  const rights = settings.length < 3 ? undefined : settings.readUInt16LE(1);
  if (rights === undefined) return false;
  const hasMessage = (settings.readUInt8(0) & 0x40) !== 0;
  if (settings.length !== (hasMessage ? 15 : 3)) return false;
  file.rights = { read: rights >> 12, write: (rights >> 8) & 0xf, readWrite: (rights >> 4) & 0xf, change: rights & 0xf };
  file.message = hasMessage
    ? {
        messageKey: settings.readUInt16LE(4) >> 12, signatureKey: (settings.readUInt16LE(4) >> 8) & 0xf,
        messageOffset: settings.readUIntLE(6, 3), coveredFrom: settings.readUIntLE(9, 3), signatureOffset: settings.readUIntLE(12, 3),
      }
    : undefined;
  file.counter = 0;
  return true;
}

/** The content with the message of now in it, as somebody without a session reads it. */
export function renderFile({ content, message, counter }: SimulatedFile, uid: Buffer, keys: readonly Uint8Array[], random: Uint8Array): Buffer {
  const rendered = Buffer.from(content);
  const messageKey = message && keys[message.messageKey];
  const signatureKey = message && keys[message.signatureKey];
  if (!message || !messageKey || !signatureKey) return rendered;
  const said = { uid, counter: littleEndian(counter, 3) };
  rendered.write(toHex(encryptMessage(messageKey, said, random)), message.messageOffset, 'latin1');
  const covered = rendered.subarray(message.coveredFrom, message.signatureOffset);
  rendered.write(toHex(signMessage(signatureKey, said, covered)), message.signatureOffset, 'latin1');
  return rendered;
}
