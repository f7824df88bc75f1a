import type { Client } from '#contract/client.ts';
import { setUp, valueOf, viewOf } from '#tests/people.ts';
import { expect, test } from './fixtures.ts';
import { entryRow, openTab, pick } from './steps.ts';

/** A trip of four who paid for each other in a ring. */
async function withTrip(client: Client): Promise<void> {
  await setUp(client, 'Ann');
  const { ledger } = valueOf(await client.call('ledgers.create', { name: 'Trip', template: 'trip', currency: 'EUR', people: ['Ben', 'Cy', 'Di'] }));
  const view = await viewOf(client, 'ledgers.get', { ledger });
  const id = (name: string) => view?.persons.find((person) => person.name === name)?.id ?? '';
  const bills: [string, number, string, string[]][] = [
    ['Ann', 10_001, 'Boat', ['Ann', 'Ben', 'Cy', 'Di']],
    ['Ben', 8_000, 'Dinner', ['Ben', 'Di']],
    ['Cy', 1_500, 'Ferry', ['Ann', 'Cy', 'Di']],
  ];
  for (const [index, [payer, amount, description, among]] of bills.entries()) {
    valueOf(await client.call('entries.add', {
      ledger,
      entry: String(index).repeat(32),
      draft: {
        kind: 'expense', date: `2026-11-0${index + 1}`, description, category: 'travel', note: '', currency: 'EUR', amount,
        payers: [{ person: id(payer), amount }], split: { mode: 'equal', parts: among.map((name) => ({ person: id(name), value: 1 })) },
      },
    }));
  }
}

test('who owes whom, simplified and pair by pair, and a settlement recorded from it', async ({ person }) => {
  const { page } = await person('Ann', { before: withTrip });
  await page.getByRole('link', { name: 'Trip' }).first().click();
  await openTab(page, 'Balances');
  const settle = page.getByRole('region', { name: 'Settle up' });
  await expect(settle.getByText(/These are the fewest possible.*proved/)).toBeVisible();
  const plan = settle.getByRole('listitem');
  const transfers = await plan.count();
  expect(transfers).toBeLessThanOrEqual(3);
  await pick(settle, 'Pair by pair');
  await expect(settle.getByText(/debts? between pairs of people/)).toBeVisible();
  expect(await plan.count()).toBeGreaterThanOrEqual(transfers);
  await pick(settle, 'Simplified');

  const first = plan.first();
  const words = (await first.getByRole('button').getAttribute('aria-label')) ?? '';
  expect(words).toMatch(/^Record settlement: \w+ pays \w+, €\d/);
  await first.getByRole('button').click();
  const dialog = page.getByRole('dialog', { name: 'Record a settlement' });
  await dialog.getByRole('button', { name: 'Record settlement' }).click();
  await expect(dialog).toBeHidden();
  // A notice that stands already hides its amount with all the others.
  const notice = page.getByRole('alert').filter({ hasText: /paid|settle/i });
  await expect(notice).toContainText(/\d\.\d\d/);
  await page.keyboard.press('Control+Shift+p');
  await expect(notice).not.toContainText(/\d\.\d\d/);
  await page.keyboard.press('Control+Shift+p');
  // Carrying out one transfer leaves the others as they were.
  await expect(plan).toHaveCount(transfers - 1);
  for (let left = transfers - 1; left > 0; left -= 1) {
    await plan.first().getByRole('button').click();
    await dialog.getByRole('button', { name: 'Record settlement' }).click();
    await expect(plan).toHaveCount(left - 1);
  }
  await expect(settle.getByText('There is nothing to pay.', { exact: false })).toBeVisible();
  await openTab(page, 'Entries');
  await expect(entryRow(page, /→/)).toHaveCount(transfers);
});

/** Minor units of what a cell shows. */
const cents = (text: string | null): number => Number((text ?? '').replaceAll(/[^\d.−-]/g, '').replace('−', '-')) * 100;

test('every cent of a balance is explained, and the lines sum to it', async ({ person }) => {
  const { page } = await person('Ann', { before: withTrip });
  await page.getByRole('link', { name: 'Trip' }).first().click();
  await page.getByRole('link', { name: 'Explain your balance in EUR' }).click();
  const panel = page.getByRole('dialog', { name: 'Why you have this balance' });
  const lines = panel.getByRole('table', { name: /Every entry that made it/ }).getByRole('row').filter({ hasNot: page.getByRole('columnheader') });
  await expect(lines).toHaveCount(2);
  const effects = await lines.evaluateAll((rows) => rows.map((row) => row.children[5]?.textContent ?? ''));
  const total = panel.getByRole('table', { name: 'What it is made of' }).getByRole('row').last().locator('th, td').last();
  expect(Math.round(effects.reduce((sum, effect) => sum + cents(effect), 0))).toBe(Math.round(cents(await total.textContent())));
  await expect(panel.getByText(/which is exactly the balance/)).toBeVisible();
  // A line leads to its entry.
  await panel.getByRole('link', { name: /Open Boat/ }).click();
  await expect(page.getByRole('complementary', { name: 'Entry' }).getByRole('heading', { name: 'Boat' })).toBeVisible();
});
