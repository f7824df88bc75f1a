/** What the app says that its relay sees, beside what lies on the relay's disk. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createClient, type Client } from '#contract/client.ts';
import { createSilentLog } from '#main/log.ts';
import { createRelayServer, type RelayServer } from '#relay/server.ts';
import { joinByLink, setUp, untilSame, valueOf, viewOf } from '#tests/people.ts';
import { beginBook } from './book.ts';
import { newProfile, openInMemory, removeProfile, type OpenedCore } from './open.ts';

let folder: string;
let relay: RelayServer;
let cores: { profile: string; core: OpenedCore }[];
beforeEach(async () => {
  folder = newProfile();
  relay = await createRelayServer({ host: '127.0.0.1', port: 0, data: join(folder, 'relay.sqlite'), logger: createSilentLog() });
  cores = [];
});
afterEach(async () => {
  await Promise.all(cores.map(({ core }) => core.close()));
  await relay.close();
  for (const { profile } of cores) removeProfile(profile);
  removeProfile(folder);
});
async function openClient(): Promise<Client> {
  const profile = newProfile();
  const core = await openInMemory(profile);
  cores.push({ profile, core });
  return createClient(await core.connect());
}

/** Per document its frames, as the relay has them: by number, from its own disk. */
function readRelay(ledger: string) {
  const database = new Database(join(folder, 'relay.sqlite'), { readonly: true });
  const frames = database.prepare<[Buffer], { document: string; seq: number; bytes: Buffer }>(
    'SELECT lower(hex(document.document)) AS document, log.seq, log.bytes FROM ledger JOIN document ON document.ledger = ledger.id JOIN log ON log.document = document.id WHERE ledger.ledger = ?',
  ).all(Buffer.from(ledger, 'hex'));
  const records = database.prepare<[Buffer], number>('SELECT records FROM ledger WHERE ledger = ?').pluck().get(Buffer.from(ledger, 'hex'));
  database.close();
  return { frames, records };
}

it('is exactly what the relay has', async () => {
  const address = `ws://127.0.0.1:${relay.port}`;
  const ann = await openClient();
  const book = await beginBook(ann);
  valueOf(await ann.call('sync.setRelay', { url: address }));
  const bob = await openClient();
  await setUp(bob, 'Bob', { relay: address });
  await joinByLink(ann, book.ledger, bob, 'Bob');
  for (const amount of [1_000, 2_000, 3_000]) await book.add(amount);
  await untilSame(ann, bob, book.ledger);

  for (const client of [ann, bob]) {
    const there = readRelay(book.ledger);
    const shown = (await viewOf(client, 'sync.relaySees', {}, ({ ledgers }) =>
      ledgers.some(({ ledger, documents }) => ledger === book.ledger && documents.reduce((sum, { frames }) => sum + frames, 0) === there.frames.length))).ledgers.find(({ ledger }) => ledger === book.ledger);
    expect(shown?.records).toBe(there.records);
    for (const { document, frames, bytes, lastSeq } of shown?.documents ?? []) {
      const theirs = there.frames.filter((one) => one.document === document);
      expect({ frames, bytes, lastSeq }).toEqual({
        frames: theirs.length, bytes: theirs.reduce((sum, one) => sum + one.bytes.length, 0), lastSeq: Math.max(...theirs.map(({ seq }) => seq)),
      });
    }
    expect(shown?.frames.length).toBeGreaterThan(0);
    for (const { document, seq, head, bytes } of shown?.frames ?? []) {
      const same = there.frames.find((one) => one.document === document && one.seq === seq);
      expect(same?.bytes.toString('hex').startsWith(head)).toBe(true);
      expect(bytes).toBe(same?.bytes.length);
    }
    // Each author is one of the pseudonyms, and some of them are this device's own.
    const keys = new Set(shown?.pseudonyms.map(({ key }) => key));
    expect(shown?.frames.every(({ author }) => keys.has(author))).toBe(true);
    expect(shown?.pseudonyms.filter(({ mine }) => mine)).toHaveLength(1);

    const { documents } = await viewOf(client, 'sync.documents', { ledger: book.ledger }, (view) => view.documents.every(({ waiting }) => waiting === 0));
    expect(documents.map(({ document, seq }) => [document, seq]).toSorted()).toEqual(shown?.documents.map(({ document, lastSeq }) => [document, lastSeq]).toSorted());
    expect(documents.every(({ held }) => held === 0)).toBe(true);
  }
  const hashes = await Promise.all([ann, bob].map(async (client) => (await viewOf(client, 'sync.documents', { ledger: book.ledger })).documents.map(({ document, hash }) => `${document} ${hash}`).toSorted()));
  expect(hashes[0]).toEqual(hashes[1]);
});
