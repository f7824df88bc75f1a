import type { Migration } from '#main/db/schema.ts';

/**
 * `message`: one row per message that is shown; `about` and `after` are empty for none. `moment`: see message-order.ts.
 * `unread`: of another device than this, and not marked since it came. `chat_read` is no read model: up to where a chat
 * was seen here, and what was here then (revisions with greater numbers came later).
 */
export const migration0007: Migration = {
  version: 7,
  sql: `
CREATE TABLE message (
  revision INTEGER PRIMARY KEY, ledger INTEGER NOT NULL, about TEXT NOT NULL, id TEXT NOT NULL, thing TEXT NOT NULL, after TEXT NOT NULL,
  device TEXT NOT NULL, at INTEGER NOT NULL, moment INTEGER NOT NULL, unread INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX message_id ON message (id, ledger);
CREATE INDEX message_thing ON message (thing, ledger);
CREATE INDEX message_after ON message (after, ledger) WHERE after <> '';
CREATE INDEX message_order ON message (ledger, about, moment, id);
CREATE INDEX message_unread ON message (ledger, about, moment, id, device) WHERE unread = 1;

CREATE TABLE chat_read (
  ledger INTEGER NOT NULL, about TEXT NOT NULL, moment INTEGER NOT NULL, id TEXT NOT NULL, revision INTEGER NOT NULL, PRIMARY KEY (ledger, about)
) STRICT, WITHOUT ROWID;

-- rowid: day * 2^32 + revision, so that the newest hits come first without sorting.
CREATE VIRTUAL TABLE message_search USING fts5 (words, content = '', contentless_delete = 1, tokenize = 'unicode61', prefix = '1 2 3');
`,
};
