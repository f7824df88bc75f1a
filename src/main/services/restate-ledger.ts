import type { ErrorCode } from '#contract/errors.ts';
import type { LedgerId } from '#domain/ids.ts';
import { success, type Result } from '#domain/result.ts';
import type { NewRevision } from './author.ts';
import type { Ground } from './ground.ts';

/**
 * Writes anew what a ledger is and who is in its book, as it stands: whoever comes in without the keys of before can read
 * it only so. For everybody else it is an edit that changes nothing.
 */
export const restateLedger = ({ shell, author, queries }: Pick<Ground, 'shell' | 'author' | 'queries'>, ledger: LedgerId): Promise<Result<void, ErrorCode>> =>
  author.change<void>(ledger, (row) => {
    const current = (type: NewRevision['type'], of: string) => queries.history.current(row, type, of);
    const body = { name: row.name, template: row.template, currency: row.currency, simplify: row.simplify === 1 };
    const now = shell.now();
    // A millisecond apart, so that they stand in the same order for whoever knows nothing older.
    const persons = queries.ledgers.persons(row).map(({ id, name, state }, index): NewRevision => ({ type: 'person', of: id, at: now + index, prev: current('person', id), body: { name, state } }));
    return success({ revisions: [{ type: 'ledger', of: ledger, prev: current('ledger', ledger), body }, ...persons], answer: () => undefined });
  });
