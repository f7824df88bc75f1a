/** Keeps a ledger's line of membership records in step with the relay. */
import type { DocumentId, LedgerId } from '#domain/ids.ts';
import { failure, success, type Result } from '#domain/result.ts';
import { extendAccess, type AccessDeps, type LedgerAccess } from './access.ts';
import type { AnswerTo, Conversation } from './conversation.ts';
import { findFork, followLine } from './follow.ts';
import { MAXIMUM_RECORDS_AT_ONCE, PAGE_BYTES } from './protocol/limits.ts';
import type { Refusal } from './protocol/messages.ts';
import type { Repo } from './repo.ts';
import { commitAccess, reviewDocuments } from './review.ts';
import type { Store, StoreErrorCode } from './store.ts';
import { createTurns, type Turns } from './turns.ts';

/**
 * `membership_forked`: the relay shows another line than the one that was seen before. Nothing is believed over what is
 * known; whether to follow is for people to decide.
 */
export type LineTrouble = StoreErrorCode | Refusal | 'ended' | 'relay_nonsense' | 'membership_forked';

/** What is known of a ledger, kept from one conversation to the next; null until the first record is here. */
export interface AccessHolder {
  readonly deps: AccessDeps;
  get(): LedgerAccess | null;
  set(access: LedgerAccess): void;
  /** For steps that end with `set` or with a seal, whoever takes them: none of them waits for the network. */
  readonly inTurn: Turns;
}

export interface Line {
  /** Brings the relay and this device to the same record. */
  adopt(opened: Pick<AnswerTo<'open'>, 'record' | 'recordHash'>): Promise<Result<void, LineTrouble>>;
  /** Takes over what the relay has beyond what is known. */
  fetch(): Promise<Result<void, LineTrouble>>;
  onLive(record: number, bytes: Uint8Array): Promise<Result<void, LineTrouble>>;
  /** Brings the relay all records, where it does not know the ledger or knows less of it. */
  bring(): Promise<Result<void, LineTrouble>>;
  /** Appends a record: made anew where somebody else's came first. On disk, here and there, when it resolves with `ok`. */
  append<Code extends string>(make: (access: LedgerAccess) => Promise<Result<Uint8Array, Code>>): Promise<Result<void, LineTrouble | Code>>;
  /** What the relay's records come to, from the first on, whatever is known. Takes nothing over. */
  readOther(): Promise<Result<LedgerAccess, LineTrouble>>;
  /** Takes over the relay's records in place of the known ones, as long as record `hash` is one of them. */
  follow(hash: string): Promise<Result<void, LineTrouble>>;
  /** Sees to it that in these documents, or in all, exactly those changes count that should. */
  review(documents?: readonly DocumentId[]): Promise<Result<void, StoreErrorCode>>;
  /** Settles when nothing is under way. */
  idle(): Promise<void>;
}

interface LineDeps {
  readonly ledger: LedgerId;
  readonly holder: AccessHolder;
  readonly store: Pick<Store, 'documents' | 'changes' | 'lineage' | 'refusedChanges' | 'commitRecords' | 'commitOtherLine'>;
  readonly repo: Pick<Repo, 'readChange' | 'rebuild'>;
  readonly conversation: Pick<Conversation, 'request'>;
}

/** So often somebody else may come first. */
const MAXIMUM_ATTEMPTS = 8;

