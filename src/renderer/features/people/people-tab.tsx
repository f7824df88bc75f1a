import type { LedgerView } from '#contract/views.ts';

/** The people of a ledger, with and without devices. */
export function PeopleTab({ ledger }: { ledger: LedgerView }) {
  return <section aria-label={ledger.name} />;
}
