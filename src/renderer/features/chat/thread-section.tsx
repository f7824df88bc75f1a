import { useId } from 'react';
import { useWatch } from '#renderer/lib/core.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import { Thread, type ThreadProps } from './thread.tsx';
import classes from './thread.module.css';
import { Unread } from './unread.tsx';

/** The thread of a thing, as a part of what shows the thing. */
export function ThreadSection({ ledger, about, name, message }: Pick<ThreadProps, 'ledger' | 'name' | 'message'> & { about: string }) {
  const say = useWords('chat');
  const heading = useId();
  const { view } = useWatch('chat.threads', { ledger, about: [about] });
  const [thread] = view ?? [];
  return (
    <section aria-labelledby={heading}>
      <h3 id={heading} className={classes.heading}>{thread ? say('threadCount', { count: thread.messages }) : say('messages')} <Unread count={thread?.unread ?? 0} /></h3>
      <Thread ledger={ledger} about={about} name={name} message={message} layout="panel" />
    </section>
  );
}
