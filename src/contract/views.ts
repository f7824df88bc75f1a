/** What the screen is shown. Amounts are minor units of their currency, dates `YYYY-MM-DD`, times milliseconds since 1970. */
import type { EntryBody, EntryKind, Portion } from '#domain/entry.ts';
import type { DeviceId, EntryId, LedgerId, PersonId, RevisionId } from '#domain/ids.ts';
import type { Template } from '#domain/revision.ts';
import type { MessageHitView } from './chat-views.ts';
import type { Role, Root } from './people-views.ts';
import type { ErrorCode } from './errors.ts';

export interface MoneyView {
  currency: string;
  amount: number;
}

export interface ProfileView {
  /** new: ask for name and language. readOnly: the store could not be opened for writing; `problem` says why. */
  state: 'new' | 'ready' | 'readOnly';
  problem: ErrorCode | null;
  name: string;
  language: 'en' | 'zh-CN';
  theme: 'light' | 'dark' | 'auto';
  hideAmounts: boolean;
  device: { id: DeviceId; name: string };
}

export interface LedgerSummaryView {
  id: LedgerId;
  name: string;
  template: Template;
  currency: string;
  /** Who I am in this ledger; null until I chose. */
  me: PersonId | null;
  people: number;
  entries: number;
  /** My balance per currency: positive is owed to me. Zero balances are left out. */
  balances: MoneyView[];
  /** Entries with two versions. */
  conflicts: number;
  /** Changes not yet stored by the relay. */
  waiting: number;
  lastDate: string | null;
  /** What I may do here: null where I am out, or where that is not known yet. */
  role: Role | null;
  /** Why what I write reaches nobody, or nothing of the others reaches me; null where it does. */
  barred: BarredReason | null;
}
export type BarredReason = Extract<ErrorCode, 'removed' | 'not_member' | 'key_missing' | 'membership_forked'>;

export interface PersonView {
  id: PersonId;
  name: string;
  me: boolean;
  state: 'active' | 'archived';
  devices: { id: DeviceId; name: string; mine: boolean }[];
}

export interface LedgerView extends LedgerSummaryView {
  simplify: boolean;
  persons: PersonView[];
  /** Currencies in use, most used first; the ledger's own is always there. */
  currencies: string[];
  /** Categories in use, most used first. */
  categories: string[];
  /** What undo and redo would do now, on this device; null where there is nothing. */
  undo: { action: UndoAction; description: string } | null;
  redo: { action: UndoAction; description: string } | null;
  shared: boolean;
}
export type UndoAction = 'add' | 'edit' | 'void' | 'restore' | 'import' | 'resolve';

export interface EntryRowView {
  id: EntryId;
  kind: EntryKind;
  date: string;
  description: string;
  category: string;
  currency: string;
  amount: number;
  payers: Portion[];
  /** My share of the amount and what the entry did to my balance (signed); null where I have no part in it. */
  myShare: number | null;
  myEffect: number | null;
  /** My balance in this currency after this entry, in list order; null while a filter is on. */
  running: number | null;
  state: 'active' | 'void';
  conflict: boolean;
  /** Not yet stored by the relay. */
  waiting: boolean;
  note: boolean;
  /** Files that hang on it. */
  attachments: number;
  /** For a transfer or settlement: who received. */
  recipient: PersonId | null;
}

export interface EntryPageView {
  total: number;
  offset: number;
  rows: EntryRowView[];
}

export interface RevisionView {
  id: RevisionId;
  prev: RevisionId[];
  at: number;
  /** The author's clock differs by more than a day from when this device first saw the revision. */
  clockOdd: boolean;
  by: { person: PersonId; name: string };
  device: { id: DeviceId; name: string; mine: boolean };
  /**
   * Whose device it is by the membership, which nobody can forge; null where that cannot be read. `person`: who they are in the book:
   * somebody else than `by` wrote in another's name, or has become another person since.
   */
  member: { root: Root; name: string; person: PersonId | null } | null;
  waiting: boolean;
  body: EntryBody;
}

export interface EntryView {
  id: EntryId;
  ledger: LedgerId;
  body: EntryBody;
  /** The revisions an edit replaces: pass them back as `prev`. */
  current: RevisionId[];
  /** Newest first, by causality. */
  history: RevisionView[];
  /** The versions that stand beside each other; empty where there is no conflict. The first is the one counted now. */
  conflict: RevisionView[];
}

export interface DebtView {
  from: PersonId;
  to: PersonId;
  amount: number;
}

export interface CurrencyBalancesView {
  currency: string;
  /** Everybody with an entry in this currency. net = paid - share, positive is owed to them; nets sum to zero. */
  people: { person: PersonId; paid: number; share: number; net: number }[];
  /** Who owes whom, pair by pair, as the entries made it. */
  debts: DebtView[];
  /** The settlement plan. `minimal`: proved to be the fewest transfers (up to 16 people); otherwise the best found. */
  plan: { transfers: DebtView[]; minimal: boolean; atLeast: number };
}

