import { MAXIMUM_RECORDS_AT_ONCE } from '#sync/protocol/limits.ts';
import { done, failed, type PostgresDatabase } from './store.postgres.database.ts';
import type { RelayStore } from './store.ts';

const selectRecords = {
  name: 'records',
  text: `
WITH place AS (SELECT id, records FROM ledger WHERE ledger = $1),
following AS (
  SELECT number, octet_length(bytes) AS length FROM record WHERE ledger = (SELECT id FROM place) AND number >= $2 ORDER BY number LIMIT ${MAXIMUM_RECORDS_AT_ONCE}
),
sized AS (SELECT number, sum(length) OVER (ORDER BY number) AS reaching, row_number() OVER (ORDER BY number) AS place FROM following),
taken AS (
  SELECT number, (SELECT bytes FROM record WHERE ledger = (SELECT id FROM place) AND record.number = sized.number) AS bytes FROM sized
  WHERE place = 1 OR reaching <= $3
)
SELECT place.records, taken.bytes FROM place LEFT JOIN taken ON true ORDER BY taken.number`,
};
const insertRecords = {
  name: 'records-add',
  text: `
INSERT INTO record SELECT $1, $2 + place - 1, substring($3::bytea FROM start FOR length)
FROM unnest($4::integer[], $5::integer[]) WITH ORDINALITY AS given (start, length, place)`,
};
const setCount = { name: 'records-count', text: 'UPDATE ledger SET records = $2 WHERE id = $1' };

/** The lines of membership records of a relay's store in PostgreSQL. */
export function createPostgresRecords({ read, write }: PostgresDatabase): Pick<RelayStore, 'records' | 'appendRecords'> {
  return {
    records: (ledger, from, maximumBytes) =>
      read(selectRecords, [ledger, from, maximumBytes], (rows: { records: number; bytes: Uint8Array | null }[]) =>
        done({ count: rows[0]?.records ?? 0, records: rows.flatMap(({ bytes }) => bytes ?? []) })),
    appendRecords: (place, records, mayUseReserve) =>
      write(async (transaction) => {
        const there = await transaction.lock(place);
        if (there === 'stale') return failed('stale');
        const all = Buffer.concat(records);
        if (!(await transaction.hasRoom(there, all.length, mayUseReserve))) return failed('quota');
        const row = await transaction.settle(place, there);
        // It was unknown a moment ago: another relay may have founded it in between.
        if (row.records !== place.records) return failed('stale');
        let start = 1;
        const starts = records.map(({ length }) => (start += length) - length);
        await transaction.query(insertRecords, [row.id, row.records, all, starts, records.map(({ length }) => length)]);
        await transaction.query(setCount, [row.id, row.records + records.length]);
        await transaction.count(row.id, all.length);
        return done(undefined);
      }),
  };
}
