import type { ErrorCode } from '#contract/errors.ts';
import type { LedgerId, PersonId } from '#domain/ids.ts';
import { success, type Result } from '#domain/result.ts';
import type { Store } from '#sync/store.ts';
import type { Keyring } from '#main/keyring.ts';
import type { Self } from '#main/self.ts';
import type { Link } from './link.ts';

/** Keeps the records of a ledger that this device has just come into, and begins to follow it. */
export async function followLedger(
  { keyring, self, store, link }: { keyring: Keyring; self: Self; store: Pick<Store, 'commitRecords'>; link: Pick<Link, 'follow'> },
  ledger: LedgerId, records: readonly Uint8Array[],
): Promise<Result<void, ErrorCode>> {
  keyring.addLedger(ledger);
  const { deviceId } = await self.device.pseudonym(ledger);
  const stored = await store.commitRecords(ledger, deviceId, 0, records, { refused: [], admitted: [] });
  if (!stored.ok) return stored;
  await link.follow();
  return success(undefined);
}

/** Which person of the book comes in, and whether they are new to it. Null: nobody, only somebody who looks on. */
export type Newcomer = { person: PersonId; name: string | null } | null;
