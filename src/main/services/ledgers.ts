import type { LedgerSummaryView, LedgerView } from '#contract/views.ts';
import { failure, success } from '#domain/result.ts';
import type { Service } from '#main/handlers.ts';
import type { NewRevision } from './author.ts';
import { draftLedger, foundLedger } from './found-ledger.ts';
import type { Ground, LedgerRow } from './ground.ts';

export function createLedgersService(ground: Ground): Service<'ledgers'> {
  const { shell, author, queries, warmer, link } = ground;

  function summarize(row: LedgerRow): LedgerSummaryView {
    return { ...queries.ledgers.summary(row), ...link.standing(row.id) };
  }

  /** Whether another device is in, of mine or of somebody else. */
  function isShared({ id }: LedgerRow): boolean {
    const access = link.access(id);
    const present = access ? [...access.membership.members.values()].flatMap(({ devices }) => devices) : [];
    return present.filter((key) => access?.cards.get(key)?.recovery == null).length > 1;
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
      shared: isShared(row),
    };
  }

  return {
    'ledgers.list': {
      topics: () => ['ledgers'],
      // A shop finds its tabs at the counter.
      read: () => success(queries.ledgers.all().filter(({ id }) => !queries.shops.isOwnTab(id)).map(summarize)),
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
