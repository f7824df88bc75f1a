import type { DeviceId, Id, LedgerId, RevisionId } from '#domain/ids.ts';
import type { RevisionOf } from '#domain/revision.ts';
import { toSearchQuery } from '#domain/search-text.ts';
import { payloadToRevision } from '#main/db/payload.ts';
import type { Reader } from '#main/db/reader.ts';
import type { LedgerRow } from './ledgers.ts';

/** A message as it is kept; who wrote it in truth is added by whoever knows the membership. */
export interface MessageRow {
  readonly revision: RevisionOf<'message'>;
  /** When it came here. */
  readonly seenAt: number;
  /** Where it stands: see message-order.ts. */
  readonly moment: number;
  readonly waiting: boolean;
}

export interface FoundMessage extends MessageRow {
  readonly ledger: LedgerId;
}

/** What is unread in a chat. `first`: the index of the earliest. */
export interface Unread {
  readonly count: number;
  readonly first: number | null;
}

export interface ThreadCount {
  readonly about: Id;
  readonly messages: number;
  readonly unread: number;
}

/** `about` null: the chat of the ledger itself. `own`: devices that are mine too, whose messages are news to nobody here. */
export interface MessageQueries {
  count(ledger: LedgerRow, about: Id | null): number;
  /** Oldest first, `offset` from the oldest. */
  page(ledger: LedgerRow, about: Id | null, offset: number, limit: number): MessageRow[];
  last(ledger: LedgerRow, about: Id | null): MessageRow | undefined;
  unread(ledger: LedgerRow, about: Id | null, own: readonly DeviceId[]): Unread;
  /** In each chat of the ledger that has something unread, threads and the ledger's own (null), at most 500. */
  unreadChats(ledger: LedgerRow, own: readonly DeviceId[]): { about: Id | null; count: number }[];
  threads(ledger: LedgerRow, about: readonly Id[], own: readonly DeviceId[]): ThreadCount[];
  place(ledger: LedgerRow, message: RevisionId): { about: Id | null; index: number } | undefined;
  /** The message that was sent under this id, where it is here already. */
  sent(ledger: LedgerRow, message: Id): RevisionId | undefined;
  /** Whether anything is known of a thing that is no message. */
  isThing(ledger: LedgerRow, thing: Id): boolean;
  /** The newest messages of all ledgers in which every word occurs. */
  search(text: string, limit: number): FoundMessage[];
}

interface Row {
  payload: string;
  seenAt: number;
  moment: number;
  waiting: number;
}

const CHAT = 'ledger = ? AND about = ?';
const COLUMNS = 'revision.payload, revision.seen_at AS seenAt, message.moment, change.waiting';
const JOINS = 'JOIN revision ON revision.key = message.revision JOIN change ON change.key = revision.change';
const NOT_OWN = 'device NOT IN (SELECT value FROM json_each(?))';
const MAXIMUM_THREADS = 500;

const toRow = ({ payload, seenAt, moment, waiting }: Row): MessageRow => ({
  revision: payloadToRevision(payload) as RevisionOf<'message'>, seenAt, moment, waiting: waiting === 1,
});
const toAbout = (about: Id | null): string => about ?? '';
const fromAbout = (about: string): Id | null => (about === '' ? null : about);

