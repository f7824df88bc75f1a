/** Two people and a real relay: what one writes the other gets, whatever happens in between. */
import { copyFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createClient, type Client } from '#contract/client.ts';
import { createSilentLog } from '#main/log.ts';
import type { Shell } from '#main/shell.ts';
import { createRelayServer, type RelayServer } from '#relay/server.ts';
import { joinByLink, setUp, untilSame, valueOf, viewOf } from '#tests/people.ts';
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

const startRelay = (port = 0, data = 'relay.sqlite'): Promise<RelayServer> =>
  createRelayServer({ host: '127.0.0.1', port, data: join(folder, data), logger: createSilentLog() });
const address = (): string => `ws://127.0.0.1:${relay.port}`;

async function openPerson(profile = newProfile(), lent: Partial<Shell> = {}): Promise<Person> {
  const core = await openInMemory(profile, lent);
  const person = { profile, core, client: createClient(await core.connect()) };
  everybody.push(person);
  return person;
}
async function reopen(person: Person): Promise<Person> {
  await person.core.close();
  everybody = everybody.filter((one) => one !== person);
  return openPerson(person.profile);
}

beforeEach(async () => {
  folder = newProfile();
  relay = await startRelay();
  everybody = [];
});
afterEach(async () => {
  await Promise.all(everybody.map(({ core }) => core.close()));
  await relay.close();
  for (const { profile } of everybody) removeProfile(profile);
  removeProfile(folder);
});

/** Ann has a book with Bob in it, and Bob has joined it. */
async function shareBook(): Promise<{ ann: Person; bob: Person; book: Book }> {
  const ann = await openPerson();
  const book = await beginBook(ann.client);
  valueOf(await ann.client.call('sync.setRelay', { url: address() }));
  const bob = await openPerson();
  await setUp(bob.client, 'Bob', { relay: address() });
  await joinByLink(ann.client, book.ledger, bob.client, 'Bob');
  return { ann, bob, book };
}
const pageOf = ({ client }: Person, { ledger }: Book) => viewOf(client, 'entries.page', { ledger, offset: 0, limit: 50 });
const setPaused = async ({ client }: Person, paused: boolean): Promise<void> => void valueOf(await client.call('sync.setPaused', { paused }));

