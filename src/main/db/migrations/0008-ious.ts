import type { Migration } from '#main/db/schema.ts';

/**
 * Which IOUs there are shows by the index; what they come to is computed from their steps when it is asked for. `iou_told`:
 * reminders that this device has shown, by due date and days before it.
 */
export const migration0008: Migration = {
  version: 8,
  sql: `
CREATE INDEX revision_iou ON revision (ledger, thing) WHERE type = 'iou';
CREATE TABLE iou_told (
  ledger TEXT NOT NULL, iou TEXT NOT NULL, days INTEGER NOT NULL, PRIMARY KEY (ledger, iou, days)
) STRICT, WITHOUT ROWID;
`,
};
