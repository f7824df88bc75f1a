import { SqliteError } from 'better-sqlite3';
import type { StoreErrorCode } from '#sync/store.ts';

/** What a failure of SQLite means for the person, or undefined for what is no failure of the disk but a bug. */
export function errorToStoreCode(error: unknown): StoreErrorCode | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (code === 'SQLITE_FULL' || code === 'ENOSPC' || code === 'EDQUOT') return 'disk_full';
  if (!(error instanceof SqliteError)) return undefined;
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') return 'store_corrupt';
  if (code.startsWith('SQLITE_READONLY')) return 'read_only';
  if (code.startsWith('SQLITE_IOERR') || code.startsWith('SQLITE_CANTOPEN') || code.startsWith('SQLITE_BUSY')) return 'store_failed';
  return undefined;
}
