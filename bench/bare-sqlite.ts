import { randomBytes } from 'node:crypto';
import Database from 'better-sqlite3';
import { createRandom } from '../tests/household.ts';
import { measure, percentile } from './figure.ts';

/** One durable commit of bare SQLite, in ms: of a single row, and of the rows that an expense comes to. */
export interface BareCommits {
  row: number;
  expense: number;
}

const WORDS = ['market', 'bakery', 'dinner', 'tram', 'cinema', 'pharmacy', 'rent', 'power', 'cat', 'food'];

/**
 * The floor for adding an expense: what SQLite itself needs, without any program around it, to keep one so that the other
 * goals can be met too. It can be synced (its record, and the mark that it waits), listed by date (its line), shown with
 * balances and month totals in no time (four people's parts, and the sums by person, day, month and pair), and found by its
 * words. Each in a plain table, all in one transaction, with the settings of the core, in a file that holds `entries` already.
 */
export async function measureBareCommits(path: string, entries: number): Promise<BareCommits> {
  const database = new Database(path);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.exec(`
    CREATE TABLE single (key INTEGER PRIMARY KEY, bytes BLOB);
    CREATE TABLE record (key INTEGER PRIMARY KEY, id BLOB UNIQUE, bytes BLOB);
    CREATE TABLE line (key INTEGER PRIMARY KEY, id BLOB UNIQUE, date TEXT, amount INTEGER);
    CREATE INDEX line_date ON line (date);
    CREATE TABLE part (person INTEGER, date TEXT, line INTEGER, amount INTEGER, PRIMARY KEY (person, date, line)) WITHOUT ROWID;
    CREATE TABLE waiting (record INTEGER PRIMARY KEY);
    CREATE TABLE balance (person INTEGER PRIMARY KEY, amount INTEGER);
    CREATE TABLE day (person INTEGER, date TEXT, amount INTEGER, PRIMARY KEY (person, date)) WITHOUT ROWID;
    CREATE TABLE month (month TEXT, category INTEGER, person INTEGER, amount INTEGER, PRIMARY KEY (month, category, person)) WITHOUT ROWID;
    CREATE TABLE debt (debtor INTEGER, creditor INTEGER, amount INTEGER, PRIMARY KEY (debtor, creditor)) WITHOUT ROWID;
    CREATE VIRTUAL TABLE words USING fts5 (text, content = '', prefix = '1 2 3');`);
  const addSingle = database.prepare('INSERT INTO single (bytes) VALUES (?)');
  const addRecord = database.prepare('INSERT INTO record (id, bytes) VALUES (?, ?)');
  const addLine = database.prepare('INSERT INTO line (id, date, amount) VALUES (?, ?, ?)');
  const addPart = database.prepare('INSERT INTO part VALUES (?, ?, ?, ?)');
  const addWaiting = database.prepare('INSERT INTO waiting VALUES (?)');
  const sum = 'ON CONFLICT DO UPDATE SET amount = amount + excluded.amount';
  const addBalance = database.prepare(`INSERT INTO balance VALUES (?, ?) ${sum}`);
  const addDay = database.prepare(`INSERT INTO day VALUES (?, ?, ?) ${sum}`);
  const addMonth = database.prepare(`INSERT INTO month VALUES (?, ?, ?, ?) ${sum}`);
  const addDebt = database.prepare(`INSERT INTO debt VALUES (?, ?, ?) ${sum}`);
  const addWords = database.prepare('INSERT INTO words (rowid, text) VALUES (?, ?)');
  const random = createRandom(7);

  function addExpense(date: string): void {
    addWaiting.run(addRecord.run(randomBytes(16), randomBytes(600)).lastInsertRowid);
    const category = Math.floor(random() * WORDS.length);
    const { lastInsertRowid: line } = addLine.run(randomBytes(16), date, 10_000);
    for (let person = 0; person < 4; person += 1) {
      addPart.run(person, date, line, 2_500);
      addBalance.run(person, 2_500);
      addDay.run(person, date, 2_500);
      addMonth.run(date.slice(0, 7), category, person, 2_500);
      if (person > 0) addDebt.run(person, 0, 2_500);
    }
    addWords.run(line, `${WORDS[category]} ${Math.floor(random() * 10_000)}`);
  }
  database.transaction(() => {
    for (let entry = 0; entry < entries; entry += 1) {
      addExpense(new Date(Date.UTC(2016, 0, 1) + Math.floor(random() * 3_900) * 86_400_000).toISOString().slice(0, 10));
    }
  })();
  database.pragma('wal_checkpoint(TRUNCATE)');

  const row = await measure(300, () => addSingle.run(randomBytes(600)));
  const addDurably = database.transaction(addExpense);
  const expense = await measure(300, () => addDurably.immediate('2026-11-20'));
  database.close();
  return { row: percentile(row, 0.5), expense: percentile(expense, 0.5) };
}
