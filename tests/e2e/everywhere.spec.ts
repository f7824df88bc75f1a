import type { Client } from '#contract/client.ts';
import { setUp, startHousehold } from '#tests/people.ts';
import { expect, test } from './fixtures.ts';
import { entryPanel, pick } from './steps.ts';

const withHome = async (client: Client): Promise<void> => {
  await setUp(client, 'Ann');
  await startHousehold(client, { name: 'Home', others: ['Ben'], entries: 120 });
};

test('the palette finds people, ledgers, entries, settings and actions', async ({ person }) => {
  const { page } = await person('Ann', { before: withHome });
  const palette = page.getByRole('dialog', { name: 'Search and commands' });
  const ask = async (text: string) => {
    await expect(palette).toBeHidden();
    await page.keyboard.press('Control+k');
    await palette.getByRole('textbox').or(palette.getByRole('combobox')).first().fill(text);
  };
  const first = (name: string | RegExp) => palette.getByRole('button', { name }).or(palette.getByRole('option', { name })).first();

  await expect(page.getByRole('heading', { name: 'Today' })).toBeVisible();
  await ask('charts');
  await first('Charts of Home').click();
  await expect(page.getByRole('tab', { name: 'Charts' })).toHaveAttribute('aria-selected', 'true');
  await ask('dinner');
  await first(/Dinner, corner place/).click();
  await expect(entryPanel(page)).toBeVisible();
  await ask('ben');
  await first(/Ben/).click();
  await expect(page.getByRole('button', { name: 'Remove filter: Ben' })).toBeVisible();
  await ask('device');
  await first('My devices').click();
  await expect(page.getByRole('heading', { name: 'Devices', exact: true })).toBeVisible();
  await ask('theme');
  await first('Settings').click();
  await expect(page.getByRole('heading', { name: 'Settings' })).toBeVisible();
  await ask('no such thing at all');
  await expect(palette.getByText('Nothing found')).toBeVisible();
});

test('the sheet of shortcuts opens with ? and Escape closes it, but not while somebody types', async ({ person }) => {
  const { page } = await person('Ann', { before: withHome });
  await expect(page.getByRole('heading', { name: 'Today' })).toBeVisible();
  await page.keyboard.press('?');
  const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await expect(sheet.getByText('Hide or show all amounts')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(sheet).toBeHidden();
  await page.getByRole('link', { name: 'Home' }).first().click();
  const filter = page.getByRole('textbox', { name: 'Filter entries' });
  await expect(filter).toBeVisible();
  await page.keyboard.press('/');
  await page.keyboard.type('why?');
  await expect(filter).toHaveValue('why?');
  await expect(sheet).toBeHidden();
});

test('all amounts hide at once, and stay hidden after a restart of the page', async ({ person }) => {
  const { page } = await person('Ann', { before: withHome });
  await page.getByRole('link', { name: 'Home' }).first().click();
  const grid = page.getByRole('grid');
  await expect(grid).toContainText('€');
  const amount = /\d[\d.,]*\.\d\d/;
  await expect(grid).toContainText(amount);
  await page.keyboard.press('Control+Shift+p');
  await expect(grid).not.toContainText(amount);
  await page.reload();
  await expect(grid).toContainText('•••');
  await expect(grid).not.toContainText(amount);
  await page.keyboard.press('Control+Shift+p');
  await expect(grid).toContainText(amount);
});

test('language and appearance change at once, everywhere', async ({ person }) => {
  const { page } = await person('Ann', { before: withHome });
  await page.getByRole('link', { name: 'Settings' }).click();
  await pick(page, '简体中文');
  await expect(page.getByRole('heading', { name: '设置' })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN');
  await pick(page, '深色');
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark');
  await page.getByRole('link', { name: 'Home' }).first().click();
  await expect(page.getByRole('tab', { name: '账目' })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('tab', { name: '账目' })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark');
});
