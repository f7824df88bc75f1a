import { toMoment } from '#domain/message-order.ts';
import type { RevisionOf } from '#domain/revision.ts';
import { toSearchText } from '#domain/search-text.ts';
import type { Connection } from '#main/db/schema.ts';
import type { StoredRevision, ThingProjection } from './thing-projection.ts';

interface MessageRow {
  revision: number;
  ledger: number;
  about: string;
  id: string;
  after: string;
  at: number;
  moment: number;
}

const DAY = 86_400_000;
/** Later days are found as if they were this one: a row number has to stay a whole number in JavaScript. */
const LAST_DAY = 2 ** 20 - 1;
const COLUMNS = 'revision, ledger, about, id, after, at, moment';

/** Sorts by day when read as a number; see the table `message_search`. */
const searchRow = ({ at, revision }: Pick<MessageRow, 'at' | 'revision'>): number => Math.min(Math.floor(at / DAY), LAST_DAY) * 2 ** 32 + revision;

/**
 * A text is never hidden by another under the same id: each is shown. A call leaves one card, whoever wrote it: the one
 * that tells of the longer talk, then the lesser id.
 */
function toShown(stored: readonly StoredRevision[]): StoredRevision<RevisionOf<'message'>>[] {
  const all = stored as readonly StoredRevision<RevisionOf<'message'>>[];
  const secondsOf = ({ revision: { body: { content } } }: StoredRevision<RevisionOf<'message'>>): number => (content.kind === 'call' ? (content.seconds ?? -1) : 0);
  const cards = all.filter(({ revision }) => revision.body.content.kind === 'call');
  const [card] = cards.toSorted((a, b) => secondsOf(b) - secondsOf(a) || (a.revision.id < b.revision.id ? -1 : 1));
  return all.filter((one) => one === card || !cards.includes(one));
}

/** Messages in their order, whether they are unread, and what they can be found by. */
export function createMessageProjection(database: Connection): ThingProjection {
  const rowsOf = database.prepare<[string, number], MessageRow>(`SELECT ${COLUMNS} FROM message WHERE thing = ? AND ledger = ?`);
  const add = database.prepare('INSERT INTO message (revision, ledger, about, id, thing, after, device, at, moment, unread) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0)');
  const remove = database.prepare('DELETE FROM message WHERE revision = ?');
  const setMoment = database.prepare('UPDATE message SET moment = ? WHERE revision = ?');
  const momentOf = database.prepare<[string, number, string], number>('SELECT moment FROM message WHERE id = ? AND ledger = ? AND about = ?').pluck();
  // SQLite would look through the whole chat; the second condition is what the index asks for.
  const following = database.prepare<[string, number, string], MessageRow>(`SELECT ${COLUMNS} FROM message INDEXED BY message_after WHERE after = ? AND after <> '' AND ledger = ? AND about = ?`);
  /** When this device came into the ledger: it learnt then what the ledger is. */
  const arrivalIn = database.prepare<[number], number | null>(
    `SELECT (SELECT min(seen_at) FROM revision WHERE thing = ledger.id AND revision.ledger = ledger.key AND type = 'ledger') FROM ledger WHERE key = ?`,
  ).pluck();
  const setUnread = database.prepare<[{ revision: number; arrival: number | null }]>(
    // Where the clock was a day or more ahead then, nothing says what is history.
    `UPDATE message SET unread = 1 WHERE revision = :revision
     AND (moment >= :arrival OR (SELECT seen_at FROM revision WHERE key = :revision) < :arrival - ${DAY})
     AND device IS NOT (SELECT device FROM ledger WHERE key = message.ledger)
     AND NOT EXISTS (SELECT 1 FROM chat_read AS mark WHERE mark.ledger = message.ledger AND mark.about = message.about
       AND (message.moment, message.id) <= (mark.moment, mark.id) AND message.revision <= mark.revision)`,
  );
  const addWords = database.prepare('INSERT INTO message_search (rowid, words) VALUES (?, ?)');
  const removeWords = database.prepare('DELETE FROM message_search WHERE rowid = ?');

  /** Rows whose moment has to be found, by their number; and of those of them that are new, the ledger. */
  let unsettled = new Map<number, MessageRow>();
  let fresh = new Map<number, number>();

  function take(row: MessageRow): void {
    for (const next of following.all(row.id, row.ledger, row.about)) unsettled.set(next.revision, next);
    unsettled.delete(row.revision);
    fresh.delete(row.revision);
    remove.run(row.revision);
    removeWords.run(searchRow(row));
  }

  function put(ledger: number, { key, revision: { id, of, at, device, body: { about, after, content } } }: StoredRevision<RevisionOf<'message'>>): void {
    const row: MessageRow = { revision: key, ledger, about: about ?? '', id, after: after ?? '', at, moment: at };
    add.run(key, ledger, row.about, id, of, row.after, device, at, at);
    if (content.kind === 'text') addWords.run(searchRow(row), toSearchText(content.text));
    unsettled.set(key, row);
    fresh.set(key, ledger);
  }

  /** Finds the moments of what is unsettled, and of what follows it as far as that changes. */
  function settle(): void {
    const nameOf = ({ ledger, about, id }: Pick<MessageRow, 'ledger' | 'about' | 'id'>): string => `${ledger}/${about}/${id}`;
    const names = new Set([...unsettled.values()].map(nameOf));
    const open = [...unsettled.values()].filter(({ ledger, about, after }) => !names.has(nameOf({ ledger, about, id: after })));
    for (let row = open.pop(); row; row = open.pop()) {
      const moment = toMoment(row.at, row.after === '' ? undefined : momentOf.get(row.after, row.ledger, row.about));
      if (moment !== row.moment) setMoment.run(moment, row.revision);
      for (const next of following.all(row.id, row.ledger, row.about)) {
        if (unsettled.has(next.revision) || next.moment !== toMoment(next.at, moment)) open.push(next);
      }
      unsettled.delete(row.revision);
    }
    // What was written before this device came into the ledger is its history, and news to nobody.
    const arrivals = new Map([...new Set(fresh.values())].map((ledger) => [ledger, arrivalIn.get(ledger) ?? null]));
    for (const [revision, ledger] of fresh) setUnread.run({ revision, arrival: arrivals.get(ledger) ?? null });
    forget();
  }

  function forget(): void {
    unsettled = new Map();
    fresh = new Map();
  }

  return {
    project(ledger, thing, stored) {
      const shown = toShown(stored);
      const there = rowsOf.all(thing, ledger);
      for (const row of there) if (!shown.some(({ key }) => key === row.revision)) take(row);
      for (const one of shown) if (!there.some(({ revision }) => revision === one.key)) put(ledger, one);
    },
    withdraw(ledger, thing) {
      for (const row of rowsOf.all(thing, ledger)) take(row);
    },
    finish: settle,
    forget,
    clear() {
      database.exec(`DELETE FROM message; INSERT INTO message_search (message_search) VALUES ('delete-all')`);
    },
  };
}
