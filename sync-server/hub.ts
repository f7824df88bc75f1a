/** What the connections of one relay have in common. */
import type { Refusal } from '#sync/protocol/messages.ts';
import type { RelayStore, RelayStoreFailure } from './store.ts';

export interface RelayLimits {
  /** Ledgers that one connection may listen to. */
  readonly ledgersPerConnection: number;
  /** How long something may lie in the mailbox, in milliseconds. */
  readonly boxLifetime: number;
  /** How often one connection may leave something there. */
  readonly putsPerConnection: number;
}
/** A client leaves an invite for fifteen minutes, and comes anew for each. */
export const DEFAULT_RELAY_LIMITS: RelayLimits = { ledgersPerConnection: 1_000, boxLifetime: 20 * 60 * 1000, putsPerConnection: 10 };

/** One client's connection, as the relay sees it. */
export interface Wire {
  send(message: Uint8Array): void;
  close(): void;
}

export interface AppendAnswer {
  stored: { document: string; frame: string; seq: number }[];
  refused: { frame: string; reason: Refusal }[];
}

/** What the sessions have in common. */
export interface Hub {
  readonly store: RelayStore;
  readonly limits: RelayLimits;
  /** Milliseconds since 1970. */
  now(): number;
  randomBytes(length: number): Uint8Array;
  /** Whether an Ed25519 signature holds. */
  isSignedBy(publicKey: Uint8Array, signature: Uint8Array, bytes: Uint8Array): Promise<boolean>;
  listen(ledger: string, session: Listener): void;
  leave(session: Listener, ledgers: Iterable<string>): void;
  /** Checks frames, stores the sound ones and tells all listeners, the sender among them. */
  append(ledger: string, frames: readonly Uint8Array[], from: Appender): Promise<void>;
}
export interface Listener {
  onStored(ledger: string, document: string, seq: number, bytes: Uint8Array): void;
}

export interface Appender {
  readonly listener: Listener;
  onAppended(answer: AppendAnswer | RelayStoreFailure): void;
}
