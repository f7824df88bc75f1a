import { done, failed, idToBlob, type RelayDatabase } from './store.sqlite.database.ts';
import type { RelayStore } from './store.ts';

/** The mailbox of a relay's store in SQLite. */
export function createSqliteMailbox({ database, count, hasRoom, write }: RelayDatabase, boxes: number): Pick<RelayStore, 'put' | 'take' | 'expire'> {
  const select = database.prepare<[Buffer], Buffer>('SELECT bytes FROM box WHERE box = ?').pluck();
  const countBoxes = database.prepare<[], number>('SELECT count(*) FROM box').pluck();
  const insert = database.prepare('INSERT INTO box VALUES (?, ?, ?)');
  const remove = database.prepare<[Buffer], Buffer>('DELETE FROM box WHERE box = ? RETURNING bytes').pluck();
  const removeExpired = database.prepare<[number], number>('DELETE FROM box WHERE expires <= ? RETURNING length(bytes)').pluck();

  function empty(now: number): void {
    for (const length of removeExpired.all(now)) count(null, -length);
  }

  return {
    put: (box, bytes, expires, now) =>
      write(() => {
        empty(now);
        const there = select.get(idToBlob(box));
        if (there) return done(there.equals(bytes));
        if (!hasRoom(null, bytes.length) || (countBoxes.get() ?? 0) >= boxes) return failed('relay_full');
        insert.run(idToBlob(box), bytes, expires);
        count(null, bytes.length);
        return done(true);
      }),
    take: (box, now) =>
      write(() => {
        empty(now);
        const taken = remove.get(idToBlob(box)) ?? null;
        count(null, -(taken?.length ?? 0));
        return done(taken);
      }),
    expire: (now) =>
      write(() => {
        empty(now);
        return done(undefined);
      }),
  };
}
