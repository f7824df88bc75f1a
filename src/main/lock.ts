import { join } from 'node:path';
import Database from 'better-sqlite3';
import { failure, success, type Result } from '#domain/result.ts';

/** A database that nobody refers to is closed by the garbage collector, and its lock is gone. */
const held = new Set<Database.Database>();

export interface ProfileLock {
  release(): void;
}

/**
 * Makes this process the only one on a profile. The lock is the operating system's, held by SQLite on a file of its
 * own, so it ends with the process however that ends; a file with a process id in it would outlive a power cut.
 */
export function lockProfile(folder: string, nativeBinding?: string): Result<ProfileLock, 'profile_in_use'> {
  const database = new Database(join(folder, 'profile.lock'), { timeout: 0, ...(nativeBinding !== undefined && { nativeBinding }) });
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) return failure('profile_in_use');
    throw error;
  }
  held.add(database);
  return success({
    release() {
      held.delete(database);
      database.close();
    },
  });
}
