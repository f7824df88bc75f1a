/** What two people write to each other: the part of the story that is about messages. */
import { untilSame, valueOf, viewOf } from '#tests/people.ts';
import type { Player } from './cast.ts';

interface Talk {
  readonly one: Player;
  readonly other: Player;
  readonly ledger: string;
  /** The thing that a thread is about. */
  readonly about: string;
  sentence(): string;
  newId(): string;
}

/** In the chat of the ledger and in a thread: written, read, looked for and found. */
export async function talk({ one, other, ledger, about, sentence, newId }: Talk): Promise<void> {
  for (const chat of [null, about]) {
    const text = sentence();
    valueOf(await one.client.call('chat.send', { ledger, about: chat, message: newId(), text }));
    const { rows } = await viewOf(other.client, 'chat.page', { ledger, about: chat, offset: 0, limit: 10 }, ({ unread }) => unread.count === 1);
    const upTo = rows.at(-1)?.id ?? '';
    valueOf(await other.client.call('chat.markRead', { ledger, about: chat, upTo }));
    valueOf(await other.client.call('chat.send', { ledger, about: chat, message: newId(), text: sentence() }));
    if (valueOf(await other.client.call('chat.place', { ledger, message: upTo }))?.index !== 0) throw new Error('a message stands where it was read');
    const { messages } = valueOf(await other.client.call('entries.search', { text, limit: 5 }));
    if (messages.length !== 1) throw new Error('a message is found by its own words');
  }
  await untilSame(one.client, other.client, ledger);
  await viewOf(one.client, 'chat.threads', { ledger, about: [about] }, ([thread]) => thread?.messages === 2);
  await viewOf(one.client, 'chat.unread', {}, ({ chats }) => chats === 2);
  await viewOf(one.client, 'chat.list', {}, (chats) => chats.some(({ last }) => last !== null));
}
