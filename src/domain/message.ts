import { z } from 'zod';
import { idSchema, type Id } from './ids.ts';
import { cleanText, isHarmfulText } from './text.ts';

/** Of one message, in UTF-16 units as every text field counts them. */
export const MAXIMUM_MESSAGE_LENGTH = 8_000;

/** How a call ended; the names of the call's own ends. */
export const CALL_OUTCOMES = ['completed', 'missed', 'declined', 'cancelled', 'busy', 'noAnswer', 'failed'] as const;
export const callOutcomeSchema = z.enum(CALL_OUTCOMES);
export type CallOutcome = z.infer<typeof callOutcomeSchema>;

/** Signs that show nothing by themselves. */
const INVISIBLE = /[\s\p{Default_Ignorable_Code_Point}\p{M}]/gu;
export const isEmptyText = (text: string): boolean => text.replaceAll(INVISIBLE, '') === '';

/** In NFC, so that two who write the same word find the same word; never with what could disturb the text around it. */
const messageTextSchema = z
  .string()
  .max(MAXIMUM_MESSAGE_LENGTH, { message: 'message_too_long' })
  .refine((text) => !isHarmfulText(text) && text === text.normalize('NFC'), { message: 'text_harmful' })
  .refine((text) => !isEmptyText(text), { message: 'message_empty' });

export const messageContentSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('text'), text: messageTextSchema }),
  /** The card that a call leaves; the message's thing bears the call's id. `seconds`: how long they spoke, where they did. */
  z.strictObject({ kind: z.literal('call'), call: idSchema, outcome: callOutcomeSchema, seconds: z.number().int().min(0).max(1_000_000).nullable() }),
]);
export type MessageContent = z.infer<typeof messageContentSchema>;

/** One message, written once: nobody replaces it, not even who wrote it. */
export const messageBodySchema = z.strictObject({
  /** The thing whose thread it is in (an entry, an IOU, a sale); null: the chat of the whole ledger. */
  about: idSchema.nullable(),
  /** The revision of the message that its author saw last in this chat; null where there was none. See message-order.ts. */
  after: idSchema.nullable(),
  content: messageContentSchema,
});
export type MessageBody = z.infer<typeof messageBodySchema>;

export type MessageProblem = 'message_empty' | 'message_too_long';

/** What somebody typed or pasted as it is sent, or why it is not: line ends are made one kind, what disturbs is left out. */
export function typedToText(typed: string): { ok: true; text: string } | { ok: false; code: MessageProblem } {
  // Before anything looks at each sign of it: a pasted file may be of any length.
  if (typed.length > 4 * MAXIMUM_MESSAGE_LENGTH) return { ok: false, code: 'message_too_long' };
  const text = cleanText(typed.replaceAll(/\r\n?/gu, '\n'));
  if (isEmptyText(text)) return { ok: false, code: 'message_empty' };
  return text.length > MAXIMUM_MESSAGE_LENGTH ? { ok: false, code: 'message_too_long' } : { ok: true, text };
}

/** Whether a message is what the rules want of it beyond its schema: written once, and a card under the id of its call. */
export const isSoundMessage = ({ of, prev, body: { content } }: { of: Id; prev: readonly Id[]; body: MessageBody }): boolean =>
  prev.length === 0 && (content.kind !== 'call' || content.call === of);
