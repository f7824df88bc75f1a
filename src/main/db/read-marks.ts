import type { Id, RevisionId } from '#domain/ids.ts';
import type { Result } from '#domain/result.ts';
import type { StoreErrorCode } from '#sync/store.ts';
import type { LedgerRow } from './queries/ledgers.ts';
import type { Connection } from './schema.ts';
import type { Writer } from './write.ts';

/** How far each chat has been seen on this device. It says so to nobody else. */
export interface ReadMarks {
  /** Sees a message and all before it, of what is here now. Answers whether anything was unread; false too where the message is not in this chat. */
  mark(ledger: LedgerRow, about: Id | null, upTo: RevisionId): Promise<Result<boolean, StoreErrorCode>>;
}

export function createReadMarks(database: Connection, writer: Pick<Writer, 'write'>): ReadMarks {
  const find = database.prepare<[string, number, string], { moment: number }>('SELECT moment FROM message WHERE id = ? AND ledger = ? AND about = ?');
  const see = database.prepare('UPDATE message SET unread = 0 WHERE ledger = ? AND about = ? AND unread = 1 AND (moment, id) <= (?, ?)');
  // Kept for when the read model is made anew. A mark never goes back: what was seen was seen.
  const keep = database.prepare(
    `INSERT INTO chat_read (ledger, about, moment, id, revision) VALUES (?, ?, ?, ?, (SELECT max(key) FROM revision))
     ON CONFLICT DO UPDATE SET moment = excluded.moment, id = excluded.id, revision = excluded.revision WHERE (excluded.moment, excluded.id) >= (chat_read.moment, chat_read.id)`,
  );
  return {
    mark: ({ key }, about, upTo) =>
      writer.write(() => {
        const there = find.get(upTo, key, about ?? '');
        if (!there || see.run(key, about ?? '', there.moment, upTo).changes === 0) return false;
        keep.run(key, about ?? '', there.moment, upTo);
        return true;
      }),
  };
}
