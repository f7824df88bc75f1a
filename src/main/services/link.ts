import type { ErrorCode } from '#contract/errors.ts';
import type { Role } from '#contract/people-views.ts';
import type { BarredReason, ConnectionState } from '#contract/views.ts';
import type { LedgerId } from '#domain/ids.ts';
import { failure, type Result } from '#domain/result.ts';
import { ownKey, type LedgerAccess } from '#sync/access.ts';
import type { CallChannel, CallEvents, CallTrouble } from '#sync/call-channel.ts';
import type { Exchange } from '#sync/exchange.ts';
import type { LineTrouble } from '#sync/line.ts';
import { tenureNow } from '#sync/protocol/membership.ts';
import type { Refusal } from '#sync/protocol/messages.ts';
import type { Repo } from '#sync/repo.ts';
import { createSession, type SyncSession, type SyncState } from '#sync/session.ts';
import type { HeardSignal } from '#sync/signal.ts';
import type { Store } from '#sync/store.ts';
import { systemTimers } from '#sync/timers.ts';
import { connectWebSocket } from '#sync/transport.websocket.ts';
import type { Publish, Topic } from '#main/handlers.ts';
import type { Keyring } from '#main/keyring.ts';
import type { Self } from '#main/self.ts';
import type { Shell } from '#main/shell.ts';

/** How things stand with the relay. */
export interface LinkState {
  connection: ConnectionState;
  /** Why it is away or refused, or will not take what waits. */
  reason: ErrorCode | null;
  /** Ledgers whose log at the relay has not been read to its end since the connection began. */
  catchingUp: ReadonlySet<LedgerId>;
  /** Why one ledger is not in step, where another one may be. */
  reasons: ReadonlyMap<LedgerId, ErrorCode>;
}

/** The profile's conversation with its relay: follows the keys of the profile, whatever ledgers and relay they name. */
export interface Link {
  state(): LinkState;
  /** The keyring names another relay, or other ledgers. Settles when what is known of them has been read. */
  follow(): Promise<void>;
  /** The same, with what is known of this ledger read anew. */
  followAnew(ledger: LedgerId): Promise<void>;
  /** Something new of a ledger is to be sent, or it may be open to us now. */
  kick(ledger: LedgerId): void;
  /** What is known of a ledger's membership. */
  access(ledger: LedgerId): LedgerAccess | undefined;
  /**
   * What this device may do in a ledger, by what is known of the membership and what the relay says; `barred`: why it may
   * do nothing, or is not in step. Both null where nothing is known yet.
   */
  standing(ledger: LedgerId): { role: Role | null; barred: BarredReason | null };
  /** Changes a ledger's membership, which the relay has to be there for. */
  appendRecord(ledger: LedgerId, make: (access: LedgerAccess) => Promise<Result<Uint8Array, ErrorCode>>): Promise<Result<void, ErrorCode>>;
  /** The relay's list of members where it is another one than the known, and taking it over (session.ts). */
  readOtherLine(ledger: LedgerId): Promise<Result<LedgerAccess, ErrorCode>>;
  followLine(ledger: LedgerId, hash: string): Promise<Result<void, ErrorCode>>;
  /** Talks with the relay about a ledger (session.ts). */
  converse: SyncSession['converse'];
  /** What to say to a person of what the relay said. */
  toCode(trouble: Refusal | 'relay_away'): ErrorCode;
  /** Says something to devices (pseudonyms) of a ledger that are there now; it is kept nowhere, and may be lost. */
  signal(ledger: LedgerId, content: Uint8Array, to: readonly string[]): Promise<Result<void, ErrorCode>>;
  /** Hears what other devices signal, each of them a member's at that moment. */
  onSignal(listener: (signal: HeardSignal) => void): void;
  /** Comes into the room of a call at the relay, or back into it. */
  openCall(ledger: LedgerId, call: string, events: CallEvents): Promise<Result<CallChannel, CallTrouble>>;
  /** All ledgers, as they are handed to other devices without the relay. */
  exchanges(): readonly Exchange[];
  /** Hears of every change of a membership. */
  onAccess(listener: (access: LedgerAccess) => void): void;
  /** Hears of every change of the state, until the returned function is called. */
  onState(listener: () => void): () => void;
  close(): Promise<void>;
}

interface Dependencies {
  shell: Shell;
  keyring: Keyring;
  self: Self;
  store: Store;
  repo: Repo;
  publish: Publish;
}

/** Who changes a membership waits for the answer: longer than this the relay is away, in milliseconds. */
const PATIENCE = 10_000;

function troubleToCode(trouble: LineTrouble | 'relay_away' | ErrorCode): ErrorCode {
  switch (trouble) {
    case 'record_forbidden': return 'role_forbids';
    case 'record_stale': case 'record_malformed': case 'signature_wrong': case 'record_unknown': case 'epoch_stale': case 'epoch_owed': return 'relay_nonsense';
    case 'quota': return 'relay_full';
    case 'ended': case 'too_fast': case 'ledger_not_open': case 'cursor_unknown': return 'relay_away';
    case 'ledger_unknown': return 'not_member';
    case 'version_unknown': case 'message_malformed': case 'too_many': case 'relay_failed': case 'proof_wrong': case 'frame_malformed':
    case 'frame_foreign': case 'box_taken': case 'blob_unknown': case 'call_unavailable': case 'call_full': case 'call_forbidden': case 'call_unknown':
    case 'media_refused': return 'relay_refused';
    default: return trouble;
  }
}

