import { describe, expect, it } from 'vitest';
import { ALL_TIME, monthToDates, monthsBetween, previousRange, rangeToDates } from './range.ts';

describe('the dates of a named range', () => {
  it('covers whole months, also in February of a leap year', () => {
    expect(rangeToDates('month', '2028-02-11')).toEqual({ from: '2028-02-01', to: '2028-02-29' });
    expect(rangeToDates('quarter', '2026-01-31')).toEqual({ from: '2025-11-01', to: '2026-01-31' });
    expect(rangeToDates('year', '2026-11-20')).toEqual({ from: '2026-01-01', to: '2026-12-31' });
    expect(rangeToDates('all', '2026-11-20')).toEqual(ALL_TIME);
  });

  it('compares with the period just before', () => {
    const later = '2027-06-01';
    expect(previousRange('month', { from: '2026-03-01', to: '2026-03-31' }, later)).toEqual({ from: '2026-02-01', to: '2026-02-28' });
    expect(previousRange('quarter', { from: '2026-01-01', to: '2026-03-31' }, later)).toEqual({ from: '2025-10-01', to: '2025-12-31' });
    expect(previousRange('year', { from: '2026-01-01', to: '2026-12-31' }, later)).toEqual({ from: '2025-01-01', to: '2025-12-31' });
    expect(previousRange('custom', { from: '2026-03-10', to: '2026-03-12' }, later)).toEqual({ from: '2026-03-07', to: '2026-03-09' });
    expect(previousRange('all', ALL_TIME, later)).toBeNull();
  });

  it('compares a period that is not over with as much of the one before', () => {
    expect(previousRange('year', { from: '2026-01-01', to: '2026-12-31' }, '2026-01-10')).toEqual({ from: '2025-01-01', to: '2025-01-10' });
    expect(previousRange('month', { from: '2026-03-01', to: '2026-03-31' }, '2026-03-30')).toEqual({ from: '2026-02-01', to: '2026-02-28' });
    expect(previousRange('month', { from: '2026-03-01', to: '2026-03-31' }, '2026-02-10')).toBeNull();
  });

  it('steps over the ends of months and years', () => {
    expect(monthsBetween('2025-11', '2026-02')).toEqual(['2025-11', '2025-12', '2026-01', '2026-02']);
    expect(monthsBetween('2026-02', '2026-01')).toEqual([]);
  });

  it('cuts a month to the range it is part of', () => {
    expect(monthToDates('2026-03', { from: '2026-03-10', to: '2026-05-01' })).toEqual({ from: '2026-03-10', to: '2026-03-31' });
  });
});
