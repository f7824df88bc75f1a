import { z } from 'zod';
import { data } from 'currency-codes';

/** Of ISO 4217 newer than the list in currency-codes: Caribbean guilder, Arab Accounting Dinar. */
const NEWER = ['XCG', 'XAD'];
/** Withdrawn since 2011 (ISO 4217, list three): older ledgers still hold them. None has other than two decimals. */
const WITHDRAWN = ['EEK', 'HRK', 'LTL', 'LVL', 'MRO', 'SLL', 'STD', 'VEF', 'ZMK', 'ZWL'];
/** Where ISO 4217 says "N.A.": metals, units of account, no currency. */
const WITHOUT_MINOR_UNIT = ['XAG', 'XAU', 'XBA', 'XBB', 'XBC', 'XBD', 'XDR', 'XPD', 'XPT', 'XSU', 'XTS', 'XUA', 'XXX'];

/** Two decimals where the standard has none to say, as ECMA-402 and CLDR have it: 12.50 of no currency is no less money. */
const DECIMALS: ReadonlyMap<string, number> = new Map([
  ...data.map(({ code, digits }) => [code, digits] as const),
  ...[...NEWER, ...WITHDRAWN, ...WITHOUT_MINOR_UNIT].map((code) => [code, 2] as const),
  ['BYR', 0],
]);

/** ISO 4217 alphabetic codes, sorted. */
export const CURRENCIES: readonly string[] = [...DECIMALS.keys()].toSorted();

/** True for an alphabetic code of ISO 4217, also one withdrawn since 2011. */
export const isCurrency = (code: string): boolean => DECIMALS.has(code);

/**
 * Number of decimals of a currency's minor unit: ISO 4217, column "Mnr unts"; 2 where that says "N.A." or the code is not
 * in it. Amounts are stored in minor units, so what this answers for a code may never change.
 */
export const currencyDecimals = (code: string): number => DECIMALS.get(code) ?? 2;

export const currencySchema = z.string().refine(isCurrency, { message: 'currency_unknown' });

/**
 * The largest amount of one entry, in minor units: 10^13. A thousand times under 2^53, so that sums over
 * hundreds of entries of that size, and products with percentages, stay exact integers.
 */
export const MAXIMUM_AMOUNT = 10_000_000_000_000;

const amountError = ({ input }: { input?: unknown }): string => (Number.isInteger(input) ? 'amount_out_of_range' : 'amount_invalid');

/** Minor units, zero or more. A fraction of one is `amount_invalid`. */
export const amountSchema = z.number().refine((value) => Number.isSafeInteger(value) && value >= 0 && value <= MAXIMUM_AMOUNT, { error: amountError });
/** Minor units, either sign. */
export const signedAmountSchema = z
  .number()
  .refine((value) => Number.isSafeInteger(value) && Math.abs(value) <= MAXIMUM_AMOUNT, { error: amountError });
