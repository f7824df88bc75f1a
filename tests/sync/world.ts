/** Devices, a relay and the network between them in simulated time: the real session, repo, relay and SQLite. */
import type { DeviceId, LedgerId } from '#domain/ids.ts';
import { failure, success, type Result } from '#domain/result.ts';
import type { Revision } from '#domain/revision.ts';
import type { LedgerAccess } from '#sync/access.ts';
import { ledgerIdOf, openSigningKey } from '#sync/keys.ts';
import type { Role } from '#sync/protocol/membership-record.ts';
import { roleNow } from '#sync/protocol/membership.ts';
import { bytesToHex } from '#sync/protocol/bytes.ts';
import { makeDevice, makeFounding, makeInvite, makeJoin, type History } from '#sync/records.ts';
import { createRepo, type Repo } from '#sync/repo.ts';
import { createSession, type SyncSession } from '#sync/session.ts';
import type { Store, StoreErrorCode } from '#sync/store.ts';
import { createScheduler, createSimulatedNetwork, type Scheduler, type SimulatedNetwork } from '#sync/transport.sim.ts';
import { enterLedger } from '#sync/visit-ledger.ts';
import { createMemoryDisk, type Disk } from '#tests/sync/disk.ts';
import { createHuman, createMachine, openInviteSeat, recoverySeatAt, seatAt, type Machine, type Seat } from '#sync/sample.members.ts';
import { createSimulatedRelay, type RelayControl, type Tampering } from '#tests/sync/relay.ts';
import { settle, track, watchCiphers } from '#tests/sync/ciphers.ts';

export type { Tampering } from '#tests/sync/relay.ts';

const MUTATIONS: readonly string[] = [
  'commitRecords', 'commitOtherLine', 'commitLocal', 'commitSealed', 'commitUnsealed', 'commitAcknowledged', 'commitReceived', 'resetRelayLog',
];
/** How long somebody waits for the relay when they change the membership, in milliseconds. */
const PATIENCE = 10_000;

export interface Device {
  readonly name: string;
  readonly machine: Machine;
  readonly seat: Seat;
  /** Who its owner is in the ledger, 16 hexadecimal digits. */
  readonly member: string;
  readonly id: DeviceId;
  disk: Disk;
  readonly session: SyncSession;
  readonly repo: Repo;
  /** Set: the disk refuses to write. */
  fault: StoreErrorCode | null;
  /** Set: the device dies at that many writes from now, before or after the disk has it. */
  dyingIn: number | null;
  /** How far its clock is off, in milliseconds. */
  clockSkew: number;
  readonly isAlive: boolean;
  /** True when the device said that the revisions are written. */
  write(revisions: readonly Revision[], ledger?: LedgerId): Promise<boolean>;
  revisions(ledger?: LedgerId): Revision[];
  /** What it knows of the membership. */
  access(): LedgerAccess | undefined;
  role(): Role | null;
  /** Changes the membership; what becomes of it is known when simulated time has passed. */
  append(make: (access: LedgerAccess) => Promise<Uint8Array>): Promise<Result<void, string>>;
  /** A seed to join with. */
  invite(terms?: { role?: Role; uses?: number; history?: History }): Promise<Result<Uint8Array, string>>;
  crash(): void;
  /** Starts the program again, on this disk or, for a restored backup, on another one. */
  start(disk?: Disk): Promise<void>;
}

export interface World {
  readonly scheduler: Scheduler;
  readonly network: SimulatedNetwork;
  readonly relay: RelayControl;
  readonly ledger: LedgerId;
  readonly devices: Device[];
  /** The first one founds the ledger; whoever comes after it is invited by the first. */
  addDevice(name: string, role?: Role, history?: History): Promise<Device>;
  /** Somebody new comes in on an invite; null where they do not. */
  join(seed: Uint8Array, name: string): Promise<Device | null>;
  /** One more device of the same person's. */
  addSecond(device: Device, name: string): Promise<Device | null>;
  /** Lets time pass until something holds; false where it still does not after `limit` milliseconds. */
  until(holds: () => boolean | Promise<boolean>, limit?: number): Promise<boolean>;
  /** Lets time pass until a promise settles; undefined where it does not within `limit` milliseconds. */
  during<T>(promise: Promise<T>, limit?: number): Promise<T | undefined>;
  readonly bugs: unknown[];
}

