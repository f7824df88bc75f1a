/** Two people and an IOU: written, signed by both, paid back with a receipt, declined, void; all of it by keyboard where it counts. */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import type { Client } from '#contract/client.ts';
import { becomeContacts, setUp, untilSame, valueOf, viewOf } from '#tests/people.ts';
import { withProfile } from '#tests/profile.ts';
import { expect, test, type Person, type PersonOptions } from './fixtures.ts';
import type { TestRelay } from './relay.ts';
import { tabTo } from './steps.ts';

type Open = (device: string, options?: PersonOptions) => Promise<Person>;
interface Friends {
  ann: Client;
  ben: Client;
  /** Ben's root. */
  root: string;
  ledger: string;
}

/** Ann and Ben are contacts; `before` is what they did already. */
async function openFriends(person: Open, relay: TestRelay, folder: string, before: (friends: Friends) => Promise<void> = async () => undefined): Promise<{ ann: Page; ben: Page }> {
  const ann = await person('Ann', {
    before: (client) => withProfile(join(folder, 'Ben'), 'Ben’s tablet', async (ben) => {
      await setUp(client, 'Ann', { relay: relay.url });
      await setUp(ben, 'Ben', { relay: relay.url });
      const { guest } = await becomeContacts(client, ben);
      const [contact] = await viewOf(client, 'contacts.list', {}, (list) => list[0]?.ledger != null);
      const ledger = contact?.ledger ?? '';
      await before({ ann: client, ben, root: guest, ledger });
      await untilSame(client, ben, ledger);
    }),
  });
  const ben = await person('Ben');
  return { ann: ann.page, ben: ben.page };
}

const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
/** An IOU that Ann lends to Ben, signed by both. */
async function agree({ ann, ben, root, ledger }: Friends, purpose: string, due: string): Promise<void> {
  const { iou } = valueOf(await ann.call('ious.write', {
    ledger, nonce: randomBytes(16).toString('hex'), other: root, mine: 'lender', amount: 50_000, currency: 'EUR', purpose, lent: '2026-10-01', due,
  }));
  for (const [signer, state] of [[ben, 'written'], [ann, 'signed']] as const) {
    await viewOf(signer, 'ious.get', { ledger, iou }, (view) => view?.state === state);
    valueOf(await signer.call('ious.sign', { ledger, iou }));
  }
  await viewOf(ben, 'ious.get', { ledger, iou }, (view) => view?.state === 'effective');
}

const entrance = (page: Page): Locator => page.getByRole('navigation', { name: 'Main navigation' }).getByRole('link', { name: /^IOUs/ });
const paper = (page: Page): Locator => page.getByRole('article', { name: 'IOU' });
const state = (page: Page): Locator => page.getByTestId('iou-state');
async function openIou(page: Page, text: string): Promise<void> {
  await entrance(page).click();
  await page.getByRole('main').getByRole('link', { name: new RegExp(text) }).click();
  await expect(paper(page)).toBeVisible();
}
/** Presses a button of the page, and the one of the question that follows. */
async function doAndConfirm(page: Page, action: string | RegExp, confirm: string): Promise<void> {
  await page.getByRole('main').getByRole('button', { name: action }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: confirm, exact: true }).click();
  await expect(dialog).toBeHidden();
}

