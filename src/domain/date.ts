import { z } from 'zod';

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** True for a date of the Gregorian calendar written `YYYY-MM-DD` (ISO 8601), years 1900 to 2199. */
export function isLocalDate(text: string): boolean {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (!match) return false;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = month === 2 && leap ? 29 : (DAYS[month - 1] ?? 0);
  return year >= 1900 && year <= 2199 && day >= 1 && day <= days;
}

/** A calendar date without a zone: what a person writes on a bill. */
export const localDateSchema = z.string().refine(isLocalDate, { message: 'date_invalid' });
export type LocalDate = z.infer<typeof localDateSchema>;
