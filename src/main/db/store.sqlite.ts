import type { DocumentId, LedgerId } from '#domain/ids.ts';
import { failure, success } from '#domain/result.ts';
import { bytesToKeep } from '#sync/quarantine.ts';
import type { Cursor, FrameVerdict, ReceivedFrame, Store, Stored, WaitingFrame } from '#sync/store.ts';
import { errorToStoreCode } from './errors.ts';
import type { Reader } from './reader.ts';
import type { Connection } from './schema.ts';
import type { Projection } from './projection.ts';
import { createRevisions } from './revisions.ts';
import type { Writer } from './write.ts';

interface Dependencies {
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

interface FrameRow {
  key: number;
  state: FrameVerdict['state'];
  seq: number | null;
}

/** The first of these that fit, at least one. */
function* takeBytes<T extends { bytes: Uint8Array }>(all: Iterable<T>, maximumBytes: number): Generator<T> {
  let bytes = 0;
  let first = true;
  for (const one of all) {
    bytes += one.bytes.length;
    if (!first && bytes > maximumBytes) return;
    first = false;
    yield one;
  }
}

const reasonOf = (verdict: FrameVerdict): string | null => (verdict.state === 'quarantined' ? verdict.reason : null);
const missingOf = (verdict: FrameVerdict): string | null => (verdict.state === 'held' ? verdict.missing.join(' ') : null);

/** Bytes as they were handed in: better-sqlite3 answers with Buffers. */
const plain = (bytes: Uint8Array): Uint8Array => new Uint8Array(bytes);

/** The store port on SQLite. Every commit shows its revisions in the read model within the same transaction. */
export function createSqliteStore(dependencies: Dependencies): Store {
  const { database, reader, writer, projection, now, alongside, onCommitted, onProgress } = dependencies;
  const revisions = createRevisions(database, projection, now);

  const addLedger = database.prepare('INSERT INTO ledger (id) VALUES (?) ON CONFLICT DO NOTHING');
  const findLedger = database.prepare<[string], { key: number }>('SELECT key FROM ledger WHERE id = ?');
  const addDocument = database.prepare('INSERT INTO document (id, ledger) VALUES (?, ?) ON CONFLICT DO NOTHING');
  const findDocument = database.prepare<[string, number], { key: number }>('SELECT key FROM document WHERE id = ? AND ledger = ?');
  const setCursor = database.prepare('UPDATE document SET cursor_seq = ?, cursor_frame = ? WHERE key = ?');
  const setSynced = database.prepare('UPDATE ledger SET synced_at = ? WHERE key = ?');
  const findFrame = database.prepare<[string, number], FrameRow>('SELECT key, state, seq FROM frame WHERE id = ? AND document = ?');
  const addFrame = database.prepare('INSERT INTO frame (document, id, seq, received_at, state, reason, missing, size, bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const judgeFrame = database.prepare('UPDATE frame SET state = ?, reason = ?, missing = ? WHERE key = ?');
  const quarantinedBytes = database.prepare<[number], number>('SELECT quarantined_bytes FROM ledger WHERE key = ?').pluck();
  const countQuarantined = database.prepare('UPDATE ledger SET quarantined_bytes = quarantined_bytes + ? WHERE key = ?');
  const setFrameSeq = database.prepare('UPDATE frame SET seq = ? WHERE key = ?');
  const setChangeFrame = database.prepare('UPDATE change SET frame = ? WHERE key = ?');
  const sealChange = database.prepare('UPDATE change SET frame = ? WHERE hash = ? AND document = ?');
  const framesById = database.prepare<[string, number], { key: number; document: number }>(
    'SELECT frame.key, frame.document FROM frame JOIN document ON document.key = frame.document WHERE frame.id = ? AND document.ledger = ? AND frame.seq IS NULL',
  );
  const countArrived = database.prepare<[number, number], number>('SELECT coalesce(sum(revisions), 0) FROM change WHERE document = ? AND frame = ? AND waiting = 1').pluck();
  const changesArrived = database.prepare('UPDATE change SET waiting = 0 WHERE document = ? AND frame = ? AND waiting = 1');
  const takeFromWaiting = database.prepare('UPDATE ledger SET waiting = waiting - ? WHERE key = (SELECT ledger FROM document WHERE key = ?)');

  // Looked for first: an insert that comes to nothing dirties its pages all the same.
  const ledgerKey = (id: LedgerId): number => {
    const known = findLedger.get(id);
    if (known) return known.key;
    addLedger.run(id);
    return findLedger.get(id)?.key ?? raise('ledger');
  };
  const documentKey = (ledger: number, id: DocumentId): number => {
    const known = findDocument.get(id, ledger);
    if (known) return known.key;
    addDocument.run(id, ledger);
    return findDocument.get(id, ledger)?.key ?? raise('document');
  };

  /** What a frame holds is at the relay now. */
  function arrive(frame: number, document: number): void {
    const revisions = countArrived.get(document, frame) ?? 0;
    if (revisions === 0) return;
    changesArrived.run(document, frame);
    takeFromWaiting.run(revisions, document);
  }

  function* showTouched(): Generator<void> {
    const touched = revisions.takeTouched();
    for (let index = 0; index < touched.length; index += 20) {
      projection.project(touched.slice(index, index + 20));
      if (touched.length > 200) onProgress(Math.min(index + 20, touched.length), touched.length);
      yield;
    }
    projection.finish();
  }

  function moveCursor(ledger: number, cursor: Cursor | null): void {
    if (cursor) setCursor.run(cursor.seq, cursor.frame, documentKey(ledger, cursor.document));
    setSynced.run(now(), ledger);
  }

  function addReceived(ledger: number, document: number, received: ReceivedFrame): number {
    const { frame, seq, bytes, verdict } = received;
    const isQuarantined = verdict.state === 'quarantined';
    const kept = bytesToKeep(received, isQuarantined ? (quarantinedBytes.get(ledger) ?? 0) : 0);
    if (isQuarantined) countQuarantined.run(kept.length, ledger);
    const size = kept.length < bytes.length ? bytes.length : null;
    return Number(addFrame.run(document, frame, seq, now(), verdict.state, reasonOf(verdict), missingOf(verdict), size, kept).lastInsertRowid);
  }

  function receive(ledger: number, received: ReceivedFrame): void {
    const { document: id, frame, seq, verdict } = received;
    const document = documentKey(ledger, id);
    const known = findFrame.get(frame, document);
    let key = known?.key;
    if (known && seq !== null) setFrameSeq.run(seq, known.key);
    if (known?.state === 'held') judgeFrame.run(verdict.state, reasonOf(verdict), missingOf(verdict), known.key);
    key ??= addReceived(ledger, document, received);
    if ((known === undefined || known.state === 'held') && verdict.state === 'merged') {
      for (const change of verdict.changes) {
        const kept = revisions.addChange(ledger, document, change, key, true);
        if (!kept.added) setChangeFrame.run(key, kept.key);
      }
    }
    if ((seq ?? known?.seq ?? null) !== null) arrive(key, document);
  }

  async function read<T>(get: () => T): Stored<T> {
    try {
      return success(get());
    } catch (error) {
      const code = errorToStoreCode(error);
      if (code === undefined) throw error;
      return failure(code);
    }
  }
  async function commit(ledger: LedgerId, work: () => Generator<void, void> | void): Stored<void> {
    const done = await writer.write(work);
    // What a transaction that failed had gathered must not be shown by the next one.
    revisions.takeTouched();
    if (done.ok) onCommitted(ledger);
    return done;
  }

  const selectDocuments = reader.prepare<[string], { document: string; revisions: number }>(
    'SELECT document.id AS document, revisions FROM document JOIN ledger ON ledger.key = document.ledger WHERE ledger.id = ? AND revisions > 0',
  );
  const IN_DOCUMENT = 'document = (SELECT document.key FROM document JOIN ledger ON ledger.key = document.ledger WHERE ledger.id = ? AND document.id = ?)';
  const selectChanges = reader.prepare<[string, string], Buffer>(`SELECT bytes FROM change WHERE ${IN_DOCUMENT} ORDER BY key`).pluck();
  const isKnown = reader.prepare<[string, string, string], number>(`SELECT 1 FROM change WHERE ${IN_DOCUMENT} AND hash = ?`).pluck();
  const oldestUnsealed = reader.prepare<[string], { key: number; id: string }>(
    `SELECT document.key, document.id FROM document JOIN ledger ON ledger.key = document.ledger
     JOIN change INDEXED BY change_waiting ON change.document = document.key AND change.frame IS NULL AND change.waiting = 1
     WHERE ledger.id = ? ORDER BY change.key LIMIT 1`,
  );
  const unsealedOf = reader.prepare<[number], { hash: string; bytes: Buffer }>('SELECT hash, bytes FROM change WHERE document = ? AND frame IS NULL AND waiting = 1 ORDER BY key');
  const unsentFrames = reader.prepare<[string], { document: string; frame: string; bytes: Buffer }>(
    `SELECT document.id AS document, frame.id AS frame, frame.bytes FROM ledger JOIN document ON document.ledger = ledger.key
     JOIN frame INDEXED BY frame_unsent ON frame.document = document.key AND frame.seq IS NULL
     WHERE ledger.id = ? AND frame.state <> 'quarantined' ORDER BY frame.key`,
  );
  // From the frames to the changes: the other way round every change would be looked at.
  const selectReleased = (narrowed: string) =>
    reader.prepare<string[], { document: string; frame: string; seq: number | null; missing: string; bytes: Buffer }>(
      `SELECT document.id AS document, frame.id AS frame, frame.seq, frame.missing, frame.bytes FROM ledger CROSS JOIN document ON document.ledger = ledger.key
       CROSS JOIN frame INDEXED BY frame_held ON frame.document = document.key AND frame.state = 'held'
       CROSS JOIN change ON change.document = document.key AND change.hash = substr(frame.missing, 1, 64) WHERE ledger.id = ? ${narrowed}`,
    );
  const allReleased = selectReleased('');
  const releasedBy = selectReleased('AND document.id = ? AND substr(frame.missing, 1, 64) = ?');
  const selectCursors = reader.prepare<[string], Cursor>(
    `SELECT document.id AS document, cursor_seq AS seq, cursor_frame AS frame FROM document JOIN ledger ON ledger.key = document.ledger
     WHERE ledger.id = ? AND cursor_seq IS NOT NULL`,
  );
  const selectIncarnation = reader.prepare<[string], string | null>('SELECT incarnation FROM ledger WHERE id = ?').pluck();

  return {
    documents: (ledger) => read(() => selectDocuments.all(ledger)),
    changes: (ledger, document) => read(() => selectChanges.all(ledger, document).map(plain)),
    knownChanges: (ledger, document, hashes) => read(() => new Set(hashes.filter((hash) => isKnown.get(ledger, document, hash) !== undefined))),

    commitLocal: (id, changes) =>
      commit(id, function* () {
        const ledger = ledgerKey(id);
        for (const change of changes) {
          revisions.addChange(ledger, documentKey(ledger, change.document), change, null, true);
          yield;
        }
        yield* showTouched();
        alongside(changes.flatMap((change) => change.revisions.map((revision) => revision.id)));
      }),
    nextUnsealed: (ledger, maximumBytes) =>
      read(() => {
        const oldest = oldestUnsealed.get(ledger);
        if (!oldest) return null;
        const changes = [...takeBytes(unsealedOf.iterate(oldest.key), maximumBytes)];
        return { document: oldest.id, changes: changes.map(({ hash, bytes }) => ({ hash, bytes: plain(bytes) })) };
      }),
    commitSealed: (id, { document: documentId, frame, bytes }: WaitingFrame, hashes) =>
      commit(id, () => {
        const document = documentKey(ledgerKey(id), documentId);
        const key = findFrame.get(frame, document)?.key ?? addFrame.run(document, frame, null, null, 'merged', null, null, null, bytes).lastInsertRowid;
        for (const hash of hashes) sealChange.run(key, hash, document);
      }),
    waitingFrames: (ledger, maximumBytes) =>
      read(() => [...takeBytes(unsentFrames.iterate(ledger), maximumBytes)].map((row) => ({ ...row, bytes: plain(row.bytes) }))),
    commitAcknowledged: (id, frames, cursor) =>
      commit(id, () => {
        const ledger = ledgerKey(id);
        for (const { frame, seq } of frames) {
          for (const { key, document } of framesById.all(frame, ledger)) {
            setFrameSeq.run(seq, key);
            arrive(key, document);
          }
        }
        moveCursor(ledger, cursor);
      }),

    commitReceived: (id, frames, cursor) =>
      commit(id, function* () {
        const ledger = ledgerKey(id);
        for (const frame of frames) {
          receive(ledger, frame);
          yield;
        }
        yield* showTouched();
        moveCursor(ledger, cursor);
      }),
    releasedFrames: (ledger, by, maximumBytes) =>
      read(() =>
        [...takeBytes(by ? releasedBy.iterate(ledger, by.document, by.hash) : allReleased.iterate(ledger), maximumBytes)].map(({ missing, bytes, ...frame }) => ({
          ...frame, bytes: plain(bytes), verdict: { state: 'held' as const, missing: missing.split(' ').filter(Boolean) },
        })),
      ),
    cursors: (ledger) => read(() => ({ incarnation: selectIncarnation.get(ledger) ?? null, cursors: selectCursors.all(ledger) })),
    resetRelayLog: (id, incarnation) =>
      commit(id, () => {
        const ledger = ledgerKey(id);
        const mine = 'document IN (SELECT key FROM document WHERE ledger = ?)';
        database.prepare('UPDATE ledger SET incarnation = ? WHERE key = ?').run(incarnation, ledger);
        database.prepare(`UPDATE frame SET seq = NULL WHERE ${mine}`).run(ledger);
        database.prepare(`UPDATE change SET waiting = 1 WHERE ${mine}`).run(ledger);
        database.prepare('UPDATE document SET cursor_seq = NULL, cursor_frame = NULL WHERE ledger = ?').run(ledger);
        database.prepare('UPDATE ledger SET waiting = (SELECT coalesce(sum(revisions), 0) FROM document WHERE document.ledger = ledger.key) WHERE key = ?').run(ledger);
      }),
  };
}

function raise(what: string): never {
  throw new Error(`no row for the ${what}`);
}
