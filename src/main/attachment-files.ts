/** Attached files as they are, beside the database of a profile. */
import { promises as files, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BlobReference } from '#domain/attachment.ts';
import { failure, success, type Result } from '#domain/result.ts';
import { errorToStoreCode } from './db/errors.ts';
import { sha256 } from './sha256.ts';

export type FileTrouble = 'disk_full' | 'store_failed';

/**
 * The name of a file here: it follows from all that says which file it is. The id of the sealed blob alone would let somebody show
 * me a file of mine as theirs, by naming it with another key.
 */
export const toFileName = ({ blob, key, size }: Pick<BlobReference, 'blob' | 'key' | 'size'>): string => sha256(Buffer.from(`${blob} ${key} ${size}`)).slice(0, 32);

export interface AttachmentFiles {
  /** Whether a file is here, whole. */
  has(name: string): boolean;
  /** Keeps a file: on disk when it resolves with `ok`. One that is here already stays as it is. */
  keep(name: string, bytes: Uint8Array): Promise<Result<void, FileTrouble>>;
  /** Undefined where it is not here (any more). */
  read(name: string): Promise<Uint8Array | undefined>;
  /** Up to `length` bytes from `offset` on, and the size of the whole; undefined where it is not here. */
  piece(name: string, offset: number, length: number): Promise<{ bytes: Uint8Array; size: number } | undefined>;
  drop(name: string): Promise<void>;
  all(): string[];
}

const NAME = /^[0-9a-f]{32}$/;
const isSystemError = (error: unknown): error is NodeJS.ErrnoException => error instanceof Error && 'syscall' in error;

/** Answers `otherwise` where there is no such file. */
async function ifThere<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (isSystemError(error)) return undefined;
    throw error;
  }
}

function listNames(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => NAME.test(name));
  } catch (error) {
    if (isSystemError(error)) return [];
    throw error;
  }
}

/** A file that somebody gave; undefined where it has more bytes than this, of which none are read. */
export async function readGiven(path: string, maximumBytes: number): Promise<Uint8Array | undefined> {
  return (await files.stat(path)).size > maximumBytes ? undefined : files.readFile(path);
}

export function createAttachmentFiles(profile: string): AttachmentFiles {
  const folder = join(profile, 'attachments');
  const here = new Set(listNames(folder));
  const pathOf = (name: string): string => join(folder, name);

  async function write(name: string, bytes: Uint8Array): Promise<void> {
    await files.mkdir(folder, { recursive: true, mode: 0o700 });
    const unfinished = `${pathOf(name)}.part`;
    const file = await files.open(unfinished, 'w', 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await files.rename(unfinished, pathOf(name));
    here.add(name);
  }

  return {
    has: (name) => here.has(name),
    all: () => [...here],
    async keep(name, bytes) {
      if (here.has(name)) return success(undefined);
      try {
        await write(name, bytes);
        return success(undefined);
      } catch (error) {
        if (!isSystemError(error)) throw error;
        await files.rm(`${pathOf(name)}.part`, { force: true }).catch(() => undefined);
        return failure(errorToStoreCode(error) === 'disk_full' ? 'disk_full' : 'store_failed');
      }
    },
    read: (name) => (here.has(name) ? ifThere(() => files.readFile(pathOf(name))) : Promise.resolve(undefined)),
    piece: (name, offset, length) =>
      ifThere(async () => {
        const file = await files.open(pathOf(name), 'r');
        try {
          const { size } = await file.stat();
          const bytes = Buffer.alloc(Math.max(0, Math.min(length, size - offset)));
          const { bytesRead } = await file.read(bytes, 0, bytes.length, offset);
          return { bytes: bytes.subarray(0, bytesRead), size };
        } finally {
          await file.close();
        }
      }),
    async drop(name) {
      here.delete(name);
      await ifThere(() => files.rm(pathOf(name), { force: true }));
    },
  };
}
