import { chromium, type Page } from '@playwright/test';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createClient } from '../src/contract/client.ts';
import { createCore } from '../src/main/core.ts';
import { serveCore } from '../src/main/hosts/browser/serve.ts';
import { createNodeShell } from '../src/main/hosts/node-shell.ts';
import { createWirePair } from '../src/main/wire.memory.ts';
import { createTestReader, issueCard, openShop, openTab } from '../tests/contract/shop.ts';
import { chromiumLaunchOptions } from '../tests/e2e/chromium.ts';
import { setUp, valueOf } from '../tests/people.ts';
import { percentile, report } from './figure.ts';

const TAPS = 200;
const WARM = 10;
const SCREEN = join(import.meta.dirname, '../dist/renderer');
const newId = (): string => randomBytes(16).toString('hex');
/** Milliseconds since 1970, finer than the clock tells them, alike here and in the page. */
const now = (): number => performance.timeOrigin + performance.now();

/** Resolves with the time at which the verdict had been painted. */
const untilPainted = (page: Page): Promise<number> =>
  page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const look = (): void => {
          if (document.querySelector('[data-testid="stage"][data-phase="approved"]')) {
            // The frame with the verdict is painted after this callback, and before the next message.
            const channel = new MessageChannel();
            channel.port1.onmessage = () => resolve(performance.timeOrigin + performance.now());
            channel.port2.postMessage(null);
          } else requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
      }),
  );

/**
 * From the moment the reader sees a card to the verdict on the screen of a real browser; the sale is committed by then. The card
 * is emulated: its cryptography is real, its radio takes no time. A real one adds some tens of milliseconds a command.
 */
export async function benchTapScreen(folder: string): Promise<void> {
  const profile = join(folder, 'shop');
  const { reader, lent } = createTestReader();
  const shell = { ...createNodeShell(profile), ...lent };
  const core = await createCore(shell);
  if (!core.ok) throw new Error(core.code);
  const [near, far] = createWirePair();
  core.value.connect(far);
  const client = createClient(near);
  await setUp(client, 'Sam');
  const shop = await openShop(client);
  const card = await issueCard(client, { reader, lent }, shop, await openTab(client, shop, { paidIn: 100_000_000 }));
  const host = await serveCore({ core: core.value, port: 0, screen: SCREEN, profile, log: shell.log });
  const browser = await chromium.launch(chromiumLaunchOptions());
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(host.newUrl());
  await page.evaluate((id) => (location.hash = `#/counter/${id}/till`), shop);

  const took: number[] = [];
  let commands = 0;
  for (let tap = 0; tap < WARM + TAPS; tap += 1) {
    const transaction = newId();
    valueOf(await client.call('till.arm', { shop, transaction, amount: 250, date: '2026-11-20', description: 'Sale' }));
    await page.locator('[data-testid="stage"][data-phase="armed"]').waitFor();
    const painted = untilPainted(page);
    // The page looks, before there is anything to see.
    await page.evaluate(() => new Promise((resolve) => void requestAnimationFrame(resolve)));
    const before = card.commands;
    const seen = now();
    reader.place(card);
    const verdict = await painted;
    if (tap >= WARM) took.push(verdict - seen);
    commands = Math.max(commands, card.commands - before);
    reader.remove();
    valueOf(await client.call('till.next', { shop, transaction }));
  }
  report('card seen -> verdict painted, sale committed, emulated card, p50 of 200', percentile(took, 0.5), 'ms', 'p99 <= 500 ms', 500);
  report('the same, p99', percentile(took, 0.99), 'ms', 'p99 <= 500 ms', 500);
  report('commands to the card for a tap', commands, 'APDUs', '<= 6 APDUs', 6);
  await browser.close();
  await host.close();
  await core.value.close();
}
