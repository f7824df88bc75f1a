/** What was written stays: on a new device, by the words, in a backup, in a store that is damaged or made anew. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pairDevice, untilSame, valueOf, viewOf } from '#tests/people.ts';
import { newId } from './book.ts';
import { pageOf, say, shareBook, textsOf, untilTexts } from './chat-steps.ts';
import { createCompany, type Company, type Somebody } from './company.ts';

let company: Company;
beforeEach(async () => {
  company = await createCompany();
});
afterEach(() => company.end());

/** Does something to the store of somebody whose program has ended. */
function change({ profile }: Somebody, sql: string): void {
  const database = new Database(join(profile, 'store.db'));
  database.exec(sql);
  database.close();
}

describe('messages', () => {
  it('from before somebody came in are read already, and those on a device of mine are news to none', async () => {
    const { ann, bob, ledger } = await shareBook(company);
    await say(ann, ledger, 'one');
    await say(bob, ledger, 'two');
    await untilTexts(ann, ledger, ['one', 'two']);
    const phone = await company.device('phone');
    await pairDevice(ann.client, phone.client);
    const there = await untilTexts(phone, ledger, ['one', 'two']);
    expect(there).toMatchObject({ unread: { count: 0, first: null }, rows: [{ mine: true }, { mine: false }] });
    await say(ann, ledger, 'three');
    expect((await untilTexts(phone, ledger, ['one', 'two', 'three'])).unread.count).toBe(0);
    await say(bob, ledger, 'four');
    expect((await untilTexts(phone, ledger, ['one', 'two', 'three', 'four'])).unread).toEqual({ count: 1, first: 3 });
  });

  it('lie in documents of their own', async () => {
    const { ann, book, ledger } = await shareBook(company);
    await book.add(1);
    for (const text of ['one', 'two', 'three']) await say(ann, ledger, text);
    await book.add(2);
    const again = await company.resume(ann);
    await say(again, ledger, 'four');
    valueOf(await again.client.call('entries.add', { ledger, entry: newId(), draft: book.expense(3) }));
    const { documents } = await viewOf(again.client, 'sync.documents', { ledger });
    expect(documents.filter(({ document }) => document !== ledger).map(({ revisions }) => revisions).toSorted()).toEqual([3, 4]);
  });

  it('come back with the words, with a backup, and out of a read model that is made anew', async () => {
    const { ann, bob, ledger } = await shareBook(company);
    for (const [index, one] of [ann, bob, ann].entries()) {
      await say(one, ledger, `message ${index}`);
      await untilSame(ann.client, bob.client, ledger);
    }
    const texts = textsOf(await pageOf(ann, ledger));
    const upTo = (await pageOf(ann, ledger)).rows[1]?.id ?? '';
    valueOf(await ann.client.call('chat.markRead', { ledger, about: null, upTo }));
    const { words } = valueOf(await ann.client.call('identity.phrase', {}));
    const hash = valueOf(await ann.client.call('ledgers.stateHash', { ledger })).hash;
    const { path } = valueOf(await ann.client.call('files.backUp', { folder: ann.profile, passphrase: 'correct horse battery' }));
    const backup = readFileSync(path).toString('base64');

    await company.leave(ann);
    change(ann, `UPDATE meta SET value = 0 WHERE name = 'projection'`);
    const rebuilt = await company.reopen(ann);
    expect(textsOf(await pageOf(rebuilt, ledger))).toEqual(texts);
    expect((await pageOf(rebuilt, ledger)).unread.count).toBe(0);
    await company.leave(rebuilt);

    const fresh = await company.device('fresh');
    valueOf(await fresh.client.call('identity.restore', { phrase: words.join(' '), relay: company.address(), language: 'en' }));
    await untilTexts(fresh, ledger, texts);

    await company.leave(fresh);
    await company.stopRelay();
    const restored = await company.device('restored');
    const { file } = valueOf(await restored.client.call('files.upload', { file: null, piece: backup }));
    valueOf(await restored.client.call('files.restore', { file, passphrase: 'correct horse battery', language: 'en' }));
    await untilTexts(restored, ledger, texts);
    expect(valueOf(await restored.client.call('ledgers.stateHash', { ledger })).hash).toBe(hash);
    expect(valueOf(await restored.client.call('entries.search', { text: 'mess 1', limit: 5 })).messages).toHaveLength(1);
    await company.startRelay();
  });

  it('lie where a damaged store is read from', async () => {
    const { ann, bob, book, ledger } = await shareBook(company);
    const entry = await book.add(100);
    await say(ann, ledger, 'one');
    await say(ann, ledger, 'two', entry);
    await untilSame(ann.client, bob.client, ledger);
    const hash = valueOf(await ann.client.call('ledgers.stateHash', { ledger })).hash;
    await company.stopRelay();
    await company.leave(ann);
    // The read model is gone; everything that counts can still be read.
    change(ann, 'DROP TABLE message');
    const again = await company.reopen(ann);
    expect(await viewOf(again.client, 'profile.get', {})).toMatchObject({ problem: 'store_corrupt' });
    valueOf(await again.client.call('profile.salvage', {}));
    expect([textsOf(await pageOf(again, ledger)), textsOf(await pageOf(again, ledger, entry))]).toEqual([['one'], ['two']]);
    expect(valueOf(await again.client.call('ledgers.stateHash', { ledger })).hash).toBe(hash);
    await company.startRelay();
  });
});