test('from a form filled by keyboard over both signatures and two repayments to the receipt, and a stranger can check the file', async ({ person, relay, folder }) => {
  const { ann, ben } = await openFriends(person, relay, folder);
  await entrance(ann).focus();
  await ann.keyboard.press('Enter');
  await expect(ann.getByRole('heading', { name: 'No IOUs yet' })).toBeVisible();
  const write = ann.getByRole('main').getByRole('link', { name: 'Write an IOU' });
  await tabTo(ann, write);
  await ann.keyboard.press('Enter');

  // Without a mouse, field by field.
  await tabTo(ann, ann.getByRole('combobox', { name: 'To whom?' }).or(ann.getByRole('textbox', { name: 'To whom?' })));
  await ann.keyboard.type('Ben');
  await ann.keyboard.press('Enter');
  await ann.keyboard.press('Tab');
  await ann.keyboard.type('110000');
  await ann.keyboard.press('Tab');
  await ann.keyboard.type('CNY');
  await ann.keyboard.press('Enter');
  await expect(ann.getByText(/壹拾壹万元整/)).toBeVisible();
  await tabTo(ann, ann.getByRole('textbox', { name: 'What is it for?' }));
  // What could make it read as something else is refused with words.
  await ann.keyboard.insertText('A \u202erac desu');
  await ann.keyboard.press('Enter');
  await expect(ann.getByRole('textbox', { name: 'What is it for?' })).toHaveAccessibleDescription(/invisible characters/);
  await ann.keyboard.press('ControlOrMeta+a');
  await ann.keyboard.type('A used car');
  await ann.keyboard.press('Enter');
  await expect(paper(ann)).toBeVisible();
  await expect(state(ann)).toHaveText('Waits for the signature of Ben');
  await expect(ann.getByTestId('capitals')).toHaveText('壹拾壹万元整');
  await expect(paper(ann)).toContainText('A used car');
  await expect(ann.getByRole('main').getByRole('button', { name: 'Sign…' })).toHaveCount(0);

  await expect(entrance(ben).getByRole('img', { name: 'For you to do: 1' })).toBeVisible();
  await openIou(ben, 'A used car');
  await expect(state(ben)).toHaveText('Waits for your signature');
  const sign = ben.getByRole('main').getByRole('button', { name: 'Sign…' });
  await tabTo(ben, sign);
  await ben.keyboard.press('Enter');
  const question = ben.getByRole('dialog', { name: 'Sign this IOU?' });
  await expect(question).toContainText(/You, Ben, borrow CN¥110,000\.00 \(壹拾壹万元整\) from Ann .*for: A used car\. You will have paid it back by/);
  await expect(question).toContainText('Then Ann is asked to sign.');
  // Nothing is signed by closing it.
  await ben.keyboard.press('Escape');
  await expect(question).toBeHidden();
  await expect(state(ben)).toHaveText('Waits for your signature');
  await sign.press('Enter');
  await expect(question.getByRole('button', { name: 'Sign', exact: true })).toBeFocused();
  await ben.keyboard.press('Enter');
  await expect(state(ben)).toHaveText('Waits for the signature of Ann');

  await expect(state(ann)).toHaveText('Waits for your signature');
  await doAndConfirm(ann, 'Sign…', 'Sign');
  for (const page of [ann, ben]) {
    await expect(state(page)).toContainText(/In force · due in (29|30) days/);
    for (const role of ['Borrower', 'Lender']) await expect(paper(page).getByRole('group', { name: role })).toContainText('Signed');
  }

  const repay = async (amount: string): Promise<void> => {
    await ben.getByRole('main').getByRole('button', { name: 'Record a repayment…' }).click();
    const dialog = ben.getByRole('dialog', { name: 'Record a repayment' });
    await dialog.getByRole('textbox', { name: /^Amount in/ }).fill(amount);
    await ben.keyboard.press('Enter');
    await expect(dialog).toBeHidden();
  };
  await ben.getByRole('main').getByRole('button', { name: 'Record a repayment…' }).click();
  const dialog = ben.getByRole('dialog', { name: 'Record a repayment' });
  await expect(dialog.getByRole('textbox', { name: /^Amount in/ })).toHaveValue('110000.00');
  await dialog.getByRole('textbox', { name: /^Amount in/ }).fill('110000.01');
  await expect(dialog).toContainText('more than what is still open');
  await expect(dialog.getByRole('button', { name: 'Record' })).toBeDisabled();
  await ben.keyboard.press('Escape');
  await repay('40000');
  await expect(ben.getByRole('region', { name: 'Repayments' })).toContainText('waits for the word of Ann');
  await expect(entrance(ann).getByRole('img', { name: 'For you to do: 1' })).toBeVisible();
  await doAndConfirm(ann, 'Confirm the repayment of CN¥40,000.00', 'Confirm');
  await expect(state(ben)).toContainText('Partly repaid');
  await expect(paper(ben)).toContainText('Repaid CN¥40,000.00 of CN¥110,000.00 · CN¥70,000.00 still open');
  await repay('70000');
  await doAndConfirm(ann, 'Confirm the repayment of CN¥70,000.00', 'Confirm');
  for (const page of [ann, ben]) {
    await expect(state(page)).toHaveText('Repaid');
    await expect(page.getByRole('region', { name: 'Receipt' })).toContainText('Ann confirms to have got back all of CN¥110,000.00 from Ben.');
    await expect(page.getByRole('region', { name: 'Who did what, and when' }).getByRole('listitem')).toHaveCount(7);
  }

  await ben.getByRole('main').getByRole('button', { name: 'Give it to somebody…' }).click();
  const giving = ben.getByRole('dialog', { name: 'For somebody without this app' });
  await expect(giving.getByRole('img', { name: 'The IOU as a QR code' })).toBeVisible();
  const saving = ben.waitForEvent('download');
  await giving.getByRole('button', { name: 'Save the file' }).press('Enter');
  const file = await saving;
  expect(file.suggestedFilename()).toMatch(/^iou-.*\.tallyiou$/);
  const path = join(folder, file.suggestedFilename());
  await file.saveAs(path);
  const said = execFileSync(process.execPath, [join(import.meta.dirname, '../../tools/verify-iou.mjs'), path], { encoding: 'utf8' });
  expect(said).toContain('valid: repaid\nBen owes Ann 11000000 minor units of CNY');
});

