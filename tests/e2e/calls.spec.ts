/** Two people call each other through a real relay and its media router, and hear each other, and nobody else does. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { join } from 'node:path';
import { createFrameOpener } from '#renderer/features/calls/media-frame.ts';
import { becomeContacts, joinByLink, setUp, startHousehold, valueOf } from '#tests/people.ts';
import { withProfile } from '#tests/profile.ts';
import { callsOf } from './call-steps.ts';
import { expect, needWorker, test } from './callers.ts';
import { hears, hearsNothing, LOUD } from './hears.ts';
import { tabTo } from './steps.ts';
import { listen } from './tone.ts';

needWorker('calls');

test('each hears exactly the other, sees the same words, is silent when muted, and it leaves one card', async ({ pair, relay }) => {
  const { ann, ben } = await pair();
  const [anns, bens] = [callsOf(ann.page), callsOf(ben.page)];
  await anns.openChatWith('Ben');
  await anns.startTo('Ben');
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

test('who declines is not rung again, who gives up is missed, and whoever talks is busy; each leaves a card that says so', async ({ pair, caller, relay, folder }) => {
  const { ann, ben } = await pair({
    async before(annClient, benClient) {
      valueOf(await benClient.call('ledgers.create', { name: 'Flat', template: 'plain', currency: 'EUR', people: [] }));
      await withProfile(join(folder, 'Cy'), 'Cy', async (cyClient) => {
        await setUp(cyClient, 'Cy', { relay: relay.url });
        await becomeContacts(annClient, cyClient);
      });
    },
  });
  const [anns, bens] = [callsOf(ann.page), callsOf(ben.page)];
  await anns.openChatWith('Ben');
  await anns.startTo('Ben');
  await anns.agreeToIntroduction('Ben');
  await expect(bens.ringing('Ann')).toBeVisible();
  await bens.declineByKey();
  await expect(anns.over()).toContainText('Ben declined');
  await expect(bens.over()).toContainText('You declined the call from Ann');

  // Esc is meant for what rings, not for what Ben was writing.
  await ben.page.getByRole('link', { name: 'Flat' }).first().click();
  await ben.page.getByRole('button', { name: /^New entry/ }).first().click();
  const form = ben.page.getByRole('dialog', { name: 'New entry' });
  await form.getByRole('textbox', { name: 'Description' }).fill('Bread');
  await anns.startTo('Ben');
  await expect(bens.ringing('Ann')).toBeVisible();
  await bens.declineByKey();
  await expect(anns.over()).toContainText('Ben declined');
  await expect(form.getByRole('textbox', { name: 'Description' })).toHaveValue('Bread');
  await expect(ben.page.getByRole('button', { name: 'Throw away' })).toBeHidden();
  await form.getByRole('button', { name: 'Close', exact: true }).click();
  await ben.page.getByRole('button', { name: 'Throw away' }).click();

  await anns.startTo('Ben');
  await expect(bens.ringing('Ann')).toBeVisible();
  await expect(anns.sheet('Ben')).toContainText('Ringing…');
  await ann.page.getByRole('button', { name: 'Hang up' }).click();
  await expect(bens.over()).toContainText('Missed call from Ann');
  await expect(anns.over()).toContainText('You cancelled the call to Ben');
  await expect(bens.ringing('Ann')).toBeHidden();

  // Ben calls back from the line that says he missed it, and is in that call when Cy rings.
  await ben.page.getByRole('button', { name: 'Call back' }).click();
  await bens.agreeToIntroduction('Ann');
  await anns.answerByKey();
  for (const { page } of [ann, ben]) await expect(page.getByRole('timer', { name: 'Duration' })).toBeVisible();
  const cy = await caller('Cy', 1_700);
  const cys = callsOf(cy.page);
  await cys.openChatWith('Ann');
  await cys.startTo('Ann');
  await cys.agreeToIntroduction('Ann');
  await expect(cys.over()).toContainText('Ann is in another call');
  await hears(ann.page, ben.hertz);
  await ben.page.getByRole('button', { name: 'Hang up' }).click();
  await expect(anns.over()).toContainText('Call with Ben ended');
  await expect(ann.page.getByTestId('call-card')).toHaveCount(4);
  await expect(ann.page.getByTestId('call-card').nth(2)).toContainText('Call cancelled');
  await bens.openChatWith('Ann');
  await expect(ben.page.getByTestId('call-card')).toHaveCount(4);
  await expect(ben.page.getByTestId('call-card').nth(2)).toContainText('Missed call');
  await expect(cy.page.getByTestId('call-card')).toHaveCount(1);
});

interface Keys {
  send: string;
  receive: string;
}
/** Stands between a page and its core: sees the keys of a call as the page is given them, and may change them. */
async function betweenPageAndCore(page: Page, change: (keys: Keys) => Keys): Promise<void> {
  await page.routeWebSocket(/\/core$/, (near) => {
    const far = near.connectToServer();
    far.onMessage((message) => {
      const parsed: unknown = JSON.parse(String(message));
      const value: unknown = Object(parsed).value;
      if (typeof Object(value).sendKeyId !== 'number') return near.send(message);
      near.send(JSON.stringify({ ...Object(parsed), value: { ...Object(value), ...change(value as Keys) } }));
    });
  });
}
const fromHex = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));

