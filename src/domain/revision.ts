import { z } from 'zod';
import { attachmentBodySchema } from './attachment.ts';
import { entryBodySchema } from './entry.ts';
import { idSchema, type Id } from './ids.ts';
import { iouBodySchema, iouToThing } from './iou.ts';
import { currencySchema } from './money.ts';
import { admissionBodySchema, contactBodySchema, placeBodySchema, profileBodySchema, rootToThing } from './personal.ts';
import { cardBodySchema, issuerBodySchema, tabBodySchema, uidToThing } from './shop.ts';
import { messageBodySchema } from './message.ts';
import { nameSchema } from './text.ts';

/** What somebody can begin. */
export const OFFERED_TEMPLATES = ['couple', 'roommates', 'family', 'trip', 'club', 'shop', 'plain'] as const;
export const offeredTemplateSchema = z.enum(OFFERED_TEMPLATES);
export type OfferedTemplate = z.infer<typeof offeredTemplateSchema>;

/** And what the app begins by itself: a customer's tab with a shop, a person's own ledger, for all their devices, and one between two contacts. */
export const TEMPLATES = [...OFFERED_TEMPLATES, 'tab', 'personal', 'direct'] as const;
export const templateSchema = z.enum(TEMPLATES);
export type Template = z.infer<typeof templateSchema>;
/** Whether it is shown as a ledger, and others can be invited into it. */
export const isListedTemplate = (template: Template): boolean => template !== 'personal' && template !== 'direct';

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
  /** The first 16 bytes of SHA-256 over the rest of the revision: see revisionToText. */
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
  z.strictObject({ ...head, type: z.literal('profile'), body: profileBodySchema }),
  z.strictObject({ ...head, type: z.literal('contact'), body: contactBodySchema }),
  z.strictObject({ ...head, type: z.literal('place'), body: placeBodySchema }),
  z.strictObject({ ...head, type: z.literal('admission'), body: admissionBodySchema }),
  z.strictObject({ ...head, type: z.literal('tab'), body: tabBodySchema }),
  z.strictObject({ ...head, type: z.literal('card'), body: cardBodySchema }),
  z.strictObject({ ...head, type: z.literal('issuer'), body: issuerBodySchema }),
  z.strictObject({ ...head, type: z.literal('attachment'), body: attachmentBodySchema }),
  z.strictObject({ ...head, type: z.literal('message'), body: messageBodySchema }),
  z.strictObject({ ...head, type: z.literal('iou'), body: iouBodySchema }),
]);
export type Revision = z.infer<typeof revisionSchema>;
export type RevisionOf<T extends Revision['type']> = Extract<Revision, { type: T }>;
type WithoutId<R> = R extends Revision ? Omit<R, 'id'> : never;
export type UnnamedRevision = WithoutId<Revision>;

/**
 * What the id of a revision is the hash of, so that nobody can hide one behind another under its id: JSON of all but the
 * id, in the order in which `revisionSchema` answers; so it takes only what that has parsed.
 */
export function revisionToText({ id: _id, ...content }: Revision): string {
  return JSON.stringify(content);
}

/** Whether a revision is of the thing that its body is about, where the body says that. */
export function isOfItsThing({ type, of, body }: Revision): boolean {
  if (type === 'profile' || type === 'contact') return of === rootToThing(body.root);
  if (type === 'admission') return of === body.key.slice(0, 32);
  if (type === 'iou') return of === iouToThing(body.iou);
  if (type === 'card') return of === uidToThing(body.uid);
  return (type !== 'place' && type !== 'tab') || of === body.ledger;
}

type Version = Pick<Revision, 'id' | 'prev' | 'body'>;
const versionToText = ({ prev, body }: Version): string => JSON.stringify([prev.toSorted(), body]);

/**
 * The revisions of one thing that no other one replaces; more than one is a conflict. Two that say the same and replace
 * the same are one version: an import repeated on two devices makes such twins. What replaces one replaces both, and of
 * those that stand the one with the greatest id speaks for them.
 */
export function currentRevisions<R extends Version>(revisions: readonly R[]): R[] {
  const replaced = new Set(revisions.flatMap((revision) => revision.prev));
  const unreplaced = revisions.filter((revision) => !replaced.has(revision.id));
  if (unreplaced.length < 2) return unreplaced;
  return [...Map.groupBy(revisions, versionToText).values()].flatMap((twins) =>
    twins.some(({ id }) => replaced.has(id)) ? [] : twins.toSorted((a, b) => (a.id < b.id ? 1 : -1)).slice(0, 1),
  );
}

/**
 * How many revisions the longest line has that leads to each revision, of those at hand. Forged revisions can name each
 * other in a ring, where the length would depend on where one begins: what is in a ring makes no line longer.
 */
function countLines(revisions: readonly Revision[]): ReadonlyMap<Id, number> {
  const missing = new Map<Id, number>(revisions.map(({ id }) => [id, 0]));
  const following = new Map<Id, Id[]>();
  for (const { id, prev } of revisions) {
    for (const before of prev) {
      if (!missing.has(before)) continue;
      missing.set(id, (missing.get(id) ?? 0) + 1);
      const others = following.get(before);
      if (others) others.push(id);
      else following.set(before, [id]);
    }
  }
  const lines = new Map<Id, number>();
  const open = [...missing].flatMap(([id, count]) => (count === 0 ? [id] : []));
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const length = (lines.get(id) ?? 0) + 1;
    for (const next of following.get(id) ?? []) {
      lines.set(next, Math.max(lines.get(next) ?? 0, length));
      const left = (missing.get(next) ?? 0) - 1;
      missing.set(next, left);
      if (left === 0) open.push(next);
    }
  }
  return lines;
}

const isVoid = (revision: Revision): boolean => revision.type === 'entry' && revision.body.state === 'void';

/**
 * The revision shown for a thing, and those that stand beside it in conflict. The rule is the same on every device
 * and never asks a clock: an edit before a void (money does not vanish unseen), then the one at the end of the
 * longer line, then the greater id.
 */
export function resolveRevisions<R extends Revision>(revisions: readonly R[]): { chosen: R; beside: R[] } | undefined {
  const unreplaced = currentRevisions(revisions);
  // Only forged revisions can replace each other in a ring; then all of them stand in conflict rather than none.
  const standing = unreplaced.length > 0 ? unreplaced : revisions;
  const lines = standing.length > 1 ? countLines(revisions) : new Map<Id, number>();
  const [chosen, ...beside] = standing
    .map((revision) => ({ revision, void: Number(isVoid(revision)), line: lines.get(revision.id) ?? 0 }))
    .toSorted((a, b) => a.void - b.void || b.line - a.line || (a.revision.id < b.revision.id ? 1 : -1))
    .map(({ revision }) => revision);
  return chosen && { chosen, beside };
}
