import type { ErrorCode } from '#contract/errors.ts';
import type { ConnectionState } from '#contract/views.ts';
import type { LedgerId } from '#domain/ids.ts';
import type { DeviceKey } from '#sync/keys.ts';
import type { Repo } from '#sync/repo.ts';
import { createSession, type SyncSession } from '#sync/session.ts';
import type { Store } from '#sync/store.ts';
import { systemTimers } from '#sync/timers.ts';
import { connectWebSocket } from '#sync/transport.websocket.ts';
import type { Publish } from '#main/handlers.ts';
import type { Keyring } from '#main/keyring.ts';
import type { Shell } from '#main/shell.ts';

/** How things stand with the relay. */
export interface LinkState {
  connection: ConnectionState;
  /** Why it is away or refused, or will not take what waits. */
  reason: ErrorCode | null;
  /** Ledgers whose log at the relay has not been read to its end since the connection began. */
  catchingUp: ReadonlySet<LedgerId>;
}

/** The profile's conversation with its relay: follows the keys of the profile, whatever ledgers and relay they name. */
export interface Link {
  state(): LinkState;
  /** The keyring names another relay, or a ledger more. */
  follow(): void;
  /** Something new of a ledger is to be sent. */
  kick(ledger: LedgerId): void;
  close(): Promise<void>;
}

interface Dependencies {
  shell: Shell;
  keyring: Keyring;
  device: DeviceKey;
  store: Store;
  repo: Repo;
  publish: Publish;
}

export function createLink({ shell, keyring, device, store, repo, publish }: Dependencies): Link {
  const { url, paused } = keyring.get().relay;
  const session: SyncSession = createSession({
    store, repo, device,
    connect: connectWebSocket(shell.webSocket),
    timers: systemTimers,
    relay: url,
    isPaused: paused,
    now: shell.now,
    random: () => (shell.randomBytes(1)[0] ?? 0) / 256,
    randomBytes: shell.randomBytes,
    onState: () => publish('sync'),
    onBug: (error) => shell.log.error({ stack: error instanceof Error ? error.stack : typeof error }, 'bug in sync'),
  });

  function follow(): void {
    const { relay, ledgers } = keyring.get();
    session.setRelay(relay.url);
    session.setPaused(relay.paused);
    for (const secret of Object.values(ledgers)) void session.addLedger(Buffer.from(secret, 'hex'));
  }
  follow();

  return {
    state() {
      const { connection, reason, ledgers } = session.state();
      const isBehind = (ledger: LedgerId): boolean => {
        const known = ledgers.get(ledger);
        return known === undefined || known.catchingUp || known.syncedAt === null;
      };
      const catchingUp = connection === 'online' ? Object.keys(keyring.get().ledgers).filter(isBehind) : [];
      return { connection, reason: reason ?? [...ledgers.values()].find((ledger) => ledger.reason !== null)?.reason ?? null, catchingUp: new Set(catchingUp) };
    },
    follow,
    kick: session.kick,
    close: session.close,
  };
}
