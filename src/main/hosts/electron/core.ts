/** The core in Electron's utility process. It is handed the profile's key first, then the ports of windows, and told when to stop. */
import { parseArgs } from 'node:util';
import { WebSocket as PackagedWebSocket } from 'ws';
import { createCore } from '#main/core.ts';
import { createNodeShell } from '#main/hosts/node-shell.ts';
import { discoverByMdns } from '#main/nearby/discovery.mdns.ts';
import { createSealer } from '#main/sealer.ts';
import { CORE_EXITS } from './core-exit.ts';
import { portToWire } from './port-wire.ts';
import { isStartMessage } from './start-message.ts';

const { values } = parseArgs({ options: { profile: { type: 'string' }, 'sqlite-binding': { type: 'string' }, notices: { type: 'boolean' } }, strict: false });
const { profile } = values;
if (typeof profile !== 'string') throw new Error('The core was started without a profile.');
const nativeBinding = values['sqlite-binding'];

// Node has had a WebSocket of its own since 22; the package's does the same for what the sync session uses.
globalThis.WebSocket ??= PackagedWebSocket as unknown as typeof WebSocket;

const { promise: started, resolve: start } = Promise.withResolvers<Uint8Array | null>();
const opening = started.then((profileKey) =>
  createCore({
    ...createNodeShell(profile),
    discover: discoverByMdns,
    ...(values.notices === true && { notify: (notice) => process.parentPort.postMessage(notice) }),
    ...(typeof nativeBinding === 'string' && { nativeBinding }),
    ...(profileKey && { sealer: createSealer(profileKey) }),
  }),
);

process.parentPort.on('message', async ({ data, ports: [port] }) => {
  if (isStartMessage(data)) start(data.profileKey);
  const core = await opening;
  if (!core.ok) process.exit(CORE_EXITS[core.code]);
  if (data === 'stop') await core.value.close().then(() => process.exit(0));
  else if (port) core.value.connect(portToWire(port));
});
