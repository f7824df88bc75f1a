import { createPostgresAppend, type AppendOptions } from './store.postgres.append.ts';
import { createPostgresBlobs } from './store.postgres.blobs.ts';
import { done, openPostgresDatabase, sumTotal, type PostgresDatabaseOptions } from './store.postgres.database.ts';
import { createPostgresLog } from './store.postgres.log.ts';
import { createPostgresMailbox } from './store.postgres.mailbox.ts';
import { createPostgresRecords } from './store.postgres.records.ts';
import type { RelayStore, StoreLimits } from './store.ts';

export interface PostgresRelayStoreOptions
  extends StoreLimits, Pick<PostgresDatabaseOptions, 'url' | 'newIncarnation' | 'onFailure'>, Partial<Pick<PostgresDatabaseOptions, 'connections'>>, Partial<AppendOptions> {}

const probe = { name: 'probe', text: 'SELECT pg_is_in_recovery() AS standby' };

/**
 * A relay's store in a PostgreSQL database that several relays may work on at a time. Every write locks its ledger's row
 * first, which gives frames their numbers without a gap and records their line. All room together is counted in shares: relays
 * that write at the same moment may go beyond `totalBytes` by what is in their transactions. Rejects where the database can't be
 * reached, does not keep what it commits, or was worked on by a newer relay.
 */
export async function createPostgresRelayStore(options: PostgresRelayStoreOptions): Promise<RelayStore> {
  const { ledgerBytes = Infinity, totalBytes = Infinity, boxes = 100_000, connections = 10, lanes = 4, schedule = setImmediate, onCommit } = options;
  const database = await openPostgresDatabase({ ...options, ledgerBytes, totalBytes, connections });
  return {
    incarnation: database.incarnation,
    ...createPostgresRecords(database),
    ...createPostgresAppend(database, { lanes, schedule, ...(onCommit && { onCommit }) }),
    ...createPostgresLog(database),
    ...createPostgresBlobs(database),
    ...createPostgresMailbox(database, boxes),
    check: () => database.read(probe, [], ([row]: { standby: boolean }[]) => (row?.standby === false ? done(undefined) : ({ ok: false, code: 'relay_failed' } as const))),
    size: () => database.read(sumTotal, [], ([row]: { bytes: number }[]) => done(row?.bytes ?? 0)),
    close: () => database.close(),
  };
}
