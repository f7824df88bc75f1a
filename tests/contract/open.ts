/** A core on a profile of its own, reached over each of the wires a host may use. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel, Worker } from 'node:worker_threads';
import { WebSocket as NodeWebSocket } from 'ws';
import type { Wire } from '#contract/rpc.ts';
import { createCore } from '#main/core.ts';
import { startBrowserHost } from '#main/hosts/browser/main.ts';
import { createIds } from '#main/ids.ts';
import { createSilentLog } from '#main/log.ts';
import type { Shell } from '#main/shell.ts';
import { createWirePair } from '#main/wire.memory.ts';
import { messagePortToWire } from '#main/wire.message-port.ts';
import { webSocketToWire } from '#main/wire.websocket.ts';

export interface OpenedCore {
  /** Another wire to the same core. */
  connect(): Promise<Wire>;
  close(): Promise<void>;
}

export const newProfile = (): string => mkdtempSync(join(tmpdir(), 'tallystick-contract-'));
export const removeProfile = (profile: string): void => rmSync(profile, { recursive: true, force: true });

export const testShell = (profile: string, lent: Partial<Shell> = {}): Shell => ({
  profile, randomBytes,
  now: Date.now,
  ids: createIds(randomBytes),
  log: createSilentLog(),
  webSocket: WebSocket,
  deviceName: "Ann's laptop",
  ...lent,
});

/** A core in this process, over a pair in memory. */
export async function openInMemory(profile: string, lent: Partial<Shell> = {}): Promise<OpenedCore> {
  const core = await createCore(testShell(profile, lent));
  if (!core.ok) throw new Error(core.code);
  return {
    async connect() {
      const [near, far] = createWirePair();
      core.value.connect(far);
      return near;
    },
    close: core.value.close,
  };
}

/** The browser host, as a browser reaches it: token, cookie, WebSocket. */
export async function openOverWebSocket(profile: string): Promise<OpenedCore> {
  const host = await startBrowserHost({ profile });
  const origin = new URL(host.url).origin;
  const welcome = await fetch(host.url, { redirect: 'manual' });
  const cookie = welcome.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  return {
    connect: () =>
      new Promise((resolve, reject) => {
        const socket = new NodeWebSocket(`${origin.replace('http', 'ws')}/core`, { headers: { cookie, origin } });
        const wire = webSocketToWire(socket);
        socket.once('open', () => resolve(wire));
        socket.once('error', reject);
      }),
    close: host.close,
  };
}

/** A core in a thread of its own, over MessagePorts. */
export async function openOverMessagePort(profile: string): Promise<OpenedCore> {
  const worker = new Worker(new URL('core-worker.ts', import.meta.url), { workerData: { profile } });
  await new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  return {
    async connect() {
      const { port1, port2 } = new MessageChannel();
      worker.postMessage(port2, [port2]);
      return messagePortToWire(port1);
    },
    async close() {
      const ended = new Promise((resolve) => void worker.once('exit', resolve));
      worker.postMessage('close');
      await ended;
    },
  };
}
