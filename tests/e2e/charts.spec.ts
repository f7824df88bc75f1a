import { setUp, startHousehold } from '#tests/people.ts';
import { expect, test } from './fixtures.ts';
import { openTab, pick } from './steps.ts';

test('a chart answers to pointer and keyboard alike, is a table too, and leads to the entries', async ({ person }) => {
  const { page } = await person('Ann', {
    before: async (client) => {
      await setUp(client, 'Ann');
      await startHousehold(client, { name: 'Home', others: ['Ben'], entries: 200 });
    },
  });
  await page.getByRole('link', { name: 'Home' }).first().click();
  await openTab(page, 'Charts');
  await pick(page, 'All');
  for (const title of ['By category', 'By month', 'My balance over time', 'Who paid and who consumed']) {
    await expect(page.getByRole('region', { name: title })).toBeVisible();
  }
  const chart = page.getByRole('region', { name: 'By category' });
  const tooltip = chart.getByTestId('chart-tooltip');
  const marks = chart.getByRole('group').getByRole('link');

  // Pointing at a mark and walking to it show the same.
  await marks.nth(1).hover();
  await expect(tooltip).toBeVisible();
  const pointed = await tooltip.textContent();
  await page.mouse.move(0, 0);
  await expect(tooltip).toBeHidden();
  await marks.first().focus();
  await page.keyboard.press('ArrowDown');
  await expect(marks.nth(1)).toBeFocused();
  await expect(tooltip).toHaveText(pointed ?? '');

  // The same figures as a table.
  await chart.getByRole('button', { name: 'Show as table' }).click();
  const row = chart.getByRole('table', { name: 'By category' }).getByRole('row').nth(2);
  const category = (await row.getByRole('rowheader').textContent()) ?? '';
  expect(pointed).toContain(category);
  await chart.getByRole('button', { name: 'Show as chart' }).click();

  // Enter drills down to the entries that made it.
  await marks.nth(1).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('tab', { name: 'Entries' })).toHaveAttribute('aria-selected', 'true');
  await expect(page.getByRole('button', { name: `Remove filter: ${category}` })).toBeVisible();
  await expect(page.getByRole('grid').getByRole('row').nth(1)).toBeVisible();
});

test('own dates that run backwards are said to, and nothing is drawn for them', async ({ person }) => {
  const { page } = await person('Ann', {
    before: async (client) => {
      await setUp(client, 'Ann');
      await startHousehold(client, { name: 'Home', others: ['Ben'], entries: 200 });
    },
  });
  await page.getByRole('link', { name: 'Home' }).first().click();
  await openTab(page, 'Charts');
  await pick(page, 'Own dates');
  await page.getByRole('textbox', { name: 'From' }).fill('2026-01-01');
  const to = page.getByRole('textbox', { name: 'To', exact: true });
  await to.fill('2026-06-30');
  const chart = page.getByRole('region', { name: 'By category' });
  await expect(chart).toBeVisible();
  await to.fill('2025-06-30');
  await expect(page.getByText('The second date lies before the first.')).toBeVisible();
  await expect(chart).toBeHidden();
  await to.fill('2026-06-30');
  await expect(chart).toBeVisible();
});
