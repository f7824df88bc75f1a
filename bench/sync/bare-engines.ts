import Database from 'better-sqlite3';
import { Client } from 'pg';

/** Rows of one batch: one transaction, one wait for the disk. */
const BATCH = 100;

/** What a log of frames cannot do without: a place in its document, and that no frame is there twice. */
const sqliteTable = `
CREATE TABLE log (document TEXT, seq INTEGER, frame BLOB, bytes BLOB, PRIMARY KEY (document, seq)) WITHOUT ROWID;
CREATE UNIQUE INDEX log_frame ON log (document, frame);`;
const postgresTable = `
CREATE TABLE log (document uuid, seq bigint, frame bytea, bytes bytea, PRIMARY KEY (document, seq), UNIQUE (document, frame))`;

export interface Row {
  readonly document: string;
  readonly frame: Uint8Array;
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
    for (const { document, seq, frame, bytes } of batch) insert.run(document, seq, frame, bytes);
  });
  const start = performance.now();
  for (const batch of toBatches(rows)) insertBatch(batch);
  const rate = perSecond(rows.length, start);
  database.close();
  return rate;
}

/** The same of PostgreSQL alone (`synchronous_commit` as it comes: on), one statement a batch. */
export async function measureBarePostgres(url: string, rows: readonly Row[]): Promise<number> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(postgresTable);
  const text = 'INSERT INTO log SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::bytea[], $4::bytea[])';
  const start = performance.now();
  for (const batch of toBatches(rows)) {
    await client.query({
      name: 'insert', text,
      values: [batch.map(({ document }) => document), batch.map(({ seq }) => seq), batch.map(({ frame }) => Buffer.from(frame)), batch.map(({ bytes }) => Buffer.from(bytes))],
    });
  }
  const rate = perSecond(rows.length, start);
  await client.end();
  return rate;
}
