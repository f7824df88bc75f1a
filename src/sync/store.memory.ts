import type { DocumentId, LedgerId, RevisionId } from '#domain/ids.ts';
import { success } from '#domain/result.ts';
import { preferRevision, type Revision } from '#domain/revision.ts';
import { bytesToKeep } from './quarantine.ts';
import type { Cursor, FrameId, FrameVerdict, HeldFrame, ReceivedFrame, Store, StoredChange, WaitingFrame } from './store.ts';

type FrameState = FrameVerdict['state'];

interface KeptFrame extends WaitingFrame {
  /** Of all its bytes, also where not all are kept. */
  size: number;
  seq: number | null;
  state: FrameState;
  verdict: FrameVerdict;
}

interface LedgerState {
  incarnation: string | null;
  /** By document, then by hash, in the order they came. */
  changes: Map<DocumentId, Map<string, StoredChange>>;
  /** By document, then by frame id. */
  frames: Map<DocumentId, Map<FrameId, KeptFrame>>;
  unsealed: Map<string, StoredChange>;
  waiting: Map<string, KeptFrame>;
  held: Map<string, KeptFrame>;
  cursors: Map<DocumentId, Cursor>;
  revisions: Map<RevisionId, Revision>;
  /** Of all frames, in the order they came. */
  order: KeptFrame[];
  quarantinedBytes: number;
}

/** Plain data: a structured clone of it is a backup. */
export type MemoryState = Map<LedgerId, LedgerState>;

const newLedger = (): LedgerState => ({
  incarnation: null, changes: new Map(), frames: new Map(), unsealed: new Map(), waiting: new Map(), held: new Map(),
  cursors: new Map(), revisions: new Map(), order: [], quarantinedBytes: 0,
});

function within<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const there = map.get(key);
  if (there !== undefined) return there;
  const made = make();
  map.set(key, made);
  return made;
}

/** The first of these that fit, at least one. */
function takeBytes<T extends { bytes: Uint8Array }>(all: Iterable<T>, maximumBytes: number): T[] {
  const taken: T[] = [];
  let bytes = 0;
  for (const one of all) {
    bytes += one.bytes.length;
    if (taken.length > 0 && bytes > maximumBytes) break;
    taken.push(one);
  }
  return taken;
}

function addChange(ledger: LedgerState, change: StoredChange): boolean {
  const document = within(ledger.changes, change.document, () => new Map<string, StoredChange>());
  if (document.has(change.hash)) return false;
  document.set(change.hash, change);
  for (const revision of change.revisions) {
    const other = ledger.revisions.get(revision.id);
    ledger.revisions.set(revision.id, other ? preferRevision(other, revision) : revision);
  }
  return true;
}

const changeKey = (change: { document: DocumentId; hash: string }): string => `${change.document}/${change.hash}`;
const frameKey = (frame: { document: DocumentId; frame: FrameId }): string => `${frame.document}/${frame.frame}`;

function receive(ledger: LedgerState, received: ReceivedFrame): void {
  const { document, frame, seq, verdict } = received;
  const frames = within(ledger.frames, document, () => new Map<FrameId, KeptFrame>());
  let kept = frames.get(frame);
  const fresh = !kept || kept.state === 'held';
  if (!kept) {
    const bytes = bytesToKeep(received, ledger.quarantinedBytes);
    if (verdict.state === 'quarantined') ledger.quarantinedBytes += bytes.length;
    kept = { document, frame, bytes, size: received.bytes.length, seq, state: verdict.state, verdict };
    frames.set(frame, kept);
    ledger.order.push(kept);
  }
  kept.seq = seq ?? kept.seq;
  if (fresh) {
    kept.state = verdict.state;
    kept.verdict = verdict;
    ledger.held.delete(frameKey(kept));
    if (verdict.state === 'held') ledger.held.set(frameKey(kept), kept);
    for (const change of verdict.state === 'merged' ? verdict.changes : []) {
      addChange(ledger, change);
      ledger.unsealed.delete(changeKey(change));
    }
  }
  if (kept.seq !== null || kept.state === 'quarantined') ledger.waiting.delete(frameKey(kept));
  else ledger.waiting.set(frameKey(kept), kept);
}

