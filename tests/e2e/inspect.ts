/** A screen as a person has it before them: kept as a picture, and looked at by axe. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { join } from 'node:path';
import { expect } from './fixtures.ts';

const pictures = join(import.meta.dirname, '../../screenshots');

/** Nothing moves any more, and the fonts are there. */
async function settle(page: Page): Promise<void> {
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  await expect(page.locator('.mantine-Loader-root, .mantine-Skeleton-root, [aria-busy=true]')).toHaveCount(0);
  await page.evaluate(() => Promise.all(document.getAnimations().filter((one) => one.effect?.getComputedTiming().iterations !== Infinity).map((one) => one.finished.catch(() => undefined))));
}

/** Takes a picture into `screenshots/<folder>`, and expects that nothing on it keeps anybody out, or has to be scrolled sideways. */
export async function inspect(page: Page, folder: string, name: string): Promise<void> {
  await settle(page);
  await page.screenshot({ path: join(pictures, folder, `${name}.png`) });
  const { violations } = await new AxeBuilder({ page }).analyze();
  const grave = violations.filter((one) => one.impact === 'serious' || one.impact === 'critical');
  const told = grave.flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.target.join(' ')} ${node.failureSummary?.split('\n')[1]?.trim() ?? ''}`));
  expect.soft(told, `${folder}/${name}`).toEqual([]);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect.soft(overflow, `${folder}/${name}: pixels to scroll sideways`).toBe(0);
}

/** In which a screen is looked at: both languages, light and dark, and the smallest window. */
export const LOOKS = [
  { look: 'en-light', language: 'en', colorScheme: 'light', viewport: { width: 1_280, height: 820 } },
  { look: 'en-dark', language: 'en', colorScheme: 'dark', viewport: { width: 1_280, height: 820 } },
  { look: 'zh-light', language: 'zh-CN', colorScheme: 'light', viewport: { width: 1_280, height: 820 } },
  { look: 'zh-dark', language: 'zh-CN', colorScheme: 'dark', viewport: { width: 1_280, height: 820 } },
  { look: 'en-small', language: 'en', colorScheme: 'light', viewport: { width: 900, height: 600 } },
] as const;
