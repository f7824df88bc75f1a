/** Who may do what in a ledger: let in, given another role, taken out; and what they are told of it. */
import type { Page } from '@playwright/test';
import type { Client } from '#contract/client.ts';
import { joinByLink, setUp, valueOf } from '#tests/people.ts';
import { withProfile } from '#tests/profile.ts';
import { join } from 'node:path';
import { expect, test } from './fixtures.ts';
import { addExpense, entryPanel, entryRow, openTab, pick, syncChip, tabTo } from './steps.ts';

const startFlat = async (client: Client, relay: string): Promise<string> => {
  await setUp(client, 'Ann', { relay });
  return valueOf(await client.call('ledgers.create', { name: 'Flat', template: 'roommates', currency: 'EUR', people: ['Ben'] })).ledger;
};
/** Ann has a ledger that Ben is in as an editor. */
const withBen = (relay: string, folder: string) => (ann: Client): Promise<void> =>
  withProfile(join(folder, 'Ben'), 'Ben', async (ben) => {
    const ledger = await startFlat(ann, relay);
    await setUp(ben, 'Ben', { relay });
    await joinByLink(ann, ledger, ben, 'Ben');
  });
const flat = (page: Page) => page.getByRole('navigation').getByRole('link', { name: 'Flat' });
const openFlat = (page: Page) => flat(page).click();
const member = (page: Page, name: string) => page.getByRole('region', { name: 'Members' }).getByRole('listitem', { name });
const newEntry = (page: Page) => page.getByRole('button', { name: /^New entry/ });

async function act(page: Page, name: string, action: RegExp): Promise<void> {
  await page.getByRole('button', { name: `Actions for ${name}` }).click();
  await page.getByRole('menuitem', { name: action }).click();
}

async function workOffline(page: Page, isOffline: boolean): Promise<void> {
  await syncChip(page).click();
  // The knob covers the switch itself.
  await page.getByRole('switch', { name: 'Work offline' }).press(' ');
  await expect(syncChip(page)).toHaveAttribute('data-state', isOffline ? 'paused' : /online|away|connecting/);
  await openFlat(page);
}

test('a viewer reads and is told why there is nothing to press; promoted they write; removed they are told, and get nothing new', async ({ person, relay }) => {
  const ann = await person('Ann', { before: async (client) => void (await startFlat(client, relay.url)) });
  await openFlat(ann.page);
  await addExpense(ann.page, 'Rent', '900');
  await ann.page.getByRole('button', { name: 'Invite', exact: true }).click();
  const inviting = ann.page.getByRole('dialog', { name: 'Invite to Flat' });
  await inviting.getByRole('radio', { name: 'Viewer' }).check();
  await inviting.getByRole('button', { name: 'Make the invitation' }).click();
  await expect(inviting.getByText('comes in as: Viewer', { exact: false })).toBeVisible();
  const link = await inviting.getByRole('textbox', { name: 'Link' }).inputValue();
  await inviting.getByRole('button', { name: 'Done' }).click();

  const ben = await person('Ben', { before: (client) => setUp(client, 'Ben') });
  await ben.page.getByRole('link', { name: /Join a ledger/ }).click();
  await ben.page.getByRole('textbox', { name: 'Link or code' }).fill(link);
  await ben.page.getByRole('button', { name: 'Go on' }).click();
  await expect(ben.page.getByRole('region', { name: 'In it now' })).toContainText(/Ann.*Owner/);
  await expect(ben.page.getByText('You come in as: Viewer', { exact: false })).toBeVisible();
  await ben.page.getByRole('radio', { name: 'Ben' }).check();
  await ben.page.getByRole('button', { name: 'Join as Ben' }).click();

  // Everything to read, nothing to press, and the reason.
  await expect(entryRow(ben.page, 'Rent')).toContainText('Ann paid');
  await expect(ben.page.getByText('You are a viewer here', { exact: false })).toBeVisible();
  await expect(newEntry(ben.page)).toHaveCount(0);
  await ben.page.keyboard.press('n');
  await entryRow(ben.page, 'Rent').click();
  await expect(entryPanel(ben.page)).toContainText('Rent');
  await expect(entryPanel(ben.page).getByRole('button', { name: /Edit|Void/ })).toHaveCount(0);
  await ben.page.keyboard.press('e');
  await expect(ben.page.getByRole('dialog')).toHaveCount(0);
  await openTab(ben.page, 'Members');
  await expect(member(ben.page, 'Ann')).toContainText('Owner');
  await expect(ben.page.getByRole('table', { name: 'Who may do what' }).getByRole('row', { name: /Viewer/ })).toContainText('Ben (me)');
  await expect(ben.page.getByRole('button', { name: 'Invite', exact: true })).toHaveCount(0);

  await openTab(ann.page, 'Members');
  await expect(member(ann.page, 'Ben')).toContainText(/Viewer.*recovery words/);
  await act(ann.page, 'Ben', /Change role/);
  const changing = ann.page.getByRole('dialog', { name: 'What may Ben do?' });
  await changing.getByRole('radio', { name: 'Editor' }).check();
  await changing.getByRole('button', { name: 'Change role' }).click();
  await expect(member(ann.page, 'Ben')).toContainText('Editor');

  await openTab(ben.page, 'Entries');
  await expect(ben.page.getByText('You are a viewer here', { exact: false })).toBeHidden();
  await addExpense(ben.page, 'Broom', '12');
  await openTab(ann.page, 'Entries');
  await expect(entryRow(ann.page, 'Broom')).toContainText('Ben paid');

  await openTab(ann.page, 'Members');
  await act(ann.page, 'Ben', /^Remove/);
  const removing = ann.page.getByRole('dialog', { name: 'Remove Ben?' });
  await expect(removing).toContainText('Ben keeps what they have');
  await expect(removing).toContainText('They get nothing new');
  await expect(removing).toContainText('The key changes at once');
  await removing.getByRole('button', { name: 'Remove Ben' }).click();
  await expect(member(ann.page, 'Ben')).toHaveCount(0);
  await expect(ann.page.getByTestId('key-count')).toContainText('changed once');

  await expect(ben.page.getByRole('alert').filter({ hasText: 'You are no longer in this ledger' })).toBeVisible();
  await expect(newEntry(ben.page)).toHaveCount(0);
  await openTab(ann.page, 'Entries');
  await addExpense(ann.page, 'Surprise', '50');
  await expect(syncChip(ann.page)).toHaveAttribute('data-state', 'online');
  await ben.page.reload();
  await expect(entryRow(ben.page, 'Broom')).toBeVisible();
  await expect(entryRow(ben.page, 'Surprise')).toHaveCount(0);
  await syncChip(ben.page).click();
  await expect(ben.page.getByRole('row', { name: /Flat/ })).toContainText('no longer in the ledger');

  await openFlat(ben.page);
  await ben.page.getByRole('button', { name: 'Take it off the list…' }).click();
  await ben.page.getByRole('dialog').getByRole('button', { name: 'Take it off' }).click();
  await expect(flat(ben.page)).toHaveCount(0);
});

