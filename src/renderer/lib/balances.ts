import type { LedgerSummaryView, MoneyView } from '#contract/views.ts';

/** My balances in a ledger, the one in the ledger's own currency first. */
export const ownCurrencyFirst = ({ balances, currency }: Pick<LedgerSummaryView, 'balances' | 'currency'>): MoneyView[] =>
  balances.toSorted((a, b) => Number(b.currency === currency) - Number(a.currency === currency));
