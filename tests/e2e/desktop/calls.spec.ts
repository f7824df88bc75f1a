/** A call from the desktop application, the one host that decides itself who may have the microphone. */
import { _electron } from '@playwright/test';
import { join } from 'node:path';
import { callsOf } from '#tests/e2e/call-steps.ts';
import { expect, flags, needWorker, test } from '#tests/e2e/callers.ts';
import { hears } from '#tests/e2e/hears.ts';
import { writeTone } from '#tests/e2e/tone.ts';

const root = join(import.meta.dirname, '../../..');
const dist = process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(root, 'node_modules/electron/dist');
const binary = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' }[process.platform as string] ?? 'electron';

needWorker('calls from the desktop');

test('the page may have the microphone while a call is on, and hears and is heard; before and after it may not', async ({ befriend, caller, folder }) => {
  await befriend();
  const tone = join(folder, 'Ann.wav');
  await writeTone(tone, 440);
  const app = await _electron.launch({
    executablePath: join(dist, binary),
    chromiumSandbox: process.getuid?.() !== 0,
    // An older runtime has the transform of packets under a switch of its own.
    args: [...flags(tone).filter((flag) => !flag.includes('fake-ui')), '--enable-blink-features=RTCRtpScriptTransform', join(root, 'dist/electron/main.cjs'), '--profile', join(folder, 'Ann')],
    locale: 'en-GB',
  });
  try {
    const page = await app.firstWindow();
    const ben = await caller('Ben', 1_000);
    const anns = callsOf(page);
    const askFor = (wanted: MediaStreamConstraints) => page.evaluate(async (constraints) => {
      try {
        const stream = await navigator.mediaDevices.getUserMedia(constraints);
        for (const track of stream.getTracks()) track.stop();
        return 'given';
      } catch (error) {
        return error instanceof DOMException ? error.name : String(error);
      }
    }, wanted);
    expect(await askFor({ audio: true })).toBe('NotAllowedError');
    await anns.openChatWith('Ben');
    await anns.startTo('Ben');
    await anns.agreeToIntroduction('Ben');
    await callsOf(ben.page).answerByKey();
    await Promise.all([hears(page, ben.hertz), hears(ben.page, 440)]);
    expect(await askFor({ audio: true })).toBe('given');
    expect(await askFor({ audio: true, video: true })).toBe('NotAllowedError');
    await page.screenshot({ path: join(root, 'screenshots/calls/desktop.png') });
    await page.getByRole('button', { name: 'Hang up' }).click();
    await expect(anns.over()).toContainText('Call with Ben ended');
    expect(await askFor({ audio: true })).toBe('NotAllowedError');
  } finally {
    await app.close();
  }
});
