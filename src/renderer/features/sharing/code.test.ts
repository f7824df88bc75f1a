import { describe, expect, it } from 'vitest';
import { groupCode, minutesUntil, spellCode } from './code.ts';

describe('a code to be typed by hand', () => {
  it('stands in groups of four, however it came', () => {
    expect(groupCode('ABCDEFGHJKMN')).toBe('ABCD-EFGH-JKMN');
    expect(groupCode('ABCD-EFGH JKMN')).toBe('ABCD-EFGH-JKMN');
    expect(groupCode('')).toBe('');
  });

  it('is read out letter by letter', () => expect(spellCode('AB-2C')).toBe('A B 2 C'));

  it('counts down to zero and no further', () => {
    expect(minutesUntil(600_000, 0)).toBe(10);
    expect(minutesUntil(600_000, 570_001)).toBe(1);
    expect(minutesUntil(600_000, 600_000)).toBe(0);
    expect(minutesUntil(600_000, 9_600_000)).toBe(0);
  });
});
