/** The counter: tabs and cards of a shop, the till, and the readers of this machine. `shop` is a ledger of the template `shop`. */
import { z } from 'zod';
import { localDateSchema } from '#domain/date.ts';
import { idSchema } from '#domain/ids.ts';
import { amountSchema } from '#domain/money.ts';
import { tabKindSchema } from '#domain/shop.ts';
import { lineSchema, nameSchema } from '#domain/text.ts';
import type { CardIssueView, CardView, ReadersView, TabView, TillView } from './counter-views.ts';
import { call, watch } from './operation.ts';
import type { InviteView } from './views.ts';

const nothing = z.strictObject({});
const shop = z.strictObject({ shop: idSchema });
const tab = z.strictObject({ shop: idSchema, tab: idSchema });
const card = z.strictObject({ shop: idSchema, card: idSchema });
/** A charge can wait so long for a card, in milliseconds. */
const LONGEST_CHARGE = 300_000;
const charge = z.strictObject({ shop: idSchema, transaction: idSchema });

export const counterApi = {
  /** By name of the customer. Empty where there is no such shop. */
  'tabs.list': watch<TabView[]>()(shop),
  /** Null where there is no such tab. Its statement is `entries.page` of the ledger `tab`. */
  'tabs.get': watch<TabView | null>()(tab),
  /** Founds the ledger that shop and customer share. The caller makes nothing up: a second call opens a second tab. */
  'tabs.open': call<{ tab: string }>()(z.strictObject({ shop: idSchema, customer: nameSchema, kind: tabKindSchema, limit: amountSchema })),
  'tabs.setLimit': call<null>()(z.strictObject({ shop: idSchema, tab: idSchema, kind: tabKindSchema, limit: amountSchema })),
  /** Books what the customer pays in. The caller makes `transaction`, so that a repeated call adds nothing. */
  'tabs.topUp': call<{ entry: string }>()(
    z.strictObject({ shop: idSchema, tab: idSchema, transaction: idSchema, amount: amountSchema, date: localDateSchema, description: lineSchema }),
  ),
  /** A closed tab sells nothing; its book stays. */
  'tabs.close': call<null>()(z.strictObject({ shop: idSchema, tab: idSchema, closed: z.boolean() })),
  /** For the customer's own device, who then sees all of the tab and can write nothing in it. */
  'tabs.invite': call<InviteView>()(tab),

  'cards.list': watch<CardView[]>()(shop),
  /** The next card held to a reader is made one of this tab; `cards.progress` tells. A torn one is taken up where it was left. */
  'cards.issue': call<null>()(tab),
  'cards.progress': watch<CardIssueView>()(nothing),
  /** Ends waiting for a card; also puts away what `cards.progress` said last. */
  'cards.cancel': call<null>()(nothing),
  'cards.block': call<null>()(z.strictObject({ ...card.shape, blocked: z.boolean() })),

  'till.state': watch<TillView>()(shop),
  /**
   * Waits for a card to charge. Whoever does not know what became of a charge arms it once more under its `transaction`: where it is in the
   * book the answer is its receipt, and no card is asked. `date` and `description` are written into the sale. `lifetime`: in milliseconds.
   */
  'till.arm': call<null>()(
    z.strictObject({
      ...charge.shape, amount: amountSchema, date: localDateSchema, description: lineSchema,
      lifetime: z.number().int().min(1).max(LONGEST_CHARGE).default(60_000),
    }),
  ),
  /** Refused with charge_booking once the card has proven itself. */
  'till.cancel': call<null>()(charge),
  /** Puts a verdict away. */
  'till.next': call<null>()(charge),
  /** Takes a sale back: its entry is void, on the customer's device too. */
  'till.undo': call<null>()(charge),

  'readers.list': watch<ReadersView>()(nothing),
} as const;
