/** A charge at the counter, from the amount to the verdict. */
import type { Id, LedgerId } from './ids.ts';
import { spendable, type CardBody, type TabBody } from './shop.ts';

/** Why a card is not charged. Nothing was booked then. */
export const DECLINES = [
  'card_unknown', 'wrong_issuer', 'not_genuine', 'too_many_failures', 'card_blocked', 'card_unfinished', 'tab_elsewhere', 'tab_closed', 'tab_currency', 'over_limit',
  'card_left', 'card_mute', 'card_nonsense', 'two_cards', 'card_in_use', 'reader_lost', 'reader_silent',
] as const;
export type Decline = (typeof DECLINES)[number];

/** What says nothing of the card or its tab: the same charge waits for it to be held again. */
const PASSING: readonly string[] = ['card_left', 'card_mute', 'card_nonsense', 'two_cards', 'card_in_use', 'reader_lost', 'reader_silent'] satisfies Decline[];
export const isPassing = (reason: string): boolean => PASSING.includes(reason);

export interface Charge {
  /** Made by whoever asks. All that is booked is named after it: one charge is one entry, however often it is tried. */
  readonly transaction: Id;
  readonly shop: LedgerId;
  /** Minor units of `currency`, more than zero. */
  readonly amount: number;
  readonly currency: string;
  /** Milliseconds since 1970: no card is read for it from then on. */
  readonly expires: number;
}

/** `Receipt`: what shows that it was booked. `Failure`: what can go wrong beside the card, such as a full disk. */
export type TillState<Receipt, Failure> =
  | { readonly phase: 'idle' }
  /** Waits for a card; `trouble`: why the one before could not be read. */
  | { readonly phase: 'armed'; readonly charge: Charge; readonly trouble: Decline | null }
  | { readonly phase: 'reading'; readonly charge: Charge }
  /** The card is proven and may leave; what happens to the disk decides. */
  | { readonly phase: 'booking'; readonly charge: Charge }
  | { readonly phase: 'approved'; readonly charge: Charge; readonly receipt: Receipt }
  | { readonly phase: 'declined'; readonly charge: Charge; readonly reason: Decline | Failure }
  | { readonly phase: 'expired' | 'cancelled'; readonly charge: Charge };

export type TillEvent<Receipt, Failure> =
  | { readonly type: 'arm'; readonly charge: Charge }
  | { readonly type: 'card' | 'proven' | 'cancel' | 'expire' | 'next'; readonly transaction: Id }
  | { readonly type: 'refused'; readonly transaction: Id; readonly reason: Decline | Failure }
  | { readonly type: 'booked'; readonly transaction: Id; readonly receipt: Receipt };

/** Whether a charge is under way that another one may not push aside. */
export const isTillBusy = <R, F>(state: TillState<R, F>): state is Extract<TillState<R, F>, { phase: 'armed' | 'reading' | 'booking' }> =>
  state.phase === 'armed' || state.phase === 'reading' || state.phase === 'booking';

/**
 * What a till comes to. An event that has no place answers the very state it was given: of another charge, too late, or
 * said twice. From `booking` on nobody can cancel; only the disk says whether it is approved.
 */
export function advanceTill<R, F>(state: TillState<R, F>, event: TillEvent<R, F>): TillState<R, F> {
  if (event.type === 'arm') return isTillBusy(state) ? state : { phase: 'armed', charge: event.charge, trouble: null };
  if (state.phase === 'idle' || state.charge.transaction !== event.transaction) return state;
  const { phase, charge } = state;
  switch (event.type) {
    case 'card':
      return phase === 'armed' ? { phase: 'reading', charge } : state;
    case 'proven':
      return phase === 'reading' ? { phase: 'booking', charge } : state;
    case 'refused':
      if (phase === 'reading' && isPassing(event.reason as string)) return { phase: 'armed', charge, trouble: event.reason as Decline };
      return phase === 'reading' || phase === 'booking' ? { phase: 'declined', charge, reason: event.reason } : state;
    case 'booked':
      // Found in the book when it is armed again, after a crash between the commit and the word of it: then no card is asked.
      return phase === 'booking' || phase === 'armed' ? { phase: 'approved', charge, receipt: event.receipt } : state;
    case 'cancel':
      return phase === 'armed' || phase === 'reading' ? { phase: 'cancelled', charge } : state;
    case 'expire':
      return phase === 'armed' ? { phase: 'expired', charge } : state;
    case 'next':
      return isTillBusy(state) ? state : { phase: 'idle' };
    default:
      return event satisfies never;
  }
}

/** What the shop's book says of a card that has proven itself. */
export interface Standing {
  readonly card: Pick<CardBody, 'state'> | undefined;
  /** Undefined where its ledger is not on this device. */
  readonly tab: Pick<TabBody, 'kind' | 'limit' | 'state' | 'currency'> | undefined;
  /** Minor units, in the tab's currency; positive is what the shop owes the customer. */
  readonly balance: number;
}

/** Why a charge may not be booked on a tab, or null. The limit is hard: a charge that reaches it passes, one unit more does not. */
export function judgeCharge({ amount, currency }: Pick<Charge, 'amount' | 'currency'>, { card, tab, balance }: Standing): Decline | null {
  if (!card) return 'wrong_issuer';
  if (card.state === 'blocked') return 'card_blocked';
  if (card.state !== 'active') return 'card_unfinished';
  if (!tab) return 'tab_elsewhere';
  if (tab.state === 'closed') return 'tab_closed';
  if (tab.currency !== currency) return 'tab_currency';
  return amount > spendable(tab, balance) ? 'over_limit' : null;
}
