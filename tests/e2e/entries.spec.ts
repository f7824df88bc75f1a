import type { Page } from '@playwright/test';
import type { Client } from '#contract/client.ts';
import { setUp, valueOf } from '#tests/people.ts';
import { expect, test } from './fixtures.ts';
import { addExpense, choose, entryPanel, entryRow, pick, tabTo } from './steps.ts';

const withFlat = async (client: Client): Promise<void> => {
  await setUp(client, 'Ann');
  valueOf(await client.call('ledgers.create', { name: 'Flat', template: 'roommates', currency: 'EUR', people: ['Ben', 'Cy'] }));
};
const openFlat = (page: Page) => page.getByRole('link', { name: 'Flat', exact: false }).first().click();
const form = (page: Page) => page.getByRole('dialog', { name: 'New entry' });
const mode = (page: Page, name: string) => form(page).getByRole('radiogroup', { name: 'How it is split' }).getByRole('radio', { name });
const part = (page: Page, name: string) => form(page).getByRole('textbox', { name: `Part of ${name}` });

/** Walks to the modes of splitting with Tab and chooses one with the arrow keys. */
async function chooseModeByKeys(page: Page, name: string): Promise<void> {
  await tabTo(page, form(page).getByRole('radiogroup', { name: 'How it is split' }).getByRole('radio', { checked: true }));
  for (let press = 0; press < 4 && !(await mode(page, name).isChecked()); press += 1) await page.keyboard.press('ArrowRight');
  await expect(mode(page, name)).toBeChecked();
}
async function typeInto(page: Page, name: string, text: string): Promise<void> {
  await tabTo(page, part(page, name));
  await page.keyboard.type(text);
}

test('five entries, one in each mode of splitting, without touching the mouse', async ({ person }) => {
  const { page } = await person('Ann', { before: withFlat });
  await openFlat(page);
  await expect(page.getByRole('heading', { name: 'Flat' })).toBeVisible();
  await page.keyboard.press('n');
  const description = form(page).getByRole('textbox', { name: 'Description' });
  const amount = form(page).getByRole('textbox', { name: 'Amount' });
  const status = form(page).getByRole('status');
  await expect(description).toBeFocused();

  // Equally: math in the amount, and the split says who bears the odd cent.
  await page.keyboard.type('Bread');
  await page.keyboard.press('Tab');
  await page.keyboard.type('4+2*3');
  await expect(amount).toHaveAccessibleDescription('= €10.00');
  await expect(form(page).getByText(/bears the odd €0.01/)).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(status.filter({ hasText: 'Saved: Bread' })).toBeVisible();
  await expect(description).toBeFocused();

  await page.keyboard.type('Wine');
  await page.keyboard.press('Tab');
  await page.keyboard.type('30');
  await chooseModeByKeys(page, 'Amounts');
  for (const [name, text] of [['Ann', '5'], ['Ben', '20']] as const) {
    await tabTo(page, part(page, name));
    await page.keyboard.press('Control+a');
    await page.keyboard.type(text);
  }
  await tabTo(page, part(page, 'Cy'));
  await page.keyboard.press('Control+a');
  await page.keyboard.type('4');
  await expect(form(page).getByText('€1.00 left to assign')).toBeVisible();
  await page.keyboard.press('Enter');
  // Nothing is saved while a euro is nobody's.
  await expect(form(page).getByText('Saved: Wine')).toBeHidden();
  await tabTo(page, part(page, 'Cy'));
  await page.keyboard.press('Control+a');
  await page.keyboard.type('5');
  await expect(form(page).getByText('Adds up')).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(status.filter({ hasText: 'Saved: Wine' })).toBeVisible();

  await page.keyboard.type('Rent');
  await page.keyboard.press('Tab');
  await page.keyboard.type('1.000,00');
  await chooseModeByKeys(page, 'Percent');
  for (const [name, text] of [['Ann', '50'], ['Ben', '30'], ['Cy', '20']] as const) {
    await tabTo(page, part(page, name));
    await page.keyboard.press('Control+a');
    await page.keyboard.type(text);
  }
  await page.keyboard.press('Enter');
  await expect(status.filter({ hasText: 'Saved: Rent' })).toBeVisible();

  await page.keyboard.type('Boat');
  await page.keyboard.press('Tab');
  await page.keyboard.type('70');
  await chooseModeByKeys(page, 'Shares');
  for (const [name, text] of [['Ann', '2'], ['Ben', '4'], ['Cy', '1']] as const) {
    await tabTo(page, part(page, name));
    await page.keyboard.press('Control+a');
    await page.keyboard.type(text);
  }
  await page.keyboard.press('Enter');
  await expect(status.filter({ hasText: 'Saved: Boat' })).toBeVisible();

  await page.keyboard.type('Dinner');
  await page.keyboard.press('Tab');
  await page.keyboard.type('60');
  await chooseModeByKeys(page, 'More or less');
  await typeInto(page, 'Cy', '30');
  await page.keyboard.press('Control+Enter');
  await expect(form(page)).toBeHidden();

  // The keyboard is in the list again, also after a form that the palette opened, which has it while it is open.
  const list = page.getByRole('grid');
  await list.focus();
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('dialog', { name: 'Search and commands' }).getByLabel('Search and commands')).toBeFocused();
  await page.keyboard.type('new entry');
  await page.keyboard.press('Enter');
  await expect(form(page).getByLabel('Description')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(list).toBeFocused();

  // Newest first; my share of each is as it was split.
  const shares = { Dinner: '€10.00', Boat: '€20.00', Rent: '€500.00', Wine: '€5.00' };
  for (const [what, share] of Object.entries(shares)) await expect(entryRow(page, what).getByRole('gridcell').nth(3)).toHaveText(share);
  await expect(entryRow(page, 'Bread').getByRole('gridcell').nth(3)).toHaveText(/€3\.3[34]/);
  await expect(page.getByRole('grid').getByRole('row')).toHaveCount(6);
});

