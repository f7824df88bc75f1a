import type { LedgerId } from '#domain/ids.ts';

/** From a pasted link or a typed code into a ledger. */
export function JoinPage({ invite }: { invite?: string; onDone?(ledger: LedgerId): void }) {
  return <section aria-label={invite ?? ''} />;
}
