/** End to end: `browser` drives a real Chromium against real cores and a real relay, `desktop` the Electron host. */
import { defineConfig } from '@playwright/test';
import { chromiumLaunchOptions } from './tests/e2e/chromium.ts';

export default defineConfig({
  testDir: 'tests/e2e',
  testMatch: '**/*.spec.ts',
  forbidOnly: Boolean(process.env['CI']),
  // Real browsers on a busy machine: a test that passes only at a second try is listed as flaky, and to be looked at.
  retries: 2,
  workers: 2,
  fullyParallel: false,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  reporter: [['list']],
  // Recording a trace takes as long as the test itself: ask for one with `--trace on` when there is something to find out.
  use: { actionTimeout: 15_000, trace: 'off', locale: 'en-GB', timezoneId: 'UTC', launchOptions: chromiumLaunchOptions() },
  projects: [
    { name: 'browser', testIgnore: '**/desktop/**', outputDir: 'test-results/browser' },
    { name: 'desktop', testMatch: '**/desktop/**/*.spec.ts', outputDir: 'test-results/desktop' },
  ],
});
