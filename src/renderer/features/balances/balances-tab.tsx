import type { LedgerView } from '#contract/views.ts';

/** Who is owed what, who owes whom, and the fewest transfers that settle it. */
export function BalancesTab({ ledger }: { ledger: LedgerView }) {
  return <section aria-label={ledger.name} />;
}
