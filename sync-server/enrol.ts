import { MAXIMUM_RECORDS_AT_ONCE } from '#sync/protocol/limits.ts';
import { extendMembership, mayManage, roleNow, type Membership } from '#sync/protocol/membership.ts';
import { foundingBytes, parseRecord, type MembershipRecord } from '#sync/protocol/membership-record.ts';
import { hexToBytes } from '#sync/protocol/bytes.ts';
import type { Refusal } from '#sync/protocol/messages.ts';
import type { Hub } from './hub.ts';
import type { Memberships } from './memberships.ts';
import { RECORD_RESERVE, type Settled } from './store.ts';
import { hashHex, hashId } from './verify.ts';

interface Candidate {
  readonly record: MembershipRecord;
  readonly bytes: Uint8Array;
  readonly hash: string;
}

export interface EnrolDeps extends Pick<Hub, 'store' | 'now' | 'isSignedBy' | 'limits'> {
  readonly memberships: Memberships;
  onEnrolled(ledger: string): void;
}

const TRIES = 5;

/** Who may put others out: for that there is room left that nobody else may use up. */
const isManager = (membership: Membership | null, { author }: MembershipRecord): boolean => membership === null || mayManage(roleNow(membership, author));

function isFounding({ ledger, author, change }: MembershipRecord): boolean {
  return change.type === 'found' && hashId(foundingBytes(author, change.salt)) === ledger;
}

/** Those of the records that are not in the line yet; `record_stale` where others are in their place. */
function skipKnown(membership: Membership | null, candidates: readonly Candidate[]): Settled<readonly Candidate[], 'record_stale'> {
  const isKnown = ({ record }: Candidate): boolean => membership !== null && record.number <= membership.number;
  const isSame = candidates.filter(isKnown).every(({ record, hash }) => membership?.hashes[record.number] === hash);
  return isSame ? { ok: true, value: candidates.filter((candidate) => !isKnown(candidate)) } : { ok: false, code: 'record_stale' };
}

/** Adds records to ledgers' lines: they speak for themselves, so that it does not matter who brings them. */
export function createEnrolment({ store, memberships, isSignedBy, now, limits, onEnrolled }: EnrolDeps): Hub['enrol'] {
  const reservedRecords = Math.floor(limits.recordsPerLedger * RECORD_RESERVE);

  /** Whether a record holds to what the line alone can't say. */
  function judge(before: Membership | null, { record }: Candidate, isRefill: boolean): Refusal | null {
    if (!before) return isFounding(record) ? null : 'record_forbidden';
    if (record.number >= limits.recordsPerLedger - (isManager(before, record) ? 0 : reservedRecords)) return 'quota';
    const invite = record.change.type === 'join' ? before.invites.get(record.author) : undefined;
    // When a record was made nobody can tell, only when it gets here; what once was in time is brought back by members.
    return invite && !isRefill && invite.expires <= now() ? 'record_forbidden' : null;
  }

  function extend(membership: Membership | null, fresh: readonly Candidate[], isRefill: boolean): Settled<Membership | null, Refusal> {
    let after = membership;
    for (const candidate of fresh) {
      const reason = judge(after, candidate, isRefill);
      if (reason) return { ok: false, code: reason };
      const extended = extendMembership(after, candidate.record, candidate.hash);
      if (!extended.ok) return extended;
      after = extended.value;
    }
    return { ok: true, value: after };
  }

  return async (ledger, records, isRefill, by) => {
    const candidates: Candidate[] = [];
    for (const bytes of records.slice(0, MAXIMUM_RECORDS_AT_ONCE)) {
      const parsed = parseRecord(bytes);
      if (!parsed.ok) return parsed;
      if (parsed.value.ledger !== ledger) return { ok: false, code: 'record_forbidden' };
      candidates.push({ record: parsed.value, bytes, hash: hashHex(bytes) });
    }
    let there = await memberships.get(ledger);
    const signed = new Set<Candidate>();
    for (let tries = 0; tries < TRIES; tries += 1) {
      if (!there.ok) return there;
      const membership = there.value;
      const fresh = skipKnown(membership, candidates);
      if (!fresh.ok) return fresh;
      const unchecked = fresh.value.filter((candidate) => !signed.has(candidate));
      const checks = await Promise.all(unchecked.map(({ record }) => isSignedBy(hexToBytes(record.author), record.signature, record.signedBytes)));
      if (checks.includes(false)) return { ok: false, code: 'signature_wrong' };
      for (const candidate of unchecked) signed.add(candidate);
      const after = extend(membership, fresh.value, isRefill || membership === null);
      if (!after.ok) return after;
      if (!after.value) return { ok: false, code: 'ledger_unknown' };
      if (fresh.value.length === 0) return { ok: true, value: { membership: after.value, isNew: false } };
      const freshBytes = fresh.value.map(({ bytes }) => bytes);
      const isManaged = fresh.value.every(({ record }) => isManager(membership, record));
      const appended = await store.appendRecords({ ledger, records: membership ? membership.number + 1 : 0 }, freshBytes, isManaged);
      if (appended.ok) {
        memberships.grow({ membership: after.value, records: freshBytes, by });
        onEnrolled(ledger);
        return { ok: true, value: { membership: after.value, isNew: membership === null } };
      }
      if (appended.code !== 'stale') return { ok: false, code: appended.code };
      there = await memberships.refresh(ledger);
    }
    return { ok: false, code: 'relay_failed' };
  };
}
