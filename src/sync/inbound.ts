import type { DocumentId, LedgerId } from '#domain/ids.ts';
import { failure, success, type Result } from '#domain/result.ts';
import type { AnswerTo, Conversation } from './conversation.ts';
import { createHeldFrames } from './held.ts';
import { isMerged, judgeFrame, judgeSnapshot, type JudgedFrame } from './judge.ts';
import type { LedgerAccess } from './access.ts';
import type { LineTrouble } from './line.ts';
import { createLiveBuffer } from './live-buffer.ts';
import { hashId, isSignedBy } from './keys.ts';
import { MAXIMUM_ASKED } from './missing.ts';
import { CHECKED_BY_RELAY } from './quarantine.ts';
import type { AdmittedChange } from './read-change.ts';
import type { Repo } from './repo.ts';
import { frameToSignedBytes, parseFrame } from './protocol/frames.ts';
import type { RelayMessage } from './protocol/messages.ts';
import { hasEndings } from './review.ts';
import type { Cursor, FrameId, MissingChange, Store } from './store.ts';

/** Why a step of a ledger's sync did not come off. */
export type Trouble = LineTrouble;

/** Reading a ledger's log at the relay: what the relay has that this device has not. */
export interface Inbound {
  /** Compares the relay's log with what was read of it; another one is read from its start. */
  adopt(opened: AnswerTo<'open'>): Promise<Result<void, Trouble>>;
  onLive(message: Extract<RelayMessage, { type: 'live' }>): void;
  /** Reads on a bit: true when there was something to read, false when all is read. */
  step(): Promise<Result<boolean, Trouble>>;
  /** How far a document's log has been read. */
  cursor(document: DocumentId): Cursor | null;
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
  readonly repo: Pick<Repo, 'readChange' | 'merged' | 'rebuild'>;
  readonly conversation: Pick<Conversation, 'request'>;
  /** Sees to it that in these documents, or in all, exactly those changes count that should. */
  review(documents?: readonly DocumentId[]): Promise<Result<void, Trouble>>;
  /** A snapshot is in the log. */
  onSnapshot(document: DocumentId, bytes: Uint8Array): void;
  /** Milliseconds since 1970. */
  now(): number;
  readonly doubts: Doubts;
  /** The relay's log, read to its end, lacks these: perhaps other devices have them. */
  askOthers(missing: readonly MissingChange[]): void;
}

/** What gives rise to doubts about a relay's log. Kept by the caller from one conversation to the next. */
export interface Doubts {
  /**
   * By place in the log: frames that no honest relay would have taken in, or handed out so. They are asked for once more
   * and quarantined only where the relay insists.
   */
  readonly suspects: Map<string, FrameId>;
  /** When the log was read anew because something is missing from it, in milliseconds since 1970. */
  readAnewAt: number;
  /** Whether the others were asked since for what was missing even then. */
  hasAsked: boolean;
}
export const noDoubts = (): Doubts => ({ suspects: new Map(), readAnewAt: -Infinity, hasAsked: false });

/** Another frame at the same place each time: that is no bit that turned over on the way. */
const MAXIMUM_SUSPICIONS = 3;
/** So long at least between two searches of a whole log, in milliseconds. */
const BETWEEN_SEARCHES = 10 * 60_000;

/** What is judged and stored in one step, in bytes of frames: a step should not keep anybody waiting. */
const STEP_BYTES = 64 * 1024;

const isGapless = (frames: readonly { seq: number }[], from: number): boolean => frames.every(({ seq }, index) => seq === from + 1 + index);

/** A snapshot is a frame of the log itself, and comes only once in a page: its place among the others, if that is in the page. */
function insertSnapshot<Frame extends { seq: number; bytes: Uint8Array }>(frames: readonly Frame[], { seq, bytes }: Frame, from: number): readonly { seq: number; bytes: Uint8Array }[] {
  const all = [...frames, { seq, bytes }].toSorted((a, b) => a.seq - b.seq);
  return isGapless(all, from) ? all : frames;
}

