/** A counter and a customer: the part of the story that is about tabs, cards and taps. */
import { arm, createTestReader, DATE, newCard, tillOf, verdictOf } from '#tests/contract/shop.ts';
import { untilSame, valueOf, viewOf } from '#tests/people.ts';
import type { Cast, Player } from './cast.ts';
import type { Vocabulary } from './needles.ts';

interface CounterStory {
  readonly cast: Cast;
  readonly say: Vocabulary;
  readonly relay: string;
  /** Has a device already, and becomes the customer. */
  readonly customer: Player;
  newId(): string;
}

/** Answers the number of the card: it stands for the customer, and nobody else should have it. */
export async function sellByTap({ cast, say, relay, customer, newId }: CounterStory): Promise<string> {
  const { reader, lent } = createTestReader();
  const { client } = await cast.open(say.personName(), lent);
  valueOf(await client.call('profile.setUp', { name: say.personName(), language: 'en' }));
  valueOf(await client.call('sync.setRelay', { url: relay }));
  const { ledger: shop } = valueOf(await client.call('ledgers.create', { name: say.personName(), template: 'shop', currency: 'EUR', people: [] }));
  await viewOf(client, 'readers.list', {}, ({ readers }) => readers.length === 1);
  const name = say.personName();
  const { tab } = valueOf(await client.call('tabs.open', { shop, customer: name, kind: 'prepaid', limit: 0 }));
  const [small = 0, large = 0] = [say.amount(), say.amount()].toSorted((a, b) => a - b);
  valueOf(await client.call('tabs.topUp', { shop, tab, transaction: newId(), amount: large, date: DATE, description: say.word() }));
  await viewOf(client, 'tabs.list', { shop }, ([first]) => first?.balance === large);

  const card = newCard();
  valueOf(await client.call('cards.issue', { shop, tab }));
  reader.place(card);
  await viewOf(client, 'cards.progress', {}, ({ phase }) => phase === 'done');
  reader.remove();
  valueOf(await client.call('cards.cancel', {}));
  const [issued] = await viewOf(client, 'cards.list', { shop });

  const [cancelled, sold] = [newId(), newId()];
  valueOf(await arm(client, shop, small, cancelled));
  valueOf(await client.call('till.cancel', { shop, transaction: cancelled }));
  valueOf(await arm(client, shop, small, sold));
  reader.place(card);
  const { receipt } = await verdictOf(client, shop);
  if (receipt?.balance !== large - small) throw new Error('a tap is booked on the tab');
  valueOf(await client.call('till.next', { shop, transaction: sold }));
  await tillOf(client, shop, ({ phase }) => phase === 'idle');

  const { link } = valueOf(await client.call('tabs.invite', { shop, tab }));
  const preview = valueOf(await customer.client.call('sharing.open', { invite: link }));
  const person = preview.persons.find((one) => one.name === name)?.id ?? '';
  valueOf(await customer.client.call('sharing.join', { ticket: preview.ticket, as: { person } }));
  await untilSame(client, customer.client, tab);
  valueOf(await client.call('till.undo', { shop, transaction: sold }));
  valueOf(await client.call('cards.block', { shop, card: issued?.card ?? '', blocked: true }));
  valueOf(await client.call('tabs.setLimit', { shop, tab, kind: 'credit', limit: say.amount() }));
  valueOf(await client.call('tabs.close', { shop, tab, closed: true }));
  await viewOf(client, 'tabs.get', { shop, tab }, (view) => view?.state === 'closed' && view.joined);
  await untilSame(client, customer.client, tab);
  return card.uid;
}
