import { useEffect, useMemo, useSyncExternalStore } from 'react';
import type { MessageView, MessagePageView } from '#contract/chat-views.ts';
import type { Client } from '#contract/client.ts';
import { useClient } from '#renderer/lib/core.tsx';
import { createRowPages, type RowPages, type RowPagesState } from '#renderer/lib/row-pages.ts';
import type { ChatPlace } from './entrances.ts';

export type MessagePages = RowPages<MessageView, MessagePageView>;

/** New messages come after those that are there: the rows before them stay where they are. */
const leavesEarlier = (before: readonly MessageView[], after: readonly MessageView[]): boolean => before.every((row, index) => after[index]?.id === row.id);

/** The messages of a chat, oldest first: a window on `chat.page`. */
export const createMessagePages = (client: Client, { ledger, about }: ChatPlace): MessagePages =>
  createRowPages<MessageView, MessagePageView>({
    watch: (place, onView, onError) => client.watch('chat.page', { ledger, about, ...place }, onView, onError),
    leavesEarlier,
  });

/** Another place is another list. */
export function useMessages({ ledger, about }: ChatPlace): { pages: MessagePages; state: RowPagesState<MessagePageView> } {
  const client = useClient();
  const pages = useMemo(() => createMessagePages(client, { ledger, about }), [client, ledger, about]);
  useEffect(() => {
    pages.look(0, 0);
    return () => pages.close();
  }, [pages]);
  return { pages, state: useSyncExternalStore(pages.subscribe, pages.state) };
}
