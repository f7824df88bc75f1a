import type { EntryBody } from '#domain/entry.ts';
import { resolveRevisions, type RevisionOf } from '#domain/revision.ts';
import { addContributions, entryToEffectRows, type CountedEntry } from '#main/db/contributions.ts';
import { payloadToRevision } from '#main/db/payload.ts';
import { revisionsToPlace } from '#main/db/place.ts';
import { GIVEN, type Connection } from '#main/db/schema.ts';
import { createTotals, TOTALS_TABLES } from '#main/db/totals.ts';
import { entryToWords } from '#main/db/words.ts';
import type { StoredRevision, ThingProjection } from './thing-projection.ts';

interface EntryRow {
  key: number;
  date: string;
  conflict: number;
  payload: string;
}

const DAY = 86_400_000;
const FIRST_DAY = Date.parse('1900-01-01');

/** Sorts by date when read as a number; see the table `search`. */
const searchRow = (date: string, entry: number): number => ((Date.parse(date) - FIRST_DAY) / DAY) * 2 ** 32 + entry;

/** Entries, what they can be found by, and all sums: kept by taking the old version of an entry away and adding the new. */
export function createEntryProjection(database: Connection): ThingProjection {
  const totals = createTotals(database);
  const findPerson = database.prepare<[number, string], { key: number }>('SELECT key FROM person WHERE ledger = ? AND id = ?');
  const addPerson = database.prepare('INSERT INTO person (ledger, id) VALUES (?, ?)');
  const findEntry = database.prepare<[number, string], EntryRow>(
    `SELECT entry.key, entry.date, entry.conflict, revision.payload
     FROM entry JOIN revision ON revision.key = entry.revision WHERE entry.ledger = ${GIVEN} AND entry.id = ${GIVEN}`,
  );
  const setEntry = database.prepare<unknown[], { key: number }>(
    `INSERT INTO entry (ledger, id, date, place, revision, change, kind, category, currency, people, void, conflict, effects) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET date = excluded.date, place = excluded.place, revision = excluded.revision, change = excluded.change, kind = excluded.kind,
     category = excluded.category, currency = excluded.currency, people = excluded.people, void = excluded.void, conflict = excluded.conflict, effects = excluded.effects RETURNING key`,
  );
  const removeEntry = database.prepare('DELETE FROM entry WHERE key = ?');
  const addWords = database.prepare('INSERT INTO search (rowid, words) VALUES (?, ?)');
  const removeWords = database.prepare('DELETE FROM search WHERE rowid = ?');

  let personKeys = new Map<string, number>();
  function personKey(ledger: number, person: string): number {
    const name = `${ledger}/${person}`;
    let key = personKeys.get(name) ?? findPerson.get(ledger, person)?.key;
    key ??= Number(addPerson.run(ledger, person).lastInsertRowid);
    personKeys.set(name, key);
    return key;
  }

  /** Takes an entry out of the sums, the effects and the search, as it was shown until now. */
  function subtract(ledger: number, id: string, row: EntryRow): void {
    const before = payloadToRevision(row.payload) as RevisionOf<'entry'>;
    const counted: CountedEntry = { id, body: before.body, conflict: row.conflict === 1 };
    addContributions(totals, ledger, (person) => personKey(ledger, person), counted, -1);
    removeWords.run(searchRow(row.date, row.key));
  }

  function peopleOf(ledger: number, { payers, shares }: EntryBody): string {
    const keys = new Set([...payers, ...shares].map(({ person }) => personKey(ledger, person)));
    return `,${[...keys].join(',')},`;
  }

  function effectsOf(ledger: number, entry: CountedEntry): string {
    return JSON.stringify(Object.fromEntries(entryToEffectRows(entry).map(({ person, paid, share, effect, odd }) => [personKey(ledger, person), [paid, share, effect, odd]])));
  }

  return {
    project(ledger, id, stored) {
      const rows = stored as readonly StoredRevision<RevisionOf<'entry'>>[];
      const resolved = resolveRevisions(rows.map(({ revision }) => revision));
      const before = findEntry.get(ledger, id);
      if (before) subtract(ledger, id, before);
      if (!resolved) return;
      const { chosen, beside } = resolved;
      const { body } = chosen;
      const from = rows.find(({ revision }) => revision === chosen);
      const place = revisionsToPlace(id, rows.map(({ revision }) => revision));
      const counted: CountedEntry = { id, body, conflict: beside.length > 0 };
      const key = setEntry.get(
        ledger, id, body.date, place, from?.key, from?.change, body.kind, body.category, body.currency, peopleOf(ledger, body),
        Number(body.state === 'void'), Number(counted.conflict), effectsOf(ledger, counted),
      )?.key;
      if (key === undefined) throw new Error('entry row without a key');
      addContributions(totals, ledger, (person) => personKey(ledger, person), counted, 1);
      addWords.run(searchRow(body.date, key), entryToWords(body));
    },
    withdraw(ledger, thing) {
      const row = findEntry.get(ledger, thing);
      if (!row) return;
      subtract(ledger, thing, row);
      removeEntry.run(row.key);
    },
    finish: totals.write,
    forget() {
      totals.forget();
      personKeys = new Map();
    },
    clear() {
      database.exec([...TOTALS_TABLES, 'entry'].map((table) => `DELETE FROM ${table};`).join(''));
      database.exec(`INSERT INTO search (search) VALUES ('delete-all')`);
    },
  };
}
