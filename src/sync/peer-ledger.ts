/** One ledger in a conversation between two devices: what is given of it, and what is fetched. */
import type { DocumentId, LedgerId } from '#domain/ids.ts';
import { failure, success, type Result } from '#domain/result.ts';
import type { Exchange, HandedFrame } from './exchange.ts';
import { MAXIMUM_LISTED, type PeerAnswer, type PeerMessage, type PeerRequest } from './peer-messages.ts';
import { MAXIMUM_DOCUMENTS, MAXIMUM_FRAMES_AT_ONCE, MAXIMUM_RECORDS_AT_ONCE, PAGE_BYTES } from './protocol/limits.ts';
import { roleNow } from './protocol/membership.ts';
import type { StoreErrorCode } from './store.ts';

type Have = Extract<PeerMessage, { type: 'have' }>;
type Body<R extends PeerRequest = PeerRequest> = R extends PeerRequest ? Omit<R, 'id' | 'ledger'> : never;

/** `membership_forked`: they follow another line of records. `peer_nonsense`: an answer that makes no sense. */
export type PeerTrouble = StoreErrorCode | 'ended' | 'refused' | 'membership_forked' | 'peer_nonsense';

export interface PeerLedger {
  readonly ledger: LedgerId;
  /** Whether the other one is a member, as far as is known here now. */
  isMember(): boolean;
  /** What the other one has. */
  hear(have: Have): void;
  /** Fetches what the other one has and this device has not; true where there was something to do. */
  pull(): Promise<Result<boolean, PeerTrouble>>;
  /** What is to be told of this device's state; null where nothing is new, or the other one is not to know. */
  tell(): Promise<Result<Have | null, StoreErrorCode>>;
  answer(request: PeerRequest): Promise<PeerAnswer>;
}

export interface PeerLedgerDeps {
  readonly exchange: Exchange;
  /** The other one's pseudonym. */
  readonly peer: string;
  ask(ledger: LedgerId, body: Body): Promise<Result<PeerAnswer, 'ended'>>;
}

function takeBytes<T>(all: readonly T[], sizeOf: (one: T) => number, maximum: number): T[] {
  const taken: T[] = [];
  let bytes = 0;
  for (const one of all) {
    bytes += sizeOf(one);
    if (taken.length > 0 && (bytes > PAGE_BYTES || taken.length >= maximum)) break;
    taken.push(one);
  }
  return taken;
}

