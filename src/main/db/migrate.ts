import { failure, success, type Result } from '#domain/result.ts';
import { migration0001 } from './migrations/0001-first.ts';
import { migration0002 } from './migrations/0002-held.ts';
import { migration0003 } from './migrations/0003-quarantine.ts';
import { migration0005 } from './migrations/0005-memberships.ts';
import { migration0006 } from './migrations/0006-exchange.ts';
import { migration0007 } from './migrations/0007-chat.ts';
import { migration0008 } from './migrations/0008-ious.ts';
import { migration0010 } from './migrations/0010-attachments.ts';
import type { Connection, Migration } from './schema.ts';

export const MIGRATIONS: readonly Migration[] = [migration0001, migration0002, migration0003, migration0005, migration0006, migration0007, migration0008, migration0010];

/** Raised whenever the read model would come out different from the same revisions: it is then rebuilt at the next start. */
export const PROJECTION_VERSION = 3;

/** Brings a database to the newest version, all the way or not at all. One from a newer program is left untouched. */
export function migrate(database: Connection, migrations: readonly Migration[] = MIGRATIONS): Result<{ stale: boolean }, 'store_newer'> {
  const version = Number(database.pragma('user_version', { simple: true }));
  const newest = migrations.at(-1)?.version ?? 0;
  if (version > newest) return failure('store_newer', { version, newest });
  database.transaction(() => {
    for (const migration of migrations.filter((step) => step.version > version)) {
      database.exec(migration.sql);
      database.pragma(`user_version = ${migration.version}`);
    }
  })();
  const projection = database.prepare<[], { value: number }>(`SELECT value FROM meta WHERE name = 'projection'`).get();
  if (projection === undefined) database.prepare(`INSERT INTO meta (name, value) VALUES ('projection', ?)`).run(PROJECTION_VERSION);
  return success({ stale: projection !== undefined && projection.value !== PROJECTION_VERSION });
}

/** Makes the read model anew after a change of its rules, at once: what it says must not be shown before. */
export function rebuildStale(database: Connection, projection: { rebuild(): void }): void {
  database.transaction(() => {
    projection.rebuild();
    database.prepare(`UPDATE meta SET value = ? WHERE name = 'projection'`).run(PROJECTION_VERSION);
  })();
}
