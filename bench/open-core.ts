import { randomBytes } from 'node:crypto';
import type { CallName, Input, Output, WatchName } from '../src/contract/api.ts';
import { createClient, type Client } from '../src/contract/client.ts';
import { createCore } from '../src/main/core.ts';
import { createIds } from '../src/main/ids.ts';
import { createSilentLog } from '../src/main/log.ts';
import { createWirePair } from '../src/main/wire.memory.ts';

/** A core in this process, and how to ask it. Failures throw: a benchmark has no use for them. */
export interface OpenCore {
  client: Client;
  ask<K extends CallName>(operation: K, input: Input<K>): Promise<Output<K>>;
  /** The first view of a watch, which then ends. */
  look<K extends WatchName>(operation: K, input: Input<K>): Promise<Output<K>>;
  close(): Promise<void>;
}

export async function openCore(profile: string, webSocket: typeof WebSocket = WebSocket): Promise<OpenCore> {
  const core = await createCore({
    profile, now: Date.now, ids: createIds(randomBytes), randomBytes, log: createSilentLog(), webSocket, deviceName: 'bench',
  });
  if (!core.ok) throw new Error(core.code);
  const [near, far] = createWirePair();
  core.value.connect(far);
  const client = createClient(near);
  return {
    client,
    async ask(operation, input) {
      const reply = await client.call(operation, input);
      if (!reply.ok) throw new Error(`${operation}: ${reply.error.code} ${reply.error.reference ?? ''}`);
      return reply.value;
    },
    look: (operation, input) =>
      new Promise((resolve, reject) => {
        const stop = client.watch(
          operation,
          input,
          (view) => {
            queueMicrotask(() => stop());
            resolve(view);
          },
          (error) => reject(new Error(`${operation}: ${error.code}`)),
        );
      }),
    async close() {
      client.close();
      await core.value.close();
    },
  };
}
