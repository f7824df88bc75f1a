/**
 * A file that carries changes from device to device: records and frames as a relay would have them, and no names. Magic
 * and version, then items of deterministic CBOR, each behind its length in four bytes (big-endian): per ledger one
 * `['ledger', id]`, its records `['record', bytes]` from the first on, its frames `['frame', bytes, [[key, signature], …]]`;
 * and at the end `['end', SHA-256 of all bytes before this item]`.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { z } from 'zod';
import type { LedgerId } from '#domain/ids.ts';
import { failure, success, type Result } from '#domain/result.ts';
import type { Exchange, HandedFrame, RecordTrouble } from './exchange.ts';
import { ownKey } from './access.ts';
import { bytesToHex, concatBytes, hexToBytes, isSameBytes } from './protocol/bytes.ts';
import { decodeCbor, encodeCbor } from './protocol/cbor.ts';
import { MAXIMUM_ENDORSEMENTS, MAXIMUM_FRAME_BYTES, MAXIMUM_RECORD_BYTES, PAGE_BYTES } from './protocol/limits.ts';
import { roleNow } from './protocol/membership.ts';
import type { StoreErrorCode } from './store.ts';

const MAGIC = new TextEncoder().encode('tallystick changes');
const VERSION = 1;
const HEADER = concatBytes(MAGIC, Uint8Array.of(VERSION));
const LENGTH_BYTES = 4;
/** A frame of the largest size, and what goes with it. */
const MAXIMUM_ITEM_BYTES = MAXIMUM_FRAME_BYTES + 4_096;

const bytesOf = (length: number) => z.instanceof(Uint8Array).refine((bytes) => bytes.length === length);
const bytesUpTo = (length: number) => z.instanceof(Uint8Array).refine((bytes) => bytes.length <= length);
const endorsementSchema = z.tuple([bytesOf(32), bytesOf(64)]).transform(([key, signature]) => ({ key, signature }));
const itemSchema = z.union([
  z.tuple([z.literal('ledger'), bytesOf(16)]),
  z.tuple([z.literal('record'), bytesUpTo(MAXIMUM_RECORD_BYTES)]),
  z.tuple([z.literal('frame'), bytesUpTo(MAXIMUM_FRAME_BYTES), z.array(endorsementSchema).max(MAXIMUM_ENDORSEMENTS)]),
  z.tuple([z.literal('end'), bytesOf(32)]),
]);
type Item = z.output<typeof itemSchema>;

function encodeItem(content: readonly unknown[]): Uint8Array<ArrayBuffer> {
  const bytes = encodeCbor(content);
  const length = new Uint8Array(LENGTH_BYTES);
  new DataView(length.buffer).setUint32(0, bytes.length);
  return concatBytes(length, bytes);
}

async function* listItems(exchange: Exchange): AsyncGenerator<Result<readonly unknown[], StoreErrorCode>> {
  const sealed = await exchange.seal();
  if (!sealed.ok) return yield sealed;
  const access = exchange.access();
  // Who is out of a ledger has nothing to bring to it.
  if (!access || roleNow(access.membership, ownKey(access)) === null) return;
  yield success(['ledger', hexToBytes(exchange.ledger)]);
  for (const record of access.records) yield success(['record', record]);
  const summary = await exchange.summary();
  if (!summary.ok) return yield summary;
  for (const document of summary.value.keys()) {
    const frames = await exchange.offers(document);
    if (!frames.ok) return yield frames;
    for (const id of frames.value) {
      const frame = await exchange.read(document, id);
      if (!frame.ok) return yield frame;
      if (frame.value) yield success(['frame', frame.value.bytes, frame.value.endorsements.map(({ key, signature }) => [key, signature])]);
    }
  }
}

/** The file, piece by piece, with everything of the ledgers that this device is in. A failure of the store comes last. */
export async function* writeChanges(exchanges: readonly Exchange[]): AsyncGenerator<Result<Uint8Array, StoreErrorCode>> {
  const hash = sha256.create().update(HEADER);
  yield success(HEADER);
  for (const exchange of exchanges) {
    for await (const item of listItems(exchange)) {
      if (!item.ok) return yield item;
      const bytes = encodeItem(item.value);
      hash.update(bytes);
      yield success(bytes);
    }
  }
  yield success(encodeItem(['end', hash.digest()]));
}

type Bytes = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
/** `damaged`: what follows cannot be read, or the file as a whole is not as it was written. */
type Read = { type: 'item'; item: Item; bytes: number } | { type: 'unreadable' } | { type: 'foreign' } | { type: 'damaged' } | { type: 'whole' };

