/** What a person does, as the tests tell it. Everything goes by roles and labels, as a screen reader would. */
import { expect, type Locator, type Page } from '@playwright/test';

/** The first screen: a name. The language is the browser's. */
export async function introduce(page: Page, name: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Your name' }).fill(name);
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('heading', { name: `Welcome, ${name}` })).toBeVisible();
}

/** A ledger from a template with people who have no device. The first screen must be behind. */
export async function startLedger(page: Page, ledger: { name: string; template?: string; currency?: string; people: readonly string[] }): Promise<void> {
  await page.getByRole('link', { name: 'New ledger' }).first().click();
  await page.getByRole('radio', { name: ledger.template ?? 'Flatmates' }).click();
  await page.getByRole('textbox', { name: 'Name of the ledger' }).fill(ledger.name);
  await choose(page, page.getByRole('combobox', { name: 'Currency' }), ledger.currency ?? 'EUR');
  for (const person of ledger.people) {
    await page.getByRole('combobox', { name: 'Who else is in it?' }).fill(person);
    await page.keyboard.press('Enter');
  }
  await page.getByRole('button', { name: 'Start the ledger' }).click();
  await expect(page.getByRole('heading', { name: ledger.name })).toBeVisible();
}

/** Types into a field that proposes, and takes the first proposal. */
export async function choose(page: Page, field: Locator, text: string): Promise<void> {
  await field.click();
  await field.fill(text);
  await page.getByRole('option', { name: text }).first().click();
}

/** One of a row of choices: the control itself is hidden under its words. */
export const pick = (scope: Page | Locator, words: string): Promise<void> => scope.getByText(words, { exact: true }).click();

/** Adds an expense that I paid for everybody, from the page of its ledger. */
export async function addExpense(page: Page, description: string, amount: string): Promise<void> {
  await page.getByRole('button', { name: /^New entry/ }).first().click();
  const form = page.getByRole('dialog', { name: 'New entry' });
  await form.getByRole('textbox', { name: 'Description' }).fill(description);
  await form.getByRole('textbox', { name: 'Amount' }).fill(amount);
  await form.getByRole('button', { name: 'Save and close' }).click();
  await expect(form).toBeHidden();
  await expect(entryRow(page, description)).toBeVisible();
}

/** The line of an entry in the list. */
export const entryRow = (page: Page, text: string | RegExp): Locator => page.getByRole('grid').getByRole('row').filter({ hasText: text });

/** The part beside the list that shows one entry. */
export const entryPanel = (page: Page): Locator => page.getByRole('complementary', { name: 'Entry' });

/** Goes to a part of the ledger that is open. */
export const openTab = (page: Page, tab: 'Entries' | 'Balances' | 'Charts' | 'Chat' | 'People' | 'Members'): Promise<void> => page.getByRole('tab', { name: tab }).click();

/** The chip in the header that tells what is sent and what waits. */
export const syncChip = (page: Page): Locator => page.getByTestId('sync-chip');

/** Moves the focus with Tab alone until it is where it should be: proof that a keyboard gets there. */
export async function tabTo(page: Page, target: Locator, most = 40): Promise<void> {
  await expect(target).toBeAttached();
  for (let presses = 0; presses < most; presses += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  await expect(target).toBeFocused();
}
