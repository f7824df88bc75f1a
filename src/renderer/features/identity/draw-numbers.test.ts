import { expect, it } from 'vitest';
import { drawNumbers } from './draw-numbers.ts';

it('draws different numbers in their order, the first and the last too', () => {
  expect(drawNumbers(3, 24, () => 0)).toEqual([1, 2, 3]);
  expect(drawNumbers(3, 24, (bound) => bound - 1)).toEqual([22, 23, 24]);
  expect(drawNumbers(3, 24, (bound) => (bound === 24 ? 23 : 0))).toEqual([1, 2, 24]);
});
