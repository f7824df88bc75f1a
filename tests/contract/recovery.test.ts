/** The 24 words alone, on a new machine: everything that a relay still holds comes back. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPhrase } from '#sync/identity/phrase.ts';
import { untilSame, valueOf, viewOf } from '#tests/people.ts';
import { addBook, newId } from './book.ts';
import { admit, createCompany, memberOf, untilAmounts, type Company, type Somebody } from './company.ts';

let company: Company;
beforeEach(async () => {
  company = await createCompany();
});
afterEach(() => company.end());

const codeOf = (reply: { ok: boolean; error?: { code: string } }): string | undefined => reply.error?.code;
const wordsOf = async ({ client }: Somebody): Promise<string[]> => valueOf(await client.call('identity.phrase', {})).words;
const restore = ({ client }: Somebody, phrase: string, relay = company.address()) => client.call('identity.restore', { phrase, relay, language: 'en' });

async function befriend(host: Somebody, guest: Somebody): Promise<string> {
  const { link } = valueOf(await host.client.call('contacts.invite', {}));
  const { ticket } = valueOf(await guest.client.call('sharing.open', { invite: link }));
  valueOf(await guest.client.call('sharing.join', { ticket, as: null }));
  const root = (await viewOf(guest.client, 'identity.get', {}))?.root ?? '';
  await viewOf(host.client, 'contacts.list', {}, (list) => list.some((one) => one.root === root && one.state === 'active'));
  return root;
}

describe('the 24 words', () => {
  it('are shown, proved and given up', async () => {
    const ann = await company.person('Ann');
    const words = await wordsOf(ann);
    expect([words.length, (await viewOf(ann.client, 'identity.get', {}))?.phraseWritten]).toEqual([24, false]);
    expect(codeOf(await ann.client.call('identity.forgetPhrase', {}))).toBe('phrase_not_written');
    const some = [3, 11, 24].map((number) => ({ number, word: words[number - 1] ?? '' }));
    const wrong = some.map((one, index) => (index === 1 ? { ...one, word: words[0] === one.word ? 'zoo' : (words[0] ?? '') } : one));
    expect(await ann.client.call('identity.confirmPhrase', { words: wrong })).toMatchObject({ ok: false, error: { code: 'phrase_word_wrong', details: { number: 11 } } });
    expect(codeOf(await ann.client.call('identity.confirmPhrase', { words: [some[0], some[0], some[0]].map((one) => one ?? { number: 1, word: '' }) }))).toBe('phrase_not_written');
    valueOf(await ann.client.call('identity.confirmPhrase', { words: some.map(({ number, word }) => ({ number, word: ` ${word.toUpperCase()} ` })) }));
    expect(await viewOf(ann.client, 'identity.get', {})).toMatchObject({ phraseWritten: true, phrase: 'here' });
    valueOf(await ann.client.call('identity.forgetPhrase', {}));
    expect(await viewOf(ann.client, 'identity.get', {})).toMatchObject({ phraseWritten: true, phrase: 'forgotten' });
    for (const call of [ann.client.call('identity.phrase', {}), ann.client.call('identity.confirmPhrase', { words: some }), ann.client.call('devices.pair', {})]) expect(codeOf(await call)).toBe('phrase_forgotten');
    const again = await company.resume(ann);
    expect(codeOf(await again.client.call('identity.phrase', {}))).toBe('phrase_forgotten');
  });

  it('bring everything back on a new machine, with what has happened since', async () => {
    const [ann, bob] = [await company.person('Ann'), await company.person('Bob')];
    const root = await befriend(ann, bob);
    const own = await addBook(ann.client);
    await own.add(100);
    const shared = await addBook(bob.client);
    await admit(bob, shared.ledger, ann, 'Ann');
    await untilSame(ann.client, bob.client, shared.ledger);
    valueOf(await ann.client.call('contacts.update', { root, petname: 'Bobby' }));
    valueOf(await ann.client.call('contacts.verify', { root, how: 'words', note: '' }));
    valueOf(await ann.client.call('identity.update', { realName: 'Ann Example' }));
    await viewOf(ann.client, 'sync.state', {}, ({ waiting }) => waiting === 0);
    const words = await wordsOf(ann);
    const before = await viewOf(ann.client, 'identity.get', {});
    // The old machine is gone; the others went on.
    await company.leave(ann);
    await shared.add(300);

    const fresh = await company.device('New laptop');
    expect(valueOf(await restore(fresh, words.map((word, index) => `${index + 1}. ${word}`).join('\n')))).toEqual({ ledgers: 3, missing: [] });
    expect(await viewOf(fresh.client, 'profile.get', {})).toMatchObject({ state: 'ready', name: 'Ann' });
    expect(await viewOf(fresh.client, 'identity.get', {})).toMatchObject({ root: before?.root, name: 'Ann', realName: 'Ann Example', phrase: 'here', phraseWritten: true });
    await untilAmounts(fresh, own.ledger, [100]);
    await untilAmounts(fresh, shared.ledger, [300]);
    expect((await viewOf(fresh.client, 'ledgers.list', {}, (list) => list.length === 2 && list.every(({ me }) => me !== null))).map(({ role }) => role).toSorted()).toEqual(['editor', 'owner']);
    expect(await viewOf(fresh.client, 'contacts.list', {})).toMatchObject([{ root, name: 'Bobby', nickname: 'Bob', state: 'active', verified: { how: 'words' }, shared: [{ name: 'Flat' }] }]);
    expect((await viewOf(fresh.client, 'ledgers.get', { ledger: own.ledger }))?.me).toBe(own.me);
    // It is a device like any other: it writes, and the others see whose it is.
    valueOf(await fresh.client.call('entries.add', { ledger: shared.ledger, entry: newId(), draft: shared.expense(500) }));
    await untilAmounts(bob, shared.ledger, [300, 500]);
    await untilSame(bob.client, fresh.client, shared.ledger);
    expect((await memberOf(bob, shared.ledger, 'Ann')).devices.filter(({ recovery }) => !recovery).map(({ name }) => name).toSorted()).toEqual(["Ann's laptop", 'New laptop']);
    // And puts the lost one out.
    const lost = (await viewOf(fresh.client, 'devices.list', {}, (list) => list.length === 2)).find(({ mine }) => !mine);
    expect(lost?.name).toBe("Ann's laptop");
    expect(valueOf(await fresh.client.call('devices.revoke', { device: lost?.device ?? '' }))).toEqual({ failed: 0 });
    const old = await company.resume(ann);
    await viewOf(old.client, 'sync.state', {}, ({ ledgers }) => ledgers.length === 4 && ledgers.every(({ reason }) => reason === 'removed'));
  });

  it('bring back a person twice, from the same words on two machines', async () => {
    const ann = await company.person('Ann');
    const book = await addBook(ann.client);
    const words = (await wordsOf(ann)).join(' ');
    await viewOf(ann.client, 'sync.state', {}, ({ waiting }) => waiting === 0);
    const [one, other] = [await company.device('One'), await company.device('Other')];
    for (const fresh of [one, other]) expect(valueOf(await restore(fresh, words))).toMatchObject({ ledgers: 1 });
    for (const [fresh, amount] of [[one, 10], [other, 20], [ann, 30]] as const) {
      await viewOf(fresh.client, 'ledgers.get', { ledger: book.ledger }, (view) => view?.me === book.me && view.role === 'owner');
      valueOf(await fresh.client.call('entries.add', { ledger: book.ledger, entry: newId(), draft: book.expense(amount) }));
    }
    for (const fresh of [one, other, ann]) await untilAmounts(fresh, book.ledger, [10, 20, 30]);
    expect((await viewOf(ann.client, 'devices.list', {}, (list) => list.length === 3)).every(({ state }) => state === 'active')).toBe(true);
  });

  it('say what is wrong with them, and leave the machine as it was', async () => {
    const ann = await company.person('Ann');
    const words = await wordsOf(ann);
    const fresh = await company.device('New laptop');
    expect(await restore(fresh, ['abandn', ...words.slice(1)].join(' '))).toMatchObject({ ok: false, error: { code: 'phrase_invalid', details: { word: 'abandn', position: 1 } } });
    expect(await restore(fresh, words.slice(1).join(' '))).toMatchObject({ ok: false, error: { code: 'phrase_invalid', details: { words: 23 } } });
    const nobody = createPhrase(new Uint8Array(32).fill(7));
    expect(codeOf(await restore(fresh, nobody))).toBe('nothing_to_restore');
    expect(codeOf(await restore(fresh, words.join(' '), 'http://relay'))).toBe('relay_url_invalid');
    expect(codeOf(await restore(fresh, words.join(' '), 'ws://127.0.0.1:1'))).toBe('relay_away');
    expect(await viewOf(fresh.client, 'profile.get', {})).toMatchObject({ state: 'new' });
    expect([await viewOf(fresh.client, 'identity.get', {}), (await viewOf(fresh.client, 'sync.state', {})).relay]).toEqual([null, null]);
    expect(codeOf(await restore(ann, words.join(' ')))).toBe('already_set_up');
    // Not spoilt by it: the right words still do.
    await viewOf(ann.client, 'sync.state', {}, ({ waiting }) => waiting === 0);
    expect(valueOf(await restore(fresh, words.join(' ')))).toEqual({ ledgers: 0, missing: [] });
  });

  it('do not bring anybody back into what they were put out of', async () => {
    const [ann, bob] = [await company.person('Ann'), await company.person('Bob')];
    const shared = await addBook(bob.client);
    await admit(bob, shared.ledger, ann, 'Ann');
    await untilSame(ann.client, bob.client, shared.ledger);
    valueOf(await bob.client.call('members.remove', { ledger: shared.ledger, member: (await memberOf(bob, shared.ledger, 'Ann')).member }));
    await viewOf(ann.client, 'sync.state', {}, ({ waiting }) => waiting === 0);
    const fresh = await company.device('New laptop');
    expect(valueOf(await restore(fresh, (await wordsOf(ann)).join(' ')))).toEqual({ ledgers: 0, missing: [{ name: 'Flat', reason: 'removed' }] });
    expect((await memberOf(bob, shared.ledger, 'Bob')).role).toBe('owner');
    expect((await viewOf(bob.client, 'members.get', { ledger: shared.ledger })).members).toHaveLength(1);
  });

  it('bring back a ledger that only looks on, with who I am in it', async () => {
    const [ann, bob] = [await company.person('Ann'), await company.person('Bob')];
    const book = await addBook(ann.client);
    await admit(ann, book.ledger, bob, 'Bob', { role: 'viewer' });
    await book.add(100);
    await untilAmounts(bob, book.ledger, [100]);
    await viewOf(bob.client, 'sync.state', {}, ({ waiting }) => waiting === 0);
    const fresh = await company.device('New laptop');
    expect(valueOf(await restore(fresh, (await wordsOf(bob)).join(' ')))).toMatchObject({ ledgers: 1 });
    await untilAmounts(fresh, book.ledger, [100]);
    expect(await viewOf(fresh.client, 'ledgers.get', { ledger: book.ledger }, (view) => view?.role === 'viewer')).toMatchObject({ me: book.bob, balances: [{ amount: -50 }] });
  });
});
