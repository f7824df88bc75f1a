import type { Id, LedgerId, RevisionId } from '#domain/ids.ts';
import type { ReminderDays } from '#domain/iou-due.ts';
import type { RevisionOf } from '#domain/revision.ts';
import type { Reader } from '#main/db/reader.ts';
import { payloadToRevision } from '#main/db/payload.ts';
import type { Connection } from '#main/db/schema.ts';

/** That a step is here: `key` is this store's own number for it, the same number the same revision. */
export interface IouMark {
  key: number;
  id: RevisionId;
  waiting: boolean;
}

export interface IouQueries {
  /** The IOUs of a ledger, by the things that steps are of. */
  things(ledger: LedgerId): Id[];
  /** What was computed from the same revisions still holds, so they need not be read again. */
  marks(ledger: LedgerId, thing: Id): IouMark[];
  /** All steps of an IOU that are here, sound or not. */
  steps(ledger: LedgerId, thing: Id): RevisionOf<'iou'>[];
  isTold(ledger: LedgerId, thing: Id, days: ReminderDays): boolean;
}

export function createIouQueries(reader: Reader): IouQueries {
  const things = reader.prepare<[string], string>(
    `SELECT DISTINCT revision.thing FROM revision WHERE revision.ledger = (SELECT key FROM ledger WHERE id = ?) AND revision.type = 'iou'`,
  ).pluck();
  const marks = reader.prepare<[string, string], { key: number; id: string; waiting: number }>(
    `SELECT revision.key, revision.id, change.waiting FROM revision JOIN change ON change.key = revision.change
     WHERE revision.ledger = (SELECT key FROM ledger WHERE id = ?) AND revision.thing = ? AND revision.type = 'iou' ORDER BY revision.key`,
  );
  const steps = reader.prepare<[string, string], string>(
    `SELECT payload FROM revision WHERE ledger = (SELECT key FROM ledger WHERE id = ?) AND thing = ? AND type = 'iou' ORDER BY key`,
  ).pluck();
  const told = reader.prepare<[string, string, number], number>('SELECT 1 FROM iou_told WHERE ledger = ? AND iou = ? AND days = ?').pluck();
  return {
    things: (ledger) => things.all(ledger),
    marks: (ledger, thing) => marks.all(ledger, thing).map(({ key, id, waiting }) => ({ key, id, waiting: waiting === 1 })),
    steps: (ledger, thing) => steps.all(ledger, thing).map((payload) => payloadToRevision(payload) as RevisionOf<'iou'>),
    isTold: (ledger, thing, days) => told.get(ledger, thing, days) !== undefined,
  };
}

/** Remembers that this device has told of a reminder. Runs in the caller's transaction. */
export function createIouTold(database: Connection): (ledger: LedgerId, thing: Id, days: ReminderDays) => void {
  const tell = database.prepare('INSERT INTO iou_told (ledger, iou, days) VALUES (?, ?, ?) ON CONFLICT DO NOTHING');
  return (ledger, thing, days) => void tell.run(ledger, thing, days);
}
