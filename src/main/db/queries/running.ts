import type { Reader } from '#main/db/reader.ts';

/** Where an entry stands in a ledger's order: the list shows the greatest first. */
export interface Position {
  date: string;
  place: string;
  key: number;
}

/**
 * A person's balance in a currency after the entry at a position and all that stand before it, in minor units.
 * `isNearTop`: fewer entries of its day stand after it than before it.
 */
export type ReadRunning = (ledger: number, person: number, currency: string, position: Position, isNearTop: boolean) => number;

/** Reads a sum per day and some entries of one day, never all entries. */
export function createRunning(reader: Reader): ReadRunning {
  const days = (condition: string) =>
    reader.prepare<[number, string, string], number>(`SELECT coalesce(sum(effect), 0) FROM person_day WHERE person = ? AND currency = ? AND date ${condition} ?`).pluck();
  const within = (condition: string) =>
    reader.prepare<[string, number, string, string, number, string], number>(
      `SELECT coalesce(sum(effects ->> ?), 0) FROM entry WHERE ledger = ? AND date = ? AND (place, key) ${condition} (?, ?) AND currency = ?`,
    ).pluck();
  const [daysBefore, daysUpTo, upTo, after] = [days('<'), days('<='), within('<='), within('>')];

  return (ledger, person, currency, { date, place, key }, isNearTop) => {
    const path = `$."${person}"[2]`;
    return isNearTop
      ? (daysUpTo.get(person, currency, date) ?? 0) - (after.get(path, ledger, date, place, key, currency) ?? 0)
      : (daysBefore.get(person, currency, date) ?? 0) + (upTo.get(path, ledger, date, place, key, currency) ?? 0);
  };
}