/** The items of a file; what cannot be read of it is told at its place, and once. */
async function* readItems(pieces: Bytes): AsyncGenerator<Read> {
  const hash = sha256.create().update(HEADER);
  let held: Uint8Array = new Uint8Array();
  let wanted = HEADER.length;
  let state: 'header' | 'length' | 'item' | 'over' = 'header';
  for await (const piece of pieces) {
    held = held.length === 0 ? piece : concatBytes(held, piece);
    if (state === 'over') return yield { type: 'damaged' };
    for (; held.length >= wanted; ) {
      const bytes: Uint8Array = held.subarray(0, wanted);
      held = held.subarray(wanted);
      if (state === 'header') {
        if (!isSameBytes(bytes, HEADER)) return yield { type: 'foreign' };
        [state, wanted] = ['length', LENGTH_BYTES];
      } else if (state === 'length') {
        [state, wanted] = ['item', new DataView(bytes.buffer, bytes.byteOffset).getUint32(0)];
        if (wanted > MAXIMUM_ITEM_BYTES) return yield { type: 'damaged' };
      } else {
        const decoded = decodeCbor(bytes);
        const parsed = decoded.ok ? itemSchema.safeParse(decoded.value) : undefined;
        if (parsed?.data?.[0] === 'end') {
          yield held.length === 0 && isSameBytes(parsed.data[1], hash.digest()) ? { type: 'whole' } : { type: 'damaged' };
          if (held.length > 0) return;
          [state, wanted] = ['over', Infinity];
          continue;
        }
        const length = new Uint8Array(LENGTH_BYTES);
        new DataView(length.buffer).setUint32(0, bytes.length);
        hash.update(length).update(bytes);
        yield parsed?.success ? { type: 'item', item: parsed.data, bytes: bytes.length } : { type: 'unreadable' };
        [state, wanted] = ['length', LENGTH_BYTES];
      }
    }
  }
  if (state !== 'over') yield { type: state === 'header' ? 'foreign' : 'damaged' };
}

export interface ImportedChanges {
  /** Frames of ledgers that this device is in, and those of them that were not here. */
  readonly frames: number;
  readonly fresh: number;
  /** Ledgers that this device is in. */
  readonly ledgers: number;
}

/**
 * `file_foreign`: not such a file, or nothing in it is of a ledger that this device is in. `backup_damaged`: what is whole of
 * it was taken, and `details` say how much (frames, fresh, ledgers). `membership_forked`: a ledger has gone another way
 * there; everything else was taken.
 */
export type ImportFailure = StoreErrorCode | 'file_foreign' | 'backup_damaged' | 'membership_forked';

/** What is read of a ledger and not taken yet. */
interface Portion {
  readonly exchange: Exchange;
  records: Uint8Array[];
  /** Number of the first of `records`. */
  from: number;
  frames: HandedFrame[];
  bytes: number;
}

/** Takes what a file brings. Nothing in it is believed before it was checked as if a relay had sent it; any bytes give an answer. */
export async function readChanges(exchanges: readonly Exchange[], pieces: Bytes): Promise<Result<ImportedChanges, ImportFailure>> {
  const known = new Map<LedgerId, Exchange>(exchanges.map((exchange) => [exchange.ledger, exchange]));
  const seen = new Set<LedgerId>();
  let [frames, fresh] = [0, 0];
  let isDamaged = false;
  let isForked = false;
  let portion: Portion | null = null;

  async function takeRecords(of: Portion): Promise<Result<void, StoreErrorCode>> {
    if (of.records.length === 0) return success(undefined);
    const taken: Result<number, RecordTrouble> = await of.exchange.takeRecords(of.from, of.records);
    of.from += of.records.length;
    of.records = [];
    of.bytes = 0;
    if (taken.ok) return success(undefined);
    if (taken.code === 'record_malformed') isDamaged = true;
    else if (taken.code === 'membership_forked') isForked = true;
    else return failure(taken.code);
    return success(undefined);
  }
  async function takeFrames(of: Portion): Promise<Result<void, StoreErrorCode>> {
    const recorded = await takeRecords(of);
    if (!recorded.ok) return recorded;
    const taken = await of.exchange.takeFrames(of.frames);
    if (!taken.ok) return taken;
    frames += of.frames.length - taken.value.unsound;
    fresh += taken.value.fresh;
    if (taken.value.unsound > 0) isDamaged = true;
    of.frames = [];
    of.bytes = 0;
    return success(undefined);
  }

  async function take(item: Item, bytes: number): Promise<Result<void, StoreErrorCode>> {
    if (item[0] === 'ledger') {
      const done = portion ? await takeFrames(portion) : success(undefined);
      const exchange = known.get(bytesToHex(item[1]));
      portion = exchange ? { exchange, records: [], from: 0, frames: [], bytes: 0 } : null;
      if (exchange) seen.add(exchange.ledger);
      return done;
    }
    if (!portion) return success(undefined);
    portion.bytes += bytes;
    if (item[0] === 'record') portion.records.push(item[1]);
    if (item[0] === 'frame') portion.frames.push({ bytes: item[1], endorsements: item[2] });
    if (portion.bytes < PAGE_BYTES) return success(undefined);
    return item[0] === 'record' ? takeRecords(portion) : takeFrames(portion);
  }

  for await (const read of readItems(pieces)) {
    if (read.type === 'foreign') return failure('file_foreign');
    if (read.type === 'damaged' || read.type === 'unreadable') isDamaged = true;
    const taken = read.type === 'item' ? await take(read.item, read.bytes) : success(undefined);
    if (!taken.ok) return taken;
  }
  const last = portion ? await takeFrames(portion) : success(undefined);
  if (!last.ok) return last;
  const imported = { frames, fresh, ledgers: seen.size };
  if (isForked) return failure('membership_forked', imported);
  if (isDamaged) return failure('backup_damaged', imported);
  return seen.size > 0 ? success(imported) : failure('file_foreign');
}
