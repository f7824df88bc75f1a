/**
 * What sync needs of a disk. Each method is one atomic step: after it resolves with `ok` everything it was given is on
 * disk, after a failure nothing is. The suite every adapter must pass is store.suite.ts.
 *
 * Everything lies within a ledger: the same document, frame, revision or thing id in two ledgers is two things, so that
 * a member of one ledger can never write into another. A frame is known by ledger, document and frame id.
 */
import type { DeviceId, DocumentId, Id, LedgerId } from '#domain/ids.ts';
import type { Result } from '#domain/result.ts';
import type { Revision } from '#domain/revision.ts';

/** 128 bits of SHA-256 over the frame's bytes, as 32 hexadecimal digits. */
export type FrameId = Id;

/** One Automerge change, with what its header says. */
export interface StoredChange {
  document: DocumentId;
  /** Automerge's hash, 64 hexadecimal digits; `deps` are such hashes in the same document. */
  hash: string;
  deps: readonly string[];
  /** Hexadecimal: 16 bytes device id, 8 bytes of the start of the program that made it. */
  actor: string;
  bytes: Uint8Array;
  revisions: readonly Revision[];
  /**
   * Number of the membership's last record that its author knew when it was sealed; null: it is ours and not sealed yet, or
   * was sealed under records that are replaced.
   */
  record: number | null;
}

/**
 * Why a sound change has no effect: by the membership, its author was not to write it. `other_line`: it, or something it
 * rests on, was written under a line of records that this device has left (follow.ts), and has not come anew since.
 */
export type RefusalReason = 'role_forbids' | 'written_after_removal' | 'other_line';

/** A change that is here, without what it says. */
export interface ChangeLineage {
  hash: string;
  deps: readonly string[];
  actor: string;
  record: number | null;
  refused: RefusalReason | null;
}

/** A change that is not here, though others rest on it. */
export interface MissingChange {
  document: DocumentId;
  hash: string;
}

/** A change that is kept and counts for nothing. */
export interface RefusedChange {
  document: DocumentId;
  hash: string;
  record: number | null;
  reason: RefusalReason;
  bytes: Uint8Array;
}

/** How a frame that came from outside was judged. */
export type FrameVerdict =
  /** `refused`: by hash, changes that are kept but count for nothing. */
  | { state: 'merged'; changes: readonly StoredChange[]; refused: ReadonlyMap<string, RefusalReason> }
  /** Sound, but it rests on changes that are not here yet (or were the last of somebody who may not write any more); judged again when more arrives. */
  | { state: 'held'; missing: readonly string[] }
  | { state: 'quarantined'; reason: QuarantineReason };

export type QuarantineReason =
  | 'frame_malformed' | 'signature_wrong' | 'key_unknown' | 'seal_broken' | 'foreign_document' | 'actor_not_signer'
  | 'change_malformed' | 'record_malformed' | 'record_against_rules' | 'too_large'
  /** By the membership: the author was no writer; the frame names a record of another line; a snapshot that too few vouch for. */
  | 'role_forbids' | 'membership_forked' | 'snapshot_unvouched'
  /** Sealed with a key from before this device came in: nothing is wrong, it is just not for us. */
  | 'before_joining';

/** A device's signed word for a snapshot; endorsement.ts says what it is worth. */
export interface Endorsement {
  /** The endorser's pseudonym, 32 bytes. */
  readonly key: Uint8Array;
  readonly signature: Uint8Array;
}

export interface ReceivedFrame {
  document: DocumentId;
  frame: FrameId;
  /** The relay's sequence number in this document's log, from 1; null leaves what is known. */
  seq: number | null;
  bytes: Uint8Array;
  verdict: FrameVerdict;
  /**
   * Of a snapshot that was believed, and of no other frame: by whose word. Whoever gets it from here has to see for
   * themselves. With a number, it says that the relay holds its changes, whatever frames they are in here.
   */
  endorsements?: readonly Endorsement[];
}

export type HeldFrame = ReceivedFrame & { verdict: { state: 'held' } };

/** How far this device has read a document's log at the relay. */
export interface Cursor {
  document: DocumentId;
  seq: number;
  /** The frame at `seq`: another one there means that the relay's log is not the one we read. */
  frame: FrameId;
}