describe('sharing', () => {
  it('brings a second person into a book by a link', async () => {
    const { ann, bob, book } = await shareBook();
    expect(await viewOf(bob.client, 'ledgers.get', { ledger: book.ledger })).toMatchObject({ name: 'Flat', me: book.bob, shared: true, waiting: 0 });
    const seen = viewOf(bob.client, 'entries.page', { ledger: book.ledger, offset: 0, limit: 50 }, ({ total }) => total === 1);
    await book.add(1_000);
    expect((await seen).rows).toMatchObject([{ amount: 1_000, myShare: 500, myEffect: -500, running: -500, waiting: false }]);
    const entry = (await seen).rows[0]?.id ?? '';
    const { history: [first] } = (await viewOf(bob.client, 'entries.get', { ledger: book.ledger, entry }))!;
    expect(first).toMatchObject({ by: { person: book.me, name: 'Ann' }, device: { name: "Ann's laptop", mine: false } });
    await untilSame(ann.client, bob.client, book.ledger);
  });

  it('brings somebody in once, however often and however fast they ask', async () => {
    const { ann, book } = await shareBook();
    const { link } = valueOf(await ann.client.call('sharing.invite', { ledger: book.ledger }));
    const cy = await openPerson();
    await setUp(cy.client, 'Cy', { relay: address() });
    const { ticket } = valueOf(await cy.client.call('sharing.open', { invite: link }));
    const replies = await Promise.all([1, 2, 3].map(() => cy.client.call('sharing.join', { ticket, as: { name: 'Cy' } })));
    expect(replies.map((reply) => (reply.ok ? 'joined' : reply.error.code))).toEqual(['joined', 'invite_expired', 'invite_expired']);
    await untilSame(ann.client, cy.client, book.ledger);
    const view = await viewOf(ann.client, 'ledgers.get', { ledger: book.ledger });
    expect(view?.persons.map(({ name }) => name).toSorted()).toEqual(['Ann', 'Bob', 'Cy']);
  });

  it('brings a second device of the same person in by a typed code, once', async () => {
    const { ann, book } = await shareBook();
    const { code } = valueOf(await ann.client.call('sharing.invite', { ledger: book.ledger }));
    const tablet = await openPerson();
    await setUp(tablet.client, 'Ann', { relay: address() });
    const preview = valueOf(await tablet.client.call('sharing.open', { invite: ` ${code?.toLowerCase().replaceAll('-', ' ')} ` }));
    expect(preview).toMatchObject({ name: 'Flat', ledger: book.ledger, relay: address(), setsRelay: false, persons: [{ id: book.me, name: 'Ann', devices: 1 }, { id: book.bob, devices: 1 }] });
    valueOf(await tablet.client.call('sharing.join', { ticket: preview.ticket, as: { person: book.me } }));
    const view = await viewOf(ann.client, 'ledgers.get', { ledger: book.ledger }, (ledger) => ledger?.persons.find(({ me }) => me)?.devices.length === 2);
    expect(view?.people).toBe(2);
    expect(await tablet.client.call('sharing.open', { invite: code ?? '' })).toMatchObject({ ok: false, error: { code: 'code_unknown' } });
  });

  it('merges what both wrote offline, and shows an edit of the same entry as a conflict until one resolves it', async () => {
    const { ann, bob, book } = await shareBook();
    const { ledger } = book;
    const entry = await book.add(1_000);
    await untilSame(ann.client, bob.client, ledger);
    await Promise.all([setPaused(ann, true), setPaused(bob, true)]);
    const { current } = (await viewOf(ann.client, 'entries.get', { ledger, entry }))!;
    valueOf(await ann.client.call('entries.edit', { ledger, entry, prev: current, draft: book.expense(2_000) }));
    valueOf(await bob.client.call('entries.edit', { ledger, entry, prev: current, draft: book.expense(3_000) }));
    await book.add(10);
    valueOf(await bob.client.call('entries.add', { ledger, entry: newId(), draft: book.expense(20) }));
    expect(await viewOf(ann.client, 'sync.state', {})).toMatchObject({ connection: 'paused', waiting: 2 });
    expect(await viewOf(ann.client, 'entries.page', { ledger, offset: 0, limit: 5, filter: { only: 'waiting' } })).toMatchObject({ total: 2 });

    await Promise.all([setPaused(ann, false), setPaused(bob, false)]);
    await untilSame(ann.client, bob.client, ledger);
    const [page, other] = [await pageOf(ann, book), await pageOf(bob, book)];
    expect(page.total).toBe(3);
    expect(page.rows.map(({ id, amount, conflict }) => [id, amount, conflict])).toEqual(other.rows.map(({ id, amount, conflict }) => [id, amount, conflict]));
    const disputed = (await viewOf(ann.client, 'entries.get', { ledger, entry }))!;
    expect(disputed.conflict.map(({ body }) => body.amount).toSorted((a, b) => a - b)).toEqual([2_000, 3_000]);
    const keep = disputed.conflict.find(({ body }) => body.amount === 3_000)?.id ?? '';
    valueOf(await ann.client.call('entries.resolve', { ledger, entry, revision: keep }));
    await viewOf(bob.client, 'entries.get', { ledger, entry }, (view) => view?.conflict.length === 0 && view.body.amount === 3_000);
    await untilSame(ann.client, bob.client, ledger);
  });

  it('an edit beside a void keeps the money in sight', async () => {
    const { ann, bob, book } = await shareBook();
    const { ledger } = book;
    const entry = await book.add(1_000);
    await untilSame(ann.client, bob.client, ledger);
    await setPaused(bob, true);
    const { current } = (await viewOf(bob.client, 'entries.get', { ledger, entry }))!;
    valueOf(await ann.client.call('entries.void', { ledger, entry }));
    valueOf(await bob.client.call('entries.edit', { ledger, entry, prev: current, draft: book.expense(1_200) }));
    await setPaused(bob, false);
    await untilSame(ann.client, bob.client, ledger);
    for (const { client } of [ann, bob]) {
      expect(await viewOf(client, 'entries.get', { ledger, entry })).toMatchObject({ body: { amount: 1_200, state: 'active' }, conflict: [{}, {}] });
    }
  });

  it('the same file imported on two devices offline adds nothing twice', async () => {
    const { ann, bob, book } = await shareBook();
    const { ledger } = book;
    const content = Buffer.from('Date,Description,Category,Cost,Currency,Ann,Bob,Cy\n2026-01-01,Lunch,Dining out,9.00,EUR,6.00,-3.00,-3.00\n2026-01-02,Bus,Bus/train,4.00,EUR,-2.00,2.00,0.00\n').toString('base64');
    await Promise.all([setPaused(ann, true), setPaused(bob, true)]);
    for (const { client } of [ann, bob]) {
      const { import: shown, matches } = valueOf(await client.call('imports.preview', { ledger, name: 'export.csv', content }));
      expect(valueOf(await client.call('imports.commit', { import: shown, into: { ledger }, people: matches, withoutProblems: false })).added).toBe(2);
    }
    await Promise.all([setPaused(ann, false), setPaused(bob, false)]);
    await untilSame(ann.client, bob.client, ledger);
    const view = await viewOf(ann.client, 'ledgers.get', { ledger });
    expect(view).toMatchObject({ entries: 2, conflicts: 0, people: 3, balances: [{ currency: 'EUR', amount: 400 }] });
  });

  it('an emptied relay is filled again by those who have the book', async () => {
    const { ann, bob, book } = await shareBook();
    await book.add(1_000);
    await untilSame(ann.client, bob.client, book.ledger);
    const { port } = relay;
    await relay.close();
    await viewOf(ann.client, 'sync.state', {}, ({ connection }) => connection === 'away');
    rmSync(join(folder, 'relay.sqlite'), { force: true });
    relay = await startRelay(port, 'another.sqlite');
    await viewOf(ann.client, 'sync.state', {}, ({ connection, waiting, ledgers }) => connection === 'online' && waiting === 0 && ledgers.every(({ catchingUp }) => !catchingUp));
    const third = await openPerson();
    await setUp(third.client, 'Cy', { relay: address() });
    await joinByLink(ann.client, book.ledger, third.client, 'Cy');
    expect((await pageOf(third, book)).total).toBe(1);
  }, 60_000);

  it('a salvaged store is filled up from the relay', async () => {
    const { ann, bob, book } = await shareBook();
    await Promise.all([10, 20, 30].map((amount) => book.add(amount)));
    await untilSame(ann.client, bob.client, book.ledger);
    await bob.core.close();
    everybody = everybody.filter((person) => person !== bob);
    for (const name of readdirSync(bob.profile)) if (name.startsWith('store.db')) rmSync(join(bob.profile, name));
    copyFileSync(join(bob.profile, 'keys.json'), join(bob.profile, 'store.db'));
    const again = await openPerson(bob.profile);
    expect(await viewOf(again.client, 'profile.get', {})).toMatchObject({ problem: 'store_corrupt' });
    valueOf(await again.client.call('profile.salvage', {}));
    await viewOf(again.client, 'ledgers.list', {}, (ledgers) => ledgers[0]?.entries === 3);
    await untilSame(ann.client, again.client, book.ledger);
    valueOf(await again.client.call('entries.add', { ledger: book.ledger, entry: newId(), draft: book.expense(40) }));
    await viewOf(ann.client, 'entries.page', { ledger: book.ledger, offset: 0, limit: 5 }, ({ total }) => total === 4);
  });

  it('a profile that was put back from a copy goes on without forking', async () => {
    const { ann, bob, book } = await shareBook();
    await book.add(10);
    await untilSame(ann.client, bob.client, book.ledger);
    await bob.core.close();
    const copy = newProfile();
    for (const name of readdirSync(bob.profile)) copyFileSync(join(bob.profile, name), join(copy, name));
    everybody = everybody.filter((person) => person !== bob);
    const ahead = await openPerson(bob.profile);
    valueOf(await ahead.client.call('entries.add', { ledger: book.ledger, entry: newId(), draft: book.expense(20) }));
    await untilSame(ann.client, ahead.client, book.ledger);
    await ahead.core.close();
    everybody = everybody.filter((person) => person !== ahead);
    const restored = await openPerson(copy);
    valueOf(await restored.client.call('entries.add', { ledger: book.ledger, entry: newId(), draft: book.expense(30) }));
    await untilSame(ann.client, restored.client, book.ledger);
    expect((await pageOf(ann, book)).rows.map(({ amount }) => amount).toSorted((a, b) => a - b)).toEqual([10, 20, 30]);
    expect(await viewOf(ann.client, 'sync.state', {})).toMatchObject({ quarantined: 0 });
    removeProfile(bob.profile);
  });

  it('what waits survives a restart and goes out when the relay is back', async () => {
    const { ann, bob, book } = await shareBook();
    const { port } = relay;
    await relay.close();
    await viewOf(ann.client, 'sync.state', {}, ({ connection }) => connection === 'away');
    await book.add(10);
    const again = await reopen(ann);
    expect(await viewOf(again.client, 'ledgers.get', { ledger: book.ledger })).toMatchObject({ waiting: 1, entries: 1 });
    relay = await startRelay(port);
    await untilSame(again.client, bob.client, book.ledger);
  }, 60_000);

  it('a device whose clock is years ahead writes like any other, is marked, and wins nothing by it', async () => {
    const ann = await openPerson();
    const book = await beginBook(ann.client);
    valueOf(await ann.client.call('sync.setRelay', { url: address() }));
    const bob = await openPerson(newProfile(), { now: () => Date.now() + 5 * 365 * 86_400_000 });
    await setUp(bob.client, 'Bob', { relay: address() });
    await joinByLink(ann.client, book.ledger, bob.client, 'Bob');
    const { ledger } = book;
    const entry = newId();
    valueOf(await bob.client.call('entries.add', { ledger, entry, draft: book.expense(100) }));
    await untilSame(ann.client, bob.client, ledger);
    const seen = (await viewOf(ann.client, 'entries.get', { ledger, entry }))!;
    expect(seen.history.map(({ clockOdd }) => clockOdd)).toEqual([true]);
    valueOf(await ann.client.call('entries.edit', { ledger, entry, prev: seen.current, draft: book.expense(200) }));
    await untilSame(ann.client, bob.client, ledger);
    for (const { client } of [ann, bob]) {
      const { body, conflict, history } = (await viewOf(client, 'entries.get', { ledger, entry }))!;
      expect([body.amount, conflict.length, history[0]?.body.amount]).toEqual([200, 0, 200]);
    }
  });

  const invites: [string, string, string][] = [
    ['nothing', '', 'code_invalid'], ['a wrong code', 'AAAA-BBBB-CCCC', 'code_unknown'], ['a code with a letter too few', 'AAAA-BBBB-CCC', 'code_invalid'],
    ['half a link', 'tallystick://join/AAAA', 'invite_invalid'], ['a link to elsewhere', 'https://example.org/join/AAAA', 'code_invalid'],
  ];
  it.each(invites)('%s is no invite', async (_, invite, code) => {
    const bob = await openPerson();
    await setUp(bob.client, 'Bob', { relay: address() });
    expect(await bob.client.call('sharing.open', { invite })).toMatchObject({ ok: false, error: { code } });
  });

  it('asks for a relay only for what can be a code', async () => {
    const bob = await openPerson();
    await setUp(bob.client, 'Bob');
    expect(await bob.client.call('sharing.open', { invite: 'a word' })).toMatchObject({ ok: false, error: { code: 'code_invalid' } });
    expect(await bob.client.call('sharing.open', { invite: 'AAAA-BBBB-CCCC' })).toMatchObject({ ok: false, error: { code: 'relay_not_set' } });
  });

  it('refuses tickets nobody was given, books one is in already, and relays that are not one’s own', async () => {
    const { ann, bob, book } = await shareBook();
    const { link } = valueOf(await ann.client.call('sharing.invite', { ledger: book.ledger }));
    expect(await bob.client.call('sharing.open', { invite: link })).toMatchObject({ ok: false, error: { code: 'already_joined' } });
    expect(await bob.client.call('sharing.join', { ticket: newId(), as: { name: 'X' } })).toMatchObject({ ok: false, error: { code: 'invite_expired' } });
    const other = await openPerson();
    await setUp(other.client, 'Cy', { relay: 'ws://127.0.0.1:1' });
    expect(await other.client.call('sharing.open', { invite: link })).toMatchObject({ ok: false, error: { code: 'relay_differs', details: { relay: address() } } });
    valueOf(await other.client.call('sync.setRelay', { url: null }));
    const preview = valueOf(await other.client.call('sharing.open', { invite: link }));
    expect(preview).toMatchObject({ relay: address(), setsRelay: true });
    expect(await other.client.call('sharing.join', { ticket: preview.ticket, as: { person: newId() } })).toMatchObject({ ok: false, error: { code: 'person_unknown' } });
    valueOf(await other.client.call('sharing.join', { ticket: preview.ticket, as: { name: 'Cy' } }));
    expect(await viewOf(other.client, 'sync.state', {})).toMatchObject({ relay: address() });
    await untilSame(ann.client, other.client, book.ledger);
  });
});