test('several payers, another currency, a note, an income, a refund and a transfer', async ({ person }) => {
  const { page } = await person('Ann', { before: withFlat });
  await openFlat(page);
  await page.getByRole('button', { name: /^New entry/ }).first().click();
  for (const [kind, what] of [['Income', 'Deposit back'], ['Refund', 'Broken lamp']] as const) {
    await pick(form(page), kind);
    await form(page).getByRole('textbox', { name: 'Description' }).fill(what);
    await form(page).getByRole('textbox', { name: 'Amount' }).fill('90');
    await form(page).getByRole('button', { name: 'Save and next' }).click();
    await expect(form(page).getByText(`Saved: ${what}`)).toBeVisible();
  }
  await pick(form(page), 'Transfer');
  await form(page).getByRole('textbox', { name: 'Amount' }).fill('12');
  await form(page).getByRole('button', { name: 'Save and next' }).click();
  await pick(form(page), 'Expense');
  await form(page).getByRole('textbox', { name: 'Description' }).fill('Hotel');
  await form(page).getByRole('textbox', { name: 'Amount' }).fill('３００００'); // as an input method writes it
  await choose(page, form(page).getByRole('combobox', { name: 'Currency' }), 'JPY');
  await form(page).getByRole('combobox', { name: 'Paid by' }).click();
  await page.getByRole('option', { name: 'several people…' }).click();
  await form(page).getByRole('textbox', { name: 'Paid by Ann' }).fill('10000');
  await form(page).getByRole('textbox', { name: 'Paid by Ben' }).fill('20000');
  await form(page).getByRole('button', { name: 'Add a note' }).click();
  await form(page).getByRole('textbox', { name: 'Note' }).fill('Two nights');
  await form(page).getByRole('button', { name: 'Save and close' }).click();
  await expect(form(page)).toBeHidden();

  await expect(entryRow(page, 'Hotel')).toContainText('2 people paid');
  await expect(entryRow(page, 'Hotel')).toContainText('¥30,000');
  await expect(entryRow(page, 'Hotel').getByRole('img', { name: 'has a note' })).toBeVisible();
  await expect(entryRow(page, 'Deposit back')).toContainText('you received');
  await expect(entryRow(page, 'Broken lamp').getByRole('gridcell').nth(4)).toHaveText('−60.00');
  await expect(entryRow(page, /Ann → |you → /)).toContainText('€12.00');
});

test('an entry is edited, voided, restored, undone and redone, and its history tells it all', async ({ person }) => {
  const { page } = await person('Ann', { before: withFlat });
  await openFlat(page);
  await addExpense(page, 'Lamp', '30');
  await entryRow(page, 'Lamp').click();
  const panel = entryPanel(page);
  await panel.getByRole('button', { name: 'Edit' }).click();
  const editing = page.getByRole('dialog', { name: 'Edit entry' });
  await editing.getByRole('textbox', { name: 'Amount' }).fill('36');
  await editing.getByRole('button', { name: 'Save' }).click();
  await expect(entryRow(page, 'Lamp')).toContainText('€36.00');

  await panel.getByRole('button', { name: 'Void' }).click();
  await expect(panel.getByText('This entry is void.')).toBeVisible();
  await expect(page.getByText('Nothing booked yet')).toBeVisible();
  await panel.getByRole('button', { name: 'Restore' }).click();
  await expect(page.getByRole('region', { name: 'Your balance' })).toContainText('+€24.00');

  const history = panel.getByRole('region', { name: 'History' }).locator('ol > li');
  await expect(history.filter({ hasText: 'wrote this entry' })).toHaveCount(1);
  await expect(history.filter({ hasText: 'Amount: €30.00 → €36.00' })).toHaveCount(1);
  await expect(history.filter({ hasText: 'voided it' })).toHaveCount(1);
  await expect(history.filter({ hasText: 'restored it' })).toHaveCount(1);
  await expect(history.first()).toContainText('this device');

  await panel.getByRole('button', { name: 'Close' }).click();
  await page.keyboard.press('Control+z');
  await expect(entryRow(page, 'Lamp')).toContainText('void');
  await page.keyboard.press('Control+z');
  await page.keyboard.press('Control+z');
  await expect(entryRow(page, 'Lamp')).toContainText('€30.00');
  await page.keyboard.press('Control+Shift+z');
  await expect(entryRow(page, 'Lamp')).toContainText('€36.00');
});

