import type { UndoAction } from '#contract/views.ts';
import type { LedgerId } from '#domain/ids.ts';
import type { Reader } from '#main/db/reader.ts';
import type { Stack, StepItem } from '#main/db/steps.ts';

export interface StepRow {
  key: number;
  action: UndoAction;
  description: string;
}

export interface StepQueries {
  /** The newest step that can still be turned round: one of its entries at least stands as the step left it. */
  top(ledger: LedgerId, stack: Stack): StepRow | undefined;
  /** Those of its entries that nobody has changed since. */
  items(step: number, ledger: LedgerId): StepItem[];
}

/** What counts says the same as what the step left: it is the same revision, or its twin from another device. */
const UNCHANGED = `FROM step_part JOIN ledger ON ledger.id = ? JOIN entry ON entry.ledger = ledger.key AND entry.id = step_part.entry
  JOIN revision ON revision.key = entry.revision JOIN revision AS mine ON mine.id = step_part.after AND mine.ledger = ledger.key
  WHERE step_part.step = ? AND entry.conflict = 0 AND (mine.key = revision.key OR
    (mine.payload ->> '$.prev' = revision.payload ->> '$.prev' AND mine.payload ->> '$.body' = revision.payload ->> '$.body'))`;

export function createStepQueries(reader: Reader): StepQueries {
  const steps = reader.prepare<[string, string], StepRow>('SELECT key, action, description FROM step WHERE ledger = ? AND stack = ? ORDER BY key DESC');
  const isOpen = reader.prepare<[string, number], number>(`SELECT 1 ${UNCHANGED} LIMIT 1`).pluck();
  const items = reader.prepare<[string, number], StepItem>(`SELECT step_part.entry, step_part.before, step_part.after ${UNCHANGED}`);
  return {
    top(ledger, stack) {
      for (const step of steps.iterate(ledger, stack)) if (isOpen.get(ledger, step.key) !== undefined) return step;
      return undefined;
    },
    items: (step, ledger) => items.all(ledger, step),
  };
}
