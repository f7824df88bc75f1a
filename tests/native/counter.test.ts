/** The whole way of a sale: a card at the virtual reader, the driver, the core, the book. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createClient } from '#contract/client.ts';
import type { ReaderDriver } from '#native/driver.ts';
import { createReaders } from '#native/readers.ts';
import { systemTimers } from '#native/system-timers.ts';
import { newId } from '#tests/contract/book.ts';
import { newProfile, openInMemory, removeProfile } from '#tests/contract/open.ts';
import { arm, entriesOf, newCard, openShop, openTab, tabOf, tillOf, verdictOf } from '#tests/contract/shop.ts';
import { setUp, valueOf, viewOf } from '#tests/people.ts';
import { openNeo2Rig } from './neo2-rig.ts';
import { openPcscRig } from './pcsc-rig.ts';
import { whyNoPcscd } from './pcscd.ts';
import { whyNoVirtualHid } from './virtual-neo2.ts';

let profile: string;
beforeEach(() => {
  profile = newProfile();
});
afterEach(() => removeProfile(profile));

/** Tells when the reader has noticed that a card left. */
function watchDepartures(driver: ReaderDriver): { driver: ReaderDriver; count(): number } {
  let departures = 0;
  return {
    count: () => departures,
    driver: {
      ...driver,
      start: (host) =>
        driver.start({
          ...host,
          cardLeft(id) {
            host.cardLeft(id);
            departures += 1;
          },
        }),
    },
  };
}

describe.each([
  { name: 'PC/SC', openRig: openPcscRig, whyNot: whyNoPcscd() },
  { name: 'NEO 2', openRig: openNeo2Rig, whyNot: whyNoVirtualHid() },
])('the counter with a reader through $name', ({ name, openRig, whyNot }) => {
  if (whyNot) process.stderr.write(`SKIPPED: the counter with a reader through ${name}: ${whyNot}\n`);
  it.skipIf(whyNot !== null)('issues a card, sells once, and once when the card is torn away first', async () => {
    const rig = await openRig();
    const { driver, count } = watchDepartures(rig.createDriver());
    // Much time passes between any two looks at the clock: a card that was taken away counts again at once.
    let now = 0;
    const openReaders = () =>
      createReaders({
        drivers: [driver], timers: systemTimers, allowVirtual: true, now: () => (now += 60_000),
        onBug(error) {
          throw error;
        },
      });
    const core = await openInMemory(profile, { openReaders });
    const client = createClient(await core.connect());
    await setUp(client, 'Sam');
    const shop = await openShop(client);
    const tab = await openTab(client, shop, { paidIn: 1_000 });
    const card = newCard();
    const untilGone = (before: number) => vi.waitFor(() => expect(count()).toBeGreaterThan(before), { timeout: 20_000 });
    async function takeAway(): Promise<void> {
      const before = count();
      await rig.remove();
      await untilGone(before);
    }

    valueOf(await client.call('cards.issue', { shop, tab }));
    await rig.place(card);
    expect(await viewOf(client, 'cards.progress', {}, ({ phase }) => phase === 'done' || phase === 'failed')).toMatchObject({ phase: 'done', uid: card.uid });
    await takeAway();
    valueOf(await client.call('cards.cancel', {}));

    const first = newId();
    valueOf(await arm(client, shop, 250, first));
    await rig.place(card);
    expect(await verdictOf(client, shop)).toMatchObject({ phase: 'approved', receipt: { amount: 250, balance: 750 } });
    await takeAway();
    valueOf(await client.call('till.next', { shop, transaction: first }));

    valueOf(await arm(client, shop, 100, newId()));
    const before = count();
    // The fourth command of the proof: the answer to it is on its way when the card goes.
    card.tearAt(3, 'after');
    await rig.place(card);
    await untilGone(before);
    expect(await tillOf(client, shop, ({ phase, trouble }) => phase === 'armed' && trouble !== null)).toMatchObject({ trouble: 'card_left' });
    expect(await entriesOf(client, tab)).toHaveLength(2);
    await rig.place(card);
    expect(await verdictOf(client, shop)).toMatchObject({ phase: 'approved', receipt: { amount: 100, balance: 650 } });

    expect(await entriesOf(client, tab)).toHaveLength(3);
    expect((await tabOf(client, shop, tab)).balance).toBe(650);
    await core.close();
    await rig.close();
  });
});
