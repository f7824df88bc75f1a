import type { Reader } from '#main/db/reader.ts';

/** Where an entry stands in a ledger's order: the list shows the greatest first. */
export interface Position {
  date: string;
  place: string;
  key: number;
}

/** Whether a position stands nearer to the top than to the end: of the entries of its day, and of all. */
export interface NearTop {
  ofDay: boolean;
  ofAll: boolean;
}

/** A person's balance in a currency after the entry at a position and all that stand before it, in minor units. */
export type ReadRunning = (ledger: number, person: number, currency: string, position: Position, isNearTop: NearTop) => number;

/** Reads sums of days and some entries of one day, never all entries; and of both the smaller part. */
export function createRunning(reader: Reader): ReadRunning {
  const total = reader.prepare<[number, string], number>('SELECT coalesce(sum(effect), 0) FROM person_total WHERE person = ? AND currency = ?').pluck();
  const days = (condition: string) =>
    reader.prepare<[number, string, string], number>(`SELECT coalesce(sum(effect), 0) FROM person_day WHERE person = ? AND currency = ? AND date ${condition} ?`).pluck();
  const within = (condition: string) =>
    reader.prepare<[string, number, string, string, number, string], number>(
      `SELECT coalesce(sum(effects ->> ?), 0) FROM entry WHERE ledger = ? AND date = ? AND (place, key) ${condition} (?, ?) AND currency = ?`,
    ).pluck();
  const [daysUpTo, daysAfter, onDay, upTo, after] = [days('<='), days('>'), days('='), within('<='), within('>')];

  return (ledger, person, currency, { date, place, key }, isNearTop) => {
    const path = `$."${person}"[2]`;
    const sum = (read: typeof daysUpTo): number => read.get(person, currency, date) ?? 0;
    const part = (read: typeof upTo): number => read.get(path, ledger, date, place, key, currency) ?? 0;
    const throughDay = isNearTop.ofAll ? (total.get(person, currency) ?? 0) - sum(daysAfter) : sum(daysUpTo);
    return throughDay - (isNearTop.ofDay ? part(after) : sum(onDay) - part(upTo));
  };
}