test('what somebody wrote and nobody knew of when they were removed is shown as refused, and an admin lets it count after all', async ({ person, relay, folder }) => {
  const ann = await person('Ann', { before: withBen(relay.url, folder) });
  await openFlat(ann.page);
  await addExpense(ann.page, 'Rent', '900');
  const ben = await person('Ben');
  await openFlat(ben.page);
  await expect(entryRow(ben.page, 'Rent')).toBeVisible();

  // Ben's entry reaches the relay while Ann is offline; she removes him before she can have read it.
  await workOffline(ann.page, true);
  await addExpense(ben.page, 'Ghost train', '40');
  await expect(syncChip(ben.page)).toHaveAttribute('data-state', 'online');
  await relay.stop();
  await workOffline(ann.page, false);
  await openTab(ann.page, 'Members');
  await act(ann.page, 'Ben', /^Remove/);
  await ann.page.getByRole('dialog', { name: 'Remove Ben?' }).getByRole('button', { name: 'Remove Ben' }).click();
  await relay.start();
  await expect(member(ann.page, 'Ben')).toHaveCount(0, { timeout: 30_000 });

  const refused = ann.page.getByRole('region', { name: 'Refused changes' });
  await expect(refused).toContainText('Ben, from Ben');
  await expect(refused).toContainText('written after they were removed');
  await expect(refused).toContainText(/Ghost train.*€40\.00/);
  await openTab(ann.page, 'Entries');
  await expect(entryRow(ann.page, 'Rent')).toBeVisible();
  await expect(entryRow(ann.page, 'Ghost train')).toHaveCount(0);

  await openTab(ann.page, 'Members');
  await refused.getByRole('button', { name: 'Count the change by Ben after all' }).click();
  await ann.page.getByRole('dialog', { name: 'Count this change after all?' }).getByRole('button', { name: 'Count', exact: true }).click();
  await expect(refused).toHaveCount(0);
  await openTab(ann.page, 'Entries');
  await expect(entryRow(ann.page, 'Ghost train')).toContainText('Ben paid');
});

