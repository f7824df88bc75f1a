import { existsSync } from 'node:fs';
import type { LaunchOptions } from '@playwright/test';

const CANDIDATES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The system's Chromium where there is one, else the browser Playwright itself has installed. */
export function chromiumLaunchOptions(): LaunchOptions {
  const executablePath = process.env['TALLYSTICK_CHROMIUM'] ?? CANDIDATES.find((path) => existsSync(path));
  const root = process.getuid?.() === 0;
  return {
    ...(executablePath && { executablePath }),
    // Chromium's sandbox refuses to run as root, which is what test machines are.
    args: [...(root ? ['--no-sandbox'] : []), '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'],
  };
}
