/**
 * `npm start`: sets up what is missing and opens the app in the best way this machine has. `--demo` opens two people
 * with a year of entries instead. Options: --profile DIR, --host electron|chromium|serve. Begins on Node 20, goes on under Node 24.
 */
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chooseHost, findChromium, findElectron, rootArguments } from './hosts.mjs';
import { closeOnSignal, openChromium, runProgram } from './programs.mjs';
import { build, findNode, installPackages, root } from './setup.mjs';

const { values } = parseArgs({ options: { demo: { type: 'boolean' }, profile: { type: 'string' }, host: { type: 'string' } } });

const BAD_START_MILLISECONDS = 10_000;

/** False where the window could not be opened at all. */
async function openElectron(profile) {
  const startedAt = Date.now();
  const code = await runProgram(findElectron(), [...rootArguments(), join(root, 'dist/electron/main.cjs'), '--profile', profile]);
  return code === 0 || Date.now() - startedAt > BAD_START_MILLISECONDS;
}

async function openApp(profile) {
  let { host, reason } = values.host ? { host: values.host, reason: 'you asked for it' } : chooseHost();
  build({ desktop: host === 'electron' });
  if (host === 'electron') {
    console.log(`Opening in Electron: ${reason}.`);
    if (await openElectron(profile)) return;
    host = findChromium() ? 'chromium' : 'serve';
    reason = 'Electron could not start here';
  }
  const { startBrowserHost } = await import('#main/hosts/browser/main.ts');
  const running = await startBrowserHost({ profile, nearby: true });
  if (host === 'chromium') {
    console.log(`Opening in a Chromium app window: ${reason}.`);
    await openChromium(running.url, profile);
    await running.close();
  } else {
    closeOnSignal(() => running.close());
    console.log(`Serving on this machine only: ${reason}. Open this address once, in a browser here (it holds a one-time token):\n\n  ${running.url}\n`);
  }
}

async function main() {
  installPackages();
  if (findNode() !== process.execPath) {
    process.exitCode = await runProgram(findNode(), [fileURLToPath(import.meta.url), ...process.argv.slice(2)]);
  } else if (values.demo) {
    const { openDemo } = await import('./demo.mjs');
    await openDemo();
  } else {
    const { defaultProfile } = await import('#main/profile-folder.ts');
    await openApp(resolve(values.profile ?? defaultProfile()));
  }
}

await main().catch((error) => {
  console.error(error.message);
  // What was opened before it failed would keep the program alive.
  process.exit(1);
});
