import type { ReceiptView, TillView } from '#contract/counter-views.ts';
import type { ErrorCode } from '#contract/errors.ts';
import type { Id, LedgerId } from '#domain/ids.ts';
import { failure, success, type Result } from '#domain/result.ts';
import { uidToThing } from '#domain/shop.ts';
import { advanceTill, isTillBusy, judgeCharge, type Charge, type Decline, type TillEvent, type TillState } from '#domain/till.ts';
import type { CardChannel } from '#native/reader.ts';
import { proveCard } from '#native/ntag424/prove.ts';
import type { Parsed, Service } from '#main/handlers.ts';
import type { Ground } from './ground.ts';
import type { IssuerKeys } from './issuer-keys.ts';
import type { CardDesk } from './readers.ts';
import { saleToDraft, type EntryWords, type ShopBook } from './shop-book.ts';

/** Nobody holds a card longer than this, in milliseconds. */
const PATIENCE = 1_500;

type State = TillState<ReceiptView, ErrorCode>;
type Event = TillEvent<ReceiptView, ErrorCode>;

interface Dependencies {
  book: ShopBook;
  desk: CardDesk;
  keys: IssuerKeys;
}

/** The one till of this device: what it waits for is forgotten with the program, what it booked is in the book. */
export function createTillService(ground: Ground, { book, desk, keys }: Dependencies): Service<'till'> {
  const { shell, queries, publish, onClose } = ground;
  let state: State = { phase: 'idle' };
  let words: EntryWords = { date: '', description: '' };
  let last: { shop: LedgerId; transaction: Id } | undefined;
  let leave: (() => void) | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  /** True where the event had a place. Cards are wanted for as long as a charge waits for one. */
  function move(event: Event): boolean {
    const next = advanceTill(state, event);
    if (next === state) return false;
    state = next;
    if (!isTillBusy(state)) {
      clearTimeout(timer);
      leave?.();
      leave = undefined;
    }
    publish('till');
    return true;
  }
  onClose(() => {
    clearTimeout(timer);
    leave?.();
  });

  /** The card proves itself, live. */
  async function prove({ shop }: Charge, channel: CardChannel): Promise<Result<{ card: Id }, Decline>> {
    const signal = AbortSignal.timeout(PATIENCE);
    let isUnfinished = false;
    for (const { issuer, keys: own } of keys.all(shop)) {
      const versionOf = (uid: string): number | null => {
        const card = queries.shops.card(shop, uidToThing(uid));
        if (card?.issuer !== issuer) return null;
        isUnfinished = card.state === 'writing' || card.state === 'locking';
        return isUnfinished ? null : card.version;
      };
      const proven = await proveCard(channel, { issuer: own, versionOf, randomBytes: shell.randomBytes, signal });
      if (proven.ok) return success({ card: uidToThing(proven.value.uid) });
      if (proven.code !== 'wrong_issuer') return failure(proven.code === 'cancelled' ? 'card_mute' : proven.code);
    }
    return failure(isUnfinished ? 'card_unfinished' : 'wrong_issuer');
  }

  /** Writes the sale, if the book still allows it at that moment: changes of one tab follow one another. */
  async function sell(charge: Charge, card: Id): Promise<Result<ReceiptView, Decline | ErrorCode>> {
    const { shop, transaction, amount, currency } = charge;
    const tabId = queries.shops.card(shop, card)?.tab;
    if (tabId === undefined) return failure('wrong_issuer');
    if (!book.tab(shop, tabId)) return failure('tab_elsewhere');
    const { date, description } = words;
    const booked = await book.book(tabId, book.saleId(shop, transaction), ({ me }) => {
      const tab = book.tab(shop, tabId);
      const reason = judgeCharge(charge, { card: queries.shops.card(shop, card), tab: tab?.body, balance: tab ? book.balance(tab) : 0 });
      if (reason !== null || !tab) return failure(reason ?? 'tab_elsewhere');
      return success(saleToDraft({ date, description }, { amount, currency, shop: me, customer: tab.body.person }));
    });
    if (!booked.ok) return booked;
    const receipt = book.receipt(shop, transaction);
    return receipt ? success(receipt) : failure('not_found');
  }

  async function charge(channel: CardChannel): Promise<'done' | 'again'> {
    if (state.phase !== 'armed') return 'again';
    const { charge } = state;
    const { transaction, shop } = charge;
    move({ type: 'card', transaction });
    const proven = await prove(charge, channel);
    if (!proven.ok) {
      move({ type: 'refused', transaction, reason: proven.code });
      return 'again';
    }
    // Cancelled meanwhile, or the program is about to end.
    if (!move({ type: 'proven', transaction })) return 'again';
    const sold = await sell(charge, proven.value.card);
    // Only now: light, sound and verdict mean that it is written down.
    if (sold.ok) last = { shop, transaction };
    move(sold.ok ? { type: 'booked', transaction, receipt: sold.value } : { type: 'refused', transaction, reason: sold.code });
    return 'done';
  }

  async function arm({ shop, transaction, amount, date, description, lifetime }: Parsed<'till.arm'>): Promise<Result<null, ErrorCode>> {
    const row = book.shop(shop);
    if (!row) return failure('not_found');
    if (amount === 0) return failure('amount_zero');
    if (isTillBusy(state) && state.charge.transaction === transaction) return success(null);
    if (isTillBusy(state)) return failure('till_busy');
    const armed: Charge = { transaction, shop, amount, currency: row.currency, expires: shell.now() + lifetime };
    const receipt = book.receipt(shop, transaction);
    // Nothing is asked of a card for what is in the book already.
    leave = receipt ? undefined : desk.take(charge);
    if (!receipt && !leave) return failure('till_busy');
    words = { date, description };
    move({ type: 'arm', charge: armed });
    if (receipt) {
      last = { shop, transaction };
      move({ type: 'booked', transaction, receipt });
    } else timer = setTimeout(() => move({ type: 'expire', transaction }), lifetime);
    return success(null);
  }

  const receiptNow = (shop: LedgerId, transaction: Id): ReceiptView | null => book.receipt(shop, transaction) ?? null;

  function read(shop: LedgerId): TillView {
    const undoable = last?.shop === shop ? receiptNow(shop, last.transaction) : null;
    const view: TillView = { phase: 'idle', charge: null, trouble: null, reason: null, receipt: null, last: undoable?.undone === false ? undoable : null };
    if (state.phase === 'idle' || state.charge.shop !== shop) return view;
    const { phase, charge: { transaction, amount, currency, expires } } = state;
    return {
      ...view,
      phase: phase === 'booking' ? 'reading' : phase,
      charge: { transaction, amount, currency, expires },
      trouble: state.phase === 'armed' ? state.trouble : null,
      reason: state.phase === 'declined' ? state.reason : null,
      receipt: state.phase === 'approved' ? (receiptNow(shop, transaction) ?? state.receipt) : null,
    };
  }

  const answer = (isMoved: boolean, otherwise: ErrorCode): Result<null, ErrorCode> => (isMoved ? success(null) : failure(otherwise));

  return {
    'till.state': { topics: ({ shop }) => ['till', `ledger:${shop}`, 'ledgers'], read: ({ shop }) => success(read(shop)) },
    'till.arm': arm,
    'till.cancel': async ({ transaction }) => answer(move({ type: 'cancel', transaction }), state.phase === 'booking' ? 'charge_booking' : 'not_found'),
    'till.next': async ({ transaction }) => answer(move({ type: 'next', transaction }), 'not_found'),
    async 'till.undo'({ shop, transaction }) {
      const receipt = book.receipt(shop, transaction);
      return receipt ? book.takeBack(receipt.tab, receipt.entry) : failure('not_found');
    },
  };
}
