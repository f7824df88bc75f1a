/** What the sessions know of calls; how they are made is in sfu/, which is loaded only where there is a media router. */
import type { WireCallEvent } from '#sync/protocol/media.ts';
import type { Answer, MediaRequest } from './request-kinds.ts';

export interface Grant {
  readonly token: Uint8Array;
  /** The relay that has the room; null: this one. */
  readonly address: string | null;
  /** Milliseconds since 1970. */
  readonly expires: number;
}

/** One connection's part in calls: in one at a time. */
export interface CallConnection {
  answer(request: MediaRequest): Promise<Answer>;
  isIn(): boolean;
  /** The connection is gone; what the device has in the room stays a while, for it comes back. */
  end(): void;
}

export interface Calls {
  /** For the device with this pseudonym (64 hexadecimal digits), whose right to the ledger was just checked. */
  grant(ledger: string, call: string, key: string): Grant;
  /** This device may be in no call of the ledger any more. */
  dismiss(ledger: string, key: string): void;
  connect(tell: (call: string, event: WireCallEvent) => void): CallConnection;
}
