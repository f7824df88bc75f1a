import Database from 'better-sqlite3';
import { MAXIMUM_DOCUMENTS, MAXIMUM_FRAMES_AT_ONCE } from '#sync/protocol/limits.ts';
import type { Appended, FrameToAppend, Outcome, RelayStore, RelayStoreFailure } from './store.ts';

const VERSION = 1;
const SCHEMA = `
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE ledger (ledger TEXT PRIMARY KEY, bytes INTEGER NOT NULL, documents INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE head (ledger TEXT NOT NULL, document TEXT NOT NULL, seq INTEGER NOT NULL, frame TEXT NOT NULL, PRIMARY KEY (ledger, document)) STRICT, WITHOUT ROWID;
CREATE TABLE log (
  ledger TEXT NOT NULL, document TEXT NOT NULL, seq INTEGER NOT NULL, frame TEXT NOT NULL, bytes BLOB NOT NULL,
  PRIMARY KEY (ledger, document, seq)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX log_frame ON log (ledger, frame);
CREATE TABLE box (box TEXT PRIMARY KEY, bytes BLOB NOT NULL, expires INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX box_expires ON box (expires);
`;

export interface SqliteRelayStoreOptions {
  /** A file, `:memory:`, or a database as its bytes. */
  readonly data: string | Buffer;
  newIncarnation(): string;
  /** Runs at the end of this turn of the event loop; what was asked to be appended until then is one transaction. */
  schedule?(task: () => void): void;
  /** Bytes of frames that one ledger may hold, and of all of them together with what lies in the mailbox. */
  readonly ledgerBytes?: number;
  readonly totalBytes?: number;
  /** Sealed invites that may lie in the mailbox at a time. */
  readonly boxes?: number;
}

interface Waiting {
  readonly ledger: string;
  readonly frames: readonly FrameToAppend[];
  settle(outcome: Awaited<Outcome<Appended[]>>): void;
}

function errorToFailure(error: unknown): RelayStoreFailure {
  if (!(error instanceof Database.SqliteError)) throw error;
  return error.code === 'SQLITE_FULL' || error.code.startsWith('SQLITE_IOERR_WRITE') ? 'relay_full' : 'relay_failed';
}

async function attempt<T>(step: () => T): Outcome<T> {
  try {
    return { ok: true, value: step() };
  } catch (error) {
    return { ok: false, code: errorToFailure(error) };
  }
}

function openDatabase(data: string | Buffer, newIncarnation: () => string): Database.Database {
  const database = new Database(data);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL'); // WAL alone would fall back to NORMAL, and an acknowledged frame could be lost
  database.pragma('busy_timeout = 5000');
  const version = Number(database.pragma('user_version', { simple: true }));
  if (version > VERSION) throw new Error(`the relay's data is of a newer version (${version})`);
  if (version === 0) {
    database.transaction(() => {
      database.exec(SCHEMA);
      database.prepare('INSERT INTO meta VALUES (?, ?)').run('incarnation', newIncarnation());
      database.pragma(`user_version = ${VERSION}`);
    })();
  }
  return database;
}

