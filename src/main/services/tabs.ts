import type { ErrorCode } from '#contract/errors.ts';
import type { LedgerId } from '#domain/ids.ts';
import { failure, success, type Result } from '#domain/result.ts';
import type { TabBody } from '#domain/shop.ts';
import type { Service } from '#main/handlers.ts';
import { draftLedger, foundLedger } from './found-ledger.ts';
import type { Ground } from './ground.ts';
import { inviteTo } from './sharing.ts';
import { topUpToDraft, type OpenTab, type ShopBook } from './shop-book.ts';

/** A customer has one person and seldom more than a phone and a laptop: who joins twice needs another invitation. */
const INVITE = { role: 'viewer', history: 'start', uses: 1, days: 30 } as const;

export function createTabsService(ground: Ground, book: ShopBook): Service<'tabs'> {
  const { shell, author, queries, link } = ground;

  function cardsOf(shop: LedgerId): Map<LedgerId, number> {
    const counts = new Map<LedgerId, number>();
    for (const { tab, state } of queries.shops.cards(shop)) if (state === 'active') counts.set(tab, (counts.get(tab) ?? 0) + 1);
    return counts;
  }

  const change = (shop: LedgerId, tab: LedgerId, changed: Partial<TabBody>): Promise<Result<null, ErrorCode>> =>
    author.change<null>(shop, (row) => {
      const body = queries.shops.tab(shop, tab);
      if (!body) return failure('not_found');
      return success({ revisions: [{ type: 'tab', of: tab, prev: queries.history.current(row, 'tab', tab), body: { ...body, ...changed } }], answer: () => null });
    });

  const withTab = async <T>(shop: LedgerId, tab: LedgerId, work: (open: OpenTab) => Promise<Result<T, ErrorCode>>): Promise<Result<T, ErrorCode>> => {
    const open = book.tab(shop, tab);
    return open ? work(open) : failure('not_found');
  };

  return {
    'tabs.list': {
      // A tab is a ledger of its own: what changes there is told of all ledgers alike.
      topics: ({ shop }) => [`ledger:${shop}`, 'ledgers'],
      read({ shop }) {
        const cards = cardsOf(shop);
        const views = queries.shops.tabs(shop).map((body) => {
          const open = book.tab(shop, body.ledger);
          return open ? book.view(open, cards.get(body.ledger) ?? 0) : book.viewElsewhere(body);
        });
        return success(views.toSorted((a, b) => a.customer.localeCompare(b.customer)));
      },
    },
    'tabs.get': {
      topics: ({ shop, tab }) => [`ledger:${shop}`, `ledger:${tab}`],
      read({ shop, tab }) {
        const open = book.tab(shop, tab);
        return success(open ? book.view(open, cardsOf(shop).get(tab) ?? 0) : null);
      },
    },
    async 'tabs.open'({ shop, customer, kind, limit }) {
      const row = book.shop(shop);
      if (!row) return failure('not_found');
      // Before a ledger is founded that no shop would know.
      if (link.standing(shop).role === 'viewer') return failure('role_forbids');
      const draft = await draftLedger(ground);
      const [me, person] = [shell.ids.next(), shell.ids.next()];
      const at = shell.now();
      const founded = await foundLedger(ground, draft, {
        // The customer finds the shop's name in their list of ledgers.
        name: row.name, template: 'tab', currency: row.currency, me,
        revisions: [
          { type: 'person', of: me, at, body: { name: row.name, state: 'active' } },
          { type: 'person', of: person, at: at + 1, body: { name: customer, state: 'active' } },
        ],
      });
      if (!founded.ok) return founded;
      const body: TabBody = { ledger: draft.ledger, customer, person, kind, currency: row.currency, limit, state: 'open' };
      return author.change(shop, () => success({ revisions: [{ type: 'tab', of: draft.ledger, body }], answer: () => ({ tab: draft.ledger }) }));
    },
    'tabs.setLimit': ({ shop, tab, kind, limit }) => change(shop, tab, { kind, limit }),
    'tabs.close': ({ shop, tab, closed }) => change(shop, tab, { state: closed ? 'closed' : 'open' }),
    'tabs.topUp': ({ shop, tab, transaction, amount, date, description }) =>
      withTab(shop, tab, async ({ body: { currency, person } }) => {
        const entry = shell.ids.derive('top-up', shop, tab, transaction);
        const booked = await book.book(tab, entry, ({ me }) => success(topUpToDraft({ date, description }, { amount, currency, shop: me, customer: person })));
        return booked.ok ? success({ entry }) : booked;
      }),
    'tabs.invite': ({ shop, tab }) => withTab(shop, tab, ({ row }) => inviteTo(ground, { ledger: tab, kind: 'ledger', name: row.name, ...INVITE })),
  };
}
