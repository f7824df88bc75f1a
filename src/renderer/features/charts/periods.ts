import type { ChartsView } from '#contract/views.ts';
import { monthsBetween, monthToDates, type DateRange } from './range.ts';

export interface Period extends DateRange {
  /** `YYYY-MM` or `YYYY`. */
  name: string;
  expense: number;
  income: number;
  mine: number;
}

/** More bars than this are years, not months. */
const MOST_MONTHS = 48;

/** The months of a view without holes, or its years where the months are too many to tell apart. */
export function viewToPeriods(view: Pick<ChartsView, 'months' | 'from' | 'to'>): Period[] {
  const [first, last] = [view.months[0], view.months.at(-1)];
  if (!first || !last) return [];
  const byMonth = new Map(view.months.map((month) => [month.month, month]));
  const months = monthsBetween(first.month, last.month).map((name): Period => {
    const { expense, income, mine } = byMonth.get(name) ?? { expense: 0, income: 0, mine: 0 };
    return { name, ...monthToDates(name, view), expense, income, mine };
  });
  if (months.length <= MOST_MONTHS) return months;
  const years = new Map<string, Period>();
  for (const month of months) {
    const name = month.name.slice(0, 4);
    const year = years.get(name);
    if (!year) years.set(name, { ...month, name });
    else years.set(name, { name, from: year.from, to: month.to, expense: year.expense + month.expense, income: year.income + month.income, mine: year.mine + month.mine });
  }
  return [...years.values()];
}
