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
 * did arrive. The earliest record is what counts, whichever frame was seen first: what others built on does not become
 * later than their work. Whether the change counts is then looked at anew (review.ts).
 */
export function combineStandings(known: Standing, arriving: Standing): Standing {
  if (known.record === null || arriving.record === null) return known.record === null ? arriving : known;
  return { record: Math.min(known.record, arriving.record), refused: known.refused };
}
