/** A shop with a reader that is only software, and cards with the chip's own cryptography. */
import { randomBytes } from 'node:crypto';
import type { Client } from '#contract/client.ts';
import type { TillView } from '#contract/counter-views.ts';
import type { Output } from '#contract/api.ts';
import type { Shell } from '#main/shell.ts';
import { createSimulatedDriver, type SimulatedReader } from '#native/drivers/simulated.ts';
import { createReaders } from '#native/readers.ts';
import { createNtag424Card, type SimulatedNtag424 } from '#native/simulated/ntag424-card.ts';
import { systemTimers } from '#sync/timers.ts';
import { valueOf, viewOf } from '#tests/people.ts';
import { newId } from './book.ts';

/** No reader that works takes longer for an answer, in milliseconds. */
const PATIENCE = 500;
export const DATE = '2026-11-20';

export interface TestReader {
  readonly reader: SimulatedReader;
  readonly lent: Pick<Shell, 'openReaders'>;
}

/** Much time passes between any two taps, so that nobody has to wait until a card counts again. */
export function createTestReader({ allowVirtual = true }: { allowVirtual?: boolean } = {}): TestReader {
  const simulated = createSimulatedDriver();
  let now = 0;
  return {
    reader: simulated.reader('Counter'),
    lent: {
      openReaders: () =>
        createReaders({
          drivers: [simulated.driver], timers: systemTimers, allowVirtual, patience: PATIENCE, now: () => (now += 60_000),
          onBug: (error) => {
            throw error;
          },
        }),
    },
  };
}

export const newCard = (): SimulatedNtag424 => createNtag424Card({ uid: `04${randomBytes(6).toString('hex').toUpperCase()}`, randomBytes });

export async function openShop(client: Client): Promise<string> {
  return valueOf(await client.call('ledgers.create', { name: 'Corner Café', template: 'shop', currency: 'EUR', people: [] })).ledger;
}

export interface TabTerms {
  customer?: string;
  kind?: 'prepaid' | 'credit';
  limit?: number;
  /** Paid in at once. */
  paidIn?: number;
}

export async function openTab(client: Client, shop: string, { customer = 'Cleo', kind = 'prepaid', limit = 0, paidIn = 0 }: TabTerms = {}): Promise<string> {
  const { tab } = valueOf(await client.call('tabs.open', { shop, customer, kind, limit }));
  if (paidIn > 0) valueOf(await client.call('tabs.topUp', { shop, tab, transaction: newId(), amount: paidIn, date: DATE, description: 'Top-up' }));
  return tab;
}

/** Writes a card for a tab, from the first command to the last. */
export async function issueCard(client: Client, { reader }: TestReader, shop: string, tab: string, card: SimulatedNtag424 = newCard()): Promise<SimulatedNtag424> {
  valueOf(await client.call('cards.issue', { shop, tab }));
  reader.place(card);
  await viewOf(client, 'cards.progress', {}, ({ phase }) => phase === 'done');
  reader.remove();
  valueOf(await client.call('cards.cancel', {}));
  return card;
}

export const arm = (client: Client, shop: string, amount: number, transaction: string = newId(), lifetime = 60_000) =>
  client.call('till.arm', { shop, transaction, amount, date: DATE, description: 'Sale', lifetime });

/** The first state of the till that is as wanted. */
export const tillOf = (client: Client, shop: string, isWanted: (view: TillView) => boolean = () => true): Promise<TillView> => viewOf(client, 'till.state', { shop }, isWanted);
export const verdictOf = (client: Client, shop: string): Promise<TillView> => tillOf(client, shop, ({ phase }) => phase === 'approved' || phase === 'declined');

/** Charges and taps; answers the verdict, and puts it away. */
export async function sell(client: Client, { reader }: TestReader, shop: string, amount: number, card: SimulatedNtag424, transaction: string = newId()): Promise<TillView> {
  valueOf(await arm(client, shop, amount, transaction));
  reader.place(card);
  const verdict = await verdictOf(client, shop);
  reader.remove();
  valueOf(await client.call('till.next', { shop, transaction }));
  return verdict;
}

export async function tabOf(client: Client, shop: string, tab: string): Promise<NonNullable<Output<'tabs.get'>>> {
  const view = await viewOf(client, 'tabs.get', { shop, tab });
  if (!view) throw new Error('no such tab');
  return view;
}

/** The entries of a tab that count, newest first. */
export const entriesOf = async (client: Client, tab: string): Promise<{ kind: string; amount: number }[]> =>
  (await viewOf(client, 'entries.page', { ledger: tab, offset: 0, limit: 100, filter: { only: 'active' } })).rows.map(({ kind, amount }) => ({ kind, amount }));
