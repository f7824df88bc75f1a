import type { Revision } from '#domain/revision.ts';

/** A revision with this device's own short numbers of it and of the change it came in. */
export interface StoredRevision<R extends Revision = Revision> {
  readonly key: number;
  readonly change: number;
  readonly revision: R;
}

/**
 * The part of the read model that shows things of one type. What a thing comes to depends on the set of its revisions
 * alone, never on the order they came in. Everything runs in the caller's transaction.
 */
export interface ThingProjection {
  /** Shows a thing as these revisions say, all there are of it; nothing where there are none any more. */
  project(ledger: number, thing: string, revisions: readonly StoredRevision[]): void;
  /** Takes a thing out before a revision it rests on goes; `project` puts back what is left. */
  withdraw?(ledger: number, thing: string): void;
  /** What is done once for all that a transaction touched, before it commits. */
  finish?(): void;
  /** After a transaction that was rolled back. */
  forget?(): void;
  /** Drops all of it; every thing is projected anew afterwards. */
  clear(): void;
}
