import { describe, expect, it } from 'vitest';
import { isLocalDate } from './date.ts';
import { amountSchema, CURRENCIES, currencyDecimals, isCurrency, MAXIMUM_AMOUNT, signedAmountSchema } from './money.ts';
import { cleanText, isHarmfulText, nameSchema } from './text.ts';

describe('currencies', () => {
  it.each([
    // ISO 4217, column "Mnr unts"
    ['JPY', 0], ['KRW', 0], ['ISK', 0], ['CLP', 0], ['UYI', 0], ['XAF', 0], ['KWD', 3], ['BHD', 3], ['TND', 3], ['IQD', 3], ['CLF', 4], ['UYW', 4],
    ['HUF', 2], ['EUR', 2], ['CNY', 2], ['MGA', 2], ['MRU', 2], ['TWD', 2], ['XCG', 2],
    // "N.A." there
    ['XAU', 2], ['XXX', 2], ['XDR', 2], ['XTS', 2],
    // withdrawn
    ['HRK', 2], ['BYR', 0],
  ])('%s has %i decimals', (code, decimals) => {
    expect([isCurrency(code), currencyDecimals(code)]).toEqual([true, decimals]);
  });

  it('are codes of three capitals, each once, sorted; nothing else is one', () => {
    expect(CURRENCIES.every((code) => /^[A-Z]{3}$/.test(code))).toBe(true);
    expect(CURRENCIES).toEqual([...new Set(CURRENCIES)].toSorted());
    expect(CURRENCIES.length).toBeGreaterThan(170);
    for (const text of ['', 'eur', 'EURO', 'ABC', 'BTC', '€', '__proto__', 'constructor', 'EUR ']) expect(isCurrency(text)).toBe(false);
  });
});

describe('amounts', () => {
  it('are safe integers within the books', () => {
    for (const value of [0, 1, MAXIMUM_AMOUNT]) expect(amountSchema.safeParse(value).success).toBe(true);
    for (const value of [-1, 0.5, MAXIMUM_AMOUNT + 1, 1e21, Number.NaN, Infinity, '1', null, 1n]) expect(amountSchema.safeParse(value).success).toBe(false);
    expect(signedAmountSchema.safeParse(-MAXIMUM_AMOUNT).success).toBe(true);
    expect(signedAmountSchema.safeParse(-MAXIMUM_AMOUNT - 1).success).toBe(false);
  });
});

describe('dates', () => {
  it.each([
    ['2026-11-20', true], ['2024-02-29', true], ['2000-02-29', true], ['2026-02-29', false], ['1900-02-29', false], ['2026-02-30', false], ['2026-04-31', false],
    ['2026-13-01', false], ['2026-00-10', false], ['2026-01-00', false], ['1899-12-31', false], ['2200-01-01', false], ['2026-1-1', false], ['20261120', false], ['２０２６-11-20', false], ['', false],
  ])('%j exists: %s', (text, exists) => {
    expect(isLocalDate(text)).toBe(exists);
  });
});

describe('text', () => {
  it('that could make a name read as another is refused, and cleaned when it comes from a file', () => {
    const harmful = ['a\u0000b', 'a\u202Eb', 'a\u2066b', '\uFEFFa', 'a\u007F', 'a\rb', 'a\u200Fb', '\uD800'];
    for (const text of harmful) {
      expect([isHarmfulText(text), nameSchema.safeParse(text).success, isHarmfulText(cleanText(text))]).toEqual([true, false, false]);
    }
    expect(cleanText('  Chloe\u0301\u202E ')).toBe('Chloé');
    for (const name of ['李雷', 'Zoë', "O'Brien", 'عمر', '👩‍👧 Ann']) expect(nameSchema.safeParse(name).success).toBe(true);
    for (const name of ['', '   ', 'x'.repeat(81)]) expect(nameSchema.safeParse(name).success).toBe(false);
  });
});
