import { createClient, type Client } from '#contract/client.ts';
import { createCore } from '#main/core.ts';
import { createNodeShell } from '#main/hosts/node-shell.ts';
import { createWirePair } from '#main/wire.memory.ts';

/** Opens a profile in this process, for as long as `work` takes: to prepare it before a host opens it. */
export async function withProfile<T>(profile: string, deviceName: string, work: (client: Client) => Promise<T>): Promise<T> {
  const core = await createCore({ ...createNodeShell(profile), deviceName });
  if (!core.ok) throw new Error(`${profile}: ${core.code}`);
  const [screen, wire] = createWirePair();
  core.value.connect(wire);
  const client = createClient(screen);
  try {
    return await work(client);
  } finally {
    client.close();
    await core.value.close();
  }
}
