import { expect, it } from 'vitest';
import { excerpt } from './excerpt.ts';

it('shows a short text whole, in one line', () => expect(excerpt('Hello\n\n there', 'there')).toBe('Hello there'));

it('shows of a long text the part around what was looked for', () => {
  const long = `${'word '.repeat(100)}lighthouse ${'more '.repeat(100)}`;
  expect(excerpt(long, 'LIGHT')).toMatch(/^… (word ){1,5}lighthouse (more )+.*…$/);
  expect(excerpt(`lighthouse ${long}`, 'light')).toMatch(/^lighthouse .*…$/);
  expect(excerpt('很'.repeat(200) + '灯塔', '灯塔')).toMatch(/^… 很{23,24}灯塔$/);
  expect(excerpt(long, 'nowhere')).toMatch(/^word .*…$/);
});
