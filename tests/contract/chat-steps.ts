/** Steps that tests of chats share. */
import type { Output } from '#contract/api.ts';
import { untilSame, valueOf, viewOf } from '#tests/people.ts';
import { addBook, newId, type Book } from './book.ts';
import { admit, type Company, type Somebody } from './company.ts';

export type Page = Output<'chat.page'>;
export const send = ({ client }: Somebody, ledger: string, text: string, about: string | null = null, message = newId()) => client.call('chat.send', { ledger, about, message, text });
export const say = async (...given: Parameters<typeof send>): Promise<string> => valueOf(await send(...given)).id;
export const pageOf = ({ client }: Somebody, ledger: string, about: string | null = null, isWanted?: (view: Page) => boolean): Promise<Page> =>
  viewOf(client, 'chat.page', { ledger, about, offset: 0, limit: 500 }, isWanted);
export const textsOf = ({ rows }: Page): string[] => rows.map((row) => (row.kind === 'text' ? row.text : row.outcome));
export async function untilTexts(somebody: Somebody, ledger: string, texts: readonly string[], about: string | null = null): Promise<Page> {
  await viewOf(somebody.client, 'ledgers.get', { ledger }, (view) => view !== null);
  return pageOf(somebody, ledger, about, (view) => JSON.stringify(textsOf(view)) === JSON.stringify(texts));
}

/** Ann has a book, and Bob is in it. */
export async function shareBook(
  company: Company, role: 'editor' | 'viewer' = 'editor', clocks: { ann?: () => number; bob?: () => number } = {},
): Promise<{ ann: Somebody; bob: Somebody; book: Book; ledger: string }> {
  const ann = await company.person('Ann', clocks.ann && { now: clocks.ann });
  const book = await addBook(ann.client);
  const bob = await company.person('Bob', clocks.bob && { now: clocks.bob });
  await admit(ann, book.ledger, bob, 'Bob', { role });
  await untilSame(ann.client, bob.client, book.ledger);
  return { ann, bob, book, ledger: book.ledger };
}