export interface BalancesView {
  currencies: CurrencyBalancesView[];
}

export interface ExplanationLineView {
  entry: EntryId;
  kind: EntryKind;
  date: string;
  description: string;
  /** The whole entry, and the person's part: what they paid, their share, what it did to their balance. */
  amount: number;
  paid: number;
  share: number;
  effect: number;
  /** The part of `share` that is the odd unit of a rounding: 0, 1 or -1. */
  rounding: number;
  running: number;
}

export interface ExplanationView {
  person: PersonId;
  currency: string;
  net: number;
  /** Sums of `effect` by kind; they sum to net. */
  parts: { kind: EntryKind; entries: number; effect: number }[];
  /** Sum of the odd units this person bore. */
  rounding: number;
  total: number;
  offset: number;
  /** Oldest first. */
  lines: ExplanationLineView[];
}

export interface ChartsView {
  currency: string;
  from: string;
  to: string;
  /** Expenses less refunds, largest first: of everybody, and my share. */
  categories: { category: string; amount: number; mine: number }[];
  months: { month: string; expense: number; income: number; mine: number }[];
  /** My balance at the end of each day on which it changed. */
  balance: { date: string; amount: number }[];
  people: { person: PersonId; paid: number; share: number }[];
}

export interface ImportProblemView {
  /** Line of the file, from 1. */
  line: number;
  code: ErrorCode;
  text: string;
}

export interface ImportPreviewView {
  import: string;
  source: 'splitwise';
  encoding: string;
  rows: number;
  /** Entries that would be added; those that are there already. */
  fresh: number;
  known: number;
  /** Of `known`: void in the ledger. An import leaves them so; they come back by restoring them there. */
  knownVoid: number;
  settlements: number;
  people: string[];
  /** File name -> person of the ledger with the same name, where there is one. */
  matches: { name: string; person: PersonId | null }[];
  currencies: string[];
  from: string | null;
  to: string | null;
  problems: ImportProblemView[];
  /** Rows with several people paid in: who paid how much in all is lost in the file, the balances are not. */
  severalPayers: number;
  /** Footer of the file against what the entries sum to, per person and currency; `file` null where it has no footer. */
  check: { name: string; currency: string; file: number | null; computed: number }[];
  sample: { date: string; description: string; category: string; currency: string; amount: number; kind: EntryKind }[];
}

export interface ImportProgressView {
  phase: 'idle' | 'reading' | 'previewed' | 'writing' | 'done' | 'failed';
  done: number;
  total: number;
  error: ErrorCode | null;
}

export interface InviteView {
  /** `tallystick://join/…`: give it only to whom you trust; it holds the key. Also the text of the QR code. */
  link: string;
  /** Typed by hand; null where the relay could not be reached to hold it. */
  code: string | null;
  codeExpires: number | null;
  /** Names the invite in members.get; the link is good until `expires` (the relay's clock). */
  key: string;
  expires: number;
}

export interface InvitePreviewView {
  kind: 'ledger' | 'contact';
  /** What whoever comes may do. */
  role: Role;
  /** Who is in: for a contact, the one who asks. */
  members: { root: string | null; name: string; role: Role }[];
  /** Pass to sharing.join. */
  ticket: string;
  ledger: LedgerId;
  name: string;
  /** Where the ledger is kept, sealed. Where none was set, joining sets it for everything on this device (`setsRelay`). */
  relay: string;
  setsRelay: boolean;
  persons: { id: PersonId; name: string; devices: number }[];
}

export type ConnectionState = 'notSet' | 'paused' | 'connecting' | 'online' | 'away' | 'refused';

export interface SyncView {
  relay: string | null;
  connection: ConnectionState;
  /** Why it is away or refused. */
  reason: ErrorCode | null;
  waiting: number;
  /** Frames that failed a check: kept apart, never merged. */
  quarantined: number;
  /** `template` null: nothing says yet what it is. `reason`: why this one is not in step, where another may be. */
  ledgers: {
    ledger: LedgerId; name: string; template: Template | null; waiting: number; quarantined: number; syncedAt: number | null; catchingUp: boolean;
    reason: ErrorCode | null;
  }[];
}

export interface QuarantineView {
  frames: { ledger: LedgerId; receivedAt: number; reason: string; bytes: number }[];
}

export interface SearchView {
  hits: { ledger: LedgerId; ledgerName: string; entry: EntryId; date: string; description: string; currency: string; amount: number; kind: EntryKind }[];
  /** Newest first. */
  messages: MessageHitView[];
}
