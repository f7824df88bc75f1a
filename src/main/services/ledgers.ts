import type { BarredReason, LedgerSummaryView, LedgerView } from '#contract/views.ts';
import { failure, success } from '#domain/result.ts';
import { ownKey } from '#sync/access.ts';
import { roleNow } from '#sync/protocol/membership.ts';
import type { Service } from '#main/handlers.ts';
import type { NewRevision } from './author.ts';
import { draftLedger, foundLedger } from './found-ledger.ts';
import type { Ground, LedgerRow } from './ground.ts';

const BARRED: readonly (string | undefined)[] = ['removed', 'not_member', 'key_missing', 'membership_forked'] satisfies BarredReason[];
const isBarred = (reason: string | undefined): reason is BarredReason => BARRED.includes(reason);

export function createLedgersService(ground: Ground): Service<'ledgers'> {
  const { shell, author, queries, warmer, link } = ground;

  function summarize(row: LedgerRow): LedgerSummaryView {
    const access = link.access(row.id);
    const role = access ? roleNow(access.membership, ownKey(access)) : null;
    const reason = access && role === null ? 'removed' : link.state().reasons.get(row.id);
    return { ...queries.ledgers.summary(row), role, barred: isBarred(reason) ? reason : null };
  }

  function readLedger(row: LedgerRow): LedgerView {
    const { ledgers, steps } = queries;
    const persons = ledgers.persons(row);
    const used = ledgers.used(row, 'currency');
    const [undo, redo] = (['undo', 'redo'] as const).map((stack) => steps.top(row.id, stack));
    return {
      ...summarize(row),
      simplify: row.simplify === 1,
      persons,
      currencies: used.includes(row.currency) ? used : [...used, row.currency],
      categories: ledgers.used(row, 'category'),
      undo: undo ? { action: undo.action, description: undo.description } : null,
      redo: redo ? { action: redo.action, description: redo.description } : null,
      shared: persons.reduce((devices, person) => devices + person.devices.length, 0) > 1,
    };
  }

  return {
    'ledgers.list': {
      topics: () => ['ledgers'],
      read: () => success(queries.ledgers.all().map(summarize)),
    },
    'ledgers.get': {
      topics: ({ ledger }) => [`ledger:${ledger}`],
      read({ ledger }) {
        const row = queries.ledgers.find(ledger);
        if (row) warmer.expect(ledger);
        return success(row ? readLedger(row) : null);
      },
    },
    async 'ledgers.create'({ name, template, currency, people }) {
      const draft = await draftLedger(ground);
      const now = shell.now();
      // A millisecond apart, so that they stand in the order they were typed.
      const revisions = people.map((one, index): NewRevision => ({ type: 'person', of: shell.ids.next(), at: now + index + 1, body: { name: one, state: 'active' } }));
      const founded = await foundLedger(ground, draft, { name, template, currency, me: undefined, revisions });
      return founded.ok ? success({ ledger: draft.ledger, me: founded.value.me }) : founded;
    },
    'ledgers.update': ({ ledger, name, currency, simplify }) =>
      author.change(ledger, (row) => {
        const body = { name: name ?? row.name, template: row.template, currency: currency ?? row.currency, simplify: simplify ?? row.simplify === 1 };
        return success({ revisions: [{ type: 'ledger', of: ledger, prev: queries.history.current(row, 'ledger', ledger), body }], answer: () => null });
      }),
    async 'ledgers.stateHash'({ ledger }) {
      const row = queries.ledgers.find(ledger);
      return row ? success(queries.history.stateHash(row)) : failure('not_found');
    },
  };
}
