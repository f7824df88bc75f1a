const wordsOf = (text: string): string[] =>
  text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLocaleLowerCase().split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');

/** Scripts that write no spaces have no beginnings of words. */
const isUnspaced = (word: string): boolean => /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(word);

/** Whether every word that was typed begins a word of the texts. Accents and punctuation do not matter. */
export function isMatch(query: string, ...texts: readonly (string | undefined)[]): boolean {
  const words = texts.flatMap((text) => wordsOf(text ?? ''));
  const wanted = wordsOf(query);
  return wanted.length > 0 && wanted.every((word) => words.some((one) => (isUnspaced(word) ? one.includes(word) : one.startsWith(word))));
}
