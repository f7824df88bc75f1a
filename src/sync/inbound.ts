import type { DocumentId, LedgerId } from '#domain/ids.ts';
import { failure, success, type Result } from '#domain/result.ts';
import type { AnswerTo, Conversation } from './conversation.ts';
import { createHeldFrames } from './held.ts';
import { isMerged, judgeFrame, judgeSnapshot, type JudgedFrame } from './judge.ts';
import type { LedgerAccess } from './access.ts';
import type { LineTrouble } from './line.ts';
import { createLiveBuffer } from './live-buffer.ts';
import { CHECKED_BY_RELAY } from './quarantine.ts';
import type { AdmittedChange, Repo } from './repo.ts';
import { parseFrame } from './protocol/frames.ts';
import type { RelayMessage } from './protocol/messages.ts';
import { hasEndings, reviewDocuments } from './review.ts';
import type { Cursor, FrameId, Store } from './store.ts';

/** Why a step of a ledger's sync did not come off. */
export type Trouble = LineTrouble;

/** Reading a ledger's log at the relay: what the relay has that this device has not. */
export interface Inbound {
  /** Compares the relay's log with what was read of it; another one is read from its start. */
  adopt(opened: AnswerTo<'open'>): Promise<Result<void, Trouble>>;
  onLive(message: Extract<RelayMessage, { type: 'live' }>): void;
  /** Reads on a bit: true when there was something to read, false when all is read. */
  step(): Promise<Result<boolean, Trouble>>;
  /** Whether pages are being fetched, rather than frames arriving one by one. */
  isCatchingUp(): boolean;
  /** The relay has stored frames of this device. They count as read, and as stored, where nothing is missing before them. */
  acknowledge(stored: AnswerTo<'append'>['stored']): Promise<Result<void, Trouble>>;
}

export interface InboundDeps {
  readonly ledger: LedgerId;
  access(): LedgerAccess;
  /** Fetches the records that a frame names and that are not here yet. */
  fetchRecords(): Promise<Result<void, Trouble>>;
  readonly store: Store;
  readonly repo: Pick<Repo, 'readChange' | 'merged'>;
  readonly conversation: Pick<Conversation, 'request'>;
  /**
   * By place in a log: frames that no honest relay would have taken in, or handed out so. They are asked for once more,
   * in another conversation, and quarantined only where the relay insists. Kept by the caller from one conversation to the next.
   */
  readonly suspects: Map<string, FrameId>;
}

const isBeforeJoining = ({ verdict }: JudgedFrame): boolean => verdict.state === 'quarantined' && verdict.reason === 'before_joining';

/** What is judged and stored in one step, in bytes of frames: a step should not keep anybody waiting. */
const STEP_BYTES = 64 * 1024;

const isGapless = (frames: readonly { seq: number }[], from: number): boolean => frames.every(({ seq }, index) => seq === from + 1 + index);

/** A snapshot is a frame of the log itself, and comes only once in a page: its place among the others, if that is in the page. */
function insertSnapshot<Frame extends { seq: number; bytes: Uint8Array }>(frames: readonly Frame[], { seq, bytes }: Frame, from: number): readonly { seq: number; bytes: Uint8Array }[] {
  const all = [...frames, { seq, bytes }].toSorted((a, b) => a.seq - b.seq);
  return isGapless(all, from) ? all : frames;
}

