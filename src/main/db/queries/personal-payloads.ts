import type { Id, LedgerId } from '#domain/ids.ts';
import type { Reader } from '#main/db/reader.ts';

/** The payloads that count of the types in the table `personal`. */
export interface PersonalPayloads {
  /** In the order of their things. */
  all(ledger: LedgerId, type: string): string[];
  one(ledger: LedgerId, type: string, thing: Id): string | undefined;
}

export function createPersonalPayloads(reader: Reader): PersonalPayloads {
  const select = `SELECT revision.payload FROM ledger JOIN personal ON personal.ledger = ledger.key JOIN revision ON revision.key = personal.revision
    WHERE ledger.id = ? AND personal.type = ?`;
  const all = reader.prepare<[string, string], string>(`${select} ORDER BY personal.thing`).pluck();
  const one = reader.prepare<[string, string, string], string>(`${select} AND personal.thing = ?`).pluck();
  return { all: (ledger, type) => all.all(ledger, type), one: (ledger, type, thing) => one.get(ledger, type, thing) };
}
