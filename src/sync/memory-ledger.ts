/** One ledger in the memory store: what is kept of it, and the steps that several methods have in common. */
import type { DeviceId, DocumentId, LedgerId } from '#domain/ids.ts';
import { bytesToKeep } from './quarantine.ts';
import { combineStandings, type Standing } from './change-standing.ts';
import type { Cursor, Endorsement, FrameId, FrameVerdict, ReceivedFrame, RefusalReason, StoredChange, WaitingFrame } from './store.ts';

type FrameState = FrameVerdict['state'];

interface KeptFrame extends WaitingFrame {
  /** Of all its bytes, also where not all are kept. */
  size: number;
  seq: number | null;
  state: FrameState;
  verdict: FrameVerdict;
  /** Null: it is no snapshot that was believed. */
  endorsements: readonly Endorsement[] | null;
}

interface KeptChange extends StoredChange {
  /** By which of all changes of the ledger it came. */
  place: number;
  refused: RefusalReason | null;
  /** The frame that holds it, as frameKey names it. */
  frame: string | null;
}

export interface LedgerState {
  device: DeviceId | null;
  records: Uint8Array[];
  incarnation: string | null;
  /** By document, then by hash, in the order they came. */
  changes: Map<DocumentId, Map<string, KeptChange>>;
  changeCount: number;
  /** By document, then by frame id. */
  frames: Map<DocumentId, Map<FrameId, KeptFrame>>;
  /** In the order they came. */
  unsealed: Map<string, KeptChange>;
  waiting: Map<string, KeptFrame>;
  held: Map<string, KeptFrame>;
  cursors: Map<DocumentId, Cursor>;
  /** Up to which number a snapshot stands for the log. */
  covered: Map<DocumentId, number>;
  /** Of all frames, in the order they came. */
  order: KeptFrame[];
  quarantinedBytes: number;
}

/** Plain data: a structured clone of it is a backup. */
export type MemoryState = Map<LedgerId, LedgerState>;

export const newLedger = (): LedgerState => ({
  device: null, records: [], incarnation: null, changes: new Map(), changeCount: 0, frames: new Map(), unsealed: new Map(), waiting: new Map(),
  held: new Map(), cursors: new Map(), covered: new Map(), order: [], quarantinedBytes: 0,
});

export function within<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const there = map.get(key);
  if (there !== undefined) return there;
  const made = make();
  map.set(key, made);
  return made;
}

/** The first of these that fit, at least one. */
export function takeBytes<T extends { bytes: Uint8Array }>(all: Iterable<T>, maximumBytes: number): T[] {
  const taken: T[] = [];
  let bytes = 0;
  for (const one of all) {
    bytes += one.bytes.length;
    if (taken.length > 0 && bytes > maximumBytes) break;
    taken.push(one);
  }
  return taken;
}

export const changeKey = (change: { document: DocumentId; hash: string }): string => `${change.document}/${change.hash}`;
export const frameKey = (frame: { document: DocumentId; frame: FrameId }): string => `${frame.document}/${frame.frame}`;

export const findChange = (ledger: LedgerState, { document, hash }: { document: DocumentId; hash: string }): KeptChange | undefined =>
  ledger.changes.get(document)?.get(hash);

/** Adds a change that is not here yet. */
export function addChange(ledger: LedgerState, change: StoredChange, frame: string | null, refused: RefusalReason | null): KeptChange {
  const kept = { ...change, place: ledger.changeCount, refused, frame };
  ledger.changeCount += 1;
  within(ledger.changes, change.document, () => new Map<string, KeptChange>()).set(change.hash, kept);
  return kept;
}

/** To be sealed are those that no frame holds, and that count. */
export function putInLine(ledger: LedgerState, changes: readonly KeptChange[]): void {
  const unsealed = [...ledger.unsealed.values(), ...changes.filter(({ frame, refused }) => frame === null && refused === null)];
  ledger.unsealed = new Map(unsealed.toSorted((a, b) => a.place - b.place).map((change) => [changeKey(change), change]));
}

