/** The PostgreSQL database under a relay's store: its connections, and how its parts read and write. */
import { DatabaseError, Pool, types, type ClientBase, type ClientConfig, type PoolClient, type QueryResultRow } from 'pg';
import { migrate } from './store.postgres.migrations.ts';
import { RECORD_RESERVE, type Outcome, type Place, type RelayStoreFailure, type Settled } from './store.ts';

/** It is planned once for each connection, under its name. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

export interface LedgerRow {
  readonly id: number;
  readonly records: number;
  readonly bytes: number;
  readonly documents: number;
}

/** One transaction. */
export interface Transaction {
  query<Row extends QueryResultRow>(statement: Statement, values: readonly unknown[]): Promise<Row[]>;
  /** The ledger, if it has as many records as the caller thinks; null where it is unknown and was thought to be. Nobody else writes to it until the end of this transaction. */
  lock(place: Place): Promise<LedgerRow | null | 'stale'>;
  /** The row of a ledger that there must be from now on. */
  settle(place: Place, row: LedgerRow | null): Promise<LedgerRow>;
  /** `mayUseReserve`: see RECORD_RESERVE. */
  hasRoom(row: LedgerRow | null, bytes: number, mayUseReserve?: boolean): Promise<boolean>;
  /** Counts bytes as the ledger's, or not any more; null: those of the mailbox. Comes last, so that transactions can't wait for each other in a circle. */
  count(ledgerId: number | null, bytes: number, boxes?: number): Promise<void>;
}

/** What the parts of the store have in common. */
export interface PostgresDatabase {
  readonly ledgerBytes: number;
  readonly totalBytes: number;
  /** One statement, and so one moment that all of its answer is of. */
  read<Row extends QueryResultRow, T, Code extends string = never>(statement: Statement, values: readonly unknown[], judge: (rows: Row[]) => Settled<T, Code>): Outcome<T, Code>;
  /** A step that fails by its answer must have written nothing. Answers after COMMIT. */
  write<T, Code extends string = never>(step: (transaction: Transaction) => Promise<Settled<T, Code>>): Outcome<T, Code>;
  close(): Promise<void>;
}

export interface PostgresDatabaseOptions {
  /** `postgres://…`; the database must be there, tables are made. */
  readonly url: string;
  readonly ledgerBytes: number;
  readonly totalBytes: number;
  /** How many connections this relay may have open at a time, the one for hints not counted. */
  readonly connections: number;
  newIncarnation(): string;
  /** Why the database failed: an SQLSTATE, or the name of an error of the network. */
  onFailure?(reason: string): void;
}

export const done = <T>(value: T) => ({ ok: true, value }) as const;
export const failed = <Code extends string>(code: Code) => ({ ok: false, code }) as const;

const BIGINT = 20;
const UUID = 2950;
/** Numbers stay below 2^53, and ids are 32 hexadecimal digits everywhere else. */
const typeParsers: typeof types.getTypeParser = (id: number, format?: 'text' | 'binary') => {
  if (id === BIGINT) return Number;
  if (id === UUID) return (text: string) => text.replaceAll('-', '');
  return types.getTypeParser(id, format);
};

const MILLISECONDS = { statement: 10_000, lock: 5_000, connect: 5_000, answer: 15_000 };

/** How a relay connects, for the store and for hints alike. */
export const toClientConfig = (url: string): ClientConfig => ({
  connectionString: url,
  application_name: 'tallystick relay',
  connectionTimeoutMillis: MILLISECONDS.connect,
  // The database may be gone without a word: then its answers don't come, and the connection is given up.
  query_timeout: MILLISECONDS.answer,
  keepAlive: true,
  types: { getTypeParser: typeParsers },
});

/** Sets PostgreSQL's own settings for a connection. */
export const configure = (client: ClientBase, settings: Readonly<Record<string, string>>): Promise<unknown> =>
  client.query('SELECT set_config(name, value, false) FROM unnest($1::text[], $2::text[]) AS given (name, value)', [Object.keys(settings), Object.values(settings)]);

const SETTINGS = {
  synchronous_commit: 'on',
  statement_timeout: String(MILLISECONDS.statement),
  lock_timeout: String(MILLISECONDS.lock),
  idle_in_transaction_session_timeout: String(MILLISECONDS.statement),
  // Every question here is answered by an index. Plans are kept, and one that was made while a table was small must not read all of it later.
  enable_seqscan: 'off', enable_bitmapscan: 'off', enable_hashjoin: 'off', enable_mergejoin: 'off', jit: 'off', plan_cache_mode: 'force_generic_plan',
};

/** Prepares a connection of the store. What is acknowledged must be on the disk: throws where that isn't so, and says why. */
async function prepare(client: ClientBase): Promise<void> {
  // Nobody else listens while a statement runs: the statement fails of itself then.
  client.on('error', () => undefined);
  await configure(client, SETTINGS);
  const { rows } = await client.query<{ commit: string; fsync: string; standby: boolean }>(
    "SELECT current_setting('synchronous_commit') AS commit, current_setting('fsync') AS fsync, pg_is_in_recovery() AS standby");
  const [row] = rows;
  if (row?.commit !== 'on') throw new Error('the database forgets settings: connect to it without a pooler that shares connections');
  if (row.fsync !== 'on') throw new Error('the database has fsync off: it would lose what was acknowledged');
  if (row.standby) throw new Error('the database is a standby: nothing can be written to it');
}

