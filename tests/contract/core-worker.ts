/** A core in a thread: told by its parent to serve a port, or to close. */
import { randomBytes } from 'node:crypto';
import { MessagePort, parentPort, workerData } from 'node:worker_threads';
import { createCore } from '#main/core.ts';
import { createIds } from '#main/ids.ts';
import { createSilentLog } from '#main/log.ts';
import { messagePortToWire } from '#main/wire.message-port.ts';

const core = await createCore({
  profile: String(Object(workerData).profile), randomBytes,
  now: Date.now,
  ids: createIds(randomBytes),
  log: createSilentLog(),
  webSocket: WebSocket,
  deviceName: "Ann's laptop",
});
if (!core.ok) throw new Error(core.code);
parentPort?.on('message', (message: unknown) => {
  if (message instanceof MessagePort) core.value.connect(messagePortToWire(message));
  else void core.value.close().then(() => parentPort?.close());
});
parentPort?.postMessage('ready');
