import { chromium, type Page } from '@playwright/test';
import { chromiumLaunchOptions } from '../tests/e2e/chromium.ts';
import { startHost } from '../tests/e2e/host.ts';
import { percentile, report } from './figure.ts';

/** Gaps between the frames that the page draws while `work` goes on, in ms. */
export async function measureFrames(page: Page, work: () => Promise<void>): Promise<number[]> {
  await page.evaluate(() => {
    const frames: number[] = [];
    Object.assign(window, { frameTimes: frames });
    const draw = (time: number): void => {
      frames.push(time);
      requestAnimationFrame(draw);
    };
    requestAnimationFrame(draw);
  });
  await work();
  const times = await page.evaluate((): number[] => Reflect.get(window, 'frameTimes'));
  return times.slice(1).map((time, index) => time - (times[index] ?? time));
}

/** Scrolls the list with the wheel, fast as a hand does, and by jumps into places it has not loaded. */
async function scroll(page: Page): Promise<void> {
  const list = page.getByRole('grid');
  await list.hover();
  for (let turn = 0; turn < 150; turn += 1) await page.mouse.wheel(0, 700);
  for (let turn = 0; turn < 100; turn += 1) await page.mouse.wheel(0, 20_000);
  await list.press('Home');
  for (let turn = 0; turn < 50; turn += 1) await list.press('PageDown');
}

/** Milliseconds from each key press to the frame that shows what it typed. */
async function typeInto(page: Page, label: string, text: string): Promise<number[]> {
  const field = page.getByRole('dialog').getByLabel(label, { exact: true });
  await field.focus();
  await field.evaluate((element) => {
    const waits: number[] = [];
    Object.assign(window, { keyWaits: waits });
    element.addEventListener('keydown', (event) => requestAnimationFrame(() => setTimeout(() => waits.push(performance.now() - event.timeStamp))));
  });
  await field.pressSequentially(text, { delay: 20 });
  if ((await field.inputValue()) !== text) throw new Error(`${label} shows something else than what was typed`);
  await page.waitForFunction((keys) => Reflect.get(window, 'keyWaits').length >= keys, text.length);
  return page.evaluate((): number[] => Reflect.get(window, 'keyWaits'));
}

/** The renderer on a large ledger: frames while scrolling, and typing while the core is stopped altogether. */
export async function benchScreen(profile: string, ledger: string): Promise<void> {
  const host = await startHost(profile);
  const browser = await chromium.launch(chromiumLaunchOptions());
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(host.url);
  await page.evaluate((id) => (location.hash = `#/ledger/${id}/entries`), ledger);
  await page.getByRole('grid').getByRole('row').nth(20).waitFor();

  const gaps = await measureFrames(page, () => scroll(page));
  report('longest frame while scrolling 100 000 rows', Math.max(...gaps), 'ms', 'list scroll at 100 000 rows drops no frame longer than 50 ms', 50);
  report('p99 frame while scrolling 100 000 rows', percentile(gaps, 0.99), 'ms', 'list scroll at 100 000 rows drops no frame longer than 50 ms', 50);

  await page.keyboard.press('n');
  await page.getByRole('dialog').waitFor();
  host.freeze();
  const waits = [...(await typeInto(page, 'Amount', '12.5+3*4')), ...(await typeInto(page, 'Description', 'Dinner for four'))];
  host.thaw();
  report('key press to frame while the core is stopped, p95', percentile(waits, 0.95), 'ms', 'typing in the form never waits on the core (<= 50 ms)', 50);

  await browser.close();
  await host.stop();
}
