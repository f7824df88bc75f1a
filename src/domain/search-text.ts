/** Scripts written without spaces between words (Hangul has them, but glues endings on): each sign becomes a word. */
const UNSPACED = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\p{Script=Thai}`;
const UNSPACED_SIGN = new RegExp(`[${UNSPACED}]`, 'gu');
const ENDS_UNSPACED = new RegExp(`[${UNSPACED}]$`, 'u');
/** What SQLite's tokenizer unicode61 makes tokens of: runs of letters, digits and the marks on them. */
const TOKEN = new RegExp(String.raw`[\p{L}\p{N}\p{M}\p{Co}]+`, 'gu');

/**
 * Text as it goes into an FTS5 table with the tokenizer unicode61: NFKC, lower case, and a space around every Chinese,
 * Japanese, Korean or Thai sign, so that any part of such a text is found as a phrase.
 */
export const toSearchText = (text: string): string =>
  text.normalize('NFKC').toLowerCase().replaceAll(UNSPACED_SIGN, ' $& ').replaceAll(/\s+/gu, ' ').trim();

/**
 * What a person typed as an FTS5 MATCH string for text from `toSearchText`. Every word must occur as a phrase of its own;
 * its last token may be the beginning of a longer one. Quotes and operators are only text. Null where nothing in it can
 * be searched for.
 */
export function toSearchQuery(text: string): string | null {
  const phrases = text
    .normalize('NFKC')
    .split(/\s+/u)
    .map((word) => toSearchText(word).match(TOKEN) ?? [])
    .filter((tokens) => tokens.length > 0)
    .map((tokens) => `"${tokens.join(' ')}"${ENDS_UNSPACED.test(tokens.at(-1) ?? '') ? '' : '*'}`);
  return phrases.length > 0 ? phrases.join(' ') : null;
}

/** Part of a text, at most about `length` UTF-16 units, where a word that was looked for first occurs; the beginning where none is found as typed. */
export function excerptOf(text: string, typed: string, length: number): string {
  if (text.length <= length) return text;
  const lower = text.toLowerCase();
  const places = typed.toLowerCase().split(/\s+/u).filter(Boolean).map((word) => lower.indexOf(word)).filter((place) => place >= 0);
  const from = Math.max(0, Math.min(...places, text.length) - Math.floor(length / 4));
  const start = places.length === 0 || from === 0 ? 0 : from;
  const part = text.slice(start, start + length).toWellFormed();
  return `${start > 0 ? '…' : ''}${part}${start + length < text.length ? '…' : ''}`;
}
