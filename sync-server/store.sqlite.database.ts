/** The SQLite file under a relay's store, and how its parts write to it together. */
import Database from 'better-sqlite3';
import { RECORD_RESERVE, type Outcome, type Place, type RelayStoreFailure, type Settled } from './store.ts';

const VERSION = 2;
/**
 * Ids are 16 bytes; what belongs to a ledger or a document refers to it by a number, which is a quarter of that. Records and
 * frames are longer than a quarter of a page: WITHOUT ROWID each would take a page of its own.
 */
const SCHEMA = `
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE ledger (
  id INTEGER PRIMARY KEY, ledger BLOB NOT NULL UNIQUE, records INTEGER NOT NULL DEFAULT 0, bytes INTEGER NOT NULL DEFAULT 0, documents INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE record (ledger INTEGER NOT NULL, number INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (ledger, number)) STRICT;
CREATE TABLE document (
  id INTEGER PRIMARY KEY, ledger INTEGER NOT NULL, document BLOB NOT NULL, seq INTEGER NOT NULL, frame BLOB NOT NULL, dropped INTEGER NOT NULL DEFAULT 0,
  UNIQUE (ledger, document)
) STRICT;
CREATE TABLE log (document INTEGER NOT NULL, seq INTEGER NOT NULL, frame BLOB NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (document, seq)) STRICT;
CREATE UNIQUE INDEX log_frame ON log (document, frame);
CREATE TABLE snapshot (
  document INTEGER NOT NULL, seq INTEGER NOT NULL, covers INTEGER NOT NULL, covers_frame BLOB NOT NULL, member TEXT NOT NULL, vouched INTEGER NOT NULL,
  endorser BLOB, endorsement BLOB,
  due INTEGER, -- when it was vouched for, until what it covers has been dropped
  PRIMARY KEY (document, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX snapshot_due ON snapshot (due) WHERE due IS NOT NULL;
CREATE TABLE blob (
  id INTEGER PRIMARY KEY, ledger INTEGER NOT NULL, blob BLOB NOT NULL, chunks INTEGER NOT NULL, missing INTEGER NOT NULL, touched INTEGER NOT NULL,
  UNIQUE (ledger, blob)
) STRICT;
CREATE INDEX blob_incomplete ON blob (touched) WHERE missing > 0;
CREATE TABLE chunk (blob INTEGER NOT NULL, chunk INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (blob, chunk)) STRICT, WITHOUT ROWID;
CREATE TABLE box (box BLOB PRIMARY KEY, bytes BLOB NOT NULL, expires INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX box_expires ON box (expires);
`;

export const idToBlob = (id: string): Buffer => Buffer.from(id, 'hex');

export interface LedgerRow {
  readonly id: number;
  readonly records: number;
  readonly bytes: number;
  readonly documents: number;
}

/** What the parts of the store have in common. */
export interface RelayDatabase {
  readonly database: Database.Database;
  readonly incarnation: string;
  /** Bytes of everything that counts. */
  total(): number;
  /** Runs a step at the end of this turn of the event loop, in one transaction with all others of the turn and so with one wait for the disk. A step that fails by its answer must have written nothing. */
  write<T, Code extends string = never>(step: () => Settled<T, Code>): Outcome<T, Code>;
  read<T, Code extends string = never>(step: () => Settled<T, Code>): Outcome<T, Code>;
  /** The ledger, if it has as many records as the caller thinks; null where it is unknown and was thought to be. */
  at(place: Place): LedgerRow | null | 'stale';
  /** The row of a ledger that there must be from now on. */
  settle(place: Place, row: LedgerRow | null): LedgerRow;
  /** `mayUseReserve`: see RECORD_RESERVE. */
  hasRoom(row: LedgerRow | null, bytes: number, mayUseReserve?: boolean): boolean;
  /** Counts bytes as the ledger's, or not any more; null: those of the mailbox. Within `write` only. */
  count(ledgerId: number | null, bytes: number): void;
}

export interface RelayDatabaseOptions {
  /** A file, `:memory:`, or a database as its bytes. */
  readonly data: string | Buffer;
  newIncarnation(): string;
  readonly schedule: (task: () => void) => void;
  readonly ledgerBytes: number;
  readonly totalBytes: number;
  /** How long a transaction took in milliseconds, and how many requests were in it. */
  onCommit?(milliseconds: number, requests: number): void;
  /** Why the disk failed: SQLite's name for it. */
  onFailure?(reason: string): void;
}

