/** `npm run relay:backup -- FILE`: copies the SQLite file of a relay, which may go on working meanwhile. Settings as for the relay. */
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import { environmentToConfig } from './config.ts';

/** Writes a copy as of this moment, whole or not at all. Throws where there is no such file, no room, or already a copy of that name. */
export function backUp(data: string, target: string): void {
  if (existsSync(target)) throw new Error(`${target} is there already`);
  const part = `${target}.part`;
  rmSync(part, { force: true });
  const database = new Database(data, { readonly: true, fileMustExist: true });
  try {
    database.prepare('VACUUM INTO ?').run(part);
  } finally {
    database.close();
  }
  // SQLite does not wait for the disk here.
  const file = openSync(part, 'r+');
  fsyncSync(file);
  closeSync(file);
  renameSync(part, target);
}

if (import.meta.main) {
  const [target] = process.argv.slice(2);
  const { data, postgres } = environmentToConfig(process.env);
  try {
    if (!target) throw new Error('usage: npm run relay:backup -- FILE');
    if (postgres !== undefined) throw new Error('this relay keeps its data in PostgreSQL: use pg_dump or pg_basebackup');
    backUp(data, target);
    process.stdout.write(`${data} is copied to ${target}\n`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
