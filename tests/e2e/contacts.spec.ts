/** Two people become contacts, see the same safety words, and keep what came of comparing them. */
import type { Page } from '@playwright/test';
import { setUp, valueOf } from '#tests/people.ts';
import { expect, test } from './fixtures.ts';

const openContacts = (page: Page) => page.getByRole('navigation').getByRole('link', { name: 'Contacts' }).click();
const words = (page: Page) => page.getByTestId('compare-words').getByRole('listitem');
const verification = (page: Page) => page.getByRole('region', { name: 'Safety words' });

/** From the list of contacts to the link of an invitation. */
async function inviteContact(page: Page): Promise<string> {
  await openContacts(page);
  await page.getByRole('button', { name: 'Invite a contact' }).click();
  const dialog = page.getByRole('dialog', { name: 'Invite a contact' });
  await dialog.getByRole('button', { name: 'Make the invitation' }).click();
  await expect(dialog.getByRole('img', { name: 'QR code of the invitation link' })).toBeVisible();
  const link = await dialog.getByRole('textbox', { name: 'Link' }).inputValue();
  await dialog.getByRole('button', { name: 'Done' }).click();
  return link;
}

async function takeInvitation(page: Page, link: string, from: string): Promise<void> {
  await openContacts(page);
  await page.getByRole('link', { name: 'Open an invitation' }).click();
  await page.getByRole('textbox', { name: 'Link or code' }).fill(link);
  await page.getByRole('button', { name: 'Go on' }).click();
  await expect(page.getByRole('heading', { name: `${from} wants to be your contact` })).toBeVisible();
  await page.getByRole('button', { name: 'Become contacts' }).click();
  await expect(page.getByRole('heading', { name: from, level: 1 })).toBeVisible();
}

test('both see the same words in both languages; verified by them, named, archived, and all of it taken back', async ({ person, relay }) => {
  const ann = await person('Ann', { before: (client) => setUp(client, 'Ann', { relay: relay.url }) });
  const ben = await person('Ben', { before: (client) => setUp(client, 'Ben') });
  await openContacts(ann.page);
  await expect(ann.page.getByRole('heading', { name: 'No contacts yet' })).toBeVisible();
  const link = await inviteContact(ann.page);
  // Nobody becomes their own contact.
  await ann.page.getByRole('link', { name: 'Open an invitation' }).click();
  await ann.page.getByRole('textbox', { name: 'Link or code' }).fill(link);
  await ann.page.getByRole('button', { name: 'Go on' }).click();
  await expect(ann.page.getByRole('alert')).toContainText('This is your own invitation');
  await takeInvitation(ben.page, link, 'Ann');

  await openContacts(ann.page);
  await ann.page.getByRole('region', { name: 'Contacts' }).getByRole('link', { name: /Ben/ }).click();
  await expect(words(ann.page)).toHaveCount(12);
  await expect(words(ben.page)).toHaveCount(12);
  const english = await words(ann.page).allTextContents();
  expect(new Set(english).size).toBeGreaterThan(6);
  expect(await words(ben.page).allTextContents()).toEqual(english);
  for (const { page } of [ann, ben]) {
    await page.getByText('简体中文', { exact: true }).click();
    await expect(page.getByTestId('compare-words')).toHaveAttribute('lang', 'zh-CN');
  }
  const chinese = await words(ann.page).allTextContents();
  expect(chinese.join('')).toMatch(/^\p{Script=Han}{12}$/u);
  expect(await words(ben.page).allTextContents()).toEqual(chinese);

  await verification(ben.page).getByRole('button', { name: 'They differ' }).click();
  await expect(verification(ben.page).getByRole('alert')).toContainText('somebody may sit between you');
  await verification(ben.page).getByRole('textbox', { name: 'Note' }).fill('on the phone');
  await verification(ben.page).getByRole('button', { name: 'They are the same' }).click();
  await expect(verification(ben.page)).toContainText(/safety words compared on .*Note: on the phone/);
  await ben.page.getByRole('textbox', { name: 'What you call them' }).fill('Ann from the flat');
  await ben.page.getByRole('button', { name: 'Save' }).click();
  await expect(ben.page.getByRole('heading', { name: 'Ann from the flat', level: 1 })).toBeVisible();
  await ben.page.reload();
  await expect(verification(ben.page)).toContainText('safety words compared on');
  await openContacts(ben.page);
  const line = ben.page.getByRole('region', { name: 'Contacts' }).getByRole('link');
  await expect(line).toContainText('Ann from the flat');
  await expect(line).toContainText('calls themselves Ann');
  await expect(line.getByRole('img', { name: /safety words compared/ })).toBeVisible();

  await line.click();
  await ben.page.getByRole('button', { name: 'Take back…' }).click();
  await ben.page.getByRole('dialog').getByRole('button', { name: 'Take back' }).click();
  // On another's word: it has to be said whose.
  await verification(ben.page).getByRole('radio', { name: 'Somebody I trust vouches for them' }).check();
  await expect(verification(ben.page).getByRole('button', { name: 'Keep that they are vouched for' })).toBeDisabled();
  await verification(ben.page).getByRole('textbox', { name: 'Who vouches for them?' }).fill('Cy');
  await ben.page.keyboard.press('Enter');
  await expect(verification(ben.page)).toContainText(/vouched for on .*Note: Cy/);

  await ben.page.getByRole('button', { name: 'Archive' }).click();
  await expect(ben.page.getByRole('button', { name: 'Bring back' })).toBeVisible();
  await ben.page.getByRole('link', { name: 'All contacts' }).click();
  await ben.page.getByRole('button', { name: 'Show 1 archived contact' }).click();
  await expect(ben.page.getByRole('region', { name: 'Archived' })).toContainText('Ann from the flat');
});

