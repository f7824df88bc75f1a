import type { EntryFilter } from '#contract/api.ts';

/** A filter without one of its parts; undefined where nothing is left. */
export function changeFilter(filter: EntryFilter | undefined, change: EntryFilter | Record<string, undefined>): EntryFilter | undefined {
  const kept = Object.entries({ ...filter, ...change }).filter(([, value]) => value !== undefined && value !== '');
  return kept.length > 0 ? Object.fromEntries(kept) : undefined;
}
