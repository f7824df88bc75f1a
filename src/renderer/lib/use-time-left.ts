import { useEffect, useState } from 'react';

/** Milliseconds left until a time (milliseconds since 1970), as they pass; 0 once it has passed, null where there is none. */
export function useTimeLeft(until: number | null): number | null {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const ticking = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(ticking);
  }, []);
  return until === null ? null : Math.max(0, until - now);
}

/** Minutes and seconds: `9:05`. */
export const timeLeftToText = (milliseconds: number): string => {
  const seconds = Math.ceil(milliseconds / 1_000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
};
