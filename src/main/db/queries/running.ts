import type { Reader } from '#main/db/reader.ts';

/** Where an entry stands in a ledger's order: the list shows the greatest first. */
export interface Position {
  date: string;
  place: string;
  key: number;
}

/** A person's balance in a currency after the entry at a position and all that stand before it, in minor units. */
export type ReadRunning = (person: number, currency: string, position: Position) => number;

/** Reads at most one sum per day and the entries of one day, never all entries. */
export function createRunning(reader: Reader): ReadRunning {
  const before = reader.prepare<[number, string, string], number>(
    'SELECT coalesce(sum(effect), 0) FROM person_day WHERE person = ? AND currency = ? AND date < ?',
  ).pluck();
  const onTheDay = reader.prepare<[number, string, string, string, number], number>(
    `SELECT coalesce(sum(effect), 0) FROM effect WHERE person = ? AND currency = ? AND date = ? AND (place, entry) <= (?, ?)`,
  ).pluck();
  return (person, currency, { date, place, key }) =>
    (before.get(person, currency, date) ?? 0) + (onTheDay.get(person, currency, date, place, key) ?? 0);
}
