import type { ErrorCode } from '#contract/errors.ts';
import type { ConnectionState } from '#contract/views.ts';
import type { LedgerId } from '#domain/ids.ts';

/** How things stand with the relay. */
export interface LinkState {
  connection: ConnectionState;
  /** Why it is away or refused. */
  reason: ErrorCode | null;
  /** Ledgers whose log at the relay has not been read to its end. */
  catchingUp: ReadonlySet<LedgerId>;
}
