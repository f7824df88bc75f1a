/** Contacts: somebody by their root, under the name I give them, with words to compare and a real name they may show me. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Output } from '#contract/api.ts';
import { untilSame, valueOf, viewOf } from '#tests/people.ts';
import { addBook } from './book.ts';
import { admit, createCompany, type Company, type Somebody } from './company.ts';

let company: Company;
beforeEach(async () => {
  company = await createCompany();
});
afterEach(() => company.end());

type Contact = Output<'contacts.list'>[number];
const codeOf = (reply: { ok: boolean; error?: { code: string } }): string | undefined => reply.error?.code;
const rootOf = async ({ client }: Somebody): Promise<string> => (await viewOf(client, 'identity.get', {}))?.root ?? '';

/** The contact with this root, as soon as it is as wanted. */
async function contactOf({ client }: Somebody, root: string, isWanted: (contact: Contact) => boolean = () => true): Promise<Contact> {
  const all = await viewOf(client, 'contacts.list', {}, (list) => list.some((one) => one.root === root && isWanted(one)));
  const found = all.find((one) => one.root === root);
  if (!found) throw new Error('no such contact');
  return found;
}

/** `guest` becomes a contact of `host`. */
async function befriend(host: Somebody, guest: Somebody): Promise<void> {
  const { link } = valueOf(await host.client.call('contacts.invite', {}));
  const preview = valueOf(await guest.client.call('sharing.open', { invite: link }));
  valueOf(await guest.client.call('sharing.join', { ticket: preview.ticket, as: null }));
  await contactOf(host, await rootOf(guest), ({ state, ledger }) => state === 'active' && ledger !== null);
  await contactOf(guest, await rootOf(host), ({ state, ledger }) => state === 'active' && ledger !== null);
}

describe('a contact', () => {
  it('is made by a link, on both sides, and shows in nothing else', async () => {
    const [ann, bob] = [await company.person('Ann'), await company.person('Bob')];
    const { link, code } = valueOf(await ann.client.call('contacts.invite', {}));
    expect(code).toMatch(/^[A-Z0-9-]{14}$/);
    const preview = valueOf(await bob.client.call('sharing.open', { invite: link }));
    expect(preview).toMatchObject({ kind: 'contact', name: 'Ann', role: 'admin', members: [{ root: await rootOf(ann), name: 'Ann', role: 'owner' }] });
    expect(codeOf(await ann.client.call('sharing.open', { invite: link }))).toBe('contact_is_me');
    valueOf(await bob.client.call('sharing.join', { ticket: preview.ticket, as: null }));
    const [seenByAnn, seenByBob] = [await contactOf(ann, await rootOf(bob), ({ state }) => state === 'active'), await contactOf(bob, await rootOf(ann), ({ state }) => state === 'active')];
    for (const [contact, name] of [[seenByAnn, 'Bob'], [seenByBob, 'Ann']] as const) {
      expect(contact).toMatchObject({ name, nickname: name, petname: null, realName: null, verified: null, state: 'active', showRealName: 'default', seesMyRealName: false, shared: [] });
    }
    for (const one of [ann, bob]) {
      expect(await viewOf(one.client, 'ledgers.list', {})).toEqual([]);
      expect((await viewOf(one.client, 'sync.state', {}, ({ ledgers }) => ledgers.length === 2)).ledgers.map(({ template }) => template).toSorted()).toEqual(['direct', 'personal']);
    }
    // Used up.
    const cy = await company.person('Cy');
    expect(codeOf(await cy.client.call('sharing.open', { invite: link }))).toBe('invite_expired');
  });

  it('gets an invitation of their own, however many are open', async () => {
    const [ann, bob, cy] = [await company.person('Ann'), await company.person('Bob'), await company.person('Cy')];
    const first = valueOf(await ann.client.call('contacts.invite', {}));
    const second = valueOf(await ann.client.call('contacts.invite', {}));
    for (const [one, { link }] of [[bob, first], [cy, second]] as const) {
      const { ticket } = valueOf(await one.client.call('sharing.open', { invite: link }));
      valueOf(await one.client.call('sharing.join', { ticket, as: null }));
    }
    const [ofBob, ofCy] = [await contactOf(ann, await rootOf(bob), ({ ledger }) => ledger !== null), await contactOf(ann, await rootOf(cy), ({ ledger }) => ledger !== null)];
    expect(ofBob.ledger).not.toBe(ofCy.ledger);
    expect((await viewOf(bob.client, 'contacts.list', {})).map(({ name }) => name)).toEqual(['Ann']);
  });

  it('is called as I call them, on all that shows them', async () => {
    const [ann, bob] = [await company.person('Ann'), await company.person('Bob')];
    await befriend(ann, bob);
    const root = await rootOf(bob);
    const book = await addBook(ann.client);
    await admit(ann, book.ledger, bob, 'Bob');
    valueOf(await ann.client.call('contacts.update', { root, petname: 'Bobby from work' }));
    expect(await contactOf(ann, root)).toMatchObject({ name: 'Bobby from work', petname: 'Bobby from work', nickname: 'Bob' });
    expect((await viewOf(ann.client, 'members.get', { ledger: book.ledger })).members.map(({ name }) => name)).toEqual(['Ann', 'Bobby from work']);
    expect((await contactOf(ann, root)).shared).toEqual([{ ledger: book.ledger, name: 'Flat' }]);
    valueOf(await bob.client.call('profile.update', { name: 'Robert' }));
    expect(await contactOf(ann, root, ({ nickname }) => nickname === 'Robert')).toMatchObject({ name: 'Bobby from work' });
    valueOf(await ann.client.call('contacts.update', { root, petname: null }));
    expect(await contactOf(ann, root)).toMatchObject({ name: 'Robert', petname: null });
    valueOf(await ann.client.call('contacts.update', { root, archived: true }));
    expect(await contactOf(ann, root)).toMatchObject({ state: 'archived' });
    // What I call them is nobody else's business.
    expect(await contactOf(bob, await rootOf(ann))).toMatchObject({ name: 'Ann', petname: null });
    expect(codeOf(await ann.client.call('contacts.update', { root: await rootOf(ann), petname: 'Me' }))).toBe('contact_is_me');
    expect(codeOf(await ann.client.call('contacts.update', { root: 'f'.repeat(64), petname: 'X' }))).toBe('not_found');
  });

  it('is somebody I only met in a ledger, until I do something about it', async () => {
    const [ann, bob, cy] = [await company.person('Ann'), await company.person('Bob'), await company.person('Cy')];
    const book = await addBook(ann.client);
    await admit(ann, book.ledger, bob, 'Bob');
    await admit(ann, book.ledger, cy, 'Cy');
    const met = await contactOf(cy, await rootOf(bob), ({ shared }) => shared.length === 1);
    expect(met).toMatchObject({ name: 'Bob', state: 'met', ledger: null, shared: [{ name: 'Flat' }] });
    valueOf(await cy.client.call('contacts.verify', { root: await rootOf(bob), how: 'tapped', note: 'At the party' }));
    expect(await contactOf(cy, await rootOf(bob))).toMatchObject({ state: 'active', verified: { how: 'tapped', note: 'At the party' } });
  });
});

