/** Files that carry everything or only what others lack, and those that a person brings. */
import { randomUUID } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { ErrorCode } from '#contract/errors.ts';
import type { FileWrittenView } from '#contract/people-views.ts';
import { failure, success, type Result } from '#domain/result.ts';
import { errorToStoreCode } from '#main/db/errors.ts';
import { exportChanges, importChanges } from '#main/exchange-files.ts';
import type { Service } from '#main/handlers.ts';
import type { Ground } from './ground.ts';

/** Of files that are on their way in. They are gone with the program. */
const MAXIMUM_UPLOADS = 4;
const MAXIMUM_UPLOAD_BYTES = 4 * 1024 ** 3;

export interface Uploads {
  /** Adds a piece (base64) to a file; null begins one. */
  add(file: string | null, piece: string): Result<{ file: string }, ErrorCode>;
  path(file: string): string | undefined;
  drop(file: string): void;
}

export function createUploads({ shell }: Pick<Ground, 'shell'>): Uploads {
  const folder = join(shell.profile, 'incoming');
  // What an earlier run left behind.
  rmSync(folder, { recursive: true, force: true });
  const paths = new Map<string, string>();
  const drop = (file: string): void => {
    const path = paths.get(file);
    if (path !== undefined) rmSync(path, { force: true });
    paths.delete(file);
  };
  return {
    add(given, piece) {
      const file = given ?? shell.ids.next();
      const path = given === null ? join(folder, randomUUID()) : paths.get(file);
      if (path === undefined) return failure('not_found');
      if (existsSync(path) && statSync(path).size > MAXIMUM_UPLOAD_BYTES) return failure('file_too_large');
      try {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        appendFileSync(path, Buffer.from(piece, 'base64'), { mode: 0o600 });
      } catch (error) {
        const code = errorToStoreCode(error);
        if (code === undefined && !(error instanceof Error && 'syscall' in error)) throw error;
        return failure(code ?? 'store_failed');
      }
      paths.set(file, path);
      for (const [oldest] of paths) if (paths.size > MAXIMUM_UPLOADS) drop(oldest);
      return success({ file });
    },
    path: (file) => paths.get(file),
    drop,
  };
}

/** Where a file goes when nobody said where. */
export const folderFor = (folder: string | null): string => folder ?? homedir();
export const dayOf = (now: number): string => new Date(now).toISOString().slice(0, 10);

export function createFilesService(ground: Ground, uploads: Uploads): Pick<Service<'files'>, 'files.exportChanges' | 'files.importChanges' | 'files.upload'> {
  const { shell, link } = ground;
  return {
    async 'files.exportChanges'({ folder }): Promise<Result<FileWrittenView, ErrorCode>> {
      await link.follow();
      return exportChanges(link.exchanges(), folderFor(folder), dayOf(shell.now()));
    },
    'files.upload': async ({ file, piece }) => uploads.add(file, piece),
    async 'files.importChanges'({ file }) {
      const path = uploads.path(file);
      if (path === undefined) return failure('not_found');
      await link.follow();
      const imported = await importChanges(link.exchanges(), path);
      uploads.drop(file);
      return imported;
    },
  };
}
