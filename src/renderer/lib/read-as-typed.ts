import { formatMinor } from '#domain/amount.ts';

/**
 * Whether an amount is just what the digits say that were typed. If not, it is to be spelled out beside the field: sums
 * (`12+3`), what was rounded, and `12.345`, which is twelve thousand in a currency of two decimals. `amount`: minor units.
 */
export const isReadAsTyped = (text: string, amount: number, decimals: number): boolean =>
  Number(text.normalize('NFKC').replace(',', '.')) === Number(formatMinor(amount, decimals));
