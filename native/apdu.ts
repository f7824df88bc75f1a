/** Commands and answers of ISO 7816-4 as cards exchange them, and the status words this room knows. */
import { achieved, failed, type Outcome } from './outcome.ts';
import type { CardChannel, ChannelFault } from './reader.ts';

/** SW1 SW2, the last two bytes of every answer. 90xx is ISO's, 91xx NXP's (data sheet NT4H2421Gx, table 22). */
export const STATUS = {
  done: 0x9000, notFound: 0x6a82, securityNotSatisfied: 0x6982, offsetTooLarge: 0x6b00, fileNotSelected: 0x6986,
  instructionUnknown: 0x6d00, classUnknown: 0x6e00, lengthWrong: 0x6700,
  ok: 0x9100, more: 0x91af, commandUnknown: 0x911c, integrityError: 0x911e, keyUnknown: 0x9140, lengthError: 0x917e,
  permissionDenied: 0x919d, parameterError: 0x919e, authenticationDelay: 0x91ad, authenticationError: 0x91ae,
  boundaryError: 0x91be, commandAborted: 0x91ca, fileNotFound: 0x91f0,
} as const;

export interface Reply {
  readonly status: number;
  readonly data: Buffer;
}

/** Sends commands to the card of one dialogue. */
export type Ask = (command: Uint8Array) => Promise<Outcome<Reply, ChannelFault | 'card_nonsense'>>;

/** A channel as a way to ask, under the dialogue's signal. An answer without a status word is `card_nonsense`. */
export function createAsk(channel: CardChannel, signal?: AbortSignal): Ask {
  return async (command) => {
    const answer = await channel.transmit(command, signal);
    if (!answer.ok) return answer;
    const bytes = Buffer.from(answer.value);
    return bytes.length < 2 ? failed('card_nonsense') : achieved({ status: bytes.readUInt16BE(bytes.length - 2), data: bytes.subarray(0, -2) });
  };
}

/** Chooses an application by its name (DF name, ISO 7816-4 section 11.2.2). */
export const selectApplication = (name: Uint8Array): Buffer => Buffer.concat([Buffer.of(0x00, 0xa4, 0x04, 0x0c, name.length), name, Buffer.of(0)]);

/** Chooses a file of the application by its identifier. */
export const selectFile = (file: number): Buffer => Buffer.of(0x00, 0xa4, 0x00, 0x0c, 0x02, file >> 8, file & 0xff);

/** Reads so many bytes of the chosen file, from its beginning. */
export const readBinary = (length: number): Buffer => Buffer.of(0x00, 0xb0, 0x00, 0x00, length);

/** A command of NXP's own, wrapped for ISO 7816-4 (class 90). */
export const wrapNative = (instruction: number, data: Uint8Array = Buffer.alloc(0)): Buffer =>
  Buffer.concat([Buffer.of(0x90, instruction, 0, 0), data.length > 0 ? Buffer.of(data.length) : Buffer.alloc(0), data, Buffer.of(0)]);

export const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').toUpperCase();

/** A number in so many bytes, least significant first, as NXP's commands want it. */
export function littleEndian(value: number, width: number): Buffer {
  const bytes = Buffer.alloc(width);
  bytes.writeUIntLE(value, 0, width);
  return bytes;
}
