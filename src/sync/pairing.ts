/**
 * How a new device of a person is let in: the two devices leave each other four sealed messages in the relay's mailbox,
 * under a seed that travels by link, QR or code. Whoever else has the seed could answer in a device's place; so nothing of worth is
 * handed over before people have compared the words that follow from both devices' keys (identity/safety-words.ts).
 */
import { z } from 'zod';
import { idSchema } from '#domain/ids.ts';
import { nameSchema } from '#domain/text.ts';
import { failure, success, type Result } from '#domain/result.ts';
import { openBytes, sealBytes } from './content-key.ts';
import type { Conversation } from './conversation.ts';
import { cardSchema, cardToCbor } from './identity/card.ts';
import { openDerivation } from './identity/derive.ts';
import { ownBytes } from './keys.ts';
import { bytesToHex } from './protocol/bytes.ts';
import { decodeCbor, encodeCbor } from './protocol/cbor.ts';
import { padBytes, unpadBytes } from './protocol/frames.ts';

const bytesOf = (length: number) => z.instanceof(Uint8Array).refine((bytes) => bytes.length === length);
const keySchema = z.string().regex(/^[0-9a-f]{64}$/);

const schemas = {
  /** The present device: its keys. */
  greeting: z.strictObject({ device: keySchema, agreement: keySchema }),
  /** The new device: its keys, what it is called, and 16 random bytes (see safety-words.ts). */
  answer: z.strictObject({ device: keySchema, agreement: keySchema, nonce: bytesOf(16), deviceName: nameSchema }),
  /** After the words were found to be the same: whose device it is now. */
  welcome: z.strictObject({
    root: keySchema, name: nameSchema, certificate: bytesOf(64),
    recovery: z.strictObject({ agreement: keySchema, certificate: bytesOf(64) }),
    personal: idSchema,
  }),
  /** The new device as a member of the person's own ledger. */
  entry: z.strictObject({ key: keySchema, card: cardSchema }),
};
type Messages = { [K in keyof typeof schemas]: z.output<(typeof schemas)[K]> };
export type PairingStep = keyof Messages;

export interface Mailbox {
  leave<K extends PairingStep>(conversation: Conversation, step: K, message: Messages[K], ttl: number): Promise<Result<void, 'relay_refused'>>;
  /** Null where nothing has been left yet. `pairing_failed`: something else lies there. */
  take<K extends PairingStep>(conversation: Conversation, step: K): Promise<Result<Messages[K] | null, 'relay_refused' | 'pairing_failed'>>;
}

function toCbor<K extends PairingStep>(step: K, message: Messages[K]): unknown {
  if (step !== 'entry') return message;
  const { key, card } = message as Messages['entry'];
  return { key, card: cardToCbor(card) };
}

/** The boxes of one pairing, all from its 32-byte seed. */
export async function openMailbox(seed: Uint8Array, randomBytes: (length: number) => Uint8Array): Promise<Mailbox> {
  const derive = await openDerivation(seed);
  const label = (step: PairingStep): Uint8Array => encodeCbor(['tallystick pairing 1', step]);
  const boxOf = async (step: PairingStep): Promise<string> => bytesToHex(await derive('pairing box', 16, label(step)));
  const raw = ownBytes(await derive('pairing key', 32));
  const key = await globalThis.crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt']);
  return {
    async leave(conversation, step, message, ttl) {
      const bytes = await sealBytes(key, padBytes(encodeCbor(toCbor(step, message))), label(step), randomBytes);
      const left = await conversation.request({ type: 'put', box: await boxOf(step), bytes, ttl });
      return left.ok ? success(undefined) : failure('relay_refused');
    },
    async take<K extends PairingStep>(conversation: Conversation, step: K) {
      const taken = await conversation.request({ type: 'take', box: await boxOf(step) });
      if (!taken.ok) return failure('relay_refused');
      if (!taken.value.bytes) return success(null);
      const opened = await openBytes(key, taken.value.bytes, label(step));
      const content = opened && unpadBytes(opened);
      const decoded = content && decodeCbor(content);
      const parsed = decoded?.ok ? schemas[step].safeParse(decoded.value) : undefined;
      return parsed?.success ? success(parsed.data as Messages[K]) : failure('pairing_failed');
    },
  };
}
