import Database from 'better-sqlite3';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { toSearchQuery, toSearchText } from '#domain/search-text.ts';

const database = new Database(':memory:');
database.exec("create virtual table lines using fts5(text, tokenize = 'unicode61')");
const insert = database.prepare<[string]>('insert into lines (text) values (?)');
const find = database.prepare<[string], { rowid: number }>('select rowid from lines where lines match ?');
afterAll(() => database.close());

const add = (text: string): number => Number(insert.run(toSearchText(text)).lastInsertRowid);
const isFound = (row: number, typed: string): boolean => {
  const query = toSearchQuery(typed);
  return query !== null && find.all(query).some(({ rowid }) => rowid === row);
};

describe('full-text search in SQLite', () => {
  it('finds a line by any part of its Chinese, by the beginning of its words, without accents, in any order', () => {
    const row = add('周末在「老王火锅店」聚餐，付款 with Chloé at Café №5 — iPhone手机');
    for (const typed of ['火锅', '老王火', '店聚餐', '周', '手机', 'iphone手', 'iph', 'caf', 'CAFE', 'chloe', 'Ｃａｆé', '火锅 with', 'with 火锅', 'café 付款', '「火锅」']) {
      expect([typed, isFound(row, typed)]).toEqual([typed, true]);
    }
    for (const typed of ['锅火', '火店', 'afé', 'phone', '火锅 pizza', '餐聚']) expect([typed, isFound(row, typed)]).toEqual([typed, false]);
  });

  it('finds every part of a Chinese line that it has', () => {
    const lines = fc.string({ unit: fc.constantFrom(...'晚餐火锅超市房租水电打车酒店'), minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(lines, fc.nat(), fc.nat(), (line, start, length) => {
        const from = start % line.length;
        const part = line.slice(from, from + 1 + (length % (line.length - from)));
        const row = add(`记：${line}。`);
        expect(isFound(row, part)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('takes whatever is typed as text: no syntax error, and nothing is found that lacks a word', () => {
    const row = add('plain words here');
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.string({ unit: fc.constantFrom(...'ab"*^:()-+{} ANDORNT'), maxLength: 30 })), (typed) => {
        expect(isFound(row, `${typed} missingword`)).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });
});
