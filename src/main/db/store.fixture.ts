/** A store on a real file for the tests of this room. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Store } from '#sync/store.ts';
import { openDatabase } from './open.ts';
import type { Reader } from './reader.ts';
import type { Connection } from './schema.ts';
import { createProjection, type Projection } from './projection.ts';
import { createSqliteStore } from './store.sqlite.ts';
import { createWriter, type Writer } from './write.ts';

export interface StoreFixture {
  readonly folder: string;
  readonly store: Store;
  readonly database: Connection;
  readonly reader: Reader;
  readonly projection: Projection;
  readonly writer: Writer;
  /** Closes it; the folder stays. */
  close(): void;
  remove(): void;
}

export function openStore(folder = mkdtempSync(join(tmpdir(), 'tallystick-store-'))): StoreFixture {
  const opened = openDatabase(join(folder, 'store.db'));
  if (!opened.ok) throw new Error(opened.code);
  const { writer: database, reader, close } = opened.value;
  const projection = createProjection(database);
  const nothing = (): void => undefined;
  const writer = createWriter(database, reader, { onRollback: projection.forget, onFailure: nothing });
  const store = createSqliteStore({ database, reader, writer, projection, now: Date.now, alongside: nothing, onCommitted: nothing, onProgress: nothing });
  return {
    folder, store, database, reader, projection, writer, close,
    remove() {
      close();
      rmSync(folder, { recursive: true });
    },
  };
}
