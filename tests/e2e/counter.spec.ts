/** A sale by tap, with the keyboard alone: the reader is only software, the card's cryptography is the chip's own. */
import type { BrowserContextOptions, Page } from '@playwright/test';
import { join } from 'node:path';
import { createClient, type Client } from '#contract/client.ts';
import { createCore } from '#main/core.ts';
import { serveCore } from '#main/hosts/browser/serve.ts';
import { createNodeShell } from '#main/hosts/node-shell.ts';
import { createWirePair } from '#main/wire.memory.ts';
import { setUp, valueOf, viewOf } from '#tests/people.ts';
import { withProfile } from '#tests/profile.ts';
import { createTestReader, issueCard, newCard, openShop, openTab, type TestReader } from '#tests/contract/shop.ts';
import { expect, test as base } from './fixtures.ts';
import { inspect } from './inspect.ts';
import { tabTo } from './steps.ts';

const SCREEN = join(import.meta.dirname, '../../dist/renderer');

interface Shop {
  page: Page;
  reader: TestReader;
  /** Speaks to the same core as the page. */
  client: Client;
  shop: string;
  /** Ends the core, and starts it again where the page finds it. */
  restart(): Promise<void>;
}

interface Fixtures {
  /** Opens a shop, prepared through the contract, in a host of this process: so the test can hold cards to its reader. */
  openCounter: (options?: { language?: 'en' | 'zh-CN'; browser?: BrowserContextOptions }) => Promise<Shop>;
}

const test = base.extend<Fixtures>({
  openCounter: async ({ browser, folder, relay, locale, timezoneId }, use) => {
    const closers: (() => Promise<void>)[] = [];
    await use(async ({ language = 'en', browser: options = {} } = {}) => {
      const profile = join(folder, `shop-${closers.length}`);
      const reader = createTestReader();
      const shop = await withProfile(profile, 'Till', async (client) => {
        await setUp(client, 'Sam', { relay: relay.url, language });
        return openShop(client);
      });
      const shell = { ...createNodeShell(profile), ...reader.lent };
      const start = async (port: number) => {
        const core = await createCore(shell);
        if (!core.ok) throw new Error(core.code);
        const host = await serveCore({ core: core.value, port, screen: SCREEN, profile, log: shell.log });
        const [near, far] = createWirePair();
        core.value.connect(far);
        return {
          host, client: createClient(near),
          async close() {
            await host.close();
            await core.value.close();
          },
        };
      };
      let running = await start(0);
      const context = await browser.newContext({ ...(locale && { locale }), ...(timezoneId && { timezoneId }), ...options });
      const page = await context.newPage();
      await page.goto(running.host.newUrl());
      closers.push(() => context.close(), () => running.close());
      return {
        page, reader, shop, client: running.client,
        async restart() {
          const { port } = running.host;
          await running.close();
          running = await start(port);
        },
      };
    });
    for (const close of closers) await close();
  },
});

const stage = (page: Page) => page.getByTestId('stage');
const verdict = (page: Page) => page.getByTestId('verdict');
/** As the page is when nobody has pressed Tab yet: Enter is then the till's. */
const leaveFocus = (page: Page) => page.evaluate(() => (document.activeElement as HTMLElement).blur());
const goTo = (page: Page, hash: string) => page.evaluate((to) => void (location.hash = to), hash);