export function createInbound({ ledger, access, fetchRecords, store, repo, conversation, suspects }: InboundDeps): Inbound {
  const cursors = new Map<DocumentId, Cursor>();
  const heads = new Map<DocumentId, number>();
  const live = createLiveBuffer();
  const onMerged = (changes: readonly AdmittedChange[]) => repo.merged(ledger, changes);
  /** Documents that had begun before this device came in: what their changes rest on may never come. */
  const partial = new Set<DocumentId>();
  const isPartial = (document: DocumentId): boolean => partial.has(document);
  const held = createHeldFrames({ ledger, access, store, repo, onMerged });
  let incarnation: string | undefined;
  let isAdopted = false;
  let hasReset = false;
  let isCatchingUp = false;

  const seqOf = (document: DocumentId): number => cursors.get(document)?.seq ?? 0;
  const raise = (document: DocumentId, seq: number): void => void heads.set(document, Math.max(heads.get(document) ?? 0, seq));
  const isBehind = (document: DocumentId): boolean => (heads.get(document) ?? 0) > seqOf(document);

  /** Whether a frame should be asked for again before it is believed to be so: bits may have turned over on the way. */
  function isSuspect({ document, seq, frame, verdict }: JudgedFrame): boolean {
    if (verdict.state !== 'quarantined' || !CHECKED_BY_RELAY.has(verdict.reason)) return false;
    const place = `${document}/${seq}`;
    if (suspects.get(place) === frame) return false;
    suspects.set(place, frame);
    return true;
  }

  /** Judges and stores frames that follow on the cursor. */
  async function receive(document: DocumentId, frames: readonly { seq: number; bytes: Uint8Array }[]): Promise<Result<void, Trouble>> {
    for (let from = 0; from < frames.length; ) {
      const judged: JudgedFrame[] = [];
      const arriving = new Set<string>();
      let hasSuspect = false;
      for (let bytes = 0; bytes < STEP_BYTES; from += 1) {
        const frame = frames[from];
        if (!frame) break;
        const known = await catchUpWith(frame.bytes);
        if (!known.ok) return known;
        const one = await judgeFrame({ access, store, repo }, { document, ...frame }, arriving, isPartial(document));
        if (!one.ok) return one;
        if (isBeforeJoining(one.value)) partial.add(document);
        hasSuspect = isSuspect(one.value);
        if (hasSuspect) break;
        if (isMerged(one.value)) for (const { hash } of one.value.verdict.changes) arriving.add(hash);
        judged.push(one.value);
        bytes += frame.bytes.length;
      }
      const stored = await keep(document, judged, arriving);
      if (!stored.ok) return stored;
      if (hasSuspect) return failure('relay_nonsense');
    }
    return review(document);
  }

  /** A frame may name a record that was made while we read: that record first. */
  async function catchUpWith(bytes: Uint8Array): Promise<Result<void, Trouble>> {
    const parsed = parseFrame(bytes);
    return parsed.ok && parsed.value.header.record > access().membership.number ? fetchRecords() : success(undefined);
  }

  async function review(document: DocumentId): Promise<Result<void, Trouble>> {
    if (!hasEndings(access())) return success(undefined);
    return reviewDocuments({ access: access(), store, repo }, [document]);
  }

  async function keep(document: DocumentId, judged: readonly JudgedFrame[], arriving: ReadonlySet<string>): Promise<Result<void, Trouble>> {
    const last = judged.at(-1);
    if (!last) return success(undefined);
    const cursor: Cursor = { document, seq: seqOf(document) + judged.length, frame: last.frame };
    const stored = await store.commitReceived(ledger, judged, cursor);
    if (!stored.ok) return stored;
    cursors.set(document, cursor);
    await onMerged(judged.filter(isMerged).flatMap(({ verdict }) => verdict.changes));
    return held.release(document, arriving);
  }

  /** Everything a document held up to a place, in one piece. */
  async function receiveSnapshot(document: DocumentId, snapshot: NonNullable<AnswerTo<'since'>['snapshot']>): Promise<Result<void, Trouble>> {
    const known = await catchUpWith(snapshot.bytes);
    if (!known.ok) return known;
    const judged = await judgeSnapshot({ access, store, repo }, { document, ...snapshot });
    if (!judged.ok) return judged;
    if (!judged.value) return failure('relay_nonsense');
    const { frame, cursor } = judged.value;
    if (cursor.seq <= seqOf(document)) return failure('relay_nonsense');
    const stored = await store.commitReceived(ledger, [frame], cursor);
    if (!stored.ok) return stored;
    cursors.set(document, cursor);
    await onMerged(frame.verdict.changes);
    const released = await held.release(document, frame.verdict.changes.map(({ hash }) => hash));
    return released.ok ? review(document) : released;
  }

  async function receiveLive(): Promise<Result<boolean, Trouble>> {
    const document = live.next(seqOf);
    if (document === undefined) return success(false);
    const received = await receive(document, live.take(document, seqOf(document)));
    return received.ok ? success(true) : received;
  }

  async function startOver(): Promise<Result<void, Trouble>> {
    // A relay whose log changes again while we talk to it is not telling the truth.
    if (hasReset || incarnation === undefined) return failure('relay_nonsense');
    const reset = await store.resetRelayLog(ledger, incarnation);
    if (!reset.ok) return reset;
    hasReset = true;
    cursors.clear();
    live.clear();
    return success(undefined);
  }

  async function fetchPage(document: DocumentId): Promise<Result<boolean, Trouble>> {
    const after = seqOf(document);
    const headBefore = heads.get(document) ?? 0;
    const page = await conversation.request({ type: 'since', ledger, document, after, frame: cursors.get(document)?.frame ?? null });
    if (!page.ok && page.code === 'cursor_unknown') {
      const restarted = await startOver();
      return restarted.ok ? success(true) : restarted;
    }
    if (!page.ok) return page;
    const { head, snapshot } = page.value;
    if (snapshot) {
      const received = await receiveSnapshot(document, snapshot);
      if (!received.ok) return received;
    }
    const from = seqOf(document);
    const frames = snapshot ? insertSnapshot(page.value.frames, snapshot, from) : page.value.frames;
    if (!isGapless(frames, from) || head < from + frames.length || (frames.length === 0 && head > from && !snapshot)) {
      return failure('relay_nonsense');
    }
    // What was said about the head before this answer is settled by it; what came in meanwhile is not.
    if (heads.get(document) === headBefore) heads.set(document, head);
    const received = await receive(document, frames);
    return received.ok ? success(true) : received;
  }

  async function step(): Promise<Result<boolean, Trouble>> {
    const received = await receiveLive();
    if (!received.ok || received.value) return received;
    // The document of the ledger itself comes first: it says who the people are.
    const behind = isBehind(ledger) ? ledger : [...heads.keys()].find(isBehind);
    isCatchingUp = behind !== undefined;
    return behind === undefined ? success(false) : fetchPage(behind);
  }

  return {
    async adopt(opened) {
      if (incarnation !== undefined && incarnation !== opened.incarnation) return failure('relay_nonsense');
      incarnation = opened.incarnation;
      for (const { document, seq } of opened.documents) raise(document, seq);
      const relayHeads = new Map(opened.documents.map((head) => [head.document, head]));
      const isInLog = ({ document, seq, frame }: Cursor): boolean => {
        const head = relayHeads.get(document);
        return head !== undefined && (head.seq > seq || (head.seq === seq && head.frame === frame));
      };
      if (isAdopted) return [...cursors.values()].every(isInLog) ? success(undefined) : failure('relay_nonsense');

      const known = await store.cursors(ledger);
      if (!known.ok) return known;
      for (const cursor of known.value.cursors) cursors.set(cursor.document, cursor);
      if (known.value.incarnation !== incarnation || !known.value.cursors.every(isInLog)) {
        const restarted = await startOver();
        if (!restarted.ok) return restarted;
      }
      const loaded = await held.resume();
      isAdopted = loaded.ok;
      return loaded;
    },
    onLive({ document, seq, bytes }) {
      raise(document, seq);
      if (seq > seqOf(document)) live.add(document, seq, bytes);
    },
    step,
    isCatchingUp: () => isCatchingUp,
    async acknowledge(stored) {
      // Frames of others with lower numbers came before the acknowledgement, and count first.
      for (let received = await receiveLive(); !received.ok || received.value; received = await receiveLive()) if (!received.ok) return received;
      for (const document of new Set(stored.map((one) => one.document))) {
        const inOrder = stored.filter((one) => one.document === document).toSorted((a, b) => a.seq - b.seq);
        raise(document, inOrder.at(-1)?.seq ?? 0);
        let cursor = cursors.get(document) ?? null;
        for (const { seq, frame } of inOrder) if (seq === (cursor?.seq ?? 0) + 1) cursor = { document, seq, frame };
        // Frames beyond wait until they are read: only what lies before a cursor can be missed when the log is exchanged.
        const settled = inOrder.filter(({ seq }) => cursor !== null && seq <= cursor.seq);
        if (!cursor || settled.length === 0) continue;
        const acknowledged = await store.commitAcknowledged(ledger, settled, cursor);
        if (!acknowledged.ok) return acknowledged;
        cursors.set(document, cursor);
      }
      return success(undefined);
    },
  };
}
