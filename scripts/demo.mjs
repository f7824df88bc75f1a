/** `npm run demo`: a relay and two people who share a household's year, each with a core and a window of their own. Runs under Node 24. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { startBrowserHost } from '#main/hosts/browser/main.ts';
import { createRelayServer } from '#relay/server.ts';
import { disagree, joinByLink, setUp, startHousehold } from '#tests/people.ts';
import { withProfile } from '#tests/profile.ts';
import { findChromium, hasDisplay } from './hosts.mjs';
import { closeOnSignal, openChromium } from './programs.mjs';
import { build, root } from './setup.mjs';

const folder = join(root, '.demo');
const PEOPLE = ['Ann', 'Ben'];
const SIZE = { width: 960, height: 900 };
const profileOf = (name) => join(folder, name.toLowerCase());

/** Fills both profiles through the contract: Ann keeps the book, Ben joins it by her link. */
async function fill(relay) {
  const [ann, ben] = PEOPLE;
  await withProfile(profileOf(ann), "Ann's laptop", (annClient) =>
    withProfile(profileOf(ben), "Ben's computer", async (benClient) => {
      await setUp(annClient, ann, { relay });
      await setUp(benClient, ben, { relay });
      const { ledger } = await startHousehold(annClient, { name: 'Maple Street', others: [ben, 'Chloé', '大伟'] });
      await joinByLink(annClient, ledger, benClient, ben);
      await disagree(annClient, benClient, ledger);
    }),
  );
}

/** Opens the demo; ends when both windows are closed, or with Ctrl+C where there are none. */
export async function openDemo() {
  build({ desktop: false });
  rmSync(folder, { recursive: true, force: true });
  const relay = await createRelayServer({ host: '127.0.0.1', port: 0, data: join(folder, 'relay.sqlite'), logger: pino({ level: 'silent' }) });
  console.log(`The relay is at ws://127.0.0.1:${relay.port}. Writing about 2 000 entries …`);
  await fill(`ws://127.0.0.1:${relay.port}`);
  const hosts = await Promise.all(PEOPLE.map((name) => startBrowserHost({ profile: profileOf(name) })));
  const stop = async () => {
    await Promise.all(hosts.map((host) => host.close()));
    await relay.close();
  };
  if (hasDisplay() && findChromium()) {
    console.log('Opening Ann and Ben in two Chromium windows, side by side. What one writes, the other sees.');
    const places = PEOPLE.map((_, index) => [`--window-position=${index * SIZE.width},0`, `--window-size=${SIZE.width},${SIZE.height}`]);
    await Promise.all(hosts.map((host, index) => openChromium(host.url, profileOf(PEOPLE[index]), places[index])));
    return stop();
  }
  console.log('There is no display or no Chromium. Open each address once, each in its own browser here (they hold one-time tokens). Ctrl+C ends the demo.\n');
  hosts.forEach((host, index) => console.log(`  ${PEOPLE[index]}: ${host.url}`));
  closeOnSignal(stop);
}