test('the owner hands the ledger over and leaves; a new key is due, and is made', async ({ person, relay, folder }) => {
  const ann = await person('Ann', { before: withBen(relay.url, folder) });
  await openFlat(ann.page);
  const ben = await person('Ben');
  await openFlat(ben.page);
  await openTab(ann.page, 'Members');
  await expect(ann.page.getByText('You own this ledger. To leave it, first hand it over to somebody.')).toBeVisible();
  await act(ann.page, 'Ben', /Hand the ledger over/);
  const handing = ann.page.getByRole('dialog', { name: 'Hand Flat over to Ben?' });
  await expect(handing).toContainText('You become an admin');
  // Where something is lost by it, Enter keeps it.
  await expect(handing.getByRole('button', { name: 'Cancel' })).toBeFocused();
  await handing.getByRole('button', { name: 'Hand over to Ben' }).click();
  await expect(member(ann.page, 'Ben')).toContainText('Owner');
  await expect(member(ann.page, 'Ann')).toContainText('Admin');

  await ann.page.getByRole('button', { name: 'Leave the ledger…' }).click();
  await ann.page.getByRole('dialog', { name: 'Leave Flat?' }).getByRole('button', { name: 'Leave', exact: true }).click();
  await expect(flat(ann.page)).toHaveCount(0);

  await openTab(ben.page, 'Members');
  await expect(member(ben.page, 'Ann')).toHaveCount(0);
  await expect(ben.page.getByRole('alert').filter({ hasText: 'A new key is due' })).toBeVisible();
  await expect(ben.page.getByTestId('key-count')).toContainText('still the first one');
  await ben.page.getByRole('button', { name: 'Change the key now' }).click();
  await expect(ben.page.getByTestId('key-count')).toContainText('changed once');
  await expect(ben.page.getByText('A new key is due')).toBeHidden();
});

test('by keyboard, an invitation is made on other terms, is listed with them, and is withdrawn', async ({ person, relay }) => {
  const { page } = await person('Ann', { before: async (client) => void (await startFlat(client, relay.url)) });
  await openFlat(page);
  await page.keyboard.press('Control+k');
  await page.keyboard.type('members of flat');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('tab', { name: 'Members' })).toHaveAttribute('aria-selected', 'true');
  await expect(page.getByText('No invitation is open.')).toBeVisible();
  const invite = page.getByRole('button', { name: 'Invite', exact: true });
  await tabTo(page, invite);
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Invite to Flat' });
  await expect(dialog.getByRole('radio', { name: 'Editor' })).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(dialog.getByRole('radio', { name: 'Viewer' })).toBeChecked();
  await page.keyboard.press('Tab');
  await page.keyboard.press('ArrowDown');
  await expect(dialog.getByRole('radio', { name: 'Only what is written from now on' })).toBeChecked();
  await pick(dialog, '5');
  await page.keyboard.press('Enter');
  await expect(dialog.getByText('5 people can use it', { exact: false })).toBeVisible();
  await page.keyboard.press('Escape');
  // Whoever sees only what comes is given a key of its own time.
  await expect(page.getByTestId('key-count')).toContainText('changed once');
  const invites = page.getByRole('table', { name: 'Open invitations' });
  await expect(invites.getByRole('row', { name: /Viewer/ })).toContainText('5');
  await invites.getByRole('button', { name: /Withdraw/ }).click();
  await expect(page.getByText('No invitation is open.')).toBeVisible();
});

test('somebody who looked on as nobody and may write now says who they are first', async ({ person, relay, folder }) => {
  const ann = await person('Ann', {
    before: (client) => withProfile(join(folder, 'Cy'), 'Cy', async (cy) => {
      const ledger = await startFlat(client, relay.url);
      await setUp(cy, 'Cy', { relay: relay.url });
      const { link } = valueOf(await client.call('sharing.invite', { ledger, role: 'viewer' }));
      const { ticket } = valueOf(await cy.call('sharing.open', { invite: link }));
      valueOf(await cy.call('sharing.join', { ticket, as: null }));
    }),
  });
  const cy = await person('Cy');
  await openFlat(cy.page);
  await expect(cy.page.getByText('You are a viewer here', { exact: false })).toBeVisible();
  await openFlat(ann.page);
  await openTab(ann.page, 'Members');
  await expect(member(ann.page, 'Cy')).toContainText('not in the book');
  await act(ann.page, 'Cy', /Change role/);
  const changing = ann.page.getByRole('dialog', { name: 'What may Cy do?' });
  await changing.getByRole('radio', { name: 'Editor' }).check();
  await changing.getByRole('button', { name: 'Change role' }).click();

  await cy.page.getByRole('link', { name: 'Say who you are to see your balance' }).click();
  await expect(newEntry(cy.page)).toHaveCount(0);
  await cy.page.getByRole('button', { name: 'I am new here' }).click();
  const dialog = cy.page.getByRole('dialog', { name: 'I am new here' });
  await expect(dialog.getByRole('textbox', { name: 'Name' })).toHaveValue('Cy');
  await dialog.getByRole('button', { name: 'That is me' }).click();
  await openTab(cy.page, 'Entries');
  await addExpense(cy.page, 'Lamp', '30');
  await openTab(ann.page, 'Entries');
  await expect(entryRow(ann.page, 'Lamp')).toContainText('Cy paid');
});
