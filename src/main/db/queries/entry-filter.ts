import type { EntryFilter } from '#contract/api.ts';
import { toSearchQuery } from '#domain/search-text.ts';

export interface FilterSql {
  /** `FROM entry WHERE …` */
  from: string;
  parameters: (string | number)[];
  /** The text asked for holds nothing that can be searched. */
  nothing: boolean;
}

/** The SQL of a filter; undefined where it filters nothing. Values are parameters, never part of the text. */
export function filterToSql(ledger: number, filter: EntryFilter): FilterSql | undefined {
  const conditions: string[] = [];
  const parameters: (string | number)[] = [ledger];
  const where = (condition: string, ...values: (string | number)[]): void => {
    conditions.push(condition);
    parameters.push(...values);
  };
  let nothing = false;

  if (filter.from !== undefined) where('entry.date >= ?', filter.from);
  if (filter.to !== undefined) where('entry.date <= ?', filter.to);
  if (filter.category !== undefined) where('entry.category = ?', filter.category);
  if (filter.kind !== undefined) where('entry.kind = ?', filter.kind);
  if (filter.currency !== undefined) where('entry.currency = ?', filter.currency);
  if (filter.person !== undefined) {
    where(`instr(entry.people, ',' || (SELECT key FROM person WHERE ledger = ? AND id = ?) || ',') > 0`, ledger, filter.person);
  }
  if (filter.only === 'active' || filter.only === 'void') where('entry.void = ?', Number(filter.only === 'void'));
  if (filter.only === 'conflict') where('entry.conflict = 1');
  if (filter.only === 'waiting') {
    where(
      `entry.revision IN (SELECT revision.key FROM document JOIN change INDEXED BY change_waiting ON change.document = document.key AND change.waiting = 1
       JOIN revision ON revision.change = change.key WHERE document.ledger = ?)`,
      ledger,
    );
  }
  if (filter.text !== undefined && filter.text.trim() !== '') {
    const query = toSearchQuery(filter.text);
    nothing = query === null;
    where('entry.key IN (SELECT rowid & 4294967295 FROM search WHERE search MATCH ?)', query ?? '');
  }
  if (conditions.length === 0) return undefined;
  return { from: `FROM entry WHERE entry.ledger = ? AND ${conditions.join(' AND ')}`, parameters, nothing };
}
