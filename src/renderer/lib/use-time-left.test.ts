import { expect, it } from 'vitest';
import { timeLeftToText } from './use-time-left.ts';

it.each([[0, '0:00'], [1, '0:01'], [59_001, '1:00'], [545_000, '9:05'], [900_000, '15:00']])('%i ms is %s', (left, text) => expect(timeLeftToText(left)).toBe(text));
