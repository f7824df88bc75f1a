import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { amountToChineseCapitals } from './chinese-capitals.ts';

describe('an amount in Chinese capitals', () => {
  // The first six are the examples of the rules themselves (支付结算办法, 附一), in one of the spellings that they allow.
  it.each([
    [140_950, '壹仟肆佰零玖元伍角'],
    [600_714, '陆仟零柒元壹角肆分'],
    [168_032, '壹仟陆佰捌拾元叁角贰分'],
    [10_700_053, '壹拾万零柒仟元伍角叁分'],
    [1_640_902, '壹万陆仟肆佰零玖元零贰分'],
    [32_504, '叁佰贰拾伍元零肆分'],
    [11_000_000, '壹拾壹万元整'],
    [0, '零元整'],
    [100, '壹元整'],
    [50, '伍角'],
    [5, '伍分'],
    [1_000, '壹拾元整'],
    [10_000_000_000, '壹亿元整'],
    [10_000_000_100, '壹亿零壹元整'],
    [10_000_050_000, '壹亿零伍佰元整'],
    [2_000_050_000, '贰仟万零伍佰元整'],
    [1_001_000, '壹万零壹拾元整'],
    [10_000_000_000_000, '壹仟亿元整'],
  ])('%i fen', (amount, words) => expect(amountToChineseCapitals(amount)).toBe(words));

  it('is another one for every other amount', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000_000_000_000 }), fc.integer({ min: 0, max: 10_000_000_000_000 }), (one, other) => {
        expect(amountToChineseCapitals(one) === amountToChineseCapitals(other)).toBe(one === other);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is nothing for what is no amount', () => {
    for (const wrong of [-1, 0.5, NaN, 10_000_000_000_001]) expect(() => amountToChineseCapitals(wrong)).toThrow(RangeError);
  });
});
