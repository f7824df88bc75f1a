/** Two people write to each other: at once, without a relay, about an entry, and with texts that mean harm. */
import type { Locator, Page } from '@playwright/test';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Client } from '#contract/client.ts';
import { becomeContacts, joinByLink, setUp, startHousehold, untilSame, valueOf } from '#tests/people.ts';
import { withProfile } from '#tests/profile.ts';
import { expect, test, type Person, type PersonOptions } from './fixtures.ts';
import { entryPanel, entryRow, openTab, tabTo } from './steps.ts';
import type { TestRelay } from './relay.ts';

type Open = (device: string, options?: PersonOptions) => Promise<Person>;
interface Flat {
  ann: Client;
  ben: Client;
  ledger: string;
}

/** Ann and Ben share a ledger called Flat; `before` is what they did there already. */
async function openFlat(person: Open, relay: TestRelay, folder: string, before: (flat: Flat) => Promise<void> = async () => undefined): Promise<{ ann: Page; ben: Page }> {
  const ann = await person('Ann', {
    before: (client) => withProfile(join(folder, 'Ben'), 'Ben’s tablet', async (ben) => {
      await setUp(client, 'Ann', { relay: relay.url });
      await setUp(ben, 'Ben', { relay: relay.url });
      const { ledger } = await startHousehold(client, { name: 'Flat', others: ['Ben'], entries: 6 });
      await joinByLink(client, ledger, ben, 'Ben');
      await before({ ann: client, ben, ledger });
      await untilSame(client, ben, ledger);
    }),
  });
  const ben = await person('Ben');
  return { ann: ann.page, ben: ben.page };
}

const say = async (client: Client, ledger: string, text: string, about: string | null = null): Promise<void> =>
  void valueOf(await client.call('chat.send', { ledger, about, message: randomBytes(16).toString('hex'), text }));

const chats = (page: Page): Locator => page.getByRole('navigation', { name: 'Main navigation' }).getByRole('link', { name: /^Chats/ });
const chatLine = (page: Page, name: string): Locator => page.getByRole('navigation', { name: 'All chats' }).getByRole('link', { name: new RegExp(name) });
const field = (scope: Page | Locator): Locator => scope.getByRole('textbox', { name: /^Message to/ });
const messages = (scope: Page | Locator): Locator => scope.getByTestId('messages');
const message = (scope: Page | Locator, text: string | RegExp): Locator => messages(scope).getByRole('listitem').filter({ hasText: text });
const unreadLine = (page: Page): Locator => page.getByTestId('unread-line');

async function openChat(page: Page, name = 'Flat'): Promise<void> {
  await chats(page).click();
  await chatLine(page, name).click();
  await expect(field(page)).toBeFocused();
}
async function write(page: Page, text: string): Promise<void> {
  await field(page).fill(text);
  await page.keyboard.press('Enter');
  await expect(message(page, text)).toBeVisible();
  await expect(field(page)).toHaveValue('');
}

test('what one writes the other reads: unread counted and marked, sent without a relay once there is one again', async ({ person, relay, folder }) => {
  const { ann, ben } = await openFlat(person, relay, folder, async ({ ann: client, ledger }) => {
    await say(client, ledger, 'The landlord was here');
    await say(client, ledger, 'He wants to see the meter');
  });
  await expect(chats(ben).getByRole('img', { name: '2 unread messages' })).toBeVisible();
  await expect(chats(ann).getByRole('img')).toHaveCount(0);
  await openChat(ben);
  await expect(unreadLine(ben)).toHaveText('New since you were last here');
  await expect(message(ben, 'The landlord was here').getByTestId('unread-line')).toBeVisible();
  // What is seen is read, and the line stays as long as somebody reads.
  await expect(chats(ben).getByRole('img')).toHaveCount(0);
  await expect(unreadLine(ben)).toBeVisible();

  await openChat(ann);
  await write(ben, 'I will be home\nfrom six');
  await expect(unreadLine(ben)).toHaveCount(0);
  await expect(message(ann, 'I will be home')).toContainText('from six');
  await expect(message(ann, 'I will be home')).toContainText('Ben');
  // Read out once, and not marked as new to somebody who sees it come.
  await expect(ann.getByRole('log')).toContainText('Ben: I will be home from six');
  await expect(unreadLine(ann)).toHaveCount(0);

  await relay.stop();
  await write(ann, 'Then I will tell him');
  await expect(message(ann, 'Then I will tell him').getByRole('img', { name: 'waits to be sent' })).toBeVisible();
  await expect(message(ben, 'Then I will tell him')).toHaveCount(0);
  await relay.start();
  await expect(message(ben, 'Then I will tell him')).toBeVisible({ timeout: 40_000 });
  await expect(messages(ann).getByRole('img', { name: 'waits to be sent' })).toHaveCount(0);
  await ann.reload();
  await expect(message(ann, 'Then I will tell him')).toBeVisible();
});

