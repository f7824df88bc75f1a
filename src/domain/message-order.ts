/**
 * The order of a chat, the same on every device whatever came when. A message names the last one its author saw
 * (`after`), and its *moment* is its author's time, but always later than the moment of that one. So
 * - what somebody saw comes before what they wrote, whatever clocks say;
 * - a clock that is behind moves a message up to what its author had seen, and no further;
 * - a clock that is ahead moves a message down until somebody who saw it answers: that is later, and so is all that follows;
 * - who was offline for weeks finds what they wrote meanwhile at its time, among what they could not see.
 * Where the message that was seen is not here (yet), the author's time stands alone. An `after` is the hash of what it
 * names, so no two can be after each other.
 */
import type { RevisionId } from './ids.ts';

/** Milliseconds; as times end at 8.64e15, there is room for 3e14 more answers below what a number holds exactly. */
export const toMoment = (at: number, seen: number | undefined): number => (seen === undefined ? at : Math.max(at, seen + 1));

export interface Place {
  readonly moment: number;
  readonly id: RevisionId;
}

/** Less than zero where `a` comes first. */
export const comparePlaces = (a: Place, b: Place): number => a.moment - b.moment || (a.id < b.id ? -1 : Number(a.id > b.id));
