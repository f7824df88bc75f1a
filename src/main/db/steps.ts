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

/** How far back one can go in a ledger. */
const MAXIMUM_STEPS = 100;

export function createSteps(database: Connection): Steps {
  const prepared = new Map<RevisionId, Step>();
  const addStep = database.prepare('INSERT INTO step (ledger, stack, action, description) VALUES (?, ?, ?, ?)');
  const addItem = database.prepare('INSERT INTO step_item (step, entry, before, after) VALUES (?, ?, ?, ?)');
  const removeStep = database.prepare('DELETE FROM step WHERE key = ?');
  const removeRedo = database.prepare(`DELETE FROM step WHERE ledger = ? AND stack = 'redo'`);
  const removeOld = database.prepare(
    'DELETE FROM step WHERE key IN (SELECT key FROM step WHERE ledger = ? AND stack = ? ORDER BY key DESC LIMIT -1 OFFSET ?)',
  );
  // The new revision says what stood before the step. Whatever step left that one behind can now be turned round in its turn.
  const standInFor = database.prepare('UPDATE step_item SET after = ? WHERE entry = ? AND after = (SELECT before FROM step_item WHERE step = ? AND entry = ?)');
  const nameOf = ({ items }: Step): RevisionId => items[0]?.after ?? '';

  return {
    prepare: (step) => void prepared.set(nameOf(step), step),
    discard: (step) => void prepared.delete(nameOf(step)),
    storeFor(revisions) {
      if (prepared.size === 0) return;
      for (const step of revisions.map((revision) => prepared.get(revision)).filter((one) => one !== undefined)) {
        if (step.inverts === null) removeRedo.run(step.ledger);
        else {
          for (const { entry, after } of step.items) standInFor.run(after, entry, step.inverts, entry);
          removeStep.run(step.inverts);
        }
        const { lastInsertRowid } = addStep.run(step.ledger, step.stack, step.action, step.description);
        for (const { entry, before, after } of step.items) addItem.run(lastInsertRowid, entry, before, after);
        removeOld.run(step.ledger, step.stack, MAXIMUM_STEPS);
      }
    },
  };
}
