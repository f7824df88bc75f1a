/** The 24 words that a person writes down: 32 bytes of entropy and a checksum, as BIP-39 has them, in its English list. */
import { entropyToMnemonic, mnemonicToEntropy } from '@scure/bip39';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import { failure, success, type Result } from '#domain/result.ts';

const WORDS = 24;
const LIST: ReadonlySet<string> = new Set(wordlist);
/** Far more than 24 words with their numbers take. */
const LONGEST_TEXT = 2_000;
/** What is told about a word that is not in the list, in characters. */
const LONGEST_SHOWN = 24;

/** True for a word of the list, as it stands there. */
export const isPhraseWord = (word: string): boolean => LIST.has(word);

/** Words of the list that begin so, at most `limit`, in the list's order: for completing while somebody types. */
export const phraseWordsFrom = (start: string, limit: number): readonly string[] => wordlist.filter((word) => word.startsWith(start)).slice(0, limit);

/** 24 words with single spaces for 32 bytes. Throws a RangeError for another number of bytes. */
export function createPhrase(entropy: Uint8Array): string {
  if (entropy.length !== 32) throw new RangeError('a phrase stands for 32 bytes');
  return entropyToMnemonic(entropy, wordlist);
}

/** The words of a text as it was typed or pasted: any case, width and spacing, "1. abandon", "2)", "3：" and bullets before words. */
const textToWords = (text: string): readonly string[] =>
  text.normalize('NFKC').toLowerCase().replaceAll(/[\p{Nd}\p{P}\p{S}\p{Cf}]/gu, ' ').split(/\s+/).filter((word) => word !== '');

/**
 * The 32 bytes that a phrase stands for. Fails with `phrase_invalid`, and details: `{ word, position }` (from 1) for the first word that
 * is not in the list, else `{ words }` where there are not 24, else none: the checksum says that words are exchanged or mistaken.
 */
export function parsePhrase(text: string): Result<Uint8Array, 'phrase_invalid'> {
  if (text.length > LONGEST_TEXT) return failure('phrase_invalid');
  const words = textToWords(text);
  const position = words.findIndex((word) => !isPhraseWord(word));
  const word = words[position];
  if (word !== undefined) return failure('phrase_invalid', { word: [...word].slice(0, LONGEST_SHOWN).join(''), position: position + 1 });
  if (words.length !== WORDS) return failure('phrase_invalid', { words: words.length });
  try {
    return success(mnemonicToEntropy(words.join(' '), wordlist));
  } catch {
    return failure('phrase_invalid');
  }
}
