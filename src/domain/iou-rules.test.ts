import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { IouBody, IouMove, IouTerms } from './iou.ts';
import { MAXIMUM_LINE, resolveIou, type Iou, type IouStep } from './iou-rules.ts';

const hex = (digit: string, length = 64): string => digit.repeat(length);
const PEOPLE = { lender: hex('a'), borrower: hex('b'), stranger: hex('c') };
type Who = keyof typeof PEOPLE;
const IOU = hex('9');
const terms: IouTerms = {
  ledger: hex('1', 32), nonce: hex('2', 32), lender: { root: PEOPLE.lender, name: 'Lin' }, borrower: { root: PEOPLE.borrower, name: 'Bo' },
  amount: 1_000, currency: 'CNY', purpose: 'A bicycle', lent: '2026-11-20', due: '2027-11-20',
};
/** Scattered, so that the order of the hashes says nothing about that of the steps. */
const hashAt = (index: number): string => ((index * 7_919 + 13) % 100_003).toString(16).padStart(64, '0');

interface Made extends IouStep {
  readonly isForged: boolean;
}
function make(index: number, who: Who, move: IouMove, after: readonly string[], isForged = false): Made {
  const signer = { root: PEOPLE[who], device: hex('d'), agreement: hex('e'), certificate: hex('f', 128) };
  const body = { iou: IOU, after: [...after], at: index, signer, signature: hex('0', 128), ...move } as IouBody;
  return { hash: hashAt(index), body, isForged };
}
const resolve = (steps: readonly Made[]): Iou | null =>
  resolveIou(steps, (step) => ((step as Made).isForged ? 'signature_wrong' : null));
const repay = (amount: number): IouMove => ({ action: 'repay', nonce: hex('3', 32), amount, date: '2026-12-01' });

/** What people do one after another, each having seen all before. */
function play(moves: readonly (readonly [Who, IouMove | ((iou: Iou | null) => IouMove)])[]): Made[] {
  const steps: Made[] = [];
  for (const [who, move] of moves) {
    const now = resolve(steps);
    steps.push(make(steps.length, who, typeof move === 'function' ? move(now) : move, now?.heads ?? []));
  }
  return steps;
}
const confirmLast = (iou: Iou | null): IouMove => ({ action: 'confirm', repayment: iou?.repayments.findLast(({ confirmed }) => !confirmed)?.hash ?? hex('0') });
const agreed = [['lender', { action: 'write', terms }], ['borrower', { action: 'sign' }], ['lender', { action: 'sign' }]] as const;

