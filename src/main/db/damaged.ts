import { existsSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import Database, { SqliteError } from 'better-sqlite3';
import type { Endorsement } from '#sync/store.ts';
import { bytesToEndorsements } from './endorsements.ts';

/** What could be read of a damaged store. */
export interface DamagedStore {
  /** Records of memberships, as they were numbered. */
  records(): Generator<{ ledger: string; number: number; bytes: Uint8Array }>;
  /** Frames as they travelled, with the id each had and the word of others for a snapshot. */
  frames(): Generator<{ id: string; bytes: Uint8Array; endorsements: readonly Endorsement[] }>;
  /** Changes that no frame held, or whose frame may be among the damaged: where they belong, and their bytes. */
  changes(): Generator<{ ledger: string; document: string; bytes: Uint8Array }>;
  close(): void;
}

/** How many rows in a row may be unreadable before the search goes on in larger steps. */
const PATIENCE = 10_000;
const LARGEST_KEY = 2 ** 40;

const UNREAD = '.unread-';
const DAMAGED = '.damaged-';

function move(folder: string, from: string, to: string): void {
  for (const suffix of ['', '-wal']) {
    if (existsSync(join(folder, from + suffix))) renameSync(join(folder, from + suffix), join(folder, to + suffix));
  }
}

/** Renames the files of a store, so that nothing opens them again by itself; from then on `listUnread` names it. */
export function setAside(folder: string, file: string, stamp: string): void {
  const isTaken = (count: number): boolean =>
    [UNREAD, DAMAGED].some((state) => ['', '-wal'].some((suffix) => existsSync(join(folder, file.replace('.db', `${state}${stamp}-${count}.db`) + suffix))));
  // A clock that stands still or was set back gives the same stamp again.
  let count = 1;
  while (isTaken(count)) count += 1;
  move(folder, file, file.replace('.db', `${UNREAD}${stamp}-${count}.db`));
}

/** Stores that were set aside and not read to the end since: a crash or a full disk came in between. */
export const listUnread = (folder: string): string[] => readdirSync(folder).filter((name) => name.includes(UNREAD) && name.endsWith('.db')).toSorted();

/** What can be read of it has been read. It is kept under the name that this answers with. */
export function markRead(folder: string, aside: string): string {
  const name = aside.replace(UNREAD, DAMAGED);
  move(folder, aside, name);
  return name;
}

/** Opens what was set aside; undefined where there is nothing to be read at all. */
export function openDamaged(path: string, nativeBinding?: string): DamagedStore | undefined {
  let database: Database.Database | undefined;
  try {
    database = new Database(path, { fileMustExist: true, ...(nativeBinding !== undefined && { nativeBinding }) });
    database.pragma('query_only = ON');
    database.prepare('SELECT count(*) FROM sqlite_schema').get();
  } catch (error) {
    database?.close();
    if (error instanceof SqliteError) return undefined;
    throw error;
  }
  const opened = database;

  /** Rows one by one, each looked up by its key, so that an unreadable page costs only the rows on it. */
  function* readRows<Row extends { key: number }>(sql: string): Generator<Row> {
    let next: Database.Statement<[number], Row>;
    try {
      next = opened.prepare<[number], Row>(sql);
    } catch {
      return; // not even the schema says where these rows are
    }
    let failures = 0;
    for (let key = 0; key < LARGEST_KEY; ) {
      try {
        const row = next.get(key);
        if (!row) return;
        failures = 0;
        key = row.key;
        yield row;
      } catch (error) {
        if (!(error instanceof SqliteError)) throw error;
        failures += 1;
        key += failures > PATIENCE ? 2 ** (failures - PATIENCE) : 1;
      }
    }
  }

  return {
    *records() {
      yield* readRows<{ key: number; ledger: string; number: number; bytes: Buffer }>(
        'SELECT record.key, ledger.id AS ledger, record.number, record.bytes FROM record CROSS JOIN ledger ON ledger.key = record.ledger WHERE record.key > ? ORDER BY record.key LIMIT 1',
      );
    },
    *frames() {
      const rows = readRows<{ key: number; id: string; bytes: Buffer; endorsements: Buffer | null }>('SELECT key, id, bytes, endorsements FROM frame WHERE key > ? ORDER BY key LIMIT 1');
      for (const { id, bytes, endorsements } of rows) yield { id, bytes, endorsements: bytesToEndorsements(endorsements) };
    },
    *changes() {
      yield* readRows<{ key: number; ledger: string; document: string; bytes: Buffer }>(
        `SELECT change.key, ledger.id AS ledger, document.id AS document, change.bytes FROM change
         CROSS JOIN document ON document.key = change.document CROSS JOIN ledger ON ledger.key = document.ledger
         WHERE change.key > ? ORDER BY change.key LIMIT 1`,
      );
    },
    close: () => void opened.close(),
  };
}
