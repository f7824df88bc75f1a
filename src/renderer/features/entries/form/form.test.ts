import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LedgerView } from '#contract/views.ts';
import { ENTRY_KINDS, SPLIT_MODES, type EntryDraft } from '#domain/entry.ts';
import { draftToBody, isTransfer } from '#domain/entry-rules.ts';
import { changeMode, draftToForm, isTyped, newForm, nextForm, type FormState } from './form-state.ts';
import { readForm } from './read-form.ts';

const [ANN, BEN, CY] = ['a'.repeat(32), 'b'.repeat(32), 'c'.repeat(32)];
const ENTRY = 'e'.repeat(32);
const NOW = '2026-11-19';
const person = (id: string, name: string, state: 'active' | 'archived' = 'active') => ({ id, name, me: id === ANN, state, devices: [] });
const ledger: LedgerView = {
  id: 'f'.repeat(32), name: 'Flat', template: 'roommates', currency: 'EUR', me: ANN, people: 3, entries: 0, balances: [], conflicts: 0, waiting: 0, lastDate: null, role: 'owner', barred: null,
  simplify: true, persons: [person(BEN, 'Ben'), person(ANN, 'Ann'), person(CY, 'Cy'), person('d'.repeat(32), 'Dee', 'archived')],
  currencies: ['EUR'], categories: [], undo: null, redo: null, shared: false,
};
const form = (change: Partial<FormState> = {}): FormState => ({ ...newForm(ledger, NOW), amount: '10', description: 'Dinner', ...change });
const read = (change: Partial<FormState> = {}) => readForm(form(change), ENTRY, NOW);

describe('a new form', () => {
  it('proposes me as payer and every active person', () => {
    expect(newForm(ledger, NOW)).toMatchObject({ payer: ANN, recipient: BEN, taking: [BEN, ANN, CY], currency: 'EUR', mode: 'equal' });
  });

  it('takes what it is given for a settlement', () => {
    const preset = newForm(ledger, NOW, { kind: 'settlement', from: BEN, to: ANN, amount: 1_234, currency: 'JPY' });
    expect(readForm(preset, ENTRY, NOW).draft).toMatchObject({ kind: 'settlement', amount: 1_234, currency: 'JPY', payers: [{ person: BEN, amount: 1_234 }], split: { parts: [{ person: ANN, value: 1 }] } });
  });

  it('keeps for the next entry what stays the same, and nothing of this one', () => {
    const next = nextForm(form({ date: 'yesterday', currency: 'JPY', payer: BEN, note: 'x', mode: 'shares', taking: [ANN], parts: { [ANN]: '2', [BEN]: '1' } }));
    expect(next).toMatchObject({ date: 'yesterday', currency: 'JPY', payer: BEN, mode: 'shares', parts: { [ANN]: '2', [BEN]: '1' }, description: '', amount: '', note: '' });
    expect(nextForm(form({ mode: 'exact', parts: { [ANN]: '10' } }))).toMatchObject({ mode: 'equal', parts: {} });
    expect(isTyped(next, next)).toBe(false);
    expect(isTyped({ ...next, amount: '1' }, next)).toBe(true);
    expect(isTyped({ ...next, date: '3 nov' }, next)).toBe(true);
  });
});

describe('reading a form', () => {
  it('previews shares that sum, and who bears the odd cent', () => {
    const { shares, odd, draft } = read();
    expect([...shares.values()].reduce((sum, share) => sum + share, 0)).toBe(1_000);
    expect(odd).toHaveLength(1);
    expect(draft?.payers).toEqual([{ person: ANN, amount: 1_000 }]);
  });

  it.each([
    ['amount', { amount: '' }, 'amount_invalid'], ['amount', { amount: '0' }, 'amount_zero'], ['amount', { amount: '-5' }, 'amount_out_of_range'],
    ['amount', { amount: '1e21' }, 'amount_invalid'], ['amount', { amount: '99999999999999' }, 'amount_out_of_range'], ['amount', { amount: 'NaN' }, 'amount_invalid'],
    ['date', { date: '2026-02-30' }, 'date_invalid'], ['description', { description: 'Din\u202ener' }, 'text_harmful'], ['split', { taking: [] }, 'split_empty'],
    ['split', { mode: 'percent', parts: { [ANN]: '50', [BEN]: '40' } }, 'split_percent_differs'], ['split', { mode: 'shares', parts: {} }, 'split_empty'],
    ['split', { mode: 'exact', parts: { [ANN]: '7', [BEN]: '2' } }, 'split_sum_differs'], ['split', { mode: 'exact', parts: { [ANN]: 'x' } }, 'amount_invalid'],
    ['payers', { payer: null, paid: { [ANN]: '4' } }, 'payers_sum_differs'], ['payers', { payer: null, paid: {} }, 'payers_empty'],
    ['recipient', { kind: 'transfer', payer: ANN, recipient: ANN }, 'transfer_to_self'], ['recipient', { kind: 'transfer', recipient: null }, 'transfer_needs_one_recipient'],
  ] as const)('finds what is wrong with the %s', (field, change, code) => {
    const reading = read(change as Partial<FormState>);
    expect(reading.faults[field]?.code).toBe(code);
    expect(reading.draft).toBeUndefined();
  });

  it('says how much is missing or too much', () => {
    expect(read({ mode: 'exact', parts: { [ANN]: '7', [BEN]: '2' } }).faults.split?.difference).toBe(100);
    expect(read({ mode: 'percent', parts: { [ANN]: '50.5', [BEN]: '50' } }).faults.split?.difference).toBe(-50);
    expect(read({ payer: null, paid: { [ANN]: '4', [BEN]: '8' } }).faults.payers?.difference).toBe(-200);
  });

  it('reads sums and full-width digits', () => expect(read({ amount: '１２．５＋3*4' }).amount).toBe(2_450));
});

