import { isLocalDate, type LocalDate } from '#domain/date.ts';

const DAY_MILLISECONDS = 86_400_000;
const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const WEEKDAYS_CHINESE = '日一二三四五六';
const MONTHS = ['january', 'february', 'march', 'april', 'may', 'june', 'july', 'august', 'september', 'october', 'november', 'december'];
const DAYS_AWAY: Readonly<Record<string, number>> = {
  today: 0, t: 0, 今天: 0, 今日: 0, yesterday: -1, y: -1, 昨天: -1, 昨日: -1, 前天: -2, tomorrow: 1, 明天: 1,
};

const pad = (value: number, length: number): string => String(value).padStart(length, '0');
const toDate = (year: number, month: number, day: number): LocalDate | undefined => {
  const text = `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
  return isLocalDate(text) ? text : undefined;
};

/** The date some days after another (before, where negative). */
export const addDays = (date: LocalDate, days: number): LocalDate =>
  new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MILLISECONDS).toISOString().slice(0, 10);

/** The calendar date of a moment where this device is. */
export const localDateOf = (moment: Date): LocalDate => `${pad(moment.getFullYear(), 4)}-${pad(moment.getMonth() + 1, 2)}-${pad(moment.getDate(), 2)}`;

/** The date of today where this device is. */
export const today = (): LocalDate => localDateOf(new Date());

const yearOf = (date: LocalDate): number => Number(date.slice(0, 4));
const monthOf = (date: LocalDate): number => Number(date.slice(5, 7));

/** A day and month without a year: this year, or the last where this year's is more than a month away. */
function nearest(month: number, day: number, now: LocalDate): LocalDate | undefined {
  const date = toDate(yearOf(now), month, day);
  return date && date <= addDays(now, 31) ? date : (toDate(yearOf(now) - 1, month, day) ?? date);
}

/** A day of the month alone: the last one that is not in the future. */
function lastDayNumbered(day: number, now: LocalDate): LocalDate | undefined {
  let [year, month] = [yearOf(now), monthOf(now)];
  for (let tries = 0; tries < 3; tries += 1) {
    const date = toDate(year, month, day);
    if (date && date <= now) return date;
    [year, month] = month === 1 ? [year - 1, 12] : [year, month - 1];
  }
  return undefined;
}

function lastWeekday(weekday: number, now: LocalDate): LocalDate {
  const current = new Date(`${now}T00:00:00Z`).getUTCDay();
  return addDays(now, -((current - weekday + 7) % 7));
}

const monthNamed = (name: string): number => MONTHS.findIndex((month) => name.length >= 3 && month.startsWith(name)) + 1;

function parseNumbers(text: string, now: LocalDate): LocalDate | undefined {
  const chinese = /^(?:(\d{4})年)?(?:(\d{1,2})月)?(\d{1,2})[日号]?$/.exec(text);
  const parts = (chinese ? chinese.slice(1) : []).map((part) => (part === undefined ? undefined : Number(part)));
  if (chinese) {
    const [year, month, day = 0] = parts;
    if (year !== undefined && month !== undefined) return toDate(year, month, day);
    if (year === undefined) return month === undefined ? lastDayNumbered(day, now) : nearest(month, day, now);
  }
  const iso = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/.exec(text);
  if (iso) return toDate(Number(iso[1]), Number(iso[2]), Number(iso[3]));
  const european = /^(\d{1,2})\.(\d{1,2})\.?(\d{4})?$/.exec(text);
  if (european) {
    const [day, month] = [Number(european[1]), Number(european[2])];
    return european[3] ? toDate(Number(european[3]), month, day) : nearest(month, day, now);
  }
  const american = /^(\d{1,2})[-/](\d{1,2})(?:[-/](\d{4}))?$/.exec(text);
  if (american) {
    const [month, day] = [Number(american[1]), Number(american[2])];
    return american[3] ? toDate(Number(american[3]), month, day) : nearest(month, day, now);
  }
  return undefined;
}

function parseNames(text: string, now: LocalDate): LocalDate | undefined {
  const weekdayChinese = /^(?:周|星期|礼拜)([日天一二三四五六])$/.exec(text)?.[1];
  if (weekdayChinese) return lastWeekday(weekdayChinese === '天' ? 0 : WEEKDAYS_CHINESE.indexOf(weekdayChinese), now);
  const weekday = text.length >= 3 ? WEEKDAYS.findIndex((name) => name.startsWith(text)) : -1;
  if (weekday >= 0) return lastWeekday(weekday, now);
  const named = /^(?:(\d{1,2})\.? ([a-z]+)|([a-z]+) (\d{1,2}))(?:,? (\d{4}))?$/.exec(text);
  if (!named) return undefined;
  const month = monthNamed(named[2] ?? named[3] ?? '');
  const day = Number(named[1] ?? named[4]);
  if (month === 0) return undefined;
  return named[5] ? toDate(Number(named[5]), month, day) : nearest(month, day, now);
}

/**
 * The date a person means: `2026-11-19`, `19`, `19.11.`, `11/19`, `19 Nov`, `yesterday`, `mon`, `-3` (days ago), and the
 * same in Chinese (`昨天`, `周一`, `11月19日`), in full-width digits too. Undefined where no such date exists.
 */
export function parseDateWords(text: string, now: LocalDate): LocalDate | undefined {
  const plain = text.normalize('NFKC').trim().toLowerCase().replaceAll(/\s+/g, ' ');
  const away = Object.hasOwn(DAYS_AWAY, plain) ? DAYS_AWAY[plain] : undefined;
  if (away !== undefined) return addDays(now, away);
  const ago = /^[-−](\d{1,3})$/.exec(plain);
  if (ago) return addDays(now, -Number(ago[1]));
  return parseNumbers(plain, now) ?? parseNames(plain, now);
}
