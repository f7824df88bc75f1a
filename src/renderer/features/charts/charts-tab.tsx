import type { LedgerView } from '#contract/views.ts';

/** Where the money went, in pictures that are tables too. */
export function ChartsTab({ ledger }: { ledger: LedgerView }) {
  return <section aria-label={ledger.name} />;
}
