import type { Client } from '#contract/client.ts';
import { setUp, valueOf } from '#tests/people.ts';
import { expect, test } from './fixtures.ts';
import { addExpense, entryRow } from './steps.ts';

const withFlat = async (client: Client): Promise<void> => {
  await setUp(client, 'Ann');
  valueOf(await client.call('ledgers.create', { name: 'Flat', template: 'roommates', currency: 'EUR', people: ['Ben'] }));
};

test('the core is killed and comes back: what was booked is there, and what was being typed too', async ({ person }) => {
  const { page, killCore, startCore } = await person('Ann', { before: withFlat });
  await page.getByRole('link', { name: 'Flat' }).first().click();
  await addExpense(page, 'Booked before', '10');
  await page.keyboard.press('n');
  const form = page.getByRole('dialog', { name: 'New entry' });
  await form.getByRole('textbox', { name: 'Description' }).fill('Typed meanwhile');
  await form.getByRole('textbox', { name: 'Amount' }).fill('20');

  await killCore();
  await expect(page.getByText('Connection to the core lost', { exact: false })).toBeVisible();
  await startCore();
  await expect(page.getByText('Connection to the core lost', { exact: false })).toBeHidden();

  await expect(form.getByRole('textbox', { name: 'Description' })).toHaveValue('Typed meanwhile');
  await form.getByRole('button', { name: 'Save and close' }).click();
  await expect(entryRow(page, 'Typed meanwhile')).toHaveCount(1);
  await expect(entryRow(page, 'Booked before')).toHaveCount(1);
});

test('saved while the core is away: it is booked once when the core is back', async ({ person }) => {
  const { page, killCore, startCore } = await person('Ann', { before: withFlat });
  await page.getByRole('link', { name: 'Flat' }).first().click();
  await expect(page.getByRole('heading', { name: 'Flat' })).toBeVisible();
  await page.keyboard.press('n');
  const form = page.getByRole('dialog', { name: 'New entry' });
  await form.getByRole('textbox', { name: 'Description' }).fill('Into the void');
  await form.getByRole('textbox', { name: 'Amount' }).fill('20');
  await killCore();
  await form.getByRole('button', { name: 'Save and close' }).click();
  await startCore();
  await expect(page.getByText('Connection to the core lost', { exact: false })).toBeHidden();
  // Whether the form waited for the core or gave up in words, pressing again must not book it twice.
  if (await form.isVisible()) await form.getByRole('button', { name: 'Save and close' }).click();
  await expect(form).toBeHidden();
  await expect(entryRow(page, 'Into the void')).toHaveCount(1);
  await expect(page.getByRole('region', { name: 'Your balance' })).toContainText('+€10.00');
});
