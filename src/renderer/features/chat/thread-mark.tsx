import { IconMessageCircle } from '@tabler/icons-react';
import type { ThreadView } from '#contract/chat-views.ts';
import { useWords } from '#renderer/words/use-words.ts';
import classes from './chats.module.css';

/** In the row of a thing: how much is said about it, and whether all of it was read. */
export function ThreadMark({ thread }: { thread: ThreadView }) {
  const say = useWords('chat');
  return (
    <span className={classes.mark} data-unread={thread.unread > 0 || undefined} role="img" aria-label={say('threadMark', { count: thread.messages, unread: thread.unread })}>
      <IconMessageCircle size={14} aria-hidden />{thread.messages}
    </span>
  );
}
