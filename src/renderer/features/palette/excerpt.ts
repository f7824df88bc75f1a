const BEFORE = 24;
const LENGTH = 96;

/** The part of a long text in which the first of the words stands, in one line. */
export function excerpt(text: string, query: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  if (line.length <= LENGTH) return line;
  const [word = ''] = query.trim().toLocaleLowerCase().split(/\s+/);
  const found = Math.max(0, line.toLocaleLowerCase().indexOf(word));
  const start = found <= BEFORE ? 0 : line.indexOf(' ', found - BEFORE) + 1 || found - BEFORE;
  const from = start > found ? found : start;
  const part = line.slice(from, from + LENGTH).toWellFormed();
  return `${from > 0 ? '… ' : ''}${part}${from + LENGTH < line.length ? '…' : ''}`;
}
