import { apportion } from './apportion.ts';
import type { Portion, Split, SplitPart } from './entry.ts';
import type { PersonId } from './ids.ts';
import { MAXIMUM_AMOUNT } from './money.ts';
import { failure, success, type Failure, type Result } from './result.ts';

/** 100 % in hundredths of a percent. */
export const WHOLE_PERCENT = 10_000;

export type SplitErrorCode =
  | 'split_empty' | 'split_sum_differs' | 'split_percent_differs' | 'split_shares_zero' | 'split_part_negative'
  | 'person_twice' | 'amount_out_of_range';

/** What to divide: `amount` in minor units; `seed` (the entry's id) says by lot who bears odd units. */
export interface SplitInput {
  readonly amount: number;
  readonly split: Split;
  readonly seed: string;
}

export interface ComputedShares {
  /** In the order of the split's parts; they sum to the amount, none is negative. */
  readonly shares: Portion[];
  /** Who bears the odd minor units of the rounding: each is part of their share, over their exact part rounded down. */
  readonly odd: { person: PersonId; units: number }[];
}

const isAmount = (value: number): boolean => Number.isSafeInteger(value) && Math.abs(value) <= MAXIMUM_AMOUNT;
const sumOf = (parts: readonly SplitPart[]): number => parts.reduce((all, { value }) => all + value, 0);

/** The first thing wrong with a split that is not a matter of sums. */
function findFault({ amount, split: { mode, parts } }: SplitInput): Failure<SplitErrorCode> | undefined {
  if (parts.length === 0) return failure('split_empty');
  if (new Set(parts.map(({ person }) => person)).size < parts.length) return failure('person_twice');
  if (amount < 0 || !isAmount(amount) || parts.some(({ value }) => !isAmount(value))) return failure('amount_out_of_range');
  if (mode === 'adjustment' || mode === 'equal') return undefined;
  return parts.some(({ value }) => value < 0) ? failure('split_part_negative') : undefined;
}

/**
 * Who bears how much of an amount: the one place where this is decided, for the form's preview, for what is stored and
 * for what is imported. Largest remainder, ties by a lot drawn from `seed`, so the order of the parts changes nothing
 * and the odd unit does not always fall on the same person. Exact for every amount of `amountSchema`.
 *
 * Errors: `split_sum_differs` with `difference` in minor units that are missing (positive) or too many (negative) in an
 * exact split, or by which adjustments exceed the amount; `split_percent_differs` with `difference` in hundredths of a
 * percent; `split_part_negative` where a part, or what an adjustment leaves of it, is below zero.
 */
export function computeShares(input: SplitInput): Result<ComputedShares, SplitErrorCode> {
  const fault = findFault(input);
  if (fault) return fault;
  const { amount, seed, split: { mode, parts } } = input;
  const sum = sumOf(parts);
  if (mode === 'exact') {
    if (sum !== amount) return failure('split_sum_differs', { difference: amount - sum });
    return success({ shares: parts.map(({ person, value }) => ({ person, amount: value })), odd: [] });
  }
  if (mode === 'percent' && sum !== WHOLE_PERCENT) return failure('split_percent_differs', { difference: WHOLE_PERCENT - sum });
  if (mode === 'shares' && sum === 0) return failure('split_shares_zero');

  const adjusted = mode === 'adjustment';
  const rest = adjusted ? amount - sum : amount;
  if (rest < 0) return failure('split_sum_differs', { difference: rest });
  const weighted = mode === 'percent' || mode === 'shares';
  const divided = apportion(rest, parts.map(({ person, value }) => ({ person, weight: weighted ? BigInt(value) : 1n })), seed);
  const base = parts.map(({ value }) => (adjusted ? value : 0));
  // Before the odd unit: it must not depend on the lot whether a split is allowed.
  if (divided.some(({ floor }, index) => floor + (base[index] ?? 0) < 0)) return failure('split_part_negative');
  return success({
    shares: divided.map(({ person, floor, odd }, index) => ({ person, amount: floor + odd + (base[index] ?? 0) })),
    odd: divided.filter(({ odd }) => odd > 0).map(({ person, odd }) => ({ person, units: odd })),
  });
}
