import { addDays } from '#renderer/lib/date-words.ts';
import { daysBetween } from './range.ts';

export interface BalancePoint {
  /** The first and last date the point stands for, and the balance (minor units) at the end of the last. */
  from: string;
  date: string;
  amount: number;
}

/** More than this and neither an eye nor an arrow key can tell one point from the next. */
const MOST_POINTS = 120;

/**
 * The balance at the end of each step of time in which it changed: days while they are few, then as many days to a
 * step as it takes. The last balance of a step stands for it, so the line always ends on today's true balance.
 */
export function thinBalance(days: readonly { date: string; amount: number }[]): BalancePoint[] {
  const [first, last] = [days[0], days.at(-1)];
  if (!first || !last) return [];
  const step = days.length <= MOST_POINTS ? 1 : Math.ceil((daysBetween(first.date, last.date) + 1) / MOST_POINTS);
  const points = new Map<number, BalancePoint>();
  for (const { date, amount } of days) {
    const bucket = Math.floor(daysBetween(first.date, date) / step);
    points.set(bucket, { from: addDays(first.date, bucket * step), date, amount });
  }
  return [...points.values()];
}
