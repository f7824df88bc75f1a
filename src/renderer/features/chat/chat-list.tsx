import { IconClock } from '@tabler/icons-react';
import type { ChatView } from '#contract/chat-views.ts';
import { localDateOf, today } from '#renderer/lib/date-words.ts';
import { useFormat, type Format } from '#renderer/lib/format.ts';
import { routeToHash } from '#renderer/lib/route.ts';
import { useIsSending } from '#renderer/lib/sending.ts';
import { Face } from '#renderer/ui/person-name.tsx';
import { TemplateIcon } from '#renderer/ui/template-icon.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import classes from './chats.module.css';
import { useMessageLine } from './message-line.ts';
import { Unread } from './unread.tsx';
import { usePictures } from './use-pictures.ts';

/** The time of today's messages, the date of others. */
function whenOf(at: number, format: Format): string {
  const day = localDateOf(new Date(at));
  const now = today();
  if (day === now) return format.time(at);
  return format.date(day, day.startsWith(now.slice(0, 4)) ? 'monthDay' : 'short');
}

function Line({ chat, isOpen }: { chat: ChatView; isOpen: boolean }) {
  const say = useWords('chat');
  const format = useFormat();
  const isSending = useIsSending();
  const lineOf = useMessageLine();
  const pictureOf = usePictures();
  const { last, name, root } = chat;
  const text = last && lineOf(last);
  return (
    <li>
      <a className={classes.line} href={routeToHash({ page: 'chats', ledger: chat.ledger })} aria-current={isOpen ? 'page' : undefined} data-unread={chat.unread + chat.unreadInThreads > 0 || undefined}>
        {root !== null ? <span className={classes.icon}><Face name={name} picture={pictureOf({ root })} /></span> : <span className={classes.icon} data-group><TemplateIcon template={chat.template} size={18} /></span>}
        <span className={classes.words}>
          <span className={classes.top}>
            <bdi className={classes.name}>{name}</bdi>
            {last && <time className={classes.when} dateTime={new Date(last.at).toISOString()}>{whenOf(last.at, format)}</time>}
          </span>
          <span className={classes.top}>
            <bdi className={classes.last}>{!last ? say('noMessages') : last.mine ? say('lastMine', { text: text ?? '' }) : root !== null ? text : say('lastBy', { name: last.by.name, text: text ?? '' })}</bdi>
            {last?.waiting && isSending && <IconClock size={14} className={classes.faint} role="img" aria-label={say('waitingMark')} />}
            <Unread count={chat.unread + chat.unreadInThreads} />
          </span>
        </span>
      </a>
    </li>
  );
}

/** All chats, the one that was written in last first. */
export function ChatList({ chats, open }: { chats: readonly ChatView[]; open: string | undefined }) {
  const say = useWords('chat');
  return (
    <nav className={classes.list} aria-label={say('list')}>
      <ul>{chats.map((chat) => <Line key={chat.ledger} chat={chat} isOpen={chat.ledger === open} />)}</ul>
    </nav>
  );
}
