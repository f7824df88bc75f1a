/** Words, names and amounts that occur nowhere else, and every spelling in which a program might leave them about. */
import { encodeCbor } from '#sync/protocol/cbor.ts';

/** What must not be found, and what it is called where it is found nevertheless. */
export interface Needle {
  readonly name: string;
  readonly spellings: readonly { readonly spelling: string; readonly bytes: Uint8Array }[];
}

/** The same numbers for the same seed (mulberry32), from 0 up to 1. */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const utf16 = (text: string): Uint8Array => Buffer.from(text, 'utf16le');

/** The characters of base64 that these bytes alone decide, wherever in a longer text they stand: three alignments. */
function base64Spellings(bytes: Uint8Array): Needle['spellings'] {
  return [0, 1, 2].map((before) => {
    const whole = Buffer.concat([Buffer.alloc(before), bytes]);
    const text = whole.toString('base64').slice([0, 2, 3][before], Math.floor((whole.length * 4) / 3));
    return { spelling: `base64, ${before} bytes in`, bytes: Buffer.from(text) };
  });
}

/** As in a link or a JSON Web Key (RFC 4648, 5); the same where none of the two other characters occurs. */
const toUrlSpelling = ({ spelling, bytes }: Needle['spellings'][number]): Needle['spellings'][number] => ({
  spelling: `${spelling}, for URLs`, bytes: Buffer.from(Buffer.from(bytes).toString().replaceAll('+', '-').replaceAll('/', '_')),
});

function spell(bytes: Uint8Array): Needle['spellings'] {
  const hex = Buffer.from(bytes).toString('hex');
  const base64 = base64Spellings(bytes);
  return [
    { spelling: 'bytes', bytes },
    { spelling: 'hexadecimal', bytes: Buffer.from(hex) },
    { spelling: 'HEXADECIMAL', bytes: Buffer.from(hex.toUpperCase()) },
    { spelling: 'hexadecimal in UTF-16', bytes: utf16(hex) },
    ...base64,
    ...base64.map(toUrlSpelling).filter((other, index) => !Buffer.from(other.bytes).equals(base64[index]?.bytes ?? Buffer.alloc(0))),
  ];
}

export const textToNeedle = (text: string): Needle => ({
  name: text,
  spellings: [...spell(Buffer.from(text)), { spelling: 'UTF-16', bytes: utf16(text) }],
});

/** Minor units of a currency with two decimals: as digits of either unit, as CBOR and as a program holds a number in its memory. */
export function amountToNeedle(amount: number): Needle {
  const double = Buffer.alloc(8);
  double.writeDoubleLE(amount);
  const major = `${Math.trunc(amount / 100)}.${String(amount % 100).padStart(2, '0')}`;
  return {
    name: `amount ${amount}`,
    spellings: [
      ...spell(Buffer.from(String(amount))), { spelling: 'UTF-16', bytes: utf16(String(amount)) },
      { spelling: 'major units', bytes: Buffer.from(major) }, { spelling: 'major units in UTF-16', bytes: utf16(major) },
      { spelling: 'CBOR', bytes: encodeCbor(amount) }, { spelling: 'floating point', bytes: double },
    ],
  };
}

export const secretToNeedle = (name: string, bytes: Uint8Array): Needle => ({ name, spellings: spell(bytes) });

export interface Vocabulary {
  /** Each call gives one that was not given before; throws when there are none left. */
  word(): string;
  personName(): string;
  /** Minor units, of twelve or thirteen digits: an amount of five is somewhere in every memory. */
  amount(): number;
  /** How many of each are left. */
  left(): { words: number; names: number; amounts: number };
  readonly needles: readonly Needle[];
}

const CONSONANTS = 'bdfgklmnprstvz';
const VOWELS = 'aeiou';

/** 500 of them, the same for the same seed. Some have letters beyond ASCII. */
export function createVocabulary(seed: number, { words, names, amounts } = { words: 240, names: 140, amounts: 120 }): Vocabulary {
  const random = createRandom(seed);
  const pick = (from: string): string => from[Math.floor(random() * from.length)] ?? '';
  const syllables = (count: number): string => Array.from({ length: count }, () => pick(CONSONANTS) + pick(VOWELS)).join('');
  const CHINESE = '龘靐齉爨癵驫麤鑫淼焱垚犇羴';
  const foreign = (index: number, text: string): string =>
    index % 10 === 0 ? `${text.replace(/[aou]/, (vowel) => ({ a: 'ä', o: 'ö', u: 'ü' })[vowel] ?? vowel)}ß` : index % 10 === 5 ? `${text}${pick(CHINESE)}${pick(CHINESE)}${pick(CHINESE)}` : text;
  const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
  const allWords = Array.from({ length: words }, (_, index) => foreign(index, `q${syllables(6)}x`));
  const allNames = Array.from({ length: names }, (_, index) => `${capital(syllables(3))} ${foreign(index, capital(`x${syllables(5)}q`))}`);
  const allAmounts = Array.from({ length: amounts }, () => 10 ** 11 + Math.floor(random() * 9 * 10 ** 12));
  const take = <T>(from: T[]): T => {
    const one = from.shift();
    if (one === undefined) throw new Error('there are no more of them');
    return one;
  };
  const needles = [...allWords.map(textToNeedle), ...allNames.map(textToNeedle), ...allAmounts.map(amountToNeedle)];
  return {
    needles,
    word: () => take(allWords),
    personName: () => take(allNames),
    amount: () => take(allAmounts),
    left: () => ({ words: allWords.length, names: allNames.length, amounts: allAmounts.length }),
  };
}
