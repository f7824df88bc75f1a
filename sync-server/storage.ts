import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { createSoleFanOut, type FanOut } from './fanout.ts';
import { createSqliteRelayStore } from './store.sqlite.ts';
import type { RelayStore } from './store.ts';

export interface StorageConfig {
  /** The SQLite file; its folder is made where there is none. */
  readonly data: string;
  /** Bytes that one ledger may hold, and all of them together with the mailbox. */
  readonly ledgerBytes?: number;
  readonly totalBytes?: number;
}

export interface RelayStorage {
  readonly store: RelayStore;
  readonly fanOut: FanOut;
}

/** Opens what a relay keeps its data in. Throws where that can't be had. */
export async function openStorage({ data, ledgerBytes, totalBytes }: StorageConfig): Promise<RelayStorage> {
  if (data !== ':memory:') mkdirSync(dirname(data), { recursive: true });
  const store = createSqliteRelayStore({
    data,
    newIncarnation: () => randomBytes(16).toString('hex'),
    ...(ledgerBytes !== undefined && { ledgerBytes }),
    ...(totalBytes !== undefined && { totalBytes }),
  });
  return { store, fanOut: createSoleFanOut() };
}
