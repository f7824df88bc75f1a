/**
 * With read-change.ts the only place that knows Automerge. A ledger's documents are grow-only maps of revisions, so a change is
 * made and read as what it is, a list of new keys: no document is ever built in memory, only its heads are known. Applied to an
 * empty Automerge document, the changes give that map (repo.test.ts).
 */
import type { DeviceId, DocumentId, Id, LedgerId } from '#domain/ids.ts';
import { failure, success, type Result } from '#domain/result.ts';
import type { Revision } from '#domain/revision.ts';
import { checkOwnRevision } from './admission.ts';
import { LANE_ORDER, LANES, type Lane } from './lanes.ts';
import { bytesToHex } from './protocol/bytes.ts';
import { CHUNK_TYPE, lastOperationOf, loadAutomerge, readChange, type AdmittedChange } from './read-change.ts';
import type { QuarantineReason, Store, StoreErrorCode, StoredChange } from './store.ts';

/** A change holds at most so many revisions, and about so many bytes of them. */
export const MAXIMUM_CHANGE_REVISIONS = 250;
const CHANGE_BYTES = 180_000;
/** A document of entries or messages is followed by a new one when it holds so many revisions. */
export const SEGMENT_REVISIONS = 1_000;
/** Operations are counted up from 1; a change that claims to be beyond this is nothing to build on. */
const MAXIMUM_OPERATION = 1_000_000;
const CHUNK_IS_CHANGE = 1;

export interface Repo {
  /**
   * Writes new revisions of a ledger: all of them durable, or none. Calls for one ledger follow one another. `onPrepared`
   * hears how many are ready to be written. Throws for a revision that breaks the rules: that is a bug of the caller.
   */
  write(ledger: LedgerId, revisions: readonly Revision[], onPrepared?: (done: number) => void): Promise<Result<void, StoreErrorCode>>;
  /** Gets ready for the next write, so that it does not wait for the program or the disk. */
  warm(ledger: LedgerId): Promise<void>;
  /**
   * Does something after which the documents of a ledger are not what the next changes would have followed: nothing is
   * written meanwhile. `plan` says what that is, when nothing else is under way.
   */
  rebuild(ledger: LedgerId, plan: () => Promise<Result<Rebuilding, StoreErrorCode>>): Promise<Result<void, StoreErrorCode>>;
  /** Tells that these changes were merged, so that the next ones made here follow them. */
  merged(ledger: LedgerId, changes: readonly AdmittedChange[]): Promise<void>;
  /**
   * What a change from outside says, or why it may not come in. Checks everything that needs no other change; never throws.
   * `record`: the last record of the membership that its author knew.
   */
  readChange(document: DocumentId, bytes: Uint8Array, record: number | null): Promise<Result<AdmittedChange, QuarantineReason>>;
}

export interface Rebuilding {
  /** Changes that nothing is to rest on any more. */
  readonly without: ReadonlySet<string>;
  /** What is to be said once more, in changes of this device that rest on none of those. */
  readonly revisions: readonly Revision[];
  commit(made: readonly StoredChange[]): Promise<Result<void, StoreErrorCode>>;
}

export interface RepoDeps {
  readonly store: Pick<Store, 'documents' | 'firstType' | 'changes' | 'refusedChanges' | 'commitLocal'>;
  /** Who this device is in a ledger. */
  deviceIn(ledger: LedgerId): Promise<DeviceId>;
  randomBytes(length: number): Uint8Array;
  newId(): Id;
  /** In hexadecimal. Spares decoding each change again to learn its hash; WebCrypto's own would make the write wait for another thread. */
  sha256?(bytes: Uint8Array): string;
  /** Lets others have a turn, between the changes of a long write. */
  pause?(): Promise<void>;
}

