/** Who plays: people with a core each, of whom it is noted what they asked for and which secrets they drew. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Operation } from '#contract/api.ts';
import { createClient, type Client } from '#contract/client.ts';
import type { Shell } from '#main/shell.ts';
import { newProfile, openInMemory, removeProfile, type OpenedCore } from '#tests/contract/open.ts';

export interface Player {
  readonly client: Client;
  readonly profile: string;
}

export interface Cast {
  /** Somebody at a new machine. */
  open(deviceName: string, lent?: Partial<Shell>): Promise<Player>;
  /** Operations that were answered with a value or a view. */
  readonly used: ReadonlySet<Operation>;
  /** Everything of 32 random bytes that the cores drew: seeds of devices, people, invites and recovery, and keys of contents. */
  secrets(): readonly Uint8Array[];
  /** What stands in the keys.json of somebody. */
  keysOf(player: Player): { device: { seed: string }; identity: { entropy: string | null } | null };
  close(): Promise<void>;
}

const SECRET_BYTES = 32;

function noteUse(client: Client, used: Set<Operation>): Client {
  return {
    ...client,
    async call(operation, input) {
      const reply = await client.call(operation, input);
      if (reply.ok) used.add(operation);
      return reply;
    },
    watch: (operation, input, onView, onError) =>
      client.watch(operation, input, (view) => {
        used.add(operation);
        onView(view);
      }, onError),
  };
}

export function createCast(): Cast {
  const used = new Set<Operation>();
  const secrets: Uint8Array[] = [];
  const cores: OpenedCore[] = [];
  const profiles: string[] = [];
  const draw = (length: number): Uint8Array => {
    const bytes = randomBytes(length);
    if (length === SECRET_BYTES) secrets.push(new Uint8Array(bytes));
    return bytes;
  };
  return {
    async open(deviceName, lent) {
      const profile = newProfile();
      const core = await openInMemory(profile, { randomBytes: draw, deviceName, ...lent });
      profiles.push(profile);
      cores.push(core);
      return { profile, client: noteUse(createClient(await core.connect()), used) };
    },
    used,
    secrets: () => secrets,
    keysOf: ({ profile }) => JSON.parse(readFileSync(join(profile, 'keys.json'), 'utf8')),
    async close() {
      await Promise.all(cores.map((core) => core.close()));
      profiles.forEach(removeProfile);
    },
  };
}
