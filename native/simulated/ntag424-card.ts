/**
 * An NTAG 424 DNA in software, with the chip's own cryptography: what tests and demonstrations hold to a reader. It knows
 * the commands this room sends, counts wrong keys as the chip does, and can be torn away at any command.
 */
import { STATUS, toHex } from '#native/apdu.ts';
import { decryptChain, encryptChain, isSame, xor } from '#native/ntag424/aes.ts';
import { APPLICATION, INSTRUCTION, inverseCrc, NDEF_FILE } from '#native/ntag424/commands.ts';
import { createSession, deriveSessionKeys, rotate, type Session } from '#native/ntag424/session.ts';
import type { SimulatedCard } from './card.ts';
import { changeSettings, createFile, mayUse, renderFile } from './ntag424-files.ts';

export interface SimulatedNtag424 extends SimulatedCard {
  /** From now on the n-th command (the next one is 0) is its last in this field: torn `before` it does it, or `after`, so that nobody hears the answer. */
  tearAt(command: number, when: 'before' | 'after'): void;
  /** Commands since it was made. */
  readonly commands: number;
  /** Wrong keys that count against it. */
  readonly failures: number;
  /** The version byte of each key. */
  readonly versions: readonly number[];
}

export interface CardDeps {
  /** 14 hex digits; a fixed one where none is given. */
  readonly uid?: string;
  randomBytes(length: number): Uint8Array;
  /** So many wrong keys, and it refuses to try another; the chip's own limit is 1000. */
  readonly failureLimit?: number;
}

const status = (word: number, data: Uint8Array = Buffer.alloc(0)): Buffer => Buffer.concat([data, Buffer.of(word >> 8, word & 0xff)]);
const KEYS = 5;
/** GetVersion: NXP, NTAG, 50 pF, storage of a 424, ISO 14443-4; then software; then number, batch and date of production. */
const HARDWARE = Buffer.from('04040230001105', 'hex');
const SOFTWARE = Buffer.from('04040201021105', 'hex');
const PRODUCTION = Buffer.from('00000000000122', 'hex');

interface Handshake {
  readonly key: number;
  readonly challenge: Uint8Array;
}

