import type { Store } from '#sync/store.ts';
import { bytesToEndorsements } from './endorsements.ts';
import { IN_DOCUMENT, plain, type StoreGround } from './store.sqlite.ground.ts';

type ExchangeStore = Pick<Store, 'frameVersions' | 'offeredFrames' | 'knownFrames' | 'frame' | 'tails' | 'changesUpTo' | 'commitCovered'>;

/** What devices hand each other, and what snapshots are made from. */
export function createExchangeStore({ database, reader, ledgerKey, documentKey, read, commit }: StoreGround): ExchangeStore {
  // SQLite takes a column that stands bare beside max() from the row with the maximum.
  const selectVersions = reader.prepare<[string], { document: string; frames: number; newest: string }>(
    `SELECT document.id AS document, count(*) AS frames, frame.id AS newest, max(frame.key) FROM ledger JOIN document ON document.ledger = ledger.key
     JOIN frame ON frame.document = document.key WHERE ledger.id = ? GROUP BY document.key`,
  );
  const selectOffered = reader.prepare<[string, string, string, string], string>(
    `SELECT id FROM frame WHERE ${IN_DOCUMENT} AND (state = 'held' OR state = 'merged' AND key IN (SELECT frame FROM change WHERE ${IN_DOCUMENT})) ORDER BY key`,
  ).pluck();
  const isKnown = reader.prepare<[string, string, string], number>(`SELECT 1 FROM frame WHERE ${IN_DOCUMENT} AND id = ?`).pluck();
  const selectFrame = reader.prepare<[string, string, string], { bytes: Buffer; endorsements: Buffer | null }>(
    `SELECT bytes, endorsements FROM frame WHERE ${IN_DOCUMENT} AND id = ? AND state <> 'quarantined'`,
  );
  const selectTails = reader.prepare<[string], { document: string; covered: number; frames: number; bytes: number; held: number; cut: number }>(
    `SELECT document.id AS document, document.covered,
     (SELECT count(*) FROM frame WHERE frame.document = document.key AND seq > document.covered AND state = 'merged') AS frames,
     (SELECT coalesce(sum(length(bytes)), 0) FROM frame WHERE frame.document = document.key AND seq > document.covered AND state = 'merged') AS bytes,
     EXISTS (SELECT 1 FROM frame INDEXED BY frame_apart WHERE frame.document = document.key AND frame.state <> 'merged' AND frame.state = 'held') AS held,
     EXISTS (SELECT 1 FROM frame INDEXED BY frame_apart WHERE frame.document = document.key AND frame.state <> 'merged' AND frame.state = 'quarantined'
             AND reason = 'before_joining') AS cut
     FROM document JOIN ledger ON ledger.key = document.ledger WHERE ledger.id = ?`,
  );
  const selectUpTo = reader.prepare<[string, string, number], { hash: string; record: number; bytes: Buffer }>(
    `SELECT change.hash, change.record, change.bytes FROM change JOIN frame ON frame.key = change.frame
     WHERE change.${IN_DOCUMENT} AND change.record IS NOT NULL AND frame.seq <= ? ORDER BY change.key`,
  );
  const setCovered = database.prepare('UPDATE document SET covered = max(covered, ?) WHERE key = ?');

  return {
    frameVersions: (ledger) => read(() => selectVersions.all(ledger).map(({ document, frames, newest }) => ({ document, version: `${frames}/${newest}` }))),
    offeredFrames: (ledger, document) => read(() => selectOffered.all(ledger, document, ledger, document)),
    knownFrames: (ledger, document, frames) => read(() => new Set(frames.filter((frame) => isKnown.get(ledger, document, frame) !== undefined))),
    frame: (ledger, document, frame) =>
      read(() => {
        const row = selectFrame.get(ledger, document, frame);
        return row ? { document, frame, bytes: plain(row.bytes), endorsements: bytesToEndorsements(row.endorsements) } : null;
      }),
    tails: (ledger) => read(() => selectTails.all(ledger).map(({ held, cut, ...tail }) => ({ ...tail, isHeld: held === 1, isCut: cut === 1 }))),
    changesUpTo: (ledger, document, seq) => read(() => selectUpTo.all(ledger, document, seq).map(({ bytes, ...change }) => ({ ...change, bytes: plain(bytes) }))),
    commitCovered: (ledger, document, seq) => commit(ledger, () => void setCovered.run(seq, documentKey(ledgerKey(ledger), document))),
  };
}
