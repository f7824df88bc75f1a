import type { ErrorCode } from '#contract/errors.ts';
import type { BalancesView, ExplanationView } from '#contract/views.ts';
import { failure, success, type Result } from '#domain/result.ts';
import { planSettlement } from '#domain/settle.ts';
import type { Service, Topic } from '#main/handlers.ts';
import type { Ground, LedgerRow } from './ground.ts';

export function createBalancesService({ queries }: Ground): Service<'balances'> {
  const { ledgers, balances } = queries;
  const about = ({ ledger }: { ledger: string }): Topic[] => [`ledger:${ledger}`];

  /** Sums that are no whole numbers of JavaScript any more: only somebody who means harm gets there. A plan for them would be wrong. */
  const isBeyond = (totals: readonly { paid: number; share: number }[]): boolean =>
    !Number.isSafeInteger(totals.reduce((sum, { paid, share }) => sum + Math.abs(paid) + Math.abs(share), 0));

  function read(row: LedgerRow): Result<BalancesView, ErrorCode> {
    const totals = balances.totals(row);
    if (isBeyond(totals)) return failure('amount_out_of_range');
    const debts = balances.debts(row);
    const currencies = ledgers.used(row, 'currency').map((currency) => {
      const people = totals.filter((total) => total.currency === currency).map(({ person, paid, share }) => ({ person, paid, share, net: paid - share }));
      return {
        currency, people,
        debts: debts.filter((debt) => debt.currency === currency).map(({ from, to, amount }) => ({ from, to, amount })),
        plan: planSettlement(people),
      };
    });
    return success({ currencies });
  }

  return {
    'balances.get': {
      topics: about,
      read({ ledger }) {
        const row = ledgers.find(ledger);
        return row ? read(row) : failure('not_found');
      },
    },
    'balances.explain': {
      topics: about,
      read({ ledger, person, currency, offset, limit }) {
        const row = ledgers.find(ledger);
        if (!row) return failure('not_found');
        const key = balances.personKey(row, person);
        if (key === undefined) return failure('person_unknown');
        const parts = balances.parts(key, currency);
        const explanation: ExplanationView = {
          person, currency,
          net: parts.reduce((sum, { effect }) => sum + effect, 0),
          parts: parts.map(({ kind, entries, effect }) => ({ kind, entries, effect })),
          rounding: parts.reduce((sum, { odd }) => sum + odd, 0),
          total: parts.reduce((sum, { entries }) => sum + entries, 0),
          offset,
          lines: balances.lines(row, key, currency, offset, limit),
        };
        return success(explanation);
      },
    },
  };
}
