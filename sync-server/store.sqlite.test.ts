import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { createSqliteRelayStore } from './store.sqlite.ts';
import { testRelayStore } from './store.suite.ts';

const makeFolder = (): string => mkdtempSync(join(tmpdir(), 'relay-'));

testRelayStore('SQLite', () => {
  const folder = makeFolder();
  return {
    open: async () => createSqliteRelayStore(join(folder, 'relay.db')),
    dispose: async () => rmSync(folder, { recursive: true }),
  };
});

test('a full disk refuses, loses nothing, and takes frames again when there is room', async () => {
  const folder = makeFolder();
  const path = join(folder, 'relay.db');
  createSqliteRelayStore(path).close();
  const store = createSqliteRelayStore(path, { maximumPages: 60 });
  const place = { ledger: '1'.repeat(32), document: '2'.repeat(32) };
  const makeFrame = () => ({ ...place, frame: randomBytes(16).toString('hex'), bytes: randomBytes(16_000) });
  let stored = 0;
  let refused = await store.append([makeFrame()]);
  for (; refused.ok; refused = await store.append([makeFrame()])) stored += 1;
  expect(refused).toEqual({ ok: false, code: 'relay_full' });
  expect(await store.heads(place.ledger)).toEqual({ ok: true, value: [{ document: place.document, head: stored }] });
  await store.close();

  const roomy = createSqliteRelayStore(path);
  expect(await roomy.append([makeFrame()])).toEqual({ ok: true, value: [{ seq: stored + 1, fresh: true }] });
  await roomy.close();
  rmSync(folder, { recursive: true });
});

test('a file of a newer relay is refused', () => {
  const folder = makeFolder();
  const path = join(folder, 'relay.db');
  createSqliteRelayStore(path).close();
  const file = new Database(path);
  file.pragma('user_version = 99');
  file.close();
  expect(() => createSqliteRelayStore(path)).toThrow(/version 99/);
  rmSync(folder, { recursive: true });
});
