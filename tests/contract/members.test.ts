/** Who may do what in a ledger: enforced by every device, whatever the others and the relay do. */
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { untilSame, valueOf, viewOf } from '#tests/people.ts';
import { addBook, newId, type Book } from './book.ts';
import { admit, amountsOf, createCompany, memberOf, setPaused, untilAmounts, withEngine, type Company, type Somebody } from './company.ts';

let company: Company;
beforeEach(async () => {
  company = await createCompany();
});
afterEach(() => company.end());

/** Ann has a book, and Bob is in it with this role. */
async function shareBook(role: 'admin' | 'editor' | 'viewer' = 'editor'): Promise<{ ann: Somebody; bob: Somebody; book: Book; ledger: string }> {
  const ann = await company.person('Ann');
  const book = await addBook(ann.client);
  const bob = await company.person('Bob');
  await admit(ann, book.ledger, bob, 'Bob', { role });
  await untilSame(ann.client, bob.client, book.ledger);
  return { ann, bob, book, ledger: book.ledger };
}
const addAs = ({ client }: Somebody, { ledger, expense }: Book, amount: number) => client.call('entries.add', { ledger, entry: newId(), draft: expense(amount) });
const codeOf = (reply: { ok: boolean; error?: { code: string } }): string | undefined => reply.error?.code;
const rolesOf = async ({ client }: Somebody, ledger: string): Promise<Record<string, string>> =>
  Object.fromEntries((await viewOf(client, 'members.get', { ledger })).members.map(({ name, role }) => [name, role]));

