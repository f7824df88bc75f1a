import { describe, expect, it } from 'vitest';
import { excerptOf, toSearchQuery, toSearchText } from './search-text.ts';

describe('text to be searched', () => {
  it.each([
    ['Dinner  at Joe’s', 'dinner at joe’s'],
    ['Ｄｉｎｎｅｒ　１２', 'dinner 12'],
    ['晚餐和iPhone手机', '晚 餐 和 iphone 手 机'],
    ['スーパーでコーヒー', 'ス ー パ ー で コ ー ヒ ー'],
    ['저녁 식사', '저 녁 식 사'],
    ['ﾊﾟｽﾀ', 'パ ス タ'],
    ['', ''],
  ])('%j becomes %j', (text, expected) => {
    expect(toSearchText(text)).toBe(expected);
  });
});

describe('a search', () => {
  it.each<[string, string | null]>([
    ['din', '"din"*'],
    ['Joe’s dinner', '"joe s"* "dinner"*'],
    ['晚餐', '"晚 餐"'],
    ['火锅 pizza', '"火 锅" "pizza"*'],
    ['手机abc', '"手 机 abc"*'],
    ['"; DROP TABLE entries', '"drop"* "table"* "entries"*'],
    ['a AND (b OR NOT c) NEAR *', '"a"* "and"* "b"* "or"* "not"* "c"* "near"*'],
    ['note:x col^y -z +w {a}', '"note x"* "col y"* "z"* "w"* "a"*'],
    ['', null],
    ['  ', null],
    ['"*" -- ! 🍕', null],
  ])('for %j is %j', (text, expected) => {
    expect(toSearchQuery(text)).toBe(expected);
  });
});

describe('what is shown of a long text', () => {
  const long = `${'before '.repeat(100)}Dinner 晚饭${' after'.repeat(100)}`;
  it.each(['dinn', '晚饭', 'zzz DINNER'])('is the part around what was looked for: %s', (typed) => {
    const shown = excerptOf(long, typed, 60);
    expect(shown).toMatch(/^….*Dinner 晚饭.*…$/u);
    expect(shown.length).toBeLessThanOrEqual(62);
  });
  it('is its beginning where nothing is found as it was typed, and all of it where it is short', () => {
    expect(excerptOf(long, 'ｄｉｎｎｅｒ', 60)).toBe(`${long.slice(0, 60)}…`);
    expect(excerptOf('short', 'zzz', 60)).toBe('short');
    expect(excerptOf('😀'.repeat(50), '', 61).isWellFormed()).toBe(true);
  });
});
