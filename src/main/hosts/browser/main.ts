/** `node src/main/hosts/browser/main.ts --profile DIR [--port N] [--relay URL] [--no-open] [--print-url]` */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createCore, type CoreFailure } from '#main/core.ts';
import { createNodeShell } from '#main/hosts/node-shell.ts';
import { defaultProfile } from '#main/profile-folder.ts';
import { serveCore } from './serve.ts';

export interface BrowserHostOptions {
  /** Folder of the profile. */
  profile: string;
  /** 0 or left out: any free one. */
  port?: number;
  /** Folder of the built screen. */
  screen?: string;
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
  disk_full: 'The disk is full. Nothing was written.',
  store_failed: 'The folder of the profile cannot be read or written. Nothing was changed.',
};

const root = resolve(import.meta.dirname, '..', '..', '..', '..');

/** Opens a profile and serves it to browsers on this machine. Throws an Error with a `code` (CoreFailure) where it cannot. */
export async function startBrowserHost({ profile, port = 0, screen = resolve(root, 'dist', 'renderer') }: BrowserHostOptions): Promise<BrowserHost> {
  const shell = createNodeShell(profile);
  const core = await createCore(shell);
  if (!core.ok) throw Object.assign(new Error(WORDS[core.code]), { code: core.code });
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

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      profile: { type: 'string' }, port: { type: 'string' }, relay: { type: 'string' },
      'no-open': { type: 'boolean' }, open: { type: 'boolean' }, 'print-url': { type: 'boolean' },
    },
  });
  const host = await startBrowserHost({ profile: resolve(values.profile ?? defaultProfile()), port: Number(values.port ?? 0) });
  console.log(host.url);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void host.close().then(() => process.exit(0)));
}

if (import.meta.main) {
  await main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
