import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatMinor, parseAmount, parseSplitValue } from './amount.ts';
import { MAXIMUM_AMOUNT } from './money.ts';

/** A sum as a tree, with its text and its value as a fraction: the reference the parser is held against. */
interface Sum {
  text: string;
  over: bigint;
  under: bigint;
  /** 3 number or in parentheses, 2 product, 1 sum. */
  rank: number;
}
const wrap = (sum: Sum, rank: number): string => (sum.rank < rank ? `(${sum.text})` : sum.text);

const numbers = fc.record({ whole: fc.nat({ max: 99_999 }), fraction: fc.stringMatching(/^\d{0,4}$/), sign: fc.constantFrom('.', ',', '．', '，', '。') }).map(
  ({ whole, fraction, sign }): Sum => {
    // Three decimals after a short number are read as a group: another test's matter.
    const digits = fraction.length === 3 ? fraction.slice(1) : fraction;
    return { text: digits === '' ? String(whole) : `${whole}${sign}${digits}`, over: BigInt(`${whole}${digits}`), under: 10n ** BigInt(digits.length), rank: 3 };
  },
);
const combine = (left: Sum, right: Sum, sign: string, space: string): Sum => {
  const join = (rank: number) => `${wrap(left, rank)}${space}${sign}${space}${wrap(right, rank + 1)}`;
  const term = (factor: bigint): Sum => ({ text: join(1), over: left.over * right.under + factor * right.over * left.under, under: left.under * right.under, rank: 1 });
  if ('+＋'.includes(sign)) return term(1n);
  if ('-−－'.includes(sign)) return term(-1n);
  if ('*×＊'.includes(sign)) return { text: join(2), over: left.over * right.over, under: left.under * right.under, rank: 2 };
  // Nothing divides by zero, nor by what did: `under` stays zero from there on.
  return { text: join(2), over: left.over * right.under, under: right.under === 0n ? 0n : left.under * right.over, rank: 2 };
};
const sums = fc.letrec<{ sum: Sum }>((tie) => ({
  sum: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    numbers,
    fc.record({ left: tie('sum'), right: tie('sum'), sign: fc.constantFrom(...'+-*/＋−×÷'), space: fc.constantFrom('', ' ', '\u3000') }).map(({ left, right, sign, space }) => combine(left, right, sign, space)),
    tie('sum').map((sum): Sum => ({ text: `-${wrap(sum, 3)}`, over: -sum.over, under: sum.under, rank: 3 })),
  ),
})).sum;

/** Half away from zero, from the definition: the nearest integer, and of two the one further out. */
function nearest(over: bigint, under: bigint): bigint {
  const [top, bottom] = under < 0n ? [-over, -under] : [over, under];
  const truncated = top / bottom;
  const left = top % bottom;
  const distance = left < 0n ? -left : left;
  return distance * 2n >= bottom ? truncated + (top < 0n ? -1n : 1n) : truncated;
}
const toFullWidth = (text: string): string => text.replaceAll(/[0-9]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0));
const valueOf = (text: string, decimals = 2): number | string => {
  const result = parseAmount(text, decimals);
  return result.ok ? result.value : result.code;
};

