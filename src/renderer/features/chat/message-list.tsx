import { UnstyledButton } from '@mantine/core';
import { IconArrowDown } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent, type Ref } from 'react';
import type { MessageAuthorView, MessagePageView, MessageView } from '#contract/chat-views.ts';
import { addDays, localDateOf, today } from '#renderer/lib/date-words.ts';
import { useFormat } from '#renderer/lib/format.ts';
import type { RowPagesState } from '#renderer/lib/row-pages.ts';
import { useIsSending } from '#renderer/lib/sending.ts';
import { useWords } from '#renderer/words/use-words.ts';
import { MessageRow, type RowContext } from './message-row.tsx';
import { useArrivals } from './use-arrivals.ts';
import type { MessagePages } from './use-messages.ts';
import { usePictures } from './use-pictures.ts';
import classes from './message-list.module.css';

/** The height of a message of one line in px; others are measured once they are drawn. */
const USUAL_HEIGHT = 58;
const OVERSCAN_ROWS = 6;
/** So near to the end, in px, somebody reads what is newest. */
const NEAR_END = 40;
/** After so long at its goal without a change, nothing more is expected to change, in milliseconds. */
const SETTLED_MILLISECONDS = 400;
/** What scrolls must be reachable by keyboard. */
const REACHABLE = { tabIndex: 0 };
/** After so long the same person begins anew, in milliseconds. */
const TURN_MILLISECONDS = 5 * 60_000;

export interface MessageListProps {
  label: string;
  pages: MessagePages;
  state: RowPagesState<MessagePageView>;
  total: number;
  unread: MessagePageView['unread'];
  /** A message to show in its place, and to mark. */
  found: { index: number; message: string } | undefined;
  /** What this device has sent last: the list goes to the end for it. */
  sent: string | undefined;
  layout: 'page' | 'panel';
  viewportRef: Ref<HTMLDivElement>;
  /** Somebody sees this message, and all before it. */
  onSeen(row: MessageView): Promise<void>;
}

function useRowContext(): RowContext {
  const pictureOf = usePictures();
  const say = useWords('chat');
  const format = useFormat();
  const showsWaiting = useIsSending();
  return useMemo(() => {
    const dayOf = (at: number): string => {
      const [day, now] = [localDateOf(new Date(at)), today()];
      if (day === now) return say('today');
      if (day === addDays(now, -1)) return say('yesterday');
      return format.date(day, day.startsWith(now.slice(0, 4)) ? 'weekday' : 'weekdayYear');
    };
    return { say, format, dayOf, pictureOf, showsWaiting };
  }, [say, format, pictureOf, showsWaiting]);
}

const authorOf = ({ root, person, name }: MessageAuthorView): string => root ?? person ?? name;
const isSameDay = (one: MessageView, other: MessageView): boolean => localDateOf(new Date(one.at)) === localDateOf(new Date(other.at));
const isSameTurn = (one: MessageView, other: MessageView): boolean =>
  one.mine === other.mine && authorOf(one.by) === authorOf(other.by) && Math.abs(other.at - one.at) < TURN_MILLISECONDS;

/** Whether the page is looked at; a window behind others or in the dock reads nothing. */
function useIsVisible(): boolean {
  const [isVisible, setVisible] = useState(() => document.visibilityState === 'visible');
  useEffect(() => {
    const listen = () => setVisible(document.visibilityState === 'visible');
    document.addEventListener('visibilitychange', listen);
    return () => document.removeEventListener('visibilitychange', listen);
  }, []);
  return isVisible;
}

