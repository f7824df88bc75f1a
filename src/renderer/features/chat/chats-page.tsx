import { Button, Skeleton } from '@mantine/core';
import { IconAddressBook, IconArrowLeft, IconBook2, IconMessageCircle } from '@tabler/icons-react';
import type { ChatView } from '#contract/chat-views.ts';
import { useWatch } from '#renderer/lib/core.tsx';
import { routeToHash, type Route } from '#renderer/lib/route.ts';
import { EmptyState } from '#renderer/ui/empty-state.tsx';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { Page } from '#renderer/ui/page.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import { ChatList } from './chat-list.tsx';
import classes from './chats.module.css';
import { HEAD_ENTRANCES } from './entrances.ts';
import { Thread } from './thread.tsx';

/** Where a chat belongs: to a contact or to a ledger. */
const homeOf = (chat: ChatView): Route =>
  chat.root !== null ? { page: 'contacts', contact: chat.root } : { page: 'ledger', ledger: chat.ledger, tab: 'entries' };

function Actions({ chat }: { chat: ChatView }) {
  const say = useWords('chat');
  const place = { ledger: chat.ledger, about: null };
  return (
    <>
      {HEAD_ENTRANCES.filter(({ isFor }) => isFor(place)).map(({ id, Item }) => <Item key={id} place={place} />)}
      <Button component="a" href={routeToHash(homeOf(chat))} variant="default" leftSection={chat.root !== null ? <IconAddressBook size={16} aria-hidden /> : <IconBook2 size={16} aria-hidden />}>
        {say(chat.root !== null ? 'openContact' : 'openLedger')}
      </Button>
    </>
  );
}

/** Every chat, and beside the list the one that is open. */
export function ChatsPage({ ledger, message }: { ledger?: string | undefined; message?: string | undefined }) {
  const say = useWords('chat');
  const { view: chats, error } = useWatch('chat.list', {});
  const open = chats?.find((chat) => chat.ledger === ledger);
  const back = <Button className={classes.back} component="a" href={routeToHash({ page: 'chats' })} variant="default" leftSection={<IconArrowLeft size={16} aria-hidden />}>{say('toChats')}</Button>;
  return (
    <Page title={open ? open.name : say('title')} layout="fill" width="wide" actions={open && <>{back}<Actions chat={open} /></>}>
      <FailureNotice error={error} />
      {!chats && !error && <Skeleton height={180} aria-hidden />}
      {chats?.length === 0 && (
        <EmptyState
          icon={<IconMessageCircle size={40} stroke={1.25} />} title={say('emptyTitle')} text={say('emptyText')}
          action={<Button component="a" href={routeToHash({ page: 'contacts' })}>{say('toContacts')}</Button>}
        />
      )}
      {chats && chats.length > 0 && (
        <div className={classes.chats} data-open={ledger !== undefined || undefined}>
          <ChatList chats={chats} open={ledger} />
          <section className={classes.open} aria-label={open ? say('chatOf', { name: open.name }) : say('messages')}>
            {open && <Thread key={open.ledger} ledger={open.ledger} about={null} name={open.name} message={message} layout="page" isDirect={open.root !== null} takesFocus />}
            {!open && ledger === undefined && <EmptyState icon={<IconMessageCircle size={40} stroke={1.25} />} title={say('chooseTitle')} text={say('chooseText')} />}
            {!open && ledger !== undefined && <EmptyState title={say('goneTitle')} text={say('goneText')} action={back} />}
          </section>
        </div>
      )}
    </Page>
  );
}
