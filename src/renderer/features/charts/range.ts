import type { LocalDate } from '#domain/date.ts';
import { addDays } from '#renderer/lib/date-words.ts';

export const RANGES = ['month', 'quarter', 'year', 'all', 'custom'] as const;
/** What a person picks: this month, the last three months, this year, everything, or their own dates. */
export type RangeName = (typeof RANGES)[number];

export interface DateRange {
  from: LocalDate;
  to: LocalDate;
}

/** The first and last date an entry can have. */
export const ALL_TIME: DateRange = { from: '1900-01-01', to: '2199-12-31' };

const toUtc = (date: LocalDate): number => Date.parse(`${date}T00:00:00Z`);
const toLocalDate = (time: number): LocalDate => new Date(time).toISOString().slice(0, 10);
const DAY = 86_400_000;

/** Whole days from one date to another. */
export const daysBetween = (from: LocalDate, to: LocalDate): number => Math.round((toUtc(to) - toUtc(from)) / DAY);

const firstOfMonth = (date: LocalDate, monthsBack: number): LocalDate => {
  const time = new Date(toUtc(date));
  return toLocalDate(Date.UTC(time.getUTCFullYear(), time.getUTCMonth() - monthsBack, 1));
};
const lastOfMonth = (date: LocalDate): LocalDate => addDays(firstOfMonth(date, -1), -1);

/** The dates a named range stands for on a given day; whole months, so that bars can be compared. */
export function rangeToDates(name: Exclude<RangeName, 'custom'>, today: LocalDate): DateRange {
  if (name === 'all') return ALL_TIME;
  if (name === 'year') return { from: `${today.slice(0, 4)}-01-01`, to: `${today.slice(0, 4)}-12-31` };
  return { from: firstOfMonth(today, name === 'month' ? 0 : 2), to: lastOfMonth(today) };
}

function periodBefore(name: Exclude<RangeName, 'all'>, range: DateRange): DateRange {
  const to = addDays(range.from, -1);
  if (name === 'month') return { from: firstOfMonth(to, 0), to };
  if (name === 'quarter') return { from: firstOfMonth(to, 2), to };
  if (name === 'year') return { from: `${to.slice(0, 4)}-01-01`, to };
  return { from: addDays(to, -daysBetween(range.from, range.to)), to };
}

/**
 * The period before, as far into it as today is into this one: half a month is not compared with a whole one.
 * Null for everything, and where the range lies in the future.
 */
export function previousRange(name: RangeName, range: DateRange, today: LocalDate): DateRange | null {
  if (name === 'all' || today < range.from) return null;
  const before = periodBefore(name, range);
  if (today >= range.to) return before;
  const to = addDays(before.from, daysBetween(range.from, today));
  return { from: before.from, to: to < before.to ? to : before.to };
}

/** Every month from the first to the last, `YYYY-MM`, so that a month without entries leaves a gap to be seen. */
export function monthsBetween(first: string, last: string): string[] {
  const months: string[] = [];
  for (let month = first; month <= last && months.length < 3_600; month = firstOfMonth(`${month}-01`, -1).slice(0, 7)) months.push(month);
  return months;
}

/** The dates of a month, cut to a range. */
export function monthToDates(month: string, range: DateRange): DateRange {
  const [from, to] = [`${month}-01`, lastOfMonth(`${month}-01`)];
  return { from: from < range.from ? range.from : from, to: to > range.to ? range.to : to };
}
