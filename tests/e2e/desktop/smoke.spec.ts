/** The desktop application itself: few tests, about what only Electron can break. */
import { _electron, expect, test as base, type ElectronApplication, type Page } from '@playwright/test';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addExpense, entryRow, introduce, startLedger } from '#tests/e2e/steps.ts';

const root = join(import.meta.dirname, '../../..');
const dist = process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(root, 'node_modules/electron/dist');
const main = join(root, 'dist/electron/main.cjs');
const binary = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' }[process.platform as string] ?? 'electron';

/** Chromium's own sandbox refuses to run as root; the page's isolation from Node does not depend on it. */
const isRoot = process.getuid?.() === 0;

const test = base.extend<{ profile: string; open: (...args: string[]) => Promise<{ app: ElectronApplication; page: Page }> }>({
  profile: async ({}, use) => {
    const profile = await mkdtemp(join(tmpdir(), 'tallystick-desktop-'));
    await use(profile);
    await rm(profile, { recursive: true, force: true, maxRetries: 3 });
  },
  open: async ({ profile }, use) => {
    const apps: ElectronApplication[] = [];
    await use(async (...args) => {
      const app = await _electron.launch({
        executablePath: join(dist, binary),
        chromiumSandbox: !isRoot,
        args: [main, '--profile', profile, ...args],
        locale: 'en-GB',
      });
      apps.push(app);
      return { app, page: await app.firstWindow() };
    });
    for (const app of apps) await app.close();
  },
});

async function beginFlat(page: Page): Promise<void> {
  await introduce(page, 'Ann');
  await startLedger(page, { name: 'Flat', people: ['Ben'] });
}

test('starts, books one expense, and has it after a reload and after a restart', async ({ open }) => {
  const first = await open();
  await beginFlat(first.page);
  await addExpense(first.page, 'Bread', '4.20');
  await first.page.reload();
  await expect(entryRow(first.page, 'Bread')).toContainText('€4.20');
  await first.app.close();
  const second = await open();
  await second.page.getByRole('link', { name: 'Flat' }).first().click();
  await expect(entryRow(second.page, 'Bread')).toContainText('€4.20');
});

test('the core is killed: a new one takes its place, and what was typed stays', async ({ open }) => {
  const { app, page } = await open();
  await beginFlat(page);
  await addExpense(page, 'Bread', '4.20');
  await page.keyboard.press('n');
  await page.getByRole('textbox', { name: 'Description' }).fill('Typed meanwhile');
  const before = await app.evaluate(({ app: electron }) => electron.getAppMetrics().find((one) => one.name === 'Tallystick core')?.pid);
  expect(before).toBeDefined();
  process.kill(before ?? 0, 'SIGKILL');
  await expect
    .poll(() => app.evaluate(({ app: electron }) => electron.getAppMetrics().find((one) => one.name === 'Tallystick core')?.pid))
    .not.toBe(before);
  await expect(page.getByText('Connection to the core lost', { exact: false })).toBeHidden();
  await expect(page.getByRole('textbox', { name: 'Description' })).toHaveValue('Typed meanwhile');
  await page.getByRole('textbox', { name: 'Amount' }).fill('1');
  await page.getByRole('button', { name: 'Save and close' }).click();
  await expect(entryRow(page, 'Typed meanwhile')).toHaveCount(1);
  await expect(entryRow(page, 'Bread')).toHaveCount(1);
});

