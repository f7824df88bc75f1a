import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { skipWithoutPostgres, startPostgres, type PostgresForTests } from '#tests/postgres.ts';
import { createPostgresRelayStore, type PostgresRelayStoreOptions } from './store.postgres.ts';
import { relayStoreSuite } from './store.suite.ts';
import type { FrameToAppend, RelayStore, StoreLimits } from './store.ts';

const isSkipped = skipWithoutPostgres("the relay's store in PostgreSQL");
let postgres: PostgresForTests;
const newIncarnation = () => randomBytes(16).toString('hex');
const open = (url: string, more: Partial<PostgresRelayStoreOptions> = {}) => createPostgresRelayStore({ url, newIncarnation, ...more });

const place = { ledger: '1'.repeat(32), records: 0 };
const [DOCUMENT, BLOB] = ['a'.repeat(32), 'f'.repeat(32)];
const frame = (size = 200): FrameToAppend => ({ document: DOCUMENT, frame: newIncarnation(), bytes: randomBytes(size) });

/** A small disk of its own for a table space, owned by whom the server runs as; null where this machine doesn't let us make one. */
function mountSmallDisk(url: string): string | null {
  const owner = statSync(postgres.sql(url, 'SHOW data_directory')).uid;
  const folder = mkdtempSync(join(tmpdir(), 'small-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=24m,mode=0700,uid=${owner}`, 'tmpfs', folder], { stdio: 'pipe' });
    return folder;
  } catch {
    rmSync(folder, { recursive: true });
    return null;
  }
}

describe.skipIf(isSkipped)('PostgreSQL', () => {
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres.stop());

  let latest: { url: string; limits: StoreLimits };
  relayStoreSuite('PostgreSQL', {
    open(limits = {}) {
      latest = { url: postgres.newDatabase(), limits };
      return open(latest.url, limits);
    },
    async reopen(store) {
      await store.close();
      return open(latest.url, latest.limits);
    },
    clean: () => {},
  });

  describe('under several relays at a time', () => {
    const withStores = async (count: number, run: (stores: RelayStore[], url: string) => Promise<void>, more: Partial<PostgresRelayStoreOptions> = {}) => {
      const url = postgres.newDatabase();
      const stores = await Promise.all(Array.from({ length: count }, () => open(url, more)));
      await run(stores, url).finally(() => Promise.all(stores.map((store) => store.close())));
    };

    it('is made once, however many start together', () =>
      withStores(6, async (stores, url) => {
        expect(new Set(stores.map(({ incarnation }) => incarnation)).size).toBe(1);
        expect(postgres.sql(url, 'SELECT count(*) FROM migration')).toBe('1');
      }));

    it('numbers the frames of one document without a gap, and knows a frame that another relay took', () =>
      withStores(3, async (stores, url) => {
        const frames = Array.from({ length: 300 }, () => frame());
        // Each frame is brought to two of three relays at about the same time.
        const answers = await Promise.all(frames.flatMap((one, index) => [0, 1].map((more) => stores[(index + more) % 3]?.append(place, [one], 0))));
        const told = new Map<string, number>();
        for (const answer of answers) {
          const [appended] = answer?.ok ? answer.value : [];
          if (!appended || !('seq' in appended)) throw new Error('a frame was refused');
          expect(told.get(appended.frame) ?? appended.seq).toBe(appended.seq);
          told.set(appended.frame, appended.seq);
        }
        expect([...told.values()].toSorted((a, b) => a - b)).toEqual(frames.map((_, index) => index + 1));
        expect(answers.filter((answer) => answer?.ok && answer.value.some((one) => 'fresh' in one && one.fresh))).toHaveLength(300);
        expect(postgres.sql(url, 'SELECT bytes, documents FROM ledger')).toBe(`${300 * 200}|1`);
        expect(postgres.sql(url, 'SELECT sum(bytes) FROM total')).toBe(String(300 * 200));
      }));

    it('lets one of two records with the same number in', () =>
      withStores(2, async (stores) => {
        for (let records = 0; records < 20; records += 1) {
          const outcomes = await Promise.all(stores.map((store, index) => store.appendRecords({ ...place, records }, [new Uint8Array([index])])));
          expect(outcomes.map(({ ok }) => ok).toSorted()).toEqual([false, true]);
        }
      }));

    it('keeps the quota that they share', () =>
      withStores(3, async (stores) => {
        const outcomes = await Promise.all(Array.from({ length: 60 }, (_, index) => stores[index % 3]?.append(place, [frame(100)], 0)));
        const stored = outcomes.flatMap((outcome) => (outcome?.ok ? outcome.value : [])).filter((one) => 'seq' in one);
        expect(stored).toHaveLength(25);
      }, { ledgerBytes: 2_500 }));

    it('drops what is old once, and blobs that nobody finished', () =>
      withStores(2, async (stores, url) => {
        const [one] = stores;
        const frames = Array.from({ length: 30 }, () => frame());
        const last = frames.at(-1)?.frame ?? '';
        await one?.append(place, frames, 0);
        await one?.append(place, [{ ...frame(), snapshot: { seq: 30, frame: last, member: 'x', isVouched: true } }], 0);
        await one?.putChunk(place, BLOB, 0, 2, new Uint8Array(10), 0);
        const dropped = await Promise.all(stores.flatMap((store) => [store.compact(1), store.sweepBlobs(1)]));
        expect(dropped.every(({ ok }) => ok)).toBe(true);
        expect(postgres.sql(url, 'SELECT bytes, (SELECT sum(bytes) FROM total), (SELECT count(*) FROM log) FROM ledger')).toBe('200|200|1');
      }));
  });

  it('is not touched by a relay that is older than the one that was there', async () => {
    const url = postgres.newDatabase();
    await (await open(url)).close();
    postgres.sql(url, 'INSERT INTO migration (number) VALUES (99)');
    await expect(open(url)).rejects.toThrow(/newer version/);
  });

  it('answers that it failed while the database is away, and goes on when it is back', async () => {
    const reasons: string[] = [];
    const store = await open(postgres.newDatabase(), { onFailure: (reason) => reasons.push(reason) });
    await store.append(place, [frame()], 0);
    await postgres.halt('immediate');
    expect(await store.append(place, [frame()], 0)).toEqual({ ok: false, code: 'relay_failed' });
    expect(await store.heads(place)).toEqual({ ok: false, code: 'relay_failed' });
    expect((await store.check()).ok).toBe(false);
    expect(reasons.length).toBeGreaterThan(0);
    await postgres.start();
    expect((await store.check()).ok).toBe(true);
    expect(await store.append(place, [frame()], 0)).toMatchObject({ ok: true, value: [{ seq: 2 }] });
    await store.close();
  });

  it('says that it is full where there are too many connections', async () => {
    const url = postgres.newDatabase();
    await (await open(url)).close();
    postgres.sql(url, 'CREATE ROLE guest LOGIN CONNECTION LIMIT 1; GRANT ALL ON ALL TABLES IN SCHEMA public TO guest; GRANT ALL ON SCHEMA public TO guest');
    const store = await open(url.replace('relay@', 'guest@'));
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => store.heads(place)));
    expect(outcomes.filter(({ ok }) => ok)).not.toHaveLength(0);
    for (const outcome of outcomes) if (!outcome.ok) expect(outcome.code).toBe('relay_full');
    await store.close();
  });

  it('says that it is full where the disk is, keeps what it has, and goes on when there is room', async (context) => {
    const url = postgres.newDatabase();
    const disk = mountSmallDisk(url);
    if (!disk) {
      process.stderr.write('SKIPPED: PostgreSQL on a full disk: no small disk can be mounted here\n');
      return context.skip();
    }
    try {
      postgres.sql(url, `CREATE TABLESPACE small LOCATION '${disk}'`);
      const store = await open(url);
      postgres.sql(url, 'ALTER TABLE log SET TABLESPACE small');
      let stored = 0;
      for (;;) {
        const outcome = await store.append(place, [frame(500_000)], 0);
        if (!outcome.ok) {
          expect(outcome.code).toBe('relay_full');
          break;
        }
        stored += 1;
      }
      expect(stored).toBeGreaterThan(10);
      expect(await store.heads(place)).toMatchObject({ ok: true, value: [{ seq: stored }] });
      postgres.sql(url, 'ALTER TABLE log SET TABLESPACE pg_default');
      expect(await store.append(place, [frame(500_000)], 0)).toMatchObject({ ok: true, value: [{ seq: stored + 1 }] });
      await store.close();
      postgres.sql(url, 'DROP TABLESPACE small');
    } finally {
      execFileSync('umount', ['-l', disk]);
      rmSync(disk, { recursive: true });
    }
  });
});

describe.skipIf(isSkipped)('PostgreSQL that does not keep what it commits', () => {
  it('is refused', async () => {
    const careless = await startPostgres({ fsync: 'off' });
    await expect(open(careless.newDatabase())).rejects.toThrow(/fsync/);
    await careless.stop();
  });
});
