import { combineStandings, type Standing } from '#sync/change-standing.ts';
import { bytesToKeep } from '#sync/quarantine.ts';
import type { Cursor, FrameVerdict, ReceivedFrame, Store, StoredChange } from '#sync/store.ts';
import { endorsementsToBytes } from './endorsements.ts';
import { IN_DOCUMENT, plain, takeBytes, type StoreGround } from './store.sqlite.ground.ts';

interface FrameRow {
  key: number;
  state: FrameVerdict['state'];
  seq: number | null;
}

type FrameStore = Pick<
  Store, 'commitSealed' | 'commitUnsealed' | 'waitingFrames' | 'waitingSnapshots' | 'commitAcknowledged' | 'commitReceived' | 'releasedFrames' | 'frameNumbers' | 'countHeld' | 'missingChanges' | 'commitDoubted' | 'cursors' | 'resetRelayLog'
>;

/** The number of a frame that the relay needs no more: all of its changes came there in others. */
const ELSEWHERE = 0;

const reasonOf = (verdict: FrameVerdict): string | null => (verdict.state === 'quarantined' ? verdict.reason : null);
const missingOf = (verdict: FrameVerdict): string | null => (verdict.state === 'held' ? verdict.missing.join(' ') : null);

/** The relay's log is another one, or is to be read from its start (null): nothing is known to be in it. Within a commit. */
export function resetLog(database: StoreGround['database'], ledger: number, incarnation: string | null): void {
  const mine = 'document IN (SELECT key FROM document WHERE ledger = ?)';
  database.prepare('UPDATE ledger SET incarnation = ? WHERE key = ?').run(incarnation, ledger);
  database.prepare(`UPDATE frame SET seq = NULL WHERE ${mine}`).run(ledger);
  database.prepare(`UPDATE change SET waiting = 1 WHERE ${mine} AND refused IS NULL`).run(ledger);
  database.prepare('UPDATE document SET cursor_seq = NULL, cursor_frame = NULL, covered = 0 WHERE ledger = ?').run(ledger);
  database.prepare(`UPDATE ledger SET waiting = (SELECT coalesce(sum(revisions), 0) FROM change WHERE ${mine} AND waiting = 1) WHERE key = ?`).run(ledger, ledger);
}

