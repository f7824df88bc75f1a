/**
 * What two devices of a ledger hand each other without a relay: records of the membership, and frames as they are. A
 * relay gets from this device later what it does not have; nothing counts as sent because somebody else has it.
 */
import type { DocumentId, LedgerId } from '#domain/ids.ts';
import { failure, success, type Result } from '#domain/result.ts';
import { extendAccess, ownKey, type LedgerAccess } from './access.ts';
import { createHeldFrames } from './held.ts';
import { isMerged, judgeHanded, type JudgedFrame } from './judge.ts';
import { hashId, sha256 } from './keys.ts';
import type { AccessHolder } from './line.ts';
import { bytesToHex, hexToBytes, concatBytes } from './protocol/bytes.ts';
import { parseFrame } from './protocol/frames.ts';
import { mayWrite, roleNow } from './protocol/membership.ts';
import { CHECKED_BY_RELAY } from './quarantine.ts';
import type { AdmittedChange } from './read-change.ts';
import type { Repo } from './repo.ts';
import { commitAccess, hasEndings, reviewDocuments } from './review.ts';
import { sealNext } from './sealing.ts';
import type { Endorsement, FrameId, KeptFrame, QuarantineReason, Store, StoreErrorCode } from './store.ts';

/** A frame as it is handed on: the word of others goes with a snapshot. */
export interface HandedFrame {
  readonly bytes: Uint8Array;
  readonly endorsements: readonly Endorsement[];
}

export interface Taken {
  /** Frames that were not here before. */
  readonly fresh: number;
  /** Frames that were no frames of this ledger at all, or snapshots that too few vouch for. Nothing is kept of them. */
  readonly unsound: number;
  /** Frames that name a record which is not here yet. They are welcome later. */
  readonly ahead: number;
}

/** `membership_forked`: another line of records than the one that is known. `record_malformed`: what follows on it may not stand there. */
export type RecordTrouble = StoreErrorCode | 'membership_forked' | 'record_malformed';

/** One ledger, as this device gives of it and takes for it. */
export interface Exchange {
  readonly ledger: LedgerId;
  /** Null until the first record is here. */
  access(): LedgerAccess | null;
  /** Seals what was written here, where this device may, so that it can be handed on. It still waits for the relay. */
  seal(): Promise<Result<void, StoreErrorCode>>;
  /** For each document 32 hexadecimal digits that are the same on two devices with the same frames of it. */
  summary(): Promise<Result<ReadonlyMap<DocumentId, string>, StoreErrorCode>>;
  offers(document: DocumentId): Promise<Result<FrameId[], StoreErrorCode>>;
  /** Those that were never here. */
  missing(document: DocumentId, frames: readonly FrameId[]): Promise<Result<FrameId[], StoreErrorCode>>;
  read(document: DocumentId, frame: FrameId): Promise<Result<KeptFrame | null, StoreErrorCode>>;
  /** Takes over records from number `from` on as far as they go; answers with how many were new. */
  takeRecords(from: number, records: readonly Uint8Array[]): Promise<Result<number, RecordTrouble>>;
  /** Judges frames like those that a relay hands out, and keeps them. Any bytes at all give an answer. */
  takeFrames(frames: readonly HandedFrame[]): Promise<Result<Taken, StoreErrorCode>>;
}

export interface ExchangeDeps {
  readonly holder: AccessHolder;
  readonly store: Store;
  readonly repo: Pick<Repo, 'readChange' | 'merged'>;
  randomBytes(length: number): Uint8Array;
  /** Something is here that the relay may not have. */
  onTaken(): void;
}

/** What no honest relay takes in, by the membership too: whoever hands it over may be a stranger. */
const REFUSED_BY_RELAY: ReadonlySet<QuarantineReason> = new Set([...CHECKED_BY_RELAY, 'role_forbids', 'membership_forked']);

/** What is judged and stored in one step, in bytes of frames. */
const STEP_BYTES = 64 * 1024;

