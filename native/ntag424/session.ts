/**
 * Secure messaging of NTAG 424 DNA after AuthenticateEV2First (data sheet NT4H2421Gx 9.1; AN12196 section 5). Card and
 * reader compute the same, so there is one piece of code for both; NXP's published examples judge it.
 */
import { littleEndian } from '#native/apdu.ts';
import { cmac, decryptChain, encryptBlock, encryptChain, isSame, pad, truncate, unpad, xor } from './aes.ts';

/** How a command's data and its answer travel: as they are, with a MAC, or encrypted and with a MAC. */
export type Mode = 'plain' | 'mac' | 'full';

export interface SessionKeys {
  readonly encryption: Uint8Array;
  readonly mac: Uint8Array;
}

export interface Session {
  /** Data as it travels in a command: header as it is, then data as the mode says, then the MAC. */
  sealCommand(instruction: number, header: Uint8Array, data: Uint8Array, mode: Mode): Buffer;
  /** The data of a sealed command with a header of so many bytes; undefined where the MAC is not this session's. */
  openCommand(instruction: number, headerLength: number, sealed: Buffer, mode: Mode): Buffer | undefined;
  /** Counts the command that was answered: from here on answers and commands are the next one's. */
  advance(): void;
  sealReply(data: Uint8Array, mode: Mode): Buffer;
  openReply(sealed: Buffer, mode: Mode): Buffer | undefined;
}

const MAC_LENGTH = 8;
const COMMAND_LABEL = Buffer.from('A55A', 'hex');
const REPLY_LABEL = Buffer.from('5AA5', 'hex');
const REPLY_OK = 0x00;

/** `transaction` is the card's 4-byte identifier of the session; `counter` starts at 0 with the authentication. */
export function createSession(keys: SessionKeys, transaction: Uint8Array, counter = 0): Session {
  let count = counter;
  const ivOf = (label: Uint8Array): Buffer =>
    encryptBlock(keys.encryption, Buffer.concat([label, transaction, littleEndian(count, 2), Buffer.alloc(8)]));
  const macOf = (first: number, ...parts: Uint8Array[]): Buffer =>
    truncate(cmac(keys.mac, Buffer.concat([Buffer.of(first), littleEndian(count, 2), transaction, ...parts])));

  function seal(label: Uint8Array, first: number, header: Uint8Array, data: Uint8Array, mode: Mode): Buffer {
    if (mode === 'plain') return Buffer.concat([header, data]);
    const body = mode === 'full' && data.length > 0 ? encryptChain(keys.encryption, pad(data), ivOf(label)) : data;
    return Buffer.concat([header, body, macOf(first, header, body)]);
  }
  function open(label: Uint8Array, first: number, headerLength: number, sealed: Buffer, mode: Mode): Buffer | undefined {
    const header = sealed.subarray(0, headerLength);
    if (mode === 'plain') return sealed.subarray(headerLength);
    if (sealed.length < headerLength + MAC_LENGTH) return undefined;
    const body = sealed.subarray(headerLength, -MAC_LENGTH);
    if (!isSame(macOf(first, header, body), sealed.subarray(-MAC_LENGTH))) return undefined;
    return mode === 'full' && body.length > 0 ? unpad(decryptChain(keys.encryption, body, ivOf(label))) : body;
  }
  return {
    sealCommand: (instruction, header, data, mode) => seal(COMMAND_LABEL, instruction, header, data, mode),
    openCommand: (instruction, headerLength, sealed, mode) => open(COMMAND_LABEL, instruction, headerLength, sealed, mode),
    advance: () => void (count += 1),
    sealReply: (data, mode) => seal(REPLY_LABEL, REPLY_OK, Buffer.alloc(0), data, mode),
    openReply: (sealed, mode) => open(REPLY_LABEL, REPLY_OK, 0, sealed, mode),
  };
}

/** The keys both sides make of the challenges they sent each other (data sheet 9.1.7). */
export function deriveSessionKeys(key: Uint8Array, challengeOfReader: Uint8Array, challengeOfCard: Uint8Array): SessionKeys {
  const mixed = Buffer.concat([
    challengeOfReader.subarray(0, 2), xor(challengeOfReader.subarray(2, 8), challengeOfCard.subarray(0, 6)),
    challengeOfCard.subarray(6, 16), challengeOfReader.subarray(8, 16),
  ]);
  const derive = (label: Uint8Array): Buffer => cmac(key, Buffer.concat([label, Buffer.from('00010080', 'hex'), mixed]));
  return { encryption: derive(COMMAND_LABEL), mac: derive(REPLY_LABEL) };
}

/** A block turned left by one byte: what proves that a challenge was read. */
export const rotate = (block: Uint8Array): Buffer => Buffer.concat([block.subarray(1), block.subarray(0, 1)]);
