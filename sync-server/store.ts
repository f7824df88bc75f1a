/**
 * What the relay needs of a disk: per ledger a line of membership records, logs of frames and blobs, none of which it can
 * read, and a mailbox. Each method is one atomic step; what it answered is on disk. Several relays may work on one
 * database at a time, so nothing that a step decides by may be known to one process only. The suite every adapter must
 * pass is store.suite.ts. Ids are 32 hexadecimal digits, times milliseconds since 1970.
 */

/** `relay_full`: no room on the disk. `relay_failed`: anything else; either way nothing was written. */
export type RelayStoreFailure = 'relay_full' | 'relay_failed';
export type Settled<T, Code extends string = never> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly code: RelayStoreFailure | Code };
export type Outcome<T, Code extends string = never> = Promise<Settled<T, Code>>;

/**
 * A ledger, and how many records the caller has seen of it. Whether somebody may do a thing depends on the records, so
 * that a step is taken only where there are exactly so many. Otherwise it answers `stale`, and has done nothing: the
 * caller reads the others and judges again.
 */
export interface Place {
  readonly ledger: string;
  readonly records: number;
}

export interface RecordPage {
  /** Of all records of the ledger; 0 where it is unknown. */
  count: number;
  records: Uint8Array[];
}

export interface Head {
  document: string;
  seq: number;
  frame: string;
}

export interface FrameToAppend {
  document: string;
  frame: string;
  bytes: Uint8Array;
  /** Of a snapshot: the frame that it reaches up to, the member who made it, and whether that one's word is enough. */
  snapshot?: {
    seq: number;
    frame: string;
    member: string;
    isVouched: boolean;
    /**
     * It comes back to a relay that lost what it covers: a document that is not there begins with it, at the number after
     * those, as if they had been dropped. By this word; null where its author's is enough.
     */
    refill?: Endorsement | null;
  };
  /** It may not be stored any more, and is answered with its number if it is there from before: its sender has missed that answer. */
  isLate?: boolean;
}

/**
 * In the order of the request. A frame that was there already has the number it had, and is not `fresh`.
 * `covers_unknown`: a snapshot of something that is not in this log. `late`: see `isLate`.
 */
export type Appended =
  | { document: string; frame: string; seq: number; fresh: boolean }
  | { frame: string; refused: 'quota' | 'covers_unknown' | 'late' };

/** A device's word for a snapshot: its key and what it signed. */
export interface Endorsement {
  key: Uint8Array;
  signature: Uint8Array;
}

export interface Page {
  /** The last number in the document; 0 where there is none. */
  head: number;
  /** The frame at `after`; null where there is none, or where it can't be said any more. */
  at: string | null;
  /** The frames up to this number were dropped; 0 where none were. */
  dropped: number;
  /** The vouched snapshot that reaches furthest, where that is further than `after`. */
  snapshot: { seq: number; bytes: Uint8Array; endorsement: Endorsement | null } | null;
  /** Those after `after`, or after what the snapshot covers; without the snapshot itself. */
  frames: { seq: number; bytes: Uint8Array }[];
}

export interface BlobState {
  chunks: number;
  /** The chunks that are there, in order. */
  there: number[];
}

export interface RelayStore {
  /** Names this set of logs: made with the database, and the same for as long as that lives. */
  readonly incarnation: string;

  /** The records from number `from`, in order, up to `maximumBytes` but at least one where there is one. */
  records(ledger: string, from: number, maximumBytes: number): Outcome<RecordPage>;
  /**
   * Adds to the line of records: of two who add the same number one is `stale`. `mayUseReserve`: they may take room that
   * nothing else gets (RECORD_RESERVE).
   */
  appendRecords(place: Place, records: readonly Uint8Array[], mayUseReserve?: boolean): Outcome<void, 'stale' | 'quota'>;

  /** The last frame of each document of a ledger. */
  heads(place: Place): Outcome<Head[], 'stale'>;
  /** Without a gap, up to `maximumBytes` of frames but at least one, or the snapshot, where there is one. */
  page(place: Place, document: string, after: number, maximumBytes: number): Outcome<Page, 'stale'>;
  /** Numbers each new frame with the next number of its document. Calls are answered in the order of their numbers. */
  append(place: Place, frames: readonly FrameToAppend[], now: number): Outcome<Appended[], 'stale'>;
  /**
   * The word of a device of `member` for a snapshot. The first from another member than its author's is kept, and is
   * enough; any other changes nothing. False where there is no such snapshot.
   */
  endorse(place: Place, document: string, frame: string, member: string, endorsement: Endorsement, now: number): Outcome<boolean, 'stale'>;
  /** Drops what is covered by snapshots that were vouched for before `before`, in some documents. Answers in how many; 0: nothing is left to be dropped. */
  compact(before: number): Outcome<number>;

  /** Null where there is no such blob in this ledger. */
  blobState(place: Place, blob: string): Outcome<BlobState | null, 'stale'>;
  /** A chunk that is there already is left as it is. False where the blob has another number of chunks. */
  putChunk(place: Place, blob: string, chunk: number, chunks: number, bytes: Uint8Array, now: number): Outcome<boolean, 'stale' | 'quota'>;
  chunk(place: Place, blob: string, chunk: number): Outcome<Uint8Array | null, 'stale'>;
  dropBlob(place: Place, blob: string): Outcome<void, 'stale'>;
  /** Drops the blobs that are not complete and have got nothing since `before`. */
  sweepBlobs(before: number): Outcome<void>;

  /** False where something else lies in the box; `relay_full` also beyond what the mailbox may take. */
  put(box: string, bytes: Uint8Array, expires: number, now: number): Outcome<boolean>;
  /** What lies in the box, once; null where nothing does any more. */
  take(box: string, now: number): Outcome<Uint8Array | null>;
  /** Empties the boxes whose time is over. */
  expire(now: number): Outcome<void>;

  /** Answers whether the disk can be read. */
  check(): Outcome<void>;
  /** Bytes that count for `totalBytes`. */
  size(): Outcome<number>;
  close(): Promise<void>;
}

/**
 * How much may lie on the disk, in bytes. A ledger's quota counts its records, frames and blobs; the total counts those
 * of all ledgers and what lies in the mailbox. What is dropped is not counted any more.
 */
export interface StoreLimits {
  readonly ledgerBytes?: number;
  readonly totalBytes?: number;
  /** Sealed invites that may lie in the mailbox at a time. */
  readonly boxes?: number;
}

/** What those who manage a ledger have beyond its quota, as a part of it: else who fills it up could not be put out any more. */
export const RECORD_RESERVE = 1 / 16;
