import type { LedgerId } from '#domain/ids.ts';

/** From a file to entries, with everything shown before anything is written. */
export function ImportPage({ ledgerId }: { ledgerId: LedgerId | null }) {
  return <section aria-label={ledgerId ?? ''} />;
}
