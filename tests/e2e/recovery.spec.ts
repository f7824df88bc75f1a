/** Everything on one device is lost, and comes back: by 24 words on paper, or by a file. */
import type { Page } from '@playwright/test';
import type { Client } from '#contract/client.ts';
import { setUp, valueOf } from '#tests/people.ts';
import { expect, test } from './fixtures.ts';
import { addExpense, entryRow, syncChip } from './steps.ts';

const withFlat = (relay: string) => async (client: Client): Promise<void> => {
  await setUp(client, 'Ann', { relay });
  valueOf(await client.call('ledgers.create', { name: 'Flat', template: 'roommates', currency: 'EUR', people: ['Ben'] }));
};
const openMe = (page: Page) => page.getByRole('link', { name: /^Me,/ }).click();

/** Shows the words and proves that they were written down; what was on the screen. */
async function writeDown(page: Page): Promise<string[]> {
  await openMe(page);
  await page.getByRole('button', { name: 'Show the words' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText('can become you', { exact: false })).toBeVisible();
  await expect(dialog.getByRole('listitem')).toHaveCount(0);
  await dialog.getByRole('button', { name: 'I am alone, show them' }).click();
  const items = dialog.getByRole('listitem');
  await expect(items).toHaveCount(24);
  const words = (await items.allTextContents()).map((text) => text.replace(/^\d+\s*/, ''));
  await dialog.getByRole('button', { name: 'I have written them down' }).click();
  await expect(dialog.getByRole('listitem')).toHaveCount(0);
  const fields = dialog.getByRole('textbox', { name: /^Word \d+$/ });
  await expect(fields).toHaveCount(3);
  const numbers = (await dialog.locator('label').allTextContents()).map((label) => Number(label.replace('Word ', '')));
  // A wrong word is told by its number.
  for (const [index, number] of numbers.entries()) await fields.nth(index).fill(index === 1 ? 'abandonned' : (words[number - 1] ?? ''));
  await page.keyboard.press('Enter');
  await expect(dialog.getByRole('alert')).toContainText(`Word ${numbers[1]} is another one`);
  await fields.nth(1).fill(words[(numbers[1] ?? 0) - 1] ?? '');
  await page.keyboard.press('Enter');
  await expect(dialog.getByText('Your words are right', { exact: false })).toBeVisible();
  await dialog.getByRole('button', { name: 'Done' }).click();
  await expect(dialog).toBeHidden();
  return words;
}

test('the words are shown, checked and forgotten; on a new machine they bring every ledger back', async ({ person, relay }) => {
  const old = await person('Ann’s laptop', { before: withFlat(relay.url) });
  await old.page.getByRole('link', { name: 'Flat' }).first().click();
  await addExpense(old.page, 'Rent', '900');
  const words = await writeDown(old.page);
  await old.page.getByRole('button', { name: 'Forget them on this device' }).click();
  await old.page.getByRole('dialog').getByRole('button', { name: 'Forget the words' }).click();
  await expect(old.page.getByText('This device does not have the words.', { exact: false })).toBeVisible();
  await expect(old.page.getByRole('button', { name: 'Show the words' })).toHaveCount(0);
  await expect(syncChip(old.page)).toHaveAttribute('data-waiting', '0');
  await expect(syncChip(old.page)).toHaveAttribute('data-state', 'online');
  const fingerprint = await old.page.getByTestId('fingerprint').textContent();
  await old.killCore();

  const { page } = await person('Ann’s new laptop');
  await page.getByRole('button', { name: 'I have my 24 words' }).click();
  const field = page.getByRole('textbox', { name: 'Recovery words' });
  await page.getByRole('textbox', { name: 'Relay address' }).fill(relay.url);
  // What is wrong is told: a word that is none, too few of them.
  await field.fill(words.with(4, 'tallystick').join(' '));
  await page.getByRole('button', { name: 'Bring my ledgers back' }).click();
  await expect(page.getByRole('alert')).toContainText('word 5');
  await field.fill(words.slice(1).join(' '));
  await page.getByRole('button', { name: 'Bring my ledgers back' }).click();
  await expect(page.getByRole('alert')).toContainText('There are 23 words');
  await field.fill(words.map((word, index) => `${index + 1}. ${word.toUpperCase()}`).join('\n'));
  await expect(page.getByText('24 of 24 words')).toBeVisible();
  await page.getByRole('button', { name: 'Bring my ledgers back' }).click();
  await expect(page.getByText('1 ledger is back.')).toBeVisible({ timeout: 40_000 });
  await page.getByRole('button', { name: 'Open Tallystick' }).click();

  await page.getByRole('link', { name: /Flat/ }).first().click();
  await expect(entryRow(page, 'Rent')).toContainText('you paid');
  await addExpense(page, 'Lamp', '20');
  await expect(syncChip(page)).toHaveAttribute('data-waiting', '0');
  await openMe(page);
  await expect(page.getByTestId('fingerprint')).toHaveText(fingerprint ?? '');
  await page.getByRole('link', { name: 'Devices', exact: true }).click();
  await expect(page.getByRole('table', { name: 'My devices' }).getByRole('row')).toHaveCount(3);
});

test('words that stand for nobody at this relay bring nothing back, and say so', async ({ person, relay }) => {
  const { page } = await person('Nobody');
  await page.getByRole('button', { name: 'I have my 24 words' }).click();
  await page.getByRole('textbox', { name: 'Recovery words' }).fill(`${'abandon '.repeat(23)}art`);
  await page.getByRole('textbox', { name: 'Relay address' }).fill(relay.url);
  await page.getByRole('button', { name: 'Bring my ledgers back' }).click();
  await expect(page.getByRole('alert')).toContainText('Nothing was found for these words');
  await page.getByRole('button', { name: 'Back', exact: true }).click();
  await page.getByRole('textbox', { name: 'Your name' }).fill('Nobody');
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('heading', { name: 'Welcome, Nobody' })).toBeVisible();
});

