import type { ErrorCode } from '#contract/errors.ts';
import type { LedgerId } from '#domain/ids.ts';
import { success, type Result } from '#domain/result.ts';
import type { Store } from '#sync/store.ts';
import type { Keyring } from '#main/keyring.ts';
import type { Self } from '#main/self.ts';
import type { Link } from './link.ts';

/** Keeps the records of a ledger that this device has just come into, and begins to follow it. */
export async function followLedger(
  { keyring, self, store, link }: { keyring: Keyring; self: Self; store: Pick<Store, 'commitRecords'>; link: Pick<Link, 'followAnew' | 'access' | 'kick'> },
  ledger: LedgerId, records: readonly Uint8Array[],
): Promise<Result<void, ErrorCode>> {
  keyring.addLedger(ledger);
  // What is followed already gets its records from the relay.
  if (link.access(ledger)) {
    link.kick(ledger);
    return success(undefined);
  }
  const { deviceId } = await self.pseudonym(ledger);
  const stored = await store.commitRecords(ledger, deviceId, 0, records, { refused: [], admitted: [] });
  if (!stored.ok) return stored;
  await link.followAnew(ledger);
  return success(undefined);
}

/** From now on this device is somebody else in a ledger that it was taken out of. Nothing is sent or read there meanwhile. */
export async function becomeAnother({ keyring, link }: { keyring: Keyring; link: Pick<Link, 'follow'> }, ledger: LedgerId): Promise<void> {
  keyring.removeLedger(ledger);
  await link.follow();
  keyring.update((keys) => ({ ...keys, rounds: { ...keys.rounds, [ledger]: (keys.rounds[ledger] ?? 0) + 1 } }));
}
