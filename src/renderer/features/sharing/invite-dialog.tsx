import type { LedgerView } from '#contract/views.ts';

/** The link, QR code and short code that let somebody else into a ledger. */
export function InviteDialog({ ledger, opened }: { ledger: LedgerView; opened: boolean; onClose(): void }) {
  return opened ? <section aria-label={ledger.name} /> : null;
}
