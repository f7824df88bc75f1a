import { expect, it } from 'vitest';
import { parseAmount } from '#domain/amount.ts';
import { isReadAsTyped } from './read-as-typed.ts';

const isPlain = (text: string, decimals = 2): boolean => {
  const amount = parseAmount(text, decimals);
  return amount.ok && isReadAsTyped(text, amount.value, decimals);
};

it.each(['12', '12.5', '12,5', ' 1.15 ', '１２．５', '-3', '0.07'])('leaves %s as it is', (text) => expect(isPlain(text)).toBe(true));
it.each(['12.345', '1,234', '1,234.56', '1 000', '12+3', '0.999', '12。5'])('spells out %s', (text) => expect(isPlain(text)).toBe(false));
it('knows the decimals of the currency', () => {
  expect(isPlain('12.345', 3)).toBe(true);
  expect(isPlain('12.5', 0)).toBe(false);
});