test('with a wrong key there is silence, and what lies at the relay opens with the right one alone', async ({ pair, relay }) => {
  let annsKey = '';
  const wrong = 'ab'.repeat(32);
  const { ann, ben } = await pair({
    ann: { onPage: (page) => betweenPageAndCore(page, (keys) => ((annsKey = keys.send), keys)) },
    ben: { onPage: (page) => betweenPageAndCore(page, (keys) => ({ ...keys, receive: wrong })) },
  });
  const [anns, bens] = [callsOf(ann.page), callsOf(ben.page)];
  await anns.openChatWith('Ben');
  await anns.startTo('Ben');
  await anns.agreeToIntroduction('Ben');
  await bens.answerByKey();
  // Ann hears Ben, who hears nothing of what comes.
  await hears(ann.page, ben.hertz);
  expect((await listen(ben.page)).decibels).toBeLessThan(LOUD);
  await expect(bens.sheet('Ann')).toContainText('Connecting…');

  expect(relay.payloads.length).toBeGreaterThan(50);
  const [right, other] = [createFrameOpener(fromHex(annsKey)), createFrameOpener(fromHex(wrong))];
  const opened = await Promise.all(relay.payloads.map(async (payload) => ({ payload, sound: await right(payload), not: await other(payload) })));
  expect(opened.every(({ not }) => not === undefined)).toBe(true);
  const sounds = opened.filter(({ sound }) => sound !== undefined);
  expect(sounds.length).toBeGreaterThan(20);
  for (const { payload, sound } of sounds) expect(payload.includes(Buffer.from(sound ?? []))).toBe(false);

  // It is no call for long.
  await expect(anns.over()).toContainText('The call with Ben broke off', { timeout: 40_000 });
  await expect(bens.over()).toContainText('The call with Ann broke off');
});

test('a media router that dies in mid-call is started anew, and the call goes on', async ({ pair, relay }) => {
  const { ann, ben } = await pair();
  const [anns, bens] = [callsOf(ann.page), callsOf(ben.page)];
  await anns.openChatWith('Ben');
  await anns.startTo('Ben');
  await anns.agreeToIntroduction('Ben');
  await bens.answerByKey();
  await Promise.all([hears(ann.page, ben.hertz), hears(ben.page, ann.hertz)]);
  const pid = relay.server.sfu?.pid();
  if (!pid) throw new Error('no worker');
  process.kill(pid, 'SIGKILL');
  await expect(anns.sheet('Ben')).toContainText('The connection was lost');
  await expect(anns.sheet('Ben').getByRole('timer', { name: 'Duration' })).toBeVisible({ timeout: 30_000 });
  await Promise.all([hears(ann.page, ben.hertz), hears(ben.page, ann.hertz)]);
  await ben.page.getByRole('button', { name: 'Hang up' }).click();
  await expect(anns.over()).toContainText('Call with Ben ended');
});

const pictures = join(import.meta.dirname, '../../screenshots/calls');
/** Looked at by axe, and kept as a picture to be looked at by people. */
async function look(page: Page, name: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
  await page.screenshot({ path: join(pictures, `${name}.png`), animations: 'disabled' });
}

