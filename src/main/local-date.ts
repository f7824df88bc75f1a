import type { LocalDate } from '#domain/date.ts';

/** The calendar date at this machine, of a time in milliseconds since 1970. */
export function toLocalDate(time: number): LocalDate {
  const date = new Date(time);
  return [String(date.getFullYear()).padStart(4, '0'), String(date.getMonth() + 1).padStart(2, '0'), String(date.getDate()).padStart(2, '0')].join('-');
}

/** Milliseconds until the next calendar day begins at this machine. */
export function untilMidnight(time: number): number {
  const date = new Date(time);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + 1).getTime() - time;
}
