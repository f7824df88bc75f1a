/**
 * Snapshots: everything a document held up to a place in the relay's log, as one frame, so that who comes later need not
 * read the log. Nobody could tell a forged one from a true one later, so that another member compares it now, with what
 * came frame by frame.
 */
import type { DocumentId, LedgerId } from '#domain/ids.ts';
import { success, type Result } from '#domain/result.ts';
import { ownKey, type LedgerAccess } from './access.ts';
import type { Conversation } from './conversation.ts';
import type { Inbound, Trouble } from './inbound.ts';
import { readFrame } from './judge.ts';
import { hashId } from './keys.ts';
import { mayWrite, roleNow, tenureNow } from './protocol/membership.ts';
import { parseRecord } from './protocol/membership-record.ts';
import { endorsementToSignedBytes } from './protocol/messages.ts';
import type { Repo } from './repo.ts';
import { sealSnapshot, type SealedChange } from './seal.ts';
import type { Cursor, Store, Tail } from './store.ts';
import type { Timers } from './timers.ts';

export interface Compaction {
  /** A snapshot is in the log: it is compared when everything before it has been read. */
  onSnapshot(document: DocumentId, bytes: Uint8Array): void;
  /** Does a bit of what is due, when nothing else is to be done: true when there was something. */
  step(): Promise<Result<boolean, Trouble>>;
  /** Nothing is due any more. */
  stop(): void;
}

export interface CompactionDeps {
  readonly ledger: LedgerId;
  access(): LedgerAccess;
  readonly store: Pick<Store, 'tails' | 'changesUpTo' | 'lineage' | 'commitCovered' | 'commitReceived'>;
  readonly repo: Pick<Repo, 'readChange'>;
  readonly conversation: Pick<Conversation, 'request'>;
  readonly inbound: Pick<Inbound, 'acknowledge' | 'cursor'>;
  readonly timers: Timers;
  /** From 0 up to 1. */
  random(): number;
  randomBytes(length: number): Uint8Array;
  /** There may be something to do now. */
  onDue(): void;
}

/** What a document's log has to gather before it is worth a snapshot: so many frames, or bytes. */
const ENOUGH_FRAMES = 100;
const ENOUGH_BYTES = 256 * 1024;
/** Between two looks at all documents, in milliseconds. */
const BETWEEN_LOOKS = 60_000;
/** Snapshots that wait to be compared; honest devices make them one at a time. */
const MAXIMUM_ARRIVED = 16;
/** From then to the snapshot, in milliseconds: spread, so that one of all devices makes it and the others hear of that. */
const SHORTEST_DELAY = 60_000;
const LONGEST_DELAY = 15 * 60_000;

/**
 * The last record from which on newcomers were to see nothing older. A snapshot under today's key would show it to them,
 * so that documents with anything from before have none.
 */
function lastCut({ records }: LedgerAccess): number {
  return records.findLastIndex((bytes) => {
    const record = parseRecord(bytes);
    return record.ok && record.value.change.type === 'invite' && record.value.epoch !== null;
  });
}

const isEnough = ({ frames, bytes, isHeld, isCut }: Tail): boolean => !isHeld && !isCut && (frames >= ENOUGH_FRAMES || bytes >= ENOUGH_BYTES);

