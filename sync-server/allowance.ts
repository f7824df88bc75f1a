/** What somebody may do so often: some at once, and then as much as time gives back. */
export interface Allowance {
  /** Whether there was one left. */
  take(): boolean;
}

/** `now` in milliseconds; a clock that goes back gives nothing. */
export function createAllowance({ atOnce, perSecond }: { readonly atOnce: number; readonly perSecond: number }, now: () => number): Allowance {
  let left = atOnce;
  let last = now();
  return {
    take() {
      const at = now();
      left = Math.min(atOnce, left + (Math.max(0, at - last) / 1000) * perSecond);
      last = at;
      if (left < 1) return false;
      left -= 1;
      return true;
    },
  };
}
