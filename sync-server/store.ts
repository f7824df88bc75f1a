/**
 * What the relay needs of a disk: for each document of each ledger a log of sealed frames, and a mailbox. Each method is one
 * atomic step. The suite every adapter must pass is store.suite.ts. Ids are 32 hexadecimal digits; the relay knows nothing else.
 */
export interface LogPlace {
  readonly ledger: string;
  readonly document: string;
}

export interface FrameToAppend extends LogPlace {
  /** The frame's id: appended once, however often it is sent. */
  readonly frame: string;
  readonly bytes: Uint8Array;
}

export interface LoggedFrame {
  /** From 1, without gaps in a document's log. */
  readonly seq: number;
  readonly frame: string;
  readonly bytes: Uint8Array;
}

/** `fresh`: it was not in the log before, and is to be passed on. */
export interface Appended {
  readonly seq: number;
  readonly fresh: boolean;
}

export type RelayStoreErrorCode = 'relay_full' | 'relay_failed';
export type RelayStored<T> = Promise<{ ok: true; value: T } | { ok: false; code: RelayStoreErrorCode }>;

export interface RelayStore {
  /** Random, made with the store: another one means that the logs are others. */
  readonly incarnation: string;
  /** The documents of a ledger that have frames, with the seq of their last. */
  heads(ledger: string): RelayStored<{ document: string; head: number }[]>;
  /** Durable when it resolves with `ok`; the answers stand in the order of the frames. After a failure none is in the log. */
  append(frames: readonly FrameToAppend[]): RelayStored<Appended[]>;
  /** Frames after `seq`, in order, at most `maximumBytes` of them but at least one where there is one. */
  since(place: LogPlace, seq: number, maximumBytes: number): RelayStored<LoggedFrame[]>;
  /** The id of the frame at `seq`; null where the log is shorter. */
  frameAt(place: LogPlace, seq: number): RelayStored<string | null>;
  /** Keeps bytes under an address until they are taken or `expires` (milliseconds since 1970); replaces what was there. */
  putBox(box: string, bytes: Uint8Array, expires: number): RelayStored<void>;
  /** Takes what lies there out for good; null where nothing does, or it expired before `now`. */
  takeBox(box: string, now: number): RelayStored<Uint8Array | null>;
  close(): Promise<void>;
}
