import type { EntryFilter } from '#contract/api.ts';
import type { Client } from '#contract/client.ts';
import type { ContractError } from '#contract/errors.ts';
import type { EntryPageView, EntryRowView } from '#contract/views.ts';

/** Rows of one page. */
export const PAGE_ROWS = 100;
/** Pages that begin or end within this many rows of what is seen are fetched before they are needed. */
const NEAR_ROWS = 50;

export interface EntryPagesState {
  /** Rows in all; undefined until the first page has come. */
  readonly total: number | undefined;
  readonly error: ContractError | undefined;
}

export interface EntryPages {
  subscribe(listener: () => void): () => void;
  /** A new object after every change. */
  state(): EntryPagesState;
  /** The row in list order, undefined while its page has not come. */
  rowAt(index: number): EntryRowView | undefined;
  /** Says which rows are seen: their pages are kept live, the others only remembered. */
  look(first: number, last: number): void;
  close(): void;
}

interface Page {
  rows: readonly EntryRowView[];
  stop: (() => void) | undefined;
}

/** A list of any length through live pages: a window on `entries.page`. */
export function createEntryPages(client: Client, ledger: string, filter: EntryFilter | undefined): EntryPages {
  const pages = new Map<number, Page>();
  const listeners = new Set<() => void>();
  let state: EntryPagesState = { total: undefined, error: undefined };

  const become = (next: EntryPagesState) => {
    state = next;
    for (const listener of listeners) listener();
  };

  /** After a change a remembered page may hold rows that have moved. */
  const forgetUnwatched = () => {
    for (const [number, page] of pages) if (!page.stop) pages.delete(number);
  };

  function watch(number: number): void {
    const page: Page = pages.get(number) ?? { rows: [], stop: undefined };
    pages.set(number, page);
    let isFirst = true;
    const show = (view: EntryPageView) => {
      if (!isFirst || (state.total !== undefined && view.total !== state.total)) forgetUnwatched();
      isFirst = false;
      page.rows = view.rows;
      become({ total: view.total, error: undefined });
    };
    page.stop = client.watch(
      'entries.page',
      { ledger, offset: number * PAGE_ROWS, limit: PAGE_ROWS, ...(filter && { filter }) },
      show,
      (error) => become({ ...state, error }),
    );
  }

  function look(first: number, last: number): void {
    const from = Math.max(0, Math.floor((first - NEAR_ROWS) / PAGE_ROWS));
    const to = Math.floor((Math.min(last + NEAR_ROWS, Math.max(0, (state.total ?? 1) - 1))) / PAGE_ROWS);
    for (const [number, page] of pages) {
      if (number >= from && number <= to) continue;
      page.stop?.();
      page.stop = undefined;
    }
    for (let number = from; number <= to; number += 1) if (!pages.get(number)?.stop) watch(number);
  }

  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    state: () => state,
    rowAt: (index) => pages.get(Math.floor(index / PAGE_ROWS))?.rows[index % PAGE_ROWS],
    look,
    close() {
      for (const page of pages.values()) page.stop?.();
      pages.clear();
    },
  };
}
