/** What the connections of one relay have in common. */
import type { Membership } from '#sync/protocol/membership.ts';
import type { Refusal, RelayMessage } from '#sync/protocol/messages.ts';
import type { Calls } from './calls.ts';
import type { Endorsement, Outcome, RelayStore, Settled } from './store.ts';

export interface RelayLimits {
  /** Ledgers that one connection may listen to. */
  readonly ledgersPerConnection: number;
  /** Records in the line of one ledger. */
  readonly recordsPerLedger: number;
  /** How long something may lie in the mailbox, in milliseconds. */
  readonly boxLifetime: number;
  /** How often one connection may leave something there. */
  readonly putsPerConnection: number;
  /** Signals that one connection may send at once, and how many more each second. */
  readonly signals: { readonly atOnce: number; readonly perSecond: number };
}
/** A client leaves an invite for fifteen minutes, and comes anew for each. */
export const DEFAULT_RELAY_LIMITS: RelayLimits = { ledgersPerConnection: 1_000, recordsPerLedger: 10_000, boxLifetime: 20 * 60 * 1000, putsPerConnection: 10, signals: { atOnce: 40, perSecond: 4 } };

/** One client's connection, as the relay sees it. */
export interface Wire {
  /** Takes what `Hub.encode` made. */
  send(encoded: Uint8Array): void;
  close(): void;
}

/** A session, for what happens in the ledgers it listens to. */
export interface Listener {
  /** Frames have been stored: what is said of them, encoded once for all. False where this one may not hear it any more. */
  onStored(ledger: string, encoded: readonly Uint8Array[]): boolean;
  /** Somebody signals; `to`: those with these keys, null for all. False where this one is not meant, or may not hear it. */
  onSignal(ledger: string, to: ReadonlySet<string> | null, encoded: Uint8Array): boolean;
  /** Records have come, from number `from` on. Whoever may not listen any more leaves. */
  onRecords(membership: Membership, from: number, records: readonly Uint8Array[], isOwn: boolean): void;
  /** Something may have been missed: the client is to come anew and read on from where it is. */
  onGap(): void;
}

export interface AppendAnswer {
  stored: { document: string; frame: string; seq: number }[];
  refused: { frame: string; reason: Refusal }[];
}
export interface Appender {
  readonly listener: Listener;
  /** The key that the session has opened the ledger with. */
  readonly key: string;
  /** Requests of one session go to the store in the order in which they came, however long it takes to check them. */
  inTurn<T>(checked: Promise<T>): Promise<T>;
  /** With one frame, a snapshot that comes back to a relay that lost its log: the word of others for it. */
  readonly endorsements?: readonly Endorsement[];
  /** Judges whether the session may append, by the membership of the moment. */
  mayAppend(membership: Membership): Refusal | null;
  onAppended(answer: Settled<AppendAnswer, Refusal>): void;
}

export interface Enrolled {
  readonly membership: Membership;
  /** The ledger was unknown here until now. */
  readonly isNew: boolean;
}

/** What the sessions have in common. */
export interface Hub {
  readonly store: RelayStore;
  readonly limits: RelayLimits;
  /** Milliseconds since 1970. */
  now(): number;
  randomBytes(length: number): Uint8Array;
  /** A message as a wire takes it. */
  encode(message: RelayMessage): Uint8Array;
  /** Whoever counts what is said to clients, and to how many. */
  onSent?(message: RelayMessage, times: number): void;
  /** Whether an Ed25519 signature holds. */
  isSignedBy(publicKey: Uint8Array, signature: Uint8Array, bytes: Uint8Array): Promise<boolean>;
  listen(membership: Membership, listener: Listener): void;
  leave(listener: Listener, ledger: string): void;
  /** Takes a step under the ledger's membership, and again under the next one where it has changed meanwhile. */
  underMembership<T>(ledger: string, step: (membership: Membership) => Outcome<T, Refusal | 'stale'>): Outcome<T, Refusal>;
  /** Adds records to a ledger's line, or founds one. `isRefill`: the caller has a right to bring back what a relay has lost. */
  enrol(ledger: string, records: readonly Uint8Array[], isRefill: boolean, by: Listener): Outcome<Enrolled, Refusal>;
  /** Checks frames, stores the sound ones and tells all other listeners. */
  append(ledger: string, frames: readonly Uint8Array[], from: Appender): Promise<void>;
  /** Tells those who listen now, at this relay and the others on its database. It is kept nowhere. */
  signal(ledger: string, to: ReadonlySet<string> | null, bytes: Uint8Array, by: Listener): void;
  /** Null where no calls go through this relay. */
  readonly calls: Calls | null;
}

