import type { ContractError } from '#contract/errors.ts';

/** Rows of one page. */
export const PAGE_ROWS = 100;
/** Pages that begin or end within this many rows of what is seen are fetched before they are needed. */
const NEAR_ROWS = 50;

export interface PageView<Row> {
  total: number;
  rows: readonly Row[];
}

export interface RowPagesState<View = unknown> {
  /** Rows in all; undefined until the first page has come. */
  readonly total: number | undefined;
  readonly error: ContractError | undefined;
  /** The page that came last, for what it says of the whole list. */
  readonly view: View | undefined;
}

export interface RowPages<Row, View = unknown> {
  subscribe(listener: () => void): () => void;
  /** A new object after every change. */
  state(): RowPagesState<View>;
  /** The row in list order, undefined while its page has not come. */
  rowAt(index: number): Row | undefined;
  /** Says which rows are seen: their pages are kept live, the others only remembered. */
  look(first: number, last: number): void;
  close(): void;
}

interface Deps<Row, View> {
  /** Watches one page; the answer ends the watch. */
  watch(place: { offset: number; limit: number }, onView: (view: View) => void, onError: (error: ContractError) => void): () => void;
  /** Whether rows before this page cannot have moved when it became so. Without it, any change may have moved anything. */
  leavesEarlier?(before: readonly Row[], after: readonly Row[]): boolean;
}

interface Page<Row> {
  rows: readonly Row[] | undefined;
  stop: (() => void) | undefined;
}

/** A list of any length through live pages. */
export function createRowPages<Row, View extends PageView<Row>>({ watch, leavesEarlier }: Deps<Row, View>): RowPages<Row, View> {
  const pages = new Map<number, Page<Row>>();
  const listeners = new Set<() => void>();
  let state: RowPagesState<View> = { total: undefined, error: undefined, view: undefined };

  const become = (next: RowPagesState<View>) => {
    state = next;
    for (const listener of listeners) listener();
  };

  /** After a change a remembered page may hold rows that have moved. */
  const forgetUnwatched = (after: number) => {
    for (const [number, page] of pages) if (!page.stop && number > after) pages.delete(number);
  };

  function open(number: number): void {
    const page: Page<Row> = pages.get(number) ?? { rows: undefined, stop: undefined };
    pages.set(number, page);
    let isFirst = true;
    const show = (view: View) => {
      const isMoved = !isFirst || (state.total !== undefined && view.total !== state.total);
      if (isMoved) forgetUnwatched(leavesEarlier?.(page.rows ?? [], view.rows) ? number : -1);
      isFirst = false;
      page.rows = view.rows;
      become({ total: view.total, error: undefined, view });
    };
    page.stop = watch({ offset: number * PAGE_ROWS, limit: PAGE_ROWS }, show, (error) => become({ ...state, error }));
  }

  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    state: () => state,
    rowAt: (index) => pages.get(Math.floor(index / PAGE_ROWS))?.rows?.[index % PAGE_ROWS],
    look(first, last) {
      const from = Math.max(0, Math.floor((first - NEAR_ROWS) / PAGE_ROWS));
      const to = Math.floor(Math.min(last + NEAR_ROWS, Math.max(0, (state.total ?? 1) - 1)) / PAGE_ROWS);
      for (const [number, page] of pages) {
        if (number >= from && number <= to) continue;
        page.stop?.();
        page.stop = undefined;
      }
      for (let number = from; number <= to; number += 1) if (!pages.get(number)?.stop) open(number);
    },
    close() {
      for (const page of pages.values()) page.stop?.();
      pages.clear();
    },
  };
}