test('a shop is begun, a tab opened, topped up and given a card; an amount in three keys, Enter, a tap, Enter: by keyboard alone', async ({ openCounter }) => {
  const { page, reader, client } = await openCounter();
  // A second shop, begun on the screen.
  await goTo(page, '#/new');
  await page.getByRole('radio', { name: 'Shop' }).focus();
  await page.keyboard.press(' ');
  await page.getByRole('textbox', { name: 'Name of the ledger' }).fill('Kiosk');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Kiosk' })).toBeVisible();
  await expect(page.getByTestId('reader-chip')).toContainText('ready');

  await tabTo(page, page.getByRole('tab', { name: 'Till' }));
  await page.keyboard.press('ArrowRight');
  await tabTo(page, page.getByRole('button', { name: 'New tab' }));
  await page.keyboard.press('Enter');
  await page.getByRole('textbox', { name: 'Customer' }).fill('Cleo');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Cleo' })).toBeVisible();

  await tabTo(page, page.getByRole('button', { name: 'Top up' }));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('textbox', { name: 'Amount paid in' })).toBeFocused();
  await page.keyboard.type('20');
  await page.keyboard.press('Enter');
  await expect(page.getByText('can spend', { exact: false })).toContainText('20.00');

  await tabTo(page, page.getByRole('button', { name: 'Issue a card' }));
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('issue')).toHaveAttribute('data-phase', 'waiting');
  const card = newCard();
  card.tearAt(12, 'after');
  reader.reader.place(card);
  await expect(page.getByText('taken up where it was left', { exact: false })).toBeVisible();
  reader.reader.place(card);
  await expect(page.getByText('The card is ready', { exact: false })).toBeVisible();
  reader.reader.remove();
  await tabTo(page, page.getByRole('button', { name: 'Done' }));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('region', { name: 'Cards' })).toContainText('in use');

  await tabTo(page, page.getByRole('tab', { name: 'Tabs' }));
  await page.keyboard.press('ArrowLeft');
  await expect(page.getByRole('tab', { name: 'Till' })).toBeFocused();
  await expect(page.getByTestId('total')).toContainText('0.00');
  await leaveFocus(page);
  await page.keyboard.type('350');
  await expect(page.getByTestId('total')).toContainText('3.50');
  await page.keyboard.press('Enter');
  await expect(verdict(page)).toHaveText('Tap now');
  reader.reader.place(card);
  await expect(verdict(page)).toHaveText('Approved');
  await expect(stage(page)).toContainText('Booked on the tab of Cleo.');
  await expect(stage(page)).toContainText('16.50 left to spend');
  reader.reader.remove();
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('total')).toContainText('0.00');

  // The next one is too large, and taking the first back makes room.
  await page.keyboard.type('2000');
  await page.keyboard.press('Enter');
  await expect(verdict(page)).toHaveText('Tap now');
  reader.reader.place(card);
  await expect(verdict(page)).toHaveText('Declined');
  await expect(stage(page)).toContainText('Nothing was booked; top it up');
  reader.reader.remove();
  await page.keyboard.press('Enter');
  await tabTo(page, page.getByRole('button', { name: 'Take back' }));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'Take the sale back?' }).getByRole('button', { name: 'Take back' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByText(/Taken back: .3\.50, Cleo/)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Take back' })).toBeHidden();
  // Taken back while its verdict still stands there.
  await leaveFocus(page);
  await page.keyboard.type('100');
  await page.keyboard.press('Enter');
  await expect(verdict(page)).toHaveText('Tap now');
  reader.reader.place(card);
  await expect(verdict(page)).toHaveText('Approved');
  reader.reader.remove();
  await tabTo(page, page.getByRole('button', { name: 'Take back' }));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'Take the sale back?' }).getByRole('button', { name: 'Take back' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(verdict(page)).toHaveText('Taken back');
  await expect(stage(page)).toContainText('This sale no longer counts.');
  const [kiosk] = (await viewOf(client, 'ledgers.list', {})).filter(({ name }) => name === 'Kiosk');
  expect(await viewOf(client, 'tabs.list', { shop: kiosk?.id ?? '' })).toMatchObject([{ customer: 'Cleo', balance: 2_000, cards: 1 }]);
});

test('a charge that waits ends when its page is left: no card is charged where nobody sees for what', async ({ openCounter }) => {
  const { page, reader, client, shop } = await openCounter();
  const tab = await openTab(client, shop, { paidIn: 5_000 });
  const card = await issueCard(client, reader, shop, tab);
  await goTo(page, `#/counter/${shop}/till`);
  await expect(page.getByTestId('total')).toContainText('0.00');
  await page.keyboard.type('350');
  await page.keyboard.press('Enter');
  await expect(verdict(page)).toHaveText('Tap now');
  await page.getByRole('link', { name: 'Today' }).click();
  await viewOf(client, 'till.state', { shop }, ({ phase }) => phase === 'cancelled');
  reader.reader.place(card);
  await goTo(page, `#/counter/${shop}/till`);
  await expect(verdict(page)).toHaveText('Cancelled');
  expect(await viewOf(client, 'tabs.list', { shop })).toMatchObject([{ balance: 5_000 }]);
});

