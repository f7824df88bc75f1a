/**
 * The operations about messages: part of the contract (api.ts). A chat is named by its ledger and `about`: null is the
 * chat of the whole ledger (of a direct one: with that contact), an id the thread on that thing.
 */
import { z } from 'zod';
import { idSchema } from '#domain/ids.ts';
import type * as views from './chat-views.ts';
import { call, watch } from './operation.ts';

const chat = { ledger: idSchema, about: idSchema.nullable() };

export const chatApi = {
  /** All chats of ledgers I am in, the latest first; those without a message at the end. Direct ones where the other has come. */
  'chat.list': watch<views.ChatView[]>()(z.strictObject({})),
  /** Over all chats and threads. */
  'chat.unread': watch<{ messages: number; chats: number }>()(z.strictObject({})),
  /** `offset` from the oldest. Beyond the end there are no rows. `not_found` where there is no such ledger. */
  'chat.page': watch<views.MessagePageView>()(
    z.strictObject({ ...chat, offset: z.number().int().min(0).max(10_000_000), limit: z.number().int().min(1).max(500) }),
  ),
  /** How much is said about things; those with no messages are left out. `about` null: all that have something unread, at most 500. */
  'chat.threads': watch<views.ThreadView[]>()(z.strictObject({ ledger: idSchema, about: z.array(idSchema).max(500).nullable() })),
  /** Where a message stands now; null where it is not here. */
  'chat.place': call<{ about: string | null; index: number } | null>()(z.strictObject({ ledger: idSchema, message: idSchema })),
  /**
   * The caller makes the id `message`, so that a repeated call adds nothing. What disturbs (controls, bidi overrides) is
   * left out. `message_empty`, `message_too_long` (over 8 000 characters), `role_forbids`; `not_found` where nothing is
   * known of what it is about.
   */
  'chat.send': call<{ id: string }>()(z.strictObject({ ...chat, message: idSchema, text: z.string().max(20_000_000) })),
  /** This message and all before it in its chat have been seen, on this device. */
  'chat.markRead': call<null>()(z.strictObject({ ...chat, upTo: idSchema })),
} as const;
