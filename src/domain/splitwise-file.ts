import type { LocalDate } from './date.ts';

/** What somebody paid in a row less what of it was theirs, in minor units; over a row it sums to zero. */
export interface SplitwiseCell {
  name: string;
  net: number;
}

export interface SplitwiseRow {
  /** The same for the same row in a later export: what ids derive from. Twins in one file are told apart by their count. */
  key: string;
  /** Line of the file, from 1. */
  line: number;
  date: LocalDate;
  description: string;
  /** As the file has it; see `toCategory`. */
  category: string;
  currency: string;
  /** Minor units, more than zero: a negative cost is a refund. */
  amount: number;
  kind: 'expense' | 'refund' | 'settlement';
  /** Without those of zero. */
  cells: SplitwiseCell[];
}

export type RowErrorCode =
  | 'row_too_short' | 'row_too_long' | 'row_unreadable' | 'row_does_not_sum' | 'row_amount_invalid' | 'row_date_invalid'
  | 'row_currency_unknown' | 'row_no_people' | 'file_truncated';

export interface SplitwiseProblem {
  line: number;
  code: RowErrorCode;
  /** The row as it was read, at most 200 characters. */
  text: string;
}

/** What the file itself says a person's balance is. */
export interface SplitwiseFooter {
  currency: string;
  cells: SplitwiseCell[];
}

export interface SplitwiseFile {
  people: string[];
  rows: SplitwiseRow[];
  problems: SplitwiseProblem[];
  footers: SplitwiseFooter[];
}