describe('roles', () => {
  it('everybody sees who may do what', async () => {
    const { ann, bob, book, ledger } = await shareBook('admin');
    const cy = await company.person('Cy');
    const dee = await company.person('Dee');
    await admit(bob, ledger, cy, 'Cy', { role: 'editor' });
    await admit(ann, ledger, dee, 'Dee', { role: 'viewer' });
    const roles = { Ann: 'owner', Bob: 'admin', Cy: 'editor', Dee: 'viewer' };
    for (const one of [ann, bob, cy, dee]) {
      await viewOf(one.client, 'members.get', { ledger }, ({ members }) => members.length === 4);
      expect(await rolesOf(one, ledger)).toEqual(roles);
    }
    const seenByBob = await viewOf(bob.client, 'members.get', { ledger });
    expect(seenByBob).toMatchObject({ role: 'admin', mayInvite: ['editor', 'viewer'], epoch: 0, owed: false, refused: 0 });
    expect(seenByBob.members.map(({ name, me, may, person }) => [name, me, may.remove, may.roles, person !== null])).toEqual([
      ['Ann', false, false, [], true], ['Bob', true, false, [], true], ['Cy', false, true, ['viewer'], true], ['Dee', false, true, ['editor'], false],
    ]);
    expect((await memberOf(ann, ledger, 'Bob')).person).toBe(book.bob);
    expect((await viewOf(ann.client, 'members.get', { ledger })).members.map(({ may }) => may.roles)).toEqual([
      [], ['owner', 'editor', 'viewer'], ['owner', 'admin', 'viewer'], ['owner', 'admin', 'editor'],
    ]);
    expect(await viewOf(cy.client, 'members.get', { ledger })).toMatchObject({ role: 'editor', mayInvite: [], invites: [] });
    expect((await viewOf(dee.client, 'ledgers.list', {}))[0]).toMatchObject({ role: 'viewer', barred: null });
  });

  it('a viewer reads, and is refused here when they write', async () => {
    const { ann, bob, book, ledger } = await shareBook('viewer');
    await book.add(1_000);
    await untilAmounts(bob, ledger, [1_000]);
    expect(codeOf(await addAs(bob, book, 5))).toBe('role_forbids');
    for (const [operation, input] of [['people.add', { ledger, name: 'X' }], ['ledgers.update', { ledger, name: 'X' }], ['people.claim', { ledger, person: book.me }]] as const) {
      expect(codeOf(await bob.client.call(operation, input as never)), operation).toBe('role_forbids');
    }
    const entry = (await viewOf(bob.client, 'entries.page', { ledger, offset: 0, limit: 1 })).rows[0]?.id ?? '';
    expect(codeOf(await bob.client.call('entries.void', { ledger, entry }))).toBe('role_forbids');
    // Who they are in the book is known all the same, and with it their share.
    expect(await viewOf(bob.client, 'ledgers.get', { ledger })).toMatchObject({ me: book.bob, shared: true, waiting: 0, balances: [{ currency: 'EUR', amount: -500 }] });
    expect((await viewOf(bob.client, 'entries.page', { ledger, offset: 0, limit: 1 })).rows[0]).toMatchObject({ myShare: 500, myEffect: -500, running: -500 });
    expect(await viewOf(bob.client, 'sync.state', {})).toMatchObject({ waiting: 0, reason: null });
    expect(await amountsOf(ann, ledger)).toEqual([1_000]);
  });

  it('only who may invite does, and to no more than they may', async () => {
    const { ann, bob, ledger } = await shareBook('editor');
    for (const role of ['admin', 'editor', 'viewer'] as const) expect(codeOf(await bob.client.call('sharing.invite', { ledger, role }))).toBe('role_forbids');
    const { member } = await memberOf(ann, ledger, 'Bob');
    valueOf(await ann.client.call('members.setRole', { ledger, member, role: 'admin' }));
    await viewOf(bob.client, 'members.get', { ledger }, ({ role }) => role === 'admin');
    expect(codeOf(await bob.client.call('sharing.invite', { ledger, role: 'admin' }))).toBe('role_forbids');
    valueOf(await bob.client.call('sharing.invite', { ledger, role: 'editor' }));
    const { member: owner } = await memberOf(bob, ledger, 'Ann');
    expect(codeOf(await bob.client.call('members.remove', { ledger, member: owner }))).toBe('role_forbids');
    expect(codeOf(await bob.client.call('members.setRole', { ledger, member: owner, role: 'viewer' }))).toBe('role_forbids');
    expect(codeOf(await bob.client.call('members.setRole', { ledger, member, role: 'owner' }))).toBe('role_forbids');
    expect(codeOf(await ann.client.call('members.setRole', { ledger, member: '0'.repeat(16), role: 'viewer' }))).toBe('person_unknown');
  });

  it('are taken and given again: what was written while one might stays', async () => {
    const { ann, bob, book, ledger } = await shareBook('editor');
    valueOf(await addAs(bob, book, 100));
    await untilSame(ann.client, bob.client, ledger);
    const { member } = await memberOf(ann, ledger, 'Bob');
    valueOf(await ann.client.call('members.setRole', { ledger, member, role: 'viewer' }));
    await viewOf(bob.client, 'members.get', { ledger }, ({ role }) => role === 'viewer');
    expect(codeOf(await addAs(bob, book, 200))).toBe('role_forbids');
    valueOf(await ann.client.call('members.setRole', { ledger, member, role: 'editor' }));
    await viewOf(bob.client, 'members.get', { ledger }, ({ role }) => role === 'editor');
    valueOf(await addAs(bob, book, 300));
    await untilAmounts(ann, ledger, [100, 300]);
    await untilSame(ann.client, bob.client, ledger);
  });

  it('whoever writes in another’s name is named all the same', async () => {
    const { ann, bob, book, ledger } = await shareBook('editor');
    valueOf(await bob.client.call('people.claim', { ledger, person: book.me }));
    const entry = newId();
    valueOf(await bob.client.call('entries.add', { ledger, entry, draft: book.expense(100) }));
    await untilSame(ann.client, bob.client, ledger);
    for (const one of [ann, bob]) {
      const [first] = (await viewOf(one.client, 'entries.get', { ledger, entry }))?.history ?? [];
      expect(first).toMatchObject({ by: { person: book.me, name: 'Ann' }, member: { name: 'Bob', person: book.bob } });
    }
    expect((await memberOf(ann, ledger, 'Bob')).devices.filter(({ recovery }) => !recovery)).toMatchObject([{ name: "Bob's laptop" }]);
  });

  it('the owner hands the ledger over, and only then leaves', async () => {
    const { ann, bob, book, ledger } = await shareBook('editor');
    await book.add(100);
    expect(codeOf(await ann.client.call('members.leave', { ledger }))).toBe('owner_must_hand_over');
    valueOf(await ann.client.call('members.setRole', { ledger, member: (await memberOf(ann, ledger, 'Bob')).member, role: 'owner' }));
    await viewOf(bob.client, 'members.get', { ledger }, ({ role }) => role === 'owner');
    expect(await rolesOf(ann, ledger)).toEqual({ Ann: 'admin', Bob: 'owner' });
    expect(codeOf(await bob.client.call('members.leave', { ledger }))).toBe('owner_must_hand_over');
    valueOf(await ann.client.call('members.leave', { ledger }));
    expect(await viewOf(ann.client, 'ledgers.list', {})).toEqual([]);
    expect(await viewOf(ann.client, 'ledgers.get', { ledger })).toBeNull();
    expect(valueOf(await ann.client.call('entries.search', { text: 'Dinner', limit: 5 })).hits).toEqual([]);
    await viewOf(bob.client, 'members.get', { ledger }, ({ members, owed }) => members.length === 1 && owed);
    // Whoever writes next sees to it that who left reads nothing of it.
    valueOf(await addAs(bob, book, 200));
    expect(await viewOf(bob.client, 'members.get', { ledger }, ({ owed }) => !owed)).toMatchObject({ epoch: 1 });
    await viewOf(bob.client, 'ledgers.get', { ledger }, (view) => view?.waiting === 0);
    expect(await amountsOf(bob, ledger)).toEqual([100, 200]);
    // And whoever is alone puts it away without asking anybody.
    valueOf(await bob.client.call('members.leave', { ledger }));
    expect(await viewOf(bob.client, 'ledgers.list', {})).toEqual([]);
  });
});

