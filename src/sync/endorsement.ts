/** Devices' word for a snapshot: nothing is missing from it, and nothing in it is forged. */
import type { LedgerAccess } from './access.ts';
import { isSignedBy } from './keys.ts';
import { bytesToHex } from './protocol/bytes.ts';
import { endorsementToSignedBytes } from './protocol/messages.ts';
import { mayWrite, tenureAt } from './protocol/membership.ts';
import type { Endorsement } from './store.ts';

export type { Endorsement } from './store.ts';

/**
 * Whether a snapshot by `author` may stand for what it covers: two members vouch for it, or it was made after a record
 * (number `record`) when its author alone could write. Nobody who came later could tell a forged one.
 */
export async function isVouchedFor(
  { ledger, membership }: LedgerAccess, { author, record }: { author: string; record: number }, frame: string, endorsements: readonly Endorsement[],
): Promise<boolean> {
  const thoseThen = [...membership.tenures.keys()].map((key) => tenureAt(membership, key, record));
  const writers = new Set(thoseThen.flatMap((tenure) => (tenure && mayWrite(tenure.role) ? [tenure.member] : [])));
  const memberOf = (key: string): string | undefined => membership.tenures.get(key)?.findLast(({ role }) => mayWrite(role))?.member;
  const vouching = new Set([memberOf(author)]);
  for (const { key, signature } of endorsements) {
    const member = memberOf(bytesToHex(key));
    if (member !== undefined && (await isSignedBy(key, signature, endorsementToSignedBytes(ledger, frame)))) vouching.add(member);
  }
  return vouching.size >= 2 || (writers.size === 1 && [...writers].every((member) => vouching.has(member)));
}
