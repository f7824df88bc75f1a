/** What a session may ask of the ledgers it has opened, by its key and the membership of the moment. */
import { bytesToHex, hexToBytes } from '#sync/protocol/bytes.ts';
import { MAXIMUM_DOCUMENTS, PAGE_BYTES } from '#sync/protocol/limits.ts';
import { mayWrite, tenureNow, type Membership } from '#sync/protocol/membership.ts';
import { challengeToSignedBytes, endorsementToSignedBytes, type ClientMessage, type Refusal, type RelayMessage } from '#sync/protocol/messages.ts';
import type { Hub, Listener } from './hub.ts';
import { createAllowance } from './allowance.ts';
import type { Answer, LedgerRequest } from './request-kinds.ts';
import { standingOf, type Standing } from './standing.ts';
import type { Endorsement, Outcome, Page, Place, Settled } from './store.ts';

type RequestOf<Type extends ClientMessage['type']> = Extract<ClientMessage, { type: Type }>;

export interface LedgerRequests {
  answer(request: LedgerRequest): Promise<Answer>;
  /** Whether a ledger was opened. */
  isTrusted(): boolean;
  /** Bytes of records that were worth something. */
  earnedBytes(): number;
  end(): void;
}

export interface LedgerRequestsDeps {
  readonly hub: Hub;
  /** The challenge that the client was given. */
  readonly nonce: Uint8Array;
  send(message: RelayMessage): void;
  /** The same with what is encoded and counted already. */
  sendEncoded(encoded: Uint8Array): void;
  close(): void;
}

interface Opened {
  readonly key: string;
  /** Until when it hears what is stored, in milliseconds since 1970. */
  until: number;
}

/** Whether a page follows on where the client is: on the frame it names, or on one that is gone and is in the snapshot. */
function isFollowing({ at, dropped }: Page, after: number, frame: string | null): boolean {
  if (after === 0 || frame === null) return after === 0 && frame === null;
  return at === null ? after <= dropped : at === frame;
}

const toOffer = ({ endorsement, ...snapshot }: NonNullable<Page['snapshot']>) => ({ ...snapshot, endorsements: endorsement ? [endorsement] : [] });

