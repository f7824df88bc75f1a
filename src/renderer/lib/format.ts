import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { formatMinor } from '#domain/amount.ts';
import { currencyDecimals } from '#domain/money.ts';
import { localeOf } from './locale.ts';
import { useProfileIfKnown } from './profile.tsx';

export interface MoneyOptions {
  /** Writes a plus before positive amounts too. */
  signed?: boolean;
  /** Without the currency. */
  plain?: boolean;
  /** Also while amounts are hidden. */
  shown?: boolean;
}

export interface MoneyParts {
  sign: '' | '+' | '−';
  symbol: string;
  symbolFirst: boolean;
  /** Digits with separators, or the mask. */
  number: string;
  hidden: boolean;
}

export const MASK = '•••';

/** A local date has no zone; as midnight UTC, shown in UTC, it stays the day it is. */
const dateOf = (localDate: string): Date => new Date(`${localDate}T00:00:00Z`);

export type DateStyle = 'full' | 'long' | 'short' | 'weekday' | 'weekdayYear' | 'monthDay';

const DATE_STYLES: Record<DateStyle, Intl.DateTimeFormatOptions> = {
  full: { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' },
  long: { year: 'numeric', month: 'long', day: 'numeric' },
  short: { year: 'numeric', month: 'short', day: 'numeric' },
  weekday: { weekday: 'short', month: 'short', day: 'numeric' },
  monthDay: { month: 'short', day: 'numeric' },
  weekdayYear: { weekday: 'short', year: 'numeric', month: 'short', day: 'numeric' },
};

/** Formatters of one language. Intl objects are dear to make and cheap to use, so each is made once. */
export function createFormat(language: string, hideAmounts: boolean) {
  const made = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>();
  const numberFormat = (key: string, options: Intl.NumberFormatOptions): Intl.NumberFormat => {
    const known = made.get(key);
    if (known instanceof Intl.NumberFormat) return known;
    const format = new Intl.NumberFormat(language, options);
    made.set(key, format);
    return format;
  };
  const dateFormat = (key: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat => {
    const known = made.get(key);
    if (known instanceof Intl.DateTimeFormat) return known;
    const format = new Intl.DateTimeFormat(language, options);
    made.set(key, format);
    return format;
  };

  /** Decimals come from ISO 4217 (#domain/money.ts): the CLDR data in Intl rounds some currencies otherwise. */
  function moneyParts(amount: number, currency: string, options: MoneyOptions = {}): MoneyParts {
    const decimals = currencyDecimals(currency);
    const isHidden = hideAmounts && !options.shown;
    const parts = numberFormat(`money ${currency}`, {
      style: 'currency', currency, minimumFractionDigits: decimals, maximumFractionDigits: decimals,
    }).formatToParts(formatMinor(Math.abs(amount), decimals) as Intl.StringNumericLiteral);
    const symbolAt = parts.findIndex((part) => part.type === 'currency');
    const numberAt = parts.findIndex((part) => part.type === 'integer');
    const sign = amount < 0 ? '−' : options.signed && amount > 0 ? '+' : '';
    const number = parts.filter((part) => part.type !== 'currency' && part.type !== 'literal').map((part) => part.value).join('');
    return {
      sign: isHidden ? '' : sign,
      symbol: options.plain ? '' : (parts[symbolAt]?.value ?? currency),
      symbolFirst: symbolAt < numberAt,
      number: isHidden ? MASK : number,
      hidden: isHidden,
    };
  }

  function money(amount: number, currency: string, options: MoneyOptions = {}): string {
    const { sign, symbol, symbolFirst, number } = moneyParts(amount, currency, options);
    if (!symbol) return `${sign}${number}`;
    // CNY 5, but ¥5 and US$5.
    const gap = symbolFirst && !/\p{L}$/u.test(symbol) ? '' : '\u00a0';
    return symbolFirst ? `${sign}${symbol}${gap}${number}` : `${sign}${number}${gap}${symbol}`;
  }

  return {
    language,
    /** Amounts are hidden right now. */
    isHidden: hideAmounts,
    money,
    /** An amount the reader is typing right now: shown even while amounts are hidden, because nobody can type blind. */
    moneyTyped: (amount: number, currency: string): string => money(amount, currency, { shown: true }),
    moneyParts,
    /** `YYYY-MM-DD` as a date a person reads. */
    date: (localDate: string, style: DateStyle = 'long'): string =>
      dateFormat(`date ${style}`, { ...DATE_STYLES[style], timeZone: 'UTC' }).format(dateOf(localDate)),
    /** Milliseconds since 1970 in this device's zone. */
    dateTime: (milliseconds: number): string =>
      dateFormat('dateTime', { dateStyle: 'medium', timeStyle: 'short' }).format(milliseconds),
    /** The time of a moment in this device's zone. */
    time: (milliseconds: number): string => dateFormat('time', { timeStyle: 'short' }).format(milliseconds),
    /** The day of a moment in this device's zone. */
    day: (milliseconds: number): string => dateFormat('day', { dateStyle: 'medium' }).format(milliseconds),
    number: (value: number): string => numberFormat('number', {}).format(value),
    /** A size of a file, of kilobytes and up: 1 500 000 becomes 1.5 MB. */
    bytes: (bytes: number): string =>
      bytes < 1_000_000
        ? numberFormat('kilobytes', { style: 'unit', unit: 'kilobyte', maximumFractionDigits: 0 }).format(Math.max(1, bytes / 1_000))
        : numberFormat('megabytes', { style: 'unit', unit: 'megabyte', maximumFractionDigits: 1 }).format(bytes / 1_000_000),
    /** A fraction: 0.25 becomes 25 %. */
    percent: (fraction: number): string => numberFormat('percent', { style: 'percent', maximumFractionDigits: 1 }).format(fraction),
    /** `YYYY-MM` as a month. */
    month: (month: string, style: 'long' | 'short' = 'long'): string =>
      dateFormat(`month ${style}`, { year: 'numeric', month: style, timeZone: 'UTC' }).format(dateOf(`${month}-01`)),
    list: (items: readonly string[]): string => new Intl.ListFormat(language, { type: 'conjunction' }).format(items),
    currencyName: (currency: string): string =>
      new Intl.DisplayNames(language, { type: 'currency' }).of(currency) ?? currency,
  };
}

export type Format = ReturnType<typeof createFormat>;

/** Numbers, amounts and dates as the reader's language writes them; amounts masked while they are hidden. */
export function useFormat(): Format {
  const { i18n } = useTranslation();
  const hideAmounts = useProfileIfKnown()?.hideAmounts ?? false;
  const language = i18n.language;
  return useMemo(() => createFormat(localeOf(language, navigator.languages), hideAmounts), [language, hideAmounts]);
}
