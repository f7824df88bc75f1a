import type { ChatView, MessageHitView } from '#contract/chat-views.ts';
import type { ErrorCode } from '#contract/errors.ts';
import type { LedgerId } from '#domain/ids.ts';
import { typedToText } from '#domain/message.ts';
import { failure, success, type Result } from '#domain/result.ts';
import { excerptOf } from '#domain/search-text.ts';
import type { LedgerRow } from '#main/db/queries/ledgers.ts';
import type { ReadMarks } from '#main/db/read-marks.ts';
import type { Service, Topic } from '#main/handlers.ts';
import type { Ground } from './ground.ts';
import type { Messages } from './messages.ts';

/** What is shown of a message that was found. */
const EXCERPT = 240;

/** The messages in which every word occurs, newest first. */
export function findMessages({ queries }: Pick<Ground, 'queries'>, messages: Messages, text: string, limit: number): MessageHitView[] {
  return queries.messages.search(text, limit).flatMap((found) => {
    // Those of ledgers that were left are still in the store.
    const row = queries.ledgers.find(found.ledger);
    const title = row && messages.titleOf(row);
    const [view] = row ? messages.toViews(row, [found]) : [];
    if (!row || !title || view?.kind !== 'text') return [];
    const { id, by, mine, at } = view;
    return [{ ledger: row.id, name: title.name, about: found.revision.body.about, message: id, text: excerptOf(view.text, text, EXCERPT), by, mine, at }];
  });
}

export function createChatService({ publish, queries, warmer }: Pick<Ground, 'publish' | 'queries' | 'warmer'>, messages: Messages, marks: ReadMarks): Service<'chat'> {
  /** Everything that is a chat, with what it is called. */
  const chats = (): { row: LedgerRow; name: string; root: string | null }[] =>
    queries.ledgers.everything().flatMap((row) => {
      const title = row.template === 'personal' ? null : messages.titleOf(row);
      return title === null ? [] : [{ row, ...title }];
    });
  const topicsOf = ({ ledger }: { ledger: LedgerId }): Topic[] => [`ledger:${ledger}`, `chat:${ledger}`, 'people'];

  function toChat({ row, name, root }: ReturnType<typeof chats>[number]): ChatView {
    const last = queries.messages.last(row, null);
    const unread = queries.messages.unreadChats(row, messages.ownDevices(row));
    const sum = (isThread: boolean): number => unread.filter(({ about }) => (about !== null) === isThread).reduce((all, { count }) => all + count, 0);
    return {
      ledger: row.id, template: row.template, name, root, last: last ? (messages.toViews(row, [last])[0] ?? null) : null,
      unread: sum(false), unreadInThreads: sum(true), barred: messages.barredIn(row),
    };
  }

  /** What `read` finds in a ledger that this device is in. */
  const inLedger = <T>(ledger: LedgerId, read: (row: LedgerRow) => T): Result<T, ErrorCode> => {
    const row = queries.ledgers.find(ledger);
    return row ? success(read(row)) : failure('not_found');
  };

  return {
    'chat.list': {
      topics: () => ['ledgers', 'people', 'chats'],
      read: () => success(chats().map(toChat).toSorted((a, b) => (b.last?.at ?? -1) - (a.last?.at ?? -1))),
    },
    'chat.unread': {
      topics: () => ['ledgers', 'chats'],
      read() {
        const unread = queries.ledgers.everything().flatMap((row) => queries.messages.unreadChats(row, messages.ownDevices(row)));
        return success({ messages: unread.reduce((sum, { count }) => sum + count, 0), chats: unread.length });
      },
    },
    'chat.page': {
      topics: topicsOf,
      read({ ledger, about, offset, limit }) {
        warmer.expect(ledger);
        return inLedger(ledger, (row) => ({
          total: queries.messages.count(row, about), offset,
          rows: messages.toViews(row, queries.messages.page(row, about, offset, limit)),
          unread: queries.messages.unread(row, about, messages.ownDevices(row)),
          barred: messages.barredIn(row),
        }));
      },
    },
    'chat.threads': {
      topics: topicsOf,
      read: ({ ledger, about }) =>
        inLedger(ledger, (row) => {
          const own = messages.ownDevices(row);
          return queries.messages.threads(row, about ?? queries.messages.unreadChats(row, own).flatMap((chat) => chat.about ?? []), own);
        }),
    },
    'chat.place': async ({ ledger, message }) => inLedger(ledger, (row) => queries.messages.place(row, message) ?? null),
    async 'chat.send'({ ledger, about, message, text }) {
      const typed = typedToText(text);
      return typed.ok ? messages.write(ledger, { message, about, content: { kind: 'text', text: typed.text } }) : failure(typed.code);
    },
    async 'chat.markRead'({ ledger, about, upTo }) {
      const row = queries.ledgers.find(ledger);
      if (!row) return failure('not_found');
      const marked = await marks.mark(row, about, upTo);
      if (!marked.ok) return marked;
      if (marked.value) publish(`chat:${ledger}`, 'chats');
      return success(null);
    },
  };
}