export function createMessageQueries(reader: Reader): MessageQueries {
  const count = reader.prepare<[number, string], number>(`SELECT count(*) FROM message WHERE ${CHAT}`).pluck();
  /** Found in the index alone, from whichever end is nearer; only the rows of the page are looked at. */
  const page = (direction: 'ASC' | 'DESC') => reader.prepare<[number, string, number, number], Row>(
    `SELECT ${COLUMNS} FROM (SELECT revision, moment, id FROM message WHERE ${CHAT} ORDER BY moment ${direction}, id ${direction} LIMIT ? OFFSET ?) AS message
     ${JOINS} ORDER BY message.moment, message.id`,
  );
  const [fromOldest, fromNewest] = [page('ASC'), page('DESC')];
  const unread = reader.prepare<[number, string, string], number>(`SELECT count(*) FROM message WHERE ${CHAT} AND unread = 1 AND ${NOT_OWN}`).pluck();
  const firstUnread = reader.prepare<[number, string, string], { moment: number; id: string }>(
    `SELECT moment, id FROM message WHERE ${CHAT} AND unread = 1 AND ${NOT_OWN} ORDER BY moment, id LIMIT 1`,
  );
  const unreadChats = reader.prepare<[number, string, number], { about: string; count: number }>(
    `SELECT about, count(*) AS count FROM message WHERE ledger = ? AND unread = 1 AND ${NOT_OWN} GROUP BY about LIMIT ?`,
  );
  const before = reader.prepare<[number, string, number, string], number>(`SELECT count(*) FROM message WHERE ${CHAT} AND (moment, id) < (?, ?)`).pluck();
  const find = reader.prepare<[string, number], { about: string; moment: number }>('SELECT about, moment FROM message WHERE id = ? AND ledger = ?');
  const sent = reader.prepare<[string, number], string>('SELECT id FROM message WHERE thing = ? AND ledger = ? LIMIT 1').pluck();
  const isThing = reader.prepare<[string, number], number>(`SELECT 1 FROM revision WHERE thing = ? AND ledger = ? AND type <> 'message' LIMIT 1`).pluck();
  const found = reader.prepare<[string, number], Row & { ledger: LedgerId }>(
    `SELECT ledger.id AS ledger, ${COLUMNS} FROM (SELECT rowid FROM message_search WHERE message_search MATCH ? ORDER BY rowid DESC LIMIT ?) AS hit
     JOIN message ON message.revision = hit.rowid & 4294967295 ${JOINS} JOIN ledger ON ledger.key = message.ledger ORDER BY hit.rowid DESC`,
  );

  return {
    count: ({ key }, about) => count.get(key, toAbout(about)) ?? 0,
    page({ key }, about, offset, limit) {
      const total = count.get(key, toAbout(about)) ?? 0;
      if (offset >= total) return [];
      const rows = Math.min(limit, total - offset);
      const behind = total - offset - rows;
      return (offset <= behind ? fromOldest.all(key, toAbout(about), rows, offset) : fromNewest.all(key, toAbout(about), rows, behind)).map(toRow);
    },
    last({ key }, about) {
      const row = fromNewest.get(key, toAbout(about), 1, 0);
      return row && toRow(row);
    },
    unread({ key }, about, own) {
      const place = [key, toAbout(about), JSON.stringify(own)] as const;
      const first = firstUnread.get(...place);
      if (!first) return { count: 0, first: null };
      return { count: unread.get(...place) ?? 0, first: before.get(key, toAbout(about), first.moment, first.id) ?? 0 };
    },
    unreadChats: ({ key }, own) => unreadChats.all(key, JSON.stringify(own), MAXIMUM_THREADS).map((row) => ({ about: fromAbout(row.about), count: row.count })),
    threads({ key }, about, own) {
      return about.flatMap((thing) => {
        const messages = count.get(key, thing) ?? 0;
        return messages === 0 ? [] : [{ about: thing, messages, unread: unread.get(key, thing, JSON.stringify(own)) ?? 0 }];
      });
    },
    place({ key }, message) {
      const there = find.get(message, key);
      return there && { about: fromAbout(there.about), index: before.get(key, there.about, there.moment, message) ?? 0 };
    },
    sent: ({ key }, message) => sent.get(message, key),
    isThing: ({ key }, thing) => isThing.get(thing, key) !== undefined,
    search(text, limit) {
      const query = toSearchQuery(text);
      return query === null ? [] : found.all(query, limit).map(({ ledger, ...row }) => ({ ledger, ...toRow(row) }));
    },
  };
}
