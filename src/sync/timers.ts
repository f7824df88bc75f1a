/** Time that passes. The host lends it, so that a test can let it pass. */
export interface Timers {
  /** Runs a task after so many milliseconds, unless the returned function is called before. */
  after(milliseconds: number, task: () => void): () => void;
}

export const systemTimers: Timers = {
  after(milliseconds, task) {
    const timer = setTimeout(task, milliseconds);
    return () => clearTimeout(timer);
  },
};

/**
 * How long to wait before the next try, in milliseconds: doubled with every failure, and spread by `random` (0 to 1), so
 * that a relay that comes back is not met by everybody at once.
 */
export function backoffDelay(failures: number, random: number, longest = 60_000): number {
  const delay = Math.min(longest, 1_000 * 2 ** Math.min(failures, 20));
  return Math.round(delay * (0.5 + random / 2));
}
