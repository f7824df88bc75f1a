import Database from 'better-sqlite3';
import { Client } from 'pg';

/** Rows of one batch: one transaction, one wait for the disk. */
const BATCH = 100;

/** What a log of frames cannot do without: a place in its document, and that no frame is there twice. */
const sqliteTable = `
CREATE TABLE log (document INTEGER, seq INTEGER, frame BLOB, bytes BLOB, PRIMARY KEY (document, seq));
CREATE UNIQUE INDEX log_frame ON log (document, frame);`;
const postgresTable = `
CREATE TABLE log (document bigint, seq bigint, frame uuid, bytes bytea, PRIMARY KEY (document, seq), UNIQUE (document, frame));
ALTER TABLE log ALTER bytes SET STORAGE EXTERNAL`;
/** The document of all rows. */
const DOCUMENT = 1;

export interface Row {
  /** 32 hexadecimal digits. */
  readonly frame: string;
  readonly bytes: Uint8Array;
}

function* toBatches(rows: readonly Row[]): Generator<(Row & { seq: number })[]> {
  for (let first = 0; first < rows.length; first += BATCH) {
    yield rows.slice(first, first + BATCH).map((row, index) => ({ ...row, seq: first + index + 1 }));
  }
}

const perSecond = (rows: number, start: number): number => (rows * 1_000) / (performance.now() - start);

/** Durable inserts per second of SQLite alone, in batches of 100. */
export function measureBareSqlite(path: string, rows: readonly Row[]): number {
  const database = new Database(path);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.exec(sqliteTable);
  const insert = database.prepare('INSERT INTO log VALUES (?, ?, ?, ?)');
  const insertBatch = database.transaction((batch: readonly (Row & { seq: number })[]) => {
    for (const { seq, frame, bytes } of batch) insert.run(DOCUMENT, seq, Buffer.from(frame, 'hex'), bytes);
  });
  const start = performance.now();
  for (const batch of toBatches(rows)) insertBatch(batch);
  const rate = perSecond(rows.length, start);
  database.close();
  return rate;
}

/**
 * The same of PostgreSQL alone (`synchronous_commit` as it comes: on), one statement a batch. The bytes of all rows travel as one:
 * as an array of `bytea` they would take it a third longer.
 */
export async function measureBarePostgres(url: string, rows: readonly Row[]): Promise<number> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(postgresTable);
  const text = `
    INSERT INTO log SELECT ${DOCUMENT}, seq, frame, substring($4::bytea FROM start FOR length)
    FROM unnest($1::bigint[], $2::uuid[], $3::integer[], $5::integer[]) AS given (seq, frame, start, length)`;
  const start = performance.now();
  for (const batch of toBatches(rows)) {
    let at = 1;
    const starts = batch.map(({ bytes }) => (at += bytes.length) - bytes.length);
    await client.query({
      name: 'insert', text,
      values: [batch.map(({ seq }) => seq), batch.map(({ frame }) => frame), starts, Buffer.concat(batch.map(({ bytes }) => bytes)), batch.map(({ bytes }) => bytes.length)],
    });
  }
  const rate = perSecond(rows.length, start);
  await client.end();
  return rate;
}
