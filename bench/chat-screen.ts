import { chromium, type Page } from '@playwright/test';
import { chromiumLaunchOptions } from '../tests/e2e/chromium.ts';
import { startHost } from '../tests/e2e/host.ts';
import { percentile, report } from './figure.ts';
import { measureFrames } from './screen.ts';

/** Scrolls the messages with the wheel, fast as a hand does, and by jumps into places that are not loaded. */
async function scroll(page: Page): Promise<void> {
  const list = page.getByTestId('messages');
  await list.hover();
  for (let turn = 0; turn < 150; turn += 1) await page.mouse.wheel(0, -700);
  for (let turn = 0; turn < 100; turn += 1) await page.mouse.wheel(0, -20_000);
  await list.focus();
  for (let turn = 0; turn < 50; turn += 1) await page.keyboard.press('PageUp');
}

/** A chat of 20 000 messages on the screen: from the click to its newest message, and frames while scrolling. */
export async function benchChatScreen(profile: string, ledger: string): Promise<void> {
  const host = await startHost(profile);
  const browser = await chromium.launch(chromiumLaunchOptions());
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(host.url);
  const opens: number[] = [];
  for (let turn = 0; turn < 6; turn += 1) {
    await page.evaluate(() => (location.hash = '#/today'));
    await page.getByTestId('messages').waitFor({ state: 'detached' });
    const took = await page.evaluate(
      (id) =>
        new Promise<number>((resolve) => {
          const began = performance.now();
          const look = (): void => {
            const list = document.querySelector('[data-testid="messages"]');
            if (list?.querySelector('[data-message]')) resolve(performance.now() - began);
            else requestAnimationFrame(look);
          };
          location.hash = `#/chats/${id}`;
          requestAnimationFrame(look);
        }),
      ledger,
    );
    opens.push(took);
  }
  // The first one also loads the code of the page.
  report('screen: from the click to the messages of a chat of 20 000, first', opens[0] ?? Number.NaN, 'ms', '20 000 messages open in <= 200 ms', 200);
  report('screen: the same again, worst of 5', Math.max(...opens.slice(1)), 'ms', '20 000 messages open in <= 200 ms', 200);
  const gaps = await measureFrames(page, () => scroll(page));
  report('longest frame while scrolling 20 000 messages', Math.max(...gaps), 'ms', 'messages scroll smoothly: no frame longer than 50 ms', 50);
  report('p99 frame while scrolling 20 000 messages', percentile(gaps, 0.99), 'ms', 'messages scroll smoothly: no frame longer than 50 ms', 50);
  await browser.close();
  await host.stop();
}
