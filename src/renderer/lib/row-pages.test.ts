import { expect, it } from 'vitest';
import { createRowPages, PAGE_ROWS, type PageView } from './row-pages.ts';

/** A list that answers pages at once, and tells who watches of every change. */
function openList(rows: string[], leavesEarlier?: (before: readonly string[], after: readonly string[]) => boolean) {
  const watches = new Map<number, () => void>();
  const pages = createRowPages<string, PageView<string>>({
    watch({ offset, limit }, onView) {
      const show = () => onView({ total: rows.length, rows: rows.slice(offset, offset + limit) });
      watches.set(offset, show);
      show();
      return () => watches.delete(offset);
    },
    ...(leavesEarlier && { leavesEarlier }),
  });
  return { pages, change: (act: () => void) => {
    act();
    for (const show of [...watches.values()]) show();
  } };
}
const startsAlike = (before: readonly string[], after: readonly string[]): boolean => before.every((row, index) => after[index] === row);
const letters = (): string[] => Array.from({ length: 5 * PAGE_ROWS }, (_, index) => `row ${index}`);

it('remembers what lies before the page that grew, and forgets what may have moved', () => {
  const rows = letters();
  const { pages, change } = openList(rows, startsAlike);
  pages.look(0, 0);
  pages.look(rows.length - 1, rows.length - 1);
  change(() => rows.push('new'));
  expect(pages.rowAt(0)).toBe('row 0');
  pages.look(rows.length - 1, rows.length - 1);
  expect(pages.rowAt(rows.length - 1)).toBe('new');
  change(() => rows.splice(450, 0, 'between'));
  expect(pages.rowAt(450)).toBe('between');
  expect(pages.rowAt(0)).toBeUndefined();
});

it('forgets all it does not watch after any change, where nothing is said of it', () => {
  const rows = letters();
  const { pages, change } = openList(rows);
  pages.look(0, 0);
  pages.look(rows.length - 1, rows.length - 1);
  expect(pages.rowAt(0)).toBe('row 0');
  change(() => rows.push('new'));
  expect(pages.rowAt(0)).toBeUndefined();
});