test('a picture is cut and made small, a real name is given, hidden and taken back', async ({ person, relay }) => {
  const { page } = await person('Ann', { before: withFlat(relay.url) });
  await openMe(page);
  const picture = await page.evaluate(() => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [1_200, 800];
    const brush = canvas.getContext('2d');
    for (let x = 0; x < 1_200; x += 4) for (let y = 0; y < 800; y += 4) {
      if (brush) brush.fillStyle = `rgb(${(x * 7) % 256} ${(y * 13) % 256} ${(x * y) % 256})`;
      brush?.fillRect(x, y, 4, 4);
    }
    return canvas.toDataURL('image/png').split(',')[1] ?? '';
  });
  const file = page.locator('input[type=file]');
  await file.setInputFiles({ name: 'face.png', mimeType: 'image/png', buffer: Buffer.from(picture, 'base64') });
  const shown = page.getByRole('main').locator('img');
  await expect(shown).toHaveAttribute('src', /^data:image\/webp;base64,/);
  const size = await shown.evaluate((image: HTMLImageElement) => ({ width: image.naturalWidth, height: image.naturalHeight, characters: image.src.length }));
  expect(size.width).toBe(size.height);
  expect(size.characters).toBeLessThanOrEqual(32 * 1024);
  await file.setInputFiles({ name: 'face.png', mimeType: 'image/png', buffer: Buffer.from('no picture') });
  await expect(page.getByRole('alert')).toContainText('not a picture');
  await page.getByRole('button', { name: 'Remove it' }).click();
  await expect(shown).toHaveCount(0);

  const realName = page.getByRole('textbox', { name: 'Real name' });
  await realName.fill('Ann Example');
  await page.keyboard.press('Enter');
  const show = page.getByRole('switch', { name: 'Show my real name to my contacts' });
  await expect(show).toBeEnabled();
  await expect(show).toBeChecked();
  await show.click({ force: true });
  await expect(show).not.toBeChecked();
  await page.reload();
  await expect(realName).toHaveValue('Ann Example');
  await expect(show).not.toBeChecked();
  await page.getByRole('button', { name: 'Take it back' }).click();
  await expect(realName).toHaveValue('');
  await expect(show).toBeDisabled();
});