export async function createWorld(seed: number, tampering: Tampering = {}, newDisk: () => Disk = createMemoryDisk): Promise<World> {
  // What is loaded at the first write would take real time that no simulated time waits for.
  await import('@automerge/automerge');
  const scheduler = createScheduler(seed, settle);
  const { randomBytes } = scheduler;
  watchCiphers(randomBytes);
  const founder = await openSigningKey(randomBytes(32));
  const salt = randomBytes(16);
  const ledger = await ledgerIdOf(founder.publicKey, salt);
  const bugs: unknown[] = [];
  const devices: Device[] = [];
  const relay = createSimulatedRelay(scheduler, tampering, () => network.cutAll());
  const network = createSimulatedNetwork(scheduler, { accept: relay.accept });

  const newMachine = async (name: string): Promise<Machine> => createMachine(await createHuman(name, randomBytes(32)), randomBytes(32));

  /** Puts a device into the world, on a disk that holds the first records it knows. */
  async function settleIn(name: string, machine: Machine, seat: Seat, member: string, records: readonly Uint8Array[]): Promise<Device> {
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
      for (const [method, original] of Object.entries<(...parameters: never[]) => Promise<unknown>>({ ...store })) {
        const guarded = async (...parameters: never[]): Promise<unknown> => {
          if (isOver) return never();
          if (!MUTATIONS.includes(method)) return track(original(...parameters));
          if (device.fault) return failure(device.fault);
          if (device.dyingIn === null || --device.dyingIn > 0) return track(original(...parameters));
          if (scheduler.isLikely(0.5)) await track(original(...parameters));
          device.crash();
          return never();
        };
        Object.assign(store, { [method]: guarded });
      }
      const repo = createRepo({ store, deviceIn: async () => seat.id, randomBytes, newId: () => bytesToHex(randomBytes(16)), pause: async () => {} });
      const session = createSession({
        store, repo, relay: 'sim:', isPaused: false, now: () => scheduler.now() + device.clockSkew, random: scheduler.random, randomBytes,
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
      await session.addLedger(seat.deps);
      return { session, repo, end };
    }

    const disk = newDisk();
    await disk.store.commitRecords(ledger, seat.id, 0, records, { refused: [], admitted: [] });
    let run: Run;
    let isAlive = true;
    const device: Device = {
      name, machine, seat, member, id: seat.id, disk, fault: null, dyingIn: null, clockSkew: 0,
      get isAlive() {
        return isAlive;
      },
      get session() {
        return run.session;
      },
      get repo() {
        return run.repo;
      },
      revisions: (of = ledger) => device.disk.revisions(of),
      access: () => run.session.access(ledger),
      role() {
        const access = run.session.access(ledger);
        return access ? roleNow(access.membership, seat.key) : null;
      },
      async write(revisions, to = ledger) {
        // A device that dies on the way never answers.
        const outcome = await Promise.race([run.repo.write(to, revisions), scheduler.pass(0).then(() => null)]);
        run.session.kick(to);
        return outcome?.ok ?? false;
      },
      append: (make) => run.session.appendRecord<'key_missing'>(ledger, async (access) => (access.current ? success(await make(access)) : failure('key_missing')), PATIENCE),
      async invite({ role = 'editor', uses = 1, history = 'start' } = {}) {
        const secret = randomBytes(32);
        const { key, keys } = await openInviteSeat(ledger, secret);
        const terms = { key, agreement: keys.agreement.publicHex, role, uses, expires: scheduler.now() + 86_400_000, history };
        const appended = await device.append((access) => makeInvite(access, terms, randomBytes));
        return appended.ok ? success(secret) : appended;
      },
      crash() {
        isAlive = false;
        device.dyingIn = null;
        run.end();
      },
      async start(other) {
        device.crash();
        if (other) device.disk.discard();
        device.disk = other ?? device.disk.reopen();
        isAlive = true;
        run = await boot(device);
      },
    };
    run = await boot(device);
    devices.push(device);
    return device;
  }

  async function found(name: string): Promise<Device> {
    const machine = await newMachine(name);
    const seat = await seatAt(machine, ledger);
    const recovery = await recoverySeatAt(machine, ledger, randomBytes(32));
    const member = bytesToHex(randomBytes(8));
    const record = await makeFounding({ founder, salt, member, devices: [seat.newDevice, recovery.newDevice], randomBytes });
    return settleIn(name, machine, seat, member, [record]);
  }

  /** Visits are made from a device of their own that nothing happens to. */
  const visiting = { connect: network.connect, timers: scheduler, repo: { readChange: () => Promise.reject(new Error('nothing is read')) } };

  async function join(secret: Uint8Array, name: string): Promise<Device | null> {
    const machine = await newMachine(name);
    const seat = await seatAt(machine, ledger);
    const recovery = await recoverySeatAt(machine, ledger, randomBytes(32));
    const member = bytesToHex(randomBytes(8));
    const { keys, deps } = await openInviteSeat(ledger, secret);
    const make = (access: LedgerAccess) => makeJoin(access, keys.access, member, [seat.newDevice, recovery.newDevice], randomBytes);
    const entered = await enterLedger(visiting, 'sim:', deps, seat.key, make);
    return entered.ok ? settleIn(name, machine, seat, member, entered.value) : null;
  }

  async function addSecond(device: Device, name: string): Promise<Device | null> {
    const machine = await createMachine(device.machine.human, randomBytes(32));
    const seat = await seatAt(machine, ledger);
    const added = await device.append((access) => makeDevice(access, device.seat.deps.device, seat.newDevice, randomBytes));
    return added.ok ? settleIn(name, machine, seat, device.member, device.access()?.records ?? []) : null;
  }

  async function until(holds: () => boolean | Promise<boolean>, limit = 60 * 60_000): Promise<boolean> {
    for (const end = scheduler.now() + limit; scheduler.now() < end; await scheduler.pass(250)) if (await holds()) return true;
    return holds();
  }
  async function during<T>(promise: Promise<T>, limit?: number): Promise<T | undefined> {
    let outcome: { value: T } | undefined;
    void promise.then((value) => (outcome = { value }));
    await until(() => outcome !== undefined, limit);
    return outcome?.value;
  }

  return {
    scheduler, network, relay, ledger, devices, bugs, join, addSecond, until, during,
    async addDevice(name, role = 'editor', history = 'start') {
      const [first] = devices;
      if (!first) return found(name);
      const invite = await during(first.invite({ role, history }));
      const joined = invite?.ok ? await during(join(invite.value, name)) : null;
      if (!joined) throw new Error(`${name} could not come in: ${invite?.ok ? 'not let in' : invite?.code}`);
      return joined;
    },
  };
}

/** Whether a device has nothing left to do: all sent, all read. */
export async function isIdle(device: Device, world: World): Promise<boolean> {
  const { store } = device.disk;
  const [waiting, unsealed] = await Promise.all([store.waitingFrames(world.ledger, 1), store.nextUnsealed(world.ledger, 1)]);
  return waiting.ok && waiting.value.length === 0 && unsealed.ok && unsealed.value === null;
}

/** What a device holds, in a form that is equal where two devices hold the same. */
export const fingerprint = (device: Device): string => JSON.stringify(device.revisions().toSorted((a, b) => (a.id < b.id ? -1 : 1)));
