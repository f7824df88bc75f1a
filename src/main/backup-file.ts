/** Backups as files on a disk. */
import { createReadStream, promises as files } from 'node:fs';
import { join } from 'node:path';
import { failure, success, type Result } from '#domain/result.ts';
import { openBackup } from '#sync/identity/backup.ts';
import { readItems, type BackupItem } from './backup-content.ts';
import { errorToFailure, type ExportFailure, type WrittenFile } from './exchange-files.ts';

const EXTENSION = '.tallybackup';

/** The first of "Tallystick backup 2026-03-01", "… (2)", "… (3)" that is free: an older backup may be the only good one. */
async function freePath(folder: string, day: string): Promise<string> {
  const taken = new Set(await files.readdir(folder));
  for (let count = 1; ; count += 1) {
    const name = `Tallystick backup ${day}${count === 1 ? '' : ` (${count})`}${EXTENSION}`;
    if (!taken.has(name)) return join(folder, name);
  }
}

/** Writes a new file. It has its name only when it is whole and on the disk. `pieces` may throw what the disk throws. */
export async function writeBackup(folder: string, day: string, pieces: AsyncIterable<Uint8Array>): Promise<Result<WrittenFile, ExportFailure>> {
  let unfinished: string | undefined;
  try {
    const path = await freePath(folder, day);
    unfinished = `${path}.part`;
    await files.rm(unfinished, { force: true });
    const file = await files.open(unfinished, 'wx', 0o600);
    let bytes = 0;
    try {
      for await (const piece of pieces) {
        await file.writeFile(piece);
        bytes += piece.length;
      }
      await file.sync();
    } finally {
      await file.close();
    }
    await files.rename(unfinished, path);
    return success({ path, bytes });
  } catch (error) {
    if (unfinished !== undefined) await files.rm(unfinished, { force: true }).catch(() => undefined);
    return failure(errorToFailure(error));
  }
}

type ReadFailure = 'backup_malformed' | 'backup_damaged' | 'passphrase_wrong';

/** Reads a backup to its end; stops where `take` says so. Nothing is to be believed of one that was not read to its end once. */
export async function readBackup<Code extends string = never>(path: string, passphrase: string, take: (item: BackupItem) => Promise<Result<void, Code>>): Promise<Result<void, ReadFailure | Code>> {
  const stream = createReadStream(path);
  try {
    const opened = await openBackup(passphrase, stream);
    if (!opened.ok) return opened;
    for await (const item of readItems(opened.value)) {
      if (!item.ok) return item;
      const taken = await take(item.value);
      if (!taken.ok) return taken;
    }
    return success(undefined);
  } finally {
    stream.destroy();
  }
}