/** Backs everything up into `folder` from the page Me; where the file lies. */
async function backUp(page: Page, folder: string, passphrase: string): Promise<string> {
  await openMe(page);
  await expect(page.getByText('There is no backup yet.')).toBeVisible();
  await page.getByRole('button', { name: 'Back up now' }).click();
  const dialog = page.getByRole('dialog', { name: 'Back up everything' });
  await dialog.getByRole('textbox', { name: 'Passphrase', exact: true }).fill('short');
  await expect(dialog.getByText(/^Weak/)).toBeVisible();
  await dialog.getByRole('textbox', { name: 'Passphrase', exact: true }).fill(passphrase);
  await expect(dialog.getByText('Strong.')).toBeVisible();
  await dialog.getByRole('textbox', { name: 'Passphrase once more' }).fill('another one');
  await dialog.getByRole('textbox', { name: 'Folder' }).fill(folder);
  await page.keyboard.press('Enter');
  await expect(dialog.getByText('The two are not the same.')).toBeVisible();
  await dialog.getByRole('textbox', { name: 'Passphrase once more' }).fill(passphrase);
  await page.keyboard.press('Enter');
  const path = (await dialog.getByTestId('written-path').textContent()) ?? '';
  expect(path.startsWith(folder)).toBe(true);
  await dialog.getByRole('button', { name: 'Done' }).click();
  await expect(page.getByText(/^Last backup: /)).toBeVisible();
  return path;
}

/** From the first screen to the backup's form, filled in. */
async function comeWithFile(page: Page, path: string, passphrase: string): Promise<void> {
  await page.getByRole('button', { name: 'I have a backup file' }).click();
  await page.locator('input[type=file]').setInputFiles(path);
  await page.getByRole('textbox', { name: 'Passphrase' }).fill(passphrase);
  await page.keyboard.press('Enter');
}

test('a backup brings everything back on a new machine, without the relay too', async ({ person, relay, folder }) => {
  const old = await person('Ann’s laptop', { before: withFlat(relay.url) });
  await old.page.getByRole('link', { name: 'Flat' }).first().click();
  await addExpense(old.page, 'Rent', '900');
  const path = await backUp(old.page, folder, 'correct horse battery staple');
  await old.killCore();
  await relay.stop();

  const { page } = await person('Ann’s new laptop');
  await comeWithFile(page, path, 'correct horse battery stable');
  await expect(page.getByRole('alert')).toContainText('The passphrase does not open this backup');
  await page.getByRole('textbox', { name: 'Passphrase' }).fill('correct horse battery staple');
  await page.keyboard.press('Enter');
  await expect(page.getByText('1 ledger is back.')).toBeVisible({ timeout: 40_000 });
  await page.getByRole('button', { name: 'Open Tallystick' }).click();
  await page.getByRole('link', { name: /Flat/ }).first().click();
  await expect(entryRow(page, 'Rent')).toBeVisible();
  await relay.start();
  await expect(syncChip(page)).toHaveAttribute('data-state', 'online');
  await expect(entryRow(page, 'Rent')).toContainText('you paid');
});

test('a backup from a device without the words asks for them', async ({ person, relay, folder }) => {
  let words: string[] = [];
  const old = await person('Ann’s laptop', {
    before: async (client) => {
      await withFlat(relay.url)(client);
      ({ words } = valueOf(await client.call('identity.phrase', {})));
      valueOf(await client.call('identity.confirmPhrase', { words: [1, 2, 3].map((number) => ({ number, word: words[number - 1] ?? '' })) }));
      valueOf(await client.call('identity.forgetPhrase', {}));
    },
  });
  const path = await backUp(old.page, folder, 'correct horse battery staple');
  await old.killCore();
  const { page } = await person('Ann’s new laptop');
  await comeWithFile(page, path, 'correct horse battery staple');
  await page.getByRole('textbox', { name: 'Recovery words' }).fill(words.join(' '));
  await page.getByRole('button', { name: 'Bring everything back' }).click();
  await expect(page.getByText('1 ledger is back.')).toBeVisible({ timeout: 40_000 });
  await page.getByRole('button', { name: 'Open Tallystick' }).click();
  await expect(page.getByRole('link', { name: /Flat/ }).first()).toBeVisible();
});
