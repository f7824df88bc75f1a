import { describe, expect, it } from 'vitest';
import type { ImportPreviewView } from '#contract/views.ts';
import { hasPersonTwice, missingFrom, NOBODY, proposeTarget, targetToCommit } from './import-target.ts';

const id = (digit: string) => digit.repeat(32);
const preview: ImportPreviewView = {
  import: id('a'), source: 'splitwise', encoding: 'utf-8', rows: 3, fresh: 3, known: 0, knownVoid: 0, settlements: 0,
  people: ['Ann', 'Bob'], matches: [{ name: 'Ann', person: id('1') }, { name: 'Bob', person: null }],
  currencies: ['CHF', 'EUR'], from: '2026-01-01', to: '2026-02-01', problems: [], severalPayers: 0, check: [], sample: [],
};
const problem = { line: 7, code: 'row_date_invalid', text: '2026-02-30,…' } as const;

describe('where a file goes', () => {
  it('takes people of the same name for the same', () => {
    const target = proposeTarget(preview, id('b'), 'flat.csv', 'Ann');
    expect(target).toEqual({ kind: 'existing', ledger: id('b'), people: [{ name: 'Ann', person: id('1') }, { name: 'Bob', person: null }] });
    expect(targetToCommit(target, preview, false)).toEqual({ import: id('a'), into: { ledger: id('b') }, people: preview.matches, withoutProblems: false });
  });

  it('names a new ledger after its file and me after my name', () => {
    expect(proposeTarget(preview, null, 'our_flat 2026.csv', 'bob')).toEqual({ kind: 'new', name: 'our flat 2026', template: 'couple', currency: 'CHF', me: 'Bob' });
    expect(proposeTarget(preview, null, '.csv', 'Zoe')).toMatchObject({ name: '', me: null });
  });

  it('asks who is me, and takes nobody for an answer', () => {
    const target = proposeTarget(preview, null, 'flat.csv', 'Zoe');
    expect(missingFrom(target, preview, false)).toBe('me');
    if (target.kind !== 'new') throw new Error('a file without a ledger goes into a new one');
    const answered = { ...target, me: NOBODY };
    expect(missingFrom(answered, preview, false)).toBeNull();
    expect(targetToCommit(answered, preview, false).into).toEqual({ name: 'flat', template: 'couple', currency: 'CHF', me: null });
    expect(missingFrom({ ...answered, name: '  ' }, preview, false)).toBe('name');
  });

  it('goes on without the unreadable rows only when told to', () => {
    const target = proposeTarget(preview, id('b'), 'flat.csv', 'Ann');
    const withProblem = { ...preview, problems: [problem] };
    expect(missingFrom(target, withProblem, false)).toBe('problems');
    expect(missingFrom(target, withProblem, true)).toBeNull();
    expect(missingFrom(target, { ...preview, fresh: 0, known: 3 }, true)).toBe('nothingNew');
  });

  it('never makes two names one person', () => {
    const target = { kind: 'existing', ledger: id('b'), people: [{ name: 'Ann', person: id('1') }, { name: 'Bob', person: id('1') }] } as const;
    expect(hasPersonTwice({ ...target, people: [...target.people] })).toBe(true);
    expect(missingFrom({ ...target, people: [...target.people] }, preview, false)).toBe('people');
  });
});
