/** Devices, a relay and the network between them in simulated time: the real session, repo, relay and SQLite. */
import type { DeviceId, LedgerId } from '#domain/ids.ts';
import { failure } from '#domain/result.ts';
import type { Revision } from '#domain/revision.ts';
import { createRelay, type Relay } from '#relay/relay.ts';
import { createSqliteRelayStore } from '#relay/store.sqlite.ts';
import type { FrameToAppend, RelayStore } from '#relay/store.ts';
import { isSignedBy } from '#relay/verify.ts';
import { openDeviceKey, openLedgerKeys, type LedgerKeys } from '#sync/keys.ts';
import { bytesToHex } from '#sync/protocol/bytes.ts';
import { createRepo, type Repo } from '#sync/repo.ts';
import { createSession, type SyncSession } from '#sync/session.ts';
import type { Store, StoreErrorCode } from '#sync/store.ts';
import { createMemoryDisk, type Disk } from '#tests/sync/disk.ts';
import { createScheduler, createSimulatedNetwork, type Scheduler, type SimulatedNetwork } from '#sync/transport.sim.ts';

let busy = 0;
async function track<T>(work: Promise<T>): Promise<T> {
  busy += 1;
  try {
    return await work;
  } finally {
    busy -= 1;
  }
}

/** Counts the ciphers under way, so that simulated time can wait for them. */
function watchCiphers(): void {
  const { subtle } = globalThis.crypto;
  for (const name of ['sign', 'verify', 'encrypt', 'decrypt', 'digest', 'importKey', 'exportKey', 'deriveBits'] as const) {
    const original: (...parameters: never[]) => Promise<unknown> = subtle[name].bind(subtle);
    Object.defineProperty(subtle, name, { configurable: true, value: (...parameters: never[]) => track(original(...parameters)) });
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
/** Waits until nothing has been under way for three turns of the event loop. */
async function settle(): Promise<void> {
  for (let quiet = 0; quiet < 3; quiet = busy === 0 ? quiet + 1 : 0) await turn();
}

const MUTATIONS: readonly string[] = ['commitLocal', 'commitSealed', 'commitAcknowledged', 'commitReceived', 'resetRelayLog'];

export interface Device {
  readonly name: string;
  readonly id: DeviceId;
  disk: Disk;
  readonly session: SyncSession;
  /** Set: the disk refuses to write. */
  fault: StoreErrorCode | null;
  /** Set: the device dies at that many writes from now, before or after the disk has it. */
  dyingIn: number | null;
  readonly isAlive: boolean;
  /** True when the device said that the revisions are written. */
  write(revisions: readonly Revision[], ledger?: LedgerId): Promise<boolean>;
  revisions(ledger?: LedgerId): Revision[];
  crash(): void;
  /** Starts the program again, on this disk or, for a restored backup, on another one. */
  start(disk?: Disk): Promise<void>;
}

export interface RelayControl {
  /** The disk of the running relay. */
  readonly store: ReturnType<typeof createSqliteRelayStore> | null;
  start(data?: Buffer): void;
  /** Kills it: connections break, what was not committed is gone. Answers with the disk. */
  stop(): Buffer;
  /** Puts frames on its disk, as if somebody had sent them. */
  append(ledger: LedgerId, frames: readonly FrameToAppend[]): Promise<unknown>;
  /** Set: it dies right after its disk has that many more appends, before anybody hears of it. */
  dyingIn: number | null;
}

export interface World {
  readonly scheduler: Scheduler;
  readonly network: SimulatedNetwork;
  readonly relay: RelayControl;
  readonly ledger: LedgerKeys;
  readonly devices: Device[];
  addDevice(name: string): Promise<Device>;
  /** Lets time pass until something holds; false where it still does not after `limit` milliseconds. */
  until(holds: () => boolean | Promise<boolean>, limit?: number): Promise<boolean>;
  readonly bugs: unknown[];
}

/** Turns the far end's messages over before the devices get them: a relay that lies. */
export interface Tampering {
  toDevice?(message: Uint8Array): Uint8Array | null;
}

let isWatching = false;

export async function createWorld(seed: number, tampering: Tampering = {}, newDisk: () => Disk = createMemoryDisk): Promise<World> {
  if (!isWatching) watchCiphers();
  isWatching = true;
  const scheduler = createScheduler(seed, settle);
  const secret = scheduler.randomBytes(32);
  const ledger = await openLedgerKeys(secret);
  const bugs: unknown[] = [];
  const devices: Device[] = [];

  let running: { store: ReturnType<typeof createSqliteRelayStore>; relay: Relay } | null = null;
  let disk: Buffer | undefined;
  const relay: RelayControl = {
    dyingIn: null,
    get store() {
      return running?.store ?? null;
    },
    append: async (to, frames) => running?.store.append(to, frames),
    start(data) {
      relay.dyingIn = null;
      const store = createSqliteRelayStore({
        data: data ?? ':memory:',
        newIncarnation: () => bytesToHex(scheduler.randomBytes(16)),
        schedule: (task) => void track(turn().then(task)),
      });
      const dying: RelayStore = {
        ...store,
        async append(...parameters) {
          const outcome = await store.append(...parameters);
          if (relay.dyingIn === null || --relay.dyingIn > 0) return outcome;
          relay.dyingIn = null;
          disk = relay.stop();
          return new Promise<never>(() => {});
        },
      };
      running = {
        store,
        relay: createRelay({ store: dying, isSignedBy: (...parameters) => track(isSignedBy(...parameters)), now: scheduler.now, randomBytes: scheduler.randomBytes }),
      };
    },
    stop() {
      if (!running) return disk ?? Buffer.alloc(0);
      disk = running.store.database.serialize();
      void running.store.close();
      running = null;
      network.cutAll();
      return disk;
    },
  };
  const network = createSimulatedNetwork(scheduler, {
    accept(wire) {
      const accepting = running;
      if (!accepting) return null;
      const session = accepting.relay.connect({
        send(message) {
          const sent = tampering.toDevice ? tampering.toDevice(message) : message;
          if (sent && running === accepting) wire.send(sent);
        },
        close: wire.close,
      });
      return { end: session.end, receive: async (message) => (running === accepting ? session.receive(message) : undefined) };
    },
  });

  async function addDevice(name: string): Promise<Device> {
    const key = await openDeviceKey(scheduler.randomBytes(32));

    interface Run {
      readonly session: SyncSession;
      readonly repo: Repo;
      end(): void;
    }

    /** One run of the program, on a disk. */
    async function boot(device: Device): Promise<Run> {
      let isOver = false;
      const connections = new Set<() => void>();
      const never = (): Promise<never> => new Promise<never>(() => {});
      const end = (): void => {
        isOver = true;
        for (const close of connections) close();
      };

      const store: Store = { ...device.disk.store };
      for (const [name, original] of Object.entries<(...parameters: never[]) => Promise<unknown>>({ ...store })) {
        const guarded = async (...parameters: never[]): Promise<unknown> => {
          if (isOver) return never();
          if (!MUTATIONS.includes(name)) return track(original(...parameters));
          if (device.fault) return failure(device.fault);
          if (device.dyingIn === null || --device.dyingIn > 0) return track(original(...parameters));
          if (scheduler.isLikely(0.5)) await track(original(...parameters));
          device.crash();
          return never();
        };
        Object.assign(store, { [name]: guarded });
      }
      const repo = createRepo({
        store, deviceId: key.deviceId, randomBytes: scheduler.randomBytes, newId: () => bytesToHex(scheduler.randomBytes(16)), pause: async () => {},
      });
      const session = createSession({
        store, repo, device: key, relay: 'sim:', isPaused: false, now: scheduler.now, random: scheduler.random, randomBytes: scheduler.randomBytes,
        timers: { after: (milliseconds, task) => scheduler.after(milliseconds, () => !isOver && task()) },
        connect(url, events) {
          const connection = network.connect(url, {
            onOpen: () => !isOver && events.onOpen(),
            onMessage: (message) => !isOver && events.onMessage(message),
            onClose: () => !isOver && events.onClose(),
          });
          connections.add(connection.close);
          return connection;
        },
        onBug: (error) => bugs.push(error),
      });
      await session.addLedger(secret);
      return { session, repo, end };
    }

    let run: Run;
    let isAlive = true;
    const device: Device = {
      name, id: key.deviceId, disk: newDisk(), fault: null, dyingIn: null,
      get isAlive() {
        return isAlive;
      },
      get session() {
        return run.session;
      },
      revisions: (of = ledger.ledger) => device.disk.revisions(of),
      async write(revisions, to = ledger.ledger) {
        // A device that dies on the way never answers.
        const outcome = await Promise.race([run.repo.write(to, revisions), scheduler.pass(0).then(() => null)]);
        run.session.kick(to);
        return outcome?.ok ?? false;
      },
      crash() {
        isAlive = false;
        device.dyingIn = null;
        run.end();
      },
      async start(disk) {
        device.crash();
        if (disk) device.disk.discard();
        device.disk = disk ?? device.disk.reopen();
        isAlive = true;
        run = await boot(device);
      },
    };
    run = await boot(device);
    devices.push(device);
    return device;
  }

  return {
    scheduler, network, relay, ledger, devices, bugs, addDevice,
    async until(holds, limit = 60 * 60_000) {
      for (const end = scheduler.now() + limit; scheduler.now() < end; await scheduler.pass(250)) if (await holds()) return true;
      return holds();
    },
  };
}

/** Whether a device has nothing left to do: all sent, all read. */
export async function isIdle(device: Device, world: World): Promise<boolean> {
  const { store } = device.disk;
  const [waiting, unsealed] = await Promise.all([store.waitingFrames(world.ledger.ledger, 1), store.nextUnsealed(world.ledger.ledger, 1)]);
  return waiting.ok && waiting.value.length === 0 && unsealed.ok && unsealed.value === null;
}

/** What a device holds, in a form that is equal where two devices hold the same. */
export const fingerprint = (device: Device): string => JSON.stringify(device.revisions().toSorted((a, b) => (a.id < b.id ? -1 : 1)));
