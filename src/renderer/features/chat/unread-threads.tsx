import { IconMessageCircle } from '@tabler/icons-react';
import type { ThreadView } from '#contract/chat-views.ts';
import { useWatch } from '#renderer/lib/core.tsx';
import { routeToHash } from '#renderer/lib/route.ts';
import { useWords } from '#renderer/words/use-words.ts';
import classes from './thread.module.css';
import { Unread } from './unread.tsx';
import { useThing } from './use-thing.ts';

/** As many lead on from here; as they are read, others come. */
const MOST = 3;

function UnreadThread({ ledger, thread: { about, unread } }: { ledger: string; thread: ThreadView }) {
  const thing = useThing(ledger, about);
  if (!thing) return null;
  return (
    <li>
      <a className={classes.unreadThread} href={routeToHash(thing.routeTo())}>
        <IconMessageCircle size={16} aria-hidden /><bdi className={classes.thing}>{thing.name}</bdi><Unread count={unread} />
      </a>
    </li>
  );
}

/** Above the chat of a ledger: which things in it are talked about and were not looked at since. */
export function UnreadThreads({ ledger }: { ledger: string }) {
  const say = useWords('chat');
  const { view: threads } = useWatch('chat.threads', { ledger, about: null });
  if (!threads || threads.length === 0) return null;
  return (
    <nav className={classes.unreadThreads} aria-label={say('unreadThreads')}>
      <ul>{threads.slice(0, MOST).map((thread) => <UnreadThread key={thread.about} ledger={ledger} thread={thread} />)}</ul>
    </nav>
  );
}
