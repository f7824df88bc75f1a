import type { Page } from '@playwright/test';
import type { Client } from '#contract/client.ts';
import { setUp, valueOf } from '#tests/people.ts';
import { expect, test, type Person } from './fixtures.ts';
import { addExpense, entryPanel, entryRow, openTab, syncChip } from './steps.ts';

const asAnn = (relay: string) => async (client: Client): Promise<void> => {
  await setUp(client, 'Ann', { relay });
  valueOf(await client.call('ledgers.create', { name: 'Flat', template: 'roommates', currency: 'EUR', people: ['Ben'] }));
};
const openFlat = (page: Page) => page.getByRole('link', { name: 'Flat' }).first().click();
const synced = (page: Page) => expect(syncChip(page)).toHaveAttribute('data-state', 'online');

/** Opens the invitation and reads what it offers. */
async function invite(page: Page): Promise<{ link: string; code: string }> {
  await page.getByRole('button', { name: 'Invite', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Invite to Flat' });
  await dialog.getByRole('button', { name: 'Make the invitation' }).click();
  await expect(dialog.getByRole('img', { name: 'QR code of the invitation link' })).toBeVisible();
  const link = await dialog.getByRole('textbox', { name: 'Link' }).inputValue();
  const code = (await dialog.getByTestId('invite-code').textContent()) ?? '';
  await dialog.getByRole('button', { name: 'Done' }).click();
  return { link, code };
}

/** From the join page to the ledger, as this person of it. */
async function join(page: Page, linkOrCode: string, name: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Link or code' }).fill(linkOrCode);
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.getByRole('radio', { name }).check();
  await page.getByRole('button', { name: `Join as ${name}` }).click();
  await expect(page.getByRole('heading', { name: 'Flat' })).toBeVisible();
}

async function workOffline({ page }: Person, isOffline: boolean): Promise<void> {
  await syncChip(page).click();
  // The knob covers the switch itself.
  await page.getByRole('switch', { name: 'Work offline' }).click({ force: true });
  await expect(syncChip(page)).toHaveAttribute('data-state', isOffline ? 'paused' : 'online');
  await openFlat(page);
}

async function editAmount(page: Page, what: string, amount: string): Promise<void> {
  await entryRow(page, what).click();
  await entryPanel(page).getByRole('button', { name: 'Edit' }).click();
  const editing = page.getByRole('dialog', { name: 'Edit entry' });
  await editing.getByRole('textbox', { name: 'Amount' }).fill(amount);
  await editing.getByRole('button', { name: 'Save' }).click();
  await expect(editing).toBeHidden();
}

test('Ben joins by the link as somebody new to the app, and both see what the other writes', async ({ person, relay }) => {
  const ann = await person('Ann', { before: asAnn(relay.url) });
  await openFlat(ann.page);
  await addExpense(ann.page, 'Rent', '900');
  const { link } = await invite(ann.page);
  expect(link).toMatch(/^tallystick:\/\/join\//);

  // The link knows the relay: nobody has to type its address.
  const ben = await person('Ben', { before: (client) => setUp(client, 'Ben') });
  await ben.page.getByRole('link', { name: /Join a ledger/ }).click();
  await join(ben.page, link, 'Ben');
  await expect(entryRow(ben.page, 'Rent')).toContainText('Ann paid');
  await expect(ben.page.getByRole('region', { name: 'Your balance' })).toContainText('−€450.00');

  await addExpense(ben.page, 'Broom', '12');
  await expect(entryRow(ann.page, 'Broom')).toContainText('Ben paid');
  await synced(ann.page);
  await synced(ben.page);
});

test('a second device of the same person joins by the code typed by hand', async ({ person, relay }) => {
  const laptop = await person('Ann’s laptop', { before: asAnn(relay.url) });
  await openFlat(laptop.page);
  await addExpense(laptop.page, 'Rent', '900');
  const { code } = await invite(laptop.page);
  expect(code).toMatch(/^[0-9A-Z]{4}([ -–]?[0-9A-Z]{4}){2}$/);

  const tablet = await person('Ann’s tablet', { before: (client) => setUp(client, 'Ann', { relay: relay.url }) });
  await tablet.page.getByRole('link', { name: /Join a ledger/ }).click();
  await join(tablet.page, code.toLowerCase(), 'Ann');
  await expect(entryRow(tablet.page, 'Rent')).toContainText('you paid');
  await expect(tablet.page.getByRole('region', { name: 'Your balance' })).toContainText('+€450.00');
  await addExpense(tablet.page, 'Soap', '3');
  await expect(entryRow(laptop.page, 'Soap')).toContainText('you paid');
  await entryRow(laptop.page, 'Soap').click();
  await expect(entryPanel(laptop.page).getByRole('region', { name: 'History' })).not.toContainText('this device');
});

test('both write offline, one entry in two ways: nothing is lost, and one button ends the conflict', async ({ person, relay }) => {
  const ann = await person('Ann', { before: asAnn(relay.url) });
  await openFlat(ann.page);
  await addExpense(ann.page, 'Sofa', '300');
  const { link } = await invite(ann.page);
  const ben = await person('Ben', { before: (client) => setUp(client, 'Ben', { relay: relay.url }) });
  await ben.page.getByRole('link', { name: /Join a ledger/ }).click();
  await join(ben.page, link, 'Ben');
  await expect(entryRow(ben.page, 'Sofa')).toBeVisible();

  await workOffline(ann, true);
  await workOffline(ben, true);
  await addExpense(ann.page, 'Ann’s soap', '3');
  await addExpense(ben.page, 'Ben’s bread', '4');
  await editAmount(ann.page, 'Sofa', '310');
  await editAmount(ben.page, 'Sofa', '320');
  // What waits is told, in the head and on the line.
  await expect(syncChip(ann.page)).toHaveAttribute('data-waiting', '2');
  await expect(entryRow(ann.page, 'Ann’s soap').getByRole('img', { name: 'waits to be sent' })).toBeVisible();
  await expect(entryRow(ann.page, 'Ben’s bread')).toBeHidden();

  await workOffline(ann, false);
  await workOffline(ben, false);
  for (const { page } of [ann, ben]) {
    await expect(entryRow(page, 'Ann’s soap')).toBeVisible();
    await expect(entryRow(page, 'Ben’s bread')).toBeVisible();
    await expect(entryRow(page, 'Sofa')).toContainText('two versions');
    await expect(syncChip(page)).toHaveAttribute('data-waiting', '0');
  }

  await entryRow(ann.page, 'Sofa').click();
  const conflict = entryPanel(ann.page).getByRole('region', { name: 'This entry was changed in two places' });
  await expect(conflict.getByRole('row', { name: /Amount/ })).toContainText('€310.00');
  await expect(conflict.getByRole('row', { name: /Amount/ })).toContainText('€320.00');
  const versions = conflict.getByRole('row', { name: /Amount/ }).getByRole('cell');
  const wanted = (await versions.first().textContent())?.includes('€320.00') ? 0 : 1;
  await conflict.getByRole('button', { name: 'Keep this version' }).nth(wanted).click();
  await expect(entryPanel(ann.page).getByRole('heading', { name: 'Sofa' })).toBeFocused();
  for (const { page } of [ann, ben]) {
    await expect(entryRow(page, 'Sofa')).toContainText('€320.00');
    await expect(entryRow(page, 'Sofa')).not.toContainText('two versions');
  }
});

test('a relay that is away is said so, and what was written meanwhile goes out when it is back', async ({ person, relay }) => {
  const ann = await person('Ann', { before: asAnn(relay.url) });
  await openFlat(ann.page);
  await synced(ann.page);
  await relay.stop();
  await expect(syncChip(ann.page)).toHaveAttribute('data-state', 'away');
  await addExpense(ann.page, 'Candles', '5');
  await expect(syncChip(ann.page)).toHaveAttribute('data-waiting', '1');
  await syncChip(ann.page).click();
  await expect(ann.page.getByText('Your data is on this device; waiting changes are sent when the relay answers again.', { exact: false })).toBeVisible();
  await relay.start();
  await synced(ann.page);
  await expect(ann.page.getByRole('table', { name: 'Ledgers' }).getByRole('row', { name: /Flat/ })).toContainText('synced at');
});

test('nonsense, foreign and used-up invitations are refused in words', async ({ person, relay }) => {
  const ann = await person('Ann', { before: asAnn(relay.url) });
  await openFlat(ann.page);
  const { code, link } = await invite(ann.page);
  const ben = await person('Ben', { before: (client) => setUp(client, 'Ben', { relay: relay.url }) });
  await ben.page.getByRole('link', { name: /Join a ledger/ }).click();
  const field = ben.page.getByRole('textbox', { name: 'Link or code' });
  for (const text of ['hello', '0000-0000-0000', link.slice(0, -5)]) {
    await field.fill(text);
    await ben.page.getByRole('button', { name: 'Go on' }).click();
    await expect(ben.page.getByRole('alert')).toBeVisible();
  }
  await join(ben.page, code, 'Ben');
  // A code lets in once.
  const cy = await person('Cy', { before: (client) => setUp(client, 'Cy', { relay: relay.url }) });
  await cy.page.getByRole('link', { name: /Join a ledger/ }).click();
  await cy.page.getByRole('textbox', { name: 'Link or code' }).fill(code);
  await cy.page.getByRole('button', { name: 'Go on' }).click();
  await expect(cy.page.getByRole('alert')).toBeVisible();
});

test('by keyboard, Enter joins only as who is marked; the relay is named first; and a wrong choice is corrected', async ({ person, relay }) => {
  const ann = await person('Ann', { before: asAnn(relay.url) });
  await openFlat(ann.page);
  await addExpense(ann.page, 'Rent', '900');
  const { link } = await invite(ann.page);
  const zoe = await person('Zoe', { before: (client) => setUp(client, 'Zoe') });
  const { page } = zoe;
  await page.getByRole('link', { name: /Join a ledger/ }).click();
  await page.getByRole('textbox', { name: 'Link or code' }).fill(link);
  await page.keyboard.press('Enter');
  await expect(page.getByText(`The ledger is kept, sealed, at the relay ${relay.url}`, { exact: false })).toBeVisible();
  await expect(page.getByText('You have no relay yet', { exact: false })).toBeVisible();
  const ben = page.getByRole('radio', { name: 'Ben' });
  await expect(ben).toBeFocused();
  await expect(ben).not.toBeChecked();
  await page.keyboard.press('Enter');
  await expect(ben).toBeChecked();
  await expect(page.getByRole('button', { name: 'Join as Ben' })).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('region', { name: 'Your balance' })).toContainText('−€450.00');

  await openTab(page, 'People');
  await page.getByRole('button', { name: 'Actions for Ann' }).click();
  await page.getByRole('menuitem', { name: 'This is me' }).click();
  await page.getByRole('dialog', { name: 'Are you Ann?' }).getByRole('button', { name: 'Yes, this is me' }).click();
  await expect(page.getByRole('region', { name: 'Your balance' })).toContainText('+€450.00');
  // Everybody sees whose device it is.
  await openTab(ann.page, 'People');
  await expect(ann.page.getByRole('listitem').filter({ hasText: 'Ann' })).toContainText('2 devices');
});