test('declines, a torn card, Escape, and a reader that is unplugged, each with words; selling goes on without the relay', async ({ openCounter, relay }) => {
  const { page, reader, client, shop } = await openCounter();
  const tab = await openTab(client, shop, { paidIn: 5_000 });
  const card = await issueCard(client, reader, shop, tab);
  await goTo(page, `#/counter/${shop}/till`);
  await expect(page.getByTestId('total')).toContainText('0.00');
  const charge = async (): Promise<void> => {
    await page.keyboard.type('100');
    await page.keyboard.press('Enter');
    await expect(verdict(page)).toHaveText('Tap now');
  };
  await charge();
  reader.reader.place(newCard());
  await expect(stage(page)).toContainText('not issued by this shop');
  reader.reader.remove();
  // The first digit of the next amount puts a verdict away.
  await charge();
  card.tearAt(3, 'before');
  reader.reader.place(card);
  await expect(stage(page)).toContainText('The card left too soon. Nothing was booked');
  reader.reader.place(card);
  await expect(verdict(page)).toHaveText('Approved');
  reader.reader.remove();
  await charge();
  await page.keyboard.press('Escape');
  await expect(verdict(page)).toHaveText('Cancelled');
  const [known] = await viewOf(client, 'cards.list', { shop });
  valueOf(await client.call('cards.block', { shop, card: known?.card ?? '', blocked: true }));
  await charge();
  reader.reader.place(card);
  await expect(stage(page)).toContainText('This card is blocked');
  reader.reader.remove();
  valueOf(await client.call('cards.block', { shop, card: known?.card ?? '', blocked: false }));

  reader.reader.unplug();
  await expect(page.getByTestId('reader-chip')).toContainText('none');
  await page.getByTestId('reader-chip').click();
  await expect(page.getByText('Plug a card reader in')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByText('Plug a card reader in')).toBeHidden();
  reader.reader.plug();
  await expect(page.getByTestId('reader-chip')).toContainText('ready');
  await leaveFocus(page);

  reader.reader.unplug();
  await charge();
  await expect(page.getByTestId('no-reader')).toBeVisible();
  reader.reader.plug();
  await expect(page.getByTestId('no-reader')).toBeHidden();
  await page.keyboard.press('Escape');
  await expect(verdict(page)).toHaveText('Cancelled');

  await relay.stop();
  await expect(page.getByTestId('offline')).toBeVisible();
  await charge();
  reader.reader.place(card);
  await expect(verdict(page)).toHaveText('Approved');
  await expect(page.getByTestId('offline')).toContainText('waits to be sent');
  expect(await viewOf(client, 'tabs.get', { shop, tab })).toMatchObject({ balance: 4_800 });
});

test('a core that goes while a charge waits is asked again when it is back, and the charge is booked once', async ({ openCounter }) => {
  const { page, reader, client, shop, restart } = await openCounter();
  const tab = await openTab(client, shop, { paidIn: 5_000 });
  const card = await issueCard(client, reader, shop, tab);
  await goTo(page, `#/counter/${shop}/till`);
  await expect(page.getByTestId('total')).toContainText('0.00');
  await page.keyboard.type('700');
  await page.keyboard.press('Enter');
  await expect(verdict(page)).toHaveText('Tap now');
  await restart();
  await expect(verdict(page)).toHaveText('Tap now');
  await expect(page.getByTestId('reader-chip')).toContainText('ready');
  reader.reader.place(card);
  await expect(verdict(page)).toHaveText('Approved');
  await expect(stage(page)).toContainText('43.00 left to spend');
});

test('the customer sees the sale on their own device, and can write nothing', async ({ openCounter, person }) => {
  const { page, reader, client, shop } = await openCounter();
  const tab = await openTab(client, shop, { customer: 'Cleo', paidIn: 2_000 });
  const card = await issueCard(client, reader, shop, tab);
  await goTo(page, `#/counter/${shop}/tabs/${tab}`);
  await page.getByRole('button', { name: 'Show it on their device' }).click();
  const dialog = page.getByRole('dialog', { name: /The tab on the device of Cleo/ });
  await expect(dialog.getByRole('img', { name: /QR code/ })).toBeVisible();
  const link = await dialog.getByRole('textbox', { name: 'Link' }).inputValue();
  await dialog.getByRole('button', { name: 'Done' }).click();

  const cleo = await person('Cleo', { before: (one) => setUp(one, 'Cleo') });
  await cleo.page.getByRole('link', { name: /Join a ledger/ }).click();
  await cleo.page.getByRole('textbox', { name: 'Link or code' }).fill(link);
  await cleo.page.getByRole('button', { name: 'Go on' }).click();
  await cleo.page.getByRole('radio', { name: 'Cleo' }).check();
  await cleo.page.getByRole('button', { name: 'Join as Cleo' }).click();
  await expect(cleo.page.getByRole('heading', { name: 'Corner Café' })).toBeVisible();
  await expect(cleo.page.getByRole('region', { name: 'Your balance' })).toContainText('You have');
  await expect(cleo.page.getByRole('button', { name: /^New entry/ })).toBeHidden();

  await goTo(page, `#/counter/${shop}/till`);
  await leaveFocus(page);
  await page.keyboard.type('450');
  await page.keyboard.press('Enter');
  await expect(verdict(page)).toHaveText('Tap now');
  reader.reader.place(card);
  await expect(verdict(page)).toHaveText('Approved');
  await expect(cleo.page.getByRole('region', { name: 'Your balance' })).toContainText('15.50');
  await expect(cleo.page.getByRole('grid').getByRole('row').filter({ hasText: 'Sale' })).toBeVisible();
  await goTo(page, `#/counter/${shop}/tabs`);
  await expect(page.getByRole('list', { name: 'Tabs' })).toContainText('sees it on their device');
  await inspect(cleo.page, 'counter', 'en-light-customer');
});