test('a real name is a claim that is shown to whom one wants, and contacts are known again in a ledger', async ({ person, relay }) => {
  const ann = await person('Ann', {
    before: async (client) => {
      await setUp(client, 'Ann', { relay: relay.url });
      valueOf(await client.call('identity.update', { realName: 'Anna Müller', showRealName: true }));
      valueOf(await client.call('ledgers.create', { name: 'Flat', template: 'roommates', currency: 'EUR', people: ['Ben'] }));
    },
  });
  const ben = await person('Ben', { before: (client) => setUp(client, 'Ben', { relay: relay.url }) });
  await takeInvitation(ben.page, await inviteContact(ann.page), 'Ann');
  await expect(ben.page.getByText('Real name: Anna Müller · not verified')).toBeVisible();
  await verification(ben.page).getByRole('radio', { name: 'We met, and held our screens side by side' }).check();
  await verification(ben.page).getByRole('button', { name: 'They are the same' }).click();
  await expect(ben.page.getByText(/Real name: Anna Müller · verified in person on/)).toBeVisible();

  // The name is known again before the ledger is joined.
  await ann.page.getByRole('link', { name: 'Flat' }).first().click();
  await ann.page.getByRole('button', { name: 'Invite', exact: true }).click();
  const inviting = ann.page.getByRole('dialog', { name: 'Invite to Flat' });
  await inviting.getByRole('button', { name: 'Make the invitation' }).click();
  const link = await inviting.getByRole('textbox', { name: 'Link' }).inputValue();
  await inviting.getByRole('button', { name: 'Done' }).click();
  await ben.page.evaluate(() => void (location.hash = '#/join'));
  await ben.page.getByRole('textbox', { name: 'Link or code' }).fill(link);
  await ben.page.getByRole('button', { name: 'Go on' }).click();
  await expect(ben.page.getByRole('region', { name: 'In it now' }).getByRole('img', { name: /verified in person/ })).toBeVisible();
  await ben.page.getByRole('radio', { name: 'Ben' }).check();
  await ben.page.getByRole('button', { name: 'Join as Ben' }).click();
  await ben.page.getByRole('tab', { name: 'Members' }).click();
  const inLedger = ben.page.getByRole('region', { name: 'Members' }).getByRole('listitem', { name: 'Ann' });
  await expect(inLedger).toContainText(/Real name: Anna Müller · verified in person on/);

  await openContacts(ann.page);
  await ann.page.getByRole('link', { name: /^Ben/ }).click();
  await expect(ann.page.getByRole('region', { name: 'Ledgers you share' }).getByRole('link', { name: 'Flat' })).toBeVisible();
  const mine = ann.page.getByRole('region', { name: 'Your real name' });
  await expect(mine).toContainText('Now Ben sees your real name.');
  await mine.getByText('Never show').click();
  await expect(mine).toContainText('Now Ben does not see your real name.');
  await expect(inLedger).not.toContainText('Anna Müller');
});
