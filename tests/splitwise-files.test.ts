import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { entryEffects } from '#domain/effects.ts';
import { checkBody, draftToBody } from '#domain/entry-rules.ts';
import { entryBodySchema } from '#domain/entry.ts';
import { nameSchema } from '#domain/text.ts';
import { checkFooter, parseSplitwise, splitwiseToDraft, type SplitwiseFile, type SplitwiseRow } from '#domain/splitwise.ts';

const folder = join(import.meta.dirname, 'files/splitwise');
const samples = readdirSync(folder).filter((name) => name.endsWith('.csv'));
const textOf = (name: string): string => readFileSync(join(folder, name), 'utf8');
const read = (text: string): SplitwiseFile => {
  const result = parseSplitwise(text);
  if (!result.ok) throw new Error(result.code);
  return result.value;
};
const id = (index: number): string => index.toString(16).padStart(32, '0');
const idsOf = (file: SplitwiseFile): Map<string, string> => new Map(file.people.map((name, index) => [name, id(index + 1)]));

/** What the entry made from a row does to each person of the file, by name; throws where it would not be admitted. */
function effectsOf(row: SplitwiseRow, people: ReadonlyMap<string, string>): Map<string, number> {
  const draft = splitwiseToDraft(row, people);
  if (!draft.ok) throw new Error(draft.code);
  const body = draftToBody(draft.value, id(0xabc + row.line));
  if (!body.ok) throw new Error(body.code);
  expect([entryBodySchema.safeParse(body.value).success, checkBody(body.value).ok]).toEqual([true, true]);
  const names = new Map([...people].map(([name, person]) => [person, name]));
  return new Map(entryEffects(body.value).map(({ person, effect }) => [names.get(person) ?? '?', effect]));
}

/** Every row becomes an entry that does to each balance exactly what the row's cells say. */
function expectExact(file: SplitwiseFile): void {
  const people = idsOf(file);
  for (const row of file.rows) {
    const effects = [...effectsOf(row, people)].filter(([, effect]) => effect !== 0).toSorted();
    expect(effects).toEqual(row.cells.map(({ name, net }) => [name, net]).toSorted());
  }
}

describe('the sample exports', () => {
  it.each([
    ['household.csv', 300, 4, ['EUR', 'USD']],
    ['german.csv', 60, 3, ['CHF', 'EUR']],
    ['chinese.csv', 60, 4, ['CNY', 'JPY']],
    ['several-payers.csv', 40, 5, ['EUR', 'KWD']],
    ['friend.csv', 30, 2, ['GBP']],
  ])('%s gives %i entries of %i people that come to its footer', (name, rows, people, currencies) => {
    const file = read(textOf(name));
    expect([file.rows.length, file.people.length, file.problems]).toEqual([rows, people, []]);
    expect([...new Set(file.rows.map(({ currency }) => currency))].toSorted()).toEqual(currencies);
    expect(new Set(file.rows.map(({ key }) => key)).size).toBe(rows);
    const checks = checkFooter(file);
    expect(checks).toHaveLength(people * currencies.length);
    for (const check of checks) expect(check.computed).toBe(check.file);
    expect(checks.some(({ computed }) => computed !== 0)).toBe(true);
    expect(file.rows.some(({ kind }) => kind === 'settlement')).toBe(true);
    expectExact(file);
  });

  it('hold what the words of each language do not: refunds, quotes, line breaks, several payers, own categories', () => {
    const { rows, people } = read(textOf('household.csv'));
    expect(people).toContain('Ben Castle');
    expect(rows.filter(({ kind }) => kind === 'refund').length).toBeGreaterThan(0);
    expect(rows.some(({ description }) => description.includes('"for Eve"'))).toBe(true);
    expect(rows.some(({ category }) => category === 'Board games')).toBe(true);
    expect(textOf('household.csv')).toMatch(/"[^",\n]*\n/);
    const several = read(textOf('several-payers.csv')).rows.filter(({ cells }) => cells.filter(({ net }) => net > 0).length > 1);
    expect(several.length).toBeGreaterThan(5);
  });

  it('with problems say line and reason for each, and give the rest', () => {
    const file = read(textOf('problems.csv'));
    expect(file.problems.map(({ line, code }) => `${line} ${code}`)).toEqual([
      '4 row_does_not_sum', '5 row_date_invalid', '6 row_currency_unknown', '7 row_amount_invalid', '8 row_amount_invalid', '9 row_too_short', '10 row_too_long',
      '11 row_no_people', '12 row_does_not_sum', '13 row_unreadable', '16 row_amount_invalid', '20 row_amount_invalid', '24 file_truncated',
    ]);
    expect(file.rows.map(({ line, kind }) => `${line} ${kind}`)).toEqual(['3 expense', '17 expense', '18 expense', '21 settlement']);
    expect(checkFooter(file).every((check) => check.file === check.computed)).toBe(true);
  });
});

