/** The counter at the level of the core: real cores and store, a card with the chip's own cryptography. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { api, type CallName } from '#contract/api.ts';
import { nameRevision } from '#sync/revision-id.ts';
import { pairDevice, valueOf, viewOf } from '#tests/people.ts';
import { newId } from './book.ts';
import { admit, createCompany, joinBy, setPaused, withEngine, type Company, type Somebody } from './company.ts';
import { arm, createTestReader, DATE, entriesOf, issueCard, newCard, openShop, openTab, sell, tabOf, tillOf, verdictOf, type TestReader } from './shop.ts';

let company: Company;
let till: Somebody;
let reader: TestReader;
let shop: string;
beforeEach(async () => {
  company = await createCompany();
  reader = createTestReader();
  till = await company.person('Sam', reader.lent);
  shop = await openShop(till.client);
});
afterEach(() => company.end());

const codeOf = (reply: { ok: boolean; error?: { code: string } }): string | undefined => reply.error?.code;

describe('a tab', () => {
  it('is paid into and sold on, by tap', async () => {
    const { client } = till;
    const tab = await openTab(client, shop, { paidIn: 2_000 });
    expect(await tabOf(client, shop, tab)).toMatchObject({ customer: 'Cleo', balance: 2_000, spendable: 2_000, cards: 0, joined: false, state: 'open' });
    const card = await issueCard(client, reader, shop, tab);
    const verdict = await sell(client, reader, shop, 350, card);
    expect(verdict).toMatchObject({ phase: 'approved', receipt: { customer: 'Cleo', amount: 350, currency: 'EUR', balance: 1_650, spendable: 1_650, undone: false } });
    expect(await entriesOf(client, tab)).toEqual(expect.arrayContaining([{ kind: 'transfer', amount: 2_000 }, { kind: 'expense', amount: 350 }]));
    expect((await tabOf(client, shop, tab))).toMatchObject({ balance: 1_650, cards: 1 });
    // The shop finds it at the counter, and not among its ledgers.
    expect((await viewOf(client, 'ledgers.list', {})).map(({ id }) => id)).toEqual([shop]);
  });

  it('sells to its limit and not one cent beyond', async () => {
    const { client } = till;
    const tab = await openTab(client, shop, { kind: 'credit', limit: 1_000 });
    const card = await issueCard(client, reader, shop, tab);
    expect(await sell(client, reader, shop, 600, card)).toMatchObject({ phase: 'approved', receipt: { balance: -600, spendable: 400 } });
    expect(await sell(client, reader, shop, 401, card)).toMatchObject({ phase: 'declined', reason: 'over_limit' });
    expect(await sell(client, reader, shop, 400, card)).toMatchObject({ phase: 'approved', receipt: { balance: -1_000, spendable: 0 } });
    expect(await sell(client, reader, shop, 1, card)).toMatchObject({ phase: 'declined', reason: 'over_limit' });
    valueOf(await client.call('tabs.setLimit', { shop, tab, kind: 'credit', limit: 1_001 }));
    expect(await sell(client, reader, shop, 1, card)).toMatchObject({ phase: 'approved' });
    expect((await tabOf(client, shop, tab)).balance).toBe(-1_001);
  });

  it('that is closed sells nothing', async () => {
    const { client } = till;
    const tab = await openTab(client, shop, { paidIn: 500 });
    const card = await issueCard(client, reader, shop, tab);
    valueOf(await client.call('tabs.close', { shop, tab, closed: true }));
    expect(await sell(client, reader, shop, 100, card)).toMatchObject({ phase: 'declined', reason: 'tab_closed' });
    expect(codeOf(await client.call('cards.issue', { shop, tab }))).toBe('tab_closed');
    valueOf(await client.call('tabs.close', { shop, tab, closed: false }));
    expect(await sell(client, reader, shop, 100, card)).toMatchObject({ phase: 'approved' });
  });

  it('is topped up once, however often the answer was lost', async () => {
    const { client } = till;
    const tab = await openTab(client, shop);
    const transaction = newId();
    const topUp = () => client.call('tabs.topUp', { shop, tab, transaction, amount: 700, date: DATE, description: 'Top-up' });
    const [first, second] = [valueOf(await topUp()), valueOf(await topUp())];
    expect(second).toEqual(first);
    expect((await tabOf(client, shop, tab)).balance).toBe(700);
    expect(codeOf(await client.call('tabs.topUp', { shop, tab, transaction: newId(), amount: 0, date: DATE, description: '' }))).toBe('amount_zero');
  });
});

describe('a sale', () => {
  it('is taken back, and only once', async () => {
    const { client } = till;
    const tab = await openTab(client, shop, { paidIn: 1_000 });
    const card = await issueCard(client, reader, shop, tab);
    const transaction = newId();
    await sell(client, reader, shop, 300, card, transaction);
    expect((await tillOf(client, shop)).last).toMatchObject({ transaction, amount: 300 });
    valueOf(await client.call('till.undo', { shop, transaction }));
    valueOf(await client.call('till.undo', { shop, transaction }));
    expect((await tillOf(client, shop)).last).toBeNull();
    expect((await tabOf(client, shop, tab)).balance).toBe(1_000);
    // Its transaction is spent: armed again, it is the sale that was taken back.
    valueOf(await arm(client, shop, 300, transaction));
    expect(await tillOf(client, shop)).toMatchObject({ phase: 'approved', receipt: { undone: true } });
    expect((await tabOf(client, shop, tab)).balance).toBe(1_000);
    expect(codeOf(await client.call('till.undo', { shop, transaction: newId() }))).toBe('not_found');
  });

  it('is booked once though the card is held there twice, and though its charge is armed again', async () => {
    const { client } = till;
    const tab = await openTab(client, shop, { paidIn: 1_000 });
    const card = await issueCard(client, reader, shop, tab);
    const transaction = newId();
    valueOf(await arm(client, shop, 300, transaction));
    valueOf(await arm(client, shop, 300, transaction));
    reader.reader.place(card);
    await verdictOf(client, shop);
    reader.reader.remove();
    reader.reader.place(card);
    reader.reader.remove();
    const receipt = (await tillOf(client, shop)).receipt;
    valueOf(await arm(client, shop, 300, transaction));
    reader.reader.place(card);
    expect(await tillOf(client, shop)).toMatchObject({ phase: 'approved', receipt });
    expect(await entriesOf(client, tab)).toHaveLength(2);
    expect((await tabOf(client, shop, tab)).balance).toBe(700);
  });

  it('is not pushed aside by another, can be cancelled, and ends by itself when nobody taps', async () => {
    const { client } = till;
    const transaction = newId();
    valueOf(await arm(client, shop, 300, transaction));
    expect(codeOf(await arm(client, shop, 200))).toBe('till_busy');
    expect(codeOf(await client.call('cards.issue', { shop, tab: await openTab(client, shop) }))).toBe('till_busy');
    valueOf(await client.call('till.cancel', { shop, transaction }));
    expect(await tillOf(client, shop)).toMatchObject({ phase: 'cancelled' });
    expect(codeOf(await client.call('till.cancel', { shop, transaction }))).toBe('not_found');
    const short = newId();
    valueOf(await arm(client, shop, 300, short, 1));
    await tillOf(client, shop, ({ phase }) => phase === 'expired');
    expect(codeOf(await arm(client, shop, 0))).toBe('amount_zero');
    expect(codeOf(await arm(client, newId(), 5))).toBe('not_found');
  });

  it('reaches the device of the customer, who can read all and write nothing', async () => {
    const { client } = till;
    const tab = await openTab(client, shop, { customer: 'Cleo', paidIn: 1_000 });
    const card = await issueCard(client, reader, shop, tab);
    const cleo = await company.person('Cleo');
    const { link } = valueOf(await client.call('tabs.invite', { shop, tab }));
    await joinBy(link, cleo, 'Cleo');
    await sell(client, reader, shop, 250, card);
    const seen = await viewOf(cleo.client, 'ledgers.list', {}, ([first]) => first?.balances[0]?.amount === 750);
    expect(seen).toMatchObject([{ name: 'Corner Café', template: 'tab', role: 'viewer', balances: [{ currency: 'EUR', amount: 750 }] }]);
    await viewOf(client, 'tabs.get', { shop, tab }, (view) => view?.joined === true);
    const forged = { kind: 'transfer' as const, date: DATE, description: '', category: 'general', note: '', currency: 'EUR', amount: 5 };
    const view = await viewOf(cleo.client, 'ledgers.get', { ledger: tab });
    const [me = '', them = ''] = [view?.persons.find((one) => one.me)?.id, view?.persons.find((one) => !one.me)?.id];
    const draft = { ...forged, payers: [{ person: me, amount: 5 }], split: { mode: 'equal' as const, parts: [{ person: them, value: 1 }] } };
    expect(codeOf(await cleo.client.call('entries.add', { ledger: tab, entry: newId(), draft }))).toBe('role_forbids');
  });
});

describe('a card', () => {
  it('of another shop, an unknown one, and a blocked one are declined', async () => {
    const { client } = till;
    const tab = await openTab(client, shop, { paidIn: 1_000 });
    const other = await openShop(client);
    const theirs = await issueCard(client, reader, other, await openTab(client, other, { paidIn: 1_000 }));
    const card = await issueCard(client, reader, shop, tab);
    expect(await sell(client, reader, shop, 100, theirs)).toMatchObject({ phase: 'declined', reason: 'wrong_issuer' });
    expect(await sell(client, reader, shop, 100, newCard())).toMatchObject({ phase: 'declined', reason: 'wrong_issuer' });
    const [known] = await viewOf(client, 'cards.list', { shop });
    valueOf(await client.call('cards.block', { shop, card: known?.card ?? '', blocked: true }));
    expect(await sell(client, reader, shop, 100, card)).toMatchObject({ phase: 'declined', reason: 'card_blocked' });
    valueOf(await client.call('cards.block', { shop, card: known?.card ?? '', blocked: false }));
    expect(await sell(client, reader, shop, 100, card)).toMatchObject({ phase: 'approved' });
    expect((await viewOf(client, 'cards.list', { shop }))[0]?.history.map(({ state }) => state)).toEqual(['pending', 'pending', 'active', 'blocked', 'active']);
    expect(await entriesOf(client, tab)).toHaveLength(2);
  });

  it('that is torn away at any command of a payment is charged once in the end, or not at all', async () => {
    const { client } = till;
    const tab = await openTab(client, shop, { paidIn: 10_000 });
    const card = await issueCard(client, reader, shop, tab);
    const before = card.commands;
    await sell(client, reader, shop, 100, card);
    const commands = card.commands - before;
    expect(commands).toBeLessThanOrEqual(6);
    let balance = 9_900;
    for (const when of ['before', 'after'] as const) {
      for (let at = 0; at < commands; at += 1) {
        const transaction = newId();
        valueOf(await arm(client, shop, 100, transaction));
        card.tearAt(at, when);
        reader.reader.place(card);
        expect(await tillOf(client, shop, ({ trouble }) => trouble !== null)).toMatchObject({ phase: 'armed', trouble: 'card_left' });
        expect((await tabOf(client, shop, tab)).balance).toBe(balance);
        // Held there again, without another key pressed.
        reader.reader.place(card);
        expect(await verdictOf(client, shop)).toMatchObject({ phase: 'approved' });
        balance -= 100;
        expect((await tabOf(client, shop, tab)).balance).toBe(balance);
        reader.reader.remove();
        valueOf(await client.call('till.next', { shop, transaction }));
      }
    }
  });

  it('that is torn away at any command while it is written pays nothing, and is taken up where it was left', async () => {
    const { client } = till;
    const tab = await openTab(client, shop, { paidIn: 10_000 });
    const whole = await issueCard(client, reader, shop, tab);
    for (let at = 0; at < whole.commands; at += 1) {
      const card = newCard();
      valueOf(await client.call('cards.issue', { shop, tab }));
      card.tearAt(at, at % 2 === 0 ? 'before' : 'after');
      reader.reader.place(card);
      expect(await viewOf(client, 'cards.progress', {}, ({ trouble }) => trouble !== null)).toMatchObject({ phase: 'waiting', trouble: 'card_left' });
      const known = (await viewOf(client, 'cards.list', { shop })).find(({ uid }) => uid === card.uid);
      expect(known?.state ?? 'pending').toBe('pending');
      reader.reader.place(card);
      await viewOf(client, 'cards.progress', {}, ({ phase }) => phase === 'done');
      reader.reader.remove();
      valueOf(await client.call('cards.cancel', {}));
    }
    const all = await viewOf(client, 'cards.list', { shop });
    expect(all).toHaveLength(whole.commands + 1);
    expect(all.every(({ state }) => state === 'active')).toBe(true);
  });

  it('that was torn while it was written is told from one of another shop, once its message is there', async () => {
    const { client } = till;
    const tab = await openTab(client, shop, { paidIn: 1_000 });
    const whole = await issueCard(client, reader, shop, tab);
    const card = newCard();
    valueOf(await client.call('cards.issue', { shop, tab }));
    // The proof at its end: all is written, and nothing confirmed.
    card.tearAt(whole.commands - 1, 'before');
    reader.reader.place(card);
    await viewOf(client, 'cards.progress', {}, ({ trouble }) => trouble !== null);
    valueOf(await client.call('cards.cancel', {}));
    expect(await sell(client, reader, shop, 100, card)).toMatchObject({ phase: 'declined', reason: 'card_unfinished' });
    expect(codeOf(await client.call('cards.block', { shop, card: (await viewOf(client, 'cards.list', { shop })).find(({ uid }) => uid === card.uid)?.card ?? '', blocked: true }))).toBe('card_unfinished');
    await issueCard(client, reader, shop, tab, card);
    expect(await sell(client, reader, shop, 100, card)).toMatchObject({ phase: 'approved' });
    valueOf(await client.call('cards.issue', { shop, tab }));
    reader.reader.place(card);
    expect(await viewOf(client, 'cards.progress', {}, ({ trouble }) => trouble !== null)).toMatchObject({ phase: 'failed', trouble: 'already_issued' });
  });
});

describe('a reader', () => {
  it('that goes, and two cards at once, leave the charge waiting', async () => {
    const { client } = till;
    const tab = await openTab(client, shop, { paidIn: 1_000 });
    const card = await issueCard(client, reader, shop, tab);
    expect(await viewOf(client, 'readers.list', {})).toMatchObject({ readers: [{ name: 'Counter', kind: 'simulated', state: 'ready', reason: null }] });
    valueOf(await arm(client, shop, 100));
    reader.reader.placeTwo();
    await tillOf(client, shop, ({ trouble }) => trouble === 'two_cards');
    reader.reader.unplug();
    await viewOf(client, 'readers.list', {}, ({ readers }) => readers.length === 0);
    reader.reader.plug();
    await viewOf(client, 'readers.list', {}, ({ readers }) => readers.length === 1);
    reader.reader.place(card);
    expect(await verdictOf(client, shop)).toMatchObject({ phase: 'approved' });
    expect((await tabOf(client, shop, tab)).balance).toBe(900);
  });

  it('that falls silent ends the dialogue, and books nothing', async () => {
    const { client } = till;
    const tab = await openTab(client, shop, { paidIn: 1_000 });
    const card = await issueCard(client, reader, shop, tab);
    valueOf(await arm(client, shop, 100));
    reader.reader.fallSilent();
    reader.reader.place(card);
    await tillOf(client, shop, ({ trouble }) => trouble === 'reader_silent');
    expect(await viewOf(client, 'readers.list', {}, ({ readers }) => readers[0]?.state === 'error')).toMatchObject({ readers: [{ reason: 'reader_silent' }] });
    expect((await tabOf(client, shop, tab)).balance).toBe(1_000);
    reader.reader.unplug();
    reader.reader.plug();
    reader.reader.place(card);
    expect(await verdictOf(client, shop)).toMatchObject({ phase: 'approved', receipt: { balance: 900 } });
  });

  it('that is only software is refused where nobody allowed it, and a machine without any says so', async () => {
    const lone = await company.person('Lou');
    expect(await viewOf(lone.client, 'readers.list', {})).toEqual({ drivers: [], readers: [] });
    const shy = createTestReader({ allowVirtual: false });
    const kim = await company.person('Kim', shy.lent);
    const theirs = await openShop(kim.client);
    expect(await viewOf(kim.client, 'readers.list', {})).toMatchObject({ readers: [{ state: 'error', reason: 'virtual_refused' }] });
    valueOf(await arm(kim.client, theirs, 100));
    shy.reader.place(newCard());
    expect(await tillOf(kim.client, theirs)).toMatchObject({ phase: 'armed', trouble: null });
  });
});

describe('a second till of the shop', () => {
  it('sells on the same tabs, and takes no card that the first has blocked', async () => {
    const { client } = till;
    const tab = await openTab(client, shop, { paidIn: 1_000 });
    const card = await issueCard(client, reader, shop, tab);
    const theirs = createTestReader();
    const other = await company.device('Second till', theirs.lent);
    await pairDevice(client, other.client);
    await viewOf(other.client, 'tabs.list', { shop }, ([first]) => first?.balance === 1_000 && first.cards === 1);
    // The device may write once it has said in the tab's book whose it is.
    await viewOf(other.client, 'ledgers.get', { ledger: tab }, (view) => view?.me != null);
    expect(await sell(other.client, theirs, shop, 250, card)).toMatchObject({ phase: 'approved', receipt: { balance: 750 } });
    await viewOf(client, 'tabs.get', { shop, tab }, (view) => view?.balance === 750);
    const [known] = await viewOf(client, 'cards.list', { shop });
    valueOf(await client.call('cards.block', { shop, card: known?.card ?? '', blocked: true }));
    await viewOf(other.client, 'cards.list', { shop }, ([first]) => first?.state === 'blocked');
    expect(await sell(other.client, theirs, shop, 250, card)).toMatchObject({ phase: 'declined', reason: 'card_blocked' });
    expect((await viewOf(other.client, 'ledgers.list', {})).map(({ id }) => id)).toEqual([shop]);
  });
});

describe('a shop that is not there', () => {
  const asked = (Object.keys(api) as CallName[]).filter((name) => 'shop' in api[name].input.shape && api[name].kind === 'call');
  it.each(asked)('is unknown to %s', async (operation) => {
    const nowhere = '0'.repeat(32);
    const input: Record<string, unknown> = {
      shop: nowhere, tab: nowhere, card: nowhere, transaction: newId(), customer: 'Cleo', kind: 'prepaid', limit: 0, amount: 5, date: DATE, description: '', closed: true, blocked: true,
    };
    const fields = Object.keys(api[operation].input.shape).filter((field) => field in input);
    expect(codeOf(await till.client.call(operation, Object.fromEntries(fields.map((field) => [field, input[field]])) as never))).toBe('not_found');
  });
});

describe('two tills that do not hear of each other', () => {
  it('make keys of their own for the first card, and both cards are good at both', async () => {
    const { client } = till;
    const tab = await openTab(client, shop, { paidIn: 1_000 });
    const theirs = createTestReader();
    const other = await company.device('Second till', theirs.lent);
    await pairDevice(client, other.client);
    await viewOf(other.client, 'tabs.list', { shop }, ([first]) => first?.balance === 1_000);
    await viewOf(other.client, 'ledgers.get', { ledger: tab }, (view) => view?.me != null);
    for (const one of [till, other]) await setPaused(one, true);
    const [mine, their] = [await issueCard(client, reader, shop, tab), await issueCard(other.client, theirs, shop, tab)];
    for (const one of [till, other]) await setPaused(one, false);
    for (const one of [till, other]) await viewOf(one.client, 'cards.list', { shop }, (cards) => cards.length === 2);
    expect(await sell(client, reader, shop, 100, mine)).toMatchObject({ phase: 'approved' });
    expect(await sell(client, reader, shop, 100, their)).toMatchObject({ phase: 'approved' });
    await viewOf(other.client, 'tabs.get', { shop, tab }, (view) => view?.balance === 800);
    expect(await sell(other.client, theirs, shop, 100, mine)).toMatchObject({ phase: 'approved' });
    expect(await sell(other.client, theirs, shop, 100, their)).toMatchObject({ phase: 'approved', receipt: { balance: 600 } });
  });
});

describe('somebody else of the shop', () => {
  it('keeps tabs of their own; each sees that the other has some, and a card of one is not charged at the till of the other', async () => {
    const { client } = till;
    const tab = await openTab(client, shop, { customer: 'Cleo', paidIn: 1_000 });
    const card = await issueCard(client, reader, shop, tab);
    const theirs = createTestReader();
    const kim = await company.person('Kim', theirs.lent);
    await admit(till, shop, kim, 'Kim', { role: 'editor' });
    expect(await viewOf(kim.client, 'tabs.list', { shop }, (tabs) => tabs.length === 1)).toMatchObject([{ customer: 'Cleo', state: 'elsewhere' }]);
    await viewOf(kim.client, 'cards.list', { shop }, ([first]) => first?.state === 'active');
    expect(await sell(kim.client, theirs, shop, 100, card)).toMatchObject({ phase: 'declined', reason: 'tab_elsewhere' });
    await openTab(kim.client, shop, { customer: 'Dee', paidIn: 500 });
    await viewOf(client, 'tabs.list', { shop }, (tabs) => tabs.some(({ customer, state }) => customer === 'Dee' && state === 'elsewhere'));
    const lou = await company.person('Lou');
    await admit(till, shop, lou, null, { role: 'viewer' });
    expect(codeOf(await lou.client.call('tabs.open', { shop, customer: 'Eve', kind: 'prepaid', limit: 0 }))).toBe('role_forbids');
    expect(await viewOf(lou.client, 'ledgers.list', {})).toHaveLength(1);
  });
});

describe('a customer with another program', () => {
  it('who writes a top-up all the same is heard by nobody', async () => {
    const { client } = till;
    const tab = await openTab(client, shop, { customer: 'Cleo', paidIn: 1_000 });
    const cleo = await company.person('Cleo');
    const { link } = valueOf(await client.call('tabs.invite', { shop, tab }));
    await joinBy(link, cleo, 'Cleo');
    await viewOf(cleo.client, 'ledgers.list', {}, ([first]) => first?.balances[0]?.amount === 1_000);
    const view = await viewOf(cleo.client, 'ledgers.get', { ledger: tab });
    const [me = '', them = ''] = [view?.persons.find((one) => one.me)?.id, view?.persons.find((one) => !one.me)?.id];
    await company.leave(cleo);
    await withEngine(cleo.profile, async ({ ground }) => {
      const device = ground.queries.ledgers.deviceIn(tab) ?? '';
      const body = {
        kind: 'transfer' as const, date: DATE, description: 'Top-up', category: 'general', note: '', currency: 'EUR', amount: 5_000, state: 'active' as const,
        payers: [{ person: me, amount: 5_000 }], shares: [{ person: them, amount: 5_000 }], split: { mode: 'equal' as const, parts: [{ person: them, value: 1 }] },
      };
      valueOf(await ground.repo.write(tab, [nameRevision({ type: 'entry', of: newId(), prev: [], at: 0, by: them, device, body })]).then((written) => (written.ok ? written : { ok: false as const, error: { code: written.code } })));
    });
    const again = await company.resume(cleo);
    await viewOf(again.client, 'sync.state', {}, ({ connection }) => connection === 'online');
    valueOf(await client.call('tabs.topUp', { shop, tab, transaction: newId(), amount: 1, date: DATE, description: 'Top-up' }));
    await viewOf(again.client, 'entries.page', { ledger: tab, offset: 0, limit: 10 }, ({ rows }) => rows.some(({ amount }) => amount === 1));
    expect((await tabOf(client, shop, tab)).balance).toBe(1_001);
    expect(await entriesOf(client, tab)).toHaveLength(2);
  });
});
