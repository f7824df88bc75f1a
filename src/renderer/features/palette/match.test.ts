import { describe, expect, it } from 'vitest';
import { isMatch } from './match.ts';

describe('isMatch', () => {
  it.each([
    ['set', 'Settings'], ['SET up', 'set things up'], ['chl', 'Chloé'], ['chloé', 'chloe'], ['记账', '在“家”记账'], ['ｆｌａｔ', 'Our flat'], ['(all', 'everything (all)'],
  ])('finds %j in %j', (query, text) => expect(isMatch(query, text)).toBe(true));

  it.each([
    ['din', 'Relay and sending'], ['flat trip', 'Our flat'], ['.', 'anything'], ['账单', '账本'],
  ])('does not find %j in %j', (query, text) => expect(isMatch(query, text)).toBe(false));

  it('finds words over several texts', () => expect(isMatch('ann fl', 'Ann', undefined, 'in Flat')).toBe(true));
});
