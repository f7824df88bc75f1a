import { join } from 'node:path';
import { setUp } from '#tests/people.ts';
import { expect, test } from './fixtures.ts';
import { openTab } from './steps.ts';

const file = (name: string) => join(import.meta.dirname, '../files/splitwise', name);

test('a Splitwise export of hundreds of rows becomes a ledger, checked against its own footer, and only once', async ({ person }) => {
  const { page } = await person('Ann', { before: (client) => setUp(client, 'Ann') });
  await page.getByRole('link', { name: /Import a ledger/ }).click();
  await page.locator('input[type=file]').setInputFiles(file('household.csv'));

  const check = page.getByRole('table', { name: 'Does it add up?' });
  await expect(page.getByText('Your file and our sums agree, to the cent, for everybody.')).toBeVisible();
  const ann = check.getByRole('row').filter({ hasText: 'Ann Baker' }).filter({ hasText: 'EUR' });
  await expect(ann.getByRole('cell').nth(1)).toHaveText('+256.64');
  await expect(ann.getByRole('cell').nth(2)).toHaveText('+256.64');

  await page.getByRole('radio', { name: 'Ann Baker' }).click();
  await page.getByRole('textbox', { name: 'Name of the new ledger' }).fill('Seaside');
  await page.getByRole('button', { name: /^Import \d+ entries$/ }).click();
  await expect(page.getByRole('heading', { name: 'Imported' })).toBeVisible();
  await page.getByRole('link', { name: 'Open the ledger' }).click();
  await expect(page.getByRole('region', { name: 'Your balance' })).toContainText('+€256.64');

  await openTab(page, 'Entries');
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Import a file' }).click();
  await page.locator('input[type=file]').setInputFiles(file('household.csv'));
  await expect(page.getByText('There is nothing to add.', { exact: false }).first()).toBeVisible();
  await expect(page.getByRole('button', { name: /^Import/ })).toBeDisabled();

  // Taken back, it stays taken back: an import never restores what was voided.
  await page.getByRole('link', { name: 'Seaside' }).first().click();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByText('Nothing booked yet')).toBeVisible();
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Import a file' }).click();
  await page.locator('input[type=file]').setInputFiles(file('household.csv'));
  await expect(page.getByText(/^The \d+ entries that are in the ledger already are all void there\./)).toBeVisible();
});

test('rows that cannot be read are named with line and reason, and nothing is written without a word', async ({ person }) => {
  const { page } = await person('Ann', { before: (client) => setUp(client, 'Ann') });
  await page.getByRole('link', { name: /Import a ledger/ }).click();
  await page.locator('input[type=file]').setInputFiles(file('problems.csv'));
  await expect(page.getByRole('heading', { name: /rows? cannot be read/ })).toBeVisible();
  await page.getByRole('radio', { name: 'Ann', exact: true }).click();
  const go = page.getByRole('button', { name: /^Import \d+/ });
  await expect(go).toBeDisabled();
  await page.getByRole('checkbox', { name: /without/ }).check();
  await expect(go).toBeEnabled();
});

test('a file that is no table is refused in words', async ({ person }) => {
  const { page } = await person('Ann', { before: (client) => setUp(client, 'Ann') });
  await page.getByRole('link', { name: /Import a ledger/ }).click();
  await page.locator('input[type=file]').setInputFiles({ name: 'picture.csv', mimeType: 'text/csv', buffer: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3]) });
  await expect(page.getByRole('alert')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Choose a file' })).toBeVisible();
});