/** Changes of one document that no frame holds yet, in the order they were made. */
export interface UnsealedChanges {
  document: DocumentId;
  changes: readonly { hash: string; bytes: Uint8Array }[];
}

export interface WaitingFrame {
  document: DocumentId;
  frame: FrameId;
  bytes: Uint8Array;
}

/** A frame that can be handed to another device. */
export interface KeptFrame extends WaitingFrame {
  endorsements: readonly Endorsement[];
}

/** A document's log at the relay, from where no snapshot stands for it. */
export interface Tail {
  document: DocumentId;
  /** Up to which number one does; 0: none does. */
  covered: number;
  /** Merged frames beyond, and their bytes. */
  frames: number;
  bytes: number;
  /** Whether frames are held in the document. */
  isHeld: boolean;
  /** Whether part of the document is from before this device came in, so that nobody here can know all of it. */
  isCut: boolean;
}

export type StoreErrorCode = 'disk_full' | 'store_failed' | 'store_corrupt' | 'read_only';
export type Stored<T> = Promise<Result<T, StoreErrorCode>>;

export interface Store {
  // The membership.
  /** Its records, from the first on; empty where the ledger is not known. */
  records(ledger: LedgerId): Stored<Uint8Array[]>;
  /**
   * Records from number `from` on, without a gap to those before; those that were there from that number are replaced.
   * `device` is who this device is in the ledger; `changes` are refused or let in because of these records, in the same
   * step: what they say is taken out of the read model, or put into it. Changes that are not here are passed over.
   */
  commitRecords(
    ledger: LedgerId, device: DeviceId, from: number, records: readonly Uint8Array[],
    changes: { refused: readonly { document: DocumentId; hash: string; reason: RefusalReason }[]; admitted: readonly StoredChange[] },
  ): Stored<void>;
  /**
   * The same where other records take the place of those from number `from` on. What was sealed under those that go is as
   * if it never had been: its frames are forgotten, like all quarantined ones. The relay's log is read anew. `made` are
   * changes made here, as in `commitLocal`.
   */
  commitOtherLine(
    ledger: LedgerId, device: DeviceId, from: number, records: readonly Uint8Array[],
    changes: Parameters<Store['commitRecords']>[4] & { made: readonly StoredChange[] },
  ): Stored<void>;

  // Documents: a document is the set of its changes.
  /** How many revisions each document of a ledger holds; documents without any are not listed. */
  documents(ledger: LedgerId): Stored<{ document: DocumentId; revisions: number }[]>;
  /** The type of the first revision that a document says and that counts; null where none does. */
  firstType(ledger: LedgerId, document: DocumentId): Stored<Revision['type'] | null>;
  /** The changes of a document, refused ones too, each after those it depends on. Could-not-read is a failure, never an empty list. */
  changes(ledger: LedgerId, document: DocumentId): Stored<Uint8Array[]>;
  /** All changes of a document, refused ones too, each after those it depends on. */
  lineage(ledger: LedgerId, document: DocumentId): Stored<ChangeLineage[]>;
  /** Refused changes of a ledger, with their bytes, in the order they came. */
  refusedChanges(ledger: LedgerId): Stored<RefusedChange[]>;
  /** Which of these changes are here, refused ones too. */
  knownChanges(ledger: LedgerId, document: DocumentId, hashes: readonly string[]): Stored<ReadonlySet<string>>;