export function createLedgerRequests({ hub, nonce, send, sendEncoded, close }: LedgerRequestsDeps): LedgerRequests {
  const { store, limits, now } = hub;
  const opened = new Map<string, Opened>();
  /** Ledgers that this client has brought to a relay that did not know them. */
  const refilled = new Set<string>();
  let earned = 0;
  let isEnded = false;

  function stopListening(ledger: string, one: Opened): void {
    one.until = 0;
    hub.leave(listener, ledger);
  }
  /** The standing of the key that a ledger was opened with. Who has none any more hears nothing any more. */
  function standing(membership: Membership, one: Opened): Standing | 'removed' | 'not_member' {
    const there = standingOf(membership, one.key, now());
    if (typeof there === 'string') {
      stopListening(membership.ledger, one);
      hub.calls?.dismiss(membership.ledger, one.key);
    }
    return there;
  }

  let lastChecked: Promise<unknown> = Promise.resolve();
  function inTurn<T>(checked: Promise<T>): Promise<T> {
    const turn = lastChecked.then(() => checked);
    lastChecked = turn.then(() => undefined, () => undefined); // the frames themselves shall not stay
    return turn;
  }

  const listener: Listener = {
    onStored(ledger, encoded) {
      const one = opened.get(ledger);
      const mayHear = one !== undefined && one.until > now();
      if (mayHear) encoded.forEach(sendEncoded);
      else if (one) stopListening(ledger, one);
      return mayHear;
    },
    onSignal(ledger, to, encoded) {
      const one = opened.get(ledger);
      // Who holds an invite, and is no member yet, has something to read and nothing to be told.
      const isMeant = one?.until === Infinity && (to === null || to.has(one.key));
      if (isMeant) sendEncoded(encoded);
      return isMeant;
    },
    onRecords(membership, from, records, isOwn) {
      const one = opened.get(membership.ledger);
      if (!one) return;
      // Who is removed still hears of that, so as to know, and of nothing after it.
      const isThere = typeof standing(membership, one) !== 'string';
      const last = isThere ? membership.number : (membership.tenures.get(one.key)?.at(-1)?.to ?? -1);
      if (isOwn) return;
      records.forEach((bytes, index) => from + index <= last && send({ type: 'liveRecord', ledger: membership.ledger, record: from + index, bytes }));
    },
    onGap: close,
  };

  /** Takes a step that this session may take if `isAllowed`; members and invited ones otherwise are told why not. */
  async function within<T>(
    ledger: string,
    isAllowed: (there: Standing) => boolean,
    step: (place: Place, one: Opened, membership: Membership) => Outcome<T, Refusal | 'stale'>,
  ): Outcome<T, Refusal> {
    const one = opened.get(ledger);
    if (!one) return { ok: false, code: 'ledger_not_open' };
    return hub.underMembership<T>(ledger, async (membership) => {
      const there = standing(membership, one);
      if (typeof there === 'string') return { ok: false, code: there };
      if (!isAllowed(there)) return { ok: false, code: 'role_forbids' };
      return step({ ledger, records: membership.number + 1 }, one, membership);
    });
  }
  const mayRead = (): boolean => true;
  const isMember = ({ role }: Standing): boolean => role !== null;
  const isWriter = ({ role }: Standing): boolean => mayWrite(role);
  const answerWith = async <T>(outcome: Outcome<T, Refusal> | Settled<T, Refusal>, toAnswer: (value: T) => RelayMessage | Refusal): Promise<Answer> => {
    const settled = await outcome;
    if (!settled.ok) return settled;
    const answer = toAnswer(settled.value);
    return typeof answer === 'string' ? { ok: false, code: answer } : { ok: true, value: answer };
  };

  async function open({ id, ledger, key: publicKey, proof }: RequestOf<'open'>): Promise<Answer> {
    if (!(await hub.isSignedBy(publicKey, proof, challengeToSignedBytes(nonce, ledger)))) return { ok: false, code: 'proof_wrong' };
    if (opened.size >= limits.ledgersPerConnection && !opened.has(ledger)) return { ok: false, code: 'too_many' };
    const one: Opened = { key: bytesToHex(publicKey), until: 0 };
    const outcome = await hub.underMembership(ledger, async (membership) => {
      const there = standingOf(membership, one.key, now());
      if (typeof there === 'string') return { ok: false, code: there };
      if (isEnded) return { ok: false, code: 'ledger_not_open' };
      // First listen, then look: what is stored in between comes twice rather than never.
      opened.set(ledger, one);
      one.until = there.until;
      hub.listen(membership, listener);
      const heads = await store.heads({ ledger, records: membership.number + 1 });
      return heads.ok ? { ok: true, value: { membership, heads: heads.value } } : heads;
    });
    return answerWith(outcome, ({ membership: { number, hash }, heads }) => ({
      type: 'opened', id, incarnation: store.incarnation, record: number, recordHash: hash, documents: heads.slice(0, MAXIMUM_DOCUMENTS),
    }));
  }

  async function enrol({ id, ledger, records }: RequestOf<'enrol'>): Promise<Answer> {
    const isRefill = refilled.has(ledger) || (await within(ledger, isMember, async () => ({ ok: true, value: null }))).ok;
    if (refilled.size >= limits.ledgersPerConnection && !isRefill) return { ok: false, code: 'too_many' };
    const enrolled = await hub.enrol(ledger, records, isRefill, listener);
    if (!enrolled.ok) return enrolled;
    const { membership, isNew } = enrolled.value;
    if (isNew) refilled.add(ledger);
    earned += records.reduce((sum, bytes) => sum + bytes.length, 0);
    return { ok: true, value: { type: 'enrolled', id, record: membership.number, recordHash: membership.hash } };
  }

  async function append({ id, ledger, frames }: Pick<RequestOf<'append'>, 'id' | 'ledger' | 'frames'>, endorsements?: readonly Endorsement[]): Promise<Answer> {
    const one = opened.get(ledger);
    if (!one) return { ok: false, code: 'ledger_not_open' };
    await hub.append(ledger, frames, {
      listener,
      key: one.key,
      ...(endorsements && { endorsements }),
      inTurn,
      mayAppend(membership) {
        const there = standing(membership, one);
        return typeof there === 'string' ? there : isMember(there) ? null : 'role_forbids';
      },
      onAppended: (outcome) => send(outcome.ok ? { type: 'appended', id, ...outcome.value } : { type: 'refused', id, reason: outcome.code }),
    });
    return { ok: true, value: 'answered' };
  }

  const signals = createAllowance(limits.signals, now);
  function signal({ id, ledger, to, bytes }: RequestOf<'signal'>): Promise<Answer> {
    const signalled = within(ledger, isMember, async () => {
      if (!signals.take()) return { ok: false, code: 'too_fast' };
      hub.signal(ledger, to && new Set(to.map(bytesToHex)), bytes, listener);
      return { ok: true, value: null };
    });
    return answerWith(signalled, () => ({ type: 'signalled', id }));
  }

  function answer(request: LedgerRequest): Promise<Answer> {
    const { id, ledger } = request;
    switch (request.type) {
      case 'open': return open(request);
      case 'enrol': return enrol(request);
      case 'append': return append(request);
      case 'refill': return append({ ...request, frames: [request.frame] }, request.endorsements);
      case 'records': {
        const read = within(ledger, mayRead, async ({ records }) => {
          const page = await store.records(ledger, request.from, PAGE_BYTES);
          return page.ok && page.value.count !== records ? { ok: false, code: 'stale' } : page;
        });
        return answerWith(read, ({ count, records }) => ({ type: 'recordPage', id, record: count - 1, records }));
      }
      case 'since': {
        const { document, after, frame } = request;
        return answerWith(within(ledger, mayRead, (place) => store.page(place, document, after, PAGE_BYTES)), (page) => {
          if (!isFollowing(page, after, frame)) return 'cursor_unknown';
          return { type: 'page', id, head: page.head, snapshot: page.snapshot && toOffer(page.snapshot), frames: page.frames };
        });
      }
      case 'endorse': {
        const { document, frame, signature } = request;
        const endorsed = within(ledger, isWriter, async (place, { key }, membership) => {
          const endorser = hexToBytes(key);
          if (!(await hub.isSignedBy(endorser, signature, endorsementToSignedBytes(ledger, frame)))) return { ok: false, code: 'signature_wrong' };
          return store.endorse(place, document, frame, tenureNow(membership, key)?.member ?? '', { key: endorser, signature }, now());
        });
        return answerWith(endorsed, (isThere) => (isThere ? { type: 'endorsed', id } : 'cursor_unknown'));
      }
      case 'blobState':
        return answerWith(within(ledger, mayRead, (place) => store.blobState(place, request.blob)), (state) =>
          ({ type: 'blob', id, chunks: state?.chunks ?? null, there: state?.there ?? [] }));
      case 'blobPut': {
        const { blob, chunk, chunks, bytes } = request;
        const put = within(ledger, isWriter, (place) => store.putChunk(place, blob, chunk, chunks, bytes, now()));
        return answerWith(put, (isKept) => (isKept ? { type: 'kept', id } : 'message_malformed'));
      }
      case 'blobGet':
        return answerWith(within(ledger, mayRead, (place) => store.chunk(place, request.blob, request.chunk)), (bytes) =>
          (bytes ? { type: 'blobChunk', id, bytes } : 'blob_unknown'));
      case 'blobDrop':
        return answerWith(within(ledger, isWriter, (place) => store.dropBlob(place, request.blob)), () => ({ type: 'kept', id }));
      case 'signal': return signal(request);
      case 'callToken': {
        const granted = within(ledger, isMember, async (_place, { key }) => (hub.calls ? { ok: true, value: hub.calls.grant(ledger, request.call, key) } : { ok: false, code: 'call_unavailable' }));
        return answerWith(granted, (grant) => ({ type: 'callGranted', id, ...grant }));
      }
    }
  }

  return {
    answer,
    isTrusted: () => opened.size > 0,
    earnedBytes: () => earned,
    end() {
      isEnded = true;
      for (const ledger of opened.keys()) hub.leave(listener, ledger);
    },
  };
}
