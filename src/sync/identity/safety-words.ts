/**
 * Words that two people, or two devices, read to each other: the same on both sides, unless somebody sits in between. From
 * the lists of BIP-39; the words in English and in Chinese stand at the same places of their lists, so they can be compared across languages
 * by whoever has both before them.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { wordlist as english } from '@scure/bip39/wordlists/english.js';
import { wordlist as chinese } from '@scure/bip39/wordlists/simplified-chinese.js';
import { hexToBytes } from '#sync/protocol/bytes.ts';
import { encodeCbor } from '#sync/protocol/cbor.ts';
import type { DeviceKeys } from './certificate.ts';

export type WordLanguage = 'en' | 'zh-CN';
const LISTS: Readonly<Record<WordLanguage, readonly string[]>> = { en: english, 'zh-CN': chinese };
const BITS_PER_WORD = 11;

/** `count` words (23 at most) from SHA-256 of the statement in CBOR, 11 bits for each, first bits first. */
function statementToWords(statement: readonly unknown[], count: number, language: WordLanguage): string[] {
  const bits = [...sha256(encodeCbor(statement))].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return Array.from({ length: count }, (_, index) => {
    const word = LISTS[language][Number.parseInt(bits.slice(index * BITS_PER_WORD, (index + 1) * BITS_PER_WORD), 2)];
    if (word === undefined) throw new RangeError('a hash has 23 words at most');
    return word;
  });
}

/**
 * Twelve words (132 bits) for two people by their roots (64 hexadecimal digits), in whichever order: SHA-256 over CBOR
 * `['tallystick safety words 1', lower root, higher root]`.
 */
export function safetyWords(rootA: string, rootB: string, language: WordLanguage): string[] {
  const [lower, higher] = [rootA.toLowerCase(), rootB.toLowerCase()].sort();
  return statementToWords(['tallystick safety words 1', hexToBytes(lower ?? ''), hexToBytes(higher ?? '')], 12, language);
}

/** What both devices of a pairing know: the invite's 32-byte seed, the device that was there and the one that comes. */
export interface Pairing {
  readonly seed: Uint8Array;
  /**
   * 16 bytes that the device that comes draws when it has heard the other one. Whoever is in between has to name a key to
   * each side before knowing them; else they could look for two that give equal words, which takes 2^33 tries rather than 2^66.
   */
  readonly nonce: Uint8Array;
  readonly present: DeviceKeys;
  readonly joining: DeviceKeys;
}

/**
 * Six words (66 bits) for a pairing: SHA-256 over CBOR `['tallystick pairing words 2', seed, nonce, [device, agreement], [device, agreement]]`,
 * the present device first. Whoever puts keys of their own in between would have to find equal words while the two wait.
 */
export function pairingWords({ seed, nonce, present, joining }: Pairing, language: WordLanguage): string[] {
  const toCbor = ({ device, agreement }: DeviceKeys) => [hexToBytes(device), hexToBytes(agreement)];
  return statementToWords(['tallystick pairing words 2', seed, nonce, toCbor(present), toCbor(joining)], 6, language);
}

/** Two words (22 bits) for a call, of the 32 bytes that both ends came to: SHA-256 over CBOR `['tallystick call words 1', check]`. Enough, where nobody can search. */
export const callWords = (check: Uint8Array, language: WordLanguage): string[] => statementToWords(['tallystick call words 1', check], 2, language);
