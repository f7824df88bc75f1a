/** People write to each other: online, offline, about an entry, with wrong clocks and harmful texts, and find it all again. */
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { becomeContacts, untilSame, valueOf, viewOf } from '#tests/people.ts';
import { newId } from './book.ts';
import { pageOf, say, send, shareBook, textsOf, untilTexts } from './chat-steps.ts';
import { admit, createCompany, memberOf, setPaused, type Company } from './company.ts';

let company: Company;
beforeEach(async () => {
  company = await createCompany();
});
afterEach(() => company.end());

const DAY = 86_400_000;
const codeOf = (reply: { ok: boolean; error?: { code: string } }): string | undefined => reply.error?.code;

describe('a chat', () => {
  it('is seen by both, each knows whose it is, and what is unread until it is seen', async () => {
    const { ann, bob, ledger } = await shareBook(company);
    const first = await say(ann, ledger, 'Who pays for dinner?');
    const seen = await untilTexts(bob, ledger, ['Who pays for dinner?']);
    const root = (await viewOf(ann.client, 'identity.get', {}))?.root;
    expect(seen).toMatchObject({ total: 1, offset: 0, unread: { count: 1, first: 0 }, barred: null, rows: [{ id: first, mine: false, by: { name: 'Ann', root }, waiting: false, clockOdd: false }] });
    await say(bob, ledger, 'You do');
    const both = await untilTexts(ann, ledger, ['Who pays for dinner?', 'You do']);
    expect(both.rows.map(({ mine, by }) => [mine, by.name])).toEqual([[true, 'Ann'], [false, 'Bob']]);
    expect(both.unread).toEqual({ count: 1, first: 1 });
    expect(await viewOf(bob.client, 'chat.unread', {})).toEqual({ messages: 1, chats: 1 });
    expect(await viewOf(bob.client, 'chat.list', {})).toMatchObject([{ ledger, name: 'Flat', root: null, unread: 1, unreadInThreads: 0, barred: null, last: { text: 'You do', mine: true } }]);
    valueOf(await bob.client.call('chat.markRead', { ledger, about: null, upTo: first }));
    expect(await viewOf(bob.client, 'chat.unread', {})).toEqual({ messages: 0, chats: 0 });
    expect((await pageOf(bob, ledger)).unread).toEqual({ count: 0, first: null });
    const again = await company.resume(bob);
    expect((await pageOf(again, ledger)).unread).toEqual({ count: 0, first: null });
    await say(ann, ledger, 'Well');
    expect((await untilTexts(again, ledger, ['Who pays for dinner?', 'You do', 'Well'])).unread).toEqual({ count: 1, first: 2 });
  });

  it('sent once is there once, however often it is asked for', async () => {
    const { ann, bob, ledger } = await shareBook(company);
    const message = newId();
    const ids = new Set([await say(ann, ledger, 'Hello', null, message), await say(ann, ledger, 'Hello', null, message), await say(ann, ledger, 'Hello again', null, message)]);
    expect(ids.size).toBe(1);
    expect((await untilTexts(bob, ledger, ['Hello'])).rows[0]).toMatchObject({ message });
  });

  it('written offline waits, says so, and then stands where it belongs on both devices', async () => {
    const { ann, bob, ledger } = await shareBook(company);
    await say(ann, ledger, 'one');
    await untilTexts(bob, ledger, ['one']);
    await setPaused(bob, true);
    await say(bob, ledger, 'two of Bob');
    await say(bob, ledger, 'three of Bob');
    expect((await pageOf(bob, ledger)).rows.map(({ waiting }) => waiting)).toEqual([false, true, true]);
    await say(ann, ledger, 'two of Ann');
    const again = await company.resume(bob);
    expect(textsOf(await pageOf(again, ledger))).toEqual(['one', 'two of Bob', 'three of Bob']);
    await setPaused(again, false);
    const all = ['one', 'two of Bob', 'three of Bob', 'two of Ann'];
    for (const one of [ann, again]) expect((await pageOf(one, ledger, null, ({ rows }) => rows.length === 4 && rows.every(({ waiting }) => !waiting))).total).toBe(4);
    await untilSame(ann.client, again.client, ledger);
    expect(textsOf(await pageOf(ann, ledger)).toSorted()).toEqual(all.toSorted());
    expect(textsOf(await pageOf(ann, ledger))).toEqual(textsOf(await pageOf(again, ledger)));
    // What came in between what Ann has seen is unread all the same.
    expect((await pageOf(ann, ledger)).unread.count).toBe(2);
  });

  it('keeps its order with clocks that are years wrong', async () => {
    const [ahead, behind] = [12 * 365 * DAY, -40 * 365 * DAY];
    const { ann, bob, ledger } = await shareBook(company, 'editor', { ann: () => Date.now() + ahead, bob: () => Date.now() + behind });
    const cy = await company.person('Cy');
    await admit(ann, ledger, cy, 'Cy');
    const texts: string[] = [];
    for (const [index, one] of [ann, bob, cy, ann, cy, bob].entries()) {
      texts.push(`message ${index}`);
      await say(one, ledger, `message ${index}`);
      for (const reader of [ann, bob, cy]) await untilTexts(reader, ledger, texts);
    }
    expect((await pageOf(cy, ledger)).rows.map(({ clockOdd }) => clockOdd)).toEqual([true, false, false, true, false, false]);
  });

  it.each([['ahead', 12 * 365 * DAY], ['behind', -40 * 365 * DAY]])('shows a time that can be where a clock is years %s, and says so', async (_, wrong) => {
    const { ann, bob, ledger } = await shareBook(company, 'editor', { bob: () => Date.now() + wrong });
    await say(ann, ledger, 'one');
    await untilTexts(bob, ledger, ['one']);
    for (const text of ['two', 'three']) await say(bob, ledger, text);
    const { rows } = await untilTexts(ann, ledger, ['one', 'two', 'three']);
    expect(rows.map(({ clockOdd }) => clockOdd)).toEqual([false, true, true]);
    for (const { at } of rows) expect(Math.abs(at - Date.now())).toBeLessThan(DAY);
    for (const { at, writtenAt } of rows.slice(1)) expect(Math.abs(at - writtenAt)).toBeGreaterThan(DAY);
  });

  it('is read from the oldest on, in pages that end where it ends', async () => {
    const { ann, ledger } = await shareBook(company);
    const texts = Array.from({ length: 12 }, (_, index) => `message ${index}`);
    const ids: string[] = [];
    for (const text of texts) ids.push(await say(ann, ledger, text));
    const part = async (offset: number, limit: number): Promise<string[]> => textsOf(await viewOf(ann.client, 'chat.page', { ledger, about: null, offset, limit }));
    expect([await part(0, 3), await part(5, 3), await part(10, 5), await part(12, 5)]).toEqual([texts.slice(0, 3), texts.slice(5, 8), texts.slice(10), []]);
    expect(valueOf(await ann.client.call('chat.place', { ledger, message: ids[7] ?? '' }))).toEqual({ about: null, index: 7 });
    expect(valueOf(await ann.client.call('chat.place', { ledger, message: newId() }))).toBeNull();
    expect(codeOf(await ann.client.call('chat.place', { ledger: newId(), message: newId() }))).toBe('not_found');
    await expect(viewOf(ann.client, 'chat.page', { ledger: newId(), about: null, offset: 0, limit: 5 })).rejects.toThrow('not_found');
  });

  it('between contacts is called as the other one is, and is no ledger', async () => {
    const [ann, bob] = [await company.person('Ann'), await company.person('Bob')];
    const roots = await becomeContacts(ann.client, bob.client);
    const [contact] = await viewOf(ann.client, 'contacts.list', {}, (list) => list.some(({ ledger }) => ledger !== null));
    const ledger = contact?.ledger ?? '';
    valueOf(await ann.client.call('contacts.update', { root: roots.guest, petname: 'Bobby' }));
    expect(await viewOf(ann.client, 'chat.list', {})).toMatchObject([{ ledger, template: 'direct', name: 'Bobby', root: roots.guest, last: null, unread: 0 }]);
    await viewOf(bob.client, 'chat.list', {}, (list) => list.some((one) => one.ledger === ledger && one.barred === null));
    await say(bob, ledger, '你好');
    expect(await viewOf(ann.client, 'chat.list', {}, ([chat]) => chat?.unread === 1)).toMatchObject([{ name: 'Bobby', last: { text: '你好', by: { name: 'Bobby' } } }]);
    expect(await viewOf(ann.client, 'ledgers.list', {})).toEqual([]);
    expect(valueOf(await ann.client.call('entries.search', { text: '好', limit: 5 })).messages).toMatchObject([{ ledger, name: 'Bobby', about: null, text: '你好' }]);
    // What was said stays, whoever goes.
    valueOf(await bob.client.call('members.leave', { ledger }));
    await viewOf(ann.client, 'members.get', { ledger }, ({ members }) => members.length === 1);
    expect(await viewOf(ann.client, 'chat.list', {})).toMatchObject([{ name: 'Bobby', last: { text: '你好' } }]);
  });
});

