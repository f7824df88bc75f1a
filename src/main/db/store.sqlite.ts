import type { Store } from '#sync/store.ts';
import { createChangeStore } from './store.sqlite.changes.ts';
import { createExchangeStore } from './store.sqlite.exchange.ts';
import { createFrameStore } from './store.sqlite.frames.ts';
import { createStoreGround, type StoreDependencies } from './store.sqlite.ground.ts';
import { createRecordStore } from './store.sqlite.records.ts';

/** The store port on SQLite. Every commit shows its revisions in the read model within the same transaction. */
export function createSqliteStore(dependencies: StoreDependencies): Store {
  const ground = createStoreGround(dependencies);
  return { ...createRecordStore(ground), ...createChangeStore(ground), ...createFrameStore(ground), ...createExchangeStore(ground) };
}