export function createCompaction({ ledger, access, store, repo, conversation, inbound, timers, random, randomBytes, onDue }: CompactionDeps): Compaction {
  /** By document the snapshots that came, the latest of each. */
  const arrived = new Map<DocumentId, Uint8Array>();
  /** Documents of which there can be none: it would not fit, or show newcomers what they were not to see. */
  const hopeless = new Set<DocumentId>();
  /** What a snapshot is to be made of now. */
  let due: Tail[] = [];
  let state: 'looking' | 'waiting' | 'due' = 'looking';
  let isStopped = false;
  let cancel = (): void => {};

  /** Whether this device knows enough, and may say it. One without the first keys has not read everything. */
  function isFit(): boolean {
    const { membership, current, contentKeys } = access();
    return current !== undefined && contentKeys[0]?.epoch === 0 && !membership.isRotationOwed && mayWrite(roleNow(membership, ownKey(access())));
  }

  /** All that is here of a document, if the log holds it up to number `seq`; null where it holds less. */
  async function listAll(document: DocumentId, seq: number): Promise<Result<SealedChange[] | null, Trouble>> {
    const changes = await store.changesUpTo(ledger, document, seq);
    if (!changes.ok) return changes;
    const lineage = await store.lineage(ledger, document);
    if (!lineage.ok) return lineage;
    // What its author never sent, and will not, is nobody else's business.
    const known = lineage.value.filter(({ record, refused }) => record !== null || refused === null);
    return success(changes.value.length === known.length ? changes.value : null);
  }

  async function make({ document }: Tail, { seq, frame: at }: Cursor): Promise<Result<void, Trouble>> {
    const changes = await listAll(document, seq);
    if (!changes.ok || !changes.value) return changes.ok ? success(undefined) : changes;
    const cut = lastCut(access());
    const isShown = changes.value.every(({ record }) => record >= cut);
    const sealed = isShown ? await sealSnapshot({ access: access(), randomBytes }, document, { seq, frame: at }, changes.value) : null;
    if (!sealed?.ok) {
      hopeless.add(document);
      return success(undefined);
    }
    const appended = await conversation.request({ type: 'append', ledger, frames: [sealed.value.bytes] });
    // Somebody else will make one, or we will later: it is no loss.
    if (!appended.ok) return appended.code === 'ended' ? appended : success(undefined);
    const stored = appended.value.stored.filter(({ frame }) => frame === sealed.value.frame);
    if (stored.length === 0) return success(undefined);
    // Kept like those of others: it says nothing that is new here.
    const verdict = { state: 'merged' as const, changes: [], refused: new Map() };
    const kept = await store.commitReceived(ledger, stored.map((one) => ({ ...one, bytes: sealed.value.bytes, verdict })), null);
    if (!kept.ok) return kept;
    const covered = await store.commitCovered(ledger, document, seq);
    return covered.ok ? inbound.acknowledge(stored) : covered;
  }

  /** Whether nothing is missing from a snapshot, up to what it covers, and nothing in it is other than what came here frame by frame. */
  async function compare(document: DocumentId, bytes: Uint8Array): Promise<Result<{ seq: number; author: string } | null, Trouble>> {
    const read = await readFrame(access(), repo, document, bytes);
    const covers = read.ok ? read.value.opened.header.covers : null;
    const tails = await store.tails(ledger);
    if (!tails.ok) return tails;
    const tail = tails.value.find((one) => one.document === document);
    const place = inbound.cursor(document);
    if (!read.ok || !covers || !tail || tail.isCut || !place || place.seq < covers.seq) return success(null);
    // Of what another snapshot brought here this device has no knowledge of its own.
    if (covers.seq < tail.covered) return success(null);

    const expected = await store.changesUpTo(ledger, document, covers.seq);
    if (!expected.ok) return expected;
    const lineage = await store.lineage(ledger, document);
    if (!lineage.ok) return lineage;
    const here = new Map(lineage.value.map(({ hash, record }) => [hash, record]));
    const there = new Map(read.value.changes.map(({ hash, record }) => [hash, record]));
    const cut = lastCut(access());
    const isComplete = expected.value.every(({ hash }) => there.has(hash));
    const isTrue = [...there].every(([hash, record]) => record !== null && here.get(hash) === record && record >= cut);
    return success(isComplete && isTrue ? { seq: covers.seq, author: read.value.opened.author } : null);
  }

  /** The other devices of its author have nothing to add to the author's word. */
  function isOfAnother(author: string): boolean {
    const { membership } = access();
    return tenureNow(membership, author)?.member !== tenureNow(membership, ownKey(access()))?.member;
  }

  async function endorse(document: DocumentId, bytes: Uint8Array): Promise<Result<void, Trouble>> {
    const compared = await compare(document, bytes);
    if (!compared.ok || !compared.value) return compared.ok ? success(undefined) : compared;
    const { seq, author } = compared.value;
    if (isOfAnother(author)) {
      const frame = await hashId(bytes);
      const signature = await access().device.sign(endorsementToSignedBytes(ledger, frame));
      const endorsed = await conversation.request({ type: 'endorse', ledger, document, frame, signature });
      if (!endorsed.ok) return endorsed.code === 'ended' ? endorsed : success(undefined);
    }
    return store.commitCovered(ledger, document, seq);
  }

  /** Looks at all documents, and waits: for the time of a snapshot, or for the next look. */
  async function look(): Promise<Result<void, Trouble>> {
    const tails = isFit() ? await store.tails(ledger) : success([]);
    if (!tails.ok) return tails;
    due = tails.value.filter((tail) => isEnough(tail) && !hopeless.has(tail.document));
    const isWorthIt = due.length > 0;
    const delay = isWorthIt ? SHORTEST_DELAY + Math.round(random() * (LONGEST_DELAY - SHORTEST_DELAY)) : BETWEEN_LOOKS;
    state = 'waiting';
    if (isStopped) return success(undefined);
    cancel = timers.after(delay, () => {
      state = isWorthIt ? 'due' : 'looking';
      if (isWorthIt) onDue();
    });
    return success(undefined);
  }

  /** Makes a snapshot of the next document that is due, if it still is. False when there are no more. */
  async function makeNext(): Promise<Result<boolean, Trouble>> {
    const next = due.shift();
    if (!next) {
      state = 'looking';
      return success(false);
    }
    const tails = isFit() ? await store.tails(ledger) : success([]);
    if (!tails.ok) return tails;
    const tail = tails.value.find(({ document }) => document === next.document);
    const place = inbound.cursor(next.document);
    const made = tail && place && isEnough(tail) ? await make(tail, place) : success(undefined);
    return made.ok ? success(true) : made;
  }

  return {
    stop() {
      isStopped = true;
      cancel();
    },
    onSnapshot(document, bytes) {
      arrived.delete(document);
      const [oldest] = arrived.keys();
      if (oldest !== undefined && arrived.size >= MAXIMUM_ARRIVED) arrived.delete(oldest);
      arrived.set(document, bytes);
    },
    async step() {
      const [next] = arrived;
      if (next) {
        arrived.delete(next[0]);
        const endorsed = isFit() ? await endorse(...next) : success(undefined);
        return endorsed.ok ? success(true) : endorsed;
      }
      if (state === 'due') return makeNext();
      const looked = state === 'looking' ? await look() : success(undefined);
      return looked.ok ? success(false) : looked;
    },
  };
}