for (const language of ['en', 'zh-CN'] as const) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(`every screen of the counter, ${language}, ${colorScheme}`, async ({ openCounter }) => {
      const { page, reader, client, shop } = await openCounter({ language, browser: { colorScheme, viewport: { width: 1200, height: 800 } } });
      const look = async (name: string): Promise<void> => {
        await inspect(page, 'counter', `${language}-${colorScheme}-${name}`);
      };
      await goTo(page, `#/counter/${shop}/tabs`);
      await expect(page.getByRole('button', { name: /New tab|新建账户/ })).toBeVisible();
      await look('tabs-empty');
      const tab = await openTab(client, shop, { customer: 'Cleo 陈', paidIn: 2_000 });
      await openTab(client, shop, { customer: 'Benni', kind: 'credit', limit: 10_000 });
      const card = await issueCard(client, reader, shop, tab);
      await goTo(page, `#/counter/${shop}/till`);
      await expect(page.getByTestId('total')).toBeVisible();
      await page.keyboard.type('1250');
      await look('till-typed');
      await page.keyboard.press('Enter');
      await expect(stage(page)).toHaveAttribute('data-phase', 'armed');
      await look('till-armed');
      card.tearAt(2, 'before');
      reader.reader.place(card);
      await expect(stage(page)).toContainText(/too soon|太早/);
      await look('till-torn');
      reader.reader.place(card);
      await expect(stage(page)).toHaveAttribute('data-phase', 'approved');
      reader.reader.remove();
      await look('till-approved');
      await page.keyboard.press('Enter');
      await page.keyboard.type('999999');
      await page.keyboard.press('Enter');
      await expect(stage(page)).toHaveAttribute('data-phase', 'armed');
      reader.reader.place(card);
      await expect(stage(page)).toHaveAttribute('data-phase', 'declined');
      reader.reader.remove();
      await look('till-declined');
      await page.keyboard.press('Enter');
      await goTo(page, `#/counter/${shop}/tabs`);
      await expect(page.getByRole('link', { name: /Cleo 陈/ })).toBeVisible();
      await look('tabs');
      await goTo(page, `#/counter/${shop}/tabs/${tab}`);
      await expect(page.getByRole('heading', { name: 'Cleo 陈' })).toBeVisible();
      await look('tab');
      await page.getByRole('button', { name: /Issue a card|^发卡$/ }).click();
      await expect(page.getByTestId('issue')).toHaveAttribute('data-phase', 'waiting');
      await look('issue');
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: /Top up|^充值$/ }).click();
      await expect(page.getByRole('textbox', { name: /Amount paid in|充值金额/ })).toBeFocused();
      await look('top-up');
      await page.keyboard.press('Escape');
      await page.getByTestId('reader-chip').click();
      await expect(page.getByRole('dialog', { name: /^(Reader: ready|读卡器：就绪)$/ })).toBeVisible();
      await look('reader');
      await page.keyboard.press('Escape');
      // The smallest window.
      await page.setViewportSize({ width: 900, height: 600 });
      await goTo(page, `#/counter/${shop}/till`);
      await leaveFocus(page);
      await expect(page.getByTestId('total')).toBeVisible();
      await page.keyboard.type('999999');
      await expect(page.getByTestId('total')).toContainText('9,999.99');
      await expect(page.getByRole('button', { name: /^(Charge|收款)$/ })).toBeInViewport();
      await look('till-small');
    });
  }
}
