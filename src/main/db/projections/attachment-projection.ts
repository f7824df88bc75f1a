import { resolveRevisions, type RevisionOf } from '#domain/revision.ts';
import { revisionsToPlace } from '#main/db/place.ts';
import type { Connection } from '#main/db/schema.ts';
import type { StoredRevision, ThingProjection } from './thing-projection.ts';

/** Files that hang on things, each by the revision that counts. */
export function createAttachmentProjection(database: Connection): ThingProjection {
  const set = database.prepare(
    `INSERT INTO attachment (ledger, id, about, place, revision, removed) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET about = excluded.about, place = excluded.place, revision = excluded.revision, removed = excluded.removed`,
  );
  const remove = database.prepare('DELETE FROM attachment WHERE ledger = ? AND id = ?');
  return {
    project(ledger, thing, stored) {
      const rows = stored as readonly StoredRevision<RevisionOf<'attachment'>>[];
      const chosen = resolveRevisions(rows.map(({ revision }) => revision))?.chosen;
      const key = rows.find(({ revision }) => revision === chosen)?.key;
      if (!chosen || key === undefined) return void remove.run(ledger, thing);
      const place = revisionsToPlace(thing, rows.map(({ revision }) => revision));
      set.run(ledger, thing, chosen.body.about, place, key, Number(chosen.body.state === 'removed'));
    },
    clear: () => void database.exec('DELETE FROM attachment'),
  };
}
