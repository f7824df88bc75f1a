/** Real relays, real cores in processes of their own, real browsers: as many people in one test as it needs. */
import { test as base, type BrowserContextOptions, type Page } from '@playwright/test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '#contract/client.ts';
import { withProfile } from '#tests/profile.ts';
import { startHost } from './host.ts';
import { startRelay, type TestRelay } from './relay.ts';

export { expect } from '@playwright/test';

export interface Person {
  readonly page: Page;
  /** The address that let this browser in. */
  readonly url: string;
  /** Folder of the profile. */
  readonly profile: string;
  /** Takes the core away in the middle of whatever it does, as a power cut would. */
  killCore(): Promise<void>;
  /** Starts it again; the page comes back by itself. */
  startCore(): Promise<void>;
}

export interface PersonOptions {
  /** What the person did before the test begins, through the contract. */
  before?: (client: Client) => Promise<void>;
  /** Of the browser: colour scheme, language, size. */
  browser?: BrowserContextOptions;
}

interface Fixtures {
  /** A folder of this test's own. */
  folder: string;
  relay: TestRelay;
  /** Opens the app for a person on a device; `device` names the profile, so that one person can have two. */
  person: (device: string, options?: PersonOptions) => Promise<Person>;
}

export const test = base.extend<Fixtures>({
  folder: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'tallystick-'));
    await use(folder);
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  },
  relay: async ({ folder }, use) => {
    const relay = await startRelay(folder);
    await use(relay);
    await relay.stop();
  },
  person: async ({ browser, contextOptions, folder, locale, timezoneId }, use) => {
    const closers: (() => Promise<void>)[] = [];
    await use(async (device, options = {}) => {
      const profile = join(folder, device);
      if (options.before) await withProfile(profile, device, options.before);
      let host = await startHost(profile);
      const port = Number(new URL(host.url).port);
      const context = await browser.newContext({ ...contextOptions, ...(locale && { locale }), ...(timezoneId && { timezoneId }), ...options.browser });
      closers.push(() => context.close(), () => host.stop());
      const page = await context.newPage();
      await page.goto(host.url);
      return {
        page,
        url: host.url,
        profile,
        killCore: () => host.kill(),
        async startCore() {
          host = await startHost(profile, port);
        },
      };
    });
    for (const close of closers) await close();
  },
});
