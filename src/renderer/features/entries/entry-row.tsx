import { IconAlertTriangle, IconCloudUp, IconNote, IconPaperclip } from '@tabler/icons-react';
import { memo } from 'react';
import type { ThreadView } from '#contract/chat-views.ts';
import type { EntryRowView } from '#contract/views.ts';
import { ThreadMark } from '#renderer/features/chat/thread-mark.tsx';
import type { Format, MoneyOptions } from '#renderer/lib/format.ts';
import { CategoryIcon } from '#renderer/ui/category.tsx';
import { directionOf, Figure } from '#renderer/ui/money.tsx';
import type { Say } from '#renderer/words/index.ts';
import { entryTitle } from './entry-title.ts';
import classes from './entry-list.module.css';

/** Height of every row in px, day marks included: the scroll bar is right before a single row has been read. */
export const ROW_HEIGHT = 36;

/** What a row needs of its ledger and language, made once for the whole list. */
export interface RowContext {
  say: Say<'entries'>;
  format: Format;
  /** `you` for me. */
  nameOf(person: string): string;
  me: string | null;
  categoryName(category: string): string;
  /** `YYYY`: dates of this year are shown with their weekday, others with their year. */
  year: string;
  /** Heard in place of a masked amount. */
  hiddenWords: string;
  /** There is a relay to send to; without one a mark on every row would say nothing. */
  showsWaiting: boolean;
}

function whoPaid(row: EntryRowView, { say, nameOf, me }: RowContext): string {
  const [first, ...more] = row.payers;
  if (!first) return '';
  if (row.recipient) return say('rowTransfer', { from: nameOf(first.person), to: nameOf(row.recipient) });
  const isReceived = row.kind === 'income' || row.kind === 'refund';
  if (more.length > 0) return say(isReceived ? 'rowSeveralReceived' : 'rowSeveralPaid', { count: row.payers.length });
  if (first.person === me) return say(isReceived ? 'rowReceivedMe' : 'rowPaidMe');
  return say(isReceived ? 'rowReceived' : 'rowPaid', { name: nameOf(first.person) });
}

interface EntryRowProps {
  /** What is said about it, where anything is. */
  thread: ThreadView | undefined;
  id: string;
  index: number;
  row: EntryRowView | undefined;
  context: RowContext;
  /** The date stands in the margin where a day begins, and at the top of what is seen. */
  showsDate: boolean;
  startsDay: boolean;
  isActive: boolean;
  isOpen: boolean;
}

export const EntryRow = memo(function EntryRow({ thread, id, index, row, context, showsDate, startsDay, isActive, isOpen }: EntryRowProps) {
  const { say, format, year, showsWaiting } = context;
  const place = { transform: `translateY(${index * ROW_HEIGHT}px)` };
  if (!row) {
    return (
      <div id={id} role="row" aria-rowindex={index + 2} aria-busy className={classes.row} style={place} data-active={isActive || undefined}>
        <span role="gridcell" className={classes.skeleton}><span className={classes.heard}>{say('loading')}</span></span>
      </div>
    );
  }
  const isVoid = row.state === 'void';
  const figure = (amount: number, options: MoneyOptions = {}) => (
    <Figure parts={format.moneyParts(amount, row.currency, options)} hiddenWords={context.hiddenWords} direction={options.signed ? directionOf(amount) : undefined} />
  );
  const date = format.date(row.date, row.date.startsWith(year) ? 'weekday' : 'short');
  return (
    <div
      id={id} role="row" aria-rowindex={index + 2} aria-selected={isOpen} className={classes.row} style={place} data-active={isActive || undefined}
      data-index={index} data-open={isOpen || undefined} data-starts-day={startsDay || undefined} data-void={isVoid || undefined} data-entry={row.id}
    >
      <span role="gridcell" className={classes.date}>{showsDate ? date : <span className={classes.heard}>{date}</span>}</span>
      <span role="gridcell" className={classes.what}>
        <span className={classes.icon}><CategoryIcon category={row.category} kind={row.kind} /></span>
        <bdi className={classes.title}>{entryTitle(row, context)}</bdi>
        {row.conflict && <span className={classes.mark} data-tone="wait"><IconAlertTriangle size={14} aria-hidden />{say('twoVersions')}</span>}
        {isVoid && <span className={classes.mark}>{say('void')}</span>}
        {thread && <ThreadMark thread={thread} />}
        {row.note && <IconNote size={14} role="img" aria-label={say('hasNote')} className={classes.quiet} />}
        {row.attachments > 0 && <IconPaperclip size={14} role="img" aria-label={say('hasFiles', { count: row.attachments })} className={classes.quiet} />}
        {row.waiting && showsWaiting && <IconCloudUp size={14} role="img" aria-label={say('waitingMark')} className={classes.quiet} />}
      </span>
      <span role="gridcell" className={classes.paid}>
        <span className={classes.payer}>{whoPaid(row, context)}</span>
        {figure(row.amount)}
      </span>
      <span role="gridcell" className={classes.share}>
        {isVoid ? null : row.myShare === null ? <span className={classes.faint}>{say('notInvolved')}</span> : figure(row.myShare)}
      </span>
      <span role="gridcell" className={classes.effect}>
        {row.myEffect !== null && row.myEffect !== 0 && !isVoid && figure(row.myEffect, { signed: true, plain: true })}
      </span>
      <span role="gridcell" className={classes.running}>
        {row.running !== null && figure(row.running, { signed: true })}
      </span>
    </div>
  );
});
