import type { Migration } from '#main/db/schema.ts';

/** `size`: the bytes that a frame had, where not all are kept. `quarantined_bytes`: those that are kept in quarantine. */
export const migration0003: Migration = {
  version: 3,
  sql: `
ALTER TABLE frame ADD COLUMN size INTEGER;
ALTER TABLE ledger ADD COLUMN quarantined_bytes INTEGER NOT NULL DEFAULT 0;
UPDATE ledger SET quarantined_bytes = (
  SELECT coalesce(sum(length(bytes)), 0) FROM document JOIN frame ON frame.document = document.key AND frame.state <> 'merged' AND frame.state = 'quarantined'
  WHERE document.ledger = ledger.key
);
`,
};