/** A store that lives as long as its state does: for tests, and for looking at a ledger before joining it. */
export function createMemoryStore(state: MemoryState = new Map()): Store & { revisions(ledger: LedgerId): Revision[] } {
  const at = (id: LedgerId): LedgerState => within(state, id, newLedger);
  const done = Promise.resolve(success(undefined));

  return {
    revisions: (ledger) => [...at(ledger).revisions.values()],

    async documents(ledger) {
      const documents = [...at(ledger).changes].map(([document, changes]) => ({
        document,
        revisions: [...changes.values()].reduce((sum, change) => sum + change.revisions.length, 0),
      }));
      return success(documents.filter(({ revisions }) => revisions > 0));
    },
    async changes(ledger, document) {
      return success([...(at(ledger).changes.get(document)?.values() ?? [])].map((change) => change.bytes));
    },
    async knownChanges(ledger, document, hashes) {
      const known = at(ledger).changes.get(document);
      return success(new Set(hashes.filter((hash) => known?.has(hash))));
    },

    async commitLocal(id, changes) {
      const ledger = at(id);
      for (const change of changes) if (addChange(ledger, change)) ledger.unsealed.set(changeKey(change), change);
      return done;
    },
    async nextUnsealed(id, maximumBytes) {
      const { unsealed } = at(id);
      const [first] = unsealed.values();
      if (!first) return success(null);
      const changes = takeBytes([...unsealed.values()].filter((change) => change.document === first.document), maximumBytes);
      return success({ document: first.document, changes: changes.map(({ hash, bytes }) => ({ hash, bytes })) });
    },
    async commitSealed(id, frame, hashes) {
      const ledger = at(id);
      const verdict: FrameVerdict = { state: 'merged', changes: [] };
      receive(ledger, { ...frame, seq: null, verdict });
      for (const hash of hashes) ledger.unsealed.delete(changeKey({ document: frame.document, hash }));
      return done;
    },
    async waitingFrames(id, maximumBytes) {
      const frames = takeBytes(at(id).waiting.values(), maximumBytes);
      return success(frames.map(({ document, frame, bytes }) => ({ document, frame, bytes })));
    },
    async commitAcknowledged(id, frames, cursor) {
      const ledger = at(id);
      for (const acknowledged of frames) {
        const kept = ledger.waiting.get(frameKey(acknowledged));
        if (kept) kept.seq = acknowledged.seq;
        ledger.waiting.delete(frameKey(acknowledged));
      }
      if (cursor) ledger.cursors.set(cursor.document, cursor);
      return done;
    },

    async commitReceived(id, frames, cursor) {
      const ledger = at(id);
      for (const frame of frames) receive(ledger, frame);
      if (cursor) ledger.cursors.set(cursor.document, cursor);
      return done;
    },
    async releasedFrames(id, by, maximumBytes) {
      const ledger = at(id);
      const released = [...ledger.held.values()].flatMap(({ document, frame, seq, bytes, verdict }): HeldFrame[] => {
        const first = verdict.state === 'held' ? verdict.missing[0] : undefined;
        if (verdict.state !== 'held' || first === undefined || !ledger.changes.get(document)?.has(first)) return [];
        return by && (by.document !== document || by.hash !== first) ? [] : [{ document, frame, seq, bytes, verdict }];
      });
      return success(takeBytes(released, maximumBytes));
    },
    async cursors(id) {
      const { incarnation, cursors } = at(id);
      return success({ incarnation, cursors: [...cursors.values()] });
    },
    async resetRelayLog(id, incarnation) {
      const ledger = at(id);
      ledger.incarnation = incarnation;
      ledger.cursors.clear();
      ledger.waiting.clear();
      for (const kept of ledger.order) {
        kept.seq = null;
        if (kept.state !== 'quarantined') ledger.waiting.set(frameKey(kept), kept);
      }
      return done;
    },
  };
}
