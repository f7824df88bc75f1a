import type { LedgerId } from '#domain/ids.ts';
import { createCallChannels, type CallChannel, type CallEvents, type CallTrouble } from './call-channel.ts';
import { openConversation, type Conversation, type Ending } from './conversation.ts';
import { extendAccess, type AccessDeps, type LedgerAccess } from './access.ts';
import type { AccessHolder, LineTrouble } from './line.ts';
import { failure, success, type Result } from '#domain/result.ts';
import { createExchange, type Exchange } from './exchange.ts';
import { noDoubts, type Doubts } from './inbound.ts';
import { createLedgerSync, type LedgerSync, type LedgerSyncState, type SyncReason } from './ledger-sync.ts';
import { isSameBytes } from './protocol/bytes.ts';
import type { Repo } from './repo.ts';
import type { HeardSignal } from './signal.ts';
import { createSignalling, type SignalTrouble } from './signalling.ts';
import type { Store, StoreErrorCode } from './store.ts';
import { backoffDelay, type Timers } from './timers.ts';
import type { Connect } from './transport.ts';
import { createTurns } from './turns.ts';

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
  /** Takes a ledger in; one that is there already stays as it is. Fails where its records cannot be read from the disk. */
  addLedger(deps: AccessDeps): Promise<Result<void, StoreErrorCode>>;
  removeLedger(ledger: LedgerId): Promise<void>;
  /** What is known of a ledger; undefined before it was added, or before the first record is here. */
  access(ledger: LedgerId): LedgerAccess | undefined;
  /**
   * Appends a record to a ledger's membership at the relay, and here. `make` is asked again where another record came
   * first. Fails with `relay_away` where the relay cannot be reached within `patience` milliseconds: nobody can decide alone.
   */
  appendRecord<Code extends string>(
    ledger: LedgerId, make: (access: LedgerAccess) => Promise<Result<Uint8Array, Code>>, patience: number,
  ): Promise<Result<void, LineTrouble | 'relay_away' | Code>>;
  /**
   * What the relay's line of records comes to where it is another one than the known. Takes nothing over. `not_member`: this
   * device is not in it, and may not read it.
   */
  readOtherLine(ledger: LedgerId): Promise<Result<LedgerAccess, LineTrouble | 'relay_away'>>;
  /** Takes over the relay's line, as long as the record with this hash is in it. Only ever by somebody's wish. */
  followLine(ledger: LedgerId, hash: string): Promise<Result<void, LineTrouble | 'relay_away'>>;
  /**
   * Talks with the relay about a ledger that is open there. `relay_away` where it cannot be reached within `patience`
   * milliseconds, or the conversation ended meanwhile.
   */
  converse<T, Code extends string>(
    ledger: LedgerId, errand: (conversation: Pick<Conversation, 'request'>) => Promise<Result<T, Code | 'ended'>>, patience: number,
  ): Promise<Result<T, Code | 'relay_away'>>;
  /**
   * Says something to those of a ledger's devices that are there now, and to nobody where none is; it is kept nowhere. `to`: their
   * pseudonyms, 16 at most; null: all of them. `content`: up to 4 000 bytes.
   */
  signal(
    ledger: LedgerId, content: Uint8Array, to: readonly string[] | null, patience: number,
  ): Promise<Result<void, SignalTrouble>>;
  /** Comes into the room of a call (32 hexadecimal digits, the caller's choice), or back into it. */
  openCall(ledger: LedgerId, call: string, events: CallEvents, patience: number): Promise<Result<CallChannel, CallTrouble>>;
  /** What the ledgers give to other devices and take from them, without the relay. */
  exchanges(): Exchange[];
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
  readonly repo: Pick<Repo, 'readChange' | 'merged' | 'rebuild'>;
  readonly connect: Connect;
  readonly timers: Timers;
  readonly relay: string | null;
  readonly isPaused: boolean;
  /** Milliseconds since 1970. */
  now(): number;
  /** From 0 up to 1. */
  random(): number;
  randomBytes(length: number): Uint8Array;
  /** A ledger's membership is different now. */
  onAccess?(access: LedgerAccess): void;
  /** Something of the state is different now. */
  onState?(state: SyncState): void;
  /** A member's device signals, for the first time. */
  onSignal?(signal: HeardSignal): void;
  /** A bug: the ledger it struck rests until the next connection. */
  onBug(error: unknown): void;
  /** Longest silence after a question, in milliseconds. */
  readonly patience?: number;
}

