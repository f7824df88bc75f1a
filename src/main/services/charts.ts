import { failure, success } from '#domain/result.ts';
import type { Service } from '#main/handlers.ts';
import type { Ground } from './ground.ts';

export function createChartsService({ queries }: Ground): Service<'charts'> {
  return {
    'charts.get': {
      topics: ({ ledger }) => [`ledger:${ledger}`],
      read({ ledger, currency, from, to }) {
        const row = queries.ledgers.find(ledger);
        return row ? success(queries.charts.read(row, currency, from, to)) : failure('not_found');
      },
    },
  };
}