test('a long chat opens at its end, stays where somebody reads, and says what came meanwhile', async ({ person, relay, folder }) => {
  const { ann, ben } = await openFlat(person, relay, folder, async ({ ann: client, ledger }) => {
    for (let number = 1; number <= 260; number += 1) await say(client, ledger, `Message ${number} ${'and more '.repeat(number % 23)}`);
  });
  await openChat(ann);
  await expect(messages(ann)).toHaveAttribute('data-at-end', 'true');
  await expect(message(ann, 'Message 260')).toBeInViewport();
  await messages(ann).press('Home');
  await expect(message(ann, /Message 1 /)).toBeInViewport();
  await expect(message(ann, /Message 1 /)).toContainText('Today');
  const placeOf = () => message(ann, /Message 1 /).boundingBox();
  const before = await placeOf();
  await openChat(ben);
  await messages(ben).press('End');
  await write(ben, 'So long a chat');
  const pill = ann.getByRole('button', { name: '1 new message' });
  await expect(pill).toBeVisible();
  expect(await placeOf()).toEqual(before);
  await pill.click();
  await expect(message(ann, 'So long a chat')).toBeInViewport();
  await expect(pill).toHaveCount(0);
  await expect(chats(ann).getByRole('img')).toHaveCount(0);
  // Both read along: what comes next needs nobody to scroll.
  await write(ben, 'Is it not');
  await expect(message(ann, 'Is it not')).toBeInViewport();
});

test('an entry is talked about beside it; the count stands in its row, and the search leads to the very message', async ({ person, relay, folder }) => {
  const { ann, ben } = await openFlat(person, relay, folder);
  await ann.getByRole('link', { name: /Flat/ }).first().click();
  const row = ann.getByRole('grid').getByRole('row').nth(2);
  const title = (await row.getByRole('gridcell').nth(1).innerText()).trim();
  await row.click();
  const panel = entryPanel(ann);
  await field(panel).fill('Why was this so dear? 太贵了');
  await ann.keyboard.press('Enter');
  await expect(message(panel, 'Why was this so dear?')).toBeVisible();
  await expect(panel.getByRole('heading', { name: '1 message' })).toBeVisible();
  await expect(row.getByRole('img', { name: '1 message' })).toBeVisible();

  await ben.getByRole('link', { name: /Flat/ }).first().click();
  await expect(entryRow(ben, title).first().getByRole('img', { name: '1 message, 1 unread' })).toBeVisible();
  // It is no part of the chat of the ledger.
  await openTab(ben, 'Chat');
  await expect(ben.getByRole('heading', { name: 'No messages yet' })).toBeVisible();
  // From there what is unread about things is one step away.
  await expect(ben.getByRole('tab', { name: 'Chat' }).getByRole('img', { name: '1 unread message' })).toBeVisible();
  await ben.getByRole('navigation', { name: 'Unread, about something in the ledger' }).getByRole('link').click();
  await expect(message(entryPanel(ben), 'Why was this so dear?')).toBeInViewport();
  await expect(chats(ben).getByRole('img')).toHaveCount(0);
  await ben.keyboard.press('Escape');
  await expect(entryPanel(ben)).toHaveCount(0);
  for (const words of ['dear', '太贵']) {
    await ben.keyboard.press('Control+k');
    const palette = ben.getByRole('dialog', { name: 'Search and commands' });
    await palette.getByRole('textbox').or(palette.getByRole('combobox')).first().fill(words);
    await palette.getByRole('button', { name: /Why was this so dear/ }).or(palette.getByRole('option', { name: /Why was this so dear/ })).first().click();
    await expect(palette).toBeHidden();
    await expect(message(entryPanel(ben), 'Why was this so dear?').locator('[aria-current]')).toBeVisible();
    await expect(message(entryPanel(ben), 'Why was this so dear?')).toBeInViewport();
    await ben.keyboard.press('Escape');
    await expect(entryPanel(ben)).toHaveCount(0);
  }
  await expect(entryRow(ben, title).first().getByRole('img', { name: '1 message', exact: true })).toBeVisible();
});

