/** Appending to the logs of a relay's store in PostgreSQL: many requests to a transaction, many frames to a statement. */
import { MAXIMUM_DOCUMENTS } from '#sync/protocol/limits.ts';
import { done, failed, SHARD, type LedgerRow, type PostgresDatabase, type Transaction } from './store.postgres.database.ts';
import type { Appended, FrameToAppend, Place, RelayStore, Settled } from './store.ts';

type Answer = Settled<Appended[], 'stale'>;

interface Waiting {
  readonly place: Place;
  readonly frames: readonly FrameToAppend[];
  readonly bytes: number;
  readonly now: number;
  settle(answer: Answer): void;
}

export interface AppendOptions {
  /** How many transactions of appends may be on their way at a time. */
  readonly lanes: number;
  /** Runs at the end of this turn of the event loop. */
  schedule(task: () => void): void;
  /** How long a transaction took in milliseconds, and how many requests were in it. */
  onCommit?(milliseconds: number, requests: number): void;
}

/** One transaction takes so much, but at least one request. */
const MAXIMUM_FRAMES = 2_000;
const MAXIMUM_BYTES = 8_000_000;

// In the order of their ids, so that no two transactions wait for each other.
const lockLedgers = { name: 'append-lock', text: 'SELECT id, ledger, records, bytes, documents FROM ledger WHERE ledger = ANY ($1::uuid[]) ORDER BY ledger FOR UPDATE' };
const insertLedgers = { name: 'append-ledgers', text: 'INSERT INTO ledger (ledger) SELECT ledger FROM unnest($1::uuid[]) AS ledger ORDER BY ledger ON CONFLICT DO NOTHING' };
/** What is there already of each frame: its document, that one's last number, its own number, and the frame it covers; and all that counts. */
const selectThere = {
  name: 'append-there',
  text: `
SELECT document.id, document.seq AS head, (SELECT seq FROM log WHERE log.document = document.id AND log.frame = given.frame) AS seq,
  (SELECT frame FROM log WHERE log.document = document.id AND log.seq = given.covers) AS covered,
  CASE WHEN $5 THEN (SELECT coalesce(sum(bytes), 0) FROM total)::bigint ELSE 0 END AS total
FROM unnest($1::bigint[], $2::uuid[], $3::uuid[], $4::bigint[]) WITH ORDINALITY AS given (ledger, document, frame, covers, place)
LEFT JOIN document ON document.ledger = given.ledger AND document.document = given.document
ORDER BY given.place`,
};
const insertDocuments = {
  name: 'append-documents',
  text: `
INSERT INTO document (ledger, document, seq, frame, dropped) SELECT * FROM unnest($1::bigint[], $2::uuid[], $3::bigint[], $4::uuid[], $5::bigint[])
RETURNING id, ledger, document`,
};
const insertSnapshots = {
  name: 'append-snapshots',
  text: `
INSERT INTO snapshot (document, seq, covers, covers_frame, member, vouched, due, endorser, endorsement)
SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::uuid[], $5::text[], $6::boolean[], $7::bigint[], $8::bytea[], $9::bytea[])`,
};
/** The bytes of all frames travel as one, of which each row takes its part: in an array each would be spelled in hexadecimal digits. */
const insertFrames = {
  name: 'append-frames',
  text: `
WITH counted AS (
  UPDATE ledger SET bytes = ledger.bytes + given.bytes, documents = ledger.documents + given.documents
  FROM unnest($7::bigint[], $8::bigint[], $9::integer[]) AS given (id, bytes, documents) WHERE ledger.id = given.id
  RETURNING given.bytes
), headed AS (
  UPDATE document SET seq = given.seq, frame = given.frame
  FROM unnest($10::bigint[], $11::bigint[], $12::uuid[]) AS given (id, seq, frame) WHERE document.id = given.id
), logged AS (
  INSERT INTO log SELECT document, seq, frame, substring($6::bytea FROM start FOR length)
  FROM unnest($1::bigint[], $2::bigint[], $3::uuid[], $4::integer[], $5::integer[]) AS given (document, seq, frame, start, length)
)
INSERT INTO total SELECT ${SHARD}, sum(bytes), 0 FROM counted
ON CONFLICT (shard) DO UPDATE SET bytes = total.bytes + excluded.bytes`,
};

interface Document {
  readonly ledger: LedgerRow;
  readonly document: string;
  /** Null: it is new. */
  id: number | null;
  seq: number;
  /** Up to which number it never was here. */
  dropped: number;
  frame: string;
  isChanged: boolean;
}
interface Fresh {
  readonly document: Document;
  readonly seq: number;
  readonly frame: FrameToAppend;
  readonly now: number;
}
/** What is there, and what comes to it while the requests are gone through one after the other. */
interface Draft {
  readonly ledgers: Map<string, LedgerRow & { bytes: number; documents: number }>;
  readonly documents: Map<string, Document>;
  /** The number of each frame that is there, by document and frame; and the frame of each number that a snapshot names. */
  readonly seqs: Map<string, number>;
  readonly covered: Map<string, string>;
  readonly fresh: Fresh[];
  total: number;
}

