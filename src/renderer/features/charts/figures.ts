import { useMemo } from 'react';
import { currencyDecimals } from '#domain/money.ts';
import { MASK, useFormat } from '#renderer/lib/format.ts';

/** A fraction as a percentage of always one decimal, so that a column of them lines up. */
export function usePercent(): (fraction: number) => string {
  const { language } = useFormat();
  return useMemo(() => {
    const format = new Intl.NumberFormat(language, { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 });
    return (fraction) => format.format(fraction);
  }, [language]);
}

/** Minor units as a short figure for an axis, `1.2K` or `1.2万`: a measure for the eye, so rounding is right here, but not so far that even steps look uneven. */
export function useAxisMoney(currency: string): (amount: number) => string {
  const { language, moneyParts } = useFormat();
  return useMemo(() => {
    const compact = new Intl.NumberFormat(language, { notation: 'compact', maximumFractionDigits: 2 });
    const unit = 10 ** currencyDecimals(currency);
    const hidden = moneyParts(0, currency).hidden;
    return (amount) => (hidden ? MASK : compact.format(amount / unit).replace('-', '−'));
  }, [language, moneyParts, currency]);
}