describe('an IOU', () => {
  it('goes from a draft over both signatures and two repayments to its end', () => {
    const whole = play([...agreed, ['borrower', repay(400)], ['lender', confirmLast], ['borrower', repay(600)], ['lender', confirmLast]]);
    const states = whole.map((_, index) => resolve(whole.slice(0, index + 1))).map((iou) => [iou?.state, iou?.repaid]);
    expect(states).toEqual([['written', 0], ['signed', 0], ['effective', 0], ['effective', 0], ['partly', 400], ['partly', 400], ['repaid', 1_000]]);
    expect(resolve(whole)?.refused).toEqual([]);
  });

  it('is declined by the one who is asked, and by nobody else', () => {
    const written = agreed.slice(0, 1);
    const signed = agreed.slice(0, 2);
    expect(resolve(play([...written, ['borrower', { action: 'decline' }]]))?.state).toBe('declined');
    expect(resolve(play([...signed, ['lender', { action: 'decline' }]]))?.state).toBe('declined');
    expect(resolve(play([...written, ['lender', { action: 'decline' }]]))?.state).toBe('written');
    expect(resolve(play([...signed, ['borrower', { action: 'decline' }]]))?.state).toBe('signed');
    expect(resolve(play([...agreed, ['lender', { action: 'decline' }]]))?.state).toBe('effective');
  });

  it('is void when both have said so', () => {
    expect(resolve(play([...agreed, ['lender', { action: 'void' }]]))?.state).toBe('effective');
    expect(resolve(play([...agreed, ['lender', { action: 'void' }], ['lender', { action: 'void' }]]))?.state).toBe('effective');
    expect(resolve(play([...agreed, ['lender', { action: 'void' }], ['borrower', { action: 'void' }]]))?.state).toBe('void');
    expect(resolve(play([...agreed, ['lender', { action: 'void' }], ['borrower', { action: 'void' }], ['borrower', repay(1)]]))?.refused.length).toBe(1);
  });

  it.each([
    ['a stranger writes', [['stranger', { action: 'write', terms }]], null, 'person_wrong'],
    ['a stranger signs', [agreed[0], ['stranger', { action: 'sign' }]], 'written', 'person_wrong'],
    ['the lender signs first', [agreed[0], ['lender', { action: 'sign' }]], 'written', 'person_wrong'],
    ['the borrower signs for both', [agreed[0], agreed[1], ['borrower', { action: 'sign' }]], 'signed', 'person_wrong'],
    ['money comes back before it is lent', [agreed[0], agreed[1], ['borrower', repay(1)]], 'signed', 'order_wrong'],
    ['the lender records a repayment', [...agreed, ['lender', repay(1)]], 'effective', 'person_wrong'],
    ['the borrower confirms their own', [...agreed, ['borrower', repay(1)], ['borrower', confirmLast]], 'effective', 'person_wrong'],
    ['one repayment is confirmed that is none', [...agreed, ['lender', confirmLast]], 'effective', 'order_wrong'],
    ['more comes back than was lent', [...agreed, ['borrower', repay(1_001)]], 'effective', 'amount_too_large'],
    ['it is voided before it holds', [agreed[0], agreed[1], ['lender', { action: 'void' }]], 'signed', 'order_wrong'],
  ] as const)('when %s, it stays as it was', (_what, moves, state, reason) => {
    const iou = resolve(play(moves));
    expect(iou?.state ?? null).toBe(state);
    if (iou) expect(iou.refused.map((one) => one.reason)).toEqual([reason]);
  });

  it('holds where both signed, whatever the lender said on another device meanwhile', () => {
    const signed = play(agreed);
    const declined = make(50, 'lender', { action: 'decline' }, [signed[1]?.hash ?? '']);
    expect(resolve([...signed.slice(0, 2), declined])?.state).toBe('declined');
    expect(resolve([...signed, declined])?.state).toBe('effective');
  });

  it('counts of two repayments confirmed at the same time only what fits, the same one everywhere', () => {
    const base = play([...agreed, ['borrower', repay(700)]]);
    const [, , sign, first] = base.map(({ hash }) => hash);
    const second = make(60, 'borrower', repay(600), [sign ?? '']);
    const both = [make(61, 'lender', { action: 'confirm', repayment: first ?? '' }, [first ?? '']), make(62, 'lender', { action: 'confirm', repayment: second.hash }, [second.hash])];
    const iou = resolve([...base, second, ...both]);
    expect([600, 700]).toContain(iou?.repaid);
    expect(iou?.repayments.filter(({ confirmed }) => confirmed).length).toBe(1);
    // What did not count can still be confirmed when there is room: here there is none.
    expect(iou?.state).toBe('partly');
  });

  it('takes the step with the right signature where the same one lies there with a wrong one', () => {
    const whole = play(agreed);
    const forged = whole.map((step) => ({ ...step, isForged: true }));
    for (const mixed of [[...forged, ...whole], [...whole, ...forged]]) expect(resolve(mixed)?.state).toBe('effective');
    expect(resolve(forged)).toBeNull();
  });

  it('waits for what is not here, and does not go on for ever', () => {
    const whole = play(agreed);
    expect(resolve([whole[0], whole[2]].flatMap((step) => step ?? []))).toMatchObject({ state: 'written', waiting: 1 });
    const long = [...whole];
    for (let index = 3; index < MAXIMUM_LINE + 10; index += 1) long.push(make(index, 'borrower', repay(1), [hashAt(index - 1)]));
    const iou = resolve(long);
    expect(iou?.steps.length).toBe(MAXIMUM_LINE + 1);
    expect(iou?.refused.map(({ reason }) => reason).includes('line_too_long')).toBe(true);
  });
});

