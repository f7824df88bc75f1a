import { done, failed, idToBlob, type RelayDatabase } from './store.sqlite.database.ts';
import type { RelayStore } from './store.ts';

interface BlobRow {
  readonly id: number;
  readonly ledger: number;
  readonly chunks: number;
}

/** The blobs of a relay's store in SQLite. */
export function createSqliteBlobs({ database, at, count, hasRoom, read, settle, write }: RelayDatabase): Pick<RelayStore, 'blobState' | 'putChunk' | 'chunk' | 'dropBlob' | 'sweepBlobs'> {
  const select = database.prepare<[number, Buffer], BlobRow>('SELECT id, ledger, chunks FROM blob WHERE ledger = ? AND blob = ?');
  const insert = database.prepare('INSERT INTO blob (ledger, blob, chunks, missing, touched) VALUES (?, ?, ?, ?, ?)');
  const touch = database.prepare('UPDATE blob SET missing = missing - 1, touched = ? WHERE id = ?');
  const selectThere = database.prepare<[number], number>('SELECT chunk FROM chunk WHERE blob = ? ORDER BY chunk').pluck();
  const selectChunk = database.prepare<[number, number], Buffer>('SELECT bytes FROM chunk WHERE blob = ? AND chunk = ?').pluck();
  const hasChunk = database.prepare<[number, number], number>('SELECT 1 FROM chunk WHERE blob = ? AND chunk = ?').pluck();
  const insertChunk = database.prepare('INSERT INTO chunk VALUES (?, ?, ?)');
  const sumChunks = database.prepare<[number], number>('SELECT coalesce(sum(length(bytes)), 0) FROM chunk WHERE blob = ?').pluck();
  const deleteChunks = database.prepare('DELETE FROM chunk WHERE blob = ?');
  const deleteBlob = database.prepare('DELETE FROM blob WHERE id = ?');
  const selectIncomplete = database.prepare<[number], BlobRow>('SELECT id, ledger, chunks FROM blob WHERE missing > 0 AND touched < ?');

  function drop({ id, ledger }: BlobRow): void {
    count(ledger, -(sumChunks.get(id) ?? 0));
    deleteChunks.run(id);
    deleteBlob.run(id);
  }

  return {
    blobState: (place, blob) =>
      read(() => {
        const ledger = at(place);
        if (ledger === 'stale') return failed('stale');
        const row = ledger && select.get(ledger.id, idToBlob(blob));
        return done(row ? { chunks: row.chunks, there: selectThere.all(row.id) } : null);
      }),
    putChunk: (place, blob, chunk, chunks, bytes, now) =>
      write(() => {
        const there = at(place);
        if (there === 'stale') return failed('stale');
        const row = there && select.get(there.id, idToBlob(blob));
        if (chunk >= chunks || (row && row.chunks !== chunks)) return done(false);
        if (row && hasChunk.get(row.id, chunk)) return done(true);
        if (!hasRoom(there, bytes.length)) return failed('quota');
        const ledger = settle(place, there);
        const id = row?.id ?? Number(insert.run(ledger.id, idToBlob(blob), chunks, chunks, now).lastInsertRowid);
        insertChunk.run(id, chunk, bytes);
        touch.run(now, id);
        count(ledger.id, bytes.length);
        return done(true);
      }),
    chunk: (place, blob, chunk) =>
      read(() => {
        const ledger = at(place);
        if (ledger === 'stale') return failed('stale');
        const row = ledger && select.get(ledger.id, idToBlob(blob));
        return done((row && selectChunk.get(row.id, chunk)) ?? null);
      }),
    dropBlob: (place, blob) =>
      write(() => {
        const ledger = at(place);
        if (ledger === 'stale') return failed('stale');
        const row = ledger && select.get(ledger.id, idToBlob(blob));
        if (row) drop(row);
        return done(undefined);
      }),
    sweepBlobs: (before) =>
      write(() => {
        for (const row of selectIncomplete.all(before)) drop(row);
        return done(undefined);
      }),
  };
}