async function readDraft(transaction: Transaction, group: readonly Waiting[], isTotalLimited: boolean): Promise<Draft> {
  const names = [...new Set(group.map(({ place }) => place.ledger))];
  type Row = LedgerRow & { ledger: string };
  let rows = await transaction.query<Row>(lockLedgers, [names]);
  const unknown = names.filter((name) => rows.every(({ ledger }) => ledger !== name) && group.some(({ place }) => place.ledger === name && place.records === 0));
  if (unknown.length > 0) {
    await transaction.query(insertLedgers, [unknown]);
    rows = await transaction.query<Row>(lockLedgers, [names]);
  }
  const draft: Draft = { ledgers: new Map(rows.map((row) => [row.ledger, { ...row }])), documents: new Map(), seqs: new Map(), covered: new Map(), fresh: [], total: 0 };

  const given = group.flatMap(({ place, frames }) => {
    const ledger = draft.ledgers.get(place.ledger);
    return ledger ? frames.map((frame) => ({ ...frame, ledger })) : [];
  });
  const there = await transaction.query<{ id: number | null; head: number; seq: number | null; covered: string | null; total: number }>(selectThere, [
    given.map(({ ledger }) => ledger.id), given.map(({ document }) => document), given.map(({ frame }) => frame), given.map(({ snapshot }) => snapshot?.seq ?? null), isTotalLimited,
  ]);
  there.forEach((row, index) => {
    const frame = given[index];
    if (!frame) return;
    const key = `${frame.ledger.id} ${frame.document}`;
    if (!draft.documents.has(key)) draft.documents.set(key, { ledger: frame.ledger, document: frame.document, id: row.id, seq: row.head ?? 0, dropped: 0, frame: '', isChanged: false });
    if (row.seq !== null) draft.seqs.set(`${key} ${frame.frame}`, row.seq);
    if (frame.snapshot && row.covered !== null) draft.covered.set(`${key} ${frame.snapshot.seq}`, row.covered);
  });
  draft.total = there[0]?.total ?? 0;
  return draft;
}

function judgeFrame(draft: Draft, frame: FrameToAppend, { place, now }: Waiting, limits: Pick<PostgresDatabase, 'ledgerBytes' | 'totalBytes'>): Appended {
  const ledger = draft.ledgers.get(place.ledger);
  const key = `${ledger?.id} ${frame.document}`;
  const document = draft.documents.get(key);
  if (!ledger || !document) throw new TypeError('a frame was not looked for');
  const seqThere = draft.seqs.get(`${key} ${frame.frame}`);
  if (seqThere !== undefined) return { document: frame.document, frame: frame.frame, seq: seqThere, fresh: false };
  const { snapshot, isLate = false } = frame;
  if (isLate) return { frame: frame.frame, refused: 'late' };
  const begins = document.seq === 0 && snapshot?.refill !== undefined;
  if (snapshot && !begins && draft.covered.get(`${key} ${snapshot.seq}`) !== snapshot.frame) return { frame: frame.frame, refused: 'covers_unknown' };
  const { length } = frame.bytes;
  const isNew = document.seq === 0;
  if (ledger.bytes + length > limits.ledgerBytes || draft.total + length > limits.totalBytes || (isNew && ledger.documents >= MAXIMUM_DOCUMENTS)) {
    return { frame: frame.frame, refused: 'quota' };
  }
  ledger.bytes += length;
  draft.total += length;
  if (isNew) ledger.documents += 1;
  const dropped = begins ? snapshot.seq : document.dropped;
  const seq = (begins ? snapshot.seq : document.seq) + 1;
  Object.assign(document, { seq, dropped, frame: frame.frame, isChanged: true });
  draft.seqs.set(`${key} ${frame.frame}`, seq);
  draft.covered.set(`${key} ${seq}`, frame.frame);
  draft.fresh.push({ document, seq, frame, now });
  return { document: frame.document, frame: frame.frame, seq, fresh: true };
}

const toBuffer = (bytes: Uint8Array | undefined): Buffer | null => (bytes ? Buffer.from(bytes) : null);

