import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { skipWithoutPostgres, startPostgres, type PostgresForTests } from '#tests/postgres.ts';
import { randomBytes } from 'node:crypto';
import { hexToBytes } from '#sync/protocol/bytes.ts';
import { MAXIMUM_SIGNAL_ADDRESSEES, MAXIMUM_SIGNAL_BYTES } from '#sync/protocol/limits.ts';
import { createReader, createSignaller, createWriter, startNode, type RelayNode } from './sample-nodes.ts';
import { sampleDocument, sampleKey, sampleLedger } from './sample.ts';

const DOCUMENT = sampleDocument('a');

describe.skipIf(skipWithoutPostgres('several relays on one PostgreSQL'))('several relays on one database', () => {
  let postgres: PostgresForTests;
  const endings: (() => unknown)[] = [];
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterEach(async () => {
    for (const end of endings.splice(0).toReversed()) await end();
  });
  afterAll(() => postgres.stop());

  async function start(url: string): Promise<RelayNode> {
    const node = await startNode({ RELAY_STORE: url });
    endings.push(() => node.end('SIGKILL'));
    return node;
  }
  function keep<T extends { stop(): void }>(client: T): T {
    endings.push(() => client.stop());
    return client;
  }
  /** What the database holds of the document, in order; throws where a number is missing. */
  function readLog(url: string): Map<string, number> {
    const rows = postgres.sql(url, 'SELECT frame, seq FROM log ORDER BY seq').split('\n').filter(Boolean).map((line) => line.split('|'));
    const log = new Map(rows.map(([frame = '', seq]) => [frame.replaceAll('-', ''), Number(seq)]));
    expect([...log.values()]).toEqual(rows.map((_, index) => index + 1));
    return log;
  }
  const missing = (acknowledged: ReadonlyMap<string, number>, log: ReadonlyMap<string, number>) => [...acknowledged].filter(([frame, seq]) => log.get(frame) !== seq);

  it('serve a ledger together: what one takes in, those at the other hear at once', async () => {
    const url = postgres.newDatabase();
    const nodes = await Promise.all([start(url), start(url)]);
    const ledger = sampleLedger();
    const people = [ledger.owner, ledger.admit('editor')];
    const readers = nodes.map(({ port }) => keep(createReader(ledger, ledger.owner, DOCUMENT, () => port)));
    const writers = nodes.map(({ port }, index) => keep(createWriter(ledger, people[index] ?? ledger.owner, DOCUMENT, () => port)));
    await expect.poll(() => writers.every(({ acknowledged }) => acknowledged.size > 100), { timeout: 20_000 }).toBe(true);
    for (const writer of writers) writer.finish();
    await expect.poll(() => writers.every((writer) => writer.isDone())).toBe(true);
    const total = writers.reduce((sum, { acknowledged }) => sum + acknowledged.size, 0);
    await expect.poll(() => readers.map(({ frames }) => frames.length), { timeout: 20_000 }).toEqual([total, total]);
    const log = readLog(url);
    for (const { acknowledged } of writers) expect(missing(acknowledged, log)).toEqual([]);
    for (const { frames, live } of readers) {
      expect(frames).toEqual([...log.keys()]);
      expect(live()).toBeGreaterThan(0);
    }
  });

  it('hand signals on to those who listen at another one, whole and of the largest size, and keep none', async () => {
    const url = postgres.newDatabase();
    const [first, second] = await Promise.all([start(url), start(url)]);
    const ledger = sampleLedger();
    const [bo, cy] = [ledger.admit('editor'), ledger.admit('viewer')];
    const [atFirst, atSecond] = [keep(createSignaller(ledger, ledger.owner, () => first.port)), keep(createSignaller(ledger, bo, () => second.port))];
    const alsoAtSecond = keep(createSignaller(ledger, cy, () => second.port));
    await expect.poll(() => [atFirst, atSecond, alsoAtSecond].every(({ isOpen }) => isOpen())).toBe(true);
    const large = new Uint8Array(randomBytes(MAXIMUM_SIGNAL_BYTES));
    const addressees = [bo, ...Array.from({ length: MAXIMUM_SIGNAL_ADDRESSEES - 1 }, sampleKey)].map(({ key }) => hexToBytes(key));
    const before = postgres.sql(url, "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace");
    atFirst.signal(addressees, large);
    atFirst.signal(null, Uint8Array.of(1));
    atSecond.signal(null, new Uint8Array());
    await expect.poll(() => [atFirst, atSecond, alsoAtSecond].map(({ heard }) => heard), { timeout: 10_000 }).toEqual([[new Uint8Array()], [large, Uint8Array.of(1)], [Uint8Array.of(1), new Uint8Array()]].map((heard) => expect.arrayContaining(heard)));
    expect([atFirst, atSecond, alsoAtSecond].map(({ heard }) => heard.length)).toEqual([1, 2, 2]);
    expect(postgres.sql(url, "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")).toBe(before);
  });

  it('lose nothing that was acknowledged when one is killed under load, and its clients go on at the other', async () => {
    const url = postgres.newDatabase();
    const [first, second] = [await start(url), await start(url)];
    let port = first.port;
    const ledger = sampleLedger();
    const reader = keep(createReader(ledger, ledger.owner, DOCUMENT, () => second.port));
    const writers = [ledger.owner, ledger.admit('editor'), ledger.admit('editor')].map((by) => keep(createWriter(ledger, by, DOCUMENT, () => port)));
    const counts = () => writers.map(({ acknowledged }) => acknowledged.size);
    await expect.poll(() => Math.min(...counts()), { timeout: 20_000 }).toBeGreaterThan(50);
    port = second.port;
    await first.end('SIGKILL');
    const before = counts();
    await expect.poll(() => counts().every((count, index) => count > (before[index] ?? 0) + 50), { timeout: 20_000 }).toBe(true);
    for (const writer of writers) writer.finish();
    await expect.poll(() => writers.every((writer) => writer.isDone())).toBe(true);
    const log = readLog(url);
    for (const { acknowledged } of writers) expect(missing(acknowledged, log)).toEqual([]);
    expect(log.size).toBe(writers.reduce((sum, { acknowledged }) => sum + acknowledged.size, 0));
    await expect.poll(() => reader.frames.length, { timeout: 20_000 }).toBe(log.size);
    expect(reader.frames).toEqual([...log.keys()]);
  });

  it('lose nothing that was acknowledged when the database is killed under load and comes back', async () => {
    const url = postgres.newDatabase();
    const nodes = await Promise.all([start(url), start(url)]);
    const ledger = sampleLedger();
    const people = [ledger.owner, ledger.admit('editor')];
    const readers = nodes.map(({ port }) => keep(createReader(ledger, ledger.owner, DOCUMENT, () => port)));
    const writers = nodes.map(({ port }, index) => keep(createWriter(ledger, people[index] ?? ledger.owner, DOCUMENT, () => port)));
    const counts = () => writers.map(({ acknowledged }) => acknowledged.size);
    for (const mode of ['immediate', 'fast', 'immediate'] as const) {
      const before = counts();
      await expect.poll(() => counts().every((count, index) => count > (before[index] ?? 0) + 40), { timeout: 30_000 }).toBe(true);
      await postgres.restart(mode);
    }
    const before = counts();
    await expect.poll(() => counts().every((count, index) => count > (before[index] ?? 0) + 40), { timeout: 30_000 }).toBe(true);
    for (const writer of writers) writer.finish();
    await expect.poll(() => writers.every((writer) => writer.isDone()), { timeout: 20_000 }).toBe(true);
    const log = readLog(url);
    for (const { acknowledged } of writers) expect(missing(acknowledged, log)).toEqual([]);
    expect(log.size).toBe(counts().reduce((sum, count) => sum + count));
    await expect.poll(() => readers.map(({ frames }) => frames.length), { timeout: 20_000 }).toEqual([log.size, log.size]);
    for (const { frames } of readers) expect(frames).toEqual([...log.keys()]);
    // They noticed, and said so without naming the database or its password.
    for (const node of nodes) {
      expect(node.log()).toContain('the store failed');
      expect(node.log()).not.toContain(url);
    }
  });

  it('say that they fail while the database is away, and stop all the same', async () => {
    const url = postgres.newDatabase();
    const node = await start(url);
    const healthOf = async () => (await fetch(`http://127.0.0.1:${node.port}/healthz`)).status;
    expect(await healthOf()).toBe(200);
    await postgres.halt('immediate');
    expect(await healthOf()).toBe(503);
    expect(await (await fetch(`http://127.0.0.1:${node.port}/metrics`)).text()).toMatch(/^relay_fanout_connected 0$/m);
    await postgres.start();
    await expect.poll(healthOf).toBe(200);
    await postgres.halt('immediate');
    expect(await node.end('SIGTERM')).toBe(0);
    await postgres.start();
  });

  it('do not start without a database, and do not tell its password', async () => {
    await expect(startNode({ RELAY_STORE: 'postgres://relay:secret@127.0.0.1:1/relay' })).rejects.toThrow(/cannot start: (?!.*secret)/);
    await expect(startNode({ RELAY_STORE: 'mysql://relay:secret@127.0.0.1/relay' })).rejects.toThrow(/RELAY_STORE(?!.*secret)/);
  });
});