export function createPeerLedger({ exchange, peer, ask }: PeerLedgerDeps): PeerLedger {
  const { ledger } = exchange;
  /** What they said last, and the documents of it that are still to be looked at. */
  let theirs: Pick<Have, 'record' | 'recordHash'> | null = null;
  const digests = new Map<DocumentId, string>();
  /** What was said to them. */
  let told: Pick<Have, 'recordHash'> | null = null;
  const toldDigests = new Map<DocumentId, string>();

  function isMember(): boolean {
    const access = exchange.access();
    return access !== null && roleNow(access.membership, peer) !== null;
  }

  async function request<Type extends PeerAnswer['type']>(type: Type, body: Body): Promise<Result<Extract<PeerAnswer, { type: Type }>, PeerTrouble>> {
    const answer = await ask(ledger, body);
    if (!answer.ok) return answer;
    if (answer.value.type === 'refused') return failure('refused');
    return answer.value.type === type ? success(answer.value as Extract<PeerAnswer, { type: Type }>) : failure('peer_nonsense');
  }

  async function pullRecords(wanted: Pick<Have, 'record' | 'recordHash'>): Promise<Result<void, PeerTrouble>> {
    for (;;) {
      const access = exchange.access();
      const from = access?.records.length ?? 0;
      if (from > wanted.record) {
        return access?.membership.hashes[wanted.record] === wanted.recordHash ? success(undefined) : failure('membership_forked');
      }
      const page = await request('recordPage', { type: 'records', from });
      if (!page.ok) return page;
      const taken = await exchange.takeRecords(from, page.value.records);
      if (!taken.ok) return failure(taken.code === 'record_malformed' ? 'peer_nonsense' : taken.code);
      if (taken.value === 0) return failure('peer_nonsense');
    }
  }

  async function pullDocument(document: DocumentId): Promise<Result<void, PeerTrouble>> {
    const listed = await request('listed', { type: 'list', document });
    if (!listed.ok) return listed;
    const missing = await exchange.missing(document, listed.value.frames);
    if (!missing.ok) return missing;
    for (let left = missing.value; left.length > 0; ) {
      const fetched = await request('fetched', { type: 'fetch', document, frames: left.slice(0, MAXIMUM_FRAMES_AT_ONCE) });
      if (!fetched.ok) return fetched;
      // They may have sealed something anew meanwhile, and say so.
      if (fetched.value.frames.length === 0) return success(undefined);
      const taken = await exchange.takeFrames(fetched.value.frames);
      if (!taken.ok) return taken;
      left = left.slice(fetched.value.frames.length);
    }
    return success(undefined);
  }

  async function listDue(): Promise<Result<DocumentId[], StoreErrorCode>> {
    const summary = await exchange.summary();
    if (!summary.ok) return summary;
    const due = [...digests].filter(([document, digest]) => summary.value.get(document) !== digest).map(([document]) => document);
    for (const document of [...digests.keys()]) if (!due.includes(document)) digests.delete(document);
    // The document of the ledger itself first: it says who the people are.
    return success(due.toSorted((a, b) => Number(b === ledger) - Number(a === ledger)));
  }

  async function fetchFrames(document: DocumentId, frames: readonly string[]): Promise<Result<HandedFrame[], StoreErrorCode>> {
    const all: HandedFrame[] = [];
    let bytes = 0;
    for (const id of frames) {
      const frame = await exchange.read(document, id);
      if (!frame.ok) return frame;
      bytes += frame.value?.bytes.length ?? 0;
      if (all.length > 0 && bytes > PAGE_BYTES) break;
      if (frame.value) all.push(frame.value);
    }
    return success(all);
  }

  return {
    ledger,
    isMember,
    hear({ record, recordHash, documents }) {
      theirs = { record, recordHash };
      for (const [document, digest] of documents) if (digests.size < MAXIMUM_DOCUMENTS || digests.has(document)) digests.set(document, digest);
    },
    async pull() {
      if (!theirs) return success(false);
      const wanted = theirs;
      theirs = null;
      const recorded = await pullRecords(wanted);
      if (!recorded.ok) return recorded;
      // Only members have anything to say about the contents.
      if (!isMember()) return success(true);
      const due = await listDue();
      if (!due.ok) return due;
      for (const document of due.value) {
        // Whatever comes of it: looked at again when they say that it is different.
        digests.delete(document);
        const pulled = await pullDocument(document);
        if (!pulled.ok) return pulled;
      }
      return success(true);
    },
    async tell() {
      if (!isMember()) return success(null);
      const sealed = await exchange.seal();
      if (!sealed.ok) return sealed;
      const summary = await exchange.summary();
      if (!summary.ok) return summary;
      const membership = exchange.access()?.membership;
      if (!membership) return success(null);
      const documents = [...summary.value].filter(([document, digest]) => toldDigests.get(document) !== digest).slice(0, MAXIMUM_DOCUMENTS);
      if (told?.recordHash === membership.hash && documents.length === 0) return success(null);
      told = { recordHash: membership.hash };
      for (const [document, digest] of documents) toldDigests.set(document, digest);
      return success({ type: 'have', ledger, record: membership.number, recordHash: membership.hash, documents });
    },
    async answer(asked) {
      const { id } = asked;
      if (!isMember()) return { type: 'refused', id };
      switch (asked.type) {
        case 'records': {
          const records = exchange.access()?.records.slice(asked.from, asked.from + MAXIMUM_RECORDS_AT_ONCE) ?? [];
          return { type: 'recordPage', id, records: takeBytes(records, ({ length }) => length, MAXIMUM_RECORDS_AT_ONCE) };
        }
        case 'list': {
          const frames = await exchange.offers(asked.document);
          return frames.ok ? { type: 'listed', id, frames: frames.value.slice(-MAXIMUM_LISTED) } : { type: 'refused', id };
        }
        case 'fetch': {
          const frames = await fetchFrames(asked.document, asked.frames);
          return frames.ok ? { type: 'fetched', id, frames: frames.value } : { type: 'refused', id };
        }
      }
    },
  };
}
