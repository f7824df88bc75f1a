import { z } from 'zod';
import { entryBodySchema } from './entry.ts';
import { idSchema, type Id, type RevisionId } from './ids.ts';
import { currencySchema } from './money.ts';
import { nameSchema } from './text.ts';

export const TEMPLATES = ['couple', 'roommates', 'family', 'trip', 'club', 'plain'] as const;
export const templateSchema = z.enum(TEMPLATES);
export type Template = z.infer<typeof templateSchema>;

/** The ledger itself: one thing per group document. */
export const ledgerBodySchema = z.strictObject({
  name: nameSchema,
  template: templateSchema,
  /** Proposed for new entries. */
  currency: currencySchema,
  /** Whether debts are shown simplified at first. */
  simplify: z.boolean(),
});
export type LedgerBody = z.infer<typeof ledgerBodySchema>;

/** Somebody in a ledger, with or without a device. */
export const personBodySchema = z.strictObject({ name: nameSchema, state: z.enum(['active', 'archived']) });
export type PersonBody = z.infer<typeof personBodySchema>;

/** A device that takes part, and whose hands it is in. The thing's id is the device id. */
export const deviceBodySchema = z.strictObject({
  name: nameSchema,
  person: idSchema,
  /** Ed25519 public key, 64 hexadecimal digits. */
  publicKey: z.string().regex(/^[0-9a-f]{64}$/),
});
export type DeviceBody = z.infer<typeof deviceBodySchema>;

const head = {
  id: idSchema,
  /** The thing this is a revision of. */
  of: idSchema,
  /** The revisions this one was made from and replaces; empty for the first. Order is causality, never the clock. */
  prev: z.array(idSchema).max(64),
  /** Milliseconds since 1970 by the author's clock: shown, never used to decide. At most the last time that is a date (ECMA-262, 21.4.1.1). */
  at: z.number().int().min(0).max(8.64e15),
  /** The author: a person of this ledger, and the device. */
  by: idSchema,
  device: idSchema,
};

/** One revision of one thing: the only kind of record in a document, under its id as key, written once and never changed. */
export const revisionSchema = z.discriminatedUnion('type', [
  z.strictObject({ ...head, type: z.literal('ledger'), body: ledgerBodySchema }),
  z.strictObject({ ...head, type: z.literal('person'), body: personBodySchema }),
  z.strictObject({ ...head, type: z.literal('device'), body: deviceBodySchema }),
  z.strictObject({ ...head, type: z.literal('entry'), body: entryBodySchema }),
]);
export type Revision = z.infer<typeof revisionSchema>;
export type RevisionOf<T extends Revision['type']> = Extract<Revision, { type: T }>;

/** The revisions of one thing that no other one replaces; more than one is a conflict. */
export function currentRevisions<R extends { id: RevisionId; prev: readonly RevisionId[] }>(revisions: readonly R[]): R[] {
  const replaced = new Set(revisions.flatMap((revision) => revision.prev));
  return revisions.filter((revision) => !replaced.has(revision.id));
}

/**
 * Which of two revisions under one id counts. Honest devices make two only where an id derives from an import's source;
 * any fixed rule serves, as long as it is the same on every device whatever came first.
 */
export function preferRevision<R extends Revision>(a: R, b: R): R {
  return JSON.stringify(a) <= JSON.stringify(b) ? a : b;
}

/**
 * How many revisions this one descends from, of those at hand. Not the longest line: forged revisions can name each
 * other in a ring, where the longest line depends on where one begins.
 */
function countAncestors(revision: Revision, byId: ReadonlyMap<Id, Revision>): number {
  const ancestors = new Set<Id>();
  const open = [revision];
  for (let next = open.pop(); next; next = open.pop()) {
    for (const id of next.prev) {
      const before = byId.get(id);
      if (!before || ancestors.has(id)) continue;
      ancestors.add(id);
      open.push(before);
    }
  }
  return ancestors.size;
}

const isVoid = (revision: Revision): boolean => revision.type === 'entry' && revision.body.state === 'void';

/**
 * The revision shown for a thing, and those that stand beside it in conflict. The rule is the same on every device
 * and never asks a clock: an edit before a void (money does not vanish unseen), then the one that descends from more
 * revisions, then the greater id.
 */
export function resolveRevisions<R extends Revision>(revisions: readonly R[]): { chosen: R; beside: R[] } | undefined {
  const byId = new Map<Id, Revision>(revisions.map((revision) => [revision.id, revision]));
  const unreplaced = currentRevisions(revisions);
  // Only forged revisions can replace each other in a ring; then all of them stand in conflict rather than none.
  const [chosen, ...beside] = (unreplaced.length > 0 ? unreplaced : revisions)
    .map((revision) => ({ revision, void: Number(isVoid(revision)), ancestors: countAncestors(revision, byId) }))
    .toSorted((a, b) => a.void - b.void || b.ancestors - a.ancestors || (a.revision.id < b.revision.id ? 1 : -1))
    .map(({ revision }) => revision);
  return chosen && { chosen, beside };
}
