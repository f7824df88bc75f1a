/** Who answers which requests, and how. */
import type { ClientMessage, Refusal, RelayMessage } from '#sync/protocol/messages.ts';
import type { Settled } from './store.ts';

/** About a ledger that the connection has opened, or opens. */
export type LedgerRequest = Extract<ClientMessage, { ledger: string }>;
/** About a call that it is in, or comes into. */
export type MediaRequest = Exclude<ClientMessage, LedgerRequest | { type: 'hello' | 'put' | 'take' }>;
export type Answer = Settled<RelayMessage | 'answered', Refusal>;

export const isLedgerRequest = (message: ClientMessage): message is LedgerRequest => 'ledger' in message;
export const isMediaRequest = (message: ClientMessage): message is MediaRequest =>
  !isLedgerRequest(message) && message.type !== 'hello' && message.type !== 'put' && message.type !== 'take';