describe('a thread', () => {
  it('is about a thing that is there, counts for itself and stays out of the chat', async () => {
    const { ann, bob, book, ledger } = await shareBook(company);
    const entry = await book.add(4_200);
    await untilSame(ann.client, bob.client, ledger);
    await say(bob, ledger, 'Was that not 42?', entry);
    await untilTexts(ann, ledger, ['Was that not 42?'], entry);
    expect((await pageOf(ann, ledger)).total).toBe(0);
    expect(await viewOf(ann.client, 'chat.threads', { ledger, about: [entry, newId()] })).toEqual([{ about: entry, messages: 1, unread: 1 }]);
    expect(await viewOf(ann.client, 'chat.threads', { ledger, about: null })).toEqual([{ about: entry, messages: 1, unread: 1 }]);
    expect(await viewOf(ann.client, 'chat.list', {})).toMatchObject([{ unread: 0, unreadInThreads: 1, last: null }]);
    expect(await viewOf(ann.client, 'chat.unread', {})).toEqual({ messages: 1, chats: 1 });
    const reply = await say(ann, ledger, 'It was', entry);
    valueOf(await ann.client.call('chat.markRead', { ledger, about: entry, upTo: reply }));
    expect(await viewOf(ann.client, 'chat.threads', { ledger, about: null })).toEqual([]);
    expect(codeOf(await send(ann, ledger, 'About nothing', newId()))).toBe('not_found');
    expect(valueOf(await bob.client.call('chat.place', { ledger, message: (await untilTexts(bob, ledger, ['Was that not 42?', 'It was'], entry)).rows[1]?.id ?? '' }))).toEqual({ about: entry, index: 1 });
  });
});