const NO_ROOM = '53'; // PostgreSQL, appendix A: class 53, insufficient resources
const TRY_AGAIN = ['40001', '40P01']; // serialization failure, deadlock
const TRIES = 3;

function errorToReason(error: unknown): string {
  if (error instanceof DatabaseError) return error.code ?? 'unknown';
  if (error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError || !(error instanceof Error)) throw error;
  return 'code' in error ? String(error.code) : 'connection lost';
}

const selectLedger = { name: 'ledger', text: 'SELECT id, records, bytes, documents FROM ledger WHERE ledger = $1 FOR UPDATE' };
const insertLedger = { name: 'ledger-new', text: 'INSERT INTO ledger (ledger) VALUES ($1) ON CONFLICT DO NOTHING' };
const addBytes = { name: 'ledger-bytes', text: 'UPDATE ledger SET bytes = bytes + $2 WHERE id = $1' };
export const sumTotal = { name: 'total', text: 'SELECT coalesce(sum(bytes), 0)::bigint AS bytes, coalesce(sum(boxes), 0)::bigint AS boxes FROM total' };
/** Each connection has its own row as far as there are rows. */
export const SHARD = 'pg_backend_pid() % 64';
const addTotal = {
  name: 'total-add',
  text: `INSERT INTO total VALUES (${SHARD}, $1, $2) ON CONFLICT (shard) DO UPDATE SET bytes = total.bytes + excluded.bytes, boxes = total.boxes + excluded.boxes`,
};

function toTransaction(client: PoolClient, { ledgerBytes, totalBytes }: PostgresDatabaseOptions): Transaction {
  const query = async <Row extends QueryResultRow>(statement: Statement, values: readonly unknown[]): Promise<Row[]> =>
    (await client.query<Row>({ ...statement, values: [...values] })).rows;
  return {
    query,
    async lock({ ledger, records }) {
      const row = (await query<LedgerRow & QueryResultRow>(selectLedger, [ledger]))[0] ?? null;
      return (row?.records ?? 0) === records ? row : 'stale';
    },
    async settle({ ledger }, row) {
      if (row) return row;
      await query(insertLedger, [ledger]);
      const made = (await query<LedgerRow & QueryResultRow>(selectLedger, [ledger]))[0];
      if (!made) throw new Error('a ledger that was just made is not there');
      return made;
    },
    async hasRoom(row, bytes, mayUseReserve = false) {
      if ((row?.bytes ?? 0) + bytes > ledgerBytes * (mayUseReserve ? 1 + RECORD_RESERVE : 1)) return false;
      if (totalBytes === Infinity) return true;
      const total = (await query<{ bytes: number }>(sumTotal, []))[0]?.bytes ?? 0;
      return total + bytes <= totalBytes;
    },
    async count(ledgerId, bytes, boxes = 0) {
      if (ledgerId !== null) await query(addBytes, [ledgerId, bytes]);
      await query(addTotal, [bytes, boxes]);
    },
  };
}

/** Opens the database and brings it up to date. Throws where that can't be done, never with the address, which may hold a password. */
export async function openPostgresDatabase(options: PostgresDatabaseOptions): Promise<PostgresDatabase & { readonly incarnation: string }> {
  const { url, connections, ledgerBytes, totalBytes, onFailure } = options;
  const pool = new Pool({ ...toClientConfig(url), max: connections, idleTimeoutMillis: 60_000, onConnect: prepare });
  // Connections that nobody was using broke; the next who needs one gets a new one.
  pool.on('error', () => undefined);

  function toFailure(error: unknown): RelayStoreFailure {
    const reason = errorToReason(error);
    onFailure?.(reason);
    return reason.startsWith(NO_ROOM) ? 'relay_full' : 'relay_failed';
  }

  /** One try of a transaction. */
  async function run<T, Code extends string>(step: (transaction: Transaction) => Promise<Settled<T, Code>>): Promise<Settled<T, Code>> {
    const client = await pool.connect();
    try {
      await client.query('BEGIN');
      const settled = await step(toTransaction(client, options));
      const { command } = await client.query(settled.ok ? 'COMMIT' : 'ROLLBACK');
      if (settled.ok && command !== 'COMMIT') throw new Error('the database did not commit');
      client.release();
      return settled;
    } catch (error) {
      // Whatever state this connection is in, nobody else shall have it.
      client.release(true);
      throw error;
    }
  }

  let incarnation: string;
  try {
    const client = await pool.connect();
    // Another relay may be making the tables: that may take longer than anything later.
    await client.query('SET lock_timeout = 0; SET statement_timeout = 0');
    incarnation = await migrate(client, options.newIncarnation).finally(() => client.release(true));
  } catch (error) {
    await pool.end();
    throw error;
  }

  return {
    incarnation,
    ledgerBytes,
    totalBytes,
    async read(statement, values, judge) {
      try {
        const { rows } = await pool.query({ ...statement, values: [...values] });
        return judge(rows);
      } catch (error) {
        return failed(toFailure(error));
      }
    },
    async write(step) {
      for (let tries = 1; ; tries += 1) {
        try {
          return await run(step);
        } catch (error) {
          if (tries < TRIES && error instanceof DatabaseError && TRY_AGAIN.includes(error.code ?? '')) continue;
          return failed(toFailure(error));
        }
      }
    },
    close: () => pool.end(),
  };
}
