import { MAXIMUM_FRAMES_AT_ONCE } from '#sync/protocol/limits.ts';
import { done, failed, type PostgresDatabase } from './store.postgres.database.ts';
import type { Head, Page, RelayStore } from './store.ts';

const selectHeads = {
  name: 'heads',
  text: `
SELECT ledger.records, document.document, document.seq, document.frame
FROM ledger LEFT JOIN document ON document.ledger = ledger.id WHERE ledger.ledger = $1`,
};

/**
 * A page in one statement, so that all of it is of one moment: a row about the document, one of the snapshot where one is
 * offered, and one of each frame. Sizes are added up before bytes are read. Bytes are read by subqueries: a join might take
 * half of an index where the planner knows little yet.
 */
const selectPage = {
  name: 'page',
  text: `
WITH place AS (SELECT id, records FROM ledger WHERE ledger = $1),
here AS (SELECT id, seq, dropped FROM document WHERE ledger = (SELECT id FROM place) AND document = $2),
best AS (
  SELECT seq, covers, covers_frame, endorser, endorsement FROM snapshot WHERE document = (SELECT id FROM here) AND vouched ORDER BY covers DESC, seq DESC LIMIT 1
),
offered AS (SELECT best.*, (SELECT bytes FROM log WHERE document = (SELECT id FROM here) AND log.seq = best.seq) AS bytes FROM best WHERE covers > $3),
following AS (
  SELECT seq, octet_length(bytes) AS length FROM log
  WHERE document = (SELECT id FROM here) AND seq > coalesce((SELECT covers FROM offered), $3) AND seq IS DISTINCT FROM (SELECT seq FROM offered)
  ORDER BY seq LIMIT ${MAXIMUM_FRAMES_AT_ONCE}
),
sized AS (SELECT seq, sum(length) OVER (ORDER BY seq) AS reaching, row_number() OVER (ORDER BY seq) AS place FROM following)
SELECT 'document' AS kind, here.seq, place.records, here.dropped,
  coalesce((SELECT frame FROM log WHERE document = here.id AND seq = $3), (SELECT covers_frame FROM best WHERE covers = $3)) AS frame,
  NULL::bytea AS bytes, NULL::bytea AS endorser, NULL::bytea AS endorsement
FROM place LEFT JOIN here ON true
UNION ALL
SELECT 'snapshot', seq, NULL, NULL, NULL, bytes, endorser, endorsement FROM offered
UNION ALL
(SELECT 'frame', seq, NULL, NULL, NULL, (SELECT bytes FROM log WHERE document = (SELECT id FROM here) AND log.seq = sized.seq), NULL, NULL FROM sized
WHERE reaching <= $4 OR (place = 1 AND NOT EXISTS (SELECT FROM offered)) ORDER BY seq)`,
};
interface PageRow {
  readonly kind: 'document' | 'snapshot' | 'frame';
  /** Null in the row of a document that there isn't. */
  readonly seq: number | null;
  readonly records: number;
  readonly dropped: number | null;
  readonly frame: string | null;
  readonly bytes: Uint8Array;
  readonly endorser: Uint8Array | null;
  readonly endorsement: Uint8Array | null;
}

const selectSnapshot = {
  name: 'snapshot',
  text: `
SELECT snapshot.document AS id, snapshot.seq FROM document JOIN snapshot ON snapshot.document = document.id
WHERE document.ledger = $1 AND document.document = $2 AND snapshot.seq = (SELECT seq FROM log WHERE log.document = document.id AND log.frame = $3)`,
};
const vouch = {
  name: 'vouch',
  text: `
UPDATE snapshot SET due = CASE WHEN vouched THEN due ELSE $1 END, vouched = true, endorser = $2, endorsement = $3
WHERE document = $4 AND seq = $5 AND member <> $6 AND endorser IS NULL`,
};

