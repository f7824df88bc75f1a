import { describe, expect, it } from 'vitest';
import { createFormat } from './format.ts';
import { localeOf } from './locale.ts';

const british = createFormat('en-GB', false);
const chinese = createFormat('zh-CN', false);

describe('money', () => {
  it.each([
    [british, 123_456, 'EUR', '€1,234.56'], [british, -5, 'EUR', '−€0.05'], [british, 12_800, 'JPY', 'JP¥12,800'],
    [british, 1_234_567, 'KWD', 'KWD\u00a01,234.567'], [chinese, 123_456, 'CNY', '¥1,234.56'], [createFormat('de', false), 123_456, 'EUR', '1.234,56\u00a0€'],
  ])('writes amounts as the language does', (format, amount, currency, text) => expect(format.money(amount, currency)).toBe(text));

  it('takes the decimals from ISO 4217, where CLDR rounds otherwise', () => {
    expect(british.money(12_345, 'HUF', { plain: true })).toBe('123.45');
    expect(british.money(12_345, 'ISK', { plain: true })).toBe('12,345');
  });

  it('is exact to the last unit of the largest sums', () =>
    expect(british.money(Number.MAX_SAFE_INTEGER, 'USD', { plain: true })).toBe('90,071,992,547,409.91'));

  it('gives a sign only where one is asked for, and none to zero', () => {
    expect(british.money(5, 'EUR', { signed: true })).toBe('+€0.05');
    expect(british.money(0, 'EUR', { signed: true })).toBe('€0.00');
  });

  it('hides digits and sign, except of what is being typed', () => {
    const hidden = createFormat('en-GB', true);
    expect(hidden.money(-123_456, 'EUR', { signed: true })).toBe('€•••');
    expect(hidden.moneyParts(-1, 'EUR')).toMatchObject({ sign: '', number: '•••', hidden: true });
    expect(hidden.moneyTyped(123_456, 'EUR')).toBe('€1,234.56');
  });
});

it('shows a local date as the day it is, in any zone', () => {
  expect(british.date('2026-11-19', 'full')).toMatch(/^Thursday,? 19 November 2026$/);
  expect(chinese.date('2026-11-19', 'short')).toBe('2026年11月19日');
  expect(british.month('2026-01')).toBe('January 2026');
});

it('writes a language as the person’s system does, where it speaks it', () => {
  expect(localeOf('en', ['de-DE', 'en-GB', 'en-US'])).toBe('en-GB');
  expect(localeOf('en', ['zh-CN'])).toBe('en');
  expect(localeOf('zh-CN', ['zh-TW', 'zh-SG'])).toBe('zh-SG');
});
