import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { draftToBody, bodyToDraft, checkBody } from './entry-rules.ts';
import { entryBodySchema, ENTRY_KINDS, type EntryBody, type EntryDraft } from './entry.ts';
import { MAXIMUM_AMOUNT } from './money.ts';

const person = (index: number): string => index.toString(16).padStart(32, '0');
const [ann, ben, cleo] = [person(1), person(2), person(3)];
const entry = person(99);

const dinner: EntryDraft = {
  kind: 'expense', date: '2026-11-20', description: 'Dinner', category: 'dining', note: '', currency: 'EUR', amount: 10_000,
  payers: [{ person: ann, amount: 10_000 }],
  split: { mode: 'equal', parts: [ann, ben, cleo].map((id) => ({ person: id, value: 1 })) },
};
const transfer: EntryDraft = { ...dinner, kind: 'transfer', split: { mode: 'equal', parts: [{ person: ben, value: 1 }] } };

const bodyOf = (draft: EntryDraft): EntryBody => {
  const result = draftToBody(draft, entry);
  if (!result.ok) throw new Error(result.code);
  return result.value;
};

describe('a draft', () => {
  it('becomes a body whose shares follow from the split and the entry', () => {
    const body = bodyOf(dinner);
    expect(entryBodySchema.parse(body)).toEqual(body);
    expect(body.state).toBe('active');
    expect(body.shares.map(({ amount }) => amount).toSorted()).toEqual([3_333, 3_333, 3_334]);
    const bearers = new Set([1, 2, 3, 4, 5, 6, 7, 8].map((id) => {
      const result = draftToBody(dinner, person(id));
      return result.ok ? result.value.shares.find(({ amount }) => amount === 3_334)?.person : undefined;
    }));
    expect(bearers.size).toBeGreaterThan(1);
  });

  it('keeps its state when asked, and leaves out who paid nothing', () => {
    const result = draftToBody({ ...dinner, payers: [...dinner.payers, { person: ben, amount: 0 }] }, entry, 'void');
    expect(result).toMatchObject({ ok: true, value: { state: 'void', payers: dinner.payers } });
    expect(draftToBody({ ...transfer, payers: [...dinner.payers, { person: ben, amount: 0 }] }, entry)).toMatchObject({ ok: true });
  });

  it.each<[string, Partial<EntryDraft>, object]>([
    ['no amount', { amount: 0, payers: [{ person: ann, amount: 0 }] }, { code: 'amount_zero' }],
    ['nobody paid', { payers: [] }, { code: 'payers_empty' }],
    ['nobody paid anything', { payers: [{ person: ann, amount: 0 }] }, { code: 'payers_sum_differs', details: { difference: 10_000 } }],
    ['too little paid', { payers: [{ person: ann, amount: 9_999 }] }, { code: 'payers_sum_differs', details: { difference: 1 } }],
    ['too much paid', { payers: [{ person: ann, amount: 10_000 }, { person: ben, amount: 1 }] }, { code: 'payers_sum_differs', details: { difference: -1 } }],
    ['a payer in debt', { payers: [{ person: ann, amount: 10_001 }, { person: ben, amount: -1 }] }, { code: 'payers_sum_differs' }],
    ['a payer twice', { payers: [{ person: ann, amount: 5_000 }, { person: ann, amount: 5_000 }] }, { code: 'person_twice' }],
    ['somebody in the split twice', { split: { mode: 'equal', parts: [{ person: ann, value: 1 }, { person: ann, value: 1 }] } }, { code: 'person_twice' }],
    ['a split of nobody', { split: { mode: 'equal', parts: [] } }, { code: 'split_empty' }],
    ['a split that leaves a cent', { split: { mode: 'exact', parts: [{ person: ann, value: 9_999 }] } }, { code: 'split_sum_differs', details: { difference: 1 } }],
    ['an amount beyond all books', { amount: MAXIMUM_AMOUNT + 1, payers: [{ person: ann, amount: MAXIMUM_AMOUNT + 1 }] }, { code: 'amount_out_of_range' }],
  ])('with %s is refused', (_, change, failure) => {
    expect(draftToBody({ ...dinner, ...change }, entry)).toMatchObject({ ok: false, ...failure });
  });

  it.each<[string, Partial<EntryDraft>, string]>([
    ['to oneself', { split: { mode: 'equal', parts: [{ person: ann, value: 1 }] } }, 'transfer_to_self'],
    ['to two people', { split: dinner.split }, 'transfer_needs_one_recipient'],
    ['from two people', { payers: [{ person: ann, amount: 1 }, { person: cleo, amount: 9_999 }] }, 'transfer_needs_one_payer'],
  ])('that moves money %s is refused', (_, change, code) => {
    for (const kind of ['transfer', 'settlement'] as const) {
      expect(draftToBody({ ...transfer, kind, ...change }, entry)).toMatchObject({ ok: false, code });
      const { split = transfer.split, payers = transfer.payers } = change;
      const shares = split.parts.map(({ person: id }, index) => ({ person: id, amount: index === 0 ? 10_000 : 0 }));
      expect(checkBody({ ...transfer, kind, split, payers, shares, state: 'active' })).toMatchObject({ ok: false, code });
    }
  });
});

