/** Two people without a relay between them: on one network, and with a stick. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createClient, type Client } from '#contract/client.ts';
import { createSilentLog } from '#main/log.ts';
import type { Discover } from '#main/nearby/discovery.ts';
import { createDirectory } from '#main/nearby/sample.ts';
import { createRelayServer, type RelayServer } from '#relay/server.ts';
import { joinByLink, setUp, valueOf, viewOf } from '#tests/people.ts';
import { beginBook, newId, type Book } from './book.ts';
import { newProfile, openInMemory, removeProfile, type OpenedCore } from './open.ts';

interface Person {
  profile: string;
  core: OpenedCore;
  client: Client;
}
let folder: string;
let relay: RelayServer;
let everybody: Person[];

async function openPerson(discover?: Discover): Promise<Person> {
  const profile = newProfile();
  const core = await openInMemory(profile, discover ? { discover } : {});
  const person = { profile, core, client: createClient(await core.connect()) };
  everybody.push(person);
  return person;
}
beforeEach(async () => {
  folder = newProfile();
  relay = await createRelayServer({ host: '127.0.0.1', port: 0, data: join(folder, 'relay.sqlite'), logger: createSilentLog() });
  everybody = [];
});
afterEach(async () => {
  await Promise.all(everybody.map(({ core }) => core.close()));
  await relay.close();
  for (const { profile } of everybody) removeProfile(profile);
  removeProfile(folder);
});

/** Ann has a book that Bob has joined, and from then on neither hears of the relay. */
async function shareBook(discover?: Discover): Promise<{ ann: Person; bob: Person; book: Book }> {
  const address = `ws://127.0.0.1:${relay.port}`;
  const ann = await openPerson(discover);
  const book = await beginBook(ann.client);
  valueOf(await ann.client.call('sync.setRelay', { url: address }));
  const bob = await openPerson(discover);
  await setUp(bob.client, 'Bob', { relay: address });
  await joinByLink(ann.client, book.ledger, bob.client, 'Bob');
  for (const { client } of [ann, bob]) valueOf(await client.call('sync.setPaused', { paused: true }));
  return { ann, bob, book };
}
const write = async ({ client }: Person, { ledger, expense }: Book, description: string) =>
  valueOf(await client.call('entries.add', { ledger, entry: newId(), draft: expense(1_000, { description }) }));
const has = ({ client }: Person, { ledger }: Book, description: string) =>
  viewOf(client, 'entries.page', { ledger, offset: 0, limit: 50 }, ({ rows }) => rows.some((row) => row.description === description));

describe('two people on one network', () => {
  it('have the same book without a relay, and may switch that off', async () => {
    const { ann, bob, book } = await shareBook(createDirectory());
    await write(ann, book, 'Bread');
    await has(bob, book, 'Bread');
    await write(bob, book, 'Cheese');
    await has(ann, book, 'Cheese');
    const view = await viewOf(ann.client, 'nearby.get', {}, ({ peers }) => peers.some(({ state }) => state === 'inStep'));
    expect(view).toMatchObject({ enabled: true, error: null, peers: [{ ledgers: 1 }] });
    expect(view.peers[0]?.name).toContain('Bob');
    // Nothing counts as sent because somebody else has it.
    expect((await viewOf(ann.client, 'ledgers.get', { ledger: book.ledger }))?.waiting).toBeGreaterThan(0);

    valueOf(await bob.client.call('nearby.setEnabled', { enabled: false }));
    await viewOf(ann.client, 'nearby.get', {}, ({ peers }) => peers.every(({ state }) => state === 'away'));
    expect(await viewOf(bob.client, 'nearby.get', {})).toEqual({ enabled: false, peers: [], error: null });
    await write(ann, book, 'Wine');
    valueOf(await bob.client.call('nearby.setEnabled', { enabled: true }));
    await has(bob, book, 'Wine');
  });

  it('whose host has no network of its own to look at are told so', async () => {
    const person = await openPerson();
    await setUp(person.client, 'Ann');
    expect(await viewOf(person.client, 'nearby.get', {})).toEqual({ enabled: true, peers: [], error: 'nearby_unavailable' });
  });
});

describe('a file of changes', () => {
  it('carries a book both ways', async () => {
    const { ann, bob, book } = await shareBook();
    const carry = async (from: Person, to: Person) => {
      const { path } = valueOf(await from.client.call('files.exportChanges', { folder }));
      const { file } = valueOf(await to.client.call('files.upload', { file: null, piece: readFileSync(path).toString('base64') }));
      return to.client.call('files.importChanges', { file });
    };
    await write(ann, book, 'Bread');
    await write(bob, book, 'Cheese');
    expect(valueOf(await carry(ann, bob))).toMatchObject({ fresh: 1 });
    await has(bob, book, 'Bread');
    expect(valueOf(await carry(bob, ann))).toMatchObject({ fresh: 1 });
    await has(ann, book, 'Cheese');
    const hashes = await Promise.all([ann, bob].map(({ client }) => client.call('ledgers.stateHash', { ledger: book.ledger })));
    expect(new Set(hashes.map((reply) => valueOf(reply).hash)).size).toBe(1);
    const stranger = await openPerson();
    await setUp(stranger.client, 'Eve');
    expect(await carry(ann, stranger)).toMatchObject({ ok: false, error: { code: 'file_foreign' } });
  });
});
