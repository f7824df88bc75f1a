import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useId, useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent, type MouseEvent } from 'react';
import type { EntryRowView, LedgerView } from '#contract/views.ts';
import { useThreads } from '#renderer/features/chat/use-threads.ts';
import { useFormat } from '#renderer/lib/format.ts';
import { today } from '#renderer/lib/date-words.ts';
import { useIsSending } from '#renderer/lib/sending.ts';
import { useCategoryName } from '#renderer/ui/category.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import type { EntryPages } from './entry-pages.ts';
import { EntryRow, ROW_HEIGHT, type RowContext } from './entry-row.tsx';
import classes from './entry-list.module.css';

interface EntryListProps {
  ledger: LedgerView;
  pages: EntryPages;
  total: number;
  /** Changes with every change of the rows. */
  version: object;
  openEntry: string | undefined;
  onOpen(row: EntryRowView): void;
  onEdit(row: EntryRowView): void;
  onVoid(row: EntryRowView): void;
}

const HEADER_HEIGHT = 32;
const OVERSCAN_ROWS = 10;
const BLOCK_ROWS = 50;

/** Where a key moves the active row; undefined for a key that does not move. */
export function moveBy(key: string, active: number, total: number, pageRows: number): number | undefined {
  const moves: Record<string, number> = {
    ArrowUp: active - 1, ArrowDown: active + 1, PageUp: active - pageRows, PageDown: active + pageRows, Home: 0, End: total - 1,
  };
  const to = Object.hasOwn(moves, key) ? moves[key] : undefined;
  return to === undefined ? undefined : Math.max(0, Math.min(total - 1, to));
}

/** What every row needs, made anew only when the language or the people change. */
function useRowContext(ledger: LedgerView): RowContext {
  const say = useWords('entries');
  const sayUi = useWords('ui');
  const format = useFormat();
  const categoryName = useCategoryName();
  const showsWaiting = useIsSending();
  return useMemo(() => {
    const names = new Map(ledger.persons.map((person) => [person.id, person.me ? say('you') : person.name]));
    return { say, format, categoryName, me: ledger.me, nameOf: (person) => names.get(person) ?? '?', year: today().slice(0, 4), hiddenWords: sayUi('amountHidden'), showsWaiting };
  }, [say, sayUi, format, categoryName, ledger.persons, ledger.me, showsWaiting]);
}

/** Entries of any number, newest first. One tab stop; arrows move the active row and Enter opens it. */
export function EntryList({ ledger, pages, total, version, openEntry, onOpen, onEdit, onVoid }: EntryListProps) {
  const context = useRowContext(ledger);
  const { say } = context;
  const viewport = useRef<HTMLDivElement>(null);
  const baseId = useId();
  const [active, setActive] = useState(0);
  const virtualizer = useVirtualizer({
    count: total,
    getScrollElement: () => viewport.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: OVERSCAN_ROWS,
    // The header sticks over the first rows.
    scrollPaddingStart: HEADER_HEIGHT,
  });
  const items = virtualizer.getVirtualItems();
  const [first, last] = [items[0]?.index ?? 0, items.at(-1)?.index ?? 0];
  useLayoutEffect(() => pages.look(first, last), [pages, first, last, version]);
  // Whole blocks are asked about, so that a step of the list asks nothing anew.
  const [from, to] = [Math.floor(first / BLOCK_ROWS) * BLOCK_ROWS, Math.ceil((last + 1) / BLOCK_ROWS) * BLOCK_ROWS];
  const seen = Array.from({ length: to - from }, (_, index) => pages.rowAt(from + index)?.id).filter((id) => id !== undefined);
  const threads = useThreads(ledger.id, seen, virtualizer.isScrolling);

  // Where nothing has the keyboard (the link that led here is gone), the list takes it: arrows move at once.
  useEffect(() => {
    if (document.activeElement === document.body) viewport.current?.focus({ preventScroll: true });
  }, []);

  // Closing what stood beside the list gives the keyboard back to it.
  const wasOpen = useRef(openEntry);
  useEffect(() => {
    if (wasOpen.current && !openEntry) viewport.current?.focus({ preventScroll: true });
    wasOpen.current = openEntry;
  }, [openEntry]);

  const handleClick = (event: MouseEvent) => {
    const pressed = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-index]') : null;
    const index = Number(pressed?.dataset['index'] ?? -1);
    const row = pages.rowAt(index);
    if (!row) return;
    setActive(index);
    onOpen(row);
  };

  const handleKey = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const pageRows = Math.max(1, Math.floor(((viewport.current?.clientHeight ?? 0) - HEADER_HEIGHT) / ROW_HEIGHT) - 1);
    const to = moveBy(event.key, active, total, pageRows);
    const row = pages.rowAt(active);
    if (to !== undefined) {
      setActive(to);
      virtualizer.scrollToIndex(to);
    } else if (row && event.key === 'Enter') onOpen(row);
    else if (row && event.key.toLowerCase() === 'e') onEdit(row);
    else if (row && event.key === 'Delete') onVoid(row);
    else return;
    event.preventDefault();
  };

  const top = Math.floor((virtualizer.scrollOffset ?? 0) / ROW_HEIGHT);
  const activeIndex = Math.min(active, total - 1);
  return (
    <div
      ref={viewport} className={classes.viewport} role="grid" tabIndex={0} aria-label={say('list', { ledger: ledger.name })} aria-rowcount={total + 1}
      aria-activedescendant={activeIndex >= first && activeIndex <= last ? `${baseId}-${activeIndex}` : undefined} onKeyDown={handleKey} onClick={handleClick}
    >
      <div role="row" aria-rowindex={1} className={classes.header}>
        <span role="columnheader">{say('col_date')}</span>
        <span role="columnheader">{say('col_what')}</span>
        <span role="columnheader">{say('col_paid')}</span>
        <span role="columnheader" className={`${classes.share} ${classes.right}`}>{say('col_share')}</span>
        <span role="columnheader" className={`${classes.effect} ${classes.right}`}>{say('col_effect')}</span>
        <span role="columnheader" className={`${classes.running} ${classes.right}`}>{say('col_balance')}</span>
      </div>
      <div className={classes.body} style={{ height: total * ROW_HEIGHT }}>
        {items.map(({ index }) => {
          const row = pages.rowAt(index);
          const startsDay = row !== undefined && (index === 0 || pages.rowAt(index - 1)?.date !== row.date);
          return (
            <EntryRow
              key={index} thread={row && threads.get(row.id)} id={`${baseId}-${index}`} index={index} row={row} context={context} startsDay={startsDay} showsDate={startsDay || index === top}
              isActive={index === activeIndex} isOpen={row !== undefined && row.id === openEntry}
            />
          );
        })}
      </div>
    </div>
  );
}