describe('what counts for nothing', () => {
  /** Writes an entry past all checks of this device. */
  async function writeRegardless(somebody: Somebody, book: Book, amount: number): Promise<Somebody> {
    await company.leave(somebody);
    await withEngine(somebody.profile, async ({ ground: { repo, self, queries, store } }) => {
      const { nameRevision } = await import('#sync/revision-id.ts');
      const { draftToBody } = await import('#domain/entry-rules.ts');
      const row = queries.ledgers.find(book.ledger);
      const entry = newId();
      const body = draftToBody(book.expense(amount), entry, 'active');
      if (!body.ok || !row) throw new Error('no entry');
      const { deviceId } = await self.pseudonym(book.ledger);
      const revision = nameRevision({ type: 'entry', of: entry, prev: [], at: Date.now(), by: row.me ?? book.bob, device: deviceId, body: body.value });
      valueOfResult(await repo.write(book.ledger, [revision]));
      valueOfResult(await store.records(book.ledger));
    });
    return company.resume(somebody);
  }
  const valueOfResult = <T>(result: { ok: true; value: T } | { ok: false; code: string }): T => {
    if (!result.ok) throw new Error(result.code);
    return result.value;
  };

  it('a viewer’s entry written past the checks of their own device waits for nobody and is shown as refused', async () => {
    const { ann, bob, book, ledger } = await shareBook('viewer');
    const again = await writeRegardless(bob, book, 666);
    expect(await viewOf(again.client, 'members.get', { ledger }, ({ refused }) => refused > 0)).toMatchObject({ refused: 1, role: 'viewer' });
    expect(await viewOf(again.client, 'ledgers.get', { ledger }, (view) => view?.waiting === 0)).toMatchObject({ entries: 0, balances: [] });
    expect(valueOf(await again.client.call('members.refused', { ledger }))).toMatchObject({
      mayAccept: false, changes: [{ author: 'Bob', reason: 'role_forbids', entries: [{ description: 'Dinner', amount: 666, void: false }], others: 0 }],
    });
    await book.add(1);
    await untilAmounts(again, ledger, [1]);
    expect(await amountsOf(ann, ledger)).toEqual([1]);
    // Allowed to write after all, what was refused counts and goes out.
    valueOf(await ann.client.call('members.setRole', { ledger, member: (await memberOf(ann, ledger, 'Bob')).member, role: 'editor' }));
    await untilAmounts(ann, ledger, [1, 666]);
    await untilSame(ann.client, again.client, ledger);
  });

  it('a removed device hears of it, reads nothing that comes later and sends nothing more', async () => {
    const { ann, bob, book, ledger } = await shareBook('editor');
    await book.add(100);
    await untilAmounts(bob, ledger, [100]);
    valueOf(await ann.client.call('members.remove', { ledger, member: (await memberOf(ann, ledger, 'Bob')).member }));
    expect(await viewOf(ann.client, 'members.get', { ledger })).toMatchObject({ epoch: 1, members: [{ name: 'Ann' }] });
    await viewOf(bob.client, 'members.get', { ledger }, ({ role }) => role === null);
    await book.add(200);
    await viewOf(ann.client, 'ledgers.get', { ledger }, (view) => view?.waiting === 0);
    expect(codeOf(await addAs(bob, book, 5))).toBe('removed');
    expect((await viewOf(bob.client, 'sync.state', {}, ({ ledgers }) => ledgers.some(({ reason }) => reason === 'removed'))).ledgers.find((one) => one.ledger === ledger)).toMatchObject({ reason: 'removed', waiting: 0 });
    expect((await viewOf(bob.client, 'ledgers.list', {}))[0]).toMatchObject({ role: null, barred: 'removed', entries: 1 });
    const again = await company.resume(bob);
    await viewOf(again.client, 'sync.state', {}, ({ connection, ledgers }) => connection === 'online' && ledgers.some(({ reason }) => reason === 'removed'));
    expect(await amountsOf(again, ledger)).toEqual([100]);
    expect(codeOf(await again.client.call('sharing.invite', { ledger }))).toBe('removed');
    // They put it away without anybody's leave.
    valueOf(await again.client.call('members.leave', { ledger }));
    expect(await viewOf(again.client, 'ledgers.list', {})).toEqual([]);
  });

  it('what somebody wrote offline before they learnt that they are out arrives nowhere', async () => {
    const { ann, bob, book, ledger } = await shareBook('editor');
    await book.add(100);
    await untilAmounts(bob, ledger, [100]);
    await setPaused(bob, true);
    valueOf(await addAs(bob, book, 666));
    valueOf(await ann.client.call('members.remove', { ledger, member: (await memberOf(ann, ledger, 'Bob')).member }));
    await setPaused(bob, false);
    const { ledgers } = await viewOf(bob.client, 'sync.state', {}, (state) => state.ledgers.some(({ reason }) => reason === 'removed'));
    expect(ledgers.find((one) => one.ledger === ledger)).toMatchObject({ reason: 'removed' });
    expect((await viewOf(bob.client, 'ledgers.list', {}))[0]).toMatchObject({ barred: 'removed', role: null });
    expect(codeOf(await addAs(bob, book, 5))).toBe('removed');
    await book.add(200);
    await viewOf(ann.client, 'ledgers.get', { ledger }, (view) => view?.waiting === 0);
    expect(await amountsOf(ann, ledger)).toEqual([100, 200]);
    expect(await viewOf(ann.client, 'members.get', { ledger })).toMatchObject({ refused: 0 });
  });

  it('what comes round the relay from somebody who may not write any more is refused by all, until an admin lets it in', async () => {
    const { ann, bob, book, ledger } = await shareBook('editor');
    const cy = await company.person('Cy');
    await admit(ann, ledger, cy, 'Cy');
    valueOf(await addAs(bob, book, 100));
    for (const one of [ann, cy]) await untilAmounts(one, ledger, [100]);
    await setPaused(bob, true);
    valueOf(await addAs(bob, book, 666));
    // Sealed while he could still write, as far as he knows, and carried on a stick.
    const { path } = valueOf(await bob.client.call('files.exportChanges', { folder: bob.profile }));
    valueOf(await ann.client.call('members.setRole', { ledger, member: (await memberOf(ann, ledger, 'Bob')).member, role: 'viewer' }));
    await viewOf(cy.client, 'members.get', { ledger }, ({ members }) => members.some(({ name, role }) => name === 'Bob' && role === 'viewer'));
    const { file } = valueOf(await cy.client.call('files.upload', { file: null, piece: readFileSync(path).toString('base64') }));
    expect(valueOf(await cy.client.call('files.importChanges', { file }))).toMatchObject({ fresh: 1 });
    // Cy hands it on to the relay, and so to everybody.
    for (const one of [cy, ann]) {
      await viewOf(one.client, 'members.get', { ledger }, ({ refused }) => refused === 1);
      expect(await amountsOf(one, ledger)).toEqual([100]);
    }
    await setPaused(bob, false);
    await viewOf(bob.client, 'members.get', { ledger }, ({ refused, role }) => refused === 1 && role === 'viewer');
    expect(await amountsOf(bob, ledger)).toEqual([100]);
    const shown = valueOf(await cy.client.call('members.refused', { ledger }));
    expect(shown).toMatchObject({ mayAccept: false, changes: [{ author: 'Bob', reason: 'role_forbids', entries: [{ amount: 666 }] }] });
    const hashes = shown.changes.map(({ hash }) => hash);
    expect(codeOf(await cy.client.call('members.accept', { ledger, hashes }))).toBe('role_forbids');
    expect(codeOf(await ann.client.call('members.accept', { ledger, hashes: ['0'.repeat(64)] }))).toBe('not_found');
    expect(valueOf(await ann.client.call('members.refused', { ledger }))).toMatchObject({ mayAccept: true });
    valueOf(await ann.client.call('members.accept', { ledger, hashes }));
    for (const one of [ann, bob, cy]) await untilAmounts(one, ledger, [100, 666]);
    await untilSame(ann.client, cy.client, ledger);
    for (const one of [ann, bob, cy]) expect(await viewOf(one.client, 'members.get', { ledger }, ({ refused }) => refused === 0)).toMatchObject({ refused: 0 });
  });

  it('whoever was removed comes in again on a new invite, and goes on where the others are', async () => {
    const { ann, bob, book, ledger } = await shareBook('editor');
    valueOf(await addAs(bob, book, 100));
    await untilSame(ann.client, bob.client, ledger);
    valueOf(await ann.client.call('members.remove', { ledger, member: (await memberOf(ann, ledger, 'Bob')).member }));
    await viewOf(bob.client, 'members.get', { ledger }, ({ role }) => role === null);
    await book.add(200);
    await admit(ann, ledger, bob, 'Bob');
    await untilSame(ann.client, bob.client, ledger);
    valueOf(await addAs(bob, book, 300));
    await untilAmounts(ann, ledger, [100, 200, 300]);
    await untilSame(ann.client, bob.client, ledger);
    expect(await viewOf(bob.client, 'ledgers.get', { ledger })).toMatchObject({ me: book.bob, role: 'editor', barred: null, waiting: 0 });
    const again = await company.resume(bob);
    valueOf(await addAs(again, book, 400));
    await untilAmounts(ann, ledger, [100, 200, 300, 400]);
    expect(await viewOf(ann.client, 'sync.state', {})).toMatchObject({ quarantined: 0 });
  });
});

