import type { BlobReference } from '#domain/attachment.ts';
import type { Id, LedgerId } from '#domain/ids.ts';
import type { RevisionOf } from '#domain/revision.ts';
import { payloadToRevision } from '#main/db/payload.ts';
import type { Reader } from '#main/db/reader.ts';
import type { Connection } from '#main/db/schema.ts';

export interface AttachmentRow {
  readonly id: Id;
  readonly revision: RevisionOf<'attachment'>;
  /** Whether the relay's present log was given the file by this device. */
  readonly isSent: boolean;
}

export interface AttachmentQueries {
  /** What hangs on a thing, in the order in which it was attached. */
  of(ledger: LedgerId, about: Id): AttachmentRow[];
  one(ledger: LedgerId, attachment: Id): AttachmentRow | undefined;
  /** Files that the relay's present log was not given from here, of attachments that are not removed. */
  unsent(ledger: LedgerId): BlobReference[];
  /** All files that a ledger's revisions name, of removed attachments too. */
  files(ledger: LedgerId): BlobReference[];
  /** Every file that some revision names. */
  named(): BlobReference[];
}

interface Row {
  id: string;
  payload: string;
  sent: number;
}

const COLUMNS = `attachment.id, revision.payload, blob_sent.blob IS NOT NULL AS sent`;
const JOINS = `FROM attachment JOIN ledger ON ledger.key = attachment.ledger JOIN revision ON revision.key = attachment.revision
  LEFT JOIN blob_sent ON blob_sent.ledger = ledger.key AND blob_sent.blob = revision.payload ->> '$.body.file.blob' AND blob_sent.incarnation = ledger.incarnation`;
/** All revisions, not only those that count: history shows them too. */
const REVISIONS = `FROM attachment JOIN revision ON revision.thing = attachment.id AND revision.ledger = attachment.ledger AND revision.type = 'attachment'`;

function toRow({ id, payload, sent }: Row): AttachmentRow {
  return { id, revision: payloadToRevision(payload) as RevisionOf<'attachment'>, isSent: sent === 1 };
}

export function createAttachmentQueries(reader: Reader): AttachmentQueries {
  const about = reader.prepare<[string, string], Row>(`SELECT ${COLUMNS} ${JOINS} WHERE ledger.id = ? AND attachment.about = ? ORDER BY attachment.place`);
  const one = reader.prepare<[string, string], Row>(`SELECT ${COLUMNS} ${JOINS} WHERE ledger.id = ? AND attachment.id = ?`);
  const unsent = reader.prepare<[string], Row>(`SELECT ${COLUMNS} ${JOINS} WHERE ledger.id = ? AND attachment.removed = 0 AND blob_sent.blob IS NULL ORDER BY attachment.place`);
  const files = reader.prepare<[string], string>(
    `SELECT DISTINCT revision.payload -> '$.body.file' ${REVISIONS} JOIN ledger ON ledger.key = attachment.ledger WHERE ledger.id = ?`,
  ).pluck();
  const named = reader.prepare<[], string>(`SELECT DISTINCT revision.payload -> '$.body.file' ${REVISIONS}`).pluck();
  return {
    of: (ledger, thing) => about.all(ledger, thing).map(toRow),
    one(ledger, attachment) {
      const row = one.get(ledger, attachment);
      return row && toRow(row);
    },
    unsent: (ledger) => unsent.all(ledger).map((row) => toRow(row).revision.body.file),
    files: (ledger) => files.all(ledger).map((file) => JSON.parse(file) as BlobReference),
    named: () => named.all().map((file) => JSON.parse(file) as BlobReference),
  };
}

/** Notes, in a transaction of the caller, that the relay's present log has a file. */
export function createSentMarks(database: Connection): (ledger: LedgerId, blob: string) => void {
  const mark = database.prepare(
    `INSERT INTO blob_sent (ledger, blob, incarnation) SELECT key, ?, incarnation FROM ledger WHERE id = ? AND incarnation IS NOT NULL
     ON CONFLICT DO UPDATE SET incarnation = excluded.incarnation`,
  );
  return (ledger, blob) => void mark.run(blob, ledger);
}
