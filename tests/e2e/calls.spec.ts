/** Two people call each other through a real relay and its media router, and hear each other, and nobody else does. */
import type { Page } from '@playwright/test';
import { callsOf } from './call-steps.ts';
import { expect, NO_WORKER, test, worker } from './callers.ts';
import { listen } from './tone.ts';

test.skip(worker === null, `not run: ${NO_WORKER}`);
test.beforeAll(() => {
  if (worker === null) process.stderr.write(`Not run: calls; ${NO_WORKER}.\n`);
});

const LOUD = -60;
/** Hears the other one's tone, loudly enough; a tone has the width of a few bins of the spectrum. */
async function hears(page: Page, hertz: number): Promise<void> {
  await expect(async () => {
    const heard = await listen(page);
    expect(heard.decibels).toBeGreaterThan(LOUD);
    expect(Math.abs(heard.hertz - hertz)).toBeLessThan(20);
  }).toPass({ timeout: 30_000 });
}
const hearsNothing = (page: Page): Promise<void> =>
  expect(async () => {
    expect((await listen(page)).decibels).toBeLessThan(LOUD);
  }).toPass({ timeout: 30_000 });

test('each hears exactly the other, sees the same words, is silent when muted, and it leaves one card', async ({ pair, relay }) => {
  const { ann, ben } = await pair();
  const [anns, bens] = [callsOf(ann.page), callsOf(ben.page)];
  await anns.openChatWith('Ben');
  await ann.page.getByRole('button', { name: 'Call Ben' }).click();
  await anns.agreeToIntroduction('Ben');
  await expect(bens.ringing('Ann')).toBeVisible();
  await expect(bens.ringing('Ann')).toContainText('Real name: Anna Müller');
  await bens.answerByKey();
  for (const { page } of [ann, ben]) await expect(page.getByRole('timer', { name: 'Duration' })).toBeVisible();
  await Promise.all([hears(ann.page, ben.hertz), hears(ben.page, ann.hertz)]);

  const words = await ann.page.getByTestId('call-words').locator('span').allTextContents();
  expect(words).toHaveLength(2);
  expect(await ben.page.getByTestId('call-words').locator('span').allTextContents()).toEqual(words);

  await ann.page.getByRole('button', { name: 'Mute microphone' }).click();
  await hearsNothing(ben.page);
  await hears(ann.page, ben.hertz);
  await ann.page.getByRole('button', { name: 'Microphone is off. Turn it on' }).click();
  await hears(ben.page, ann.hertz);

  await ann.page.getByRole('button', { name: 'Hang up' }).click();
  for (const one of [anns, bens]) await expect(one.over()).toContainText(/Call with (Ann|Ben) ended after 0:\d\d/);
  await expect(ann.page.getByTestId('call-card')).toHaveCount(1);
  await bens.openChatWith('Ann');
  await expect(ben.page.getByTestId('call-card')).toHaveCount(1);
  expect(relay.server.sfu?.rooms()).toBe(0);
});
