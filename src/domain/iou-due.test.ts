import { describe, expect, it } from 'vitest';
import { daysBetween, reminderOn } from './iou-due.ts';

describe('a due date', () => {
  it('is so many calendar days away', () => {
    expect(daysBetween('2026-11-20', '2026-11-27')).toBe(7);
    expect(daysBetween('2028-02-28', '2028-03-01')).toBe(2);
    expect(daysBetween('2026-11-21', '2026-11-20')).toBe(-1);
  });

  it.each([
    ['2026-11-12', null], ['2026-11-13', 7], ['2026-11-18', 7], ['2026-11-19', 1], ['2026-11-20', 0], ['2026-12-24', 0],
  ] as const)('on %s reminds of %s days', (today, days) => expect(reminderOn(today, { due: '2026-11-20', state: 'effective' })).toBe(days));

  it('reminds of nothing that is not owed', () => {
    for (const state of ['written', 'signed', 'repaid', 'declined', 'void'] as const) expect(reminderOn('2026-11-20', { due: '2026-11-20', state })).toBeNull();
    expect(reminderOn('2026-11-20', { due: '2026-11-20', state: 'partly' })).toBe(0);
  });
});
