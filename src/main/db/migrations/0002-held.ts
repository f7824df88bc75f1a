import type { Migration } from '#main/db/schema.ts';

/** Finds the frames that wait for a change: by the first of the hashes in `missing`, which are apart by a space. */
export const migration0002: Migration = {
  version: 2,
  sql: `CREATE INDEX frame_held ON frame (document, substr(missing, 1, 64)) WHERE state = 'held';`,
};
