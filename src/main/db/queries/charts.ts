import type { ChartsView } from '#contract/views.ts';
import type { RevisionOf } from '#domain/revision.ts';
import { entryToEffectRows } from '#main/db/contributions.ts';
import type { Reader } from '#main/db/reader.ts';
import { payloadToRevision } from '#main/db/payload.ts';
import type { LedgerRow } from './ledgers.ts';

/** What one person has in one category of one month. `paid` and `expense`: of expenses less refunds. */
interface Cell {
  month: string;
  category: string;
  person: string;
  paid: number;
  expense: number;
  income: number;
}

export interface ChartQueries {
  /** Both dates are within the range. */
  read(ledger: LedgerRow, currency: string, from: string, to: string): ChartsView;
}

const lastOf = (month: string): string => new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5, 7)), 0)).toISOString().slice(0, 10);
const monthOf = (date: string): string => date.slice(0, 7);

/** A month of the range that is not all in it, with the days that are. */
interface Edge {
  from: string;
  to: string;
}

/** The months that lie wholly in a range, and what is left of it at both ends. */
function cutRange(from: string, to: string): { edges: Edge[]; isWhole: (month: string) => boolean } {
  const edges: Edge[] = [];
  for (const month of new Set([monthOf(from), monthOf(to)])) {
    const edge = { from: from > `${month}-01` ? from : `${month}-01`, to: to < lastOf(month) ? to : lastOf(month) };
    if (edge.from !== `${month}-01` || edge.to !== lastOf(month)) edges.push(edge);
  }
  const cut = new Set(edges.map((edge) => monthOf(edge.from)));
  return { edges, isWhole: (month) => !cut.has(month) };
}

const total = (cells: readonly Cell[], value: (cell: Cell) => number): number => cells.reduce((sum, cell) => sum + value(cell), 0);

export function createChartQueries(reader: Reader): ChartQueries {
  const months = reader.prepare<[number, string, string, string], Cell>(
    `SELECT month, category, person.id AS person, paid, expense, income FROM month_total JOIN person ON person.key = month_total.person
     WHERE month_total.ledger = ? AND currency = ? AND month BETWEEN ? AND ?`,
  );
  const entries = reader.prepare<[number, string, string, string], string>(
    `SELECT revision.payload FROM entry JOIN revision ON revision.key = entry.revision
     WHERE entry.ledger = ? AND entry.date BETWEEN ? AND ? AND entry.currency = ? AND entry.void = 0`,
  ).pluck();
  const before = reader.prepare<[number, string, string], number>(
    'SELECT coalesce(sum(effect), 0) FROM person_day WHERE person = ? AND currency = ? AND date < ?',
  ).pluck();
  const days = reader.prepare<[number, string, string, string], { date: string; effect: number }>(
    'SELECT date, effect FROM person_day WHERE person = ? AND currency = ? AND date BETWEEN ? AND ? ORDER BY date',
  );

  function cellsOf(payload: string): Cell[] {
    const { of: id, body } = payloadToRevision(payload) as RevisionOf<'entry'>;
    const spent = body.kind === 'expense' || body.kind === 'refund';
    if (!spent && body.kind !== 'income') return [];
    return entryToEffectRows({ id, body, conflict: false }).map(({ person, paid, share }) => ({
      month: monthOf(body.date), category: body.category, person,
      paid: spent ? paid : 0, expense: spent ? share : 0, income: spent ? 0 : -share,
    }));
  }

  function readBalance(ledger: LedgerRow, currency: string, from: string, to: string): ChartsView['balance'] {
    if (ledger.meKey === null) return [];
    let amount = before.get(ledger.meKey, currency, from) ?? 0;
    const points = days.all(ledger.meKey, currency, from, to).filter(({ effect }) => effect !== 0);
    return points.map(({ date, effect }) => {
      amount += effect;
      return { date, amount };
    });
  }

  return {
    read(ledger, currency, from, to) {
      const { edges, isWhole } = cutRange(from, to);
      const cells = [
        ...months.all(ledger.key, currency, monthOf(from), monthOf(to)).filter(({ month }) => isWhole(month)),
        ...edges.flatMap((edge) => entries.all(ledger.key, edge.from, edge.to, currency).flatMap(cellsOf)),
      ];
      const mine = (some: readonly Cell[]): number => total(some, (cell) => (cell.person === ledger.me ? cell.expense : 0));
      return {
        currency, from, to,
        categories: [...Map.groupBy(cells, ({ category }) => category)]
          .map(([category, some]) => ({ category, amount: total(some, (cell) => cell.expense), mine: mine(some) }))
          .filter(({ amount, mine: part }) => amount !== 0 || part !== 0)
          .toSorted((a, b) => b.amount - a.amount || (a.category < b.category ? -1 : 1)),
        months: [...Map.groupBy(cells, ({ month }) => month)]
          .map(([month, some]) => ({ month, expense: total(some, (cell) => cell.expense), income: total(some, (cell) => cell.income), mine: mine(some) }))
          .toSorted((a, b) => (a.month < b.month ? -1 : 1)),
        balance: readBalance(ledger, currency, from, to),
        people: [...Map.groupBy(cells, ({ person }) => person)]
          .map(([person, some]) => ({ person, paid: total(some, (cell) => cell.paid), share: total(some, (cell) => cell.expense) }))
          .filter(({ paid, share }) => paid !== 0 || share !== 0)
          .toSorted((a, b) => b.share - a.share || (a.person < b.person ? -1 : 1)),
      };
    },
  };
}