/** Messages of any number, the newest at the bottom. It stays where somebody reads, whatever comes above or below. */
export function MessageList({ label, pages, state, total, unread, found, sent, layout, viewportRef, onSeen }: MessageListProps) {
  const context = useRowContext();
  const { say } = context;
  const viewport = useRef<HTMLDivElement>(null);
  const isVisible = useIsVisible();
  const virtualizer = useVirtualizer({
    count: total,
    getScrollElement: () => viewport.current,
    estimateSize: () => USUAL_HEIGHT,
    // The rows are known by what they are, so that they keep their height and place where others come between.
    getItemKey: useCallback((index: number) => (state ? (pages.rowAt(index)?.id ?? index) : index), [pages, state]),
    overscan: OVERSCAN_ROWS,
    paddingEnd: 8,
    anchorTo: 'end',
    followOnAppend: true,
    scrollEndThreshold: NEAR_END,
  });
  const items = virtualizer.getVirtualItems();
  const [first, last] = [items[0]?.index ?? 0, items.at(-1)?.index ?? 0];
  useLayoutEffect(() => pages.look(first, last), [pages, first, last, state]);

  // A way gets its length only as the rows on it are drawn: it is gone on with until nothing changes any more, or somebody scrolls.
  const goal = useRef<number | 'end'>(undefined);
  const settling = useRef<ReturnType<typeof setTimeout>>(undefined);
  const stay = useCallback(() => {
    goal.current = undefined;
  }, []);
  const goTo = useCallback((to: number | 'end') => {
    goal.current = to;
    if (to === 'end') virtualizer.scrollToEnd();
    else virtualizer.scrollToIndex(to, { align: 'center' });
  }, [virtualizer]);
  const toEnd = useCallback(() => goTo('end'), [goTo]);
  useLayoutEffect(() => {
    const to = goal.current;
    if (to === undefined) return;
    clearTimeout(settling.current);
    const away = to === 'end' ? virtualizer.getDistanceFromEnd() : Math.abs((virtualizer.getOffsetForIndex(to, 'center')?.[0] ?? 0) - (virtualizer.scrollOffset ?? 0));
    if (away < 2 && pages.rowAt(to === 'end' ? total - 1 : to)) settling.current = setTimeout(stay, SETTLED_MILLISECONDS);
    else goTo(to);
  });

  // It opens at what was looked for, else where the unread begins, else at the end.
  const start = useRef<number | 'end'>(found?.index ?? unread.first ?? 'end');
  const [line, setLine] = useState<string>();
  useLayoutEffect(() => goTo(start.current), [goTo]);
  const foundIndex = found?.index;
  useLayoutEffect(() => {
    if (foundIndex === undefined) return;
    goTo(foundIndex);
    viewport.current?.focus({ preventScroll: true });
    // Beside other things the list itself may be out of sight.
    viewport.current?.scrollIntoView({ block: 'center' });
  }, [goTo, foundIndex]);
  useLayoutEffect(() => {
    if (sent === undefined) return;
    setLine(undefined);
    toEnd();
  }, [toEnd, sent]);

  const isAtEnd = virtualizer.isAtEnd(NEAR_END);
  // What comes while somebody reads along is read at once, and needs no line.
  const wasAway = useRef(true);
  const isReading = isAtEnd && isVisible;
  const firstUnread = unread.first === null ? undefined : pages.rowAt(unread.first)?.id;
  useEffect(() => {
    if (firstUnread !== undefined && wasAway.current) setLine((before) => before ?? firstUnread);
  }, [firstUnread]);
  useEffect(() => {
    if (unread.first === null || !isReading) wasAway.current = !isReading;
  }, [unread.first, isReading]);
  const lastSeen = Math.min(virtualizer.range?.endIndex ?? -1, total - 1);
  const seen = isVisible && unread.first !== null && lastSeen >= unread.first ? pages.rowAt(lastSeen) : undefined;
  useEffect(() => {
    if (seen) void onSeen(seen);
  }, [seen, onSeen]);
  const arrived = useArrivals(pages);

  const handleKey = (event: KeyboardEvent) => {
    stay();
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== event.currentTarget) return;
    if (event.key === 'Home') virtualizer.scrollToIndex(0, { align: 'start' });
    else if (event.key === 'End') toEnd();
    else return;
    event.preventDefault();
  };

  const isFar = !isAtEnd && virtualizer.getDistanceFromEnd() > (viewport.current?.clientHeight ?? 0);
  return (
    <div className={classes.list} data-layout={layout}>
      <div
        ref={(element) => {
          viewport.current = element;
          if (typeof viewportRef === 'function') viewportRef(element);
          else if (viewportRef) viewportRef.current = element;
        }}
        className={classes.viewport} {...REACHABLE} role="region" aria-label={label} onKeyDown={handleKey} onWheel={stay} onPointerDown={stay} data-testid="messages" data-at-end={isAtEnd}
      >
        <div className={classes.body} role="list" style={{ height: virtualizer.getTotalSize() }}>
          {items.map(({ index, key, start }) => {
            const row = pages.rowAt(index);
            const before = index > 0 ? pages.rowAt(index - 1) : undefined;
            return (
              <MessageRow
                key={key} start={start} index={index} total={total} row={row} context={context} measure={virtualizer.measureElement}
                startsDay={row !== undefined && (index === 0 || (before !== undefined && !isSameDay(before, row)))}
                startsGroup={row !== undefined && (before === undefined || !isSameTurn(before, row))}
                startsUnread={row !== undefined && row.id === line} isFound={row !== undefined && row.id === found?.message}
              />
            );
          })}
        </div>
      </div>
      {!isAtEnd && (unread.count > 0 || isFar) && (
        <UnstyledButton className={classes.pill} data-quiet={unread.count === 0 || undefined} aria-label={unread.count === 0 ? say('toNewest') : undefined} onClick={toEnd}>
          <IconArrowDown size={16} aria-hidden />{unread.count > 0 && say('newBelow', { count: unread.count })}
        </UnstyledButton>
      )}
      <div role="log" aria-live="polite" className={classes.heard}>{arrived.map(({ id, name, text }) => <p key={id}>{say('arrived', { name, text })}</p>)}</div>
    </div>
  );
}
