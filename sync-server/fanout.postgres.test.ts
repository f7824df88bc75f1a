import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { skipWithoutPostgres, startPostgres, type PostgresForTests } from '#tests/postgres.ts';
import { createPostgresFanOut, type PostgresFanOutOptions } from './fanout.postgres.ts';
import type { FanOut, Hint } from './fanout.ts';

const [LEDGER, OTHER_LEDGER, DOCUMENT] = ['1'.repeat(32), '2'.repeat(32), 'a'.repeat(32)];
const frames = (from: number, to = from, document = DOCUMENT): Hint => ({ type: 'frames', ledger: LEDGER, document, from, to });

describe.skipIf(skipWithoutPostgres('hints between relays over PostgreSQL'))('fan-out over PostgreSQL', () => {
  let postgres: PostgresForTests;
  const open: FanOut[] = [];
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterEach(() => Promise.all(open.splice(0).map((one) => one.close())));
  afterAll(() => postgres.stop());

  async function join(url: string, more: Partial<PostgresFanOutOptions> = {}) {
    const fanOut = await createPostgresFanOut({ url, ...more });
    open.push(fanOut);
    const heard: Hint[] = [];
    let gaps = 0;
    fanOut.listen({ onHint: (hint) => heard.push(hint), onGap: () => (gaps += 1) });
    return { ...fanOut, heard, gaps: () => gaps };
  }

  it('tells the others, and not oneself', async () => {
    const url = postgres.newDatabase();
    const [one, two, three] = [await join(url), await join(url), await join(url)];
    one.tell(frames(1));
    await expect.poll(() => two.heard).toEqual([frames(1)]);
    one.tell({ type: 'records', ledger: OTHER_LEDGER });
    await expect.poll(() => three.heard).toEqual([frames(1), { type: 'records', ledger: OTHER_LEDGER }]);
    expect(one.heard).toEqual([]);
    expect([one, two, three].map(({ gaps }) => gaps())).toEqual([0, 0, 0]);
  });

  it('tells what comes together in few notices', async () => {
    const url = postgres.newDatabase();
    const lags: number[] = [];
    const [one, two] = [await join(url, { onLag: (lag) => lags.push(lag) }), await join(url)];
    for (let seq = 1; seq <= 500; seq += 1) one.tell(frames(seq));
    const other = (index: number) => index.toString(16).padStart(32, '0');
    for (let index = 0; index < 500; index += 1) one.tell(frames(7, 7, other(index)));
    await expect.poll(() => two.heard.length).toBe(501);
    expect(two.heard[0]).toEqual(frames(1, 500));
    expect(two.heard.at(-1)).toEqual(frames(7, 7, other(499)));
    // 501 lines of some 75 characters, in notices of up to 7 900.
    await expect.poll(() => lags.length).toBe(5);
  });

  it('looks again when the database was away, tells the others that something may be missing, and goes on', async () => {
    const url = postgres.newDatabase();
    const states: boolean[] = [];
    const [one, two] = [await join(url, { onConnection: (isThere) => states.push(isThere) }), await join(url)];
    await postgres.halt('immediate');
    await expect.poll(() => states).toEqual([true, false]);
    one.tell(frames(1));
    await postgres.start();
    await expect.poll(() => one.gaps(), { timeout: 10_000 }).toBeGreaterThan(0);
    await expect.poll(() => two.gaps(), { timeout: 10_000 }).toBeGreaterThan(0);
    two.tell(frames(2));
    await expect.poll(() => one.heard).toEqual([frames(2)]);
    one.tell(frames(3));
    await expect.poll(() => two.heard.at(-1)).toEqual(frames(3));
  });

  it('looks again when another falls silent without a goodbye: it may have died with something unsaid', async () => {
    const url = postgres.newDatabase();
    const [one, two] = [await join(url, { heartbeat: 50 }), await join(url, { heartbeat: 50 })];
    await expect.poll(() => two.gaps()).toBe(0);
    postgres.sql(url, "SELECT pg_notify('tallystick_relay', 'somebody 1')"); // and never again
    await expect.poll(() => [one.gaps(), two.gaps()]).toEqual([1, 1]);
    const last = await join(url, { heartbeat: 50 });
    last.tell(frames(9));
    await last.close();
    await expect.poll(() => one.heard).toEqual([frames(9)]);
    // Somebody else dies after that one has left in order: only this is noticed.
    postgres.sql(url, "SELECT pg_notify('tallystick_relay', 'another 1')");
    await expect.poll(() => [one.gaps(), two.gaps()]).toEqual([2, 2]);
  });

  it('takes a notice that it does not understand for a gap', async () => {
    const url = postgres.newDatabase();
    const one = await join(url);
    postgres.sql(url, "SELECT pg_notify('tallystick_relay', E'somebody 1\\nnonsense')");
    await expect.poll(() => one.gaps()).toBe(1);
    expect(one.heard).toEqual([]);
  });
});