export function createLink({ shell, keyring, self, store, repo, publish }: Dependencies): Link {
  const { url, paused } = keyring.get().relay;
  const listeners = new Set<(access: LedgerAccess) => void>();
  const stateListeners = new Set<() => void>();
  const signalListeners = new Set<(signal: HeardSignal) => void>();
  const bug = (error: unknown): void => shell.log.error({ stack: error instanceof Error ? error.stack : typeof error }, 'bug in sync');
  let reasons = '[]';
  /** The topics of all ledgers, where one of them is in step and was not, or the other way round. */
  function toTopics({ ledgers }: SyncState): Topic[] {
    const now = JSON.stringify([...ledgers].flatMap(([ledger, { reason }]) => (reason === null ? [] : [ledger, reason])));
    if (now === reasons) return [];
    reasons = now;
    return ['ledgers', ...[...ledgers.keys()].map((ledger): Topic => `ledger:${ledger}`)];
  }
  const session: SyncSession = createSession({
    store, repo,
    connect: connectWebSocket(shell.webSocket),
    timers: systemTimers,
    relay: url,
    isPaused: paused,
    now: shell.now,
    random: () => (shell.randomBytes(1)[0] ?? 0) / 256,
    randomBytes: shell.randomBytes,
    onState(state) {
      publish('sync', ...toTopics(state));
      for (const listener of stateListeners) listener();
    },
    onAccess: told,
    onSignal(signal) {
      for (const listener of signalListeners) listener(signal);
    },
    onBug: bug,
  });

  function told(access: LedgerAccess): void {
    publish(`members:${access.ledger}`, `ledger:${access.ledger}`, 'ledgers', 'people');
    for (const listener of listeners) listener(access);
  }

  function standing(ledger: LedgerId): ReturnType<Link['standing']> {
    const access = session.access(ledger);
    const reason = session.state().ledgers.get(ledger)?.reason ?? null;
    const tenure = access && tenureNow(access.membership, ownKey(access));
    // The relay does not show the record to who was taken out by it while away.
    if (reason === 'removed' || (reason === 'not_member' && !access)) return { role: null, barred: reason };
    if (access && !tenure) return { role: null, barred: access.membership.tenures.has(ownKey(access)) ? 'removed' : 'not_member' };
    return { role: tenure?.role ?? null, barred: reason === 'key_missing' || reason === 'membership_forked' ? reason : null };
  }

  const listed = (): readonly LedgerId[] => keyring.get().ledgers;

  async function add(ledger: LedgerId): Promise<void> {
    if (session.state().ledgers.has(ledger)) return;
    const added = await session.addLedger(await self.access(ledger));
    if (!added.ok) return shell.log.error({ code: added.code }, 'the membership of a ledger cannot be read');
    const access = session.access(ledger);
    if (access) told(access);
  }

  async function follow(): Promise<void> {
    const { relay } = keyring.get();
    session.setRelay(relay.url);
    session.setPaused(relay.paused);
    const known = new Set(listed());
    for (const ledger of session.state().ledgers.keys()) if (!known.has(ledger)) await session.removeLedger(ledger);
    for (const ledger of known) await add(ledger);
  }
  let following = follow().catch(bug);

  return {
    state() {
      const { connection, reason, ledgers } = session.state();
      const isBehind = (ledger: LedgerId): boolean => {
        const known = ledgers.get(ledger);
        return known === undefined || known.catchingUp || (known.syncedAt === null && known.reason === null);
      };
      const catchingUp = connection === 'online' ? listed().filter(isBehind) : [];
      const reasons = new Map([...ledgers].flatMap(([ledger, state]) => (state.reason === null ? [] : [[ledger, state.reason] as const])));
      // To be out of one ledger hinders no other one.
      const common = [...reasons.values()].find((code) => code !== 'removed' && code !== 'not_member' && code !== 'role_forbids');
      return { connection, reason: reason ?? common ?? null, catchingUp: new Set(catchingUp), reasons };
    },
    follow() {
      following = following.then(follow).catch(bug);
      return following;
    },
    followAnew(ledger) {
      following = following.then(() => session.removeLedger(ledger)).then(follow).catch(bug);
      return following;
    },
    kick: session.kick,
    access: session.access,
    exchanges: session.exchanges,
    converse: session.converse,
    toCode: troubleToCode,
    standing,
    async appendRecord(ledger, make) {
      if (keyring.get().relay.url === null) return failure('relay_not_set');
      if (session.state().connection === 'paused') return failure('relay_away');
      const outside = (): ErrorCode | null => (standing(ledger).role === null ? standing(ledger).barred : null);
      const before = outside();
      if (before) return failure(before);
      const appended = await session.appendRecord<ErrorCode>(ledger, make, PATIENCE);
      return appended.ok ? appended : failure(outside() ?? troubleToCode(appended.code));
    },
    async signal(ledger, content, to) {
      const sent = await session.signal(ledger, content, to, PATIENCE);
      if (sent.ok) return sent;
      return failure(sent.code === 'too_large' ? 'frame_too_large' : sent.code === 'too_fast' ? 'relay_refused' : sent.code);
    },
    onSignal: (listener) => void signalListeners.add(listener),
    openCall: (ledger, call, events) => session.openCall(ledger, call, events, PATIENCE),
    async readOtherLine(ledger) {
      const other = await session.readOtherLine(ledger);
      return other.ok ? other : failure(troubleToCode(other.code));
    },
    async followLine(ledger, hash) {
      const followed = await session.followLine(ledger, hash);
      return followed.ok ? followed : failure(troubleToCode(followed.code));
    },
    onAccess: (listener) => void listeners.add(listener),
    onState(listener) {
      stateListeners.add(listener);
      return () => stateListeners.delete(listener);
    },
    async close() {
      await following;
      await session.close();
    },
  };
}
