import type { LedgerId } from '#domain/ids.ts';
import { success, type Result } from '#domain/result.ts';
import { extendAccess, type AccessDeps, type LedgerAccess } from '#sync/access.ts';
import { judgeHanded } from '#sync/judge.ts';
import { hashId } from '#sync/keys.ts';
import { parseFrame } from '#sync/protocol/frames.ts';
import type { Repo } from '#sync/repo.ts';
import { commitAccess } from '#sync/review.ts';
import type { Store, StoreErrorCode } from '#sync/store.ts';
import type { DamagedStore } from './db/damaged.ts';

interface Dependencies {
  damaged: DamagedStore;
  store: Store;
  repo: Repo;
  /** The ledgers that this device is in; nothing of others is read. */
  ledgers: readonly LedgerId[];
  /** How this device opens a ledger. */
  openWith(ledger: LedgerId): Promise<AccessDeps>;
}

export interface Salvaged {
  records: number;
  frames: number;
  changes: number;
}

/** What is known of a ledger, and how it is opened. */
interface Known {
  readonly deps: AccessDeps;
  /** Null where not even the first record is here. */
  readonly access: LedgerAccess | null;
}

/** As many records of a line as hold, one after the other. */
async function readLine(deps: AccessDeps, line: readonly Uint8Array[]): Promise<LedgerAccess | null> {
  let access: LedgerAccess | null = null;
  for (const bytes of line) {
    const extended: Awaited<ReturnType<typeof extendAccess>> = await extendAccess(access, deps, [bytes]);
    if (!extended.ok) break;
    access = extended.value;
  }
  return access;
}

/** The records of each ledger from the first on, up to the first that is missing. */
function readLines(damaged: DamagedStore): Map<LedgerId, Uint8Array[]> {
  const numbered = new Map<LedgerId, Map<number, Uint8Array>>();
  for (const { ledger, number, bytes } of damaged.records()) numbered.set(ledger, (numbered.get(ledger) ?? new Map()).set(number, new Uint8Array(bytes)));
  return new Map([...numbered].map(([ledger, records]) => {
    const line: Uint8Array[] = [];
    for (let bytes = records.get(0); bytes !== undefined; bytes = records.get(line.length)) line.push(bytes);
    return [ledger, line];
  }));
}

/**
 * Writes what can be read of a damaged store into a new one. Nothing is believed because it lay on the disk: records and
 * frames are judged as if the relay had just sent them, and changes pass the checks for changes from outside, which include
 * Automerge's own checksum. What is missing afterwards comes back from the relay, as do frames that were held. Whoever
 * keeps memberships in memory has to read them again.
 */
export async function salvageStore({ damaged, store, repo, ledgers, openWith }: Dependencies): Promise<Result<Salvaged, StoreErrorCode>> {
  const salvaged: Salvaged = { records: 0, frames: 0, changes: 0 };
  const lines = readLines(damaged);
  const known = new Map<LedgerId, Known>();
  for (const ledger of ledgers) {
    const deps = await openWith(ledger);
    const there = await store.records(ledger);
    if (!there.ok) return there;
    const found = lines.get(ledger) ?? [];
    const access = await readLine(deps, found.length > there.value.length ? found : there.value);
    const isNew = access !== null && access.records.length > there.value.length;
    // Also without a record: what was written here is this device's, whatever else is known.
    const committed = isNew
      ? await commitAccess({ access, store, repo }, 0)
      : await store.commitRecords(ledger, deps.device.deviceId, there.value.length, [], { refused: [], admitted: [] });
    if (!committed.ok) return committed;
    if (isNew) salvaged.records += access.records.length;
    known.set(ledger, { deps, access });
  }

  for (const { id, bytes, endorsements } of damaged.frames()) {
    const parsed = parseFrame(bytes);
    const access = parsed.ok ? known.get(parsed.value.header.ledger)?.access : undefined;
    if (!parsed.ok || !access || (await hashId(bytes)) !== id) continue;
    // Without a number: whether the relay's log holds it will show.
    const frame = { document: parsed.value.header.document, bytes: new Uint8Array(bytes), endorsements };
    const judged = await judgeHanded({ access: () => access, store, repo }, frame, new Set());
    if (!judged.ok) return judged;
    // A frame may only look bad because a record is missing that says why it is not: that will come with the frame again.
    if (!judged.value || judged.value.verdict.state === 'quarantined') continue;
    const stored = await store.commitReceived(access.ledger, [judged.value], null);
    if (!stored.ok) return stored;
    salvaged.frames += 1;
  }

  for (const { ledger, document, bytes } of damaged.changes()) {
    const deps = known.get(ledger)?.deps;
    const admitted = await repo.readChange(document, new Uint8Array(bytes), null);
    // Only this device's own changes can be sealed here; those of others come with frames.
    if (!deps || !admitted.ok || !admitted.value.actor.startsWith(deps.device.deviceId)) continue;
    const stored = await store.commitLocal(ledger, [admitted.value]);
    if (!stored.ok) return stored;
    salvaged.changes += 1;
  }

  // What came in may have been written by somebody who lost the right to.
  for (const { access } of known.values()) {
    const reviewed = access && (await commitAccess({ access, store, repo }, access.records.length));
    if (reviewed && !reviewed.ok) return reviewed;
  }
  return success(salvaged);
}