export function seal(ledger: LedgerState, change: KeptChange, frame: string, { record, refused }: Standing): void {
  Object.assign(change, { frame, record, refused });
  ledger.unsealed.delete(changeKey(change));
}

/** The number of a frame that the relay needs no more: all of its changes came there in others. */
const ELSEWHERE = 0;

function isAllAtRelay(ledger: LedgerState, changes: readonly StoredChange[]): boolean {
  const there = ledger.order.filter(({ seq }) => seq !== null);
  const frames = new Set(there.map(frameKey));
  const hashes = new Set(there.flatMap(({ document, verdict }) => (verdict.state === 'merged' ? verdict.changes.map(({ hash }) => `${document}/${hash}`) : [])));
  const isAtRelay = (change: StoredChange): boolean => {
    const known = findChange(ledger, change);
    return known !== undefined && known.refused === null && (hashes.has(changeKey(change)) || (known.frame !== null && frames.has(known.frame)));
  };
  return changes.length > 0 && changes.every(isAtRelay);
}

/** The relay holds these changes in a snapshot: frames with nothing else in them wait no more. */
function settleCovered(ledger: LedgerState, document: DocumentId, changes: readonly StoredChange[]): void {
  const covered = new Set(changes.map(({ hash }) => hash));
  const elsewhere = [...(ledger.changes.get(document)?.values() ?? [])].flatMap(({ hash, frame }) => (covered.has(hash) ? [] : [frame]));
  for (const { hash, frame: key } of ledger.changes.get(document)?.values() ?? []) {
    const kept = covered.has(hash) && key !== null && !elsewhere.includes(key) ? ledger.waiting.get(key) : undefined;
    if (!kept) continue;
    kept.seq = ELSEWHERE;
    ledger.waiting.delete(frameKey(kept));
  }
}

export function receive(ledger: LedgerState, received: ReceivedFrame): void {
  const { document, frame, seq, verdict } = received;
  const frames = within(ledger.frames, document, () => new Map<FrameId, KeptFrame>());
  let kept = frames.get(frame);
  const fresh = !kept || kept.state === 'held';
  if (!kept) {
    const bytes = bytesToKeep(received, ledger.quarantinedBytes);
    if (verdict.state === 'quarantined') ledger.quarantinedBytes += bytes.length;
    kept = { document, frame, bytes, size: received.bytes.length, seq, state: verdict.state, verdict, endorsements: received.endorsements ?? null };
    frames.set(frame, kept);
    ledger.order.push(kept);
  }
  kept.seq = seq ?? kept.seq;
  if (fresh) {
    if (kept.seq === null && verdict.state === 'merged' && isAllAtRelay(ledger, verdict.changes)) kept.seq = ELSEWHERE;
    kept.state = verdict.state;
    kept.verdict = verdict;
    ledger.held.delete(frameKey(kept));
    if (verdict.state === 'held') ledger.held.set(frameKey(kept), kept);
    for (const change of verdict.state === 'merged' ? verdict.changes : []) {
      const arriving: Standing = { record: change.record, refused: (verdict.state === 'merged' ? verdict.refused.get(change.hash) : null) ?? null };
      const known = findChange(ledger, change);
      if (known) seal(ledger, known, frameKey(kept), combineStandings(known, arriving));
      else addChange(ledger, change, frameKey(kept), arriving.refused);
    }
  }
  if (kept.seq !== null || kept.state === 'quarantined') ledger.waiting.delete(frameKey(kept));
  else ledger.waiting.set(frameKey(kept), kept);
  if (received.endorsements && kept.seq !== null && verdict.state === 'merged') settleCovered(ledger, document, verdict.changes);
}

export function forgetFrame(ledger: LedgerState, key: string): void {
  const kept = ledger.order.find((one) => frameKey(one) === key);
  for (const frames of [ledger.waiting, ledger.held]) frames.delete(key);
  if (!kept) return;
  ledger.frames.get(kept.document)?.delete(kept.frame);
  ledger.order = ledger.order.filter((one) => one !== kept);
}
