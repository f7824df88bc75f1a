import type { UndoAction } from '#contract/views.ts';
import type { EntryId, LedgerId, RevisionId } from '#domain/ids.ts';
import type { Connection } from './schema.ts';

export type Stack = 'undo' | 'redo';

/** One entry that a step changed: the revision counted before (null: there was none) and the one it was given. */
export interface StepItem {
  entry: EntryId;
  before: RevisionId | null;
  after: RevisionId;
}

/** Something this device did to the entries of a ledger, as one thing to undo or redo. */
export interface Step {
  ledger: LedgerId;
  stack: Stack;
  action: UndoAction;
  description: string;
  items: readonly StepItem[];
  /** The step that this one turns round, and that is gone with it. Null for something new, which ends what could be redone. */
  inverts: number | null;
}

export interface Steps {
  /** Hands over a step before its revisions are written: it is stored in the transaction that commits them, or not at all. */
  prepare(step: Step): void;
  discard(step: Step): void;
  /** Within a transaction that commits these revisions. */
  storeFor(revisions: readonly RevisionId[]): void;
}

/** How far back one can go in a ledger, give or take a few. */
const MAXIMUM_STEPS = 100;

export function createSteps(database: Connection): Steps {
  const prepared = new Map<RevisionId, Step>();
  const addStep = database.prepare('INSERT INTO step (ledger, stack, action, description, entry, before, after) VALUES (?, ?, ?, ?, ?, ?, ?)');
  const addItem = database.prepare('INSERT INTO step_item (step, entry, before, after) VALUES (?, ?, ?, ?)');
  const removeStep = database.prepare('DELETE FROM step WHERE key = ?');
  const removeRedo = database.prepare(`DELETE FROM step WHERE ledger = ? AND stack = 'redo'`);
  const removeOld = database.prepare(
    'DELETE FROM step WHERE key IN (SELECT key FROM step WHERE ledger = ? AND stack = ? ORDER BY key DESC LIMIT -1 OFFSET ?)',
  );
  const partsOf = database.prepare<[number], { entry: string; before: string | null }>('SELECT entry, before FROM step_part WHERE step = ?');
  const standIn = ['step', 'step_item'].map((table) => database.prepare(`UPDATE ${table} SET after = ? WHERE entry = ? AND after = ?`));
  const nameOf = ({ items }: Step): RevisionId => items[0]?.after ?? '';

  /** The new revisions say what stood before the step. What left that behind can now be turned round in its turn. */
  function invert(step: Step, inverted: number): void {
    const before = new Map(partsOf.all(inverted).map((part) => [part.entry, part.before]));
    removeStep.run(inverted);
    for (const { entry, after } of step.items) for (const statement of standIn) statement.run(after, entry, before.get(entry) ?? null);
  }

  return {
    prepare: (step) => void prepared.set(nameOf(step), step),
    discard: (step) => void prepared.delete(nameOf(step)),
    storeFor(revisions) {
      if (prepared.size === 0) return;
      for (const step of revisions.map((revision) => prepared.get(revision)).filter((one) => one !== undefined)) {
        if (step.inverts === null) removeRedo.run(step.ledger);
        else invert(step, step.inverts);
        const [only] = step.items.length === 1 ? step.items : [];
        const { lastInsertRowid } = addStep.run(step.ledger, step.stack, step.action, step.description, only?.entry, only?.before, only?.after);
        for (const { entry, before, after } of only ? [] : step.items) addItem.run(lastInsertRowid, entry, before, after);
        if (Number(lastInsertRowid) % 32 === 0) removeOld.run(step.ledger, step.stack, MAXIMUM_STEPS);
      }
    },
  };
}
