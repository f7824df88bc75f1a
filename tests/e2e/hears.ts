import { expect, type Page } from '@playwright/test';
import { listen } from './tone.ts';

/** In decibels of full loudness: a tone in a call is far above it, and what is left of silence far below. */
export const LOUD = -60;

/** Hears the other one's tone, loudly enough; a tone has the width of a few bins of the spectrum. */
export async function hears(page: Page, hertz: number): Promise<void> {
  await expect(async () => {
    const heard = await listen(page);
    expect(heard.decibels).toBeGreaterThan(LOUD);
    expect(Math.abs(heard.hertz - hertz)).toBeLessThan(20);
  }).toPass({ timeout: 30_000 });
}

export const hearsNothing = (page: Page): Promise<void> =>
  expect(async () => {
    expect((await listen(page)).decibels).toBeLessThan(LOUD);
  }).toPass({ timeout: 30_000 });