/** Frames that are dropped in one transaction: others who write to the ledger wait for it. */
const DROPPED_AT_ONCE = 2_000;
/** Documents that are gone through in one call. */
const DOCUMENTS_AT_ONCE = 20;
const selectDue = {
  name: 'compact-find',
  text: `
SELECT ledger.ledger, document.id, max(snapshot.covers)::bigint AS covers
FROM snapshot JOIN document ON document.id = snapshot.document JOIN ledger ON ledger.id = document.ledger
WHERE snapshot.due < $1 GROUP BY ledger.ledger, document.id LIMIT ${DOCUMENTS_AT_ONCE}`,
};
const lockDue = {
  name: 'compact-lock',
  text: 'SELECT ledger.id, document.dropped FROM ledger JOIN document ON document.ledger = ledger.id WHERE ledger.ledger = $1 AND document.id = $2 FOR UPDATE OF ledger',
};
const drop = {
  name: 'compact-drop',
  text: `
WITH gone AS (DELETE FROM log WHERE document = $1 AND seq <= $2 RETURNING octet_length(bytes) AS length),
snapshots AS (DELETE FROM snapshot WHERE document = $1 AND seq <= $2),
marked AS (UPDATE document SET dropped = $2 WHERE id = $1)
SELECT coalesce(sum(length), 0)::bigint AS bytes FROM gone`,
};
const settleDue = { name: 'compact-settle', text: 'UPDATE snapshot SET due = NULL WHERE document = $1 AND covers <= $2' };

function rowsToPage(rows: readonly PageRow[]): Page {
  const page: Page = { head: 0, at: null, dropped: 0, snapshot: null, frames: [] };
  for (const { kind, seq, dropped, frame, bytes, endorser, endorsement } of rows) {
    if (seq === null) continue;
    if (kind === 'frame') page.frames.push({ seq, bytes });
    else if (kind === 'snapshot') page.snapshot = { seq, bytes, endorsement: endorser && endorsement && { key: endorser, signature: endorsement } };
    else Object.assign(page, { head: seq, at: frame, dropped: dropped ?? 0 });
  }
  return page;
}

/** The logs of frames of a relay's store in PostgreSQL, but for appending to them. */
export function createPostgresLog({ read, write }: PostgresDatabase): Pick<RelayStore, 'heads' | 'page' | 'endorse' | 'compact'> {
  /** Drops some of what is covered. Answers whether that was all. */
  const dropSome = (ledger: string, document: number, covers: number) =>
    write<boolean>(async (transaction) => {
      const [there] = await transaction.query<{ id: number; dropped: number }>(lockDue, [ledger, document]);
      if (!there) return done(true);
      // Another relay may have dropped more already.
      const next = Math.min(covers, there.dropped + DROPPED_AT_ONCE);
      const [gone] = next > there.dropped ? await transaction.query<{ bytes: number }>(drop, [document, next]) : [];
      if (next === covers) await transaction.query(settleDue, [document, covers]);
      if (gone) await transaction.count(there.id, -gone.bytes);
      return done(next === covers);
    });

  return {
    heads: ({ ledger, records }) =>
      read(selectHeads, [ledger], (rows: ({ records: number } & (Head | { document: null }))[]) => {
        if ((rows[0]?.records ?? 0) !== records) return failed('stale');
        return done(rows.flatMap((row) => (row.document === null ? [] : [{ document: row.document, seq: row.seq, frame: row.frame }])));
      }),
    page: ({ ledger, records }, document, after, maximumBytes) =>
      read(selectPage, [ledger, document, after, maximumBytes], (rows: PageRow[]) => {
        const there = rows.find(({ kind }) => kind === 'document')?.records ?? 0;
        return there === records ? done(rowsToPage(rows)) : failed('stale');
      }),
    endorse: (place, document, frame, member, { key, signature }, now) =>
      write(async (transaction) => {
        const ledger = await transaction.lock(place);
        if (ledger === 'stale') return failed('stale');
        const [snapshot] = ledger ? await transaction.query<{ id: number; seq: number }>(selectSnapshot, [ledger.id, document, frame]) : [];
        if (!snapshot) return done(false);
        await transaction.query(vouch, [now, Buffer.from(key), Buffer.from(signature), snapshot.id, snapshot.seq, member]);
        return done(true);
      }),
    async compact(before) {
      const due = await read(selectDue, [before], (rows: { ledger: string; id: number; covers: number }[]) => done(rows));
      if (!due.ok) return due;
      for (const { ledger, id, covers } of due.value) {
        for (let isDone = false; !isDone; ) {
          const outcome = await dropSome(ledger, id, covers);
          if (!outcome.ok) return outcome;
          isDone = outcome.value;
        }
      }
      return done(due.value.length);
    },
  };
}