interface Sorted {
  readonly document: DocumentId;
  readonly frame: FrameId;
  readonly handed: HandedFrame;
}

export function createExchange({ holder, store, repo, randomBytes, onTaken }: ExchangeDeps): Exchange {
  const { ledger } = holder.deps;
  const digests = new Map<DocumentId, { version: string; digest: string }>();
  const access = (): LedgerAccess => {
    const known = holder.get();
    if (!known) throw new Error('no frame is judged before the first record is here');
    return known;
  };
  const onMerged = (changes: readonly AdmittedChange[]) => repo.merged(ledger, changes);
  const held = createHeldFrames({ ledger, access, store, repo, onMerged });

  async function digestOf(document: DocumentId, version: string): Promise<Result<string, StoreErrorCode>> {
    const known = digests.get(document);
    if (known?.version === version) return success(known.digest);
    const frames = await store.offeredFrames(ledger, document);
    if (!frames.ok) return frames;
    const digest = await hashId(concatBytes(...frames.value.toSorted().map(hexToBytes)));
    digests.set(document, { version, digest });
    return success(digest);
  }

  /** What a frame says of itself; undefined where it is none of this ledger. */
  async function sort(handed: HandedFrame): Promise<Sorted | 'ahead' | undefined> {
    const parsed = parseFrame(handed.bytes);
    if (!parsed.ok || parsed.value.header.ledger !== ledger) return undefined;
    const { document, record } = parsed.value.header;
    // Before the record is here it would look like one of another line.
    if (record > access().membership.number) return 'ahead';
    return { document, frame: await hashId(handed.bytes), handed };
  }

  /** Null for what no honest relay would have handed out: nobody is to fill this disk with it. */
  async function judge({ document, handed }: Sorted, arriving: ReadonlySet<string>): Promise<Result<JudgedFrame | null, StoreErrorCode>> {
    const judged = await judgeHanded({ access, store, repo }, { document, ...handed }, arriving);
    const isRefused = judged.ok && judged.value?.verdict.state === 'quarantined' && REFUSED_BY_RELAY.has(judged.value.verdict.reason);
    return isRefused ? success(null) : judged;
  }

  async function keep(judged: readonly JudgedFrame[]): Promise<Result<void, StoreErrorCode>> {
    if (judged.length === 0) return success(undefined);
    const stored = await store.commitReceived(ledger, judged, null);
    if (!stored.ok) return stored;
    const changes = judged.filter(isMerged).flatMap(({ verdict }) => verdict.changes);
    await onMerged(changes);
    for (const document of new Set(changes.map((change) => change.document))) {
      const released = await held.release(document, changes.filter((change) => change.document === document).map(({ hash }) => hash));
      if (!released.ok) return released;
    }
    return success(undefined);
  }

  async function takeSorted(frames: readonly Sorted[]): Promise<Result<Pick<Taken, 'fresh' | 'unsound'>, StoreErrorCode>> {
    let [fresh, unsound] = [0, 0];
    for (let from = 0; from < frames.length; ) {
      const judged: JudgedFrame[] = [];
      const arriving = new Map<DocumentId, Set<string>>();
      for (let bytes = 0; bytes < STEP_BYTES; from += 1) {
        const one = frames[from];
        if (!one) break;
        const before = arriving.get(one.document) ?? new Set<string>();
        arriving.set(one.document, before);
        const outcome = await judge(one, before);
        if (!outcome.ok) return outcome;
        bytes += one.handed.bytes.length;
        if (!outcome.value) {
          unsound += 1;
          continue;
        }
        if (isMerged(outcome.value)) for (const { hash } of outcome.value.verdict.changes) before.add(hash);
        judged.push(outcome.value);
      }
      const kept = await keep(judged);
      if (!kept.ok) return kept;
      fresh += judged.length;
    }
    return success({ fresh, unsound });
  }

  async function withoutKnown(frames: readonly Sorted[]): Promise<Result<Sorted[], StoreErrorCode>> {
    const fresh = new Map<string, Sorted>();
    for (const document of new Set(frames.map((one) => one.document))) {
      const here = frames.filter((one) => one.document === document);
      const known = await store.knownFrames(ledger, document, here.map(({ frame }) => frame));
      if (!known.ok) return known;
      for (const one of here) if (!known.value.has(one.frame)) fresh.set(`${document}/${one.frame}`, one);
    }
    return success([...fresh.values()]);
  }

  /** The records as far as they may stand where they claim to. */
  async function extend(known: LedgerAccess | null, from: number, records: readonly Uint8Array[]): Promise<{ access: LedgerAccess | null; trouble: RecordTrouble | null }> {
    let extended = known;
    for (const [index, bytes] of records.entries()) {
      const number = from + index;
      const hash = extended?.membership.hashes[number];
      if (hash !== undefined) {
        if (hash !== bytesToHex(await sha256(bytes))) return { access: extended, trouble: 'membership_forked' };
        continue;
      }
      const next = await extendAccess(extended, holder.deps, [bytes]);
      if (!next.ok) return { access: extended, trouble: next.code === 'record_stale' ? 'membership_forked' : 'record_malformed' };
      extended = next.value;
    }
    return { access: extended, trouble: null };
  }

  return {
    ledger,
    access: holder.get,
    async seal() {
      const known = holder.get();
      if (!known) return success(undefined);
      for (;;) {
        // Who left knows the key while a new one is owed: what is written now waits for that.
        const mayNow = (): boolean => mayWrite(roleNow(access().membership, ownKey(access()))) && !access().membership.isRotationOwed;
        const sealed = await holder.inTurn(async () => (mayNow() ? sealNext({ access: access(), store, randomBytes }) : success(false)));
        if (!sealed.ok && sealed.code !== 'frame_too_large' && sealed.code !== 'key_missing') return failure(sealed.code);
        if (!sealed.ok || !sealed.value) return success(undefined);
      }
    },
    async summary() {
      const versions = await store.frameVersions(ledger);
      if (!versions.ok) return versions;
      const summary = new Map<DocumentId, string>();
      for (const { document, version } of versions.value) {
        const digest = await digestOf(document, version);
        if (!digest.ok) return digest;
        summary.set(document, digest.value);
      }
      return success(summary);
    },
    offers: (document) => store.offeredFrames(ledger, document),
    async missing(document, frames) {
      const known = await store.knownFrames(ledger, document, frames);
      return known.ok ? success(frames.filter((frame) => !known.value.has(frame))) : known;
    },
    read: (document, frame) => store.frame(ledger, document, frame),
    takeRecords: (from, records) =>
      holder.inTurn(async () => {
        const known = holder.get();
        const count = known?.records.length ?? 0;
        if (from > count) return success(0);
        const extended = await extend(known, from, records);
        if (extended.access && extended.access.records.length > count) {
          const stored = await commitAccess({ access: extended.access, store, repo }, count);
          if (!stored.ok) return stored;
          holder.set(extended.access);
          onTaken();
        }
        return extended.trouble ? failure(extended.trouble) : success((extended.access?.records.length ?? 0) - count);
      }),
    async takeFrames(frames) {
      const sorted = holder.get() ? await Promise.all(frames.map(sort)) : [];
      const sound = sorted.filter((one) => typeof one === 'object');
      const unknown = await withoutKnown(sound);
      if (!unknown.ok) return unknown;
      const taken = await takeSorted(unknown.value);
      if (!taken.ok) return taken;
      const documents = [...new Set(unknown.value.map(({ document }) => document))];
      const reviewed = documents.length > 0 && hasEndings(access()) ? await holder.inTurn(() => reviewDocuments({ access: access(), store, repo }, documents)) : success(undefined);
      if (!reviewed.ok) return reviewed;
      if (taken.value.fresh > 0) onTaken();
      const ahead = sorted.filter((one) => one === 'ahead').length;
      return success({ fresh: taken.value.fresh, unsound: taken.value.unsound + frames.length - sound.length - ahead, ahead });
    },
  };
}