describe('a body from elsewhere', () => {
  it('is admitted when its sums hold, also with shares we would round otherwise', () => {
    const body = bodyOf(dinner);
    expect(checkBody(body)).toEqual({ ok: true, value: undefined });
    expect(checkBody({ ...body, shares: [{ person: ann, amount: 10_000 }] }).ok).toBe(true);
    expect(checkBody({ ...body, state: 'void' }).ok).toBe(true);
  });

  it.each<[string, Partial<EntryBody>, object]>([
    ['shares that sum to less', { shares: [{ person: ann, amount: 9_999 }] }, { code: 'split_sum_differs', details: { difference: 1 } }],
    ['a share below zero', { shares: [{ person: ann, amount: 10_001 }, { person: ben, amount: -1 }] }, { code: 'split_part_negative' }],
    ['a share twice', { shares: [{ person: ann, amount: 5_000 }, { person: ann, amount: 5_000 }] }, { code: 'person_twice' }],
    ['somebody in the rule twice', { split: { mode: 'equal', parts: [{ person: ann, value: 1 }, { person: ann, value: 1 }] } }, { code: 'person_twice' }],
    ['payers that do not sum', { payers: [{ person: ann, amount: 1 }] }, { code: 'payers_sum_differs', details: { difference: 9_999 } }],
    ['no amount', { amount: 0, payers: [{ person: ann, amount: 0 }], shares: [{ person: ann, amount: 0 }] }, { code: 'amount_zero' }],
  ])('with %s is refused', (_, change, failure) => {
    expect(checkBody({ ...bodyOf(dinner), ...change })).toMatchObject({ ok: false, ...failure });
  });

  it('that a draft made is always admitted, whatever the kind', () => {
    const drafts = fc
      .record({ kind: fc.constantFrom(...ENTRY_KINDS), amount: fc.integer({ min: 1, max: MAXIMUM_AMOUNT }), count: fc.integer({ min: 1, max: 9 }), id: fc.nat() })
      .map(({ kind, amount, count, id }) => ({
        id: person(id),
        draft: { ...dinner, kind, amount, payers: [{ person: ann, amount }], split: { ...dinner.split, parts: Array.from({ length: count }, (_, index) => ({ person: person(index + 1), value: 1 })) } },
      }));
    fc.assert(
      fc.property(drafts, ({ id, draft }) => {
        const result = draftToBody(draft, id);
        const isTransfer = draft.kind === 'transfer' || draft.kind === 'settlement';
        expect(result.ok).toBe(!isTransfer);
        expect(!result.ok || (checkBody(result.value).ok && entryBodySchema.safeParse(result.value).success)).toBe(true);
      }),
    );
  });
});

describe('a body in the form again', () => {
  it('is the draft it was made of', () => {
    expect(bodyToDraft(bodyOf(dinner), entry)).toEqual(dinner);
  });

  it('keeps shares that its split would no longer give, cent for cent', () => {
    const shares = [{ person: ann, amount: 3_300 }, { person: ben, amount: 3_300 }, { person: cleo, amount: 3_400 }];
    const body: EntryBody = { ...bodyOf(dinner), shares };
    const draft = bodyToDraft(body, entry);
    expect(draft.split).toEqual({ mode: 'exact', parts: shares.map(({ person: id, amount }) => ({ person: id, value: amount })) });
    expect(draftToBody({ ...draft, description: 'Supper' }, entry)).toMatchObject({ ok: true, value: { shares } });
    // Also where people differ, not only amounts.
    const fewer = bodyToDraft({ ...body, shares: [{ person: ann, amount: 10_000 }] }, entry);
    expect(fewer.split.parts).toEqual([{ person: ann, value: 10_000 }]);
    const more = bodyToDraft({ ...bodyOf(dinner), shares: [...bodyOf(dinner).shares, { person: person(4), amount: 0 }] }, entry);
    expect(more.split.parts.map((part) => part.person)).toEqual([ann, ben, cleo, person(4)]);
  });

  it('moves no cent when saved again, whatever was stored', () => {
    const stored = fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { minLength: 1 }).chain((people) =>
      fc.tuple(...people.map((id) => fc.integer({ min: 0, max: 999 }).map((amount) => ({ person: person(id), amount })))),
    );
    fc.assert(
      fc.property(stored, fc.constantFrom('equal' as const, 'shares' as const), (shares, mode) => {
        const amount = shares.reduce((sum, share) => sum + share.amount, 0);
        fc.pre(amount > 0);
        const body: EntryBody = {
          ...dinner, state: 'active', amount, shares, payers: [{ person: ann, amount }],
          split: { mode, parts: [1, 2, 3].map((id) => ({ person: person(id), value: 100 })) },
        };
        const again = draftToBody(bodyToDraft(body, entry), entry);
        const sorted = (list: typeof shares) => list.toSorted((a, b) => (a.person < b.person ? -1 : 1));
        expect(again.ok && sorted(again.value.shares)).toEqual(sorted(shares));
      }),
    );
  });
});
