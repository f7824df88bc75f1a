import { expect, test } from './fixtures.ts';
import { introduce, startLedger } from './steps.ts';

test('from nothing to a ledger in three screens', async ({ person }) => {
  const { page } = await person('Ann');
  await introduce(page, 'Ann');
  await page.getByRole('link', { name: /Start a ledger/ }).click();
  await startLedger(page, { name: 'Lisbon', template: 'Trip', people: ['Ben', '大伟'] });
  await expect(page.getByRole('link', { name: '3 people' })).toBeVisible();
  await expect(page.getByText('No entries yet')).toBeVisible();
});

test('an empty name is refused in words, and nothing is lost', async ({ person }) => {
  const { page } = await person('Ann');
  await page.getByRole('textbox', { name: 'Your name' }).fill('   ');
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('textbox', { name: 'Your name' })).toHaveAccessibleDescription(/name/i);
  await expect(page.getByRole('textbox', { name: 'Your name' })).toHaveValue('   ');
});

test('the first screen speaks the browser’s language, and changes it at once', async ({ person }) => {
  const { page } = await person('安', { browser: { locale: 'zh-CN' } });
  await expect(page.getByRole('heading', { name: '欢迎使用 Tallystick' })).toBeVisible();
  await page.getByText('English').click();
  await expect(page.getByRole('heading', { name: 'Welcome to Tallystick' })).toBeVisible();
  await page.getByText('简体中文').click();
  await page.getByRole('textbox', { name: '你的名字' }).fill('安');
  await page.getByRole('button', { name: '继续' }).click();
  await expect(page.getByRole('heading', { name: '你好，安' })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('heading', { name: '你好，安' })).toBeVisible();
});

test('the address with its token lets in one browser, once', async ({ person, browser }) => {
  const { page, url } = await person('Ann');
  const stranger = await browser.newPage();
  const answer = await stranger.goto(url);
  expect(answer?.status()).toBe(403);
  await stranger.close();
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Welcome to Tallystick' })).toBeVisible();
});