describe('coming and going', () => {
  it('an offline member catches up after two removals, and sends what they made offline under the new key', async () => {
    const { ann, bob, book, ledger } = await shareBook('editor');
    const [cy, dee] = [await company.person('Cy'), await company.person('Dee')];
    await admit(ann, ledger, cy, 'Cy');
    await admit(ann, ledger, dee, 'Dee');
    await untilSame(ann.client, bob.client, ledger);
    await setPaused(bob, true);
    valueOf(await addAs(bob, book, 100));
    for (const [name, amount] of [['Cy', 200], ['Dee', 300]] as const) {
      valueOf(await ann.client.call('members.remove', { ledger, member: (await memberOf(ann, ledger, name)).member }));
      await book.add(amount);
    }
    await viewOf(ann.client, 'ledgers.get', { ledger }, (view) => view?.waiting === 0);
    const again = await company.resume(bob);
    valueOf(await addAs(again, book, 400));
    await setPaused(again, false);
    for (const one of [ann, again]) await untilAmounts(one, ledger, [100, 200, 300, 400]);
    await untilSame(ann.client, again.client, ledger);
    expect(await viewOf(again.client, 'members.get', { ledger })).toMatchObject({ epoch: 2, owed: false });
    for (const one of [cy, dee]) expect((await amountsOf(one, ledger)).every((amount) => amount < 300)).toBe(true);
    expect(await viewOf(ann.client, 'sync.state', {})).toMatchObject({ quarantined: 0 });
  });

  it('who leaves takes the ledger off their list, and comes back by another invite', async () => {
    const { ann, bob, book, ledger } = await shareBook('editor');
    valueOf(await addAs(bob, book, 100));
    await untilSame(ann.client, bob.client, ledger);
    valueOf(await bob.client.call('members.leave', { ledger }));
    expect(await viewOf(bob.client, 'ledgers.list', {})).toEqual([]);
    expect((await viewOf(bob.client, 'sync.state', {})).ledgers.some((one) => one.ledger === ledger)).toBe(false);
    await viewOf(ann.client, 'members.get', { ledger }, ({ owed }) => owed);
    await book.add(200);
    await viewOf(ann.client, 'members.get', { ledger }, ({ owed, epoch }) => !owed && epoch === 1);
    const again = await company.resume(bob);
    expect(await viewOf(again.client, 'ledgers.list', {})).toEqual([]);
    await admit(ann, ledger, again, 'Bob');
    await untilAmounts(again, ledger, [100, 200]);
    valueOf(await addAs(again, book, 300));
    await untilAmounts(ann, ledger, [100, 200, 300]);
  });

  it('a newcomer reads everything from the start, where the inviter chose so', async () => {
    const { ann, book, ledger } = await shareBook('editor');
    await book.add(100);
    const cy = await company.person('Cy');
    await admit(ann, ledger, cy, 'Cy', { history: 'start' });
    await untilAmounts(cy, ledger, [100]);
    await untilSame(ann.client, cy.client, ledger);
    expect(await viewOf(ann.client, 'members.get', { ledger })).toMatchObject({ epoch: 0 });
  });

  it('a newcomer reads only what comes after them, and yet knows what the ledger is and who is in it', async () => {
    const { ann, bob, book, ledger } = await shareBook('editor');
    const old = await book.add(100);
    await untilSame(ann.client, bob.client, ledger);
    const cy = await company.person('Cy');
    const { link } = valueOf(await ann.client.call('sharing.invite', { ledger, history: 'joining' }));
    const preview = valueOf(await cy.client.call('sharing.open', { invite: link }));
    expect([preview.name, preview.persons.map(({ name }) => name), preview.members.map(({ name }) => name)]).toEqual(['Flat', ['Ann', 'Bob'], ['Ann', 'Bob']]);
    valueOf(await cy.client.call('sharing.join', { ticket: preview.ticket, as: { name: 'Cy' } }));
    await book.add(200);
    await untilAmounts(cy, ledger, [200]);
    const view = await viewOf(cy.client, 'ledgers.get', { ledger });
    expect([view?.name, view?.persons.map(({ name }) => name).toSorted(), view?.role, view?.entries]).toEqual(['Flat', ['Ann', 'Bob', 'Cy'], 'editor', 1]);
    expect(await viewOf(cy.client, 'entries.get', { ledger, entry: old })).toBeNull();
    expect((await viewOf(cy.client, 'members.get', { ledger })).members.map(({ name }) => name)).toEqual(['Ann', 'Bob', 'Cy']);
    const newest = (await viewOf(cy.client, 'entries.page', { ledger, offset: 0, limit: 1 })).rows[0]?.id ?? '';
    expect((await viewOf(cy.client, 'entries.get', { ledger, entry: newest }))?.history[0]).toMatchObject({ by: { name: 'Ann' }, member: { name: 'Ann' }, device: { name: "Ann's laptop" } });
    valueOf(await addAs(cy, book, 300));
    for (const one of [ann, bob]) await untilAmounts(one, ledger, [100, 200, 300]);
    expect(await viewOf(cy.client, 'sync.state', {}, ({ waiting }) => waiting === 0)).toMatchObject({ reason: null });
  });

  it('a manager who sees only what comes takes nobody’s right to write, because they cannot say what counts until then', async () => {
    const { ann, bob, book, ledger } = await shareBook('editor');
    await addAs(bob, book, 100);
    await untilAmounts(ann, ledger, [100]);
    const cy = await company.person('Cy');
    await admit(ann, ledger, cy, 'Cy', { role: 'admin', history: 'joining' });
    const seen = await viewOf(cy.client, 'members.get', { ledger }, (view) => view.role === 'admin');
    expect(seen).toMatchObject({ partial: true, mayInvite: ['editor', 'viewer'] });
    expect(seen.members.map(({ may }) => [may.remove, may.roles])).toEqual([[false, []], [false, []], [false, []]]);
    const { member } = await memberOf(cy, ledger, 'Bob');
    expect(codeOf(await cy.client.call('members.remove', { ledger, member }))).toBe('history_partial');
    expect(codeOf(await cy.client.call('members.setRole', { ledger, member, role: 'viewer' }))).toBe('history_partial');
    valueOf(await ann.client.call('members.remove', { ledger, member }));
    await untilAmounts(ann, ledger, [100]);
    // Their own right they give up themselves: all that they wrote they see.
    valueOf(await cy.client.call('members.leave', { ledger }));
    await viewOf(ann.client, 'members.get', { ledger }, ({ members }) => members.length === 1);
    expect(await viewOf(ann.client, 'members.get', { ledger })).toMatchObject({ partial: false });
  });
});
