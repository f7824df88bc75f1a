import { expect, it } from 'vitest';
import type { RevisionView } from '#contract/views.ts';
import type { EntryBody } from '#domain/entry.ts';
import { differingFields, tellRevision } from './entry-changes.ts';

const [ANN, BEN] = ['a'.repeat(32), 'b'.repeat(32)];
const body: EntryBody = {
  kind: 'expense', date: '2026-11-19', description: 'Dinner', category: 'dining', note: '', currency: 'EUR', amount: 1_000, payers: [{ person: ANN, amount: 1_000 }],
  split: { mode: 'equal', parts: [] }, shares: [{ person: ANN, amount: 500 }, { person: BEN, amount: 500 }], state: 'active',
};
const revision = (id: string, prev: string[], change: Partial<EntryBody>): RevisionView => ({
  id, prev, at: 0, clockOdd: false, by: { person: ANN, name: 'Ann' }, device: { id: ANN, name: 'Laptop', mine: true }, member: null, waiting: false, body: { ...body, ...change },
});

it('names the fields that differ, whatever the order of people', () => {
  expect(differingFields([body, { ...body, shares: body.shares.toReversed(), payers: [...body.payers, { person: BEN, amount: 0 }] }])).toEqual([]);
  expect(differingFields([body, { ...body, currency: 'USD' }])).toEqual(['amount']);
  expect(differingFields([body, { ...body, description: 'Lunch' }, { ...body, date: '2026-11-18' }])).toEqual(['date', 'description']);
});

it('tells what each revision did', () => {
  const history = [
    revision('5', ['3', '4'], { amount: 900 }), revision('4', ['2'], { amount: 900 }), revision('3', ['2'], { note: 'x' }), revision('2', ['1'], { state: 'void' }), revision('1', [], {}),
  ];
  const restored = revision('6', ['2'], {});
  expect(history.map((one) => tellRevision(one, history).deed)).toEqual(['resolved', 'changed', 'changed', 'voided', 'added']);
  expect(tellRevision(restored, history)).toMatchObject({ deed: 'restored', fields: ['state'] });
  expect(tellRevision(history[2] ?? restored, history).fields).toEqual(['note', 'state']);
});
