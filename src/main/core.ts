import { mkdirSync } from 'node:fs';
import { api } from '#contract/api.ts';
import type { ErrorCode } from '#contract/errors.ts';
import type { Wire } from '#contract/rpc.ts';
import { failure, success, type Result } from '#domain/result.ts';
import { openDeviceKey } from '#sync/keys.ts';
import { errorToStoreCode } from './db/errors.ts';
import { openEngine, type Engine } from './engine.ts';
import type { Handlers } from './handlers.ts';
import { openKeyring } from './keyring.ts';
import { lockProfile } from './lock.ts';
import { createRpcServer, type RpcServer } from './rpc-server.ts';
import { createProfileService } from './services/profile.ts';
import type { Shell } from './shell.ts';

/** The Node program behind the screen, whatever host it runs in. */
export interface Core {
  /** Serves the contract on a wire; any number of them. */
  connect(wire: Wire): void;
  /** Waits for what is being written, then lets go of the profile. */
  close(): Promise<void>;
}

/** What answers while there is no store to ask: every operation but those of the profile says why. */
function createClosedHandlers(problem: ErrorCode): Engine['handlers'] {
  const answer = failure(problem);
  const entries = Object.entries(api)
    .filter(([name]) => !name.startsWith('profile.'))
    .map(([name, { kind }]) => [name, kind === 'call' ? async () => answer : { topics: () => ['profile'], read: () => answer }]);
  return Object.fromEntries(entries) as Engine['handlers'];
}

/**
 * Opens a profile and serves it. Fails with `profile_in_use` where another process has it. A store that cannot be
 * opened is no failure here: the profile then says so, and offers the way out.
 */
export async function createCore(shell: Shell): Promise<Result<Core, 'profile_in_use'>> {
  mkdirSync(shell.profile, { recursive: true, mode: 0o700 });
  const lock = lockProfile(shell.profile, shell.nativeBinding);
  if (!lock.ok) return lock;
  const keyring = openKeyring(shell.profile, { seed: () => shell.randomBytes(32), deviceName: shell.deviceName, relay: null });
  const device = await openDeviceKey(Buffer.from(keyring.get().device.seed, 'hex'));

  let problem: ErrorCode | undefined;
  let engine: Engine | undefined;
  let handlers: Handlers;
  const rpc: RpcServer = createRpcServer({
    handlers: () => handlers,
    log: shell.log,
    reference: () => shell.ids.next().slice(0, 8),
    errorToCode,
  });

  function meet(code: ErrorCode): void {
    if (code !== 'store_corrupt' || problem !== undefined) return;
    problem = code;
    shell.log.error({ code }, 'the store is damaged and now read-only');
    rpc.publish('profile');
  }
  function errorToCode(error: unknown): ErrorCode | undefined {
    const code = errorToStoreCode(error);
    if (code !== undefined) meet(code);
    return code;
  }

  const profile = createProfileService({
    keyring,
    device: device.deviceId,
    problem: () => problem,
    publish: rpc.publish,
    renameDevice: async () => success(undefined),
    salvage: async () => failure('internal'),
  });

  function open(): void {
    problem = undefined;
    const opened = openEngine({ shell, keyring, device, publish: rpc.publish, refusal: () => problem, onFailure: meet });
    engine = opened.ok ? opened.value : undefined;
    if (!opened.ok) problem = opened.code;
    handlers = { ...(opened.ok ? opened.value.handlers : createClosedHandlers(opened.code)), ...profile };
    shell.log.info({ problem: problem ?? null }, 'core open');
  }
  open();

  return success({
    connect: rpc.connect,
    async close() {
      rpc.close();
      await engine?.close();
      lock.value.release();
    },
  });
}
