/** Calls between two browsers through a relay with its media router, all on this machine: how long until one hears the other, and how late. */
import { chromium, type Page } from '@playwright/test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { pino } from 'pino';
import { createRelayServer } from '../sync-server/server.ts';
import { callsOf } from '../tests/e2e/call-steps.ts';
import { flags, NO_WORKER, worker } from '../tests/e2e/callers.ts';
import { chromiumLaunchOptions } from '../tests/e2e/chromium.ts';
import { startHost } from '../tests/e2e/host.ts';
import { becomeContacts, setUp, valueOf } from '../tests/people.ts';
import { withProfile } from '../tests/profile.ts';
import { equip, firstSound, silence, sound } from './call-page.ts';
import { percentile, report, reportAlone } from './figure.ts';

const CALLS = 10;
const PULSES = 15;

interface Times {
  /** From the press of Answer to the first sound at either side, in milliseconds. */
  toCaller: number[];
  toCallee: number[];
  mouthToEar: number[];
}

interface Somebody {
  page: Page;
  close(): Promise<void>;
}

async function open(profile: string, isClear: boolean): Promise<Somebody> {
  const host = await startHost(profile);
  const { args = [], ...launch } = chromiumLaunchOptions();
  const browser = await chromium.launch({ ...launch, args: [...args, ...flags('').filter((flag) => !flag.includes('capture'))] });
  const context = await browser.newContext({ bypassCSP: true, locale: 'en-GB' });
  const page = await context.newPage();
  await equip(page, isClear);
  await page.goto(host.url);
  return {
    page,
    async close() {
      await browser.close();
      await host.stop();
    },
  };
}

async function callOnce(ann: Page, ben: Page, times: Times, isLast: boolean): Promise<void> {
  await Promise.all([sound(ann, null), sound(ben, null)]);
  await callsOf(ann).startTo('Ben');
  await ben.locator('[data-testid="ring-sheet"][data-ready]').waitFor({ state: 'attached' });
  const answered = await ben.getByRole('button', { name: 'Answer' }).evaluate((button: HTMLButtonElement) => {
    button.click();
    return performance.timeOrigin + performance.now();
  });
  const [atAnn, atBen] = await Promise.all([firstSound(ann, answered), firstSound(ben, answered)]);
  times.toCaller.push(atAnn - answered);
  times.toCallee.push(atBen - answered);
  if (isLast) {
    await Promise.all([silence(ann), silence(ben)]);
    // The pauses are part of the measure: the line falls silent, and each pulse dies away before the next.
    await wait(1_000);
    for (let pulse = 0; pulse < PULSES; pulse += 1) {
      const sent = await sound(ann, 150);
      times.mouthToEar.push((await firstSound(ben, sent - 5)) - sent);
      await wait(500);
    }
  }
  await ann.getByRole('button', { name: 'Hang up' }).click();
  for (const page of [ann, ben]) await page.getByRole('button', { name: 'Dismiss' }).click();
}

async function callMany(folder: string, isClear: boolean): Promise<Times> {
  const [ann, ben] = [await open(join(folder, 'Ann'), isClear), await open(join(folder, 'Ben'), isClear)];
  const times: Times = { toCaller: [], toCallee: [], mouthToEar: [] };
  try {
    await callsOf(ann.page).openChatWith('Ben');
    for (let call = 0; call < CALLS; call += 1) await callOnce(ann.page, ben.page, times, call === CALLS - 1);
  } finally {
    await ann.close();
    await ben.close();
  }
  return times;
}

/** `npm run bench -- calls`: sealed as the app calls, beside the same calls with packets in the clear. */
export async function benchCalls(): Promise<void> {
  if (worker === null) return console.error(`Not run: calls; ${NO_WORKER}.`);
  const folder = mkdtempSync(join(tmpdir(), 'tallystick-bench-'));
  const relay = await createRelayServer({
    host: '127.0.0.1', port: 0, data: join(folder, 'relay.sqlite'), logger: pino({ level: 'silent' }), calls: { isHere: true, listen: '127.0.0.1', port: 0 },
  });
  try {
    const url = `ws://127.0.0.1:${relay.port}`;
    await withProfile(join(folder, 'Ann'), 'Ann', (ann) => withProfile(join(folder, 'Ben'), 'Ben', async (ben) => {
      for (const [client, name] of [[ann, 'Ann'], [ben, 'Ben']] as const) {
        await setUp(client, name, { relay: url });
        valueOf(await client.call('calls.introduced', {}));
      }
      await becomeContacts(ann, ben);
    }));
    const clear = await callMany(folder, true);
    const sealed = await callMany(folder, false);
    const median = (samples: readonly number[]): number => percentile(samples, 0.5);
    report('answer to first sound at the caller, median', median(sealed.toCaller), 'ms', 'answer -> first sound, median <= 300 ms', 300);
    report('answer to first sound at the callee, median', median(sealed.toCallee), 'ms', 'answer -> first sound, median <= 300 ms', 300);
    reportAlone('answer to first sound at the caller, slowest', Math.max(...sealed.toCaller), 'ms');
    reportAlone('answer to first sound at the caller, beside clear', median(sealed.toCaller), 'ms', median(clear.toCaller));
    reportAlone('answer to first sound at the callee, beside clear', median(sealed.toCallee), 'ms', median(clear.toCallee));
    report('mouth to ear, median', median(sealed.mouthToEar), 'ms', 'mouth to ear <= 100 ms', 100);
    reportAlone('mouth to ear, beside clear', median(sealed.mouthToEar), 'ms', median(clear.mouthToEar));
  } finally {
    await relay.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
