import type { DocumentId, LedgerId } from '#domain/ids.ts';
import { failure, success } from '#domain/result.ts';
import type { Cursor, Stored } from '#sync/store.ts';
import { errorToStoreCode } from './errors.ts';
import type { Projection } from './projection.ts';
import type { Reader } from './reader.ts';
import { createRevisions, type Revisions } from './revisions.ts';
import type { Connection } from './schema.ts';
import type { Writer } from './write.ts';

export interface StoreDependencies {
  /** The connection that writes; `writer` runs its transactions. */
  database: Connection;
  /** Sees what is committed. */
  reader: Reader;
  writer: Writer;
  projection: Projection;
  now(): number;
  /** What else belongs in the transaction that commits these revisions: the steps for undo. */
  alongside(revisions: readonly string[]): void;
  /** Called after each commit that changed what is shown of a ledger. */
  onCommitted(ledger: LedgerId): void;
  /** Called while a large commit goes on, with revisions shown so far and in all. */
  onProgress(done: number, total: number): void;
}

/** What the parts of the store have in common. */
export interface StoreGround extends Pick<StoreDependencies, 'database' | 'reader' | 'now' | 'alongside'> {
  readonly revisions: Revisions;
  /** The store's own numbers, made where there are none yet; within a commit. */
  ledgerKey(ledger: LedgerId): number;
  documentKey(ledger: number, document: DocumentId): number;
  /** Shows the things that were touched, within a commit. */
  showTouched(): Generator<void>;
  moveCursor(ledger: number, cursor: Cursor | null): void;
  read<T>(get: () => T): Stored<T>;
  commit(ledger: LedgerId, work: () => Generator<void, void> | void): Stored<void>;
}

/** SQL for "is in this document", given the ids of its ledger and its own. */
export const IN_DOCUMENT =
  'document = (SELECT document.key FROM document JOIN ledger ON ledger.key = document.ledger WHERE ledger.id = ? AND document.id = ?)';

/** Bytes as they were handed in: better-sqlite3 answers with Buffers. */
export const plain = (bytes: Uint8Array): Uint8Array => new Uint8Array(bytes);

/** The first of these that fit, at least one. */
export function* takeBytes<T extends { bytes: Uint8Array }>(all: Iterable<T>, maximumBytes: number): Generator<T> {
  let bytes = 0;
  let first = true;
  for (const one of all) {
    bytes += one.bytes.length;
    if (!first && bytes > maximumBytes) return;
    first = false;
    yield one;
  }
}

export function createStoreGround({ database, reader, writer, projection, now, alongside, onCommitted, onProgress }: StoreDependencies): StoreGround {
  const revisions = createRevisions(database, projection, now);
  const addLedger = database.prepare('INSERT INTO ledger (id) VALUES (?) ON CONFLICT DO NOTHING');
  const findLedger = database.prepare<[string], { key: number }>('SELECT key FROM ledger WHERE id = ?');
  const addDocument = database.prepare('INSERT INTO document (id, ledger) VALUES (?, ?) ON CONFLICT DO NOTHING');
  const findDocument = database.prepare<[string, number], { key: number }>('SELECT key FROM document WHERE id = ? AND ledger = ?');
  const setCursor = database.prepare('UPDATE document SET cursor_seq = ?, cursor_frame = ? WHERE key = ?');
  const setSynced = database.prepare('UPDATE ledger SET synced_at = ? WHERE key = ?');

  const ground: StoreGround = {
    database, reader, now, alongside, revisions,
    // Looked for first: an insert that comes to nothing dirties its pages all the same.
    ledgerKey(id) {
      const known = findLedger.get(id);
      if (known) return known.key;
      addLedger.run(id);
      return findLedger.get(id)?.key ?? raise('ledger');
    },
    documentKey(ledger, id) {
      const known = findDocument.get(id, ledger);
      if (known) return known.key;
      addDocument.run(id, ledger);
      return findDocument.get(id, ledger)?.key ?? raise('document');
    },
    *showTouched() {
      const touched = revisions.takeTouched();
      for (let index = 0; index < touched.length; index += 20) {
        projection.project(touched.slice(index, index + 20));
        if (touched.length > 200) onProgress(Math.min(index + 20, touched.length), touched.length);
        yield;
      }
      projection.finish();
    },
    moveCursor(ledger, cursor) {
      if (!cursor) return;
      setCursor.run(cursor.seq, cursor.frame, ground.documentKey(ledger, cursor.document));
      setSynced.run(now(), ledger);
    },
    async read<T>(get: () => T): Stored<T> {
      try {
        return success(get());
      } catch (error) {
        const code = errorToStoreCode(error);
        if (code === undefined) throw error;
        return failure(code);
      }
    },
    async commit(ledger, work) {
      const done = await writer.write(work);
      // What a transaction that failed had gathered must not be shown by the next one.
      revisions.takeTouched();
      if (done.ok) onCommitted(ledger);
      return done;
    },
  };
  return ground;
}

function raise(what: string): never {
  throw new Error(`no row for the ${what}`);
}
