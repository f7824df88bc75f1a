import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { api, type Output } from '#contract/api.ts';
import type { ErrorCode } from '#contract/errors.ts';
import type { Wire } from '#contract/rpc.ts';
import { failure, success, type Result } from '#domain/result.ts';
import { openDevice } from '#sync/identity/device.ts';
import { listUnread, markRead, openDamaged, setAside } from './db/damaged.ts';
import { errorToStoreCode } from './db/errors.ts';
import { openEngine, STORE_FILE, type Engine } from './engine.ts';
import type { Handlers } from './handlers.ts';
import { openKeyring, type Keyring, type KeyringFailure } from './keyring.ts';
import { lockProfile, type ProfileLock } from './lock.ts';
import { createRpcServer, type RpcServer } from './rpc-server.ts';
import { salvageStore, type Salvaged } from './salvage.ts';
import { createProfileService } from './services/profile.ts';
import { setUpPerson, tellNames } from './services/set-up.ts';
import type { Shell } from './shell.ts';

/** The Node program behind the screen, whatever host it runs in. */
export interface Core {
  /** Serves the contract on a wire; any number of them. */
  connect(wire: Wire): void;
  /** Settles when what is known of all memberships has been read: a screen is shown before that, a script asks only once. */
  ready(): Promise<void>;
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

export type CoreFailure = 'profile_in_use' | KeyringFailure | 'disk_full' | 'store_failed';

const NOTHING: Salvaged = { records: 0, frames: 0, changes: 0 };

/** Takes hold of a profile's folder and reads its keys. */
function openProfile({ profile, nativeBinding, randomBytes, deviceName, log, sealer }: Shell): Result<{ lock: ProfileLock; keyring: Keyring }, CoreFailure> {
  let lock: ProfileLock | undefined;
  try {
    mkdirSync(profile, { recursive: true, mode: 0o700 });
    const locked = lockProfile(profile, nativeBinding);
    if (!locked.ok) return locked;
    lock = locked.value;
    const keyring = openKeyring(profile, { seed: () => randomBytes(32), deviceName, sealer });
    log.info({ sealed: sealer !== undefined }, 'secrets at rest');
    if (keyring.ok) return success({ lock, keyring: keyring.value });
    lock.release();
    return keyring;
  } catch (error) {
    lock?.release();
    const code = errorToStoreCode(error) ?? (error instanceof Error && 'syscall' in error ? 'store_failed' : undefined);
    if (code === undefined) throw error;
    log.error({ code }, 'the profile cannot be opened');
    return failure(code === 'disk_full' ? code : 'store_failed');
  }
}

/**
 * Opens a profile and serves it. Fails with `profile_in_use` where another process has it, and with `keys_damaged` where
 * its keys cannot be read: making new ones would lose the ledgers. A store that cannot be opened is no failure here:
 * the profile then says so, and offers the way out.
 */
export async function createCore(shell: Shell): Promise<Result<Core, CoreFailure>> {
  const held = openProfile(shell);
  if (!held.ok) return held;
  const { lock, keyring } = held.value;
  const device = await openDevice(new Uint8Array(Buffer.from(keyring.get().device.seed, 'hex')));

  let problem: ErrorCode | undefined;
  /** The store is damaged itself, rather than one that was set aside and not read to its end. */
  let isDamaged = false;
  let engine: Engine | undefined;
  let handlers: Handlers;
  const rpc: RpcServer = createRpcServer({
    handlers: () => handlers,
    together: (read) => (engine ? engine.together(read) : read()),
    log: shell.log,
    reference: () => shell.ids.next().slice(0, 8),
    errorToCode,
  });

  function meet(code: ErrorCode): void {
    if (code !== 'store_corrupt') return;
    isDamaged = true;
    if (problem !== undefined) return;
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
    device: device.device,
    problem: () => problem,
    publish: rpc.publish,
    setUp: async (person) => (engine ? setUpPerson(engine.ground, person) : failure(problem ?? 'store_failed')),
    tellNames: async (names) => (engine ? tellNames(engine.ground, names) : success(undefined)),
    salvage,
  });

  function open(): void {
    problem = undefined;
    const opened = openEngine({ shell, keyring, device, publish: rpc.publish, refusal: () => problem, onFailure: meet });
    engine = opened.ok ? opened.value : undefined;
    isDamaged = !opened.ok && opened.code === 'store_corrupt';
    if (!opened.ok) problem = opened.code;
    // Until the rest has been read, what is here is not the whole book.
    else if (listUnread(shell.profile).length > 0) problem = 'store_corrupt';
    handlers = { ...(opened.ok ? opened.value.handlers : createClosedHandlers(opened.code)), ...profile };
    shell.log.info({ problem: problem ?? null }, 'core open');
  }
  open();

  /** Reads what can be read of the stores that were set aside; each counts as read only when all of it is on disk. */
  async function readAside({ ground: { store, repo, self } }: Engine): Promise<Result<string, ErrorCode>> {
    const { ledgers } = keyring.get();
    let last = '';
    for (const aside of listUnread(shell.profile)) {
      const damaged = openDamaged(join(shell.profile, aside), shell.nativeBinding);
      try {
        const salvaged = damaged ? await salvageStore({ store, repo, damaged, ledgers, openWith: self.access }) : success(NOTHING);
        if (!salvaged.ok) return salvaged;
        shell.log.warn(salvaged.value, 'salvaged a damaged store');
      } finally {
        damaged?.close();
      }
      last = markRead(shell.profile, aside);
    }
    return success(last);
  }

  /** Sets a damaged store aside and fills a new one with what can be read of it; the relay brings the rest. */
  async function salvage(): Promise<Result<Output<'profile.salvage'>, ErrorCode>> {
    if (problem !== 'store_corrupt') return failure(problem ?? 'not_found');
    const release = rpc.hold();
    try {
      handlers = { ...createClosedHandlers('store_corrupt'), ...profile };
      await engine?.close();
      if (isDamaged) setAside(shell.profile, STORE_FILE, new Date(shell.now()).toISOString().replaceAll(/[-:]|\.\d+/g, ''));
      open();
      if (!engine) return failure(problem);
      const read = await readAside(engine);
      if (!read.ok) return read;
      // The memberships that were read are known to what is opened from now on.
      await engine.close();
      open();
      if (!engine) return failure(problem);
      const { ledgers } = engine.ground.queries;
      const all = ledgers.all().map(ledgers.summary);
      return success({ ledgers: all.length, entries: all.reduce((sum, { entries }) => sum + entries, 0), setAside: read.value });
    } finally {
      release();
    }
  }

  return success({
    connect: rpc.connect,
    ready: async () => engine?.ground.link.follow(),
    async close() {
      rpc.close();
      await engine?.close();
      lock.release();
    },
  });
}
