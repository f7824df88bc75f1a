import type { RefusalReason } from './store.ts';

/** What a change comes to by a frame that holds it. */
export interface Standing {
  /** The record that the frame names; null: no frame holds the change yet. */
  readonly record: number | null;
  /** Null: it counts. */
  readonly refused: RefusalReason | null;
}

/**
 * What a change comes to that another frame brings again. That happens where a frame was sealed anew and the first one
 * did arrive. A frame that lets the change in outweighs one that does not, and of two alike the one that names the later
 * record does: all devices come to the same, whatever they saw first.
 */
export function combineStandings(known: Standing, arriving: Standing): Standing {
  if (known.record === null) return arriving;
  if ((known.refused === null) !== (arriving.refused === null)) return known.refused === null ? known : arriving;
  return (arriving.record ?? 0) > known.record ? arriving : known;
}
