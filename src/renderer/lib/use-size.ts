import { useCallback } from 'react';
import { useFormat } from '#renderer/lib/format.ts';

const UNITS = ['B', 'kB', 'MB', 'GB'] as const;

/** A number of bytes as people read it: 1 kB is 1000 bytes (IEC 80000-13). */
export function useSize(): (bytes: number) => string {
  const format = useFormat();
  return useCallback(
    (bytes) => {
      const step = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
      const value = bytes / 1_000 ** step;
      return `${format.number(step === 0 || value >= 100 ? Math.round(value) : Math.round(value * 10) / 10)}\u00a0${UNITS[step]}`;
    },
    [format],
  );
}
