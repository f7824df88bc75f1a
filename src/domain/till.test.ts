import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spendable } from './shop.ts';
import { advanceTill, DECLINES, isPassing, isTillBusy, judgeCharge, type Charge, type TillEvent, type TillState } from './till.ts';

type State = TillState<string, 'disk_full'>;
type Event = TillEvent<string, 'disk_full'>;
const IDLE: State = { phase: 'idle' };
const TRANSACTIONS = ['a', 'b'].map((letter) => letter.repeat(32));
const chargeOf = (transaction: string): Charge => ({ transaction, shop: '1'.repeat(32), amount: 350, currency: 'EUR', expires: 1_000 });
const [FIRST = '', OTHER = ''] = TRANSACTIONS;
const run = (...events: Event[]): State => events.reduce<State>(advanceTill, IDLE);
const arm: Event = { type: 'arm', charge: chargeOf(FIRST) };
const of = (type: 'card' | 'proven' | 'cancel' | 'expire' | 'next', transaction = FIRST): Event => ({ type, transaction });
const booked: Event = { type: 'booked', transaction: FIRST, receipt: 'paper' };

const transactions = fc.constantFrom(...TRANSACTIONS);
const events: fc.Arbitrary<Event> = fc.oneof(
  transactions.map((transaction): Event => ({ type: 'arm', charge: chargeOf(transaction) })),
  fc.record({ type: fc.constantFrom('card', 'proven', 'cancel', 'expire', 'next'), transaction: transactions }) as fc.Arbitrary<Event>,
  fc.record({ type: fc.constant('refused' as const), transaction: transactions, reason: fc.constantFrom(...DECLINES, 'disk_full' as const) }),
  fc.record({ type: fc.constant('booked' as const), transaction: transactions, receipt: fc.constant('paper') }),
);

describe('a charge', () => {
  it('goes from the amount to the receipt', () => {
    expect(run(arm, of('card'), of('proven'), booked)).toEqual({ phase: 'approved', charge: chargeOf(FIRST), receipt: 'paper' });
    expect(run(arm, of('card'), of('proven'), booked, of('next'))).toEqual(IDLE);
  });

  it('that is proven can be cancelled no more, and one that is read cannot expire', () => {
    expect(run(arm, of('card'), of('proven'), of('cancel')).phase).toBe('booking');
    expect(run(arm, of('card'), of('expire')).phase).toBe('reading');
    expect(run(arm, of('card'), of('cancel'), of('proven')).phase).toBe('cancelled');
    expect(run(arm, of('expire'), of('card')).phase).toBe('expired');
  });

  it('waits on where a card left too soon, and ends where the card or its tab is not good', () => {
    for (const reason of DECLINES) {
      const state = run(arm, of('card'), { type: 'refused', transaction: FIRST, reason });
      expect(state).toEqual(isPassing(reason) ? { phase: 'armed', charge: chargeOf(FIRST), trouble: reason } : { phase: 'declined', charge: chargeOf(FIRST), reason });
    }
    expect(run(arm, of('card'), of('proven'), { type: 'refused', transaction: FIRST, reason: 'disk_full' })).toMatchObject({ phase: 'declined', reason: 'disk_full' });
  });

  it('is never pushed aside by another, nor moved by what is said of another', () => {
    fc.assert(
      fc.property(fc.array(events, { maxLength: 30 }), events, (before, event) => {
        const state = run(...before);
        const after = advanceTill(state, event);
        if (state.phase === 'idle' || event.type === 'arm') return;
        if (event.transaction !== state.charge.transaction) expect(after).toBe(state);
      }),
    );
    expect(run(arm, { type: 'arm', charge: chargeOf(OTHER) })).toEqual(run(arm));
  });

  it('is approved only after it was booked, and a verdict stays until somebody goes on', () => {
    fc.assert(
      fc.property(fc.array(events, { maxLength: 40 }), (all) => {
        let state = { phase: 'idle' } as State;
        for (const event of all) {
          const after = advanceTill(state, event);
          const mayMove = state.phase === 'booking' ? ['booked', 'refused'] : isTillBusy(state) || state.phase === 'idle' ? [event.type] : ['arm', 'next'];
          expect(after === state || mayMove.includes(event.type)).toBe(true);
          expect(after === state || after.phase !== 'approved' || event.type === 'booked').toBe(true);
          state = after;
        }
      }),
    );
  });
});

describe('the verdict', () => {
  const tab = { kind: 'credit' as const, limit: 5_000, state: 'open' as const, currency: 'EUR' };
  const charge = { amount: 100, currency: 'EUR' };
  it('names the first reason', () => {
    expect(judgeCharge(charge, { card: undefined, tab, balance: 0 })).toBe('wrong_issuer');
    expect(judgeCharge(charge, { card: { state: 'blocked' }, tab, balance: 0 })).toBe('card_blocked');
    for (const state of ['writing', 'locking'] as const) expect(judgeCharge(charge, { card: { state }, tab, balance: 0 })).toBe('card_unfinished');
    expect(judgeCharge(charge, { card: { state: 'active' }, tab: undefined, balance: 0 })).toBe('tab_elsewhere');
    expect(judgeCharge(charge, { card: { state: 'active' }, tab: { ...tab, state: 'closed' }, balance: 0 })).toBe('tab_closed');
    expect(judgeCharge(charge, { card: { state: 'active' }, tab: { ...tab, currency: 'USD' }, balance: 0 })).toBe('tab_currency');
    expect(judgeCharge(charge, { card: { state: 'active' }, tab, balance: 0 })).toBeNull();
  });

  it('keeps every line of sales within the limit, and refuses none that fits', () => {
    const amounts = fc.array(fc.integer({ min: 1, max: 4_000 }), { maxLength: 30 });
    const kinds = fc.constantFrom('prepaid' as const, 'credit' as const);
    fc.assert(
      fc.property(kinds, fc.integer({ min: 0, max: 6_000 }), fc.integer({ min: -6_000, max: 6_000 }), amounts, (kind, limit, paidIn, all) => {
        let balance = paidIn;
        const least = Math.min(paidIn, kind === 'credit' ? -limit : 0);
        for (const amount of all) {
          const reason = judgeCharge({ amount, currency: 'EUR' }, { card: { state: 'active' }, tab: { ...tab, kind, limit }, balance });
          expect(reason === null).toBe(amount <= spendable({ kind, limit }, balance));
          if (reason === null) balance -= amount;
          expect(balance).toBeGreaterThanOrEqual(least);
        }
      }),
    );
  });
});
