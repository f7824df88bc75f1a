import type { LedgerId } from '#domain/ids.ts';
import type { Repo } from '#sync/repo.ts';

/** Gets ledgers ready to be written in, after what is asked for now has been answered. */
export interface Warmer {
  /** Somebody looks at this ledger: they may want to write in it soon. */
  expect(ledger: LedgerId): void;
  /** Resolves when nothing reads the store any more. */
  close(): Promise<void>;
}

/** The first screen comes first. Milliseconds. */
const DELAY = 400;

export function createWarmer(repo: Pick<Repo, 'warm'>, onBug: (error: unknown) => void): Warmer {
  const warmed = new Set<LedgerId>();
  const timers = new Set<NodeJS.Timeout>();
  let last: Promise<unknown> = Promise.resolve();
  return {
    expect(ledger) {
      if (warmed.has(ledger)) return;
      warmed.add(ledger);
      const timer = setTimeout(() => {
        timers.delete(timer);
        last = last.then(() => repo.warm(ledger)).catch(onBug);
      }, DELAY);
      timers.add(timer);
    },
    async close() {
      for (const timer of timers) clearTimeout(timer);
      await last;
    },
  };
}
