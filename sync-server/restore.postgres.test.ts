/** The drill of docs/operating-a-relay.md: back up while everybody writes, lose the relay, bring back the older copy. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { skipWithoutPostgres, startPostgres, type PostgresForTests } from '#tests/postgres.ts';
import { backUp } from './backup.ts';
import { createReader, createWriter, startNode } from './sample-nodes.ts';
import { sampleDocument, sampleLedger } from './sample.ts';

const DOCUMENT = sampleDocument('a');
const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end();
});

/** Writes through a relay, copies its data meanwhile, kills it, and reads what a relay on the copy has. */
async function drill(environment: Record<string, string>, copy: () => Record<string, string>) {
  const ledger = sampleLedger();
  const first = await startNode(environment);
  endings.push(() => first.end('SIGKILL'));
  const writer = createWriter(ledger, ledger.owner, DOCUMENT, () => first.port);
  endings.push(writer.stop);
  await expect.poll(() => writer.acknowledged.size, { timeout: 20_000 }).toBeGreaterThan(100);
  const before = new Map(writer.acknowledged);
  const restored = copy();
  await expect.poll(() => writer.acknowledged.size, { timeout: 20_000 }).toBeGreaterThan(before.size + 50);
  await first.end('SIGKILL');
  writer.stop();

  const second = await startNode(restored);
  endings.push(() => second.end('SIGKILL'));
  const reader = createReader(ledger, ledger.owner, DOCUMENT, () => second.port);
  endings.push(reader.stop);
  await expect.poll(() => reader.frames.length, { timeout: 20_000 }).toBeGreaterThanOrEqual(before.size);
  // All that was acknowledged before the copy is in it, each where it was; what came later is for the clients to bring again.
  expect([...before].filter(([frame, seq]) => reader.frames[seq - 1] !== frame)).toEqual([]);
  expect(reader.frames.every((frame, index) => (writer.acknowledged.get(frame) ?? index + 1) === index + 1)).toBe(true);
  const late = createWriter(ledger, ledger.owner, DOCUMENT, () => second.port);
  endings.push(late.stop);
  await expect.poll(() => late.acknowledged.size, { timeout: 20_000 }).toBeGreaterThan(20);
}

describe('a copy of a relay that was working', () => {
  it('on SQLite is whole, and a relay goes on with it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'relay-restore-'));
    endings.push(() => rmSync(folder, { recursive: true, force: true }));
    const [data, copy] = [join(folder, 'relay.sqlite'), join(folder, 'copy.sqlite')];
    await drill({ RELAY_DATA: data }, () => {
      backUp(data, copy);
      const database = new Database(copy);
      expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
      database.close();
      return { RELAY_DATA: copy };
    });
    expect(() => backUp(data, copy)).toThrow(/there already/);
    expect(() => backUp(join(folder, 'nothing.sqlite'), join(folder, 'other.sqlite'))).toThrow(/unable to open/);
  });

  describe.skipIf(skipWithoutPostgres('the restore drill on PostgreSQL'))('on PostgreSQL', () => {
    let postgres: PostgresForTests;
    beforeAll(async () => {
      postgres = await startPostgres();
    });
    afterAll(() => postgres.stop());

    it('is whole, and a relay goes on with it', async () => {
      const [url, restored] = [postgres.newDatabase(), postgres.newDatabase()];
      const dump = join(postgres.sql(url, 'SHOW data_directory'), '..', 'relay.dump');
      await drill({ RELAY_STORE: url }, () => {
        postgres.run('pg_dump', ['--format=custom', `--file=${dump}`, url]);
        postgres.run('pg_restore', ['--no-owner', `--dbname=${restored}`, dump]);
        return { RELAY_STORE: restored };
      });
      // It is the same log for its clients, only shorter.
      const incarnationIn = (database: string) => postgres.sql(database, "SELECT value FROM meta WHERE name = 'incarnation'");
      expect(incarnationIn(restored)).toBe(incarnationIn(url));
    });
  });
});