interface Ledger {
  readonly deps: AccessDeps;
  access: LedgerAccess | null;
  state: LedgerSyncState;
  sync: LedgerSync | null;
  readonly doubts: Doubts;
  readonly holder: AccessHolder;
  readonly exchange: Exchange;
  /** Settles when the part in the last conversation is over. */
  done: Promise<void>;
}

const FRESH: LedgerSyncState = { catchingUp: false, syncedAt: null, reason: null };

/** Starts to keep ledgers in step through a relay, and stays at it whatever the relay does. */
export function createSession(deps: SyncSessionDeps): SyncSession {
  const { timers, random } = deps;
  const ledgers = new Map<LedgerId, Ledger>();
  /** Who waits for a ledger to get its part in a conversation. */
  const joiners = new Set<() => void>();
  /** The same, to be told that there will be none any more. */
  const leavers = new Set<() => void>();
  let relay = deps.relay;
  let isPaused = deps.isPaused;
  let connection: ConnectionState = 'notSet';
  let reason: SyncReason | null = null;
  let conversation: Conversation | null = null;
  let endConversation: ((reason: Ending) => void) | null = null;
  let cancelRetry = (): void => {};
  let failures = 0;
  let isClosed = false;
  const channels = createCallChannels(deps);
  const signals = createSignalling({ ...deps, kick: (ledger) => ledgers.get(ledger)?.sync?.kick() });

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

  function createLedger(given: AccessDeps, access: LedgerAccess | null): Ledger {
    const holder: AccessHolder = {
      deps: given,
      get: () => ledger.access,
      set(next) {
        ledger.access = next;
        deps.onAccess?.(next);
      },
      inTurn: createTurns(),
    };
    const exchange = createExchange({ ...deps, holder, onTaken: () => ledger.sync?.kick() });
    const ledger: Ledger = { deps: given, access, state: FRESH, sync: null, doubts: noDoubts(), holder, exchange, done: Promise.resolve() };
    return ledger;
  }

  async function loadAccess(given: AccessDeps): Promise<Result<LedgerAccess | null, StoreErrorCode>> {
    const records = await deps.store.records(given.ledger);
    if (!records.ok || records.value.length === 0) return records.ok ? success(null) : records;
    const access = await extendAccess(null, given, records.value);
    // Each was checked before it was stored.
    return access.ok ? access : failure('store_corrupt');
  }

  /** The ledger's part in a conversation, once it is open there; undefined where that takes longer than `patience` milliseconds. */
  function whenOpen(id: LedgerId, patience: number): Promise<LedgerSync | undefined> {
    return new Promise((resolve) => {
      const settle = (sync: LedgerSync | undefined): void => {
        cancel();
        joiners.delete(look);
        leavers.delete(giveUp);
        resolve(sync);
      };
      const giveUp = (): void => settle(undefined);
      const look = (): void => {
        const sync = ledgers.get(id)?.sync;
        void sync?.opened.then((isOpen) => isOpen && settle(sync));
      };
      const cancel = timers.after(patience, giveUp);
      if (isClosed) return giveUp();
      joiners.add(look);
      leavers.add(giveUp);
      look();
      return undefined;
    });
  }

  /** Gives a ledger its part in a conversation, once its part in the one before is over. */
  function join(ledger: Ledger, joined: Conversation): void {
    ledger.done = ledger.done.then(async () => {
      // Both may be over before it began.
      if (conversation !== joined || ledgers.get(ledger.deps.ledger) !== ledger) return;
      ledger.sync = createLedgerSync({
        ...deps, ledger: ledger.deps.ledger, holder: ledger.holder, doubts: ledger.doubts, conversation: joined, onState: (change) => setLedgerState(ledger, change),
        askOthers: (missing) => void (ledger.access && signals.ask(joined, ledger.access, missing).catch(deps.onBug)),
      });
      for (const look of joiners) look();
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
    channels.onEnd();
    for (const ledger of ledgers.values()) {
      ledger.sync?.stop();
      ledger.sync = null; // or somebody who waits for the next conversation would take it for open
    }
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
      onPassing(message) {
        if (message.type === 'callEvent') channels.onEvent(message);
        else signals.hear(() => ledgers.get(message.ledger)?.access, message.bytes).catch(deps.onBug);
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
    async addLedger(given) {
      const loaded = await loadAccess(given);
      if (!loaded.ok) return loaded;
      if (ledgers.has(given.ledger) || isClosed) return success(undefined);
      const ledger = createLedger(given, loaded.value);
      ledgers.set(given.ledger, ledger);
      if (conversation) join(ledger, conversation);
      tell();
      return success(undefined);
    },
    async removeLedger(id) {
      const ledger = ledgers.get(id);
      ledgers.delete(id);
      ledger?.sync?.stop();
      await ledger?.done;
      tell();
    },
    access: (id) => ledgers.get(id)?.access ?? undefined,
    async appendRecord(id, make, patience) {
      const sync = await whenOpen(id, patience);
      if (!sync) return failure('relay_away');
      let made: Uint8Array | undefined;
      const appended = await sync.line.append(async (access) => {
        const record = await make(access);
        made = record.ok ? record.value : undefined;
        return record;
      });
      sync.kick();
      if (appended.ok || appended.code !== 'ended') return appended;
      // The answer was lost, but perhaps not the record: the next conversation tells.
      await sync.done;
      const again = made && (await whenOpen(id, patience));
      const isThere = again !== undefined && ledgers.get(id)?.access?.records.some((bytes) => made !== undefined && isSameBytes(bytes, made)) === true;
      return isThere ? success(undefined) : failure('relay_away');
    },
    async readOtherLine(id) {
      const sync = ledgers.get(id)?.sync;
      const other = await sync?.withOther((line) => line.readOther());
      return other && (other.ok || other.code !== 'ended') ? other : failure('relay_away');
    },
    async followLine(id, hash) {
      const sync = ledgers.get(id)?.sync;
      const followed = await sync?.withOther((line) => line.follow(hash));
      if (!followed || (!followed.ok && followed.code === 'ended')) return failure('relay_away');
      // What was read of the log so far was read by the other line.
      if (followed.ok) restart();
      return followed;
    },
    async converse(id, errand, patience) {
      const isOpen = (await whenOpen(id, patience)) !== undefined;
      if (!isOpen || !conversation) return failure('relay_away');
      const outcome = await errand(conversation);
      // An ended conversation is not among the errand's own failures.
      return outcome.ok ? outcome : failure(outcome.code === 'ended' ? 'relay_away' : (outcome.code as Exclude<typeof outcome.code, 'ended'>));
    },
    async signal(id, content, to, patience) {
      const access = (await whenOpen(id, patience)) && ledgers.get(id)?.access;
      return access && conversation ? signals.say(conversation, access, content, to) : failure('relay_away');
    },
    async openCall(id, call, events, patience) {
      const isOpen = (await whenOpen(id, patience)) !== undefined;
      return isOpen && conversation ? channels.open(conversation, id, call, events) : failure('relay_away');
    },
    exchanges: () => [...ledgers.values()].map(({ exchange }) => exchange),
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
      for (const giveUp of leavers) giveUp();
      await signals.idle();
      await Promise.all([...ledgers.values()].map(({ done }) => done));
    },
  };
}
