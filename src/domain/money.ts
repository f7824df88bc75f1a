import { z } from 'zod';
import { code as currencyByCode, codes } from 'currency-codes';

/** ISO 4217 alphabetic codes, sorted. */
export const CURRENCIES: readonly string[] = codes().toSorted();

/** True for an alphabetic code of ISO 4217. */
export const isCurrency = (code: string): boolean => currencyByCode(code) !== undefined && /^[A-Z]{3}$/.test(code);

/** Number of decimals of a currency's minor unit (ISO 4217, column "Mnr unts"); 2 for a code it does not know. */
export const currencyDecimals = (code: string): number => currencyByCode(code)?.digits ?? 2;

export const currencySchema = z.string().refine(isCurrency, { message: 'currency_unknown' });

/**
 * The largest amount of one entry, in minor units: 10^13. A thousand times under 2^53, so that sums over
 * hundreds of entries of that size, and products with percentages, stay exact integers.
 */
export const MAXIMUM_AMOUNT = 10_000_000_000_000;

/** Minor units, zero or more. */
export const amountSchema = z.number().refine((value) => Number.isSafeInteger(value) && value >= 0 && value <= MAXIMUM_AMOUNT, {
  message: 'amount_out_of_range',
});
/** Minor units, either sign. */
export const signedAmountSchema = z
  .number()
  .refine((value) => Number.isSafeInteger(value) && Math.abs(value) <= MAXIMUM_AMOUNT, { message: 'amount_out_of_range' });