/** What the next change of a document has to know of those before it. */
interface Segment {
  readonly document: DocumentId;
  /** The device, and the run of the program: a restored backup never continues the numbers of a former run. */
  readonly actor: string;
  revisions: number;
  heads: Set<string>;
  lastOperation: number;
  /** Number of the actor's last change in the document. */
  sequence: number;
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

function advance(segment: Segment, change: { hash: string; deps: readonly string[]; revisions: number; lastOperation: number }): void {
  segment.revisions += change.revisions;
  // Only a forged change gets here; whoever builds on it would soon run out of numbers.
  if (change.lastOperation > MAXIMUM_OPERATION) return;
  for (const hash of change.deps) segment.heads.delete(hash);
  segment.heads.add(change.hash);
  segment.lastOperation = Math.max(segment.lastOperation, change.lastOperation);
}

/** The next revisions that go into one change, as many as fit. */
function takeBatch(revisions: readonly Revision[], from: number, room: number, device: DeviceId): { revision: Revision; text: string }[] {
  const batch: { revision: Revision; text: string }[] = [];
  let bytes = 0;
  for (const given of revisions.slice(from, from + Math.min(MAXIMUM_CHANGE_REVISIONS, room))) {
    const revision = checkOwnRevision(given, device);
    const text = JSON.stringify(revision);
    bytes += text.length;
    if (batch.length > 0 && bytes > CHANGE_BYTES) break;
    batch.push({ revision, text });
  }
  return batch;
}

const newSegment = (document: DocumentId, actor: string): Segment => ({ document, actor, revisions: 0, heads: new Set(), lastOperation: 0, sequence: 0 });

export function createRepo({ store, deviceIn, randomBytes, newId, sha256, pause = nextTurn }: RepoDeps): Repo {
  const newRun = (): string => bytesToHex(randomBytes(8));
  let run = newRun();
  const actorIn = async (ledger: LedgerId): Promise<string> => (await deviceIn(ledger)) + run;
  const loaded = new Map<LedgerId, { root?: Segment; entries?: Segment; messages?: Segment; full: Set<DocumentId>; without: ReadonlySet<string> }>();
  const queues = new Map<LedgerId, Promise<unknown>>();

  const loadedOf = (ledger: LedgerId) => {
    const there = loaded.get(ledger) ?? { full: new Set<DocumentId>(), without: new Set<string>() };
    loaded.set(ledger, there);
    return there;
  };

  function enqueue<T>(ledger: LedgerId, task: () => Promise<T>): Promise<T> {
    const result = (queues.get(ledger) ?? Promise.resolve()).then(task, task);
    queues.set(ledger, result);
    return result;
  }

  async function loadSegment(ledger: LedgerId, document: DocumentId): Promise<Result<Segment, StoreErrorCode>> {
    const segment = newSegment(document, await actorIn(ledger));
    const stored = await store.changes(ledger, document);
    if (!stored.ok) return stored;
    const refused = await store.refusedChanges(ledger);
    if (!refused.ok) return refused;
    // Nobody else can have these: what rests on them would wait for them everywhere.
    const without = new Set([...loadedOf(ledger).without, ...refused.value.flatMap(({ hash, record }) => (record === null ? [hash] : []))]);
    const { decodeChange } = await loadAutomerge();
    try {
      for (const bytes of stored.value) {
        const change = decodeChange(bytes);
        if (change.actor === segment.actor) segment.sequence = Math.max(segment.sequence, change.seq);
        if (without.has(change.hash)) continue;
        advance(segment, { hash: change.hash, deps: change.deps, revisions: change.ops.length, lastOperation: lastOperationOf(change) });
      }
    } catch {
      return failure('store_corrupt');
    }
    return success(segment);
  }

  async function rootOf(ledger: LedgerId): Promise<Result<Segment, StoreErrorCode>> {
    const there = loadedOf(ledger).root;
    if (there?.actor === (await actorIn(ledger))) return success(there);
    const segment = await loadSegment(ledger, ledger);
    if (segment.ok) loadedOf(ledger).root = segment.value;
    return segment;
  }

  /** Of the documents of a lane that are not full the fullest, so that few are open at a time. What a document is for, the first that it says tells. */
  async function findOpen(ledger: LedgerId, lane: Lane, full: ReadonlySet<DocumentId>): Promise<Result<DocumentId | undefined, StoreErrorCode>> {
    const documents = await store.documents(ledger);
    if (!documents.ok) return documents;
    const open = documents.value
      .filter(({ document, revisions }) => document !== ledger && revisions < SEGMENT_REVISIONS && !full.has(document))
      .toSorted((a, b) => b.revisions - a.revisions || (a.document < b.document ? -1 : 1));
    for (const { document } of open) {
      const type = await store.firstType(ledger, document);
      if (!type.ok) return type;
      if (type.value !== null && LANES[type.value] === lane) return success(document);
    }
    return success(undefined);
  }

  /** The document that new revisions of a lane go to. */
  async function segmentOf(ledger: LedgerId, lane: Lane): Promise<Result<Segment, StoreErrorCode>> {
    if (lane === 'ledger') return rootOf(ledger);
    const { [lane]: there, full } = loadedOf(ledger);
    const isOurs = there?.actor === (await actorIn(ledger));
    if (there && isOurs && there.revisions < SEGMENT_REVISIONS) return success(there);
    if (there && isOurs) full.add(there.document);
    const open = await findOpen(ledger, lane, full);
    if (!open.ok) return open;
    const segment = open.value === undefined ? success(newSegment(newId(), await actorIn(ledger))) : await loadSegment(ledger, open.value);
    if (segment.ok) loadedOf(ledger)[lane] = segment.value;
    return segment;
  }

  /** As the binary format has it: SHA-256 over the chunk from its type on, but for one that was compressed. */
  const hashOf = (bytes: Uint8Array, decodeChange: (bytes: Uint8Array) => { hash: string }): string =>
    sha256 && bytes[CHUNK_TYPE] === CHUNK_IS_CHANGE ? sha256(bytes.subarray(CHUNK_TYPE)) : decodeChange(bytes).hash;

  async function buildChange(segment: Segment, batch: readonly { revision: Revision; text: string }[]): Promise<AdmittedChange> {
    const { encodeChange, decodeChange } = await loadAutomerge();
    const deps = [...segment.heads].toSorted();
    const bytes = encodeChange({
      actor: segment.actor,
      author: null,
      seq: segment.sequence + 1,
      startOp: segment.lastOperation + 1,
      time: 0, // revisions say when they were made; a second clock would only tell more than is needed
      message: null,
      deps,
      ops: batch.map(({ revision, text }) => ({ action: 'set', obj: '_root', key: revision.id, value: text, pred: [] })),
    });
    const hash = hashOf(bytes, decodeChange);
    const change: AdmittedChange = {
      document: segment.document, hash, deps, actor: segment.actor, bytes, revisions: batch.map(({ revision }) => revision), record: null,
      lastOperation: segment.lastOperation + batch.length,
    };
    advance(segment, { ...change, revisions: batch.length });
    segment.sequence += 1;
    return change;
  }

  /** The changes that hold these revisions. The loaded segments move on as if they were written already. */
  async function prepare(ledger: LedgerId, revisions: readonly Revision[], onPrepared: (done: number) => void) {
    const changes: AdmittedChange[] = [];
    const device = await deviceIn(ledger);
    let done = 0;
    for (const lane of LANE_ORDER) {
      const part = revisions.filter(({ type }) => LANES[type] === lane);
      for (let from = 0; from < part.length; ) {
        const segment = await segmentOf(ledger, lane);
        if (!segment.ok) return segment;
        const room = lane === 'ledger' ? MAXIMUM_CHANGE_REVISIONS : SEGMENT_REVISIONS - segment.value.revisions;
        const batch = takeBatch(part, from, room, device);
        changes.push(await buildChange(segment.value, batch));
        from += batch.length;
        done += batch.length;
        onPrepared(done);
        if (done < revisions.length) await pause();
      }
    }
    return success(changes);
  }

  /** What was prepared never happened. Should it be on disk against all promises, its numbers are not used twice. */
  function forget(ledger: LedgerId): void {
    loaded.delete(ledger);
    run = newRun();
  }

  return {
    write(ledger, revisions, onPrepared = () => {}) {
      if (new Set(revisions.map(({ id }) => id)).size < revisions.length) throw new Error('two revisions with one id');
      return enqueue(ledger, async () => {
        let isWritten = false;
        try {
          const changes = await prepare(ledger, revisions, onPrepared);
          const written = changes.ok ? await store.commitLocal(ledger, changes.value) : changes;
          isWritten = written.ok;
          return written;
        } finally {
          if (!isWritten) forget(ledger);
        }
      });
    },
    warm: (ledger) =>
      enqueue(ledger, async () => {
        await loadAutomerge();
        await segmentOf(ledger, 'entries');
        await segmentOf(ledger, 'messages');
      }),
    rebuild: (ledger, plan) =>
      enqueue(ledger, async () => {
        let isDone = false;
        try {
          const planned = await plan();
          if (!planned.ok) return planned;
          forget(ledger);
          loadedOf(ledger).without = planned.value.without;
          const changes = await prepare(ledger, planned.value.revisions, () => {});
          const committed = changes.ok ? await planned.value.commit(changes.value) : changes;
          isDone = committed.ok;
          return committed;
        } finally {
          if (!isDone) forget(ledger);
        }
      }),
    merged: (ledger, changes) =>
      enqueue(ledger, async () => {
        const { root, entries, messages } = loadedOf(ledger);
        for (const change of changes) {
          const segment = [root, entries, messages].find((one) => one?.document === change.document);
          if (segment) advance(segment, { ...change, revisions: change.revisions.length });
        }
      }),
    readChange,
  };
}