async function writeDraft(transaction: Transaction, { documents, fresh }: Draft, before: ReadonlyMap<number, LedgerRow>, after: readonly LedgerRow[]): Promise<void> {
  if (fresh.length === 0) return;
  const changed = [...documents.values()].filter(({ isChanged }) => isChanged);
  const created = changed.filter(({ id }) => id === null);
  if (created.length > 0) {
    const rows = await transaction.query<{ id: number; ledger: number; document: string }>(insertDocuments, [
      created.map(({ ledger }) => ledger.id), created.map(({ document }) => document), created.map(({ seq }) => seq), created.map(({ frame }) => frame),
      created.map(({ dropped }) => dropped),
    ]);
    for (const row of rows) {
      const document = documents.get(`${row.ledger} ${row.document}`);
      if (document) document.id = row.id;
    }
  }
  const snapshots = fresh.filter(({ frame }) => frame.snapshot);
  if (snapshots.length > 0) {
    await transaction.query(insertSnapshots, [
      snapshots.map(({ document }) => document.id), snapshots.map(({ seq }) => seq),
      snapshots.map(({ frame }) => frame.snapshot?.seq), snapshots.map(({ frame }) => frame.snapshot?.frame), snapshots.map(({ frame }) => frame.snapshot?.member),
      snapshots.map(({ frame }) => frame.snapshot?.isVouched), snapshots.map(({ frame, now }) => (frame.snapshot?.isVouched ? now : null)),
      snapshots.map(({ frame }) => toBuffer(frame.snapshot?.refill?.key)), snapshots.map(({ frame }) => toBuffer(frame.snapshot?.refill?.signature)),
    ]);
  }
  let start = 1;
  const starts = fresh.map(({ frame }) => (start += frame.bytes.length) - frame.bytes.length);
  const older = changed.filter((document) => !created.includes(document));
  const ledgers = after.filter(({ id, bytes }) => bytes !== before.get(id)?.bytes);
  await transaction.query(insertFrames, [
    fresh.map(({ document }) => document.id), fresh.map(({ seq }) => seq), fresh.map(({ frame }) => frame.frame), starts, fresh.map(({ frame }) => frame.bytes.length),
    Buffer.concat(fresh.map(({ frame }) => frame.bytes)),
    ledgers.map(({ id }) => id), ledgers.map(({ id, bytes }) => bytes - (before.get(id)?.bytes ?? 0)), ledgers.map(({ id, documents: count }) => count - (before.get(id)?.documents ?? 0)),
    older.map(({ id }) => id), older.map(({ seq }) => seq), older.map(({ frame }) => frame),
  ]);
}

/** The same transaction for all requests, which are judged one after the other as if each came alone. */
async function appendGroup(transaction: Transaction, group: readonly Waiting[], limits: Pick<PostgresDatabase, 'ledgerBytes' | 'totalBytes'>): Promise<Answer[]> {
  const draft = await readDraft(transaction, group, limits.totalBytes !== Infinity);
  const before = new Map([...draft.ledgers.values()].map((row) => [row.id, { ...row }]));
  const answers = group.map((request): Answer => {
    if ((draft.ledgers.get(request.place.ledger)?.records ?? 0) !== request.place.records) return failed('stale');
    return done(request.frames.map((frame) => judgeFrame(draft, frame, request, limits)));
  });
  await writeDraft(transaction, draft, before, [...draft.ledgers.values()]);
  return answers;
}

/**
 * Requests that come while a transaction is on its way wait and share the next one. A ledger has its lane, so that its
 * requests are answered in the order of their numbers; lanes work beside each other.
 */
export function createPostgresAppend(database: PostgresDatabase, { lanes, schedule, onCommit }: AppendOptions): Pick<RelayStore, 'append'> {
  const queues = Array.from({ length: lanes }, () => ({ waiting: [] as Waiting[], isBusy: false }));

  function takeGroup(waiting: Waiting[]): Waiting[] {
    let [frames, bytes, count] = [0, 0, 0];
    for (const one of waiting) {
      frames += one.frames.length;
      bytes += one.bytes;
      if (count > 0 && (frames > MAXIMUM_FRAMES || bytes > MAXIMUM_BYTES)) break;
      count += 1;
    }
    return waiting.splice(0, count);
  }

  async function work(queue: (typeof queues)[number]): Promise<void> {
    while (queue.waiting.length > 0) {
      const group = takeGroup(queue.waiting);
      const started = performance.now();
      const outcome = await database.write(async (transaction) => done(await appendGroup(transaction, group, database)));
      if (outcome.ok) onCommit?.(performance.now() - started, group.length);
      group.forEach((one, index) => one.settle(outcome.ok ? (outcome.value[index] ?? failed('relay_failed')) : outcome));
    }
    queue.isBusy = false;
  }

  return {
    append: (place, frames, now) =>
      new Promise((settle) => {
        const queue = queues[Number.parseInt(place.ledger.slice(0, 8), 16) % lanes];
        if (!queue) throw new TypeError('no lane');
        queue.waiting.push({ place, frames, now, settle, bytes: frames.reduce((sum, { bytes }) => sum + bytes.length, 0) });
        if (queue.isBusy) return;
        queue.isBusy = true;
        schedule(() => void work(queue));
      }),
  };
}
