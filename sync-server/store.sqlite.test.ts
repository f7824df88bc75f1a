import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createSqliteRelayStore, type SqliteRelayStoreOptions } from './store.sqlite.ts';
import { relayStoreSuite } from './store.suite.ts';

const folder = mkdtempSync(join(tmpdir(), 'relay-store-'));
let count = 0;
const newIncarnation = () => (++count).toString(16).padStart(32, '0');
const open = (more: Partial<SqliteRelayStoreOptions> = {}) =>
  createSqliteRelayStore({ data: join(folder, `${++count}.sqlite`), newIncarnation, ...more });
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let latest: { data: string; limits: Partial<SqliteRelayStoreOptions> };
relayStoreSuite('SQLite', {
  async open(limits = {}) {
    const store = open(limits);
    latest = { data: store.database.name, limits };
    return store;
  },
  async reopen(store) {
    await store.close();
    return open({ data: latest.data, ...latest.limits });
  },
  clean: () => {},
});

describe('SQLite under the relay', () => {
  const frame = (index: number, size: number) => ({
    document: 'a'.repeat(32), frame: index.toString(16).padStart(32, '0'), bytes: new Uint8Array(size).fill(index),
  });
  const ledger = { ledger: '1'.repeat(32), records: 0 };

  it('waits for the disk', async () => {
    const store = open();
    expect(store.database.pragma('synchronous', { simple: true })).toBe(2);
    expect(store.database.pragma('journal_mode', { simple: true })).toBe('wal');
    await store.close();
  });

  it('writes what comes in one turn as one transaction', async () => {
    const tasks: (() => void)[] = [];
    const store = open({ schedule: (task) => void tasks.push(task) });
    const appended = Promise.all([1, 2, 3].map((index) => store.append(ledger, [frame(index, 10)], 0)));
    expect(tasks).toHaveLength(1);
    tasks[0]!();
    expect((await appended).every((outcome) => outcome.ok)).toBe(true);
    await store.close();
  });

  it('says that the disk is full, keeps nothing of the request and goes on when there is room', async () => {
    const store = open();
    const pages = Number(store.database.pragma('page_count', { simple: true }));
    store.database.pragma(`max_page_count = ${pages + 20}`);
    expect(await store.append(ledger, [frame(1, 10_000)], 0)).toMatchObject({ ok: true });
    expect(await store.append(ledger, [frame(2, 10_000), frame(3, 500_000)], 0)).toEqual({ ok: false, code: 'relay_full' });
    expect(await store.heads(ledger)).toMatchObject({ ok: true, value: [{ seq: 1 }] });
    store.database.pragma('max_page_count = 1000000');
    expect(await store.append(ledger, [frame(2, 10_000), frame(3, 500_000)], 0)).toMatchObject({ ok: true, value: [{ seq: 2 }, { seq: 3 }] });
    await store.close();
  });

  it('does not touch data of a newer version', async () => {
    const store = open();
    store.database.pragma('user_version = 3');
    const data = store.database.name;
    await store.close();
    expect(() => open({ data })).toThrow(/newer version/);
  });
});