describe('a damaged export', () => {
  const mutation = fc.record({
    at: fc.nat(),
    length: fc.integer({ min: 0, max: 40 }),
    by: fc.oneof(fc.string({ unit: 'binary', maxLength: 8 }), fc.string({ unit: fc.constantFrom(...'",;\n\r\t0123456789.-+eNaN '), maxLength: 8 }), fc.constantFrom('1e21', '-', '"', '\ufeff', '\0', '\u202E', '９', '__proto__', 'Total balance')),
  });
  const damaged = fc.record({ name: fc.constantFrom(...samples), mutations: fc.array(mutation, { minLength: 1, maxLength: 12 }), cut: fc.option(fc.nat()) }).map(({ name, mutations, cut }) => {
    let text = textOf(name);
    for (const { at, length, by } of mutations) {
      const start = at % (text.length + 1);
      text = text.slice(0, start) + by + text.slice(start + length);
    }
    return cut === null ? text : text.slice(0, cut % (text.length + 1));
  });

  it('never throws, and gives only entries that hold together, from clean names', () => {
    fc.assert(
      fc.property(damaged, (text) => {
        const result = parseSplitwise(text);
        if (!result.ok) {
          expect(['file_empty', 'file_format_unknown']).toContain(result.code);
          return;
        }
        expectExact(result.value);
        expect(result.value.people.every((name) => nameSchema.safeParse(name).success)).toBe(true);
        expect(new Set(result.value.rows.map(({ key }) => key)).size).toBe(result.value.rows.length);
        expect(checkFooter(result.value).every(({ computed }) => Number.isSafeInteger(computed))).toBe(true);
        const lines = text.split(/\r\n?|\n/).length;
        for (const { line } of [...result.value.rows, ...result.value.problems]) expect(line >= 1 && line <= lines).toBe(true);
      }),
      { numRuns: 400 },
    );
  });

  it('loses no row in silence: each line that held money is an entry, a footer or a problem', () => {
    const text = textOf('friend.csv');
    const lines = text.split('\n');
    fc.assert(
      fc.property(fc.integer({ min: 4, max: lines.length - 4 }), fc.integer({ min: 0, max: 6 }), fc.constantFrom('', ' ', 'x', '1e21', '-', '99'), (at, column, by) => {
        const cells = (lines[at] ?? '').split(',');
        fc.pre(cells.length === 7 && !cells.some((cell) => cell.includes('"')) && cells[column] !== by);
        const file = read(lines.with(at, cells.with(column, by).join(',')).join('\n'));
        const before = read(text);
        expect(file.rows.length + file.problems.length).toBe(before.rows.length);
        // Anything that changes money shows: as a problem, or against the footer.
        if (column >= 3 && file.problems.length === 0) {
          const row = file.rows.find(({ line }) => line === at + 1);
          const original = before.rows.find(({ line }) => line === at + 1);
          expect(row?.amount !== original?.amount || checkFooter(file).some((check) => check.file !== check.computed)).toBe(true);
        }
      }),
    );
  });
});
