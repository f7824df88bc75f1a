import type { LocalDate } from '#domain/date.ts';

/** Today on this device's calendar: the day a person would write on a bill. */
export function today(): LocalDate {
  const now = new Date();
  const pad = (part: number): string => String(part).padStart(2, '0');
  return `${now.getFullYear()}-${pad(now.getMonth() + 1)}-${pad(now.getDate())}`;
}
