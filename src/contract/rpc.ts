/** The messages on a wire between a screen and the core. A wire is ordered and carries plain JSON values. */
import { z } from 'zod';
import { errorSchema, type ContractError } from './errors.ts';

/** One end of an ordered connection: MessagePort, WebSocket or a pair in memory. */
export interface Wire {
  send(message: unknown): void;
  /** The same for a message that has been made JSON already, where the wire carries text. */
  sendText?(json: string): void;
  /** Called once; messages that came before are not lost. */
  onMessage(listener: (message: unknown) => void): void;
  onClose(listener: () => void): void;
  close(): void;
}

const number = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

export const requestSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('call'), id: number, operation: z.string().max(64), input: z.unknown() }),
  z.strictObject({ type: z.literal('watch'), id: number, operation: z.string().max(64), input: z.unknown() }),
  z.strictObject({ type: z.literal('unwatch'), id: number }),
]);
export type Request = z.infer<typeof requestSchema>;

/** `id` is the request's. A watch is answered with any number of `view`s, or ends with a `failed`. */
export const responseSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('reply'), id: number, value: z.unknown() }),
  z.strictObject({ type: z.literal('view'), id: number, view: z.unknown() }),
  z.strictObject({ type: z.literal('failed'), id: number, error: errorSchema }),
]);
export type Response = z.infer<typeof responseSchema>;

/** What a call comes to on the asking side. */
export type Reply<T> = { ok: true; value: T } | { ok: false; error: ContractError };
