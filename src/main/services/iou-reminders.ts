/** What is due soon: on Today, and told once by each device, by the host where it can and otherwise by the screen. */
import type { ErrorCode } from '#contract/errors.ts';
import type { IouReminderView } from '#contract/ious-views.ts';
import type { Id, LedgerId } from '#domain/ids.ts';
import { reminderOn, type ReminderDays } from '#domain/iou-due.ts';
import { success, type Result } from '#domain/result.ts';
import { untilMidnight } from '#main/local-date.ts';
import type { Ground } from './ground.ts';
import { iouToRow, type Beholder } from './iou-views.ts';

export interface ToldReminder {
  ledger: LedgerId;
  iou: Id;
  reminder: ReminderDays;
}
export type TellIou = (told: readonly ToldReminder[]) => Promise<Result<void, ErrorCode>>;

export interface IouReminders {
  read(): IouReminderView[];
  tell: TellIou;
}

/** What this device has told already. */
export interface RemindersKept {
  isTold(ledger: LedgerId, iou: Id, reminder: ReminderDays): boolean;
  keepTold: TellIou;
}

/** A machine that slept past midnight looks again soon after it wakes, in milliseconds. */
const LONGEST_WAIT = 15 * 60_000;
/** Commits come in bursts; one look after them is enough, in milliseconds. */
const SETTLING = 2_000;

export function createIouReminders(ground: Ground, { isTold, keepTold }: RemindersKept, beholder: () => Beholder): IouReminders {
  const { shell, keyring, ious, publish, onClose, onCommitted, inBackground } = ground;
  function read(): IouReminderView[] {
    const me = beholder();
    return ious.all().flatMap((known): IouReminderView[] => {
      const row = iouToRow(known, me);
      const reminder = reminderOn(me.today, row);
      if (row.mine === null || reminder === null || row.daysLeft === null) return [];
      const { ledger, iou, mine, purpose, due, daysLeft } = row;
      const other = (mine === 'lender' ? row.borrower : row.lender).calledName;
      return [{ ledger, iou, mine, other, purpose, due, daysLeft, reminder, untold: shell.notify === undefined && !isTold(ledger, iou, reminder) }];
    }).toSorted((a, b) => a.daysLeft - b.daysLeft || (a.iou < b.iou ? -1 : 1));
  }

  /** Kept before it is shown: a program that dies in between shows it never rather than at every start. */
  async function tellByHost(): Promise<void> {
    const untold = read().filter(({ ledger, iou, reminder }) => !isTold(ledger, iou, reminder));
    if (!shell.notify || untold.length === 0) return;
    const kept = await keepTold(untold);
    if (!kept.ok) return;
    const language = keyring.get().person?.language ?? 'en';
    for (const { ledger, iou, mine, other, reminder, daysLeft } of untold) shell.notify({ kind: 'iou', ledger, iou, mine, other, reminder, past: daysLeft < 0, language });
  }

  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  function look(): void {
    if (shell.notify) inBackground(tellByHost);
    publish('ious');
    wait(LONGEST_WAIT);
  }
  function wait(longest: number): void {
    clearTimeout(timer);
    if (isOver) return;
    timer = setTimeout(look, Math.min(untilMidnight(shell.now()) + 1_000, longest));
    timer.unref();
  }
  wait(SETTLING);
  onCommitted(() => {
    if (shell.notify) wait(SETTLING);
  });
  onClose(() => {
    isOver = true;
    clearTimeout(timer);
  });

  return { read, tell: async (told) => (told.length === 0 ? success(undefined) : keepTold(told)) };
}
