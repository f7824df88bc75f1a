import { MAXIMUM_DOCUMENTS, MAXIMUM_FRAMES_AT_ONCE } from '#sync/protocol/limits.ts';
import { done, failed, idToBlob, type LedgerRow, type RelayDatabase } from './store.sqlite.database.ts';
import type { Appended, FrameToAppend, Page, RelayStore } from './store.ts';

interface DocumentRow {
  readonly id: number;
  readonly seq: number;
  readonly dropped: number;
}
/** A document while frames are added to it; without an id it is new, and `head` is the last one that was added. */
interface OpenDocument {
  id?: number;
  seq: number;
  head: Buffer | null;
}
interface SnapshotRow {
  readonly seq: number;
  readonly covers: number;
  readonly coversFrame: Buffer;
  readonly endorser: Uint8Array | null;
  readonly endorsement: Uint8Array | null;
}
/** A member that there is not: a word that was looked at already is nobody's own. */
const NOBODY = '';
/** Documents that are gone through in one step, so that it does not hold up everybody else. */
const DOCUMENTS_AT_ONCE = 20;

/** The logs of frames of a relay's store in SQLite. */
export function createSqliteLog({ database, at, count, hasRoom, read, settle, write }: RelayDatabase): Pick<RelayStore, 'heads' | 'page' | 'append' | 'endorse' | 'compact'> {
  const selectHeads = database.prepare<[number], { document: Buffer; seq: number; frame: Buffer }>('SELECT document, seq, frame FROM document WHERE ledger = ?');
  const selectDocument = database.prepare<[number, Buffer], DocumentRow>('SELECT id, seq, dropped FROM document WHERE ledger = ? AND document = ?');
  const insertDocument = database.prepare('INSERT INTO document (ledger, document, seq, frame) VALUES (?, ?, 0, ?)');
  const countDocuments = database.prepare('UPDATE ledger SET documents = documents + ? WHERE id = ?');
  const setHead = database.prepare('UPDATE document SET seq = ?, frame = ? WHERE id = ?');
  const selectSeq = database.prepare<[number, Buffer], number>('SELECT seq FROM log WHERE document = ? AND frame = ?').pluck();
  const selectAt = database.prepare<[number, number], Buffer>('SELECT frame FROM log WHERE document = ? AND seq = ?').pluck();
  const selectBytes = database.prepare<[number, number], Buffer>('SELECT bytes FROM log WHERE document = ? AND seq = ?').pluck();
  const selectAfter = database.prepare<[number, number], { seq: number; bytes: Uint8Array }>('SELECT seq, bytes FROM log WHERE document = ? AND seq > ? ORDER BY seq');
  const insertFrame = database.prepare('INSERT INTO log VALUES (?, ?, ?, ?) ON CONFLICT (document, frame) DO NOTHING');
  const insertSnapshot = database.prepare('INSERT INTO snapshot (document, seq, covers, covers_frame, member, vouched, due) VALUES (?, ?, ?, ?, ?, ?, ?)');
  const selectBest = database.prepare<[number], SnapshotRow>(
    'SELECT seq, covers, covers_frame AS coversFrame, endorser, endorsement FROM snapshot WHERE document = ? AND vouched = 1 ORDER BY covers DESC, seq DESC LIMIT 1');
  const vouch = database.prepare(`
    UPDATE snapshot SET due = iif(vouched = 1, due, ?), vouched = 1, endorser = ?, endorsement = ?
    WHERE document = ? AND seq = ? AND member <> ? AND endorser IS NULL`);
  const isSnapshot = database.prepare<[number, number], number>('SELECT 1 FROM snapshot WHERE document = ? AND seq = ?').pluck();
  const selectDue = database.prepare<[number, number], { document: number; ledger: number; covers: number }>(`
    SELECT document.id AS document, document.ledger, max(snapshot.covers) AS covers FROM snapshot JOIN document ON document.id = snapshot.document
    WHERE snapshot.due < ? GROUP BY document.id LIMIT ?`);
  const sumOld = database.prepare<[number, number], number>('SELECT coalesce(sum(length(bytes)), 0) FROM log WHERE document = ? AND seq <= ?').pluck();
  const deleteOld = database.prepare('DELETE FROM log WHERE document = ? AND seq <= ?');
  const deleteOldSnapshots = database.prepare('DELETE FROM snapshot WHERE document = ? AND seq <= ?');
  const settleDue = database.prepare('UPDATE snapshot SET due = NULL WHERE document = ? AND covers <= ?');
  const setDropped = database.prepare('UPDATE document SET dropped = max(dropped, ?) WHERE id = ?');

  /** `snapshot`: the number of the one that goes with them; null: none does, and then there must be at least one frame. */
  function readFrames(document: number, after: number, snapshot: number | null, maximumBytes: number): Page['frames'] {
    const frames: Page['frames'] = [];
    let length = 0;
    for (const row of selectAfter.iterate(document, after)) {
      if (row.seq === snapshot) continue;
      length += row.bytes.length;
      if ((frames.length > 0 || snapshot !== null) && (length > maximumBytes || frames.length >= MAXIMUM_FRAMES_AT_ONCE)) break;
      frames.push(row);
    }
    return frames;
  }

  function readPage(document: DocumentRow, after: number, maximumBytes: number): Page {
    const best = selectBest.get(document.id);
    const bytes = best && best.covers > after ? selectBytes.get(document.id, best.seq) : undefined;
    const endorsement = best?.endorser && best.endorsement ? { key: best.endorser, signature: best.endorsement } : null;
    const offered = best && bytes ? { seq: best.seq, covers: best.covers, bytes } : null;
    const frames = readFrames(document.id, offered?.covers ?? after, offered?.seq ?? null, maximumBytes);
    const frameAt = selectAt.get(document.id, after) ?? (best?.covers === after ? best.coversFrame : undefined);
    return { head: document.seq, at: frameAt?.toString('hex') ?? null, dropped: document.dropped, snapshot: offered && { seq: offered.seq, bytes: offered.bytes, endorsement }, frames };
  }

  /** Row by row only the frames themselves; what counts them and points at the last one is written once for all. */
  function appendFrames(ledger: LedgerRow, frames: readonly FrameToAppend[], now: number): Appended[] {
    const documents = new Map<string, OpenDocument>();
    let [added, created] = [0, 0];
    function openDocument(document: string): OpenDocument {
      const opened = documents.get(document) ?? { seq: 0, head: null, ...selectDocument.get(ledger.id, idToBlob(document)) };
      documents.set(document, opened);
      return opened;
    }
    function createDocument(document: string, frame: Buffer): number {
      created += 1;
      return Number(insertDocument.run(ledger.id, idToBlob(document), frame).lastInsertRowid);
    }
    function appendFrame({ document, frame, bytes, snapshot, isLate = false }: FrameToAppend): Appended {
      const frameId = idToBlob(frame);
      const there = openDocument(document);
      const hasPlace = hasRoom(ledger, added + bytes.length) && (there.id !== undefined || ledger.documents + created < MAXIMUM_DOCUMENTS);
      const begins = there.id === undefined && snapshot?.refill !== undefined;
      const isCoverUnknown = snapshot !== undefined && !begins && (there.id === undefined || selectAt.get(there.id, snapshot.seq)?.toString('hex') !== snapshot.frame);
      if (!isLate && !isCoverUnknown && hasPlace) {
        const id = (there.id ??= createDocument(document, frameId));
        const seq = (begins ? snapshot.seq : there.seq) + 1;
        if (insertFrame.run(id, seq, frameId, bytes).changes === 1) {
          if (snapshot) insertSnapshot.run(id, seq, snapshot.seq, idToBlob(snapshot.frame), snapshot.member, snapshot.isVouched ? 1 : 0, snapshot.isVouched ? now : null);
          if (snapshot?.refill) vouch.run(now, snapshot.refill.key, snapshot.refill.signature, id, seq, NOBODY);
          if (begins) setDropped.run(snapshot.seq, id);
          Object.assign(there, { seq, head: frameId });
          added += bytes.length;
          return { document, frame, seq, fresh: true };
        }
      }
      const seqThere = there.id === undefined ? undefined : selectSeq.get(there.id, frameId);
      if (seqThere !== undefined) return { document, frame, seq: seqThere, fresh: false };
      return { frame, refused: isLate ? 'late' : isCoverUnknown ? 'covers_unknown' : 'quota' };
    }
    const appended = frames.map(appendFrame);
    for (const { id, seq, head } of documents.values()) if (head) setHead.run(seq, head, id);
    if (created > 0) countDocuments.run(created, ledger.id);
    if (added > 0) count(ledger.id, added);
    return appended;
  }

  return {
    heads: (place) =>
      read(() => {
        const ledger = at(place);
        if (ledger === 'stale') return failed('stale');
        const rows = ledger ? selectHeads.all(ledger.id) : [];
        return done(rows.map(({ document, seq, frame }) => ({ document: document.toString('hex'), seq, frame: frame.toString('hex') })));
      }),
    page: (place, document, after, maximumBytes) =>
      read(() => {
        const ledger = at(place);
        if (ledger === 'stale') return failed('stale');
        const row = ledger && selectDocument.get(ledger.id, idToBlob(document));
        return done(row ? readPage(row, after, maximumBytes) : { head: 0, at: null, dropped: 0, snapshot: null, frames: [] });
      }),
    append: (place, frames, now) =>
      write(() => {
        const there = at(place);
        if (there === 'stale') return failed('stale');
        return done(appendFrames(settle(place, there), frames, now));
      }),
    endorse: (place, document, frame, member, { key, signature }, now) =>
      write(() => {
        const ledger = at(place);
        if (ledger === 'stale') return failed('stale');
        const row = ledger && selectDocument.get(ledger.id, idToBlob(document));
        const seq = row ? selectSeq.get(row.id, idToBlob(frame)) : undefined;
        if (!row || seq === undefined || !isSnapshot.get(row.id, seq)) return done(false);
        vouch.run(now, key, signature, row.id, seq, member);
        return done(true);
      }),
    compact: (before) =>
      write(() => {
        const due = selectDue.all(before, DOCUMENTS_AT_ONCE);
        for (const { document, ledger, covers } of due) {
          count(ledger, -(sumOld.get(document, covers) ?? 0));
          deleteOld.run(document, covers);
          deleteOldSnapshots.run(document, covers);
          settleDue.run(document, covers);
          setDropped.run(covers, document);
        }
        return done(due.length);
      }),
  };
}
