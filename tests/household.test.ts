import { expect, test } from 'vitest';
import { api } from '#contract/api.ts';
import { createHousehold } from './household.ts';

const people = ['a', 'b', 'c'].map((letter) => letter.repeat(32));
const household = createHousehold({ people });

test('a year of 2 000 entries in five currencies and five modes of splitting, all of which the contract takes', () => {
  const ledger = 'd'.repeat(32);
  for (const one of household) expect(api['entries.add'].input.safeParse({ ledger, ...one }).error).toBeUndefined();
  expect(household).toHaveLength(2_000);
  expect(new Set(household.map((one) => one.draft.currency))).toEqual(new Set(['EUR', 'JPY', 'GBP', 'CNY', 'KWD']));
  expect(new Set(household.map((one) => one.draft.split.mode)).size).toBe(5);
  expect(household.at(0)?.draft.date).toBe('2025-11-21');
  expect(household.at(-1)?.draft.date).toBe('2026-11-20');
});

test('payers and exact parts sum to the amount, percentages to a hundred', () => {
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  for (const { draft } of household) {
    expect(sum(draft.payers.map((one) => one.amount))).toBe(draft.amount);
    const parts = sum(draft.split.parts.map((one) => one.value));
    if (draft.split.mode === 'exact') expect(parts).toBe(draft.amount);
    if (draft.split.mode === 'percent') expect(parts).toBe(10_000);
  }
});

test('the same seed makes the same household, another seed another one', () => {
  expect(createHousehold({ people })).toEqual(household);
  expect(createHousehold({ people, seed: 2 })).not.toEqual(household);
});