export function createInbound({ ledger, access, fetchRecords, review, store, repo, conversation, onSnapshot, now, doubts, askOthers }: InboundDeps): Inbound {
  const { suspects } = doubts;
  const cursors = new Map<DocumentId, Cursor>();
  const heads = new Map<DocumentId, number>();
  const live = createLiveBuffer();
  const onMerged = (changes: readonly AdmittedChange[]) => repo.merged(ledger, changes);
  const held = createHeldFrames({ ledger, access, store, repo, onMerged });
  let incarnation: string | undefined;
  let isAdopted = false;
  let hasReset = false;
  /** Frames in a row that were asked for again. */
  let suspicions = 0;
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

  /** Whether a frame stands at another place than where it was: a log has each frame once. */
  async function isOtherLog(document: DocumentId, frames: readonly { seq: number; bytes: Uint8Array }[]): Promise<Result<boolean, Trouble>> {
    const ids = await Promise.all(frames.map(({ bytes }) => hashId(bytes)));
    const known = await store.frameNumbers(ledger, document, ids);
    if (!known.ok) return known;
    return success(new Set(ids).size < ids.length || frames.some(({ seq }, index) => (known.value.get(ids[index] ?? '') ?? seq) !== seq));
  }

  /** Judges and stores frames that follow on the cursor. */
  async function receive(document: DocumentId, frames: readonly { seq: number; bytes: Uint8Array }[]): Promise<Result<void, Trouble>> {
    const isOther = await isOtherLog(document, frames);
    if (!isOther.ok || isOther.value) return isOther.ok ? startOver() : isOther;
    for (let from = 0; from < frames.length; ) {
      const judged: JudgedFrame[] = [];
      const arriving = new Set<string>();
      let hasSuspect = false;
      for (let bytes = 0; bytes < STEP_BYTES; from += 1) {
        const frame = frames[from];
        if (!frame) break;
        const known = await catchUpWith(frame.bytes);
        if (!known.ok) return known;
        const one = await judgeFrame({ access, store, repo }, { document, ...frame }, arriving);
        if (!one.ok) return one;
        hasSuspect = isSuspect(one.value);
        if (hasSuspect) {
          // The others like it are asked for again together with it: a member who stores garbage shall not cost a conversation for each piece.
          for (const other of frames.slice(from + 1)) {
            const judgedOther = await judgeFrame({ access, store, repo }, { document, ...other }, arriving);
            if (!judgedOther.ok) return judgedOther;
            isSuspect(judgedOther.value);
          }
          break;
        }
        if (isMerged(one.value)) for (const { hash } of one.value.verdict.changes) arriving.add(hash);
        judged.push(one.value);
        bytes += frame.bytes.length;
      }
      const stored = await keep(document, judged, arriving);
      if (!stored.ok) return stored;
      if (judged.length > 0) suspicions = 0;
      // The next page asks for it again.
      if (hasSuspect) return ++suspicions > MAXIMUM_SUSPICIONS ? failure('relay_nonsense') : success(undefined);
    }
    return reviewIfDue([document]);
  }

  /**
   * A frame may name a record that was made while we read: that record first. A relay that has the frame and not the
   * record is hiding something; to quarantine the frame would be to believe it.
   */
  async function catchUpWith(bytes: Uint8Array): Promise<Result<void, Trouble>> {
    const parsed = parseFrame(bytes);
    if (!parsed.ok) return success(undefined);
    const { header, signature } = parsed.value;
    if (header.kind === 'snapshot') onSnapshot(header.document, bytes);
    const isAhead = (): boolean => header.record > access().membership.number;
    if (!isAhead() || !(await isSignedBy(header.author, signature, frameToSignedBytes(parsed.value)))) return success(undefined);
    const fetched = await fetchRecords();
    return fetched.ok && isAhead() ? failure('relay_nonsense') : fetched;
  }

  const reviewIfDue = async (documents?: readonly DocumentId[]): Promise<Result<void, Trouble>> =>
    hasEndings(access()) ? review(documents) : success(undefined);

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
    const covered = await store.commitCovered(ledger, document, snapshot.seq);
    if (!covered.ok) return covered;
    const changes = isMerged(frame) ? frame.verdict.changes : [];
    await onMerged(changes);
    const released = await held.release(document, changes.map(({ hash }) => hash));
    return released.ok ? reviewIfDue([document]) : released;
  }

  async function receiveLive(): Promise<Result<boolean, Trouble>> {
    const document = live.next(seqOf);
    if (document === undefined) return success(false);
    const received = await receive(document, live.take(document, seqOf(document)));
    return received.ok ? success(true) : received;
  }

  async function readAnew(): Promise<Result<void, Trouble>> {
    if (incarnation === undefined) return failure('relay_nonsense');
    const reset = await store.resetRelayLog(ledger, incarnation);
    if (!reset.ok) return reset;
    cursors.clear();
    live.clear();
    suspects.clear();
    return success(undefined);
  }
  async function startOver(): Promise<Result<void, Trouble>> {
    // A relay whose log changes again while we talk to it is not telling the truth.
    if (hasReset) return failure('relay_nonsense');
    hasReset = true;
    return readAnew();
  }

  /**
   * Everything was read, and still there are frames that rest on something else: perhaps the relay once showed us another
   * log, which joins this one further on. Then what is missing is in the log by now. True where it is read anew.
   */
  async function searchForMissing(): Promise<Result<boolean, Trouble>> {
    const wasReadAnew = now() - doubts.readAnewAt < BETWEEN_SEARCHES;
    if (wasReadAnew && doubts.hasAsked) return success(false);
    const waiting = await store.countHeld(ledger);
    if (!waiting.ok || waiting.value === 0) return waiting.ok ? success(false) : waiting;
    doubts.hasAsked = wasReadAnew;
    if (wasReadAnew) {
      const missing = await store.missingChanges(ledger, MAXIMUM_ASKED);
      if (missing.ok) askOthers(missing.value);
      return missing.ok ? success(false) : missing;
    }
    doubts.readAnewAt = now();
    const restarted = await readAnew();
    return restarted.ok ? success(true) : restarted;
  }

  /** Where the relay insisted on what no honest one has, the place is looked at again: it may be honest by now. */
  async function isStillInsisting(): Promise<Result<boolean, Trouble>> {
    for (const [place, frame] of suspects) {
      const [document = '', seq] = place.split('/');
      const after = Number(seq);
      if (after > seqOf(document)) continue;
      const page = await conversation.request({ type: 'since', ledger, document, after, frame });
      if (!page.ok) return page.code === 'cursor_unknown' ? success(false) : page;
    }
    return success(true);
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
    return behind === undefined ? searchForMissing() : fetchPage(behind);
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
      const isSame = known.value.incarnation === incarnation && known.value.cursors.every(isInLog) ? await isStillInsisting() : success(false);
      if (!isSame.ok) return isSame;
      if (!isSame.value) {
        const restarted = await startOver();
        if (!restarted.ok) return restarted;
      }
      const loaded = await held.resume();
      if (!loaded.ok) return loaded;
      // The program may have died between a frame and the review after it.
      const reviewed = await reviewIfDue();
      isAdopted = reviewed.ok;
      return reviewed;
    },
    onLive({ document, seq, bytes }) {
      raise(document, seq);
      if (seq > seqOf(document)) live.add(document, seq, bytes);
    },
    step,
    cursor: (document) => cursors.get(document) ?? null,
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
