import type { LedgerId } from '#domain/ids.ts';
import { openConversation, type Conversation, type Ending } from './conversation.ts';
import { openLedgerKeys, type DeviceKey, type LedgerKeys } from './keys.ts';
import { createLedgerSync, type LedgerSync, type LedgerSyncState, type SyncReason } from './ledger-sync.ts';
import type { Repo } from './repo.ts';
import type { FrameId, Store } from './store.ts';
import { backoffDelay, type Timers } from './timers.ts';
import type { Connect } from './transport.ts';

export type { SyncReason } from './ledger-sync.ts';

/**
 * `away`: the relay does not answer, or not sensibly, and is tried again. `refused`: it answers and will not have us, and
 * is tried again too.
 */
export type ConnectionState = 'notSet' | 'paused' | 'connecting' | 'online' | 'away' | 'refused';

export interface SyncState {
  readonly relay: string | null;
  readonly connection: ConnectionState;
  /** Why it is away or refused. */
  readonly reason: SyncReason | null;
  readonly ledgers: ReadonlyMap<LedgerId, LedgerSyncState>;
}

/** One relay conversation for all ledgers of a profile, kept up as long as the session is. */
export interface SyncSession {
  state(): SyncState;
  /** Takes a ledger in by its 32 secret bytes; a ledger that is there already stays as it is. */
  addLedger(secret: Uint8Array): Promise<LedgerId>;
  /** Something new of a ledger is to be sent. */
  kick(ledger: LedgerId): void;
  /** `ws://` or `wss://`; null for none. */
  setRelay(url: string | null): void;
  /** Paused: offline on purpose. */
  setPaused(isPaused: boolean): void;
  /** Tries now, without waiting out the delay after a failure. */
  retry(): void;
  /** Settles when nothing touches the store any more. */
  close(): Promise<void>;
}

export interface SyncSessionDeps {
  readonly store: Store;
  readonly repo: Pick<Repo, 'readChange' | 'merged'>;
  readonly device: DeviceKey;
  readonly connect: Connect;
  readonly timers: Timers;
  readonly relay: string | null;
  readonly isPaused: boolean;
  /** Milliseconds since 1970. */
  now(): number;
  /** From 0 up to 1. */
  random(): number;
  randomBytes(length: number): Uint8Array;
  /** Something of the state is different now. */
  onState?(state: SyncState): void;
  /** A bug: the ledger it struck rests until the next connection. */
  onBug(error: unknown): void;
  /** Longest silence after a question, in milliseconds. */
  readonly patience?: number;
}

interface Ledger {
  readonly keys: LedgerKeys;
  state: LedgerSyncState;
  sync: LedgerSync | null;
  readonly suspects: Map<string, FrameId>;
  /** Settles when the part in the last conversation is over. */
  done: Promise<void>;
}

const FRESH: LedgerSyncState = { catchingUp: false, syncedAt: null, reason: null };

/** Starts to keep ledgers in step through a relay, and stays at it whatever the relay does. */
export function createSession(deps: SyncSessionDeps): SyncSession {
  const { timers, random } = deps;
  const ledgers = new Map<LedgerId, Ledger>();
  let relay = deps.relay;
  let isPaused = deps.isPaused;
  let connection: ConnectionState = 'notSet';
  let reason: SyncReason | null = null;
  let conversation: Conversation | null = null;
  let endConversation: ((reason: Ending) => void) | null = null;
  let cancelRetry = (): void => {};
  let failures = 0;
  let isClosed = false;

  const state = (): SyncState => ({ relay, connection, reason, ledgers: new Map([...ledgers].map(([id, ledger]) => [id, ledger.state])) });
  const tell = (): void => deps.onState?.(state());

  function setConnection(next: ConnectionState, why: SyncReason | null = null): void {
    if (connection === next && reason === why) return;
    connection = next;
    reason = why;
    tell();
  }

  function setLedgerState(ledger: Ledger, change: Partial<LedgerSyncState>): void {
    const next = { ...ledger.state, ...change };
    const isSame = next.catchingUp === ledger.state.catchingUp && next.syncedAt === ledger.state.syncedAt && next.reason === ledger.state.reason;
    ledger.state = next;
    if (change.syncedAt !== undefined) failures = 0; // this relay works
    if (!isSame) tell();
  }

  /** Gives a ledger its part in a conversation, once its part in the one before is over. */
  function join(ledger: Ledger, joined: Conversation): void {
    ledger.done = ledger.done.then(async () => {
      if (conversation !== joined) return;
      ledger.sync = createLedgerSync({ ...deps, keys: ledger.keys, suspects: ledger.suspects, conversation: joined, onState: (change) => setLedgerState(ledger, change) });
      try {
        await ledger.sync.done;
      } catch (error) {
        deps.onBug(error);
      }
      ledger.sync = null;
      setLedgerState(ledger, { catchingUp: false });
    });
  }

  function onEnd(why: Ending): void {
    conversation = null;
    endConversation = null;
    for (const { sync } of ledgers.values()) sync?.stop();
    if (why === 'closed') return;
    setConnection(why === 'relay_refused' ? 'refused' : 'away', why);
    cancelRetry = timers.after(backoffDelay(failures++, random()), start);
  }

  function start(): void {
    cancelRetry();
    if (isClosed || endConversation) return;
    if (relay === null) return setConnection('notSet');
    if (isPaused) return setConnection('paused');
    if (connection !== 'away' && connection !== 'refused') setConnection('connecting');
    endConversation = openConversation(deps, relay, {
      onReady(ready) {
        conversation = ready;
        setConnection('online');
        for (const ledger of ledgers.values()) join(ledger, ready);
      },
      onLive: (message) => ledgers.get(message.ledger)?.sync?.onLive(message),
      onEnd,
    });
  }

  /** Ends what is going on and begins anew with the present settings. */
  function restart(): void {
    endConversation?.('closed');
    failures = 0;
    connection = 'connecting';
    reason = null;
    start();
    tell();
  }

  start();
  return {
    state,
    async addLedger(secret) {
      const keys = await openLedgerKeys(secret);
      if (ledgers.has(keys.ledger) || isClosed) return keys.ledger;
      const ledger: Ledger = { keys, state: FRESH, sync: null, suspects: new Map(), done: Promise.resolve() };
      ledgers.set(keys.ledger, ledger);
      if (conversation) join(ledger, conversation);
      tell();
      return keys.ledger;
    },
    kick: (ledger) => ledgers.get(ledger)?.sync?.kick(),
    setRelay(url) {
      if (url === relay) return;
      relay = url;
      restart();
    },
    setPaused(paused) {
      if (paused === isPaused) return;
      isPaused = paused;
      restart();
    },
    retry() {
      if (!endConversation) start();
    },
    async close() {
      isClosed = true;
      cancelRetry();
      endConversation?.('closed');
      await Promise.all([...ledgers.values()].map(({ done }) => done));
    },
  };
}
