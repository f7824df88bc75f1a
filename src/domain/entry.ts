import { z } from 'zod';
import { localDateSchema } from './date.ts';
import { idSchema } from './ids.ts';
import { amountSchema, currencySchema, signedAmountSchema } from './money.ts';
import { lineSchema, noteSchema } from './text.ts';

/** What an entry does to balances and charts; see `entryEffects` in effects.ts for the signs. */
export const ENTRY_KINDS = ['expense', 'income', 'refund', 'transfer', 'settlement'] as const;
export const entryKindSchema = z.enum(ENTRY_KINDS);
export type EntryKind = z.infer<typeof entryKindSchema>;

export const SPLIT_MODES = ['equal', 'exact', 'percent', 'shares', 'adjustment'] as const;
export const splitModeSchema = z.enum(SPLIT_MODES);
export type SplitMode = z.infer<typeof splitModeSchema>;

/** An amount in minor units that belongs to a person. */
export const portionSchema = z.strictObject({ person: idSchema, amount: amountSchema });
export type Portion = z.infer<typeof portionSchema>;

/**
 * A person's part in a split. `value` by mode: equal: 1; exact: minor units; percent: hundredths of a percent
 * (10 000 = 100 %); shares: hundredths of a share (150 = 1.5); adjustment: minor units on top of an equal part.
 */
export const splitPartSchema = z.strictObject({ person: idSchema, value: signedAmountSchema });
export type SplitPart = z.infer<typeof splitPartSchema>;

export const splitSchema = z.strictObject({ mode: splitModeSchema, parts: z.array(splitPartSchema).min(1).max(100) });
/** How a total is to be divided: the rule a person chose, kept for editing again. */
export type Split = z.infer<typeof splitSchema>;

/** Category ids built in; a custom category is any other line of text. */
export const CATEGORIES = [
  'groceries', 'dining', 'household', 'rent', 'utilities', 'transport', 'travel', 'lodging', 'entertainment',
  'health', 'clothing', 'gifts', 'education', 'children', 'pets', 'insurance', 'taxes', 'salary', 'interest', 'general',
] as const;

/**
 * One entry as one atomic value. `payers` (who moved money) and `shares` (whose it was) each sum to `amount`.
 * For income and refunds `payers` are those who received. For a transfer or settlement the one share is the recipient.
 */
export const entryBodySchema = z.strictObject({
  kind: entryKindSchema,
  date: localDateSchema,
  description: lineSchema,
  category: lineSchema,
  note: noteSchema,
  currency: currencySchema,
  amount: amountSchema,
  payers: z.array(portionSchema).min(1).max(100),
  split: splitSchema,
  shares: z.array(portionSchema).min(1).max(100),
  /** A void entry stays in the book and counts for nothing. */
  state: z.enum(['active', 'void']),
});
export type EntryBody = z.infer<typeof entryBodySchema>;

/** What a form or an import hands in: the shares are computed from the split, never believed. */
export const entryDraftSchema = entryBodySchema.omit({ shares: true, state: true });
export type EntryDraft = z.infer<typeof entryDraftSchema>;