test('by keyboard alone, from a line of a ledger, in two languages and two lights; both are led to the line and go on talking', async ({ pair }) => {
  const { ann, ben } = await pair({
    ann: { browser: { colorScheme: 'light' } },
    ben: { browser: { colorScheme: 'dark' }, language: 'zh-CN' },
    async before(annClient, benClient) {
      const { ledger } = await startHousehold(annClient, { name: 'Flat', others: ['Ben'], entries: 12 });
      await joinByLink(annClient, ledger, benClient, 'Ben');
    },
  });
  const [anns, bens] = [callsOf(ann.page), callsOf(ben.page)];
  await ann.page.getByRole('link', { name: 'Flat' }).first().press('Enter');
  await tabTo(ann.page, ann.page.getByRole('grid'));
  await ann.page.keyboard.press('ArrowDown');
  await ann.page.keyboard.press('Enter');
  const panel = ann.page.getByRole('complementary', { name: 'Entry' });
  await expect(panel.getByRole('button', { name: 'Call about this' })).toBeVisible();
  const title = (await panel.getByRole('heading', { level: 2 }).first().textContent()) ?? '';
  await tabTo(ann.page, panel.getByRole('button', { name: 'Call about this' }));
  await ann.page.keyboard.press('Enter');
  await expect(ann.page.getByRole('dialog', { name: 'Before your first call' })).toBeVisible();
  await look(ann.page, 'introduction-en-light');
  await ann.page.keyboard.press('Enter');

  const ringing = ben.page.getByRole('dialog', { name: 'Ann来电' });
  await expect(ringing).toContainText('Anna Müller');
  await expect(ringing).toContainText(title);
  await look(ben.page, 'ringing-zh-dark');
  await expect(anns.sheet('Ben')).toContainText('Ringing…');
  await look(ann.page, 'dialling-en-light');
  await bens.answerByKey();
  await Promise.all([hears(ann.page, ben.hertz), hears(ben.page, ann.hertz)]);
  await look(ann.page, 'call-en-light');
  await look(ben.page, 'call-zh-dark');

  // Ben opens the line they talk about; the call goes on, small, above it.
  await tabTo(ben.page, ben.page.getByRole('link', { name: `打开${title}` }));
  await ben.page.keyboard.press('Enter');
  await expect(ben.page.getByRole('complementary')).toContainText(title);
  const bar = ben.page.getByRole('region', { name: '与Ann的通话' });
  await expect(bar.getByRole('timer')).toBeVisible();
  await hears(ben.page, ann.hertz);
  await look(ben.page, 'bar-zh-dark');
  await ann.page.keyboard.press('Escape');
  await expect(ann.page.getByRole('region', { name: 'Call with Ben' })).toBeVisible();
  await look(ann.page, 'bar-en-light');
  await tabTo(ann.page, ann.page.getByRole('region', { name: 'Call with Ben' }).getByRole('button', { name: 'Mute microphone' }));
  await ann.page.keyboard.press('Space');
  await hearsNothing(ben.page);
  await tabTo(ann.page, ann.page.getByRole('button', { name: 'Hang up' }));
  await ann.page.keyboard.press('Enter');
  await expect(bens.over()).toContainText('与Ann的通话已结束');
  await look(ann.page, 'over-en-light');
  await expect(panel.getByTestId('call-card')).toHaveCount(1);
});

test('a page that is loaded anew in mid-call goes on with it', async ({ pair }) => {
  const { ann, ben } = await pair();
  const [anns, bens] = [callsOf(ann.page), callsOf(ben.page)];
  await anns.openChatWith('Ben');
  await anns.startTo('Ben');
  await anns.agreeToIntroduction('Ben');
  await bens.answerByKey();
  await hears(ben.page, ann.hertz);
  await ann.page.reload();
  await Promise.all([hears(ann.page, ben.hertz), hears(ben.page, ann.hertz)]);
  await ann.page.getByRole('button', { name: 'Hang up' }).click();
  await expect(bens.over()).toContainText('Call with Ann ended');
});

test('without a microphone there is no call, and it is said why', async ({ pair }) => {
  const refuse = async (page: Page): Promise<void> => {
    await page.addInitScript(() => {
      navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('Permission denied', 'NotAllowedError'));
    });
  };
  const { ann, ben } = await pair({ ann: { onPage: refuse } });
  const [anns, bens] = [callsOf(ann.page), callsOf(ben.page)];
  await anns.openChatWith('Ben');
  await anns.startTo('Ben');
  await anns.agreeToIntroduction('Ben');
  await expect(anns.over()).toContainText('Tallystick may not use the microphone');
  await expect(bens.over()).toContainText('Missed call from Ann');
  await expect(ben.page.getByTestId('ring-sheet')).toHaveCount(0);
});

test('whoever is called by a machine that goes dark has missed a call, and keeps a card of it', async ({ pair }) => {
  const { ann, ben } = await pair();
  const bens = callsOf(ben.page);
  await bens.openChatWith('Ann');
  await callsOf(ann.page).openChatWith('Ben');
  await callsOf(ann.page).startTo('Ben');
  await callsOf(ann.page).agreeToIntroduction('Ben');
  await expect(bens.ringing('Ann')).toBeVisible();
  await ann.killCore();
  await expect(bens.over()).toContainText('Missed call from Ann', { timeout: 30_000 });
  await expect(ben.page.getByTestId('call-card')).toHaveCount(1);
  await expect(ben.page.getByTestId('call-card')).toContainText('Missed call');
});
