import { resolveRevisions, type Revision } from '#domain/revision.ts';
import type { Connection } from '#main/db/schema.ts';
import type { ThingProjection } from './thing-projection.ts';

/** Profiles, contacts, places and admissions: each by the revision that counts. */
export function createPersonalProjection(database: Connection, type: Revision['type']): ThingProjection {
  const set = database.prepare('INSERT INTO personal (ledger, type, thing, revision) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET revision = excluded.revision');
  const remove = database.prepare<[string, number, string]>('DELETE FROM personal WHERE type = ? AND ledger = ? AND thing = ?');
  const clear = database.prepare<[string]>('DELETE FROM personal WHERE type = ?');
  return {
    project(ledger, thing, stored) {
      const chosen = resolveRevisions(stored.map(({ revision }) => revision))?.chosen;
      // All that was said of it is refused now.
      if (!chosen) return void remove.run(type, ledger, thing);
      set.run(ledger, type, thing, stored.find(({ revision }) => revision === chosen)?.key);
    },
    clear: () => void clear.run(type),
  };
}
