import type { Migration } from '#main/db/schema.ts';

/**
 * `ledger.device`: who this device is in the ledger. `record`: its membership, line by line.
 * `change.actor`: hexadecimal, see StoredChange. `change.record`: the last record that its author knew. `change.refused`:
 * why it counts for nothing; then it has no rows in `revision`, and does not wait.
 * `revision_again`: revisions that a change says which `revision` has from another one.
 * `personal`: profiles, contacts and places, each by the revision that counts.
 */
export const migration0005: Migration = {
  version: 5,
  sql: `
ALTER TABLE ledger ADD COLUMN device TEXT;

CREATE TABLE record (
  key INTEGER PRIMARY KEY, ledger INTEGER NOT NULL REFERENCES ledger, number INTEGER NOT NULL, bytes BLOB NOT NULL,
  UNIQUE (ledger, number)
) STRICT;

ALTER TABLE change ADD COLUMN actor TEXT NOT NULL DEFAULT '';
ALTER TABLE change ADD COLUMN record INTEGER;
ALTER TABLE change ADD COLUMN refused TEXT;
CREATE INDEX change_refused ON change (document) WHERE refused IS NOT NULL;

CREATE TABLE revision_again (
  ledger INTEGER NOT NULL REFERENCES ledger, id TEXT NOT NULL, change INTEGER NOT NULL REFERENCES change, PRIMARY KEY (id, ledger, change)
) STRICT, WITHOUT ROWID;
CREATE INDEX revision_again_change ON revision_again (change);

CREATE TABLE personal (
  ledger INTEGER NOT NULL, type TEXT NOT NULL, thing TEXT NOT NULL, revision INTEGER NOT NULL, PRIMARY KEY (ledger, type, thing)
) STRICT, WITHOUT ROWID;
`,
};
