import { IconClock, IconClockExclamation } from '@tabler/icons-react';
import { memo } from 'react';
import type { MessageAuthorView, MessageView } from '#contract/chat-views.ts';
import type { Format } from '#renderer/lib/format.ts';
import { Face } from '#renderer/ui/person-name.tsx';
import type { Say } from '#renderer/words/index.ts';
import { CallCard } from './call-card.tsx';
import { MessageText } from './message-text.tsx';
import classes from './message.module.css';

/** What a row needs of its chat and language, made once for the whole list. */
export interface RowContext {
  say: Say<'chat'>;
  format: Format;
  /** The day of a moment in words: today, yesterday, or its date. */
  dayOf(at: number): string;
  /** A data URL; null where none is known. */
  pictureOf(author: MessageAuthorView): string | null;
  /** There is a relay to send to; without one nothing waits. */
  showsWaiting: boolean;
}

interface MessageRowProps {
  /** Where it stands in the list, in px. */
  start: number;
  index: number;
  total: number;
  row: MessageView | undefined;
  context: RowContext;
  /** A day begins with it. */
  startsDay: boolean;
  /** Somebody else's turn begins with it, or the same person's after a while. */
  startsGroup: boolean;
  /** What is unread begins with it. */
  startsUnread: boolean;
  isFound: boolean;
  measure(element: HTMLElement | null): void;
}

export const MessageRow = memo(function MessageRow({ start, index, total, row, context, startsDay, startsGroup, startsUnread, isFound, measure }: MessageRowProps) {
  const { say, format } = context;
  const place = { 'data-index': index, role: 'listitem', 'aria-setsize': total, 'aria-posinset': index + 1, className: classes.row, style: { transform: `translateY(${start}px)` } };
  if (!row) return <div {...place} aria-busy><div className={classes.skeleton}><span className={classes.heard}>{say('loading')}</span></div></div>;
  const { mine, by, at } = row;
  const isNewTurn = startsGroup || startsDay || startsUnread;
  const name = mine ? say('you') : by.name;
  return (
    <div {...place} ref={measure} data-starts-group={isNewTurn || undefined} data-message={row.id}>
      {startsDay && <div className={classes.day}><span>{context.dayOf(at)}</span></div>}
      {startsUnread && <div className={classes.unread} data-testid="unread-line"><span>{say('unreadLine')}</span></div>}
      <div className={classes.line} data-mine={mine || undefined} data-found={isFound || undefined} aria-current={isFound || undefined}>
        {!mine && <span className={classes.face}>{isNewTurn && <Face name={by.name} picture={context.pictureOf(by)} />}</span>}
        <div className={classes.bubble}>
          <bdi className={mine || !isNewTurn ? classes.heard : classes.author}>{name}</bdi>
          <div className={classes.said}>
            {row.kind === 'call' ? <CallCard call={row} isMine={row.mine} /> : <MessageText text={row.text} />}
            <div className={classes.foot}>
              <time dateTime={new Date(at).toISOString()}>{format.time(at)}</time>
              {row.waiting && context.showsWaiting && <IconClock size={14} role="img" aria-label={say('waitingMark')} />}
            </div>
          </div>
          {row.clockOdd && (
            <p className={classes.odd}>
              <IconClockExclamation size={14} aria-hidden />
              {mine ? say('clockOddMine', { time: format.dateTime(row.writtenAt) }) : say('clockOdd', { name: by.name, time: format.dateTime(row.writtenAt) })}
            </p>
          )}
        </div>
      </div>
    </div>
  );
});
