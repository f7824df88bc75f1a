/**
 * What the relay needs of a disk: logs of frames it cannot read, and a mailbox. Each method is one atomic step; what it
 * answered is on disk. The suite every adapter must pass is store.suite.ts. Ids are 32 hexadecimal digits.
 */

/** `relay_full`: no room on the disk. `relay_failed`: anything else; either way nothing was written. */
export type RelayStoreFailure = 'relay_full' | 'relay_failed';
export type Outcome<T> = Promise<{ readonly ok: true; readonly value: T } | { readonly ok: false; readonly code: RelayStoreFailure }>;

export interface Head {
  document: string;
  seq: number;
  frame: string;
}

export interface FrameToAppend {
  document: string;
  frame: string;
  bytes: Uint8Array;
}

/** In the order of the request. A frame that was there already has the number it had, and is not `fresh`. */
export type Appended =
  | { document: string; frame: string; seq: number; fresh: boolean }
  | { frame: string; refused: 'quota' };

export interface Page {
  /** The last number in the document; 0 where there is none. */
  head: number;
  /** The frame at `after`; null where there is none. */
  at: string | null;
  frames: { seq: number; bytes: Uint8Array }[];
}

export interface RelayStore {
  /** Names this set of logs: made with the database, and the same for as long as that lives. */
  readonly incarnation: string;
  /** The last frame of each document of a ledger. */
  heads(ledger: string): Outcome<Head[]>;
  /** The frames after `after`, in order and without a gap, up to `maximumBytes` but at least one where there is one. */
  page(ledger: string, document: string, after: number, maximumBytes: number): Outcome<Page>;
  /** Numbers each new frame with the next number of its document. Calls are answered in the order of their numbers. */
  append(ledger: string, frames: readonly FrameToAppend[]): Outcome<Appended[]>;
  /** False where something else lies in the box; `relay_full` also beyond what the mailbox may take. Times are milliseconds since 1970. */
  put(box: string, bytes: Uint8Array, expires: number, now: number): Outcome<boolean>;
  /** What lies in the box, once; null where nothing does any more. */
  take(box: string, now: number): Outcome<Uint8Array | null>;
  /** Empties the boxes whose time is over. */
  expire(now: number): Outcome<void>;
  /** Answers whether the disk can be read. */
  check(): Outcome<void>;
  close(): Promise<void>;
}
