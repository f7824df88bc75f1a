import { MAXIMUM_AMOUNT } from './money.ts';
import { failure, success, type Result } from './result.ts';

export type AmountErrorCode = 'amount_invalid' | 'amount_out_of_range';

/** Longer than any sum a person types; keeps the exact arithmetic small. */
const LONGEST = 200;

/** An exact number: numerator over a positive denominator. */
interface Rational {
  readonly over: bigint;
  readonly under: bigint;
}

type Token = { readonly number: string } | { readonly sign: string };

/** Signs of a sum as input methods, word processors and calculators write them. */
const SIGNS: Readonly<Record<string, string>> = {
  '。': '.', '｡': '.', '×': '*', '✕': '*', '÷': '/', '∕': '/', '−': '-', '–': '-', '—': '-', '’': "'", '‘': "'",
};

/** A number with its grouping, or one sign of a sum. Spaces and apostrophes belong to a number only before three digits. */
const TOKEN = /\s*(?:(\d(?:[\d.,]|[ \u00a0\u2009\u202f']\d{3}(?!\d))*|[.,]\d+)|([-+*/()]))/y;

/** Full-width forms lie at a fixed distance from ASCII. Not NFKC: it makes 22 of 2² and 21/2 of 2½. */
const toPlain = (text: string): string =>
  text
    .replaceAll(/[\uff01-\uff5e]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0))
    .replaceAll(/[^\x20-\x7e]/g, (sign) => SIGNS[sign] ?? sign)
    .trimEnd();

function readTokens(text: string): Token[] | undefined {
  const plain = toPlain(text);
  const tokens: Token[] = [];
  let at = 0;
  while (at < plain.length) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(plain);
    if (!match) return undefined;
    tokens.push(match[1] === undefined ? { sign: match[2] ?? '' } : { number: match[1] });
    at = TOKEN.lastIndex;
  }
  return tokens;
}

/** Digits in groups of three with one separator throughout, or as in India: `12,34,567`. */
const GROUPED = /^(?:\d*|\d{1,3}(\D)\d{3}(?:\1\d{3})*|\d{1,2}(?:,\d{2})+,\d{3})$/;

/** A number with one `.` or `,` in it, and whether it stands beside `×` or `÷`. */
interface LoneSign {
  readonly sign: string;
  readonly whole: string;
  readonly fraction: string;
  readonly isFactor: boolean;
}
type LoneSignRule = (lone: LoneSign) => boolean;

/** Where the decimal sign of a number is, -1 if it has none. See `parseAmount` for the rules. */
function findDecimalSign(number: string, isFactor: boolean, isDecimal: LoneSignRule): number {
  const last = Math.max(number.lastIndexOf('.'), number.lastIndexOf(','));
  if (last < 0) return -1;
  const [sign, whole, fraction] = [number.charAt(last), number.slice(0, last), number.slice(last + 1)];
  if (whole.includes(sign)) return -1;
  const isGroupedBefore = /\D/.test(whole);
  return isGroupedBefore || isDecimal({ sign, whole, fraction, isFactor }) ? last : -1;
}

function readNumber(number: string, isFactor: boolean, isDecimal: LoneSignRule): Rational | undefined {
  const decimal = findDecimalSign(number, isFactor, isDecimal);
  const whole = decimal < 0 ? number : number.slice(0, decimal);
  const fraction = decimal < 0 ? '' : number.slice(decimal + 1);
  if (!GROUPED.test(whole) || !/^\d*$/.test(fraction)) return undefined;
  return { over: BigInt(whole.replaceAll(/\D/g, '') + fraction), under: 10n ** BigInt(fraction.length) };
}

/** The value of a sum: `sum = product (± product)*`, `product = factor (×÷ factor)*`, `factor = ± factor | ( sum ) | number`. */
function evaluate(tokens: readonly Token[], isDecimal: LoneSignRule): Rational | undefined {
  let at = 0;
  const signAt = (index: number): string => {
    const token = tokens[index];
    return token && 'sign' in token ? token.sign : '';
  };
  const isFactor = (index: number): boolean => /[*/]/.test(signAt(index - 1)) || /[*/]/.test(signAt(index + 1));

  function readFactor(): Rational | undefined {
    const index = at;
    const token = tokens[index];
    at += 1;
    if (!token) return undefined;
    if ('number' in token) return readNumber(token.number, isFactor(index), isDecimal);
    if (token.sign === '+') return readFactor();
    if (token.sign === '-') {
      const value = readFactor();
      return value && { over: -value.over, under: value.under };
    }
    if (token.sign !== '(') return undefined;
    const inner = readSum();
    at += 1;
    return signAt(at - 1) === ')' ? inner : undefined;
  }
  function readProduct(): Rational | undefined {
    let left = readFactor();
    while (left && /^[*/]$/.test(signAt(at))) {
      const isDivision = signAt(at) === '/';
      at += 1;
      const right = readFactor();
      if (!right || (isDivision && right.over === 0n)) return undefined;
      const [over, under] = isDivision ? [left.over * right.under, left.under * right.over] : [left.over * right.over, left.under * right.under];
      left = under < 0n ? { over: -over, under: -under } : { over, under };
    }
    return left;
  }
  function readSum(): Rational | undefined {
    let left = readProduct();
    while (left && /^[-+]$/.test(signAt(at))) {
      const sign = signAt(at) === '-' ? -1n : 1n;
      at += 1;
      const right = readProduct();
      left = right && { over: left.over * right.under + sign * right.over * left.under, under: left.under * right.under };
    }
    return left;
  }
  const value = readSum();
  return at === tokens.length ? value : undefined;
}

/** Half away from zero: 0.5 -> 1, -0.5 -> -1. */
function round({ over, under }: Rational): bigint {
  const absolute = ((over < 0n ? -over : over) * 2n + under) / (under * 2n);
  return over < 0n ? -absolute : absolute;
}

/** `text` as an exact sum, times 10^decimals, rounded. */
function compute(text: string, decimals: number, isDecimal: LoneSignRule): Result<number, AmountErrorCode> {
  const tokens = text.length <= LONGEST ? readTokens(text) : undefined;
  const value = tokens && evaluate(tokens, isDecimal);
  if (!value) return failure('amount_invalid');
  const minor = round({ over: value.over * 10n ** BigInt(decimals), under: value.under });
  const isInRange = minor <= BigInt(MAXIMUM_AMOUNT) && minor >= -BigInt(MAXIMUM_AMOUNT);
  return isInRange ? success(Number(minor)) : failure('amount_out_of_range');
}

/**
 * The minor units of what a person typed: a number or a sum (`12.5+3*4`, `(10-2.5)/3`, `×` and `÷` too), computed
 * exactly and rounded once, at the end, half away from zero. `decimals` is the currency's number of decimals.
 * Full-width digits and signs, `，`, `。` and `．` count as their plain forms. The result may be negative.
 *
 * Which sign is the decimal one:
 * 1. Of both `.` and `,`, the one that comes last: `1,234.56`, `1.234,56`. Space and apostrophe only ever group.
 * 2. One that comes twice groups: `1.234.567`, `12,34,567`. Groups are checked: `1,23,45` is refused.
 * 3. One that comes once is decimal, but groups where exactly three digits follow and one to three, not led by 0, stand
 *    before it (`1,234` and `1.234` are 1234), unless the currency has three or more decimals (then 1.234), or it is a dot
 *    beside `×` or `÷` (a price per litre or a rate: `40*1.759`).
 *
 * Errors: `amount_invalid` (also for division by zero, `NaN`, `1e21` and nothing at all), `amount_out_of_range`.
 */
export const parseAmount = (text: string, decimals: number): Result<number, AmountErrorCode> =>
  compute(text, decimals, ({ sign, whole, fraction, isFactor }) => {
    const looksGrouped = fraction.length === 3 && /^[1-9]\d{0,2}$/.test(whole);
    return !looksGrouped || decimals >= 3 || (sign === '.' && isFactor);
  });

/**
 * Hundredths of what a person typed as a percentage or a number of shares: `33.33` -> 3333, `1,5` -> 150. A sum like
 * `100/3` counts too. A sign that comes once is always decimal here: nobody has a thousand shares. Errors as above.
 */
export const parseSplitValue = (text: string): Result<number, AmountErrorCode> => compute(text, 2, () => true);

/** Minor units as plain text for a field: `1234.50`, `-0.05`, `1234` without decimals. `parseAmount` reads it back. */
export function formatMinor(amount: number, decimals: number): string {
  const digits = String(Math.abs(amount)).padStart(decimals + 1, '0');
  const cut = digits.length - decimals;
  return `${amount < 0 ? '-' : ''}${digits.slice(0, cut)}${decimals > 0 ? `.${digits.slice(cut)}` : ''}`;
}
