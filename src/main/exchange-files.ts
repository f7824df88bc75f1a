/** Files of changes on a disk: written for other devices, and read from them. */
import { createReadStream, promises as files } from 'node:fs';
import { join } from 'node:path';
import { failure, success, type Result } from '#domain/result.ts';
import { readChanges, writeChanges, type ImportedChanges, type ImportFailure } from '#sync/changes-file.ts';
import type { Exchange } from '#sync/exchange.ts';
import type { StoreErrorCode } from '#sync/store.ts';
import { errorToStoreCode } from './db/errors.ts';

export interface WrittenFile {
  readonly path: string;
  readonly bytes: number;
}

export type ExportFailure = StoreErrorCode | 'file_unwritable';

const isSystemError = (error: unknown): error is NodeJS.ErrnoException => error instanceof Error && 'code' in error && typeof error.code === 'string';

/** What a failure of the disk means for the person who chose the folder. Bugs are thrown on. */
export function errorToFailure(error: unknown): ExportFailure {
  const code = errorToStoreCode(error);
  if (code === 'disk_full') return code;
  if (isSystemError(error)) return 'file_unwritable';
  throw error;
}

async function writePieces(file: files.FileHandle, exchanges: readonly Exchange[]): Promise<Result<number, StoreErrorCode>> {
  let bytes = 0;
  for await (const piece of writeChanges(exchanges)) {
    if (!piece.ok) return piece;
    await file.writeFile(piece.value);
    bytes += piece.value.length;
  }
  // A stick is often pulled out at once.
  await file.sync();
  return success(bytes);
}

/**
 * Writes everything of these ledgers into a new file of the folder. It has its name only when it is whole and on the
 * disk; one of the same name is replaced. `day`: `2026-03-01`.
 */
export async function exportChanges(exchanges: readonly Exchange[], folder: string, day: string): Promise<Result<WrittenFile, ExportFailure>> {
  const path = join(folder, `tallystick ${day}.tallychanges`);
  const unfinished = `${path}.part`;
  try {
    await files.rm(unfinished, { force: true });
    const file = await files.open(unfinished, 'wx', 0o600);
    const written = await writePieces(file, exchanges).finally(() => file.close());
    if (!written.ok) {
      await files.rm(unfinished, { force: true });
      return written;
    }
    await files.rename(unfinished, path);
    return success({ path, bytes: written.value });
  } catch (error) {
    await files.rm(unfinished, { force: true }).catch(() => undefined);
    return failure(errorToFailure(error));
  }
}

/** Takes what a file brings for these ledgers. `file_foreign` also where there is no file that can be read. */
export async function importChanges(exchanges: readonly Exchange[], path: string): Promise<Result<ImportedChanges, ImportFailure>> {
  const stream = createReadStream(path);
  try {
    return await readChanges(exchanges, stream);
  } catch (error) {
    if (isSystemError(error) && 'syscall' in error) return failure('file_foreign');
    throw error;
  } finally {
    stream.destroy();
  }
}
