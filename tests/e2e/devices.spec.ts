/** A second device of the same person: let in by comparing words, and put out again when it is lost. */
import type { Page } from '@playwright/test';
import type { Client } from '#contract/client.ts';
import { setUp, valueOf } from '#tests/people.ts';
import { expect, test } from './fixtures.ts';
import { addExpense, entryRow, syncChip } from './steps.ts';

const withFlat = (relay: string) => async (client: Client): Promise<void> => {
  await setUp(client, 'Ann', { relay });
  valueOf(await client.call('ledgers.create', { name: 'Flat', template: 'roommates', currency: 'EUR', people: ['Ben'] }));
};
const openDevices = (page: Page) => page.evaluate(() => void (location.hash = '#/devices'));
const wordsOn = (page: Page) => page.getByTestId('compare-words').getByRole('listitem').allTextContents();

/** Begins on the old device; what the new one is to be given. */
async function offer(page: Page): Promise<{ link: string; code: string }> {
  await openDevices(page);
  await page.getByRole('button', { name: 'Add a device' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add a device' });
  await expect(dialog.getByRole('img', { name: 'QR code of the link for a new device' })).toBeVisible();
  await expect(dialog.getByText(/Good for another \d+:\d\d/)).toBeVisible();
  return { link: await dialog.getByRole('textbox', { name: 'Link' }).inputValue(), code: (await dialog.getByTestId('pair-code').textContent()) ?? '' };
}

test('a device is added by link after the words were compared, has the ledger, and is revoked again', async ({ person, relay }) => {
  const laptop = await person('Ann’s laptop', { before: withFlat(relay.url) });
  await laptop.page.getByRole('link', { name: 'Flat' }).first().click();
  await addExpense(laptop.page, 'Rent', '900');
  const { link } = await offer(laptop.page);

  const tablet = await person('Ann’s tablet');
  await tablet.page.getByRole('button', { name: 'I have Tallystick on another device' }).click();
  await tablet.page.getByRole('textbox', { name: 'Link or code' }).fill(link);
  await tablet.page.keyboard.press('Enter');
  const dialog = laptop.page.getByRole('dialog', { name: 'Add a device' });
  await expect(dialog.getByText('Are these the same words on both?')).toBeVisible();
  await expect(tablet.page.getByText('Are these the same words on both?')).toBeVisible();
  const words = await wordsOn(laptop.page);
  expect(words).toHaveLength(6);
  expect(await wordsOn(tablet.page)).toEqual(words);
  // In another language they are other words, and still the same on both.
  for (const { page } of [laptop, tablet]) await page.getByTestId('compare-words').locator('..').getByText('简体中文').click();
  const chinese = await wordsOn(laptop.page);
  expect(chinese).not.toEqual(words);
  expect(await wordsOn(tablet.page)).toEqual(chinese);

  await tablet.page.getByRole('button', { name: 'They are the same' }).click();
  await expect(tablet.page.getByText('Now say so on the other device too.')).toBeVisible();
  await dialog.getByRole('button', { name: 'They are the same: add it' }).click();
  await expect(dialog.getByText(/is your device now/)).toBeVisible();
  await dialog.getByRole('button', { name: 'Done' }).click();
  await expect(dialog).toBeHidden();
  await expect(tablet.page.getByText('This device is yours now.', { exact: false })).toBeVisible();
  await tablet.page.getByRole('button', { name: 'Open Tallystick' }).click();

  await tablet.page.getByRole('link', { name: /Flat/ }).first().click();
  await expect(entryRow(tablet.page, 'Rent')).toContainText('you paid');
  await addExpense(tablet.page, 'Soap', '3');
  await laptop.page.getByRole('link', { name: /Flat/ }).first().click();
  await expect(entryRow(laptop.page, 'Soap')).toContainText('you paid');

  // It has no words, and says so.
  await openDevices(tablet.page);
  await expect(tablet.page.getByText('this one does not have them', { exact: false })).toBeVisible();
  await expect(tablet.page.getByRole('button', { name: 'Add a device' })).toHaveCount(0);

  await openDevices(laptop.page);
  const table = laptop.page.getByRole('table', { name: 'My devices' });
  await expect(table.getByRole('row', { name: /this device/ })).toContainText('in your 1 ledger');
  const lost = table.getByRole('row').filter({ has: laptop.page.getByRole('button', { name: /^Revoke/ }) });
  await expect(lost).toContainText('in your 1 ledger');
  await lost.getByRole('button', { name: /^Revoke/ }).click();
  const confirm = laptop.page.getByRole('dialog', { name: /^Revoke/ });
  await expect(confirm.getByText('each gets a new key that it does not get', { exact: false })).toBeVisible();
  await confirm.getByRole('button', { name: 'Revoke the device' }).click();
  await expect(confirm).toBeHidden();
  await expect(table.getByRole('row', { name: /revoked/ })).toBeVisible();

  // What is written from now on does not reach it.
  await laptop.page.getByRole('link', { name: /Flat/ }).first().click();
  await addExpense(laptop.page, 'New lock', '80');
  await expect(syncChip(laptop.page)).toHaveAttribute('data-waiting', '0');
  await tablet.page.getByRole('link', { name: /Flat/ }).first().click();
  await expect(tablet.page.getByText('You are no longer in this ledger')).toBeVisible();
  await expect(entryRow(tablet.page, 'Soap')).toBeVisible();
  await expect(entryRow(tablet.page, 'New lock')).toHaveCount(0);
});

test('a device is added by the code typed by hand, which asks for the relay’s address', async ({ person, relay }) => {
  const laptop = await person('Ann’s laptop', { before: withFlat(relay.url) });
  const { code } = await offer(laptop.page);
  const tablet = await person('Ann’s tablet');
  await tablet.page.getByRole('button', { name: 'I have Tallystick on another device' }).click();
  await tablet.page.getByRole('textbox', { name: 'Link or code' }).fill(code.toLowerCase());
  await tablet.page.getByRole('textbox', { name: 'Relay address' }).fill(relay.url);
  await tablet.page.getByRole('button', { name: 'Find the other device' }).click();
  await expect(tablet.page.getByTestId('compare-words')).toBeVisible();
  await laptop.page.getByRole('button', { name: 'They are the same: add it' }).click();
  await tablet.page.getByRole('button', { name: 'They are the same' }).click();
  await tablet.page.getByRole('button', { name: 'Open Tallystick' }).click();
  await expect(tablet.page.getByRole('link', { name: /Flat/ }).first()).toBeVisible();
});

test('whoever sees other words cancels, and nothing was added', async ({ person, relay }) => {
  const laptop = await person('Ann’s laptop', { before: withFlat(relay.url) });
  const { link } = await offer(laptop.page);
  const tablet = await person('Somebody else');
  await tablet.page.getByRole('button', { name: 'I have Tallystick on another device' }).click();
  await tablet.page.getByRole('textbox', { name: 'Link or code' }).fill('tallystick://join/nonsense');
  await tablet.page.keyboard.press('Enter');
  await expect(tablet.page.getByRole('alert')).toBeVisible();
  await tablet.page.getByRole('textbox', { name: 'Link or code' }).fill(link);
  await tablet.page.keyboard.press('Enter');
  await expect(tablet.page.getByTestId('compare-words')).toBeVisible();
  // The words stay when the page is loaded anew.
  await tablet.page.reload();
  await expect(tablet.page.getByTestId('compare-words')).toBeVisible();
  await laptop.page.getByRole('button', { name: 'They differ: cancel' }).click();
  await expect(laptop.page.getByRole('dialog')).toBeHidden();
  await tablet.page.getByRole('button', { name: 'Cancel' }).click();
  await expect(tablet.page.getByRole('textbox', { name: 'Your name' })).toBeVisible();
  await expect(laptop.page.getByRole('table', { name: 'My devices' }).getByRole('button', { name: /^Revoke/ })).toHaveCount(0);
});
