import type { LedgerId } from '#domain/ids.ts';
import { success, type Result } from '#domain/result.ts';
import { judgeFrame } from '#sync/judge.ts';
import { hashId, type DeviceKey, type LedgerKeys } from '#sync/keys.ts';
import { parseFrame } from '#sync/protocol/frames.ts';
import type { Repo } from '#sync/repo.ts';
import type { Store, StoreErrorCode } from '#sync/store.ts';
import type { DamagedStore } from './db/damaged.ts';

interface Dependencies {
  damaged: DamagedStore;
  store: Store;
  repo: Repo;
  device: DeviceKey;
  ledgerKeys(ledger: LedgerId): Promise<LedgerKeys | undefined>;
}

/**
 * Writes what can be read of a damaged store into a new one. Nothing is believed because it lay on the disk: frames are
 * judged as if the relay had just sent them, and changes pass the checks for changes from outside, which include
 * Automerge's own checksum. What is missing afterwards comes back from the relay, as do frames that were held.
 */
export async function salvageStore({ damaged, store, repo, device, ledgerKeys }: Dependencies): Promise<Result<{ frames: number; changes: number }, StoreErrorCode>> {
  let frames = 0;
  for (const { id, bytes } of damaged.frames()) {
    const parsed = parseFrame(bytes);
    const keys = parsed.ok ? await ledgerKeys(parsed.value.header.ledger) : undefined;
    if (!parsed.ok || !keys || (await hashId(bytes)) !== id) continue;
    // Without a number: whether the relay's log holds it will show.
    const judged = await judgeFrame({ keys, store, repo }, { document: parsed.value.header.document, seq: null, bytes: new Uint8Array(bytes) }, new Set());
    if (!judged.ok) return judged;
    const stored = await store.commitReceived(keys.ledger, [judged.value], null);
    if (!stored.ok) return stored;
    frames += 1;
  }

  let changes = 0;
  for (const { ledger, document, bytes } of damaged.changes()) {
    const admitted = await repo.readChange(document, new Uint8Array(bytes));
    // Only this device's own changes can be sealed here; those of others come with frames.
    if (!admitted.ok || !admitted.value.actor.startsWith(device.deviceId) || !(await ledgerKeys(ledger))) continue;
    const stored = await store.commitLocal(ledger, [admitted.value]);
    if (!stored.ok) return stored;
    changes += 1;
  }
  return success({ frames, changes });
}