test('texts that mean harm stay texts, links ask first, and what is too long is refused with words', async ({ person, relay, folder }) => {
  const { ann, ben } = await openFlat(person, relay, folder);
  await openChat(ann);
  await openChat(ben);
  const html = '<img src=x onerror="document.title=1"><script>alert(1)</script><b>bold</b>';
  await write(ann, html);
  await expect(message(ben, html)).toBeVisible();
  expect(await message(ben, html).locator('img:not([alt=""]), script, b').count()).toBe(0);
  // An override would turn the rest of the line around; it does not arrive.
  await field(ann).fill('invoice \u202Egpj.exe\u202C end');
  await ann.keyboard.press('Enter');
  await expect(message(ben, 'invoice gpj.exe end')).toBeVisible();
  await write(ann, 'W'.repeat(3_000));
  expect(await messages(ben).evaluate((element) => element.scrollWidth <= element.clientWidth)).toBe(true);

  await write(ann, 'Pay at https://bank.example@evil.example/login and https://аррӏе.com/ now');
  const first = message(ben, 'Pay at').getByRole('button').first();
  await expect(message(ben, 'Pay at').getByRole('link')).toHaveCount(0);
  await first.click();
  const question = ben.getByRole('dialog', { name: 'Open this page in your browser?' });
  await expect(question.getByTestId('link-host')).toHaveText('evil.example');
  await ben.keyboard.press('Escape');
  await expect(question).toBeHidden();
  await message(ben, 'Pay at').getByRole('button').nth(1).click();
  await expect(question.getByTestId('link-host')).toHaveText('xn--80ak6aa92e.com');
  await expect(question).toContainText('letters that can look like others');
  // Enter keeps one here; only a decision leads out.
  await expect(question.getByRole('button', { name: 'Cancel' })).toBeFocused();
  await ben.context().route('https://xn--80ak6aa92e.com/**', (route) => route.fulfill({ body: 'elsewhere' }));
  const [opened] = await Promise.all([ben.context().waitForEvent('page'), question.getByRole('button', { name: 'Open the page' }).click()]);
  await expect(opened).toHaveURL('https://xn--80ak6aa92e.com/');
  expect(await opened.evaluate(() => window.opener === null)).toBe(true);
  await opened.close();

  const paste = (text: string) => field(ann).evaluate((element, pasted) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text', pasted);
    element.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  }, text);
  await field(ann).fill('Look: ');
  await paste('x'.repeat(1_000_000));
  await expect(ann.getByRole('alert')).toContainText('What you paste has 1,000,000 characters; a message holds 8,000');
  await expect(field(ann)).toHaveValue('Look: ');
  await field(ann).fill('y'.repeat(8_001));
  await expect(ann.getByRole('alert')).toContainText('This has 8,001 characters');
  await ann.keyboard.press('Enter');
  await expect(field(ann)).toHaveValue('y'.repeat(8_001));
  await field(ann).press('Backspace');
  await expect(ann.getByRole('alert')).toHaveCount(0);
  await ann.keyboard.press('Enter');
  await expect(message(ben, 'y'.repeat(8_000))).toHaveCount(1);
});

