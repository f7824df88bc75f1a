import { done, failed, SHARD, sumTotal, type PostgresDatabase } from './store.postgres.database.ts';
import type { RelayStore } from './store.ts';

const uncount = `INSERT INTO total SELECT ${SHARD}, -sum(length), -count(*) FROM gone HAVING count(*) > 0
  ON CONFLICT (shard) DO UPDATE SET bytes = total.bytes + excluded.bytes, boxes = total.boxes + excluded.boxes`;
/** Leaves alone what another relay is just emptying. */
const removeExpired = {
  name: 'box-expire',
  text: `
WITH gone AS (
  DELETE FROM box WHERE box IN (SELECT box FROM box WHERE expires <= $1 ORDER BY box FOR UPDATE SKIP LOCKED) RETURNING octet_length(bytes) AS length
) ${uncount}`,
};
/** One statement: of two relays that are asked for the same box at a time one gets it. */
const remove = {
  name: 'box-take',
  text: `
WITH gone AS (DELETE FROM box WHERE box = $1 RETURNING bytes, expires, octet_length(bytes) AS length), counted AS (${uncount})
SELECT bytes FROM gone WHERE expires > $2`,
};
const select = { name: 'box', text: 'SELECT bytes FROM box WHERE box = $1' };
const insert = { name: 'box-put', text: 'INSERT INTO box VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING true AS made' };

/** The mailbox of a relay's store in PostgreSQL. */
export function createPostgresMailbox({ write, totalBytes }: PostgresDatabase, boxes: number): Pick<RelayStore, 'put' | 'take' | 'expire'> {
  const expire = (now: number) =>
    write<void>(async (transaction) => {
      await transaction.query(removeExpired, [now]);
      return done(undefined);
    });

  return {
    expire,
    async put(box, bytes, expires, now) {
      // A transaction of its own: what counts is counted last in each.
      const expired = await expire(now);
      if (!expired.ok) return expired;
      return write(async (transaction) => {
        const [there] = await transaction.query<{ bytes: Buffer }>(select, [box]);
        if (there) return done(there.bytes.equals(bytes));
        const [used] = await transaction.query<{ bytes: number; boxes: number }>(sumTotal, []);
        if ((used?.bytes ?? 0) + bytes.length > totalBytes || (used?.boxes ?? 0) >= boxes) return failed('relay_full');
        const [made] = await transaction.query(insert, [box, Buffer.from(bytes), expires]);
        if (!made) return done(false);
        await transaction.count(null, bytes.length, 1);
        return done(true);
      });
    },
    take: (box, now) =>
      write(async (transaction) => {
        const [taken] = await transaction.query<{ bytes: Uint8Array }>(remove, [box, now]);
        return done(taken?.bytes ?? null);
      }),
  };
}
