import { SqliteError } from 'better-sqlite3';
import type { Revision } from '#domain/revision.ts';

/** The revision of a stored payload. It was checked before it was stored, so one that cannot be read is a damaged disk. */
export function payloadToRevision(payload: string): Revision {
  try {
    return JSON.parse(payload) as Revision;
  } catch {
    throw new SqliteError('payload is damaged', 'SQLITE_CORRUPT_PAYLOAD');
  }
}
