/** A relay in simulated time: the real one, on a real disk in memory, that can be killed, set back, and lied for. */
import { createRelay, type Relay } from '#relay/relay.ts';
import { createSqliteRelayStore } from '#relay/store.sqlite.ts';
import type { FrameToAppend, RelayStore } from '#relay/store.ts';
import { isSignedBy } from '#relay/verify.ts';
import { bytesToHex } from '#sync/protocol/bytes.ts';
import type { Acceptor, Scheduler } from '#sync/transport.sim.ts';
import { track, turn } from '#tests/sync/ciphers.ts';

export interface RelayControl {
  /** The disk of the running relay. */
  readonly store: ReturnType<typeof createSqliteRelayStore> | null;
  start(data?: Buffer): void;
  /** Kills it: connections break, what was not committed is gone. Answers with the disk. */
  stop(): Buffer;
  /** Puts frames on its disk, as if somebody had sent them. */
  append(ledger: string, frames: readonly FrameToAppend[]): Promise<unknown>;
  /** Puts records on its disk, where it has none. */
  enrol(ledger: string, records: readonly Uint8Array[]): Promise<unknown>;
  /** Set: it dies right after its disk has that many more appends, before anybody hears of it. */
  dyingIn: number | null;
  readonly accept: Acceptor['accept'];
}

/** Turns messages over on their way: a relay that lies. Connections are numbered from 1. */
export interface Tampering {
  toDevice?(message: Uint8Array, connection: number): Uint8Array | null;
  fromDevice?(message: Uint8Array, connection: number): Uint8Array | null;
}

export function createSimulatedRelay(scheduler: Scheduler, tampering: Tampering, cutAll: () => void): RelayControl {
  let running: { store: ReturnType<typeof createSqliteRelayStore>; relay: Relay } | null = null;
  let disk: Buffer | undefined;
  let connections = 0;

  const relay: RelayControl = {
    dyingIn: null,
    get store() {
      return running?.store ?? null;
    },
    async append(ledger, frames) {
      if (!running) return;
      const known = await track(running.store.records(ledger, 0, 1));
      return known.ok && track(running.store.append({ ledger, records: known.value.count }, frames, scheduler.now()));
    },
    enrol: async (ledger, records) => running && track(running.store.appendRecords({ ledger, records: 0 }, records)),
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
      cutAll();
      return disk;
    },
    accept(wire) {
      const accepting = running;
      if (!accepting) return null;
      connections += 1;
      const connection = connections;
      const session = accepting.relay.connect({
        send(message) {
          const sent = tampering.toDevice ? tampering.toDevice(message, connection) : message;
          if (sent && running === accepting) wire.send(sent);
        },
        close: wire.close,
      });
      return {
        end: session.end,
        async receive(message) {
          const received = tampering.fromDevice ? tampering.fromDevice(message, connection) : message;
          if (received && running === accepting) await session.receive(received);
        },
      };
    },
  };
  return relay;
}