export function createNtag424Card({ uid = '04C767F2066180', randomBytes, failureLimit = 1_000 }: CardDeps): SimulatedNtag424 {
  const number = Buffer.from(uid, 'hex');
  const keys: Uint8Array[] = Array.from({ length: KEYS }, () => Buffer.alloc(16));
  const versions: number[] = Array.from({ length: KEYS }, () => 0);
  const file = createFile();
  let commands = 0;
  let failures = 0;
  let tear: { at: number; when: 'before' | 'after' } | undefined;

  // What is forgotten without a field.
  let isSelected = false;
  let isFileSelected = false;
  let isReading = false;
  let handshake: Handshake | undefined;
  let session: Session | undefined;
  let sessionKey: number | undefined;
  let versionPart = 0;

  function endSession(): void {
    session = undefined;
    sessionKey = undefined;
    handshake = undefined;
    versionPart = 0;
  }
  function powerOn(): void {
    endSession();
    isSelected = false;
    isFileSelected = false;
    isReading = false;
  }

  function select(command: Buffer): Buffer {
    const name = command.subarray(5, 5 + (command[4] ?? 0));
    endSession();
    isFileSelected = false;
    if (command[2] === 0x04) {
      isSelected = name.equals(APPLICATION);
      return status(isSelected ? STATUS.done : STATUS.notFound);
    }
    isFileSelected = isSelected && name.length === 2 && name.readUInt16BE(0) === NDEF_FILE.identifier;
    return status(isFileSelected ? STATUS.done : STATUS.notFound);
  }
  function read(command: Buffer): Buffer {
    if (!isFileSelected) return status(STATUS.fileNotSelected);
    if (!mayUse([file.rights.read, file.rights.readWrite], sessionKey)) return status(STATUS.securityNotSatisfied);
    const offset = command.readUInt16BE(2);
    if (offset >= file.content.length) return status(STATUS.offsetTooLarge);
    // One reading in several commands counts once.
    if (file.message && !session && !isReading) file.counter += 1;
    isReading = true;
    const content = session ? file.content : renderFile(file, number, keys, randomBytes(5));
    return status(STATUS.done, content.subarray(offset, offset + (command[4] || 256)));
  }

  function beginHandshake(key: number): Buffer {
    const known = keys[key];
    endSession();
    if (!known) return status(STATUS.keyUnknown);
    if (failures >= failureLimit) return status(STATUS.authenticationDelay);
    handshake = { key, challenge: randomBytes(16) };
    return status(STATUS.more, encryptChain(known, handshake.challenge));
  }
  function endHandshake({ key, challenge }: Handshake, data: Buffer): Buffer {
    const known = keys[key] ?? Buffer.alloc(16);
    handshake = undefined;
    if (data.length !== 32) return status(STATUS.lengthError);
    const answer = decryptChain(known, data);
    if (!isSame(answer.subarray(16), rotate(challenge))) {
      failures += 1;
      return status(STATUS.authenticationError);
    }
    failures = Math.max(0, failures - 10);
    const readers = answer.subarray(0, 16);
    const transaction = randomBytes(4);
    session = createSession(deriveSessionKeys(known, readers, challenge), transaction);
    sessionKey = key;
    return status(STATUS.ok, encryptChain(known, Buffer.concat([transaction, rotate(readers), Buffer.alloc(12)])));
  }

  /** What a session's command does; answers data for a sealed reply, or the status that ends the session. */
  function perform(open: Session, instruction: number, data: Buffer): Buffer | number {
    const [first = 0] = data;
    switch (instruction) {
      case INSTRUCTION.getCardUid:
        return open.openCommand(instruction, 0, data, 'full') ? number : STATUS.integrityError;
      case INSTRUCTION.getKeyVersion: {
        const version = versions[first];
        if (!open.openCommand(instruction, 1, data, 'mac')) return STATUS.integrityError;
        return version === undefined ? STATUS.keyUnknown : Buffer.of(version);
      }
      case INSTRUCTION.changeFileSettings: {
        const settings = open.openCommand(instruction, 1, data, 'full');
        if (!settings) return STATUS.integrityError;
        if (first !== NDEF_FILE.number) return STATUS.fileNotFound;
        if (!mayUse([file.rights.change], sessionKey)) return STATUS.permissionDenied;
        return changeSettings(file, settings) ? Buffer.alloc(0) : STATUS.parameterError;
      }
      case INSTRUCTION.changeKey: {
        const change = open.openCommand(instruction, 1, data, 'full');
        if (!change) return STATUS.integrityError;
        return sessionKey === 0 ? changeKey(first, change) : STATUS.permissionDenied;
      }
      default:
        return STATUS.commandUnknown;
    }
  }
  function changeKey(target: number, change: Buffer): Buffer | number {
    const old = keys[target];
    if (!old) return STATUS.keyUnknown;
    const isOwn = target === sessionKey;
    if (change.length !== (isOwn ? 17 : 21)) return STATUS.lengthError;
    const key = isOwn ? Buffer.from(change.subarray(0, 16)) : xor(change.subarray(0, 16), old);
    // Who changes another key must know what it was: otherwise the check does not fit.
    if (!isOwn && !inverseCrc(key).equals(change.subarray(17))) return STATUS.integrityError;
    keys[target] = key;
    versions[target] = change.readUInt8(16);
    return Buffer.alloc(0);
  }
  function write(open: Session, data: Buffer): Buffer {
    const content = data.subarray(7);
    if (data[0] !== NDEF_FILE.number) return status(STATUS.fileNotFound);
    if (!mayUse([file.rights.write, file.rights.readWrite], sessionKey)) return status(STATUS.permissionDenied);
    const offset = data.readUIntLE(1, 3);
    if (data.readUIntLE(4, 3) !== content.length || offset + content.length > file.content.length) return status(STATUS.boundaryError);
    content.copy(file.content, offset);
    open.advance();
    return status(STATUS.ok);
  }
  function answerVersion(): Buffer {
    versionPart += 1;
    if (versionPart === 1) return status(STATUS.more, HARDWARE);
    if (versionPart === 2) return status(STATUS.more, SOFTWARE);
    versionPart = 0;
    return status(STATUS.ok, Buffer.concat([number, PRODUCTION]));
  }
  function answerNative(command: Buffer): Buffer {
    const instruction = command[1] ?? 0;
    const data = command.length > 5 ? command.subarray(5, 5 + (command[4] ?? 0)) : Buffer.alloc(0);
    isReading = false;
    if (!isSelected) return status(STATUS.permissionDenied);
    if (instruction === INSTRUCTION.getVersion || (instruction === INSTRUCTION.more && versionPart > 0)) return answerVersion();
    if (instruction === INSTRUCTION.authenticate) return beginHandshake(data[0] ?? KEYS);
    if (instruction === INSTRUCTION.more) return handshake ? endHandshake(handshake, data) : status(STATUS.commandAborted);
    if (!session) return status(STATUS.authenticationError);
    if (instruction === INSTRUCTION.writeData) return write(session, data);
    const open = session;
    const outcome = perform(open, instruction, data);
    if (typeof outcome === 'number') {
      endSession();
      return status(outcome);
    }
    // The session's key is another now: it ends, and nobody could check a MAC.
    if (instruction === INSTRUCTION.changeKey && data[0] === sessionKey) {
      endSession();
      return status(STATUS.ok);
    }
    open.advance();
    return status(STATUS.ok, open.sealReply(outcome, instruction === INSTRUCTION.getKeyVersion ? 'mac' : 'full'));
  }
  function obey(command: Buffer): Buffer {
    if (command.length < 5) return status(STATUS.lengthWrong);
    if (command[0] === 0x90) return answerNative(command);
    if (command[0] !== 0x00) return status(STATUS.classUnknown);
    if (command[1] === 0xa4) return select(command);
    return command[1] === 0xb0 ? read(command) : status(STATUS.instructionUnknown);
  }

  return {
    uid: toHex(number),
    powerOn,
    answer(command) {
      const isTorn = tear?.at === commands;
      const when = tear?.when;
      commands += 1;
      if (!isTorn) return obey(Buffer.from(command));
      tear = undefined;
      if (when === 'after') obey(Buffer.from(command));
      powerOn();
      return undefined;
    },
    tearAt: (command, when) => void (tear = { at: commands + command, when }),
    get commands() {
      return commands;
    },
    get failures() {
      return failures;
    },
    get versions() {
      return [...versions];
    },
  };
}
