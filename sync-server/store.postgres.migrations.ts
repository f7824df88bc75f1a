import type { ClientBase } from 'pg';

/**
 * What brings a database up to date, in order: numbered from 1, appended, never edited. The tables are those of the SQLite
 * adapter; what differs is that nothing may be known to one relay only, so that what is used in all is counted here too.
 */
const MIGRATIONS: readonly string[] = [
  `
CREATE TABLE meta (name text PRIMARY KEY, value text NOT NULL);
-- Rows that change with every append leave room beside them for their next versions.
CREATE TABLE ledger (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, ledger uuid NOT NULL UNIQUE,
  records integer NOT NULL DEFAULT 0, bytes bigint NOT NULL DEFAULT 0, documents integer NOT NULL DEFAULT 0
) WITH (fillfactor = 70);
CREATE TABLE record (ledger bigint NOT NULL, number integer NOT NULL, bytes bytea NOT NULL, PRIMARY KEY (ledger, number));
CREATE TABLE document (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, ledger bigint NOT NULL, document uuid NOT NULL,
  seq bigint NOT NULL, frame uuid NOT NULL, dropped bigint NOT NULL DEFAULT 0, UNIQUE (ledger, document)
) WITH (fillfactor = 70);
CREATE TABLE log (document bigint NOT NULL, seq bigint NOT NULL, frame uuid NOT NULL, bytes bytea NOT NULL, PRIMARY KEY (document, seq), UNIQUE (document, frame));
CREATE TABLE snapshot (
  document bigint NOT NULL, seq bigint NOT NULL, covers bigint NOT NULL, covers_frame uuid NOT NULL, member text NOT NULL, vouched boolean NOT NULL,
  endorser bytea, endorsement bytea,
  due bigint, -- when it was vouched for, until what it covers has been dropped
  PRIMARY KEY (document, seq)
);
CREATE INDEX snapshot_due ON snapshot (due) WHERE due IS NOT NULL;
CREATE TABLE blob (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, ledger bigint NOT NULL, blob uuid NOT NULL,
  chunks integer NOT NULL, missing integer NOT NULL, touched bigint NOT NULL, UNIQUE (ledger, blob)
);
CREATE INDEX blob_incomplete ON blob (touched) WHERE missing > 0;
CREATE TABLE chunk (blob bigint NOT NULL, chunk integer NOT NULL, bytes bytea NOT NULL, PRIMARY KEY (blob, chunk));
CREATE TABLE box (box uuid PRIMARY KEY, bytes bytea NOT NULL, expires bigint NOT NULL);
CREATE INDEX box_expires ON box (expires);
-- What is sealed does not get smaller: PostgreSQL need not try.
ALTER TABLE record ALTER bytes SET STORAGE EXTERNAL;
ALTER TABLE log ALTER bytes SET STORAGE EXTERNAL;
ALTER TABLE chunk ALTER bytes SET STORAGE EXTERNAL;
-- All that counts, in many rows of which each connection changes one: a single one would let only one commit at a time.
CREATE TABLE total (shard integer PRIMARY KEY, bytes bigint NOT NULL, boxes bigint NOT NULL) WITH (fillfactor = 10);
`,
];

/** Two relays that start at once bring the database up to date one after the other. Any number will do that nobody else takes. */
const LOCK = 7_461_736_001;

/** Brings a database up to date and answers its incarnation. Throws for one that a newer relay has worked on. */
export async function migrate(client: ClientBase, newIncarnation: () => string): Promise<string> {
  await client.query('BEGIN');
  await client.query('SELECT pg_advisory_xact_lock($1)', [LOCK]);
  await client.query('CREATE TABLE IF NOT EXISTS migration (number integer PRIMARY KEY, applied timestamptz NOT NULL DEFAULT now())');
  const { rows } = await client.query<{ last: number }>('SELECT coalesce(max(number), 0) AS last FROM migration');
  const last = rows[0]?.last ?? 0;
  if (last > MIGRATIONS.length) throw new Error(`the relay's database is of a newer version (${last})`);
  for (const [index, migration] of MIGRATIONS.entries()) {
    if (index < last) continue;
    await client.query(migration);
    await client.query('INSERT INTO migration (number) VALUES ($1)', [index + 1]);
  }
  await client.query("INSERT INTO meta VALUES ('incarnation', $1) ON CONFLICT DO NOTHING", [newIncarnation()]);
  const incarnation = (await client.query<{ value: string }>("SELECT value FROM meta WHERE name = 'incarnation'")).rows[0]?.value;
  if (incarnation === undefined) throw new Error("the relay's database has no incarnation");
  await client.query('COMMIT');
  return incarnation;
}
