/** A small book to ask questions about. */
import { randomBytes } from 'node:crypto';
import type { Client } from '#contract/client.ts';
import type { EntryDraft } from '#domain/entry.ts';
import { createIds } from '#main/ids.ts';
import { setUp, valueOf, viewOf } from '#tests/people.ts';

export const newId = createIds(randomBytes).next;

export interface Book {
  ledger: string;
  me: string;
  bob: string;
  /** An expense of `amount` cents, paid by me and shared equally. */
  expense(amount: number, changed?: Partial<EntryDraft>): EntryDraft;
  add(amount: number, changed?: Partial<EntryDraft>): Promise<string>;
}

/** Sets up the profile and begins a ledger of Ann, who is me, and Bob. */
export async function beginBook(client: Client): Promise<Book> {
  await setUp(client, 'Ann');
  return addBook(client);
}

export async function addBook(client: Client): Promise<Book> {
  const { ledger, me } = valueOf(await client.call('ledgers.create', { name: 'Flat', template: 'couple', currency: 'EUR', people: ['Bob'] }));
  const view = await viewOf(client, 'ledgers.get', { ledger });
  const bob = view?.persons.find((person) => !person.me)?.id ?? '';
  const expense: Book['expense'] = (amount, changed = {}) => ({
    kind: 'expense', date: '2026-11-20', description: 'Dinner', category: 'dining', note: '', currency: 'EUR', amount,
    payers: [{ person: me, amount }],
    split: { mode: 'equal', parts: [{ person: me, value: 1 }, { person: bob, value: 1 }] },
    ...changed,
  });
  return {
    ledger, me, bob, expense,
    async add(amount, changed) {
      const entry = newId();
      valueOf(await client.call('entries.add', { ledger, entry, draft: expense(amount, changed) }));
      return entry;
    },
  };
}
