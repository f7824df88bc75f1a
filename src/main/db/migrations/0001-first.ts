import type { Migration } from '#main/db/schema.ts';

/**
 * Two halves. Above: what must never be lost, the changes, the frames they travel in, and the revisions they hold, as
 * canonical JSON. Below: the read model, which can be dropped and made again from the revisions at any time.
 *
 * `key` columns are this device's own short numbers; ids are what all devices agree on. `place` puts the entries of one
 * day in order, the same on every device (see place.ts). Sums are minor units. Every table of sums has `entries`, the
 * number of entries summed up; a row without entries is removed.
 */
export const migration0001: Migration = {
  version: 1,
  sql: `
CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;

-- waiting: revisions not known to be at the relay.
CREATE TABLE ledger (
  key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, incarnation TEXT, synced_at INTEGER, waiting INTEGER NOT NULL DEFAULT 0
) STRICT;

-- cursor_*: how far the document's log at the relay has been read.
CREATE TABLE document (
  key INTEGER PRIMARY KEY, ledger INTEGER NOT NULL REFERENCES ledger, id TEXT NOT NULL,
  revisions INTEGER NOT NULL DEFAULT 0, cursor_seq INTEGER, cursor_frame TEXT,
  UNIQUE (id, ledger)
) STRICT;
CREATE INDEX document_ledger ON document (ledger);

-- seq: the place in the relay's present log; null where it is not known to be there.
CREATE TABLE frame (
  key INTEGER PRIMARY KEY, document INTEGER NOT NULL REFERENCES document, id TEXT NOT NULL, seq INTEGER, received_at INTEGER,
  state TEXT NOT NULL CHECK (state IN ('merged', 'held', 'quarantined')), reason TEXT, missing TEXT, bytes BLOB NOT NULL,
  UNIQUE (id, document)
) STRICT;
CREATE INDEX frame_unsent ON frame (document) WHERE seq IS NULL;
CREATE INDEX frame_apart ON frame (document, state) WHERE state <> 'merged';

-- frame: the one it travels in; null until it is sealed. waiting: not known to be at the relay.
CREATE TABLE change (
  key INTEGER PRIMARY KEY, document INTEGER NOT NULL REFERENCES document, hash TEXT NOT NULL, deps TEXT NOT NULL,
  frame INTEGER REFERENCES frame, waiting INTEGER NOT NULL, revisions INTEGER NOT NULL, bytes BLOB NOT NULL,
  UNIQUE (document, hash)
) STRICT;
CREATE INDEX change_waiting ON change (document, frame) WHERE waiting = 1;

CREATE TABLE revision (
  key INTEGER PRIMARY KEY, ledger INTEGER NOT NULL REFERENCES ledger, id TEXT NOT NULL, type TEXT NOT NULL, thing TEXT NOT NULL,
  change INTEGER NOT NULL REFERENCES change, seen_at INTEGER NOT NULL, payload TEXT NOT NULL,
  UNIQUE (id, ledger)
) STRICT;
CREATE INDEX revision_thing ON revision (thing, ledger);
CREATE INDEX revision_change ON revision (change);

-- What this device did, to be undone or redone. Nearly always it is one entry; those of an import have rows of their own.
CREATE TABLE step (
  key INTEGER PRIMARY KEY, ledger TEXT NOT NULL, stack TEXT NOT NULL CHECK (stack IN ('undo', 'redo')),
  action TEXT NOT NULL, description TEXT NOT NULL, entry TEXT, before TEXT, after TEXT
) STRICT;
CREATE INDEX step_redo ON step (ledger) WHERE stack = 'redo';
CREATE TABLE step_item (
  step INTEGER NOT NULL REFERENCES step ON DELETE CASCADE, entry TEXT NOT NULL, before TEXT, after TEXT NOT NULL,
  PRIMARY KEY (step, entry)
) STRICT, WITHOUT ROWID;
CREATE INDEX step_item_entry ON step_item (entry, after);
CREATE VIEW step_part AS
  SELECT key AS step, entry, before, after FROM step WHERE entry IS NOT NULL UNION ALL SELECT step, entry, before, after FROM step_item;

-- The read model.
CREATE TABLE ledger_view (
  ledger INTEGER PRIMARY KEY REFERENCES ledger, name TEXT NOT NULL, template TEXT NOT NULL, currency TEXT NOT NULL, simplify INTEGER NOT NULL
) STRICT;

-- Somebody may be named by an entry before their own record arrives: then there is no name yet.
CREATE TABLE person (
  key INTEGER PRIMARY KEY, ledger INTEGER NOT NULL, id TEXT NOT NULL, place TEXT NOT NULL DEFAULT '', name TEXT, state TEXT,
  UNIQUE (ledger, id)
) STRICT;
CREATE TABLE device (
  ledger INTEGER NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, person TEXT NOT NULL, PRIMARY KEY (ledger, id)
) STRICT, WITHOUT ROWID;

-- revision: the one that counts, and the change it came in. people: the keys of those who paid or have a share, each between commas.
-- effects: what it does to each of them, JSON: {"key of the person": [paid, share, effect, odd]}; of a void entry {}.
CREATE TABLE entry (
  key INTEGER PRIMARY KEY, ledger INTEGER NOT NULL, id TEXT NOT NULL, date TEXT NOT NULL, place TEXT NOT NULL,
  revision INTEGER NOT NULL, change INTEGER NOT NULL,
  kind TEXT NOT NULL, category TEXT NOT NULL, currency TEXT NOT NULL, people TEXT NOT NULL, void INTEGER NOT NULL, conflict INTEGER NOT NULL,
  effects TEXT NOT NULL,
  UNIQUE (ledger, id)
) STRICT;
-- Holds all that the list and its filters ask for, so that they read it alone; the id is the end of the place.
CREATE INDEX entry_order ON entry (ledger, date, place, kind, category, currency, people, void, conflict, revision, change);
CREATE INDEX entry_conflict ON entry (ledger, date, place) WHERE conflict = 1;

CREATE TABLE ledger_total (ledger INTEGER PRIMARY KEY, entries INTEGER NOT NULL, active INTEGER NOT NULL, conflicts INTEGER NOT NULL) STRICT;
CREATE TABLE ledger_day (ledger INTEGER NOT NULL, date TEXT NOT NULL, entries INTEGER NOT NULL, PRIMARY KEY (ledger, date)) STRICT, WITHOUT ROWID;
CREATE TABLE ledger_use (
  ledger INTEGER NOT NULL, what TEXT NOT NULL, name TEXT NOT NULL, entries INTEGER NOT NULL, PRIMARY KEY (ledger, what, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE person_total (
  person INTEGER NOT NULL, currency TEXT NOT NULL, kind TEXT NOT NULL, entries INTEGER NOT NULL,
  paid INTEGER NOT NULL, share INTEGER NOT NULL, effect INTEGER NOT NULL, odd INTEGER NOT NULL,
  PRIMARY KEY (person, currency, kind)
) STRICT, WITHOUT ROWID;
CREATE TABLE person_day (
  person INTEGER NOT NULL, currency TEXT NOT NULL, date TEXT NOT NULL, entries INTEGER NOT NULL, effect INTEGER NOT NULL,
  PRIMARY KEY (person, currency, date)
) STRICT, WITHOUT ROWID;
-- What "debtor" owes "creditor"; negative where it is the other way round. The debtor has the lesser id.
CREATE TABLE debt (
  ledger INTEGER NOT NULL, currency TEXT NOT NULL, debtor INTEGER NOT NULL, creditor INTEGER NOT NULL,
  entries INTEGER NOT NULL, amount INTEGER NOT NULL,
  PRIMARY KEY (ledger, currency, debtor, creditor)
) STRICT, WITHOUT ROWID;
-- paid and expense: of expenses less refunds; income: their share of it.
CREATE TABLE month_total (
  ledger INTEGER NOT NULL, currency TEXT NOT NULL, month TEXT NOT NULL, category TEXT NOT NULL, person INTEGER NOT NULL,
  entries INTEGER NOT NULL, paid INTEGER NOT NULL, expense INTEGER NOT NULL, income INTEGER NOT NULL,
  PRIMARY KEY (ledger, currency, month, category, person)
) STRICT, WITHOUT ROWID;

-- rowid: day * 2^32 + entry, so that the newest hits come first without sorting.
CREATE VIRTUAL TABLE search USING fts5 (words, content = '', contentless_delete = 1, tokenize = 'unicode61', prefix = '1 2 3');
`,
};