/** Frames as they travel, and how far the relay's log has been read. */
export function createFrameStore({ database, reader, revisions, now, ledgerKey, documentKey, showTouched, moveCursor, read, commit }: StoreGround): FrameStore {
  const findFrame = database.prepare<[string, number], FrameRow>('SELECT key, state, seq FROM frame WHERE id = ? AND document = ?');
  const addFrame = database.prepare('INSERT INTO frame (document, id, seq, received_at, state, reason, missing, size, bytes, endorsements) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const removeFrame = database.prepare('DELETE FROM frame WHERE key = ?');
  const judgeFrame = database.prepare('UPDATE frame SET state = ?, reason = ?, missing = ? WHERE key = ?');
  const quarantinedBytes = database.prepare<[number], number>('SELECT quarantined_bytes FROM ledger WHERE key = ?').pluck();
  const countQuarantined = database.prepare('UPDATE ledger SET quarantined_bytes = quarantined_bytes + ? WHERE key = ?');
  const setFrameSeq = database.prepare('UPDATE frame SET seq = ? WHERE key = ?');
  const setChangeFrame = database.prepare('UPDATE change SET frame = ? WHERE key = ?');
  const sealChange = database.prepare('UPDATE change SET frame = ?, record = ? WHERE hash = ? AND document = ?');
  const unsealChanges = database.prepare('UPDATE change SET frame = NULL, record = NULL WHERE document = ? AND frame = ?');
  const framesById = database.prepare<[string, number], { key: number; document: number }>(
    'SELECT frame.key, frame.document FROM frame JOIN document ON document.key = frame.document WHERE frame.id = ? AND document.ledger = ? AND frame.seq IS NULL',
  );
  const countArrived = database.prepare<[number, number], number>('SELECT coalesce(sum(revisions), 0) FROM change WHERE document = ? AND frame = ? AND waiting = 1').pluck();
  const isSent = database.prepare<[number], number>('SELECT seq IS NOT NULL FROM frame WHERE key = ?').pluck();
  const hashesIn = database.prepare<[number, number], string>('SELECT hash FROM change WHERE document = ? AND frame = ?').pluck();
  const changesArrived = database.prepare('UPDATE change SET waiting = 0 WHERE document = ? AND frame = ? AND waiting = 1');
  const changesDoubted = database.prepare('UPDATE change SET waiting = 1 WHERE document = ? AND frame = ? AND waiting = 0 AND refused IS NULL');
  const countDoubted = database.prepare<[number, number], number>('SELECT coalesce(sum(revisions), 0) FROM change WHERE document = ? AND frame = ? AND waiting = 0 AND refused IS NULL').pluck();
  const takeFromWaiting = database.prepare('UPDATE ledger SET waiting = waiting - ? WHERE key = (SELECT ledger FROM document WHERE key = ?)');

  const unsentFrames = reader.prepare<[string], { document: string; frame: string; bytes: Buffer }>(
    `SELECT document.id AS document, frame.id AS frame, frame.bytes FROM ledger JOIN document ON document.ledger = ledger.key
     JOIN frame INDEXED BY frame_unsent ON frame.document = document.key AND frame.seq IS NULL
     WHERE ledger.id = ? AND frame.state <> 'quarantined' ORDER BY frame.key`,
  );
  const unsentSnapshots = reader.prepare<[string], { document: string; frame: string }>(
    `SELECT document.id AS document, frame.id AS frame FROM ledger JOIN document ON document.ledger = ledger.key
     JOIN frame INDEXED BY frame_unsent ON frame.document = document.key AND frame.seq IS NULL
     WHERE ledger.id = ? AND frame.state <> 'quarantined' AND frame.endorsements IS NOT NULL ORDER BY frame.key DESC`,
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
  const numberOf = reader
    .prepare<[string, string, string], number>(`SELECT seq FROM frame WHERE ${IN_DOCUMENT} AND id = ? AND seq IS NOT NULL`)
    .pluck();
  const countHeld = reader
    .prepare<[string], number>(
      `SELECT count(*) FROM ledger CROSS JOIN document ON document.ledger = ledger.key
       CROSS JOIN frame INDEXED BY frame_held ON frame.document = document.key AND frame.state = 'held' WHERE ledger.id = ?`,
    )
    .pluck();
  const selectMissing = reader.prepare<[string, number], { document: string; hash: string }>(
    `SELECT document.id AS document, substr(frame.missing, 1, 64) AS hash FROM ledger CROSS JOIN document ON document.ledger = ledger.key
     CROSS JOIN frame INDEXED BY frame_held ON frame.document = document.key AND frame.state = 'held' WHERE ledger.id = ? GROUP BY 1, 2 ORDER BY min(frame.key) LIMIT ?`,
  );
  const selectCursors = reader.prepare<[string], Cursor>(
    `SELECT document.id AS document, cursor_seq AS seq, cursor_frame AS frame FROM document JOIN ledger ON ledger.key = document.ledger
     WHERE ledger.id = ? AND cursor_seq IS NOT NULL`,
  );
  const selectIncarnation = reader.prepare<[string], string | null>('SELECT incarnation FROM ledger WHERE id = ?').pluck();

  /** What a frame holds is at the relay now. */
  function arrive(frame: number, document: number): void {
    const waiting = countArrived.get(document, frame) ?? 0;
    if (waiting === 0) return;
    changesArrived.run(document, frame);
    takeFromWaiting.run(waiting, document);
  }

  /** The other way round. */
  function depart(frame: number, document: number): void {
    takeFromWaiting.run(-(countDoubted.get(document, frame) ?? 0), document);
    changesDoubted.run(document, frame);
    setFrameSeq.run(null, frame);
  }

  /** The relay holds these changes in a snapshot: frames with nothing else in them wait no more. */
  function settleCovered(document: number, changes: readonly StoredChange[]): void {
    const covered = new Set(changes.map(({ hash }) => hash));
    for (const frame of new Set(changes.map(({ hash }) => revisions.findChange(document, hash)?.frame ?? null))) {
      if (frame === null || isSent.get(frame) === 1 || !hashesIn.all(document, frame).every((hash) => covered.has(hash))) continue;
      setFrameSeq.run(ELSEWHERE, frame);
      arrive(frame, document);
    }
  }

  function addReceived(ledger: number, document: number, received: ReceivedFrame): number {
    const { frame, seq, bytes, verdict } = received;
    const isQuarantined = verdict.state === 'quarantined';
    const kept = bytesToKeep(received, isQuarantined ? (quarantinedBytes.get(ledger) ?? 0) : 0);
    if (isQuarantined) countQuarantined.run(kept.length, ledger);
    const size = kept.length < bytes.length ? bytes.length : null;
    return Number(addFrame.run(document, frame, seq, now(), verdict.state, reasonOf(verdict), missingOf(verdict), size, kept, endorsementsToBytes(received.endorsements)).lastInsertRowid);
  }

  function takeIn(ledger: number, document: number, frame: number, change: StoredChange, arriving: Standing): void {
    const known = revisions.findChange(document, change.hash);
    if (!known) return revisions.addChange(ledger, document, change, frame, arriving.refused);
    setChangeFrame.run(frame, known.key);
    revisions.judge(ledger, { ...known, frame }, combineStandings(known, arriving), change.revisions);
  }

  /** Changes that wait for nothing, and count, are at the relay. */
  function isAllAtRelay(document: number, changes: readonly StoredChange[]): boolean {
    const known = changes.map(({ hash }) => revisions.findChange(document, hash));
    return changes.length > 0 && known.every((change) => change !== undefined && change.waiting === 0 && change.refused === null);
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
      if (seq === null && (known?.seq ?? null) === null && isAllAtRelay(document, verdict.changes)) setFrameSeq.run(ELSEWHERE, key);
      for (const change of verdict.changes) takeIn(ledger, document, key, change, { record: change.record, refused: verdict.refused.get(change.hash) ?? null });
    }
    if ((seq ?? known?.seq ?? null) !== null) arrive(key, document);
    if (received.endorsements && seq !== null && verdict.state === 'merged') settleCovered(document, verdict.changes);
  }

  return {
    commitSealed: (id, { document: documentId, frame, bytes }, hashes, record) =>
      commit(id, () => {
        const document = documentKey(ledgerKey(id), documentId);
        const key = findFrame.get(frame, document)?.key ?? addFrame.run(document, frame, null, null, 'merged', null, null, null, bytes, null).lastInsertRowid;
        for (const hash of hashes) sealChange.run(key, record, hash, document);
      }),
    commitUnsealed: (id, frames) =>
      commit(id, () => {
        const ledger = ledgerKey(id);
        for (const { document: documentId, frame } of frames) {
          const document = documentKey(ledger, documentId);
          const known = findFrame.get(frame, document);
          if (!known || known.seq !== null) continue;
          unsealChanges.run(document, known.key);
          removeFrame.run(known.key);
        }
      }),
    waitingFrames: (ledger, maximumBytes) =>
      read(() => [...takeBytes(unsentFrames.iterate(ledger), maximumBytes)].map((row) => ({ ...row, bytes: plain(row.bytes) }))),
    waitingSnapshots: (ledger) => read(() => unsentSnapshots.all(ledger)),
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
    frameNumbers: (ledger, document, frames) =>
      read(() => new Map(frames.flatMap((frame): [string, number][] => {
        const seq = numberOf.get(ledger, document, frame);
        return seq === undefined ? [] : [[frame, seq]];
      }))),
    countHeld: (ledger) => read(() => countHeld.get(ledger) ?? 0),
    missingChanges: (ledger, maximum) => read(() => selectMissing.all(ledger, maximum)),
    commitDoubted: (id, documentId, hashes) =>
      commit(id, () => {
        const document = documentKey(ledgerKey(id), documentId);
        for (const hash of hashes) {
          const frame = revisions.findChange(document, hash)?.frame ?? null;
          if (frame !== null && isSent.get(frame) === 1) depart(frame, document);
        }
      }),
    cursors: (ledger) => read(() => ({ incarnation: selectIncarnation.get(ledger) ?? null, cursors: selectCursors.all(ledger) })),
    resetRelayLog: (id, incarnation) => commit(id, () => resetLog(database, ledgerKey(id), incarnation)),
  };
}
