import { useWatch } from '#renderer/lib/core.tsx';
import { useFormat } from '#renderer/lib/format.ts';
import { useWords } from '#renderer/words/use-words.ts';
import classes from './chats.module.css';

/** How many messages are unread; nothing where none is. */
export function Unread({ count }: { count: number }) {
  const say = useWords('chat');
  const format = useFormat();
  if (count === 0) return null;
  return <span className={classes.unread} role="img" aria-label={say('unread', { count })}>{count > 99 ? `${format.number(99)}+` : format.number(count)}</span>;
}

/** Of every chat and thread together. */
export function TotalUnread() {
  const { view } = useWatch('chat.unread', {});
  return <Unread count={view?.messages ?? 0} />;
}

/** Of one ledger: of its chat, and about things in it. */
export function LedgerUnread({ ledger }: { ledger: string }) {
  const { view } = useWatch('chat.list', {});
  const chat = view?.find((one) => one.ledger === ledger);
  return <> <Unread count={chat ? chat.unread + chat.unreadInThreads : 0} /></>;
}
