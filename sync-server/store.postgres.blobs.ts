import { done, failed, type PostgresDatabase, type Transaction } from './store.postgres.database.ts';
import type { RelayStore } from './store.ts';

interface BlobRow {
  readonly id: number;
  readonly chunks: number;
}

const selectState = {
  name: 'blob-state',
  text: `
SELECT ledger.records, blob.chunks, ARRAY(SELECT chunk FROM chunk WHERE chunk.blob = blob.id ORDER BY chunk) AS there
FROM ledger LEFT JOIN blob ON blob.ledger = ledger.id AND blob.blob = $2 WHERE ledger.ledger = $1`,
};
const selectChunk = {
  name: 'chunk',
  text: `
SELECT ledger.records, (SELECT bytes FROM chunk WHERE chunk = $3 AND chunk.blob = (SELECT id FROM blob WHERE blob.ledger = ledger.id AND blob.blob = $2)) AS bytes
FROM ledger WHERE ledger.ledger = $1`,
};
const selectBlob = { name: 'blob', text: 'SELECT id, chunks FROM blob WHERE ledger = $1 AND blob = $2' };
const hasChunk = { name: 'chunk-there', text: 'SELECT FROM chunk WHERE blob = $1 AND chunk = $2' };
const insertBlob = { name: 'blob-new', text: 'INSERT INTO blob (ledger, blob, chunks, missing, touched) VALUES ($1, $2, $3, $3, $4) RETURNING id, chunks' };
const insertChunk = { name: 'chunk-new', text: 'INSERT INTO chunk VALUES ($1, $2, $3)' };
const touch = { name: 'blob-touch', text: 'UPDATE blob SET missing = missing - 1, touched = $2 WHERE id = $1' };
const deleteChunks = {
  name: 'blob-chunks-drop',
  text: 'WITH gone AS (DELETE FROM chunk WHERE blob = $1 RETURNING octet_length(bytes) AS length) SELECT coalesce(sum(length), 0)::bigint AS bytes FROM gone',
};
const deleteBlob = { name: 'blob-drop', text: 'DELETE FROM blob WHERE id = $1' };
const selectIncomplete = {
  name: 'blob-incomplete',
  text: 'SELECT ledger.ledger, blob.id FROM blob JOIN ledger ON ledger.id = blob.ledger WHERE blob.missing > 0 AND blob.touched < $1 LIMIT 100',
};
const lockIncomplete = {
  name: 'blob-incomplete-lock',
  text: 'SELECT ledger.id FROM ledger JOIN blob ON blob.ledger = ledger.id WHERE ledger.ledger = $1 AND blob.id = $2 FOR UPDATE OF ledger',
};
const stillIncomplete = { name: 'blob-incomplete-still', text: 'SELECT FROM blob WHERE id = $1 AND missing > 0 AND touched < $2' };

async function dropBlob(transaction: Transaction, ledgerId: number, blobId: number): Promise<void> {
  const [gone] = await transaction.query<{ bytes: number }>(deleteChunks, [blobId]);
  await transaction.query(deleteBlob, [blobId]);
  await transaction.count(ledgerId, -(gone?.bytes ?? 0));
}

/** The blobs of a relay's store in PostgreSQL. */
export function createPostgresBlobs({ read, write }: PostgresDatabase): Pick<RelayStore, 'blobState' | 'putChunk' | 'chunk' | 'dropBlob' | 'sweepBlobs'> {
  return {
    blobState: ({ ledger, records }, blob) =>
      read(selectState, [ledger, blob], ([row]: { records: number; chunks: number | null; there: number[] }[]) => {
        if ((row?.records ?? 0) !== records) return failed('stale');
        return done(row && row.chunks !== null ? { chunks: row.chunks, there: row.there } : null);
      }),
    putChunk: (place, blob, chunk, chunks, bytes, now) =>
      write(async (transaction) => {
        const there = await transaction.lock(place);
        if (there === 'stale') return failed('stale');
        const [row] = there ? await transaction.query<BlobRow & { id: number }>(selectBlob, [there.id, blob]) : [];
        if (chunk >= chunks || (row && row.chunks !== chunks)) return done(false);
        if (row && (await transaction.query(hasChunk, [row.id, chunk])).length > 0) return done(true);
        if (!(await transaction.hasRoom(there, bytes.length))) return failed('quota');
        const ledger = await transaction.settle(place, there);
        const id = row?.id ?? (await transaction.query<{ id: number }>(insertBlob, [ledger.id, blob, chunks, now]))[0]?.id;
        await transaction.query(insertChunk, [id, chunk, Buffer.from(bytes)]);
        await transaction.query(touch, [id, now]);
        await transaction.count(ledger.id, bytes.length);
        return done(true);
      }),
    chunk: ({ ledger, records }, blob, chunk) =>
      read(selectChunk, [ledger, blob, chunk], ([row]: { records: number; bytes: Uint8Array | null }[]) =>
        (row?.records ?? 0) === records ? done(row?.bytes ?? null) : failed('stale')),
    dropBlob: (place, blob) =>
      write(async (transaction) => {
        const ledger = await transaction.lock(place);
        if (ledger === 'stale') return failed('stale');
        const [row] = ledger ? await transaction.query<BlobRow & { id: number }>(selectBlob, [ledger.id, blob]) : [];
        if (ledger && row) await dropBlob(transaction, ledger.id, row.id);
        return done(undefined);
      }),
    async sweepBlobs(before) {
      const incomplete = await read(selectIncomplete, [before], (rows: { ledger: string; id: number }[]) => done(rows));
      if (!incomplete.ok) return incomplete;
      for (const { ledger, id } of incomplete.value) {
        const outcome = await write<void>(async (transaction) => {
          const [locked] = await transaction.query<{ id: number }>(lockIncomplete, [ledger, id]);
          // A piece of it may have come in between.
          const isOld = locked && (await transaction.query(stillIncomplete, [id, before])).length > 0;
          if (isOld) await dropBlob(transaction, locked.id, id);
          return done(undefined);
        });
        if (!outcome.ok) return outcome;
      }
      return done(undefined);
    },
  };
}
