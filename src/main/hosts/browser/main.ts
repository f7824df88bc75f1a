/** `node src/main/hosts/browser/main.ts [--profile DIR] [--port N] [--relay URL] [--nearby]`: prints the address to open, once. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createClient } from '#contract/client.ts';
import { createCore, type Core, type CoreFailure } from '#main/core.ts';
import { createNodeShell } from '#main/hosts/node-shell.ts';
import { discoverByMdns } from '#main/nearby/discovery.mdns.ts';
import { defaultProfile } from '#main/profile-folder.ts';
import { createWirePair } from '#main/wire.memory.ts';
import { serveCore } from './serve.ts';

export interface BrowserHostOptions {
  /** Folder of the profile. */
  profile: string;
  /** 0 or left out: any free one. */
  port?: number;
  /** The relay to use from now on. */
  relay?: string;
  /** Folder of the built screen. */
  screen?: string;
  /** Whether other devices on this network may be looked for; not by default. */
  nearby?: boolean;
}

export interface BrowserHost {
  /** The address with its one-time token: opens the app in one browser. */
  readonly url: string;
  readonly port: number;
  /** Another address with a token of its own, for another browser. */
  newUrl(): string;
  close(): Promise<void>;
}

const WORDS: Record<CoreFailure, string> = {
  profile_in_use: 'Another window or program has this profile open. Use that one, or close it first.',
  keys_damaged: 'The file keys.json of this profile cannot be read. It was left as it is: put a good copy of it back, or use another folder.',
  keys_sealed: 'The keys of this profile are sealed by the keychain of the desktop app. Open it with the desktop app.',
  keys_outdated: 'This profile was made by a trial version and cannot be opened by this one. It was left as it is; use another folder.',
  disk_full: 'The disk is full. Nothing was written.',
  store_failed: 'The folder of the profile cannot be read or written. Nothing was changed.',
};

const root = resolve(import.meta.dirname, '..', '..', '..', '..');

/** Opens a profile and serves it to browsers on this machine. Throws an Error with a `code` (CoreFailure) where it cannot. */
export async function startBrowserHost({ profile, port = 0, relay, screen = resolve(root, 'dist', 'renderer'), nearby = false }: BrowserHostOptions): Promise<BrowserHost> {
  const shell = { ...createNodeShell(profile), ...(nearby && { discover: discoverByMdns }) };
  const core = await createCore(shell);
  if (!core.ok) throw Object.assign(new Error(WORDS[core.code]), { code: core.code });
  if (relay !== undefined) await setRelay(core.value, relay);
  const server = await serveCore({ core: core.value, port, screen, profile, log: shell.log });
  return {
    url: server.newUrl(),
    port: server.port,
    newUrl: server.newUrl,
    async close() {
      await server.close();
      await core.value.close();
    },
  };
}

async function setRelay(core: Core, url: string): Promise<void> {
  const [near, far] = createWirePair();
  core.connect(far);
  const set = await createClient(near).call('sync.setRelay', { url });
  near.close();
  if (!set.ok) throw new Error(`The relay ${url} is no address of one: it begins with ws:// or wss://.`);
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { profile: { type: 'string' }, port: { type: 'string' }, relay: { type: 'string' }, nearby: { type: 'boolean', default: false } } });
  const host = await startBrowserHost({
    profile: resolve(values.profile ?? defaultProfile()),
    port: Number(values.port ?? 0),
    nearby: values.nearby,
    ...(values.relay !== undefined && { relay: values.relay }),
  });
  console.log(host.url);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void host.close().then(() => process.exit(0)));
}

if (import.meta.main) {
  await main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