  // Changes made here.
  /**
   * Changes, their revisions in the read model, and the fact that they wait to be sent. A change already there adds
   * nothing. One revision in several changes is there once, as long as one of them counts.
   */
  commitLocal(ledger: LedgerId, changes: readonly StoredChange[]): Stored<void>;
  /**
   * At most `maximumBytes` of changes that no frame holds (but at least one change), oldest first, of one document: the
   * one with the oldest such change; null where there are none. They followed each other without one between them that a
   * frame holds: frames that rest on each other in a ring could never be merged.
   */
  nextUnsealed(ledger: LedgerId, maximumBytes: number): Stored<UnsealedChanges | null>;
  /** Exactly these bytes are sent, and sent again, from now on for these changes. `record`: what the frame's header names. */
  commitSealed(ledger: LedgerId, frame: WaitingFrame, hashes: readonly string[], record: number): Stored<void>;
  /** Of these frames, those that the relay does not hold are forgotten; what they held is to be sealed anew, but for refused changes. */
  commitUnsealed(ledger: LedgerId, frames: readonly { document: DocumentId; frame: FrameId }[]): Stored<void>;
  /**
   * Frames, made here or received, that the relay's present log is not known to hold; oldest first, at most `maximumBytes`
   * but at least one. Quarantined frames are kept and never sent.
   */
  waitingFrames(ledger: LedgerId, maximumBytes: number): Stored<WaitingFrame[]>;
  /** Of those, the snapshots that were believed, newest first: to a relay that lost what they stand for they go before all else. */
  waitingSnapshots(ledger: LedgerId): Stored<{ document: DocumentId; frame: FrameId }[]>;
  /** The relay has these frames on its disk. `cursor`, where given, is the new one of its document. */
  commitAcknowledged(ledger: LedgerId, frames: readonly { document: DocumentId; frame: FrameId; seq: number }[], cursor: Cursor | null): Stored<void>;

  // What came from the relay.
  /**
   * Frames with their verdicts and the cursor after them. A frame already there only gets its `seq`, unless it was held:
   * then the new verdict replaces the old one. Of a quarantined frame only `bytesToKeep` (quarantine.ts) are kept. A
   * change that comes in a merged frame needs no frame of its own any more; what one that was here already comes to,
   * `combineStandings` says (change-standing.ts). A frame without a number waits for the relay, unless the relay holds
   * all of its changes in other frames.
   */
  commitReceived(ledger: LedgerId, frames: readonly ReceivedFrame[], cursor: Cursor | null): Stored<void>;
  /**
   * Held frames, where the first change that they miss is here by now; `by` asks for those that it was the first for. At
   * most `maximumBytes`, but at least one.
   */
  releasedFrames(ledger: LedgerId, by: { document: DocumentId; hash: string } | null, maximumBytes: number): Stored<HeldFrame[]>;
  /** The numbers in the relay's present log of those frames of a document that are known to be there. */
  frameNumbers(ledger: LedgerId, document: DocumentId, frames: readonly FrameId[]): Stored<ReadonlyMap<FrameId, number>>;
  /** How many frames are held. */
  countHeld(ledger: LedgerId): Stored<number>;
  /** What held frames wait for, at most so many, each once. */
  missingChanges(ledger: LedgerId, maximum: number): Stored<MissingChange[]>;
  /** Others find these changes missing at the relay: the frames that hold them count as not there until they are acknowledged or seen again. */
  commitDoubted(ledger: LedgerId, document: DocumentId, hashes: readonly string[]): Stored<void>;
  cursors(ledger: LedgerId): Stored<{ incarnation: string | null; cursors: Cursor[] }>;
  /**
   * The relay's log is another one than before (new, emptied, or an older copy): cursors go, and every frame counts as
   * not held by the relay until it is seen there or acknowledged again.
   */
  resetRelayLog(ledger: LedgerId, incarnation: string): Stored<void>;

  // What goes from device to device.
  /** Each document with a text that is another one as soon as its frames are others. */
  frameVersions(ledger: LedgerId): Stored<{ document: DocumentId; version: string }[]>;
  /** The frames that hold all that is here of a document, oldest first: those that its changes are in, and held ones. */
  offeredFrames(ledger: LedgerId, document: DocumentId): Stored<FrameId[]>;
  /** Which of these frames were here once, however they were judged. */
  knownFrames(ledger: LedgerId, document: DocumentId, frames: readonly FrameId[]): Stored<ReadonlySet<FrameId>>;
  /** Null for one that is not here, or is quarantined. */
  frame(ledger: LedgerId, document: DocumentId, frame: FrameId): Stored<KeptFrame | null>;

  // Snapshots.
  tails(ledger: LedgerId): Stored<Tail[]>;
  /** The changes in those of a document's frames that the relay's log holds up to number `seq`, refused ones too, each after those it depends on. */
  changesUpTo(ledger: LedgerId, document: DocumentId, seq: number): Stored<{ hash: string; record: number; bytes: Uint8Array }[]>;
  /** A snapshot stands for the log up to number `seq`, or up to a later one that was named before. Forgotten with the log. */
  commitCovered(ledger: LedgerId, document: DocumentId, seq: number): Stored<void>;
}
