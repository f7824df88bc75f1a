import type { ErrorCode } from '#contract/errors.ts';
import type { UndoAction } from '#contract/views.ts';
import type { DeviceId, LedgerId, PersonId, RevisionId } from '#domain/ids.ts';
import { failure, success, type Result } from '#domain/result.ts';
import type { Revision } from '#domain/revision.ts';
import type { Repo } from '#sync/repo.ts';
import { nameRevision } from '#sync/revision-id.ts';
import type { EntryQueries } from '#main/db/queries/entries.ts';
import type { LedgerQueries, LedgerRow } from '#main/db/queries/ledgers.ts';
import { createQueue } from '#main/db/queue.ts';
import type { Stack, Step, Steps } from '#main/db/steps.ts';
import type { Shell } from '#main/shell.ts';

type BodyOf<R> = R extends Revision ? Pick<R, 'type' | 'of' | 'body'> : never;

/** A revision but for what the author adds: time, who and which device, and the id that follows from all of it. */
export type NewRevision = BodyOf<Revision> & { prev?: readonly RevisionId[]; at?: number };

/** A ledger in which this device and its person are known. */
export type MyLedger = LedgerRow & { me: PersonId; device: DeviceId };

export interface Change<T> {
  revisions: readonly NewRevision[];
  /** What undo then offers; `inverts` names the step it turns round. */
  step?: { action: UndoAction; description: string; stack?: Stack; inverts?: number };
  /** What the call answers when all is written, given the ids of the revisions in their order. */
  answer(revisions: readonly RevisionId[]): T;
}

/** Writes revisions in the name of the person at this device. */
export interface Author {
  /**
   * Asks `decide` what to change, and writes it. Changes of one ledger follow one another, so that what `decide` reads
   * is still so when its revisions are written. Durable and shown when it resolves with `ok`.
   */
  change<T>(ledger: LedgerId, decide: (row: MyLedger) => Result<Change<T>, ErrorCode>, onPrepared?: (done: number) => void): Promise<Result<T, ErrorCode>>;
  /** Begins to write in a ledger as a person it does not know yet. Its membership has to be here. */
  begin(
    ledger: LedgerId, by: PersonId, revisions: readonly NewRevision[], step?: Change<never>['step'], onPrepared?: (done: number) => void,
  ): Promise<Result<void, ErrorCode>>;
}

interface Dependencies {
  shell: Pick<Shell, 'now'>;
  repo: Pick<Repo, 'write'>;
  steps: Steps;
  queries: { ledgers: LedgerQueries; entries: EntryQueries };
  /** Reads many things in one go. */
  together<T>(read: () => T): T;
  /** Why nothing may be written now, if so. */
  refusal(): ErrorCode | undefined;
  /** Why this device may write nothing in a ledger, if so. */
  refuseIn(ledger: LedgerId): ErrorCode | undefined;
  onWritten(ledger: LedgerId): void;
}

export function createAuthor({ together, shell, repo, steps, queries, refusal, refuseIn, onWritten }: Dependencies): Author {
  const queues = new Map<LedgerId, ReturnType<typeof createQueue>>();
  const queueOf = (ledger: LedgerId) => {
    const queue = queues.get(ledger) ?? createQueue();
    queues.set(ledger, queue);
    return queue;
  };

  function sign(device: DeviceId, by: PersonId, revisions: readonly NewRevision[]): Revision[] {
    const now = shell.now();
    return revisions.map(({ prev, at, ...revision }) => nameRevision({ prev: [...(prev ?? [])], at: at ?? now, by, device, ...revision }));
  }

  function toStep(ledger: LedgerId, row: LedgerRow | undefined, revisions: readonly Revision[], step: NonNullable<Change<never>['step']>): Step {
    const items = revisions
      .filter(({ type }) => type === 'entry')
      .map((revision) => ({ entry: revision.of, before: (row && queries.entries.chosen(row, revision.of)?.id) ?? null, after: revision.id }));
    return { ledger, stack: step.stack ?? 'undo', action: step.action, description: step.description, items, inverts: step.inverts ?? null };
  }

  async function write(ledger: LedgerId, revisions: readonly Revision[], step?: Step, onPrepared?: (done: number) => void): Promise<Result<void, ErrorCode>> {
    const refused = refusal();
    if (refused !== undefined) return failure('read_only', { reason: refused });
    const forbidden = refuseIn(ledger);
    if (forbidden !== undefined) return failure(forbidden);
    if (step) steps.prepare(step);
    try {
      const written = await repo.write(ledger, revisions, onPrepared);
      if (written.ok) onWritten(ledger);
      return written;
    } finally {
      if (step) steps.discard(step);
    }
  }

  function decideIn<T>(ledger: LedgerId, decide: (row: MyLedger) => Result<Change<T>, ErrorCode>) {
    const row = queries.ledgers.find(ledger);
    if (!row) return failure('not_found');
    const { me, device } = row;
    if (me === null || device === null) return failure('not_set_up');
    const decided = decide({ ...row, me, device });
    if (!decided.ok) return decided;
    const revisions = sign(device, me, decided.value.revisions);
    const { step, answer } = decided.value;
    return success({ revisions, answer, step: step && toStep(ledger, row, revisions, step) });
  }

  return {
    change: (ledger, decide, onPrepared) =>
      queueOf(ledger)(async () => {
        const decided = together(() => decideIn(ledger, decide));
        if (!decided.ok) return decided;
        const { revisions, step, answer } = decided.value;
        if (revisions.length > 0) {
          const written = await write(ledger, revisions, step, onPrepared);
          if (!written.ok) return written;
        }
        return success(answer(revisions.map(({ id }) => id)));
      }),
    begin: (ledger, by, revisions, step, onPrepared) =>
      queueOf(ledger)(async () => {
        const device = queries.ledgers.deviceIn(ledger);
        if (device === undefined) return failure('not_found');
        const signed = sign(device, by, revisions);
        return write(ledger, signed, step && toStep(ledger, queries.ledgers.find(ledger), signed, step), onPrepared);
      }),
  };
}
