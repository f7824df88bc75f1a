import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { createSoleFanOut, type FanOut } from './fanout.ts';
import type { RelayMetrics } from './metrics.ts';
import { createSqliteRelayStore } from './store.sqlite.ts';
import type { RelayStore } from './store.ts';

export interface StorageConfig {
  /** The SQLite file; its folder is made where there is none. Not looked at where there is `postgres`. */
  readonly data: string;
  /** `postgres://…`: a database that other relays may work on too. */
  readonly postgres?: string;
  /** Connections to it that this relay may have open. */
  readonly databaseConnections?: number;
  /** Bytes that one ledger may hold, and all of them together with the mailbox. */
  readonly ledgerBytes?: number;
  readonly totalBytes?: number;
}

/** Who wants to know how the storage is doing. */
export type StorageWatch = Pick<RelayMetrics, 'onCommit' | 'onFailure' | 'onFanOutLag' | 'onFanOutConnection'>;

export interface RelayStorage {
  readonly store: RelayStore;
  readonly fanOut: FanOut;
}

/** Opens what a relay keeps its data in. Throws where that can't be had. */
export async function openStorage({ data, postgres, databaseConnections, ledgerBytes, totalBytes }: StorageConfig, watch: StorageWatch): Promise<RelayStorage> {
  const options = {
    newIncarnation: () => randomBytes(16).toString('hex'),
    onCommit: watch.onCommit,
    onFailure: watch.onFailure,
    ...(ledgerBytes !== undefined && { ledgerBytes }),
    ...(totalBytes !== undefined && { totalBytes }),
  };
  if (postgres === undefined) {
    if (data !== ':memory:') mkdirSync(dirname(data), { recursive: true });
    return { store: createSqliteRelayStore({ ...options, data }), fanOut: createSoleFanOut() };
  }
  // Relays on SQLite, and apps that start one for their tests, do without the client of PostgreSQL.
  const [{ createPostgresRelayStore }, { createPostgresFanOut }] = await Promise.all([import('./store.postgres.ts'), import('./fanout.postgres.ts')]);
  const store = await createPostgresRelayStore({ ...options, url: postgres, ...(databaseConnections !== undefined && { connections: databaseConnections }) });
  try {
    return { store, fanOut: await createPostgresFanOut({ url: postgres, onLag: watch.onFanOutLag, onConnection: watch.onFanOutConnection }) };
  } catch (error) {
    await store.close();
    throw error;
  }
}
