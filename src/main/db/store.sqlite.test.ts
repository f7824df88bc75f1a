import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LedgerId } from '#domain/ids.ts';
import { storeSuite, type OpenedStore } from '#sync/store.suite.ts';
import { openDatabase } from './open.ts';
import { payloadToRevision } from './payload.ts';
import { createProjection } from './projection.ts';
import { createSqliteStore } from './store.sqlite.ts';
import { createWriter } from './write.ts';

async function openIn(folder: string): Promise<OpenedStore> {
  const opened = openDatabase(join(folder, 'store.db'));
  if (!opened.ok) throw new Error(opened.code);
  const { writer: database, reader } = opened.value;
  const projection = createProjection(database);
  const writer = createWriter(database, { onRollback: projection.forget, onFailure: () => undefined });
  const nothing = (): void => undefined;
  const store = createSqliteStore({ database, reader, writer, projection, now: Date.now, alongside: nothing, onCommitted: nothing, onProgress: nothing });
  const payloads = reader.prepare<[string], string>('SELECT payload FROM revision JOIN ledger ON ledger.key = revision.ledger WHERE ledger.id = ?').pluck();
  return {
    store,
    revisions: (ledger: LedgerId) => payloads.all(ledger).map(payloadToRevision),
    async reopen() {
      opened.value.close();
      return openIn(folder);
    },
    close() {
      opened.value.close();
      rmSync(folder, { recursive: true });
    },
  };
}

storeSuite('SQLite', () => openIn(mkdtempSync(join(tmpdir(), 'tallystick-store-'))));