describe('safety words', () => {
  it('are the same on both sides, in both languages, and others with another person', async () => {
    const [ann, bob, other] = [await company.person('Ann'), await company.person('Bob'), await company.person('Bob')];
    await befriend(ann, bob);
    const [mine, theirs] = [valueOf(await ann.client.call('contacts.words', { root: await rootOf(bob) })), valueOf(await bob.client.call('contacts.words', { root: await rootOf(ann) }))];
    expect(mine).toEqual(theirs);
    expect([mine.en.length, mine['zh-CN'].length]).toEqual([12, 12]);
    // Somebody else of the same name, as one who stands in between would be.
    const forged = valueOf(await ann.client.call('contacts.words', { root: await rootOf(other) }));
    expect(forged.en).not.toEqual(mine.en);
    expect(codeOf(await ann.client.call('contacts.words', { root: await rootOf(ann) }))).toBe('contact_is_me');
  });

  it('once compared, it is kept how, when and with which note, and can be taken back', async () => {
    const now = Date.parse('2026-11-20');
    const [ann, bob] = [await company.person('Ann', { now: () => now }), await company.person('Bob')];
    await befriend(ann, bob);
    const root = await rootOf(bob);
    const book = await addBook(ann.client);
    await admit(ann, book.ledger, bob, 'Bob');
    valueOf(await ann.client.call('contacts.verify', { root, how: 'words', note: 'On the phone' }));
    const verified = { how: 'words', at: now, note: 'On the phone' };
    expect((await contactOf(ann, root)).verified).toEqual(verified);
    expect((await viewOf(ann.client, 'members.get', { ledger: book.ledger })).members.find((one) => one.root === root)?.verified).toEqual(verified);
    expect((await contactOf(bob, await rootOf(ann))).verified).toBeNull();
    const again = await company.resume(ann);
    expect((await contactOf(again, root)).verified).toEqual(verified);
    valueOf(await again.client.call('contacts.verify', { root, how: null, note: '' }));
    expect((await contactOf(again, root)).verified).toBeNull();
    expect(codeOf(await again.client.call('contacts.verify', { root: 'f'.repeat(64), how: 'words', note: '' }))).toBe('not_found');
  });
});

