import { wordlist } from '@scure/bip39/wordlists/english.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hexToBytes } from '#sync/protocol/bytes.ts';
import { createPhrase, isPhraseWord, parsePhrase, phraseWordsFrom } from './phrase.ts';

const entropies = fc.uint8Array({ minLength: 32, maxLength: 32 });

describe('a phrase', () => {
  // Trezor's test vectors, which BIP-39 names
  it.each([
    ['00'.repeat(32), `${'abandon '.repeat(23)}art`],
    ['ff'.repeat(32), `${'zoo '.repeat(23)}vote`],
    ['f585c11aec520db57dd353c69554b21a89b20fb0650966fa0a9d6f74fd989d8f', 'void come effort suffer camp survey warrior heavy shoot primary clutch crush open amazing screen patrol group space point ten exist slush involve unfold'],
  ])('of %s has the words of BIP-39', (entropy, phrase) => {
    expect(createPhrase(hexToBytes(entropy))).toBe(phrase);
    expect(parsePhrase(phrase)).toEqual({ ok: true, value: hexToBytes(entropy) });
  });

  it('has 24 words and comes back, however it is written down', () => {
    const separator = fc.constantFrom(' ', '  ', '\n', '\r\n', '\t', '\u3000', ', ', ' - ', '\u00a0');
    const number = fc.constantFrom<(at: number) => string>(() => '', (at: number) => `${at}. `, (at: number) => `${at})`, (at: number) => `(${at}) `, (at: number) => `${at}：`, () => '• ');
    const style = fc.constantFrom((word: string) => word, (word: string) => word.toUpperCase(), (word: string) => [...word].map((letter) => String.fromCodePoint(letter.codePointAt(0)! + 0xfee0)).join(''));
    fc.assert(fc.property(entropies, separator, number, style, (entropy, between, toNumber, toStyle) => {
      const words = createPhrase(entropy).split(' ');
      expect(words).toHaveLength(24);
      const text = words.map((word, index) => toNumber(index + 1) + toStyle(word)).join(between);
      expect(parsePhrase(`\ufeff ${text}\n`)).toEqual({ ok: true, value: entropy });
    }));
  });

  it('names the first word that is not in the list', () => {
    const words = createPhrase(new Uint8Array(32)).split(' ');
    expect(parsePhrase(words.with(4, 'abandom').join(' '))).toEqual({ ok: false, code: 'phrase_invalid', details: { word: 'abandom', position: 5 } });
    expect(parsePhrase(words.with(1, 'x'.repeat(500)).join(' '))).toMatchObject({ details: { word: 'x'.repeat(24), position: 2 } });
  });

  it('says how many words there are instead of 24', () => {
    expect(parsePhrase('abandon abandon')).toEqual({ ok: false, code: 'phrase_invalid', details: { words: 2 } });
    expect(parsePhrase('')).toEqual({ ok: false, code: 'phrase_invalid', details: { words: 0 } });
    expect(parsePhrase('abandon '.repeat(25))).toMatchObject({ details: { words: 25 } });
    // A phrase of twelve words is whole for others.
    expect(parsePhrase(`${'abandon '.repeat(11)}about`)).toMatchObject({ details: { words: 12 } });
  });

  it('is refused without a word to blame when words of the list are exchanged', () => {
    const words = createPhrase(new Uint8Array(32).fill(7)).split(' ');
    const [first, second] = words as [string, string];
    expect(parsePhrase(words.with(0, second).with(1, first).join(' '))).toEqual({ ok: false, code: 'phrase_invalid' });
  });

  it('is parsed from any text without throwing', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 3_000 }), (text) => {
      expect(parsePhrase(text)).toMatchObject({ ok: false, code: 'phrase_invalid' });
    }));
  });

  it('stands for 32 bytes', () => {
    for (const length of [0, 16, 31, 33]) expect(() => createPhrase(new Uint8Array(length))).toThrow(RangeError);
  });
});

describe('a word', () => {
  it('is in the list or is not', () => {
    expect(wordlist.every(isPhraseWord)).toBe(true);
    for (const word of ['', 'Abandon', 'abando', 'constructor', 'tallystick']) expect(isPhraseWord(word)).toBe(false);
  });

  it('is found by how it begins', () => {
    expect(phraseWordsFrom('aban', 5)).toEqual(['abandon']);
    expect(phraseWordsFrom('a', 3)).toEqual(['abandon', 'ability', 'able']);
    expect(phraseWordsFrom('zzz', 3)).toEqual([]);
  });
});
