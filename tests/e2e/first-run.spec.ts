import { expect, test } from './fixtures.ts';

test('from nothing to a ledger in three screens', async ({ person }) => {
  const { page } = await person('Ann');
  // One: who I am, in my language.
  await page.getByRole('textbox', { name: 'Your name' }).fill('Ann');
  await page.getByRole('button', { name: 'Continue' }).click();
  // Two: where the first ledger comes from.
  await page.getByRole('link', { name: /Start a ledger/ }).click();
  // Three: the ledger, from a template, with people who have no device.
  await page.getByRole('radio', { name: 'Trip' }).click();
  await page.getByRole('textbox', { name: 'Name of the ledger' }).fill('Lisbon');
  await page.getByRole('textbox', { name: 'Who else is in it?' }).fill('Ben');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Start the ledger' }).click();
  await expect(page.getByRole('heading', { name: 'Lisbon' })).toBeVisible();
  await expect(page.getByRole('link', { name: '2 people' })).toBeVisible();
});