describe('texts', () => {
  it('that do harm are made harmless, or refused with a code', async () => {
    const { ann, bob, ledger } = await shareBook(company);
    const html = '<img src=x onerror="alert(1)"><script>alert(2)</script> https://example.com/';
    await say(ann, ledger, html);
    await say(ann, ledger, 'pay \u202E001\u202C\u0007 to\r\nBob');
    await untilTexts(bob, ledger, [html, 'pay 001 to\nBob']);
    expect(codeOf(await send(ann, ledger, 'x'.repeat(1024 * 1024)))).toBe('message_too_long');
    expect(codeOf(await send(ann, ledger, 'x'.repeat(8_001)))).toBe('message_too_long');
    for (const nothing of ['', ' \n ', '\u200B\u202E']) expect(codeOf(await send(ann, ledger, nothing))).toBe('message_empty');
    await say(bob, ledger, '长'.repeat(8_000));
    await untilTexts(ann, ledger, [html, 'pay 001 to\nBob', '长'.repeat(8_000)]);
    expect(await viewOf(ann.client, 'sync.state', {})).toMatchObject({ quarantined: 0 });
  });

  it('are found by the search that finds entries: all words, their beginnings, Chinese', async () => {
    const { ann, bob, book, ledger } = await shareBook(company);
    const entry = await book.add(100, { description: 'Pizza night' });
    const one = await say(ann, ledger, 'The pizza was cold, and the night long');
    const two = await say(ann, ledger, `${'words '.repeat(200)}昨天的晚饭很好吃`, entry);
    await untilSame(ann.client, bob.client, ledger);
    const find = async (text: string) => valueOf(await bob.client.call('entries.search', { text, limit: 10 }));
    expect(await find('pizz nigh')).toMatchObject({ hits: [{ entry }], messages: [{ message: one, ledger, name: 'Flat', about: null, mine: false, by: { name: 'Ann' } }] });
    expect(await find('cold')).toMatchObject({ hits: [], messages: [{ message: one }] });
    const { messages: [hit] } = await find('晚饭');
    expect(hit).toMatchObject({ message: two, about: entry });
    expect(hit?.text).toContain('晚饭');
    expect(hit?.text.length).toBeLessThan(250);
    expect((await find('nothing')).messages).toEqual([]);
    expect((await find('"" * ()')).messages).toEqual([]);
    valueOf(await bob.client.call('members.leave', { ledger }));
    expect((await find('cold')).messages).toEqual([]);
  });
});

