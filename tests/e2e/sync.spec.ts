/** What is where, told document by document; what the relay has of it; and what goes around it. */
import { join } from 'node:path';
import type { Client } from '#contract/client.ts';
import { joinByLink, setUp, startHousehold, valueOf } from '#tests/people.ts';
import { withProfile } from '#tests/profile.ts';
import { expect, test } from './fixtures.ts';
import { addExpense, entryRow, syncChip } from './steps.ts';

const withHome = (relay?: string) => async (client: Client): Promise<void> => {
  await setUp(client, 'Ann', relay === undefined ? {} : { relay });
  await startHousehold(client, { name: 'Home', others: ['Ben'], entries: 30 });
};

test('each ledger tells its state, and opens into documents', async ({ person, relay }) => {
  const { page } = await person('Ann', { before: withHome() });
  await syncChip(page).click();
  const row = page.getByRole('table', { name: 'Ledgers' }).getByRole('row', { name: /Home/ });
  await expect(row).toContainText('here only');
  await page.getByRole('textbox', { name: 'Relay address' }).fill(relay.url);
  await page.keyboard.press('Enter');
  await expect(row).toContainText('synced at');
  await page.getByRole('button', { name: 'Documents of Home' }).press('Enter');
  const documents = page.getByRole('table', { name: 'Documents of Home' });
  await expect(documents.getByRole('row')).not.toHaveCount(1);
  // Nothing of it waits.
  await expect(documents.getByRole('row').nth(1).getByRole('cell').nth(1)).toHaveText('0');

  await page.getByRole('switch', { name: 'Work offline' }).click({ force: true });
  await page.getByRole('link', { name: /Home/ }).first().click();
  await addExpense(page, 'Candles', '5');
  await syncChip(page).click();
  await expect(row).toContainText('1 waiting');
});

test('what the relay sees is told from the parcels themselves, and holds no word of ours', async ({ person, relay }) => {
  const { page } = await person('Ann', { before: withHome(relay.url) });
  await page.getByRole('link', { name: /Home/ }).first().click();
  await addExpense(page, 'Lighthouse', '4321');
  await expect(syncChip(page)).toHaveAttribute('data-waiting', '0');
  await syncChip(page).click();
  await page.getByRole('link', { name: 'What the relay sees' }).click();
  const ledger = page.getByRole('region', { name: /^At the relay:/ }).filter({ hasText: 'To you this is “Home”' });
  await expect(ledger.getByRole('table', { name: 'Pseudonyms' }).getByRole('row', { name: /this device/ })).toContainText('owner');
  const newest = ledger.getByRole('table', { name: 'The newest parcels' });
  await expect(newest.getByRole('row').nth(1)).toContainText('changes');
  await expect(newest.getByRole('row').nth(1)).toContainText(/[0-9a-f]{16}/);
  await expect(newest).not.toContainText('Lighthouse');
});

test('a file carries to another device what was written with no network at all', async ({ person, relay, folder }) => {
  const profile = join(folder, 'Ben');
  const ann = await person('Ann', {
    before: (client) => withProfile(profile, 'Ben', async (ben) => {
      await setUp(client, 'Ann', { relay: relay.url });
      await setUp(ben, 'Ben', { relay: relay.url });
      const { ledger } = await startHousehold(client, { name: 'Home', others: ['Ben'], entries: 5 });
      await joinByLink(client, ledger, ben, 'Ben');
      for (const one of [client, ben]) valueOf(await one.call('nearby.setEnabled', { enabled: false }));
    }),
  });
  const ben = await person('Ben');
  await relay.stop();
  await ann.page.getByRole('link', { name: /Home/ }).first().click();
  await addExpense(ann.page, 'Firewood', '60');
  await syncChip(ann.page).click();
  const writing = ann.page.getByRole('region', { name: 'By file' });
  await writing.getByRole('textbox', { name: 'Folder for the file' }).fill(join(folder, 'Ann', 'keys.json', 'no folder'));
  await writing.getByRole('button', { name: 'Write changes to a file' }).click();
  await expect(writing.getByRole('alert')).toBeVisible();
  await writing.getByRole('textbox', { name: 'Folder for the file' }).fill(folder);
  await writing.getByRole('button', { name: 'Write changes to a file' }).click();
  const path = (await writing.getByTestId('written-path').textContent()) ?? '';
  expect(path.startsWith(folder)).toBe(true);

  await syncChip(ben.page).click();
  const reading = ben.page.getByRole('region', { name: 'By file' });
  const file = reading.locator('input[type=file]');
  await file.setInputFiles({ name: 'holiday.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('not one of ours') });
  await expect(reading.getByRole('alert')).toBeVisible();
  await file.setInputFiles(path);
  await expect(reading.getByRole('status')).toContainText(/new changes? came in/);
  await file.setInputFiles(path);
  await expect(reading.getByRole('status')).toContainText('Everything in this file was here already');
  await ben.page.getByRole('link', { name: /Home/ }).first().click();
  await expect(entryRow(ben.page, 'Firewood')).toContainText('Ann paid');
});

test('devices nearby can be looked for or not, and it stays so', async ({ person }) => {
  const { page } = await person('Ann', { before: withHome() });
  await syncChip(page).click();
  const nearby = page.getByRole('region', { name: 'Nearby' });
  const wanted = nearby.getByRole('switch', { name: 'Sync with devices on this network' });
  const isOn = await wanted.isChecked();
  await wanted.press('Space');
  await expect(wanted).toBeChecked({ checked: !isOn });
  await page.reload();
  await expect(wanted).toBeChecked({ checked: !isOn });
});
