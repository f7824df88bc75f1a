import { randomBytes } from 'node:crypto';
import Database from 'better-sqlite3';
import type { Appended, FrameToAppend, LoggedFrame, RelayStore, RelayStored, RelayStoreErrorCode } from './store.ts';

/** Version 1. Later versions are appended as further steps; a file from a newer relay is refused. */
const SCHEMA = [
  `CREATE TABLE relay (incarnation TEXT NOT NULL) STRICT;
   CREATE TABLE log (
     ledger BLOB NOT NULL, document BLOB NOT NULL, seq INTEGER NOT NULL, frame BLOB NOT NULL, bytes BLOB NOT NULL,
     PRIMARY KEY (ledger, document, seq)
   ) STRICT, WITHOUT ROWID;
   CREATE UNIQUE INDEX log_frame ON log (ledger, document, frame);
   CREATE TABLE head (
     ledger BLOB NOT NULL, document BLOB NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (ledger, document)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE box (box BLOB PRIMARY KEY, bytes BLOB NOT NULL, expires INTEGER NOT NULL) STRICT, WITHOUT ROWID;`,
] as const;

const id = (hex: string): Buffer => Buffer.from(hex, 'hex');

/** One of SQLite's own failures as a code; anything else is a bug and goes on. */
function errorToCode(error: unknown): RelayStoreErrorCode {
  if (!(error instanceof Database.SqliteError)) throw error;
  return error.code === 'SQLITE_FULL' ? 'relay_full' : 'relay_failed';
}

function openDatabase(path: string): Database.Database {
  const database = new Database(path);
  database.pragma('journal_mode = WAL');
  // better-sqlite3 is built to fall to NORMAL in WAL: an acknowledgement would outlive its frame in a power cut.
  database.pragma('synchronous = FULL');
  const version = Number(database.pragma('user_version', { simple: true }));
  if (version > SCHEMA.length) throw new Error(`The relay's file is of version ${version}, this relay knows ${SCHEMA.length}`);
  database.transaction(() => {
    for (const step of SCHEMA.slice(version)) database.exec(step);
    if (version === 0) database.prepare('INSERT INTO relay VALUES (?)').run(randomBytes(16).toString('hex'));
    database.pragma(`user_version = ${SCHEMA.length}`);
  })();
  return database;
}

interface Waiting {
  frames: readonly FrameToAppend[];
  resolve(result: Awaited<RelayStored<Appended[]>>): void;
}

/**
 * The relay's logs in one SQLite file (`:memory:` for none). Appends that come in one turn of the event loop are one
 * commit. `maximumPages` (of 4 096 bytes) bounds the file.
 */
export function createSqliteRelayStore(path: string, limits: { maximumPages?: number } = {}): RelayStore {
  const database = openDatabase(path);
  if (limits.maximumPages !== undefined) database.pragma(`max_page_count = ${limits.maximumPages}`);
  const incarnation = database.prepare<[], { incarnation: string }>('SELECT incarnation FROM relay').get()?.incarnation;
  if (incarnation === undefined) throw new Error("The relay's file has no incarnation");

  const readHeads = database.prepare<[Buffer], { document: Buffer; seq: number }>('SELECT document, seq FROM head WHERE ledger = ?');
  const findFrame = database.prepare<Buffer[], { seq: number }>('SELECT seq FROM log WHERE ledger = ? AND document = ? AND frame = ?');
  const advanceHead = database.prepare<Buffer[], { seq: number }>(
    'INSERT INTO head VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET seq = seq + 1 RETURNING seq',
  );
  const insertFrame = database.prepare<[Buffer, Buffer, number, Buffer, Uint8Array]>('INSERT INTO log VALUES (?, ?, ?, ?, ?)');
  const readSince = database.prepare<[Buffer, Buffer, number], { seq: number; frame: Buffer; bytes: Uint8Array }>(
    'SELECT seq, frame, bytes FROM log WHERE ledger = ? AND document = ? AND seq > ? ORDER BY seq',
  );
  const readFrameAt = database.prepare<[Buffer, Buffer, number], { frame: Buffer }>(
    'SELECT frame FROM log WHERE ledger = ? AND document = ? AND seq = ?',
  );
  const writeBox = database.prepare<[Buffer, Uint8Array, number]>('INSERT OR REPLACE INTO box VALUES (?, ?, ?)');
  const takeBox = database.prepare<[Buffer], { bytes: Uint8Array; expires: number }>('DELETE FROM box WHERE box = ? RETURNING bytes, expires');
  const dropExpired = database.prepare<[number]>('DELETE FROM box WHERE expires <= ?');

  const waiting: Waiting[] = [];

  function appendOne({ ledger, document, frame, bytes }: FrameToAppend): Appended {
    const place = [id(ledger), id(document)] as const;
    const known = findFrame.get(...place, id(frame));
    if (known) return { seq: known.seq, fresh: false };
    const head = advanceHead.get(...place);
    if (!head) throw new Error('An upsert returned no row');
    insertFrame.run(...place, head.seq, id(frame), bytes);
    return { seq: head.seq, fresh: true };
  }
  const appendAll = database.transaction((batch: readonly Waiting[]) => batch.map(({ frames }) => frames.map(appendOne)));

  function commit(): void {
    const batch = waiting.splice(0);
    if (batch.length === 0) return; // closed meanwhile, which commits too
    try {
      for (const [index, answers] of appendAll.immediate(batch).entries()) batch[index]?.resolve({ ok: true, value: answers });
    } catch (error) {
      const code = errorToCode(error);
      for (const { resolve } of batch) resolve({ ok: false, code });
    }
  }

  /** Runs one statement's work; SQLite's failures become codes. */
  async function attempt<T>(work: () => T): RelayStored<T> {
    try {
      return { ok: true, value: work() };
    } catch (error) {
      return { ok: false, code: errorToCode(error) };
    }
  }

  return {
    incarnation,
    heads: (ledger) => attempt(() => readHeads.all(id(ledger)).map(({ document, seq }) => ({ document: document.toString('hex'), head: seq }))),
    append: (frames) =>
      new Promise((resolve) => {
        if (waiting.length === 0) setImmediate(commit);
        waiting.push({ frames, resolve });
      }),
    since: ({ ledger, document }, seq, maximumBytes) =>
      attempt(() => {
        const frames: LoggedFrame[] = [];
        let size = 0;
        for (const row of readSince.iterate(id(ledger), id(document), seq)) {
          size += row.bytes.length;
          if (frames.length > 0 && size > maximumBytes) break;
          frames.push({ seq: row.seq, frame: row.frame.toString('hex'), bytes: row.bytes });
        }
        return frames;
      }),
    frameAt: ({ ledger, document }, seq) => attempt(() => readFrameAt.get(id(ledger), id(document), seq)?.frame.toString('hex') ?? null),
    putBox: (box, bytes, expires) => attempt(() => void writeBox.run(id(box), bytes, expires)),
    takeBox: (box, now) =>
      attempt(() => {
        dropExpired.run(now);
        return takeBox.get(id(box))?.bytes ?? null;
      }),
    async close() {
      if (waiting.length > 0) commit();
      database.close();
    },
  };
}