test('by keyboard alone: to a chat, a draft that stays, new lines, an input method, and back to what was written', async ({ person, relay, folder }) => {
  const { ann } = await openFlat(person, relay, folder, async ({ ann: one, ben: other, ledger }) => {
    await becomeContacts(one, other);
    await say(one, ledger, 'First of all');
  });
  await expect(ann.getByRole('heading', { name: 'Today' })).toBeVisible();
  await ann.keyboard.press('Control+k');
  const palette = ann.getByRole('dialog', { name: 'Search and commands' });
  await palette.getByRole('textbox').or(palette.getByRole('combobox')).first().fill('Chats');
  await ann.keyboard.press('Enter');
  await expect(ann.getByRole('heading', { name: 'Choose a chat' })).toBeVisible();
  await tabTo(ann, chatLine(ann, 'Flat'));
  await ann.keyboard.press('Enter');
  await expect(field(ann)).toBeFocused();
  await ann.keyboard.type('One line');
  await ann.keyboard.press('Shift+Enter');
  await ann.keyboard.type('and another');
  // An input method takes Enter for itself.
  for (const composing of [{ isComposing: true }, { keyCode: 229 }]) {
    await field(ann).evaluate((element, init) => element.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true, ...init })), composing);
  }
  await expect(field(ann)).toHaveValue('One line\nand another');
  // The draft of each chat waits for whoever comes back.
  await ann.keyboard.press('Control+k');
  await palette.getByRole('textbox').or(palette.getByRole('combobox')).first().fill('Contacts');
  await ann.keyboard.press('Enter');
  await expect(ann.getByRole('heading', { name: 'Contacts', level: 1 })).toBeVisible();
  await ann.getByRole('main').getByRole('link', { name: /Ben/ }).press('Enter');
  await ann.getByRole('link', { name: 'Message', exact: true }).press('Enter');
  await expect(ann.getByRole('textbox', { name: 'Message to Ben' })).toBeFocused();
  await expect(ann.getByRole('textbox', { name: 'Message to Ben' })).toHaveValue('');
  await chatLine(ann, 'Flat').press('Enter');
  await expect(field(ann)).toHaveValue('One line\nand another');
  await field(ann).press('Enter');
  await expect(message(ann, 'One line')).toContainText('and another');

  await ann.keyboard.press('Escape');
  await expect(messages(ann)).toBeFocused();
  await ann.keyboard.press('m');
  await expect(field(ann)).toBeFocused();
  await expect(field(ann)).toHaveValue('');
  await ann.keyboard.press('Escape');
  await ann.keyboard.press('?');
  await expect(ann.getByRole('dialog', { name: 'Keyboard shortcuts' }).getByText('Write a message')).toBeVisible();
});

test('what cannot be sent comes back into the field, and who only looks on reads along', async ({ person, relay, folder }) => {
  const ann = await person('Ann', {
    before: (client) => withProfile(join(folder, 'Cy'), 'Cy’s phone', async (cy) => {
      await setUp(client, 'Ann', { relay: relay.url });
      await setUp(cy, 'Cy', { relay: relay.url });
      const { ledger } = await startHousehold(client, { name: 'Flat', others: ['Cy'], entries: 3 });
      await joinByLink(client, ledger, cy, 'Cy', 'viewer');
    }),
  });
  await openChat(ann.page);
  await ann.killCore();
  await field(ann.page).fill('Nothing of this is lost');
  await ann.page.keyboard.press('Enter');
  await expect(ann.page.getByRole('main').getByRole('alert')).toBeVisible();
  await expect(field(ann.page)).toHaveValue('Nothing of this is lost');
  await ann.startCore();
  await expect(ann.page.getByText('Connection to the core lost', { exact: false })).toBeHidden();
  await field(ann.page).press('Enter');
  await expect(message(ann.page, 'Nothing of this is lost')).toHaveCount(1);
  await expect(ann.page.getByRole('main').getByRole('alert')).toHaveCount(0);

  const { page: cy } = await person('Cy');
  await chats(cy).click();
  await chatLine(cy, 'Flat').click();
  await expect(message(cy, 'Nothing of this is lost')).toBeVisible();
  await expect(cy.getByText('You can read here, but not write.')).toBeVisible();
  await expect(field(cy)).toHaveCount(0);
});
