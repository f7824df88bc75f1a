import { compareByLot } from './apportion.ts';
import { isLocalDate, type LocalDate } from './date.ts';
import { currencyDecimals, isCurrency, MAXIMUM_AMOUNT } from './money.ts';
import type { RowErrorCode, SplitwiseCell, SplitwiseFooter, SplitwiseRow } from './splitwise-file.ts';
import { isBlank, LEADING, type Table, type TableRecord } from './splitwise-table.ts';
import { FOOTER_WORDS, PAID_WORDS, PAYMENT_WORDS, toWord } from './splitwise-words.ts';
import { cleanText } from './text.ts';

/** A decimal number as an exact count of 10^-`SCALE`. */
const SCALE = 12;

/** A plain decimal; undefined for anything else. A comma is decimal where the file's cells are set apart by another sign. */
function readDecimal(cell: string, delimiter: string): bigint | undefined {
  const text = cell.trim().replace(/^\u2212/, '-');
  if (text === '') return 0n;
  const isCommaDecimal = /^[-+]?\d+,\d+$/.test(text) && (delimiter !== ',' || !/^[-+]?\d{1,3},\d{3}$/.test(text));
  const plain = isCommaDecimal ? text.replace(',', '.') : text.replaceAll(/(?<=\d),(?=\d{3}(?:\D|$))/g, '');
  const match = /^([-+]?)(\d{1,18})(?:\.(\d{0,12}))?$/.exec(plain);
  if (!match) return undefined;
  const value = BigInt((match[2] ?? '') + (match[3] ?? '').padEnd(SCALE, '0'));
  return match[1] === '-' ? -value : value;
}

/** Whole minor units per exact count, rounded down, and what is left over. */
function floorToMinor(value: bigint, unit: bigint): { floor: bigint; left: bigint } {
  const left = ((value % unit) + unit) % unit;
  return { floor: (value - left) / unit, left };
}

/**
 * The cells in minor units. Splitwise writes a third and a fourth decimal when it divided so; then they are rounded by
 * largest remainder, so that they still sum to zero. Undefined where they are off by a minor unit or more.
 */
function cellsToMinor(names: readonly string[], values: readonly bigint[], unit: bigint, seed: string): SplitwiseCell[] | undefined {
  const sum = values.reduce((all, value) => all + value, 0n);
  const parts = names.map((name, index) => ({ name, ...floorToMinor(values[index] ?? 0n, unit) }));
  if (sum >= unit || sum <= -unit) return undefined;
  const missing = -Number(parts.reduce((all, { floor }) => all + floor, 0n));
  const byLot = compareByLot(seed);
  const raised = new Set(
    parts
      .filter(({ left }) => left > 0n)
      .toSorted((a, b) => (a.left === b.left ? byLot(a.name, b.name) : a.left > b.left ? -1 : 1))
      .slice(0, missing)
      .map(({ name }) => name),
  );
  return parts.map(({ name, floor }) => ({ name, net: Number(floor) + Number(raised.has(name)) })).filter(({ net }) => net !== 0);
}

/** `YYYY-MM-DD`, also with other signs between, one-digit parts or a time behind; `D.M.YYYY` as spreadsheets rewrite it. */
function readDate(cell: string): LocalDate | undefined {
  const match = /^\s*(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})(?:日|[T ].*)?\s*$/.exec(cell);
  const german = /^\s*(\d{1,2})\.(\d{1,2})\.(\d{4})\s*$/.exec(cell);
  const [year = '', month = '', day = ''] = match ? match.slice(1) : german ? german.slice(1).toReversed() : [];
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  return isLocalDate(date) ? date : undefined;
}

/** Whether a row between two people is a payment: by its category, or by "X paid Y" with the names of the two. */
function isPayment(description: string, category: string, cells: readonly SplitwiseCell[], amount: number): boolean {
  const [payer, recipient] = cells.toSorted((a, b) => b.net - a.net);
  if (cells.length !== 2 || payer?.net !== amount || !recipient) return false;
  if (PAYMENT_WORDS.has(toWord(category))) return true;
  let rest = ` ${toWord(description)} `;
  // The header has full names, the description often "Ann B.".
  for (const { name } of [payer, recipient]) {
    const [first = '', ...others] = toWord(name).split(' ');
    const last = others.at(-1)?.charAt(0);
    const form = [toWord(name), ...(last ? [`${first} ${last}.`] : []), first].find((text) => text !== '' && rest.includes(text));
    if (!form) return false;
    rest = rest.replace(form, '');
  }
  return PAID_WORDS.has(toWord(rest));
}

export type RowResult = { row: Omit<SplitwiseRow, 'key'> } | { footer: SplitwiseFooter; isCertain: boolean } | { code: RowErrorCode } | undefined;

/** What one record is; undefined for one that carries no money at all. */
export function readRecord({ line, cells, fault }: TableRecord, { people, delimiter }: Table): RowResult {
  if (fault) return { code: fault === 'unclosed' ? 'file_truncated' : 'row_unreadable' };
  const [dateCell = '', descriptionCell = '', category = '', costCell = '', currencyCell = ''] = cells;
  const personCells = cells.slice(LEADING, LEADING + people.length);
  const hasCost = !isBlank(costCell);
  const values = personCells.map((cell) => readDecimal(cell, delimiter));
  if (!hasCost && values.every((value) => value === 0n) && personCells.every(isBlank)) return undefined;
  if (personCells.length < people.length) return { code: 'row_too_short' };
  if (!cells.slice(LEADING + people.length).every(isBlank)) return { code: 'row_too_long' };
  const currency = currencyCell.trim().toUpperCase();
  if (!isCurrency(currency)) return { code: 'row_currency_unknown' };
  const exact = values.filter((value) => value !== undefined);
  if (exact.length < values.length) return { code: 'row_amount_invalid' };

  const unit = 10n ** BigInt(SCALE - currencyDecimals(currency));
  const description = cleanText(descriptionCell.replaceAll(/\s+/gu, ' ')).slice(0, 200).toWellFormed();
  const seed = `${dateCell}/${description}`;
  if (!hasCost) {
    const isCertain = FOOTER_WORDS.has(toWord(description));
    const footer = people.map((name, index) => ({ name, net: Math.round(Number(exact[index] ?? 0n) / Number(unit)) }));
    return isBlank(category) || isCertain ? { footer: { currency, cells: footer }, isCertain } : { code: 'row_amount_invalid' };
  }
  const cost = readDecimal(costCell, delimiter);
  if (cost === undefined) return { code: 'row_amount_invalid' };
  if (cost === 0n && exact.every((value) => value === 0n)) return undefined;
  const date = readDate(dateCell);
  if (!date) return { code: 'row_date_invalid' };
  const isRefund = cost < 0n;
  const absolute = isRefund ? -cost : cost;
  const amount = Number((absolute * 2n + unit) / (unit * 2n));
  if (amount === 0 || amount > MAXIMUM_AMOUNT) return { code: 'row_amount_invalid' };
  const nets = cellsToMinor(people, exact, unit, seed);
  if (!nets) return { code: 'row_does_not_sum' };
  if (nets.length === 0) return { code: 'row_no_people' };
  // Nobody can be owed more than was paid.
  if (nets.reduce((sum, { net }) => sum + Math.max(net, 0), 0) > amount) return { code: 'row_does_not_sum' };
  const kind = isRefund ? 'refund' : isPayment(description, category, nets, amount) ? 'settlement' : 'expense';
  return { row: { line, date, description, category: cleanText(category.replaceAll(/\s+/gu, ' ')), currency, amount, kind, cells: nets } };
}
