/** What two devices say to each other about a call, over a relay that keeps none of it and can read none of it. */
import { z } from 'zod';
import { idSchema } from './ids.ts';

const bytesSchema = z.string().regex(/^[0-9a-f]{64}$/);
const call = idSchema;

/** How a call can come to an end that both sides hear of. */
export const SHARED_OUTCOMES = ['completed', 'cancelled', 'failed'] as const;
export type SharedOutcome = (typeof SHARED_OUTCOMES)[number];

/**
 * Keys are 32 bytes, hexadecimal. Signals may be lost or come twice: whoever waits repeats theirs, and who is asked about a
 * call that is over repeats their last word.
 */
export const callSignalSchema = z.discriminatedUnion('type', [
  /** The caller to all devices of one person, again and again while it rings. `about`: the entry or IOU it was begun from. */
  z.strictObject({ type: z.literal('ring'), call, about: idSchema.nullable(), commitment: bytesSchema }),
  z.strictObject({ type: z.literal('ringing'), call }),
  z.strictObject({ type: z.literal('answer'), call, publicKey: bytesSchema }),
  /** The caller to the device whose answer came first. */
  z.strictObject({ type: z.literal('reveal'), call, publicKey: bytesSchema, blind: bytesSchema }),
  /** The caller to the other devices: another one has answered, or declined. */
  z.strictObject({ type: z.literal('taken'), call }),
  z.strictObject({ type: z.literal('decline'), call }),
  z.strictObject({ type: z.literal('busy'), call }),
  z.strictObject({ type: z.literal('cancel'), call }),
  /** Asks whether the other side is still in the call; who is says nothing. */
  z.strictObject({ type: z.literal('here'), call }),
  z.strictObject({ type: z.literal('end'), call, outcome: z.enum(SHARED_OUTCOMES) }),
]);
export type CallSignal = z.infer<typeof callSignalSchema>;
