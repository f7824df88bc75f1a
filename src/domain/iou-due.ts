import type { LocalDate } from './date.ts';
import type { IouState } from './iou-rules.ts';

const DAY = 86_400_000;
const toDay = (date: LocalDate): number => Date.parse(date) / DAY;

/** Calendar days from one date to another; below zero where the other one is past. */
export const daysBetween = (from: LocalDate, to: LocalDate): number => toDay(to) - toDay(from);

/** So many days before it is due somebody is reminded, once each. */
export const REMINDER_DAYS = [7, 1, 0] as const;
export type ReminderDays = (typeof REMINDER_DAYS)[number];

export const isOwed = (state: IouState): boolean => state === 'effective' || state === 'partly';

/**
 * Which reminder stands today: the last one that is reached, so that a device which slept over one shows it late and never
 * two at once. Null while it is early, or where nothing is owed.
 */
export function reminderOn(today: LocalDate, { due, state }: { due: LocalDate; state: IouState }): ReminderDays | null {
  if (!isOwed(state)) return null;
  const days = daysBetween(today, due);
  return REMINDER_DAYS.findLast((reached) => days <= reached) ?? null;
}
