import { useEffect, useState } from 'react';

/** Whole seconds since a moment (milliseconds since 1970), as they pass; null where there is none. */
export function useSeconds(since: number | null): number | null {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (since === null) return undefined;
    const ticking = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(ticking);
  }, [since]);
  return since === null ? null : Math.max(0, Math.floor((now - since) / 1_000));
}
