import type { Standing } from '#sync/change-standing.ts';
import type { RefusalReason, StoredChange } from '#sync/store.ts';
import type { RevisionId } from '#domain/ids.ts';
import type { Revision } from '#domain/revision.ts';
import type { Connection } from './schema.ts';
import type { Projection, Touched } from './projection.ts';

export interface ChangeRow extends Standing {
  readonly key: number;
  readonly frame: number | null;
  readonly waiting: number;
  /** How many it holds. */
  readonly revisions: number;
}

/** The part of the store that holds changes and what they say. Everything runs in the caller's transaction. */
export interface Revisions {
  findChange(document: number, hash: string): ChangeRow | undefined;
  /** Keeps a change that is not there yet, as one that waits; its revisions touch things, which are gathered for the projection. */
  addChange(ledger: number, document: number, change: StoredChange, frame: number | null, refused: RefusalReason | null): void;
  /** Gives a change another standing; `said` is what it says, where it is to count. */
  judge(ledger: number, change: ChangeRow, standing: Standing, said: readonly Revision[]): void;
  /** The things touched since the last call. */
  takeTouched(): Touched[];
}

interface RevisionRow {
  key: number;
  id: RevisionId;
  type: Revision['type'];
  thing: string;
}

/** How often revisions went out of the store: what is remembered by their keys is then for nothing, because keys come again. */
export const WITHDRAWALS = 'withdrawals';

export function createRevisions(database: Connection, projection: Projection, now: () => number): Revisions {
  const findChange = database.prepare<[string, number], ChangeRow>('SELECT key, frame, waiting, revisions, record, refused FROM change WHERE hash = ? AND document = ?');
  const addChange = database.prepare(
    'INSERT INTO change (document, hash, deps, actor, frame, record, refused, waiting, revisions, bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const setStanding = database.prepare('UPDATE change SET record = ?, refused = ?, waiting = ? WHERE key = ?');
  const isFrameSent = database.prepare<[number], number>('SELECT seq IS NOT NULL FROM frame WHERE key = ?').pluck();
  const countRevisions = database.prepare('UPDATE document SET revisions = revisions + ? WHERE key = ?');
  const countWaiting = database.prepare('UPDATE ledger SET waiting = waiting + ? WHERE key = ?');
  const addRevision = database.prepare(
    'INSERT INTO revision (ledger, id, type, thing, change, seen_at, payload) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const addAgain = database.prepare('INSERT INTO revision_again (ledger, id, change) VALUES (?, ?, ?)');
  const revisionsOf = database.prepare<[number], RevisionRow>('SELECT key, id, type, thing FROM revision WHERE change = ?');
  const findAgain = database.prepare<[string, number], number>('SELECT min(change) FROM revision_again WHERE id = ? AND ledger = ?').pluck();
  const removeAgain = database.prepare('DELETE FROM revision_again WHERE id = ? AND ledger = ? AND change = ?');
  const removeAllAgain = database.prepare('DELETE FROM revision_again WHERE change = ?');
  const moveRevision = database.prepare('UPDATE revision SET change = ? WHERE key = ?');
  const removeRevision = database.prepare('DELETE FROM revision WHERE key = ?');
  const countWithdrawal = database.prepare('INSERT INTO meta (name, value) VALUES (?, 1) ON CONFLICT DO UPDATE SET value = value + 1');
  let touched = new Map<string, Touched>();

  const touch = (thing: Touched): void => void touched.set(`${thing.ledger}/${thing.type}/${thing.thing}`, thing);

  function say(ledger: number, change: number, revisions: readonly Revision[]): void {
    for (const revision of revisions) {
      const { id, type, of } = revision;
      const { changes } = addRevision.run(ledger, id, type, of, change, now(), JSON.stringify(revision));
      // Under one id only the same can be said again: the id is the hash of it.
      if (changes === 0) addAgain.run(ledger, id, change);
      else touch({ ledger, type, thing: of });
    }
  }

  function withdraw(ledger: number, change: number): void {
    removeAllAgain.run(change);
    for (const { key, id, type, thing } of revisionsOf.all(change)) {
      touch({ ledger, type, thing });
      const other = findAgain.get(id, ledger) ?? undefined;
      if (other !== undefined) {
        removeAgain.run(id, ledger, other);
        moveRevision.run(other, key);
        continue;
      }
      projection.withdraw({ ledger, type, thing });
      removeRevision.run(key);
    }
    countWithdrawal.run(WITHDRAWALS);
  }

  return {
    findChange: (document, hash) => findChange.get(hash, document),
    addChange(ledger, document, change, frame, refused) {
      const { hash, deps, actor, record, bytes, revisions } = change;
      const waiting = Number(refused === null);
      const { lastInsertRowid } = addChange.run(document, hash, deps.join(' '), actor, frame, record, refused, waiting, revisions.length, bytes);
      countRevisions.run(revisions.length, document);
      if (refused !== null) return;
      countWaiting.run(revisions.length, ledger);
      say(ledger, Number(lastInsertRowid), revisions);
    },
    judge(ledger, { key, frame, waiting, revisions, refused }, standing, said) {
      if (refused === null && standing.refused !== null) withdraw(ledger, key);
      if (refused !== null && standing.refused === null) say(ledger, key, said);
      const isSent = frame !== null && isFrameSent.get(frame) === 1;
      const waits = Number(standing.refused === null && (refused === null ? waiting === 1 : !isSent));
      if (waits !== waiting) countWaiting.run((waits - waiting) * revisions, ledger);
      setStanding.run(standing.record, standing.refused, waits, key);
    },
    takeTouched() {
      const all = [...touched.values()];
      touched = new Map();
      return all;
    },
  };
}
