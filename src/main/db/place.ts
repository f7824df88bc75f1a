import type { Id } from '#domain/ids.ts';
import type { Revision } from '#domain/revision.ts';

const TIME_LENGTH = 11;

/** SQL for the id at the end of a place. */
export const PLACE_TO_ID = `substr(entry.place, ${TIME_LENGTH + 1})`;

/**
 * Where a thing stands among those of the same day, as text that sorts: when its first revision was made by the clock
 * of its author, then its id. The list is by date first, so a clock that is years off can only misplace entries within
 * a day; it is the same order on every device, whatever arrived when, and an entry keeps its place when it is edited.
 */
export function revisionsToPlace(thing: Id, revisions: readonly Pick<Revision, 'at' | 'prev'>[]): string {
  const first = revisions.filter(({ prev }) => prev.length === 0);
  const made = Math.min(...(first.length > 0 ? first : revisions).map(({ at }) => at));
  return made.toString(36).padStart(TIME_LENGTH, '0') + thing;
}
