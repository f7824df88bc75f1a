/** Whether every word that was typed occurs in one of the texts. */
export function isMatch(query: string, ...texts: readonly (string | undefined)[]): boolean {
  const all = texts.filter((text) => text !== undefined).join(' ').normalize('NFKC').toLocaleLowerCase();
  return query.normalize('NFKC').toLocaleLowerCase().split(/\s+/).every((word) => all.includes(word));
}
