import { IconEye, IconMessageCircle } from '@tabler/icons-react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useCall, useClient } from '#renderer/lib/core.tsx';
import { newId } from '#renderer/lib/new-id.ts';
import { EmptyState } from '#renderer/ui/empty-state.tsx';
import { useErrorText } from '#renderer/ui/error-text.ts';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import { chatKey, returnDraft } from './drafts.ts';
import { MessageField } from './message-field.tsx';
import { MessageList } from './message-list.tsx';
import classes from './thread.module.css';
import { UnreadThreads } from './unread-threads.tsx';
import { useMessages } from './use-messages.ts';

export interface ThreadProps {
  ledger: string;
  /** The entry, IOU or sale that is talked about; null for the chat of the ledger. */
  about: string | null;
  /** Who or what one writes to, as the field and the list are called. */
  name: string;
  /** A message to show in its place. */
  message?: string | undefined;
  /** `page` fills what it is in; `panel` is as tall as its messages, up to a bound. */
  layout: 'page' | 'panel';
  /** Nobody but one other person is in it. */
  isDirect?: boolean;
  /** The field takes the keyboard when it appears. */
  takesFocus?: boolean;
}

/** Where a message stands; null where it is not here, undefined while that is asked. */
function usePlaceOf(ledger: string, message: string | undefined): { index: number; message: string } | null | undefined {
  const client = useClient();
  const [found, setFound] = useState<{ index: number; message: string } | null>();
  useEffect(() => {
    if (message === undefined) return undefined;
    let isCurrent = true;
    void client.call('chat.place', { ledger, message }).then((reply) => {
      if (isCurrent) setFound(reply.ok && reply.value ? { index: reply.value.index, message } : null);
    });
    return () => {
      isCurrent = false;
    };
  }, [client, ledger, message]);
  return message === undefined || (found && found.message !== message) ? undefined : found;
}

/** Messages about one thing, and where one writes: the whole of a chat, wherever it stands. */
export function Thread({ ledger, about, name, message, layout, isDirect = false, takesFocus = false }: ThreadProps) {
  const say = useWords('chat');
  const errorText = useErrorText();
  const place = useMemo(() => ({ ledger, about }), [ledger, about]);
  const { pages, state } = useMessages(place);
  const found = usePlaceOf(ledger, message);
  const { run, error, clear } = useCall('chat.send');
  const { run: markRead } = useCall('chat.markRead');
  const [sent, setSent] = useState<string>();
  const viewport = useRef<HTMLDivElement>(null);

  // What failed may have been written all the same, with the answer lost: tried again under its id, it is there once.
  const unsure = useRef<{ id: string; text: string }>(undefined);
  const send = useCallback(
    async (text: string) => {
      const id = unsure.current?.text === text ? unsure.current.id : newId();
      const reply = await run({ ...place, message: id, text });
      unsure.current = reply.ok ? undefined : { id, text };
      if (reply.ok) setSent(id);
      else returnDraft(chatKey(place), text);
    },
    [run, place],
  );
  const leave = useCallback(() => viewport.current?.focus(), []);
  const read = useRef<string>(undefined);
  const see = useCallback(
    async ({ id }: { id: string }) => {
      if (read.current === id) return;
      read.current = id;
      const reply = await markRead({ ...place, upTo: id });
      if (!reply.ok) read.current = undefined;
    },
    [markRead, place],
  );

  const { total, view } = state;
  const isReady = total !== undefined && view !== undefined && (message === undefined || found !== undefined);
  return (
    <div className={classes.thread} data-layout={layout}>
      {about === null && <UnreadThreads ledger={ledger} />}
      <FailureNotice error={state.error} />
      {!isReady && !state.error && <div className={classes.waiting} role="status" aria-label={say('loading')} />}
      {isReady && total === 0 && (layout === 'panel' ? <p className={classes.none}>{say('firstThread')}</p> : (
        <div className={classes.empty}><EmptyState icon={<IconMessageCircle size={40} stroke={1.25} />} title={say('firstTitle')} text={say(isDirect ? 'firstDirect' : 'firstText', { name })} /></div>
      ))}
      {isReady && total > 0 && (
        <MessageList
          label={say('messagesOf', { name })} pages={pages} state={state} total={total} unread={view.unread} sent={sent} layout={layout} viewportRef={viewport} onSeen={see}
          found={found ?? undefined}
        />
      )}
      <FailureNotice error={error} onClose={clear} />
      {view && (view.barred === null
        ? <MessageField place={place} label={say('fieldTo', { name })} takesFocus={takesFocus && message === undefined} onSend={send} onLeave={leave} />
        : <p className={classes.reading}><IconEye size={16} aria-hidden /> {view.barred === 'role_forbids' ? say('mayNot') : view.barred === 'not_set_up' ? say('mayNotYet') : errorText({ code: view.barred })}</p>)}
    </div>
  );
}