it('notices any change of an entry that is edited, and choices of a new one do not count as typed', () => {
  const start = form();
  const chosen = { ...start, payer: BEN, category: 'dining', mode: 'shares' as const };
  expect([isTyped(chosen, start), isTyped(chosen, start, true), isTyped(start, start, true)]).toEqual([false, true, false]);
});

describe('changing the way to split', () => {
  it('keeps who takes part where the amounts could not be computed', () => {
    const percent = { ...changeMode(form({ taking: [ANN, CY] }), 'percent', new Map()), parts: { [ANN]: '50', [CY]: '20' } };
    const exact = changeMode(percent, 'exact', readForm(percent, ENTRY, NOW).shares);
    expect(changeMode(exact, 'equal', new Map()).taking).toEqual([ANN, CY]);
  });

  it('keeps what the shares were when amounts are asked for', () => {
    const equal = form();
    const exact = changeMode(equal, 'exact', readForm(equal, ENTRY, NOW).shares);
    expect(readForm(exact, ENTRY, NOW).faults).toEqual({});
  });

  it.each(SPLIT_MODES.filter((mode) => mode !== 'exact'))('is valid at once as %s, whatever it was before', (mode) => {
    for (const before of SPLIT_MODES.filter((one) => one !== 'exact')) {
      const start = changeMode(form(), before, new Map());
      expect(readForm(changeMode(start, mode, new Map()), ENTRY, NOW).faults).toEqual({});
    }
  });
});

it('gives back every draft it is opened with', () => {
  const drafts = fc.record({
    kind: fc.constantFrom(...ENTRY_KINDS), mode: fc.constantFrom(...SPLIT_MODES), amount: fc.integer({ min: 3, max: 10_000_000 }),
    currency: fc.constantFrom('EUR', 'JPY', 'KWD'), several: fc.boolean(), first: fc.integer({ min: 1, max: 9_999 }),
  }).map(({ kind, mode, amount, currency, several, first }): EntryDraft => {
    const isMove = isTransfer({ kind });
    const cut = Math.min(first, amount - 1);
    const values = { equal: [1, 1], exact: [cut, amount - cut], percent: [first, 10_000 - first], shares: [first, 150], adjustment: [cut, 0] }[mode];
    return {
      kind, date: '2024-02-29', description: 'Dinner', category: 'dining', note: '', currency, amount,
      payers: several && !isMove ? [{ person: ANN, amount: cut }, { person: BEN, amount: amount - cut }] : [{ person: BEN, amount }],
      split: isMove ? { mode: 'equal', parts: [{ person: CY, value: 1 }] } : { mode, parts: [{ person: ANN, value: values[0] ?? 0 }, { person: CY, value: values[1] ?? 0 }] },
    };
  }).filter((draft) => draftToBody(draft, ENTRY).ok);
  fc.assert(fc.property(drafts, (draft) => {
    const given = readForm(draftToForm(draft), ENTRY, NOW).draft;
    const sorted = (value: EntryDraft | undefined) => value && { ...value, payers: value.payers.toSorted((a, b) => (a.person < b.person ? -1 : 1)), split: { ...value.split, parts: value.split.parts.toSorted((a, b) => (a.person < b.person ? -1 : 1)) } };
    expect(sorted(given)).toEqual(sorted(draft));
  }));
});
