import { describe, expect, it } from 'vitest';
import { addDays } from '#renderer/lib/date-words.ts';
import { thinBalance } from './balance-points.ts';

describe('the balance over time', () => {
  it('keeps every day while they are few', () => {
    const days = [{ date: '2026-01-01', amount: 5 }, { date: '2026-01-09', amount: -3 }];
    expect(thinBalance(days)).toEqual(days.map((day) => ({ ...day, from: day.date })));
    expect(thinBalance([])).toEqual([]);
  });

  it('thins ten years to a line one can walk, and ends where the balance ends', () => {
    const days = Array.from({ length: 3_650 }, (_, index) => ({ date: addDays('2016-01-01', index), amount: index }));
    const points = thinBalance(days);
    expect(points.length).toBeLessThanOrEqual(120);
    expect(points.at(-1)).toMatchObject({ date: days.at(-1)?.date, amount: 3_649 });
    for (const [index, point] of points.entries()) {
      expect(point.from <= point.date).toBe(true);
      if (index > 0) expect(addDays(points[index - 1]?.date ?? '', 1)).toBe(point.from);
    }
  });
});
