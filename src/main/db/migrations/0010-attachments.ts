import type { Migration } from '#main/db/schema.ts';

/**
 * `attachment`: files that hang on things, each by the revision that counts; the file itself lies beside the database.
 * `blob_sent`: what this relay's log (`incarnation`) was given of them.
 */
export const migration0010: Migration = {
  version: 10,
  sql: `
CREATE TABLE attachment (
  ledger INTEGER NOT NULL, id TEXT NOT NULL, about TEXT NOT NULL, place TEXT NOT NULL, revision INTEGER NOT NULL, removed INTEGER NOT NULL, PRIMARY KEY (ledger, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX attachment_about ON attachment (ledger, about, removed, place);
CREATE TABLE blob_sent (
  ledger INTEGER NOT NULL REFERENCES ledger, blob TEXT NOT NULL, incarnation TEXT NOT NULL, PRIMARY KEY (ledger, blob)
) STRICT, WITHOUT ROWID;
`,
};