export const done = <T>(value: T) => ({ ok: true, value }) as const;
export const failed = <Code extends string>(code: Code) => ({ ok: false, code }) as const;

function errorToFailure(error: unknown, onFailure: RelayDatabaseOptions['onFailure']): RelayStoreFailure {
  if (!(error instanceof Database.SqliteError)) throw error;
  onFailure?.(error.code);
  return error.code === 'SQLITE_FULL' || error.code.startsWith('SQLITE_IOERR_WRITE') ? 'relay_full' : 'relay_failed';
}

function openFile(data: string | Buffer, newIncarnation: () => string): Database.Database {
  const database = new Database(data);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL'); // WAL alone would fall back to NORMAL, and an acknowledged frame could be lost
  database.pragma('busy_timeout = 5000');
  const version = Number(database.pragma('user_version', { simple: true }));
  if (version > VERSION) throw new Error(`the relay's data is of a newer version (${version})`);
  if (version !== 0 && version < VERSION) throw new Error(`the relay's data is of a version from before the first release (${version})`);
  if (version === 0) {
    database.transaction(() => {
      database.exec(SCHEMA);
      database.prepare('INSERT INTO meta VALUES (?, ?)').run('incarnation', newIncarnation());
      database.pragma(`user_version = ${VERSION}`);
    })();
  }
  return database;
}

interface Waiting {
  run(): void;
  settle(failure: RelayStoreFailure | null): void;
}

/** Opens the file, or makes it. Throws where that can't be done. */
export function openRelayDatabase({ data, newIncarnation, schedule, ledgerBytes, totalBytes, onCommit, onFailure }: RelayDatabaseOptions): RelayDatabase & { flush(): void } {
  const database = openFile(data, newIncarnation);
  const incarnation = database.prepare<[], string>("SELECT value FROM meta WHERE name = 'incarnation'").pluck().get();
  if (incarnation === undefined) throw new Error("the relay's data has no incarnation");
  const selectLedger = database.prepare<[Buffer], LedgerRow>('SELECT id, records, bytes, documents FROM ledger WHERE ledger = ?');
  const insertLedger = database.prepare('INSERT INTO ledger (ledger) VALUES (?)');
  const addBytes = database.prepare('UPDATE ledger SET bytes = bytes + ? WHERE id = ?');
  // One process has the file to itself: what it counted is what is there.
  let total = database.prepare<[], number>('SELECT (SELECT coalesce(sum(bytes), 0) FROM ledger) + (SELECT coalesce(sum(length(bytes)), 0) FROM box)').pluck().get() ?? 0;
  let waiting: Waiting[] = [];

  const runAll = database.transaction((group: readonly Waiting[]) => {
    for (const one of group) one.run();
  });
  function flush(): void {
    const group = waiting;
    if (group.length === 0) return; // closing has done it already
    waiting = [];
    const before = total;
    const started = performance.now();
    let failure: RelayStoreFailure | null = null;
    try {
      runAll.immediate(group);
      onCommit?.(performance.now() - started, group.length);
    } catch (error) {
      total = before;
      failure = errorToFailure(error, onFailure);
    }
    for (const one of group) one.settle(failure);
  }

  return {
    database,
    incarnation,
    flush,
    total: () => total,
    write: <T, Code extends string>(step: () => Settled<T, Code>) =>
      new Promise<Settled<T, Code>>((resolve) => {
        let settled: Settled<T, Code> = failed('relay_failed');
        waiting.push({
          run: () => (settled = step()),
          settle: (failure) => resolve(failure === null ? settled : failed(failure)),
        });
        if (waiting.length === 1) schedule(flush);
      }),
    async read(step) {
      try {
        return step();
      } catch (error) {
        return failed(errorToFailure(error, onFailure));
      }
    },
    at({ ledger, records }) {
      const row = selectLedger.get(idToBlob(ledger)) ?? null;
      return (row?.records ?? 0) === records ? row : 'stale';
    },
    settle: ({ ledger }, row) => row ?? { id: Number(insertLedger.run(idToBlob(ledger)).lastInsertRowid), records: 0, bytes: 0, documents: 0 },
    hasRoom: (row, bytes, mayUseReserve = false) => (row?.bytes ?? 0) + bytes <= ledgerBytes * (mayUseReserve ? 1 + RECORD_RESERVE : 1) && total + bytes <= totalBytes,
    count(ledgerId, bytes) {
      total += bytes;
      if (ledgerId !== null) addBytes.run(bytes, ledgerId);
    },
  };
}