test('the page is shut in: no Node, no navigation, no window, no permission, no file outside its folder', async ({ open }) => {
  const { app, page } = await open();
  await expect(page.getByRole('heading', { name: 'Welcome to Tallystick' })).toBeVisible();
  expect(await page.evaluate(() => ['require', 'process', 'module', 'Buffer', 'electron'].filter((name) => name in globalThis))).toEqual([]);
  const preferences = await app.evaluate(({ BrowserWindow }) => {
    // Electron answers this, though its types leave it out.
    const contents = BrowserWindow.getAllWindows()[0]?.webContents as unknown as { getLastWebPreferences(): Electron.WebPreferences };
    const { sandbox, contextIsolation, nodeIntegration, webviewTag } = contents.getLastWebPreferences();
    return { sandbox, contextIsolation, nodeIntegration, webviewTag: webviewTag ?? false };
  });
  expect(preferences).toEqual({ sandbox: true, contextIsolation: true, nodeIntegration: false, webviewTag: false });

  for (const address of ['https://example.com/', 'file:///etc/passwd', 'app://elsewhere/', 'data:text/html,x']) {
    await page.evaluate((to) => {
      const link = document.createElement('a');
      link.href = to;
      document.body.append(link);
      link.click();
      location.href = to;
    }, address);
    expect(await page.evaluate((to) => window.open(to) === null, address)).toBe(true);
  }
  expect(page.url()).toMatch(/^app:\/\/tallystick\//);
  expect(app.windows()).toHaveLength(1);

  const asked = await page.evaluate(async () => ({
    notification: await Notification.requestPermission(),
    location: await new Promise((resolve) => navigator.geolocation.getCurrentPosition(() => resolve('given'), (error) => resolve(error.code))),
    camera: (await navigator.permissions.query({ name: 'camera' as PermissionName })).state,
  }));
  expect(asked).toEqual({ notification: 'denied', location: 1, camera: 'denied' });

  const outside = await page.evaluate(async () => {
    const answers = ['/..%2f..%2fpackage.json', '/%2e%2e/%2e%2e/package.json', '/assets/..%2f..%2f..%2fpackage.json'].map(async (path) => (await fetch(path)).status);
    return Promise.all(answers);
  });
  expect(outside).toEqual([404, 404, 404]);
  expect(await page.evaluate(() => fetch('https://example.com/').then(() => 'reached', () => 'refused'))).toBe('refused');
});

test('a link in a message is given to the browser of the system once a person has said so, and nothing else is', async ({ open }) => {
  const { app, page } = await open();
  await beginFlat(page);
  // The system's browser is not ours to start here: what it would be given is kept instead.
  await app.evaluate(({ shell }) => {
    const given: string[] = [];
    Object.assign(globalThis, { given });
    shell.openExternal = async (address) => void given.push(address);
  });
  const given = () => app.evaluate((): string[] => Reflect.get(globalThis, 'given'));
  await page.getByRole('tab', { name: 'Chat' }).click();
  await page.getByRole('textbox', { name: 'Message to Flat' }).fill('Look at https://user@example.org/a?b=1');
  await page.keyboard.press('Enter');
  await page.getByTestId('messages').getByRole('button').click();
  await expect(page.getByTestId('link-host')).toHaveText('example.org');
  expect(await given()).toEqual([]);
  await page.getByRole('button', { name: 'Open the page' }).click();
  await expect.poll(given).toEqual(['https://example.org/a?b=1']);
  // One for each press.
  await page.evaluate(() => window.open('https://example.org/unasked'));
  await page.getByRole('heading', { name: 'Flat' }).click();
  await page.evaluate(() => window.open('file:///etc/passwd'));
  expect(await given()).toHaveLength(1);
  expect(app.windows()).toHaveLength(1);
});

test('the process of the page is in the operating system’s sandbox', async ({ open }) => {
  // As root there is no sandbox to look at, and elsewhere nothing to read it from: the skip says which. Run as a user to try it.
  const reason = isRoot ? 'root: Chromium runs without its sandbox then' : process.platform !== 'linux' ? 'only Linux tells it in /proc' : undefined;
  if (reason) console.log(`The sandbox of the page’s process was not tried: ${reason}.`);
  test.skip(reason !== undefined, reason);
  const { app, page } = await open();
  await expect(page.getByRole('heading', { name: 'Welcome to Tallystick' })).toBeVisible();
  const pid = await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.getOSProcessId());
  expect(await readFile(`/proc/${pid}/status`, 'utf8')).toMatch(/^Seccomp:\s+2$/m);
});

test('a second start on the same books brings the first window to the front, and ends', async ({ open, profile }) => {
  const { app, page } = await open();
  await beginFlat(page);
  const second = spawn(join(dist, binary), [...(isRoot ? ['--no-sandbox'] : []), main, '--profile', profile], { stdio: 'ignore' });
  const [code] = await once(second, 'exit');
  expect(code).toBe(0);
  expect(app.windows()).toHaveLength(1);
  await addExpense(page, 'Still the only one', '1');
});

test('an invite link opens the page that asks, and joins nothing by itself', async ({ open }) => {
  const { app, page } = await open();
  await beginFlat(page);
  await app.evaluate(({ app: electron }) => electron.emit('second-instance', {}, ['tallystick', 'tallystick://join/made-up'], '/'));
  await expect(page.getByRole('heading', { name: 'Open an invitation' })).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Link or code' })).toHaveValue('tallystick://join/made-up');
  await expect(page.getByRole('navigation').getByRole('link', { name: 'Flat' })).toHaveCount(1);
});
