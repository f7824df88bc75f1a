import type { Migration } from '#main/db/schema.ts';

/**
 * `frame.endorsements`: of a snapshot, keys of 32 bytes and signatures of 64, one after the other. `document.covered`: up
 * to which number a snapshot stands for the log at the relay.
 */
export const migration0006: Migration = {
  version: 6,
  sql: `
ALTER TABLE frame ADD COLUMN endorsements BLOB;
ALTER TABLE document ADD COLUMN covered INTEGER NOT NULL DEFAULT 0;
CREATE INDEX frame_place ON frame (document, seq);
`,
};
