import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { migrate, MIGRATIONS } from './migrate.ts';

it('a store of the first version is brought up to date, with what lies in quarantine counted', () => {
  const database = new Database(':memory:');
  migrate(database, MIGRATIONS.slice(0, 1));
  database.exec(`
    INSERT INTO ledger (key, id) VALUES (1, 'one'), (2, 'other');
    INSERT INTO document (key, ledger, id) VALUES (1, 1, 'one');
    INSERT INTO frame (document, id, state, bytes) VALUES (1, 'a', 'merged', zeroblob(10)), (1, 'b', 'quarantined', zeroblob(20)), (1, 'c', 'quarantined', zeroblob(30));
  `);
  expect(migrate(database)).toEqual({ ok: true, value: { stale: false } });
  expect(database.prepare('SELECT id, quarantined_bytes AS bytes FROM ledger').all()).toEqual([{ id: 'one', bytes: 50 }, { id: 'other', bytes: 0 }]);
  database.close();
});