export function createLine({ ledger, holder, store, repo, conversation }: LineDeps): Line {
  /** Records come from several sides; they are fetched and made one after the other. */
  const inTurn = createTurns();
  const countKnown = (): number => holder.get()?.records.length ?? 0;

  const take = (from: number, records: readonly Uint8Array[]): Promise<Result<void, LineTrouble>> =>
    holder.inTurn(async () => {
      const known = countKnown();
      const fresh = records.slice(Math.max(0, known - from));
      if (fresh.length === 0) return success(undefined);
      const extended = await extendAccess(holder.get(), holder.deps, fresh);
      if (!extended.ok) return failure(extended.code === 'record_stale' ? 'membership_forked' : 'relay_nonsense');
      const stored = await commitAccess({ access: extended.value, store, repo }, known);
      if (stored.ok) holder.set(extended.value);
      return stored;
    });

  async function fetchAll(): Promise<Result<void, LineTrouble>> {
    for (;;) {
      const from = countKnown();
      const page = await conversation.request({ type: 'records', ledger, from });
      if (!page.ok) return page;
      const taken = await take(from, page.value.records);
      if (!taken.ok) return taken;
      if (countKnown() > page.value.record) return success(undefined);
      if (page.value.records.length === 0) return failure('relay_nonsense');
    }
  }

  async function readOther(): Promise<Result<LedgerAccess, LineTrouble>> {
    const records: Uint8Array[] = [];
    for (;;) {
      const page = await conversation.request({ type: 'records', ledger, from: records.length });
      if (!page.ok) return page;
      records.push(...page.value.records);
      if (page.value.records.length === 0 || records.length > page.value.record) break;
    }
    const access = await extendAccess(null, holder.deps, records);
    return access.ok ? access : failure('relay_nonsense');
  }

  async function follow(hash: string): Promise<Result<void, LineTrouble>> {
    const other = await readOther();
    if (!other.ok) return other;
    if (!other.value.membership.hashes.includes(hash)) return failure('membership_forked');
    return holder.inTurn(async () => {
      const known = holder.get();
      const from = known ? findFork(known, other.value) : 0;
      // It is the known one, or goes on from it, by now: that is no other line.
      if (known && from === known.records.length) return success(undefined);
      const followed = await followLine({ access: other.value, from, store, repo });
      if (followed.ok) holder.set(other.value);
      return followed;
    });
  }

  /** The relay passes over those that it has. */
  async function enrol(records: readonly Uint8Array[]): Promise<Result<void, LineTrouble>> {
    for (let from = 0; from < records.length; ) {
      let to = from + 1;
      for (let bytes = records[from]?.length ?? 0; to < records.length && to - from < MAXIMUM_RECORDS_AT_ONCE; to += 1) {
        bytes += records[to]?.length ?? 0;
        if (bytes > PAGE_BYTES) break;
      }
      const enrolled = await conversation.request({ type: 'enrol', ledger, records: records.slice(from, to) });
      if (!enrolled.ok) return enrolled;
      from = to;
    }
    return success(undefined);
  }

  /** What we have the relay must have had, or nobody had it but us: where it shows something else, it is another line. */
  const orForked = (outcome: Result<void, LineTrouble>): Result<void, LineTrouble> => (!outcome.ok && outcome.code === 'record_stale' ? failure('membership_forked') : outcome);

  async function adopt({ record, recordHash }: Pick<AnswerTo<'open'>, 'record' | 'recordHash'>): Promise<Result<void, LineTrouble>> {
    const access = holder.get();
    if (!access) return fetchAll();
    const { number, hash, hashes } = access.membership;
    if (record > number) return fetchAll();
    if (hashes[record] !== recordHash) return failure('membership_forked');
    return record === number && hash === recordHash ? success(undefined) : orForked(await enrol(access.records.slice(record + 1)));
  }

  async function appendOne<Code extends string>(make: (access: LedgerAccess) => Promise<Result<Uint8Array, Code>>): Promise<Result<void, LineTrouble | Code>> {
    for (let attempt = 0; attempt < MAXIMUM_ATTEMPTS; attempt += 1) {
      const access = holder.get();
      if (!access) return failure('ledger_unknown');
      const record = await make(access);
      if (!record.ok) return record;
      const enrolled = await enrol([record.value]);
      if (enrolled.ok) return take(access.records.length, [record.value]);
      if (enrolled.code !== 'record_stale') return enrolled;
      const fetched = await fetchAll();
      if (!fetched.ok) return fetched;
    }
    return failure('record_stale');
  }

  return {
    adopt: (opened) => inTurn(() => adopt(opened)),
    fetch: () => inTurn(fetchAll),
    onLive: (record, bytes) => inTurn(() => (record === countKnown() ? take(record, [bytes]) : record > countKnown() ? fetchAll() : Promise.resolve(success(undefined)))),
    bring: () => inTurn(async () => orForked(await enrol(holder.get()?.records ?? []))),
    readOther: () => inTurn(readOther),
    follow: (hash) => inTurn(() => follow(hash)),
    append: (make) => inTurn(() => appendOne(make)),
    review: (documents) =>
      holder.inTurn(async () => {
        const access = holder.get();
        return access ? reviewDocuments({ access, store, repo }, documents) : success(undefined);
      }),
    idle: inTurn.idle,
  };
}