test('the list is filtered by words and by kind, and says how many it found', async ({ person }) => {
  const { page } = await person('Ann', { before: withFlat });
  await openFlat(page);
  for (const [what, amount] of [['Market', '10'], ['Marmalade', '4'], ['Cinema', '20']] as const) await addExpense(page, what, amount);
  await page.keyboard.press('/');
  await page.keyboard.type('mar');
  await expect(page.getByText('2 entries')).toBeVisible();
  await expect(entryRow(page, 'Cinema')).toBeHidden();
  await page.keyboard.press('Escape');
  await expect(entryRow(page, 'Cinema')).toBeVisible();
  await page.getByRole('button', { name: 'Filters' }).click();
  await page.getByRole('combobox', { name: 'Kind' }).click();
  await page.getByRole('option', { name: 'Income' }).click();
  await page.keyboard.press('Escape');
  await expect(page.getByText('Nothing matches')).toBeVisible();
  await page.getByRole('button', { name: 'Remove filter: Income' }).click();
  await expect(page.getByRole('grid').getByRole('row')).toHaveCount(4);
});

test('what is typed is not thrown away by a slip', async ({ person }) => {
  const { page } = await person('Ann', { before: withFlat });
  await openFlat(page);
  await page.getByRole('button', { name: /^New entry/ }).first().click();
  await form(page).getByRole('textbox', { name: 'Description' }).fill('Half a thought');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Go on writing' }).click();
  await expect(form(page).getByRole('textbox', { name: 'Description' })).toHaveValue('Half a thought');
  await form(page).getByRole('textbox', { name: 'Amount' }).fill('-5');
  await expect(form(page).getByText('An amount is never below zero')).toBeVisible();
  await form(page).getByRole('textbox', { name: 'Amount' }).fill('99999999999999999999');
  await form(page).getByRole('button', { name: 'Save and close' }).click();
  await expect(form(page)).toBeVisible();
  await expect(form(page).getByRole('textbox', { name: 'Amount' })).toHaveAttribute('aria-invalid', 'true');
});

test('what was being typed is offered again after a reload, until it is saved or thrown away', async ({ person }) => {
  const { page } = await person('Ann', { before: withFlat });
  await openFlat(page);
  const offer = page.getByText('You were writing', { exact: false });
  const typeHalf = async () => {
    await page.getByRole('button', { name: /^New entry/ }).first().click();
    await form(page).getByRole('textbox', { name: 'Description' }).fill('Half a thought');
    await form(page).getByRole('textbox', { name: 'Amount' }).fill('12+3');
    await page.reload();
  };
  await typeHalf();
  await expect(offer).toHaveText('You were writing “Half a thought”. It is not saved yet.');
  await page.getByRole('button', { name: 'Go on writing' }).click();
  await expect(form(page).getByRole('textbox', { name: 'Description' })).toHaveValue('Half a thought');
  await form(page).getByRole('button', { name: 'Save and close' }).click();
  await expect(entryRow(page, 'Half a thought')).toContainText('€15.00');
  await page.reload();
  await expect(entryRow(page, 'Half a thought')).toHaveCount(1);
  await expect(offer).toBeHidden();

  // An edit, which is saved as the edit it was.
  await entryRow(page, 'Half a thought').click();
  await entryPanel(page).getByRole('button', { name: 'Edit' }).click();
  const editing = page.getByRole('dialog', { name: 'Edit entry' });
  await editing.getByRole('textbox', { name: 'Amount' }).fill('20');
  await page.reload();
  await page.getByRole('button', { name: 'Go on writing' }).click();
  await expect(editing.getByRole('textbox', { name: 'Amount' })).toHaveValue('20');
  await editing.getByRole('button', { name: 'Save' }).click();
  await expect(entryRow(page, 'Half a thought')).toContainText('€20.00');
  await expect(entryRow(page, 'Half a thought')).not.toContainText('two versions');

  // Whoever presses n instead finds it in the form; thrown away, it is gone.
  await typeHalf();
  await expect(offer).toBeVisible();
  await page.keyboard.press('n');
  await expect(form(page).getByText('This is what you were writing before.', { exact: false })).toBeVisible();
  await page.reload();
  await page.getByRole('button', { name: 'Throw away' }).click();
  await page.getByRole('dialog', { name: 'Throw away what you typed?' }).getByRole('button', { name: 'Throw away' }).click();
  await expect(offer).toBeHidden();
  await page.getByRole('button', { name: /^New entry/ }).first().click();
  await expect(form(page).getByRole('textbox', { name: 'Description' })).toHaveValue('');
  expect(await page.evaluate(() => Object.keys(localStorage).filter((key) => key.includes('draft')))).toEqual([]);
});
