import type { EntryFilter } from '#contract/api.ts';
import type { EntryPageView, EntryRowView, SearchView } from '#contract/views.ts';
import { toSearchQuery } from '#domain/search-text.ts';
import type { EntryId } from '#domain/ids.ts';
import type { RevisionOf } from '#domain/revision.ts';
import type { Reader } from '#main/db/reader.ts';
import { payloadToRevision } from '#main/db/payload.ts';
import { GIVEN } from '#main/db/schema.ts';
import { createEntryRows, ENTRY_COLUMNS, ENTRY_JOINS, type EntryRow } from './entry-rows.ts';
import { filterToSql } from './entry-filter.ts';
import type { LedgerRow } from './ledgers.ts';
import { createRunning } from './running.ts';

export interface EntryQueries {
  /** Newest first. Without a filter the cost does not depend on the offset: days are skipped by their counts. */
  page(ledger: LedgerRow, offset: number, limit: number, filter: EntryFilter | undefined): EntryPageView;
  /** The newest entries of all ledgers in which every word occurs. */
  search(text: string, limit: number): Pick<SearchView, 'hits'>;
  /** The revision counted now; undefined where there is no such entry. */
  chosen(ledger: LedgerRow, entry: EntryId): RevisionOf<'entry'> | undefined;
  /** Undefined where there is no such entry. */
  state(ledger: LedgerRow, entry: EntryId): 'active' | 'void' | undefined;
}

const ORDER = 'ORDER BY entry.date DESC, entry.place DESC, entry.key DESC';
const FROM = 'FROM entry JOIN revision ON revision.key = entry.revision';

/** Rows of a page, and how many entries of the first one's day stand before it and after it, itself included. */
interface Part {
  rows: EntryRow[];
  above: number;
  below: number;
}

interface SearchRow {
  ledger: string;
  ledgerName: string;
  entry: string;
  payload: string;
}

export function createEntryQueries(reader: Reader): EntryQueries {
  const rowsToViews = createEntryRows(reader);
  const running = createRunning(reader);
  const total = reader.prepare<[number], number>('SELECT entries FROM ledger_total WHERE ledger = ?').pluck();
  const days = reader.prepare<[number], { date: string; entries: number }>('SELECT date, entries FROM ledger_day WHERE ledger = ? ORDER BY date DESC');
  const rowsFrom = reader.prepare<[number, string, number, number], EntryRow>(
    `SELECT ${ENTRY_COLUMNS} FROM entry INDEXED BY entry_order ${ENTRY_JOINS} WHERE entry.ledger = ? AND entry.date <= ? ${ORDER} LIMIT ? OFFSET ?`,
  );
  const chosen = reader.prepare<[number, string], string>(`SELECT revision.payload ${FROM} WHERE entry.ledger = ${GIVEN} AND entry.id = ${GIVEN}`).pluck();
  const isVoid = reader.prepare<[number, string], number>('SELECT void FROM entry WHERE ledger = ? AND id = ?').pluck();
  const found = reader.prepare<[string, number], SearchRow>(
    `SELECT ledger.id AS ledger, ledger_view.name AS ledgerName, entry.id AS entry, revision.payload
     FROM (SELECT rowid FROM search WHERE search MATCH ? ORDER BY rowid DESC LIMIT ?) AS hit
     JOIN entry ON entry.key = hit.rowid & 4294967295 JOIN revision ON revision.key = entry.revision
     JOIN ledger ON ledger.key = entry.ledger JOIN ledger_view ON ledger_view.ledger = ledger.key ORDER BY hit.rowid DESC`,
  );

  /** Skips whole days by their counts: a deep page costs as much as the first. */
  function rowsAt(ledger: number, offset: number, limit: number): Part {
    let left = offset;
    for (const { date, entries } of days.iterate(ledger)) {
      if (left < entries) return { rows: rowsFrom.all(ledger, date, limit, left), above: left, below: entries - left };
      left -= entries;
    }
    return { rows: [], above: 0, below: 0 };
  }

  /** The balance below each row is the one above it less what the row did; only the first of each currency is summed up. */
  function addRunning(ledger: LedgerRow, me: number, page: Part & { offset: number; total: number }, views: EntryRowView[]): EntryRowView[] {
    const balances = new Map<string, number>();
    return views.map((view, index) => {
      const row = page.rows[index];
      if (!row) return view;
      // Of a day that begins on this page, all that stands above is on this page.
      const isNearTop = row.date !== page.rows[0]?.date || page.above + index <= page.below - index;
      const balance = balances.get(view.currency) ?? running(ledger.key, me, view.currency, row, { ofDay: isNearTop, ofAll: page.offset < page.total / 2 });
      balances.set(view.currency, balance - (view.myEffect ?? 0));
      return { ...view, running: balance };
    });
  }

  return {
    page(ledger, offset, limit, filter) {
      const where = filter && filterToSql(ledger.key, filter);
      if (where) {
        // Found once, counted and sorted from there: what a filter lets through may be most of a large ledger.
        const hits = where.nothing ? [] : reader.prepare<unknown[], EntryRow & { total: number }>(
          `WITH hit AS MATERIALIZED (SELECT entry.key, entry.date, entry.place ${where.from})
           SELECT (SELECT count(*) FROM hit) AS total, ${ENTRY_COLUMNS}
           FROM (SELECT key FROM hit AS entry ${ORDER} LIMIT ? OFFSET ?) AS page JOIN entry ON entry.key = page.key ${ENTRY_JOINS} ${ORDER}`,
        ).all(...where.parameters, limit, offset);
        const isBeyond = hits.length === 0 && offset > 0 && !where.nothing;
        const count = hits[0]?.total ?? (isBeyond ? reader.prepare<unknown[], number>(`SELECT count(*) ${where.from}`).pluck().get(...where.parameters) : undefined) ?? 0;
        return { total: count, offset, rows: rowsToViews(ledger, hits) };
      }
      const part = rowsAt(ledger.key, offset, limit);
      const views = rowsToViews(ledger, part.rows);
      const all = total.get(ledger.key) ?? 0;
      return { total: all, offset, rows: ledger.meKey === null ? views : addRunning(ledger, ledger.meKey, { ...part, offset, total: all }, views) };
    },
    search(text, limit) {
      const query = toSearchQuery(text);
      if (query === null) return { hits: [] };
      return {
        hits: found.all(query, limit).map(({ ledger, ledgerName, entry, payload }) => {
          const { date, description, currency, amount, kind } = (payloadToRevision(payload) as RevisionOf<'entry'>).body;
          return { ledger, ledgerName, entry, date, description, currency, amount, kind };
        }),
      };
    },
    state(ledger, entry) {
      const found = isVoid.get(ledger.key, entry);
      return found === undefined ? undefined : found === 1 ? 'void' : 'active';
    },
    chosen(ledger, entry) {
      const payload = chosen.get(ledger.key, entry);
      return payload === undefined ? undefined : (payloadToRevision(payload) as RevisionOf<'entry'>);
    },
  };
}
