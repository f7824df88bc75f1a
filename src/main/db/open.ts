import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { failure, success, type Result } from '#domain/result.ts';
import { errorToStoreCode } from './errors.ts';
import { migrate } from './migrate.ts';
import { createReader, type Reader } from './reader.ts';
import type { Connection } from './schema.ts';

/** The database of a profile. */
export interface OpenDatabase {
  readonly writer: Connection;
  readonly reader: Reader;
  /** True where the read model was made by other rules than today's and must be rebuilt before it is shown. */
  readonly stale: boolean;
  close(): void;
}

export type OpenFailure = 'disk_full' | 'store_failed' | 'store_corrupt' | 'store_newer';

/** "Busy" can only mean a checkpoint or a backup tool for a moment: the profile has one owner (lock.ts). */
const BUSY_TIMEOUT = 5_000;

function connect(path: string, nativeBinding: string | undefined): Connection {
  const connection = new Database(path, { timeout: BUSY_TIMEOUT, ...(nativeBinding !== undefined && { nativeBinding }) });
  // better-sqlite3 is built to fall to NORMAL in WAL, where a power cut can take back what was acknowledged.
  connection.pragma('journal_mode = WAL');
  connection.pragma('synchronous = FULL');
  connection.pragma('foreign_keys = ON');
  connection.pragma('cache_size = -16000');
  // The pages an expense touches are few and the same again: copied back less often, most of them are copied once for many.
  connection.pragma('wal_autocheckpoint = 4000');
  return connection;
}

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

/** SQLite takes a file shorter than its header for a new one, and removes the log beside it: to us it is a database that lost its content. */
function isCutShort(path: string): boolean {
  const size = sizeOf(path);
  if (size === 0) return sizeOf(`${path}-wal`) > 0;
  const header = Buffer.alloc(16);
  const file = openSync(path, 'r');
  try {
    readSync(file, header, 0, 16, 0);
  } finally {
    closeSync(file);
  }
  return size < 512 || header.toString('latin1') !== 'SQLite format 3\0';
}

/** Makes an empty file that only its owner can read; SQLite gives the files beside it the same mode. What it says of a folder where that fails, counts. */
function makePrivate(path: string): void {
  if (existsSync(path)) return;
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch {
    // as said
  }
}

/**
 * Opens the database at `path`, or makes it, and brings it up to today's schema. Only what is needed is read, so that
 * a large store opens as fast as a small one: damage further in shows as `store_corrupt` where it is met.
 */
export function openDatabase(path: string, nativeBinding?: string): Result<OpenDatabase, OpenFailure> {
  if (isCutShort(path)) return failure('store_corrupt');
  makePrivate(path);
  let writer: Connection | undefined;
  try {
    writer = connect(path, nativeBinding);
    const migrated = migrate(writer);
    if (!migrated.ok) {
      writer.close();
      return migrated;
    }
    const other = connect(path, nativeBinding);
    other.pragma('query_only = ON');
    const open = writer;
    const close = (): void => {
      other.close();
      open.close();
    };
    return success({ writer, reader: createReader(writer, other), stale: migrated.value.stale, close });
  } catch (error) {
    writer?.close();
    const code = errorToStoreCode(error);
    if (code === undefined) throw error;
    return failure(code === 'read_only' ? 'store_failed' : code);
  }
}