const anyMove = fc.oneof(
  fc.constant('sign' as const), fc.constant('decline' as const), fc.constant('void' as const), fc.constant('confirm' as const), fc.constant('write' as const),
  fc.constant('confirm' as const), fc.integer({ min: 1, max: 1_100 }), fc.integer({ min: 1, max: 400 }),
);
/** Steps by anyone, honest, at odds or forged, on top of whatever their author chose to have seen. */
const history = fc
  .array(
    fc.record({
      who: fc.constantFrom<Who>('lender', 'lender', 'borrower', 'borrower', 'stranger'), move: anyMove, follows: fc.constantFrom('all', 'all', 'some', 'none'),
      picks: fc.array(fc.nat(30), { maxLength: 3 }), isForged: fc.integer({ min: 0, max: 9 }).map((chance) => chance === 0),
    }),
    { minLength: 1, maxLength: 22 },
  )
  .chain((choices) => {
    const steps = play(choices.length % 3 === 0 ? agreed.slice(0, 1 + (choices.length % 2)) : agreed);
    for (const { who, move, follows, picks, isForged } of choices) {
      const now = resolve(steps);
      const some = [...new Set(picks.map((pick) => steps[pick % steps.length]?.hash ?? ''))];
      const after = follows === 'all' ? (now?.heads ?? []) : follows === 'some' ? some : [];
      const repayments = now?.repayments ?? [];
      const repayment = repayments[(picks[0] ?? 0) % Math.max(1, repayments.length)]?.hash ?? hex('0');
      const made: IouMove = typeof move === 'number' ? repay(move) : move === 'confirm' ? { action: move, repayment } : move === 'write' ? { action: move, terms } : { action: move };
      steps.push(make(steps.length, who, made, after, isForged));
    }
    return fc.tuple(fc.constant(steps), fc.shuffledSubarray(steps, { minLength: steps.length }));
  });

describe('whatever steps there are', () => {
  const by = (steps: readonly IouStep[], who: Who, action: string): boolean => steps.some(({ body }) => body.action === action && body.signer.root === PEOPLE[who]);

  it('they come to the same in whatever order they arrive', () => {
    fc.assert(
      fc.property(history, ([steps, other]) => {
        expect(resolve(other)).toEqual(resolve(steps));
      }),
      { numRuns: 2_000 },
    );
  });

  it('nothing holds without both signatures, in their order, and nothing is void without both', () => {
    let effective = 0;
    fc.assert(
      fc.property(history, ([steps]) => {
        const iou = resolve(steps);
        if (!iou) return;
        const sound = iou.steps;
        if (iou.state === 'effective' || iou.state === 'partly' || iou.state === 'repaid' || iou.state === 'void') {
          effective += 1;
          expect(by(sound, 'borrower', 'sign') && by(sound, 'lender', 'sign')).toBe(true);
          const hashes = sound.filter(({ body }) => body.action === 'sign' && body.signer.root === PEOPLE.borrower).map(({ hash }) => hash);
          expect(sound.every(({ body }) => body.action !== 'sign' || body.signer.root !== PEOPLE.lender || body.after.some((hash) => hashes.includes(hash)))).toBe(true);
        }
        if (iou.state === 'void') expect(by(sound, 'borrower', 'void') && by(sound, 'lender', 'void')).toBe(true);
        expect(sound.some((step) => (step as Made).isForged || step.body.signer.root === PEOPLE.stranger)).toBe(false);
      }),
      { numRuns: 2_000 },
    );
    expect(effective).toBeGreaterThan(100);
  });

  it('no more comes back than was lent, and only what the lender confirmed', () => {
    let repaid = 0;
    fc.assert(
      fc.property(history, ([steps]) => {
        const iou = resolve(steps);
        if (!iou) return;
        repaid += Number(iou.repaid > 0);
        expect(iou.repaid).toBeLessThanOrEqual(terms.amount);
        const confirmed = iou.repayments.filter((one) => one.confirmed);
        expect(confirmed.reduce((sum, { amount }) => sum + amount, 0)).toBe(iou.repaid);
        if (iou.repaid > 0) expect(by(iou.steps, 'lender', 'confirm')).toBe(true);
      }),
      { numRuns: 2_000 },
    );
    expect(repaid).toBeGreaterThan(10);
  });

  it('what is refused changes nothing by being there', () => {
    fc.assert(
      fc.property(history, ([steps]) => {
        const iou = resolve(steps);
        const counted = new Set(iou?.steps.map(({ hash }) => hash));
        const { refused: _refused, waiting: _waiting, ...rest } = resolve(steps.filter(({ hash }) => counted.has(hash))) ?? { refused: [], waiting: 0 };
        const { refused, waiting, ...whole } = iou ?? { refused: [], waiting: 0 };
        expect(rest).toEqual(whole);
        expect(counted.size + refused.length + waiting).toBe(iou ? steps.length : 0);
      }),
      { numRuns: 1_000 },
    );
  });
});
