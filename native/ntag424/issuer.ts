/** The keys of an issuer's cards, all made from one master key. */
import { cmac } from './aes.ts';
import { KEY } from './layout.ts';

export interface Issuer {
  /** With it the numbers of all cards of this issuer can be read, and nothing else. */
  readonly messageKey: Uint8Array;
  /** The five keys of one card, by their number. Version 0 is how the factory leaves every card: zeros. */
  keysOf(uid: Uint8Array, version: number): readonly Uint8Array[];
}

const KEYS = 5;
const SYSTEM = Buffer.from('Tallystick', 'latin1');
const FACTORY: readonly Uint8Array[] = Array.from({ length: KEYS }, () => Buffer.alloc(16));

/**
 * Diversification of AES-128 keys (AN10922 section 2.2): CMAC over 01 and the card's own input. NXP pads the input to two
 * blocks, so that only inputs of 16 to 31 bytes agree with plain CMAC.
 */
export function diversify(master: Uint8Array, input: Uint8Array): Buffer {
  if (input.length < 16 || input.length > 31) throw new RangeError('AN10922 wants 16 to 31 bytes here.');
  return cmac(master, Buffer.concat([Buffer.of(0x01), input]));
}

/** `master` is 16 random bytes that never leave the issuer's devices. */
export function createIssuer(master: Uint8Array): Issuer {
  if (master.length !== 16) throw new RangeError('A master key has 16 bytes.');
  // One for all cards: who reads a message does not know yet whose it is.
  const messageKey = diversify(master, Buffer.concat([Buffer.alloc(7), SYSTEM, Buffer.of(KEY.message, 0)]));
  const keyOf = (uid: Uint8Array, number: number, version: number): Uint8Array =>
    number === KEY.message ? messageKey : diversify(master, Buffer.concat([uid, SYSTEM, Buffer.of(number, version)]));
  return {
    messageKey,
    keysOf: (uid, version) => (version === 0 ? FACTORY : Array.from({ length: KEYS }, (_, number) => keyOf(uid, number, version))),
  };
}
