import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MAXIMUM_AMOUNT } from '#domain/money.ts';
import { keyToPad, PAD, pressKey, type PadKey } from './keypad.ts';

const type = (...keys: PadKey[]): number => keys.reduce(pressKey, 0);

it('fills an amount from the right', () => {
  expect(type('3', '5', '0')).toBe(350);
  expect(type('5', '00')).toBe(500);
  expect(type('0', '00', '7')).toBe(7);
  expect(type('1', '2', 'back')).toBe(1);
});

it('never leaves the range of amounts, whatever is pressed', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...PAD), { maxLength: 60 }), (keys) => {
      const amount = type(...keys);
      expect(Number.isSafeInteger(amount) && amount >= 0 && amount <= MAXIMUM_AMOUNT).toBe(true);
    }),
  );
});

it('knows the keys of a keyboard, and those of an input method', () => {
  expect(['0', '9', '５', 'Backspace', 'Enter', 'a', '½'].map(keyToPad)).toEqual(['0', '9', '5', 'back', undefined, undefined, undefined]);
});
