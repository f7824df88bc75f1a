import { describe, expect, it } from 'vitest';
import { viewToPeriods } from './periods.ts';

const month = (name: string, expense: number) => ({ month: name, expense, income: 0, mine: expense / 2 });
const everything = { from: '1900-01-01', to: '2199-12-31' };

describe('the bars of a time', () => {
  it('leaves a gap for a month without entries', () => {
    const periods = viewToPeriods({ ...everything, months: [month('2026-01', 10), month('2026-03', 30)] });
    expect(periods.map((period) => [period.name, period.expense])).toEqual([['2026-01', 10], ['2026-02', 0], ['2026-03', 30]]);
  });

  it('cuts the first and last month to the chosen dates', () => {
    const [only] = viewToPeriods({ from: '2026-01-10', to: '2026-01-20', months: [month('2026-01', 10)] });
    expect(only).toMatchObject({ from: '2026-01-10', to: '2026-01-20' });
  });

  it('shows years where the months are too many, and loses nothing', () => {
    const periods = viewToPeriods({ ...everything, months: [month('2016-05', 10), month('2020-06', 20), month('2020-07', 4)] });
    expect(periods.map((period) => [period.name, period.expense])).toEqual([['2016', 10], ['2017', 0], ['2018', 0], ['2019', 0], ['2020', 24]]);
    expect(periods[0]).toMatchObject({ from: '2016-05-01', to: '2016-12-31' });
    expect(periods.at(-1)).toMatchObject({ from: '2020-01-01', to: '2020-07-31', mine: 12 });
  });

  it('is empty for nothing', () => expect(viewToPeriods({ ...everything, months: [] })).toEqual([]));
});
