/** The IOUs of all ledgers, put together from their steps when they are asked for. */
import type { Id, LedgerId, RevisionId } from '#domain/ids.ts';
import { resolveIou, type Iou } from '#domain/iou-rules.ts';
import type { IouHash } from '#domain/iou.ts';
import type { LedgerAccess } from '#sync/access.ts';
import type { IouQueries } from '#main/db/queries/ious.ts';
import type { LedgerQueries } from '#main/db/queries/ledgers.ts';
import { createIouCheck, revisionToStep } from './iou-check.ts';
import type { Link } from './link.ts';

export interface KnownIou {
  readonly ledger: LedgerId;
  readonly thing: Id;
  readonly iou: Iou;
  /** Which revision brought each step. */
  readonly revisions: ReadonlyMap<IouHash, RevisionId>;
  /** Steps that no relay has yet. */
  readonly waiting: ReadonlySet<IouHash>;
}

export interface IouBook {
  find(ledger: LedgerId, thing: Id): KnownIou | undefined;
  /** In all ledgers that this device is in. */
  all(): KnownIou[];
}

interface Dependencies {
  queries: { ious: IouQueries; ledgers: LedgerQueries };
  link: Pick<Link, 'access'>;
}

interface Kept {
  access: LedgerAccess | undefined;
  version: string;
  iou: Iou | null;
  revisions: ReadonlyMap<IouHash, RevisionId>;
}

export function createIouBook({ queries: { ious, ledgers }, link }: Dependencies): IouBook {
  const check = createIouCheck();
  const kept = new Map<string, Kept>();

  function resolve(ledger: LedgerId, thing: Id, version: string): Kept {
    const name = `${ledger}/${thing}`;
    const access = link.access(ledger);
    const before = kept.get(name);
    if (before?.version === version && before.access === access) return before;
    const steps = ious.steps(ledger, thing).map(revisionToStep);
    const faults = new Map(steps.map((step) => [step, check.findFault(ledger, access, step)]));
    const iou = resolveIou(steps, (step) => faults.get(step as (typeof steps)[number]) ?? null);
    const sound = steps.filter((step) => faults.get(step) === null);
    const now: Kept = { access, version, iou, revisions: new Map(sound.map(({ hash, revision }) => [hash, revision.id])) };
    kept.set(name, now);
    return now;
  }

  function find(ledger: LedgerId, thing: Id): KnownIou | undefined {
    const marks = ious.marks(ledger, thing);
    if (marks.length === 0) return undefined;
    const { iou, revisions } = resolve(ledger, thing, marks.map(({ key }) => key).join());
    if (!iou) return undefined;
    const unsent = new Set(marks.flatMap(({ id, waiting }) => (waiting ? id : [])));
    return { ledger, thing, iou, revisions, waiting: new Set([...revisions].flatMap(([hash, id]) => (unsent.has(id) ? hash : []))) };
  }

  return {
    find: (ledger, thing) => (ledgers.find(ledger) ? find(ledger, thing) : undefined),
    all: () => ledgers.everything().flatMap(({ id }) => ious.things(id).flatMap((thing) => find(id, thing) ?? [])),
  };
}