/** A relay's store in one SQLite file. Throws where the file cannot be opened. */
export function createSqliteRelayStore(options: SqliteRelayStoreOptions): RelayStore & { readonly database: Database.Database } {
  const { data, newIncarnation, schedule = setImmediate, ledgerBytes = Infinity, totalBytes = Infinity, boxes = 100_000 } = options;
  const database = openDatabase(data, newIncarnation);
  const incarnation = database.prepare<[], string>("SELECT value FROM meta WHERE name = 'incarnation'").pluck().get();
  if (incarnation === undefined) throw new Error("the relay's data has no incarnation");

  const selectHeads = database.prepare<[string], { document: string; seq: number; frame: string }>('SELECT document, seq, frame FROM head WHERE ledger = ?');
  const selectHead = database.prepare<[string, string], number>('SELECT seq FROM head WHERE ledger = ? AND document = ?').pluck();
  const selectAt = database.prepare<[string, string, number], string>('SELECT frame FROM log WHERE ledger = ? AND document = ? AND seq = ?').pluck();
  const selectAfter = database.prepare<[string, string, number], { seq: number; bytes: Buffer }>(
    'SELECT seq, bytes FROM log WHERE ledger = ? AND document = ? AND seq > ? ORDER BY seq',
  );
  const selectFrame = database.prepare<[string, string], { document: string; seq: number }>('SELECT document, seq FROM log WHERE ledger = ? AND frame = ?');
  const selectUse = database.prepare<[string], { bytes: number; documents: number }>('SELECT bytes, documents FROM ledger WHERE ledger = ?');
  const selectTotal = database.prepare<[], number>('SELECT (SELECT coalesce(sum(bytes), 0) FROM ledger) + (SELECT coalesce(sum(length(bytes)), 0) FROM box)').pluck();
  const insertFrame = database.prepare('INSERT INTO log VALUES (?, ?, ?, ?, ?)');
  const upsertHead = database.prepare('INSERT INTO head VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET seq = excluded.seq, frame = excluded.frame');
  const upsertUse = database.prepare('INSERT INTO ledger VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET bytes = excluded.bytes, documents = excluded.documents');
  const deleteExpired = database.prepare<[number], number>('DELETE FROM box WHERE expires <= ? RETURNING length(bytes)').pluck();
  const countBoxes = database.prepare<[], number>('SELECT count(*) FROM box').pluck();
  const selectBox = database.prepare<[string], Buffer>('SELECT bytes FROM box WHERE box = ?').pluck();
  const insertBox = database.prepare('INSERT INTO box VALUES (?, ?, ?)');
  const deleteBox = database.prepare<[string], Buffer>('DELETE FROM box WHERE box = ? RETURNING bytes').pluck();

  let total = selectTotal.get() ?? 0;
  let waiting: Waiting[] = [];

  function appendAll(ledger: string, frames: readonly FrameToAppend[], used: { total: number }): Appended[] {
    const use = { ...(selectUse.get(ledger) ?? { bytes: 0, documents: 0 }) };
    const answers = frames.map(({ document, frame, bytes }): Appended => {
      const there = selectFrame.get(ledger, frame);
      if (there) return { ...there, frame, fresh: false };
      const head = selectHead.get(ledger, document) ?? 0;
      const isFull = use.bytes + bytes.length > ledgerBytes || used.total + bytes.length > totalBytes || (head === 0 && use.documents >= MAXIMUM_DOCUMENTS);
      if (isFull) return { frame, refused: 'quota' };
      insertFrame.run(ledger, document, head + 1, frame, bytes);
      upsertHead.run(ledger, document, head + 1, frame);
      use.bytes += bytes.length;
      used.total += bytes.length;
      if (head === 0) use.documents += 1;
      return { document, frame, seq: head + 1, fresh: true };
    });
    upsertUse.run(ledger, use.bytes, use.documents);
    return answers;
  }

  const appendGroup = database.transaction((group: readonly Waiting[], used: { total: number }) =>
    group.map(({ ledger, frames }) => appendAll(ledger, frames, used)),
  );

  /** One transaction, and so one wait for the disk, for all that came in one turn of the event loop. */
  function flush(): void {
    const group = waiting;
    waiting = [];
    const used = { total };
    try {
      const answers = appendGroup.immediate(group, used);
      total = used.total;
      group.forEach(({ settle }, index) => settle({ ok: true, value: answers[index] ?? [] }));
    } catch (error) {
      const code = errorToFailure(error);
      for (const { settle } of group) settle({ ok: false, code });
    }
  }

  /** One step on the mailbox, without the boxes whose time is over. */
  const changeBoxes = <T>(now: number, step: (used: { total: number }) => T): Outcome<T> =>
    attempt(() => {
      const used = { total };
      const value = database.transaction(() => {
        for (const length of deleteExpired.all(now)) used.total -= length;
        return step(used);
      })();
      total = used.total;
      return value;
    });

  return {
    database,
    incarnation,
    heads: (ledger) => attempt(() => selectHeads.all(ledger)),
    page: (ledger, document, after, maximumBytes) =>
      attempt(() => {
        const frames: { seq: number; bytes: Uint8Array }[] = [];
        let length = 0;
        for (const row of selectAfter.iterate(ledger, document, after)) {
          length += row.bytes.length;
          if (frames.length > 0 && (length > maximumBytes || frames.length >= MAXIMUM_FRAMES_AT_ONCE)) break;
          frames.push(row);
        }
        return { head: selectHead.get(ledger, document) ?? 0, at: selectAt.get(ledger, document, after) ?? null, frames };
      }),
    append: (ledger, frames) =>
      new Promise((settle) => {
        waiting.push({ ledger, frames, settle });
        if (waiting.length === 1) schedule(flush);
      }),
    put: (box, bytes, expires, now) =>
      changeBoxes(now, (used) => {
        const there = selectBox.get(box);
        if (there) return there.equals(bytes);
        const isFull = used.total + bytes.length > totalBytes || (countBoxes.get() ?? 0) >= boxes;
        if (isFull) throw new Database.SqliteError('the mailbox is full', 'SQLITE_FULL');
        insertBox.run(box, bytes, expires);
        used.total += bytes.length;
        return true;
      }),
    take: (box, now) =>
      changeBoxes(now, (used) => {
        const taken = deleteBox.get(box) ?? null;
        used.total -= taken?.length ?? 0;
        return taken;
      }),
    expire: (now) => changeBoxes(now, () => undefined),
    check: () => attempt(() => void selectUse.get('')),
    async close() {
      if (waiting.length > 0) flush();
      database.close();
    },
  };
}