describe('who may write', () => {
  it('is called what they are, also where they write in another’s name', async () => {
    const { ann, bob, book, ledger } = await shareBook(company);
    valueOf(await bob.client.call('people.claim', { ledger, person: book.me }));
    await say(bob, ledger, 'I am Ann, believe me');
    expect((await untilTexts(ann, ledger, ['I am Ann, believe me'])).rows).toMatchObject([{ mine: false, by: { name: 'Bob', person: book.bob } }]);
  });

  it('a viewer reads and is refused', async () => {
    const { ann, bob, ledger } = await shareBook(company, 'viewer');
    await say(ann, ledger, 'Look');
    expect(await untilTexts(bob, ledger, ['Look'])).toMatchObject({ barred: 'role_forbids' });
    expect(codeOf(await send(bob, ledger, 'May I?'))).toBe('role_forbids');
    expect(await viewOf(bob.client, 'chat.list', {})).toMatchObject([{ barred: 'role_forbids', unread: 1 }]);
  });

  it('what somebody removed writes later is shown nowhere but among what is refused', async () => {
    const { ann, bob, ledger } = await shareBook(company);
    await say(bob, ledger, 'in time');
    await untilTexts(ann, ledger, ['in time']);
    await setPaused(bob, true);
    await say(bob, ledger, 'too late');
    const { path } = valueOf(await bob.client.call('files.exportChanges', { folder: bob.profile }));
    valueOf(await ann.client.call('members.remove', { ledger, member: (await memberOf(ann, ledger, 'Bob')).member }));
    const { file } = valueOf(await ann.client.call('files.upload', { file: null, piece: readFileSync(path).toString('base64') }));
    valueOf(await ann.client.call('files.importChanges', { file }));
    await viewOf(ann.client, 'members.get', { ledger }, ({ refused }) => refused === 1);
    expect(textsOf(await pageOf(ann, ledger))).toEqual(['in time']);
    expect(valueOf(await ann.client.call('entries.search', { text: 'late', limit: 5 })).messages).toEqual([]);
    expect(valueOf(await ann.client.call('members.refused', { ledger })).changes).toMatchObject([{ author: 'Bob', entries: [], messages: ['too late'], others: 0 }]);
    await setPaused(bob, false);
    expect(await viewOf(bob.client, 'chat.page', { ledger, about: null, offset: 0, limit: 1 }, ({ barred }) => barred !== null)).toMatchObject({ barred: 'removed' });
  });
});
