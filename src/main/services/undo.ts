import type { ErrorCode } from '#contract/errors.ts';
import type { LedgerId } from '#domain/ids.ts';
import { failure, success, type Result } from '#domain/result.ts';
import type { Stack } from '#main/db/steps.ts';
import type { NewRevision } from './author.ts';
import type { Ground } from './ground.ts';

/**
 * Undo and redo of what this device did in a ledger. Both write new revisions; nothing is erased. A step turns round
 * only the entries that still stand as it left them: what somebody has changed since is not taken from them.
 */
export function createUndo({ author, queries }: Ground): (ledger: LedgerId, stack: Stack) => Promise<Result<null, ErrorCode>> {
  return (ledger, stack) =>
    author.change<null>(ledger, (row) => {
      const step = queries.steps.top(ledger, stack);
      if (!step) return failure(stack === 'undo' ? 'nothing_to_undo' : 'nothing_to_redo');
      const revisions = queries.steps.items(step.key, ledger).map(({ entry, before, after }): NewRevision => {
        const all = queries.history.revisions(row, entry);
        const present = all.find(({ id }) => id === after);
        const earlier = all.find(({ id }) => id === before);
        if (!present) throw new Error('a step names a revision that is not there');
        // What was not there before is voided: the book keeps it, and it counts for nothing.
        return { type: 'entry', of: entry, prev: [after], body: earlier?.body ?? { ...present.body, state: 'void' } };
      });
      const { action, description, key } = step;
      return success({ revisions, step: { action, description, stack: stack === 'undo' ? 'redo' : 'undo', inverts: key }, answer: () => null });
    });
}
