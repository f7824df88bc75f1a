/** What a backup holds: who somebody is, and of each ledger the records and frames as they are, readable by who has the keys. */
import { z } from 'zod';
import { idSchema, type LedgerId } from '#domain/ids.ts';
import { rootSchema } from '#domain/personal.ts';
import { failure, success, type Result } from '#domain/result.ts';
import { nameSchema } from '#domain/text.ts';
import type { Exchange, HandedFrame } from '#sync/exchange.ts';
import { MAXIMUM_ENDORSEMENTS, MAXIMUM_FRAME_BYTES, MAXIMUM_RECORD_BYTES } from '#sync/protocol/limits.ts';
import type { StoreErrorCode } from '#sync/store.ts';
import type { Keys } from './keyring.ts';

/** Of records or frames in one item, in bytes. */
const ITEM_BYTES = 256 * 1024;

const bytesOf = (length: number) => z.custom<Uint8Array>((bytes) => bytes instanceof Uint8Array && bytes.length === length);
const bytesUpTo = (length: number) => z.custom<Uint8Array>((bytes) => bytes instanceof Uint8Array && bytes.length <= length);

const headSchema = z.strictObject({
  kind: z.literal('head'),
  version: z.literal(1),
  /** Milliseconds since 1970. */
  at: z.number().int().min(0),
  name: nameSchema,
  /** What the 24 words stand for; null where the device that made the backup did not have them. */
  entropy: bytesOf(32).nullable(),
  root: rootSchema,
  phraseWritten: z.boolean(),
  look: z.strictObject({ theme: z.enum(['light', 'dark', 'auto']), hideAmounts: z.boolean() }),
  relay: z.string().max(500).nullable(),
});
const itemSchema = z.discriminatedUnion('kind', [
  headSchema,
  z.strictObject({ kind: z.literal('records'), ledger: idSchema, from: z.number().int().min(0), records: z.array(bytesUpTo(MAXIMUM_RECORD_BYTES)) }),
  z.strictObject({
    kind: z.literal('frames'),
    ledger: idSchema,
    frames: z.array(z.strictObject({
      bytes: bytesUpTo(MAXIMUM_FRAME_BYTES),
      endorsements: z.array(z.strictObject({ key: bytesOf(32), signature: bytesOf(64) })).max(MAXIMUM_ENDORSEMENTS),
    })),
  }),
  /** A part of an attached file, in order; the last one has `isLast`. */
  z.strictObject({ kind: z.literal('file'), ledger: idSchema, name: idSchema, bytes: bytesUpTo(ITEM_BYTES), isLast: z.boolean() }),
]);
export type BackupItem = z.output<typeof itemSchema>;
export type BackupHead = z.output<typeof headSchema>;

/** The first item. Only for who is somebody. */
export function keysToHead({ identity, person, look, relay }: Keys, at: number): BackupHead {
  if (!identity || !person) throw new Error('a backup is somebody’s');
  const { entropy, root, phraseWritten } = identity;
  return { kind: 'head', version: 1, at, name: person.name, entropy: entropy === null ? null : new Uint8Array(Buffer.from(entropy, 'hex')), root, phraseWritten, look, relay: relay.url };
}

/** Parts of about ITEM_BYTES. */
function* cut<T>(all: Iterable<T>, sizeOf: (one: T) => number): Generator<T[]> {
  let part: T[] = [];
  let size = 0;
  for (const one of all) {
    part.push(one);
    size += sizeOf(one);
    if (size < ITEM_BYTES) continue;
    yield part;
    [part, size] = [[], 0];
  }
  if (part.length > 0) yield part;
}

/**
 * All of a ledger. What was written here and is not sealed yet is sealed first, so that it goes with the frames; what may not be
 * sealed now (somebody left, and no relay has been there since to change the key) is not in it.
 */
export async function* listLedger(exchange: Exchange): AsyncGenerator<Result<BackupItem, StoreErrorCode>> {
  const { ledger } = exchange;
  const sealed = await exchange.seal();
  if (!sealed.ok) return yield sealed;
  let from = 0;
  for (const records of cut(exchange.access()?.records ?? [], ({ length }) => length)) {
    yield success({ kind: 'records', ledger, from, records });
    from += records.length;
  }
  const summary = await exchange.summary();
  if (!summary.ok) return yield summary;
  for (const document of summary.value.keys()) {
    const offered = await exchange.offers(document);
    if (!offered.ok) return yield offered;
    let frames: HandedFrame[] = [];
    for (const id of offered.value) {
      const frame = await exchange.read(document, id);
      if (!frame.ok) return yield frame;
      if (frame.value) frames.push({ bytes: frame.value.bytes, endorsements: frame.value.endorsements });
      if (frames.reduce((bytes, one) => bytes + one.bytes.length, 0) < ITEM_BYTES) continue;
      yield toFrames(ledger, frames);
      frames = [];
    }
    if (frames.length > 0) yield toFrames(ledger, frames);
  }
}

const toFrames = (ledger: LedgerId, frames: readonly HandedFrame[]): Result<BackupItem, never> =>
  success({ kind: 'frames', ledger, frames: frames.map(({ bytes, endorsements }) => ({ bytes, endorsements: endorsements.map(({ key, signature }) => ({ key, signature })) })) });

/** An attached file, in parts. */
export function* listFile(ledger: LedgerId, name: string, bytes: Uint8Array): Generator<BackupItem> {
  for (let from = 0; from < bytes.length; from += ITEM_BYTES) {
    yield { kind: 'file', ledger, name, bytes: bytes.slice(from, from + ITEM_BYTES), isLast: from + ITEM_BYTES >= bytes.length };
  }
}

/** The items of an opened backup, the head first and only there. */
export async function* readItems(opened: AsyncIterable<Result<unknown, 'backup_damaged'>>): AsyncGenerator<Result<BackupItem, 'backup_damaged'>> {
  let isFirst = true;
  for await (const one of opened) {
    const parsed = one.ok ? itemSchema.safeParse(one.value) : undefined;
    if (!parsed?.success || (parsed.data.kind === 'head') !== isFirst) return yield failure('backup_damaged');
    isFirst = false;
    yield success(parsed.data);
  }
  if (isFirst) yield failure('backup_damaged');
}
