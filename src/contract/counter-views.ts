/** What the counter shows. Amounts are minor units of their currency, times milliseconds since 1970. */
import type { EntryId, Id, LedgerId } from '#domain/ids.ts';
import type { TabKind } from '#domain/shop.ts';
import type { ErrorCode } from './errors.ts';

export type CardState = 'pending' | 'active' | 'blocked';

export interface CardView {
  /** Names the card in calls. */
  card: Id;
  /** The card's own number, 14 hexadecimal digits. */
  uid: string;
  tab: LedgerId;
  customer: string;
  /** pending: being written, or that was torn. */
  state: CardState;
  /** Oldest first: what was done to it, when by the author's clock, and on which device. */
  history: { state: CardState; at: number; device: string }[];
}

export interface TabView {
  /** The ledger that shop and customer share; its entries are the statement. */
  tab: LedgerId;
  customer: string;
  kind: TabKind;
  currency: string;
  limit: number;
  /** elsewhere: its ledger is not on this device, so balance, cards and the rest are not known here, and are zero. */
  state: 'open' | 'closed' | 'elsewhere';
  /** Positive: the shop owes it to the customer. */
  balance: number;
  /** What can still be spent. */
  spendable: number;
  /** Not blocked, and written to the end. */
  cards: number;
  /** Whether a device of the customer's has come in. */
  joined: boolean;
  /** Changes not yet stored by the relay. */
  waiting: number;
}

export interface ReceiptView {
  transaction: Id;
  /** The sale, in the ledger `tab`. */
  entry: EntryId;
  tab: LedgerId;
  customer: string;
  amount: number;
  currency: string;
  /** After the sale. */
  balance: number;
  spendable: number;
  at: number;
  /** Taken back since. */
  undone: boolean;
}

export interface TillView {
  phase: 'idle' | 'armed' | 'reading' | 'approved' | 'declined' | 'expired' | 'cancelled';
  /** Null while idle. */
  charge: { transaction: Id; amount: number; currency: string; expires: number } | null;
  /** Why the last card could not be read, while the charge waits for it to be held again. */
  trouble: ErrorCode | null;
  /** Why it was declined: nothing was booked. */
  reason: ErrorCode | null;
  receipt: ReceiptView | null;
  /** The last sale of this till since the program began, for as long as it can be taken back. */
  last: ReceiptView | null;
}

/** Why a reader, or all of a kind, cannot be used now. */
export type ReaderFault = 'library_missing' | 'service_absent' | 'permission_denied' | 'reader_busy' | 'reader_silent' | 'reader_failed' | 'virtual_refused';
export type ReaderKind = 'pcsc' | 'neo2' | 'simulated';

export interface ReadersView {
  /** Each kind of reader this machine looks for; empty where it looks for none. `reason` stands where it is off. */
  drivers: { kind: ReaderKind; state: 'starting' | 'on' | 'off'; reason: ReaderFault | null }[];
  /** `reason` stands where the state is `error`. */
  readers: { id: string; name: string; kind: ReaderKind; state: 'starting' | 'ready' | 'reading' | 'error'; reason: ReaderFault | null }[];
}

export interface CardIssueView {
  /** waiting: for a blank card, or after a tear for the same one. */
  phase: 'idle' | 'waiting' | 'writing' | 'done' | 'failed';
  tab: LedgerId | null;
  uid: string | null;
  /** Steps of the writing. */
  done: number;
  total: number;
  /** Why the last card was torn or refused. */
  trouble: ErrorCode | null;
}
