/** What tills, tabs and cards have in common: a shop's book, and what is booked on a customer's tab. */
import type { ReceiptView, TabView } from '#contract/counter-views.ts';
import type { ErrorCode } from '#contract/errors.ts';
import type { EntryDraft } from '#domain/entry.ts';
import { draftToBody } from '#domain/entry-rules.ts';
import type { EntryId, Id, LedgerId, PersonId } from '#domain/ids.ts';
import { failure, success, type Result } from '#domain/result.ts';
import { spendable, type TabBody } from '#domain/shop.ts';
import type { MyLedger } from './author.ts';
import type { Ground, LedgerRow } from './ground.ts';

/** A tab with the ledger it is kept in. */
export interface OpenTab {
  readonly body: TabBody;
  readonly row: LedgerRow;
}

/** What is written into an entry beside people and money. */
export interface EntryWords {
  date: string;
  description: string;
}

export interface ShopBook {
  /** The ledger of a shop; undefined for any other ledger. */
  shop(shop: LedgerId): LedgerRow | undefined;
  /** Undefined where the shop has no such tab, or its ledger is not on this device. */
  tab(shop: LedgerId, tab: LedgerId): OpenTab | undefined;
  /** Minor units in the tab's currency; positive is what the shop owes the customer. */
  balance(tab: OpenTab): number;
  view(tab: OpenTab, usableCards: number): TabView;
  /** The same of a tab whose ledger is not here: the customer and the terms are known, and nothing else. */
  viewElsewhere(body: TabBody): TabView;
  /** The sale of a transaction: one, whoever asks and however often. */
  saleId(shop: LedgerId, transaction: Id): EntryId;
  /** What a sale that is in the book says, or undefined. */
  receipt(shop: LedgerId, transaction: Id): ReceiptView | undefined;
  /** Books money between shop and customer under an id of its own; what is there already is left as it is. */
  book(tab: LedgerId, entry: EntryId, decide: (row: MyLedger) => Result<EntryDraft, ErrorCode>): Promise<Result<void, ErrorCode>>;
  /** Voids an entry: it stays in the book and counts for nothing. */
  takeBack(tab: LedgerId, entry: EntryId): Promise<Result<null, ErrorCode>>;
}

/** A sale: the shop has paid for what the customer had. */
export const saleToDraft = (words: EntryWords, { amount, currency, shop, customer }: { amount: number; currency: string; shop: PersonId; customer: PersonId }): EntryDraft => ({
  kind: 'expense', ...words, category: 'general', note: '', currency, amount,
  payers: [{ person: shop, amount }], split: { mode: 'equal', parts: [{ person: customer, value: 1 }] },
});

/** What the customer pays in: handed from one to the other. */
export const topUpToDraft = (words: EntryWords, { amount, currency, shop, customer }: { amount: number; currency: string; shop: PersonId; customer: PersonId }): EntryDraft => ({
  ...saleToDraft(words, { amount, currency, shop: customer, customer: shop }), kind: 'transfer',
});

export function createShopBook({ author, queries, shell, link, self }: Ground): ShopBook {
  const { ledgers, shops } = queries;

  function open(body: TabBody): OpenTab | undefined {
    const row = ledgers.find(body.ledger);
    return row && { body, row };
  }

  function hasCustomer({ body }: OpenTab): boolean {
    const access = link.access(body.ledger);
    const present = access ? [...access.membership.members.values()].flatMap(({ devices }) => devices) : [];
    return present.some((key) => access?.cards.get(key)?.recovery == null && access?.cards.get(key)?.root !== self.root());
  }

  const book: ShopBook = {
    shop(shop) {
      const row = ledgers.find(shop);
      return row?.template === 'shop' ? row : undefined;
    },
    tab(shop, tab) {
      const body = shops.tab(shop, tab);
      return body && open(body);
    },
    balance({ body, row }) {
      const customer = ledgers.person(row, body.person);
      const inCurrency = customer ? ledgers.balancesOf(customer.key).find(({ currency }) => currency === body.currency) : undefined;
      return inCurrency?.amount ?? 0;
    },
    view(tab, cards) {
      const { ledger, customer, kind, currency, limit, state } = tab.body;
      const balance = book.balance(tab);
      return { tab: ledger, customer, kind, currency, limit, state, balance, spendable: spendable(tab.body, balance), cards, joined: hasCustomer(tab), waiting: ledgers.waiting(tab.row) };
    },
    viewElsewhere: ({ ledger, customer, kind, currency, limit }) => ({
      tab: ledger, customer, kind, currency, limit, state: 'elsewhere', balance: 0, spendable: 0, cards: 0, joined: false, waiting: 0,
    }),
    saleId: (shop, transaction) => shell.ids.derive('sale', shop, transaction),
    receipt(shop, transaction) {
      const entry = book.saleId(shop, transaction);
      const ledger = shops.bookedIn(shop, entry);
      const tab = ledger === undefined ? undefined : book.tab(shop, ledger);
      const sale = tab && queries.entries.chosen(tab.row, entry);
      if (!tab || !sale) return undefined;
      const balance = book.balance(tab);
      return {
        transaction, entry, tab: tab.body.ledger, customer: tab.body.customer, amount: sale.body.amount, currency: sale.body.currency,
        balance, spendable: spendable(tab.body, balance), at: sale.at, undone: sale.body.state === 'void',
      };
    },
    takeBack: (tab, entry) =>
      author.change<null>(tab, (row) => {
        const there = queries.entries.chosen(row, entry);
        if (!there) return failure('not_found');
        if (there.body.state === 'void') return success({ revisions: [], answer: () => null });
        const prev = queries.history.current(row, 'entry', entry);
        return success({ revisions: [{ type: 'entry', of: entry, prev, body: { ...there.body, state: 'void' } }], answer: () => null });
      }),
    book: (tab, entry, decide) =>
      author.change<void>(tab, (row) => {
        const answer = (): void => undefined;
        if (queries.entries.chosen(row, entry)) return success({ revisions: [], answer });
        const draft = decide(row);
        if (!draft.ok) return draft;
        const unknown = [...draft.value.payers, ...draft.value.split.parts].find(({ person }) => !ledgers.person(row, person));
        if (unknown) return failure('person_unknown', { person: unknown.person });
        const body = draftToBody(draft.value, entry);
        return body.ok ? success({ revisions: [{ type: 'entry', of: entry, body: body.value }], answer }) : body;
      }),
  };
  return book;
}
