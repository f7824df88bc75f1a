import type Database from 'better-sqlite3';
import { createSqliteBlobs } from './store.sqlite.blobs.ts';
import { done, openRelayDatabase, type RelayDatabaseOptions } from './store.sqlite.database.ts';
import { createSqliteLog } from './store.sqlite.log.ts';
import { createSqliteMailbox } from './store.sqlite.mailbox.ts';
import { createSqliteRecords } from './store.sqlite.records.ts';
import type { RelayStore, StoreLimits } from './store.ts';

export interface SqliteRelayStoreOptions extends StoreLimits, Pick<RelayDatabaseOptions, 'onCommit' | 'onFailure'> {
  /** A file, `:memory:`, or a database as its bytes. */
  readonly data: string | Buffer;
  newIncarnation(): string;
  /** Runs at the end of this turn of the event loop; what was asked to be written until then is one transaction. */
  schedule?(task: () => void): void;
}

/** A relay's store in one SQLite file, which is this process's alone. Throws where the file cannot be opened. */
export function createSqliteRelayStore(options: SqliteRelayStoreOptions): RelayStore & { readonly database: Database.Database } {
  const { data, newIncarnation, schedule = setImmediate, ledgerBytes = Infinity, totalBytes = Infinity, boxes = 100_000 } = options;
  const relayDatabase = openRelayDatabase({ ...options, data, newIncarnation, schedule, ledgerBytes, totalBytes });
  const { database, incarnation, read, flush } = relayDatabase;
  const probe = database.prepare('SELECT id FROM ledger LIMIT 1');
  return {
    database,
    incarnation,
    ...createSqliteRecords(relayDatabase),
    ...createSqliteLog(relayDatabase),
    ...createSqliteBlobs(relayDatabase),
    ...createSqliteMailbox(relayDatabase, boxes),
    check: () =>
      read(() => {
        probe.get();
        return done(undefined);
      }),
    size: () => read(() => done(relayDatabase.total())),
    async close() {
      flush();
      database.close();
    },
  };
}
