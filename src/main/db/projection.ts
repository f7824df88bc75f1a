import type { EntryBody } from '#domain/entry.ts';
import { resolveRevisions, type Revision, type RevisionOf } from '#domain/revision.ts';
import { addContributions, entryToEffectRows, type CountedEntry } from './contributions.ts';
import { GIVEN, type Connection } from './schema.ts';
import { payloadToRevision } from './payload.ts';
import { revisionsToPlace } from './place.ts';
import { entryToWords } from './words.ts';
import { createTotals, TOTALS_TABLES } from './totals.ts';

/** One thing of a ledger whose revisions changed. `ledger` is the store's own number for it. */
export interface Touched {
  readonly ledger: number;
  readonly type: Revision['type'];
  readonly thing: string;
}

/**
 * Keeps the read model equal to what the revisions say. What a thing comes to depends on the set of its revisions
 * alone, never on the order they came in; sums are kept by taking the old version of an entry away and adding the new.
 */
export interface Projection {
  /** Shows the present state of these things. Runs in the caller's transaction; call `finish` before it commits. */
  project(things: Iterable<Touched>): void;
  /** Takes a thing out of the read model, before a revision it rests on goes; `project` puts back what is left. */
  withdraw(touched: Touched): void;
  finish(): void;
  /** After a transaction that was rolled back. */
  forget(): void;
  /** Drops the read model and makes it again, in the caller's transaction. */
  rebuild(): void;
}

interface RevisionRow {
  key: number;
  change: number;
  payload: string;
}

interface EntryRow {
  key: number;
  date: string;
  conflict: number;
  payload: string;
}

const DAY = 86_400_000;
const FIRST_DAY = Date.parse('1900-01-01');

/** Sorts by date when read as a number; see the table `search`. */
export const searchRow = (date: string, entry: number): number => ((Date.parse(date) - FIRST_DAY) / DAY) * 2 ** 32 + entry;

export function createProjection(database: Connection): Projection {
  const totals = createTotals(database);
  const revisionsOf = database.prepare<[string, number, string], RevisionRow>(
    'SELECT key, change, payload FROM revision WHERE thing = ? AND ledger = ? AND type = ?',
  );
  const setLedger = database.prepare(
    // Only the thing that bears the ledger's own id speaks for it.
    `INSERT INTO ledger_view (name, template, currency, simplify, ledger) SELECT ?, ?, ?, ?, key FROM ledger WHERE key = ? AND id = ?
     ON CONFLICT DO UPDATE SET name = excluded.name, template = excluded.template, currency = excluded.currency, simplify = excluded.simplify`,
  );
  const setPerson = database.prepare(
    `INSERT INTO person (ledger, id, place, name, state) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET place = excluded.place, name = excluded.name, state = excluded.state`,
  );
  const setDevice = database.prepare(
    `INSERT INTO device (ledger, id, name, person) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET name = excluded.name, person = excluded.person`,
  );
  const setPersonal = database.prepare('INSERT INTO personal (ledger, type, thing, revision) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET revision = excluded.revision');
  const removePersonal = database.prepare<[string, number, string]>('DELETE FROM personal WHERE type = ? AND ledger = ? AND thing = ?');
  const removeThing = {
    ledger: database.prepare('DELETE FROM ledger_view WHERE ledger = (SELECT key FROM ledger WHERE key = ? AND id = ?)'),
    // Entries may name somebody all the same.
    person: database.prepare(`UPDATE person SET name = NULL, state = NULL, place = '' WHERE ledger = ? AND id = ?`),
    device: database.prepare('DELETE FROM device WHERE ledger = ? AND id = ?'),
  };
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

  function projectEntry(ledger: number, id: string, revisions: readonly RevisionOf<'entry'>[], rows: ReadonlyMap<string, RevisionRow>): void {
    const resolved = resolveRevisions(revisions);
    const before = findEntry.get(ledger, id);
    if (before) subtract(ledger, id, before);
    if (!resolved) return;
    const { chosen, beside } = resolved;
    const { body } = chosen;
    const place = revisionsToPlace(id, revisions);
    const counted: CountedEntry = { id, body, conflict: beside.length > 0 };
    const key = setEntry.get(
      ledger, id, body.date, place, rows.get(chosen.id)?.key, rows.get(chosen.id)?.change, body.kind, body.category, body.currency, peopleOf(ledger, body),
      Number(body.state === 'void'), Number(counted.conflict), effectsOf(ledger, counted),
    )?.key;
    if (key === undefined) throw new Error('entry row without a key');
    addContributions(totals, ledger, (person) => personKey(ledger, person), counted, 1);
    addWords.run(searchRow(body.date, key), entryToWords(body));
  }

  function projectThing({ ledger, type, thing }: Touched): void {
    const rows = revisionsOf.all(thing, ledger, type);
    const revisions = rows.map(({ payload }) => payloadToRevision(payload));
    if (type === 'entry') {
      const byId = new Map(rows.map((row, index) => [revisions[index]?.id ?? '', row]));
      return projectEntry(ledger, thing, revisions.filter((revision) => revision.type === 'entry'), byId);
    }
    const chosen = resolveRevisions(revisions)?.chosen;
    // All that was said of it is refused now.
    if (!chosen && (type === 'ledger' || type === 'person' || type === 'device')) removeThing[type].run(ledger, thing);
    else if (!chosen) removePersonal.run(type, ledger, thing);
    else if (chosen.type === 'ledger') {
      const { name, template, currency, simplify } = chosen.body;
      setLedger.run(name, template, currency, Number(simplify), ledger, thing);
    } else if (chosen.type === 'person') {
      setPerson.run(ledger, thing, revisionsToPlace(thing, revisions), chosen.body.name, chosen.body.state);
    } else if (chosen.type === 'device') {
      setDevice.run(ledger, thing, chosen.body.name, chosen.body.person);
    } else {
      setPersonal.run(ledger, type, thing, rows[revisions.indexOf(chosen)]?.key);
    }
  }

  function forget(): void {
    totals.forget();
    personKeys = new Map();
  }

  return {
    project(things) {
      for (const touched of things) projectThing(touched);
    },
    withdraw({ ledger, type, thing }) {
      if (type !== 'entry') return;
      const row = findEntry.get(ledger, thing);
      if (!row) return;
      subtract(ledger, thing, row);
      removeEntry.run(row.key);
    },
    finish: totals.write,
    forget,
    rebuild() {
      forget();
      database.exec([...TOTALS_TABLES, 'ledger_view', 'person', 'device', 'entry', 'personal'].map((table) => `DELETE FROM ${table};`).join(''));
      database.exec(`INSERT INTO search (search) VALUES ('delete-all')`);
      // Read beforehand: a statement that is being read keeps the connection from writing.
      const things = database.prepare<[], Touched>('SELECT DISTINCT ledger, type, thing FROM revision').all();
      for (const touched of things) projectThing(touched);
      totals.write();
    },
  };
}