test('the one who is asked can decline; what holds becomes void when both say so; each has a thread', async ({ person, relay, folder }) => {
  const { ann, ben } = await openFriends(person, relay, folder, async (friends) => {
    await agree(friends, 'A bicycle', inDays(200));
    valueOf(await friends.ann.call('ious.write', {
      ledger: friends.ledger, nonce: randomBytes(16).toString('hex'), other: friends.root, mine: 'lender', amount: 9_900, currency: 'EUR', purpose: 'A tent', lent: '2026-10-01', due: inDays(50),
    }));
  });
  await openIou(ben, 'A tent');
  await doAndConfirm(ben, 'Decline…', 'Decline');
  await expect(state(ben)).toHaveText('Declined');
  await openIou(ann, 'A tent');
  await expect(state(ann)).toHaveText('Declined');

  await openIou(ben, 'A bicycle');
  await doAndConfirm(ben, 'Make void…', 'It should be void');
  await expect(ben.getByRole('status').filter({ hasText: 'You said that this IOU should be void' })).toBeVisible();
  await expect(state(ben)).toContainText('In force');
  await openIou(ann, 'A bicycle');
  await expect(ann.getByRole('status').filter({ hasText: 'Ben wants to make this IOU void' })).toBeVisible();
  await doAndConfirm(ann, 'Make void…', 'It should be void');
  for (const page of [ann, ben]) await expect(state(page)).toHaveText('Void');

  await ann.getByRole('textbox', { name: /^Message to/ }).fill('We took the train instead');
  await ann.keyboard.press('Enter');
  await expect(ben.getByTestId('messages')).toContainText('We took the train instead');
});

test('what is due stands on Today and is told once, without the amount; an IOU begins at a contact and in a chat', async ({ person, relay, folder }) => {
  const { ben } = await openFriends(person, relay, folder, async (friends) => {
    await agree(friends, 'Tickets', inDays(1));
    await agree(friends, 'A sofa', inDays(90));
  });
  const note = ben.getByRole('alert').filter({ hasText: 'IOU with Ann' });
  await expect(note).toContainText(/due (today|tomorrow)/);
  await expect(note).not.toContainText('500');
  const due = ben.getByRole('region', { name: 'Due' });
  await expect(due.getByRole('link')).toHaveCount(1);
  await expect(due).toContainText('You owe Ann · Tickets');
  await expect(due).not.toContainText('500');
  await ben.reload();
  await expect(due).toBeVisible();
  await expect(note).toHaveCount(0);
  await due.getByRole('link').click();
  await expect(paper(ben)).toContainText('Tickets');

  await ben.getByRole('navigation', { name: 'Main navigation' }).getByRole('link', { name: 'Contacts' }).click();
  await ben.getByRole('region', { name: 'Contacts' }).getByRole('link', { name: /Ann/ }).click();
  await ben.getByRole('link', { name: 'Write an IOU' }).click();
  await expect(ben.getByLabel('To whom?').first()).toHaveValue('Ann');
  await ben.getByRole('navigation', { name: 'Main navigation' }).getByRole('link', { name: /^Chats/ }).click();
  await ben.getByRole('navigation', { name: 'All chats' }).getByRole('link', { name: /Ann/ }).click();
  await ben.getByRole('button', { name: /^(Add|More|Start)/ }).first().click();
  await ben.getByRole('menuitem', { name: 'Write an IOU' }).click();
  await expect(ben.getByLabel('To whom?').first()).toHaveValue('Ann');
});