describe('an amount', () => {
  it('of any sum is what exact arithmetic gives, rounded once at the end', () => {
    fc.assert(
      fc.property(sums, fc.constantFrom(0, 2, 3, 4), fc.boolean(), ({ text, over, under }, decimals, wide) => {
        fc.pre(text.length <= 200);
        const typed = wide ? toFullWidth(text) : text;
        const exact = under === 0n ? undefined : nearest(over * 10n ** BigInt(decimals), under);
        const isInRange = exact !== undefined && exact <= BigInt(MAXIMUM_AMOUNT) && exact >= -BigInt(MAXIMUM_AMOUNT);
        const expected = exact === undefined ? 'amount_invalid' : isInRange ? Number(exact) : 'amount_out_of_range';
        expect(valueOf(typed, decimals)).toBe(expected);
      }),
      { numRuns: 3_000 },
    );
  });

  it.each<[string, number | string]>([
    // sums
    ['12.5+3*4', 2_450], ['(10-2.5)/3', 250], ['2*(3+4)*5', 7_000], ['10/4/5', 50], ['1-2-3', -400], ['8/2*4', 1_600], ['-5', -500], ['+5', 500], ['2*-3', -600],
    ['-(2+3)', -500], ['0.1+0.2', 30], ['1/3*3', 100], ['10/3', 333], ['20/3', 667], ['１２．５＋３×４', 2_450], ['（１０−２。５）÷３', 250], [' 12 ', 1_200], ['12.5 + 3 * 4', 2_450],
    // rounding: half away from zero, and only at the end
    ['0.005', 1], ['-0.005', -1], ['0.0049', 0], ['0.015', 2], ['1.005*100', 10_050], ['0.004+0.004', 1], ['2.675*1', 268],
    // decimal signs and groups
    ['1,234.56', 123_456], ['1.234,56', 123_456], ['1 234,56', 123_456], ['1\u00a0234,56', 123_456], ['1\u202f234.56', 123_456], ["1'234.5", 123_450], ['1’234’567.5', 123_456_750],
    ['1,234', 123_400], ['1.234', 123_400], ['1，234', 123_400], ['12,34,567.8', 123_456_780], ['1,234,567', 123_456_700], ['1.234.567', 123_456_700], ['1.234.567,8', 123_456_780],
    ['12,5', 1_250], ['12，5', 1_250], ['12。5', 1_250], ['1234,5', 123_450], ['0.125', 13], ['0,125', 13], ['1234.567', 123_457], ['.5', 50], [',5', 50], ['5.', 500], ['5,', 500],
    ['1 234', 123_400], ['1 234 567', 123_456_700], ['12 345+1', 1_234_600],
    ['40*1.759', 7_036], ['1.759×40', 7_036], ['100/1.085', 9_217], ['3*1,234', 370_200], ['1.234+1', 123_500],
    // the edge of what fits
    ['100000000000', MAXIMUM_AMOUNT], ['-100000000000', -MAXIMUM_AMOUNT], ['100000000000.004', MAXIMUM_AMOUNT], ['100000000000.01', 'amount_out_of_range'], ['-100000000000.01', 'amount_out_of_range'],
    ['9'.repeat(200), 'amount_out_of_range'],
    // what is no amount
    ...['', ' ', '.', ',', '-', '+', '()', '1+', '*1', '1**2', '1//2', '(1', '1)', ')(', '1/0', '1/(2-2)', '0/0', '3(4)', '(3)(4)', '1 2', '1 23', '12 34', '1234 567', 'NaN', 'Infinity', '-Infinity',
      '1e21', '1e5', '0x10', '1_000', '1.2.3', '1,2,3', '1,23,45', '1.234,567.8', '1,234.5,6', '1.23.456,7', '1,23,4567', '1,23,456,789', '1 234,567.8 9', "1 234'567", "1'234 567.5", '12a', 'abc', '€5', '5 €', '5%', '2²', '2½', '٣', '1;2', '1\u00002', '1\n234.\n5', '__proto__', '9'.repeat(201)].map(
      (text): [string, string] => [text, 'amount_invalid'],
    ),
  ])('typed as %j is %s', (text, expected) => {
    expect(valueOf(text)).toBe(expected);
  });

  it('knows the currency when a sign could group or be decimal', () => {
    expect([0, 2, 3, 4].map((decimals) => valueOf('1.234', decimals))).toEqual([1_234, 123_400, 1_234, 12_340]);
    expect([0, 2, 3, 4].map((decimals) => valueOf('1,234', decimals))).toEqual([1_234, 123_400, 1_234, 12_340]);
    expect([0, 3].map((decimals) => valueOf('1,234.567', decimals))).toEqual([1_235, 1_234_567]);
    expect([0, 3].map((decimals) => valueOf('1.5', decimals))).toEqual([2, 1_500]);
  });

  it('is read back from the text that a field shows', () => {
    const amounts = fc.oneof(fc.integer({ min: -MAXIMUM_AMOUNT, max: MAXIMUM_AMOUNT }), fc.integer({ min: -2_000, max: 2_000 }));
    fc.assert(
      fc.property(amounts, fc.constantFrom(0, 2, 3, 4), (amount, decimals) => {
        expect(valueOf(formatMinor(amount, decimals), decimals)).toBe(amount);
      }),
      { numRuns: 1_000 },
    );
    expect([formatMinor(123_450, 2), formatMinor(-5, 2), formatMinor(1_234, 0), formatMinor(0, 3), formatMinor(5, 4)]).toEqual(['1234.50', '-0.05', '1234', '0.000', '0.0005']);
  });

  it('never throws and is never a fraction, whatever is typed', () => {
    const typed = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 250 }), fc.string({ unit: fc.constantFrom(...'0123456789.,+-*/() \''), maxLength: 210 }));
    fc.assert(
      fc.property(typed, fc.integer({ min: 0, max: 4 }), (text, decimals) => {
        const value = valueOf(text, decimals);
        expect(typeof value === 'string' || (Number.isSafeInteger(value) && Math.abs(value) <= MAXIMUM_AMOUNT)).toBe(true);
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('a value of a split', () => {
  it.each<[string, number | string]>([
    ['50', 5_000], ['33.33', 3_333], ['33,33', 3_333], ['33.333', 3_333], ['33,335', 3_334], ['1.5', 150], ['1，5', 150], ['0.4449', 44], ['100/3', 3_333], ['2+1', 300], ['-1', -100],
    ['', 'amount_invalid'], ['50%', 'amount_invalid'], ['1,2,3', 'amount_invalid'],
  ])('typed as %j is %s hundredths', (text, expected) => {
    const result = parseSplitValue(text);
    expect(result.ok ? result.value : result.code).toBe(expected);
  });
});
