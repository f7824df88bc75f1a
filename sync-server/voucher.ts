import { bytesToHex } from '#sync/protocol/bytes.ts';
import { mayWrite, type Membership } from '#sync/protocol/membership.ts';
import { endorsementToSignedBytes } from '#sync/protocol/messages.ts';
import type { Hub } from './hub.ts';
import type { Endorsement } from './store.ts';

/**
 * The first word for a snapshot that is another member's than its author's, who might write at some time: readers hold it
 * to the same (src/sync/endorsement.ts). Null where there is none.
 */
export async function findVoucher(
  membership: Membership, { author, frame }: { author: string; frame: string }, endorsements: readonly Endorsement[], isSignedBy: Hub['isSignedBy'],
): Promise<Endorsement | null> {
  const memberOf = (key: string): string | undefined => membership.tenures.get(key)?.findLast(({ role }) => mayWrite(role))?.member;
  const signed = endorsementToSignedBytes(membership.ledger, frame);
  for (const endorsement of endorsements) {
    const member = memberOf(bytesToHex(endorsement.key));
    if (member !== undefined && member !== memberOf(author) && (await isSignedBy(endorsement.key, endorsement.signature, signed))) return endorsement;
  }
  return null;
}