describe('a profile', () => {
  const PICTURE = 'data:image/png;base64,iVBORw0KGgo=';

  it('reaches everybody I share something with, also those who came before I changed it', async () => {
    const [ann, bob, cy] = [await company.person('Ann'), await company.person('Bob'), await company.person('Cy')];
    await befriend(ann, bob);
    const book = await addBook(ann.client);
    await admit(ann, book.ledger, cy, 'Cy');
    valueOf(await ann.client.call('identity.update', { realName: 'Ann Example', picture: PICTURE }));
    const root = await rootOf(ann);
    for (const one of [bob, cy]) expect(await contactOf(one, root, ({ realName }) => realName !== null)).toMatchObject({ realName: 'Ann Example', picture: PICTURE, nickname: 'Ann' });
    expect((await viewOf(cy.client, 'members.get', { ledger: book.ledger })).members.find((one) => one.root === root)).toMatchObject({ realName: 'Ann Example', picture: PICTURE });
    expect(await viewOf(ann.client, 'identity.get', {})).toMatchObject({ realName: 'Ann Example', showRealName: true, picture: PICTURE, phrase: 'here', phraseWritten: false });
    // And whoever comes in later.
    const dee = await company.person('Dee');
    await admit(ann, book.ledger, dee, 'Dee');
    expect(await contactOf(dee, root, ({ realName }) => realName !== null)).toMatchObject({ realName: 'Ann Example', picture: PICTURE });
    for (const picture of ['http://example.org/x.png', 'data:text/html;base64,AAAA', `data:image/png;base64,${'A'.repeat(40_000)}`]) {
      expect(codeOf(await ann.client.call('identity.update', { picture }))).toBe('input_invalid');
    }
    valueOf(await ann.client.call('identity.update', { realName: null, picture: null }));
    for (const one of [bob, cy]) expect(await contactOf(one, root, ({ realName }) => realName === null)).toMatchObject({ picture: null });
  });

  it('hides the real name from all but some', async () => {
    const [ann, bob, cy] = [await company.person('Ann'), await company.person('Bob'), await company.person('Cy')];
    await befriend(ann, bob);
    await befriend(ann, cy);
    const root = await rootOf(ann);
    valueOf(await ann.client.call('identity.update', { realName: 'Ann Example', showRealName: false }));
    valueOf(await ann.client.call('contacts.update', { root: await rootOf(bob), showRealName: 'always' }));
    expect(await contactOf(bob, root, ({ realName }) => realName !== null)).toMatchObject({ realName: 'Ann Example' });
    expect(await contactOf(cy, root)).toMatchObject({ realName: null });
    expect([(await contactOf(ann, await rootOf(bob))).seesMyRealName, (await contactOf(ann, await rootOf(cy))).seesMyRealName]).toEqual([true, false]);
    // In a ledger of several it is shown to nobody, or Cy would see it too.
    const book = await addBook(ann.client);
    await admit(ann, book.ledger, cy, 'Cy');
    await admit(ann, book.ledger, bob, 'Bob');
    await untilSame(ann.client, cy.client, book.ledger);
    expect(await contactOf(cy, root)).toMatchObject({ realName: null });
  });

  it('shows the real name to all but some', async () => {
    const [ann, bob, cy] = [await company.person('Ann'), await company.person('Bob'), await company.person('Cy')];
    await befriend(ann, bob);
    await befriend(ann, cy);
    const root = await rootOf(ann);
    valueOf(await ann.client.call('contacts.update', { root: await rootOf(cy), showRealName: 'never' }));
    valueOf(await ann.client.call('identity.update', { realName: 'Ann Example' }));
    expect(await contactOf(bob, root, ({ realName }) => realName !== null)).toMatchObject({ realName: 'Ann Example' });
    expect(await contactOf(cy, root)).toMatchObject({ realName: null });
    const book = await addBook(ann.client);
    await admit(ann, book.ledger, cy, 'Cy');
    await untilSame(ann.client, cy.client, book.ledger);
    expect(await contactOf(cy, root)).toMatchObject({ realName: null });
    expect((await contactOf(ann, await rootOf(cy))).seesMyRealName).toBe(false);
    // Allowed after all, they see it everywhere.
    valueOf(await ann.client.call('contacts.update', { root: await rootOf(cy), showRealName: 'default' }));
    expect(await contactOf(cy, root, ({ realName }) => realName !== null)).toMatchObject({ realName: 'Ann Example' });
  });
});
