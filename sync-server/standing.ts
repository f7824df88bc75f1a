/** What somebody with a key may do in a ledger, by its membership. */
import type { FrameHeader } from '#sync/protocol/frames.ts';
import { epochAt, mayWrite, roleNow, tenureAt, type Membership } from '#sync/protocol/membership.ts';
import type { Role } from '#sync/protocol/membership-record.ts';
import type { Refusal } from '#sync/protocol/messages.ts';

export interface Standing {
  /** Null: holds an invite, and is no member yet. */
  readonly role: Role | null;
  /** Until when, in milliseconds since 1970. */
  readonly until: number;
}

/** `removed` for who was a member once, `not_member` for a stranger and for who holds an invite that is no good any more. */
export function standingOf(membership: Membership, key: string, now: number): Standing | 'removed' | 'not_member' {
  const role = roleNow(membership, key);
  if (role) return { role, until: Infinity };
  const invite = membership.invites.get(key);
  if (invite && now < invite.expires) return { role: null, until: invite.expires };
  return membership.tenures.has(key) ? 'removed' : 'not_member';
}

/**
 * A frame by the membership: `ok`; or why it can't be in this ledger; or, for the author's own (`isOwn`), why it comes too
 * late: it would have been right before. Frames of others are brought back to a relay that lost its log, and are as old as they are.
 */
export function judgeHeader(membership: Membership, header: FrameHeader, author: string, isOwn: boolean): { verdict: 'ok' } | { verdict: 'never' | 'late'; reason: Refusal } {
  const hash = membership.hashes[header.record];
  if (!hash?.startsWith(header.recordHash)) return { verdict: 'never', reason: 'record_unknown' };
  if (!mayWrite(tenureAt(membership, author, header.record)?.role ?? null)) return { verdict: 'never', reason: 'role_forbids' };
  const then = epochAt(membership, header.record);
  if (then?.number !== header.epoch || then.keyId !== header.keyId) return { verdict: 'never', reason: 'frame_malformed' };
  if (!isOwn) return { verdict: 'ok' };
  if (!mayWrite(roleNow(membership, author))) return { verdict: 'late', reason: 'role_forbids' };
  if (membership.isRotationOwed) return { verdict: 'late', reason: 'epoch_owed' };
  if (membership.epochs.at(-1)?.number !== header.epoch) return { verdict: 'late', reason: 'epoch_stale' };
  return { verdict: 'ok' };
}

/**
 * Whether a member's snapshot needs no other's word: nobody else could write after the record that it names, which is
 * what readers go by; nor can now, when it gets here.
 */
export function isSoleWriter(membership: Membership, member: string, record: number): boolean {
  const isAlone = (at: number): boolean => [...membership.tenures.keys()].every((key) => {
    const tenure = tenureAt(membership, key, at);
    return !tenure || !mayWrite(tenure.role) || tenure.member === member;
  });
  return mayWrite(membership.members.get(member)?.role ?? null) && isAlone(record) && isAlone(membership.number);
}
