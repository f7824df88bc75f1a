/** What a run of chaos is made of, and what it has to remember. */
import type { RevisionId } from '#domain/ids.ts';
import type { Disk } from '#tests/sync/disk.ts';
import type { Device, Tampering, World } from '#tests/sync/world.ts';

/** Somebody lost the right to write, and what of theirs was known to the one who took it. */
export interface Loss {
  /** The records up to that one, by the hash of the last. */
  readonly hash: string;
  readonly seen: ReadonlySet<RevisionId>;
}

export interface Chaos {
  readonly world: World;
  readonly tampering: Tampering;
  /** Revisions that a device acknowledged, by it; by nobody's fault but the disaster's own may never be missing. */
  readonly required: Map<RevisionId, Device>;
  readonly losses: Loss[];
  /** What nobody had the right to write: it may count nowhere. */
  readonly forged: Set<RevisionId>;
  readonly backups: { device: Device; disk: Disk }[];
  readonly oldDisks: Buffer[];
  /** Seeds of invites that somebody may come in on. */
  readonly invites: Uint8Array[];
  /** Devices whose program is not ours. */
  readonly dishonest: Set<Device>;
  /** Whether a relay ever lost something. */
  hasForgotten: boolean;
}
export type Act = (chaos: Chaos, device: Device) => Promise<void> | void;

/** Sooner or later what broke is mended. */
export const later = ({ world: { scheduler } }: Chaos, mend: () => unknown): void => void scheduler.after(scheduler.between(0, 8_000), () => void mend());

/** Begins what takes until the network answers, if it ever does. */
export const begin = ({ world }: Chaos, work: Promise<unknown>): void => void work.catch((error: unknown) => world.bugs.push(error));

export function chooseAct(world: World, acts: readonly (readonly [number, Act])[]): Act {
  let ticket = world.scheduler.random() * acts.reduce((sum, [weight]) => sum + weight, 0);
  const chosen = acts.find(([weight]) => (ticket -= weight) < 0) ?? acts[0];
  if (!chosen) throw new RangeError('nothing to do');
  return chosen[1];
}
