import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';

/** The log of one profile. Lines carry codes, counts and references: never names, texts or amounts. */
export type Log = Pick<pino.Logger, 'info' | 'warn' | 'error' | 'debug'>;

const MAXIMUM_BYTES = 1_000_000;

/** Logs to `core.log` in the folder; past 1 MB it becomes `core.old.log`, so two files bound what a log can take. */
export function createFileLog(folder: string, level = 'info'): Log {
  // Often the first to be there: the folder is for its owner's eyes only.
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, 'core.log');
  let size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  const write = (line: string): void => {
    try {
      if (size > MAXIMUM_BYTES) {
        renameSync(path, join(folder, 'core.old.log'));
        size = 0;
      }
      appendFileSync(path, line, { mode: 0o600 });
      size += line.length;
    } catch {
      // A full disk must not take the program with it because of a log line.
    }
  };
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, { write });
}

/** A log that keeps nothing. */
export const createSilentLog = (): pino.Logger => pino({ level: 'silent' });
