import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Makes or replaces a file as a whole, for its owner's eyes only: a power cut leaves the old one or the new one. Throws where the disk refuses. */
export function writeDurably(folder: string, name: string, content: string | Uint8Array): void {
  const path = join(folder, name);
  // One that a crash left behind may have been opened to others.
  rmSync(`${path}.new`, { force: true });
  const file = openSync(`${path}.new`, 'wx', 0o600);
  try {
    // Not writeSync: a disk that is nearly full takes the beginning and calls that a success.
    writeFileSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(`${path}.new`, path);
  if (process.platform === 'win32') return; // a folder cannot be opened there; NTFS journals the rename
  const directory = openSync(folder, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}

