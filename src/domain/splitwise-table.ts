import papaparse from 'papaparse';
import { isCurrency } from './money.ts';
import { HEADER_WORDS, toWord } from './splitwise-words.ts';
import { cleanText } from './text.ts';

/** Columns before the people: date, description, category, cost, currency. */
export const LEADING = 5;

/** One record of the file and the line it begins on, counted from 1. */
export interface TableRecord {
  line: number;
  cells: string[];
  /** unclosed: a quote that never ends, so the file was cut off. quotes: they do not tell where the cells end. */
  fault: 'unclosed' | 'quotes' | null;
}

export interface Table {
  /** Names of the columns behind the leading ones, made distinct. */
  people: string[];
  /** Records below the header without the blank ones. */
  records: TableRecord[];
  /** What stands between cells. Spreadsheets in countries with a decimal comma write semicolons. */
  delimiter: string;
}

export const isBlank = (cell: string | undefined): boolean => cell === undefined || cell.trim() === '';

/** `text` with line feeds only. */
function readRecords(text: string, delimiter: string): TableRecord[] {
  const records: TableRecord[] = [];
  let line = 1;
  let at = 0;
  papaparse.parse<string[]>(text, {
    delimiter,
    newline: '\n',
    step: ({ data, errors, meta }) => {
      const fault = errors.some(({ code }) => code === 'MissingQuotes') ? 'unclosed' : errors.length > 0 ? 'quotes' : null;
      if (fault || !data.every(isBlank)) records.push({ line, cells: data, fault });
      for (; at < meta.cursor; at += 1) if (text[at] === '\n') line += 1;
    },
  });
  return records;
}

const isDateLike = (cell = ''): boolean => /^\s*\d{1,4}[-/.年]\s?\d{1,2}[-/.月]\s?\d{1,4}/.test(cell);

/**
 * Whether a record is the header. Its words are in whatever language the account spoke, so the shape counts: five
 * filled cells that are no data, a name behind them, and below it a record with a date and a currency in their places.
 * A file without such records is known by two of the words.
 */
function isHeader({ cells }: TableRecord, below: readonly TableRecord[]): boolean {
  const leading = cells.slice(0, LEADING);
  if (cells.length <= LEADING || leading.some((cell) => isBlank(cell) || isDateLike(cell) || isCurrency(cell.trim()))) return false;
  if (leading.filter((cell, index) => HEADER_WORDS[index]?.has(toWord(cell))).length >= 2) return true;
  return below.some(({ cells: row }) => isDateLike(row[0]) && isCurrency((row[LEADING - 1] ?? '').trim()) && row.length > LEADING);
}

/** Names of the people's columns: clean, at most 80 characters, and distinct, for two people may have one name. */
function nameColumns(header: readonly string[]): string[] {
  const names = new Set<string>();
  const counts = new Map<string, number>();
  for (const [index, cell] of header.slice(LEADING).entries()) {
    const name = cleanText(cell).replaceAll(/\s+/gu, ' ').slice(0, 70).toWellFormed().trim() || `#${index + 1}`;
    let count = counts.get(name) ?? 1;
    for (; names.has(count === 1 ? name : `${name} (${count})`); count += 1);
    names.add(count === 1 ? name : `${name} (${count})`);
    counts.set(name, count);
  }
  return [...names];
}

/** The file as a table, whatever separates its cells; undefined where nothing in it looks like the header. */
export function readTable(text: string): Table | undefined {
  const plain = text.replace(/^\ufeff/, '').replaceAll(/\r\n?/g, '\n');
  for (const delimiter of [',', ';', '\t']) {
    const records = readRecords(plain, delimiter);
    const at = records.findIndex((record, index) => index < 50 && isHeader(record, records.slice(index + 1, index + 21)));
    const header = records[at];
    if (!header) continue;
    const last = header.cells.findLastIndex((cell) => !isBlank(cell));
    return { people: nameColumns(header.cells.slice(0, last + 1)), records: records.slice(at + 1), delimiter };
  }
  return undefined;
}
