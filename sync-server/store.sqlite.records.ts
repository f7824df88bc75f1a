import { MAXIMUM_RECORDS_AT_ONCE } from '#sync/protocol/limits.ts';
import { done, failed, idToBlob, type RelayDatabase } from './store.sqlite.database.ts';
import type { RelayStore } from './store.ts';

/** The lines of membership records of a relay's store in SQLite. */
export function createSqliteRecords({ database, at, count, hasRoom, read, settle, write }: RelayDatabase): Pick<RelayStore, 'records' | 'appendRecords'> {
  const selectLedger = database.prepare<[Buffer], { id: number; records: number }>('SELECT id, records FROM ledger WHERE ledger = ?');
  const selectFrom = database.prepare<[number, number], Buffer>('SELECT bytes FROM record WHERE ledger = ? AND number >= ? ORDER BY number').pluck();
  const insert = database.prepare('INSERT INTO record VALUES (?, ?, ?)');
  const setCount = database.prepare('UPDATE ledger SET records = ? WHERE id = ?');

  return {
    records: (ledger, from, maximumBytes) =>
      read(() => {
        const row = selectLedger.get(idToBlob(ledger));
        const records: Uint8Array[] = [];
        let length = 0;
        for (const bytes of row ? selectFrom.iterate(row.id, from) : []) {
          length += bytes.length;
          if (records.length > 0 && (length > maximumBytes || records.length >= MAXIMUM_RECORDS_AT_ONCE)) break;
          records.push(bytes);
        }
        return done({ count: row?.records ?? 0, records });
      }),
    appendRecords: (place, records, mayUseReserve) =>
      write(() => {
        const there = at(place);
        if (there === 'stale') return failed('stale');
        const length = records.reduce((sum, bytes) => sum + bytes.length, 0);
        if (!hasRoom(there, length, mayUseReserve)) return failed('quota');
        const row = settle(place, there);
        records.forEach((bytes, index) => insert.run(row.id, row.records + index, bytes));
        setCount.run(row.records + records.length, row.id);
        count(row.id, length);
        return done(undefined);
      }),
  };
}
