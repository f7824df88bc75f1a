import { describe, expect, it } from 'vitest';
import type { FormState } from './form-state.ts';
import { parseDraft } from './kept-draft.ts';

const [ANN, BEN, ENTRY] = ['a'.repeat(32), 'b'.repeat(32), 'e'.repeat(32)];
const form: FormState = {
  kind: 'expense', description: 'Half a thought', amount: '4+2*', currency: 'EUR', date: 'yester', category: 'dining', isCategoryChosen: true, note: '',
  payer: null, paid: { [ANN]: '1', [BEN]: '' }, recipient: null, mode: 'shares', taking: [ANN], parts: { [ANN]: '1.5' },
};
const draft = { entry: ENTRY, prev: [BEN], form };

describe('a kept draft', () => {
  it('comes back as it was typed', () => {
    expect(parseDraft(JSON.stringify(draft))).toEqual(draft);
  });

  it.each([
    ['nothing', null], ['no JSON', '{'], ['a text', '"x"'], ['an older form', JSON.stringify({ ...draft, form: { description: 'x' } })],
    ['an unknown currency', JSON.stringify({ ...draft, form: { ...form, currency: 'EURO' } })],
    ['a stranger’s key', JSON.stringify({ ...draft, form: { ...form, paid: { x: '1' } } })],
    ['a field too many', JSON.stringify({ ...draft, surplus: 1 })],
  ])('is none where there is %s', (_, kept) => {
    expect(parseDraft(kept)).toBeUndefined();
  });
});
