import type { StoredChange } from '#sync/store.ts';
import { preferRevision, type Revision } from '#domain/revision.ts';
import type { Connection } from './schema.ts';
import { payloadToRevision } from './payload.ts';
import type { Projection, Touched } from './projection.ts';

/** The part of the store that holds changes and what they say. Everything runs in the caller's transaction. */
export interface Revisions {
  /** Keeps a change that is not there yet; its revisions touch things, which are gathered for the projection. */
  addChange(ledger: number, document: number, change: StoredChange, frame: number | null, waiting: boolean): { key: number; added: boolean };
  /** The things touched since the last call. */
  takeTouched(): Touched[];
}

interface RevisionRow {
  key: number;
  type: Revision['type'];
  thing: string;
  payload: string;
}

export function createRevisions(database: Connection, projection: Projection, now: () => number): Revisions {
  const findChange = database.prepare<[string, number], { key: number }>('SELECT key FROM change WHERE hash = ? AND document = ?');
  const addChange = database.prepare(
    'INSERT INTO change (document, hash, deps, frame, waiting, revisions, bytes) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const countRevisions = database.prepare('UPDATE document SET revisions = revisions + ? WHERE key = ?');
  const countWaiting = database.prepare('UPDATE ledger SET waiting = waiting + ? WHERE key = ?');
  const addRevision = database.prepare(
    'INSERT INTO revision (ledger, id, type, thing, change, seen_at, payload) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const findRevision = database.prepare<[string, number], RevisionRow>('SELECT key, type, thing, payload FROM revision WHERE id = ? AND ledger = ?');
  const removeRevision = database.prepare('DELETE FROM revision WHERE key = ?');
  let touched = new Map<string, Touched>();

  const touch = (thing: Touched): void => void touched.set(`${thing.ledger}/${thing.type}/${thing.thing}`, thing);

  /** Two revisions under one id: the preferred one counts, and what the other did is taken back. */
  function settle(ledger: number, revision: Revision, change: number): void {
    const row = findRevision.get(revision.id, ledger);
    if (!row) return;
    const other = payloadToRevision(row.payload);
    const preferred = preferRevision(other, revision);
    if (preferred === other) return;
    projection.withdraw({ ledger, type: row.type, thing: row.thing });
    // Under a new key: what is known by the old one is never another revision.
    removeRevision.run(row.key);
    addRevision.run(ledger, revision.id, revision.type, revision.of, change, now(), JSON.stringify(revision));
    touch({ ledger, type: row.type, thing: row.thing });
    touch({ ledger, type: revision.type, thing: revision.of });
  }

  return {
    addChange(ledger, document, change, frame, waiting) {
      const known = findChange.get(change.hash, document);
      if (known) return { key: known.key, added: false };
      const { revisions } = change;
      const added = addChange.run(document, change.hash, change.deps.join(' '), frame, Number(waiting), revisions.length, change.bytes);
      const key = Number(added.lastInsertRowid);
      countRevisions.run(revisions.length, document);
      if (waiting) countWaiting.run(revisions.length, ledger);
      for (const revision of revisions) {
        const { id, type, of } = revision;
        const { changes } = addRevision.run(ledger, id, type, of, key, now(), JSON.stringify(revision));
        if (changes === 0) settle(ledger, revision, key);
        else touch({ ledger, type, thing: of });
      }
      return { key, added: true };
    },
    takeTouched() {
      const all = [...touched.values()];
      touched = new Map();
      return all;
    },
  };
}
