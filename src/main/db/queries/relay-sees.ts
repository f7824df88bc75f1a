import type { DocumentsView, RelaySeesView } from '#contract/people-views.ts';
import type { LedgerId } from '#domain/ids.ts';
import { bytesToHex } from '#sync/protocol/bytes.ts';
import { parseFrame } from '#sync/protocol/frames.ts';
import type { Reader } from '#main/db/reader.ts';

type SeenLedger = RelaySeesView['ledgers'][number];

/**
 * What lies at the relay, told from the very frames: those that it is known to hold. Of what a snapshot covers it may have
 * dropped some since. (Number 0 is a frame that the relay does not need, see store.sqlite.frames.ts.)
 */
export interface RelaySeesQueries {
  documents(ledger: LedgerId): SeenLedger['documents'];
  /** The newest first. */
  frames(ledger: LedgerId, limit: number): SeenLedger['frames'];
  /** What is here of each document of a ledger, and what waits; `hash` is over the hashes of its changes. */
  state(ledger: LedgerId, hashOf: (changes: readonly string[]) => string): DocumentsView['documents'];
}

/** So many bytes of a frame are shown, as a relay would see them. */
const HEAD_BYTES = 48;

export function createRelaySeesQueries(reader: Reader): RelaySeesQueries {
  const documents = reader.prepare<[string], SeenLedger['documents'][number]>(
    `SELECT document.id AS document, count(frame.key) AS frames, coalesce(sum(coalesce(frame.size, length(frame.bytes))), 0) AS bytes, max(frame.seq) AS lastSeq
     FROM ledger JOIN document ON document.ledger = ledger.key JOIN frame ON frame.document = document.key AND frame.seq > 0
     WHERE ledger.id = ? GROUP BY document.key ORDER BY document.key`,
  );
  const frames = reader.prepare<[string, number], { document: string; seq: number; at: number; size: number; bytes: Buffer }>(
    `SELECT document.id AS document, frame.seq, coalesce(frame.received_at, 0) AS at, coalesce(frame.size, length(frame.bytes)) AS size, frame.bytes
     FROM ledger JOIN document ON document.ledger = ledger.key JOIN frame ON frame.document = document.key AND frame.seq > 0
     WHERE ledger.id = ? ORDER BY frame.key DESC LIMIT ?`,
  );
  const state = reader.prepare<[string], { key: number; document: string; revisions: number; waiting: number; held: number; seq: number | null }>(
    `SELECT document.key, document.id AS document, document.revisions, cursor_seq AS seq,
     (SELECT count(*) FROM change WHERE change.document = document.key AND change.waiting = 1) AS waiting,
     (SELECT count(*) FROM frame WHERE frame.document = document.key AND frame.state = 'held') AS held
     FROM ledger JOIN document ON document.ledger = ledger.key WHERE ledger.id = ? ORDER BY document.key`,
  );
  const hashes = reader.prepare<[number], string>('SELECT hash FROM change WHERE document = ? AND refused IS NULL ORDER BY hash').pluck();
  return {
    documents: (ledger) => documents.all(ledger),
    frames: (ledger, limit) =>
      frames.all(ledger, limit).flatMap(({ document, seq, at, size, bytes }) => {
        const parsed = parseFrame(new Uint8Array(bytes));
        if (!parsed.ok) return [];
        const { author, epoch, record, kind } = parsed.value.header;
        return [{ document, author: bytesToHex(author), epoch, record, kind, bytes: size, at, seq, head: bytesToHex(bytes.subarray(0, HEAD_BYTES)) }];
      }),
    state: (ledger, hashOf) => state.all(ledger).map(({ key, ...row }) => ({ ...row, hash: hashOf(hashes.all(key)) })),
  };
}
