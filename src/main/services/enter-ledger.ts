import type { ErrorCode } from '#contract/errors.ts';
import type { LedgerId } from '#domain/ids.ts';
import { success, type Result } from '#domain/result.ts';
import { extendAccess } from '#sync/access.ts';
import { followLine } from '#sync/follow.ts';
import { isSameBytes } from '#sync/protocol/bytes.ts';
import type { Repo } from '#sync/repo.ts';
import type { Store } from '#sync/store.ts';
import type { Keyring } from '#main/keyring.ts';
import type { Self } from '#main/self.ts';
import type { Link } from './link.ts';

/** Keeps the records of a ledger that this device has just come into, and begins to follow it. */
export async function followLedger(
  { keyring, self, store, repo, link }: { keyring: Keyring; self: Self; store: Store; repo: Repo; link: Pick<Link, 'followAnew' | 'access' | 'kick'> },
  ledger: LedgerId, records: readonly Uint8Array[],
): Promise<Result<void, ErrorCode>> {
  keyring.addLedger(ledger);
  // What is followed already gets its records from the relay.
  if (link.access(ledger)) {
    link.kick(ledger);
    return success(undefined);
  }
  const known = await store.records(ledger);
  if (!known.ok) return known;
  // It was put away here because of another line of records: what was written under that is to be sealed anew.
  const from = known.value.findIndex((bytes, number) => records[number] !== undefined && !isSameBytes(bytes, records[number]));
  const deps = await self.access(ledger);
  const access = from < 0 ? undefined : await extendAccess(null, deps, records);
  const stored = access?.ok
    ? await followLine({ access: access.value, from, store, repo })
    : await store.commitRecords(ledger, deps.device.deviceId, 0, records, { refused: [], admitted: [] });
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
