import type { ErrandDeps } from '#sync/errand.ts';
import type { VisitDeps } from '#sync/visit-ledger.ts';
import type { Repo } from '#sync/repo.ts';
import type { Store } from '#sync/store.ts';
import type { LedgerId } from '#domain/ids.ts';
import type { BalanceQueries } from '#main/db/queries/balances.ts';
import type { ChartQueries } from '#main/db/queries/charts.ts';
import type { ContactQueries } from '#main/db/queries/contacts.ts';
import type { EntryQueries } from '#main/db/queries/entries.ts';
import type { HistoryQueries } from '#main/db/queries/history.ts';
import type { LedgerQueries, LedgerRow } from '#main/db/queries/ledgers.ts';
import type { MessageQueries } from '#main/db/queries/messages.ts';
import type { ShopQueries } from '#main/db/queries/shop.ts';
import type { StepQueries } from '#main/db/queries/steps.ts';
import type { SyncQueries } from '#main/db/queries/sync.ts';
import type { Publish } from '#main/handlers.ts';
import type { Keyring } from '#main/keyring.ts';
import type { Self } from '#main/self.ts';
import type { Shell } from '#main/shell.ts';
import type { Author } from './author.ts';
import type { IouBook } from './iou-book.ts';
import type { Link } from './link.ts';
import type { Personal } from './personal.ts';
import type { Profiles } from './profiles.ts';
import type { Warmer } from './warm.ts';

/** Keeps all devices of a person in the same ledgers: see companion.ts. */
export interface Companion {
  /** Looks at everything once more; asked for again meanwhile, once more after that. */
  look(): void;
  /** The same, and settles when it is done. */
  lookNow(): Promise<void>;
  /** Does something to a ledger meanwhile that should not be done twice, and looks afterwards. */
  leaveAlone<T>(ledger: LedgerId, work: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** What the services stand on while the store is open. */
export interface Ground {
  readonly shell: Shell;
  readonly keyring: Keyring;
  readonly self: Self;
  readonly store: Store;
  readonly repo: Repo;
  readonly author: Author;
  readonly link: Link;
  readonly warmer: Warmer;
  readonly personal: Personal;
  readonly people: Profiles;
  readonly ious: IouBook;
  /** What short visits to a relay are made with. */
  readonly errand: ErrandDeps & VisitDeps;
  companion(): Companion;
  /** Called when the store is about to be closed, so that what waits for others ends. */
  onClose(listener: () => void): void;
  /** Work that nobody waits for; a bug in it is logged, and closing waits for it. */
  inBackground(work: () => Promise<void>): void;
  readonly publish: Publish;
  readonly queries: {
    readonly ledgers: LedgerQueries;
    readonly entries: EntryQueries;
    readonly history: HistoryQueries;
    readonly steps: StepQueries;
    readonly balances: BalanceQueries;
    readonly charts: ChartQueries;
    readonly contacts: ContactQueries;
    readonly messages: MessageQueries;
    readonly shops: ShopQueries;
    readonly sync: SyncQueries;
  };
  /** Hears of every commit that changed what is shown of a ledger. */
  onCommitted(listener: (ledger: LedgerId) => void): void;
  /** Hears how far a large commit is, until the returned function is called. */
  onProgress(listener: (done: number, total: number) => void): () => void;
  /** Resolves when something is so after a commit of the ledger or a change of how things stand with the relay, or when `patience` milliseconds have passed. */
  untilCommitted(ledger: LedgerId, isSo: () => boolean, patience: number): Promise<void>;
}

export type { LedgerRow };
