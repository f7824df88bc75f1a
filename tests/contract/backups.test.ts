/** A backup brings everything back on a new machine, whatever has become of the relay; and changes nothing where it cannot be read. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { untilSame, valueOf, viewOf } from '#tests/people.ts';
import { addBook, newId, type Book } from './book.ts';
import { admit, amountsOf, createCompany, memberOf, setPaused, untilAmounts, type Company, type Somebody } from './company.ts';

const PASSPHRASE = 'correct horse battery staple';

let company: Company;
let folder: string;
beforeEach(async () => {
  company = await createCompany();
  folder = mkdtempSync(join(tmpdir(), 'tallystick-backup-'));
});
afterEach(async () => {
  await company.end();
  rmSync(folder, { recursive: true, force: true });
});

const codeOf = (reply: { ok: boolean; error?: { code: string } }): string | undefined => reply.error?.code;
const backUp = async ({ client }: Somebody): Promise<string> => valueOf(await client.call('files.backUp', { folder, passphrase: PASSPHRASE })).path;

/** Hands a file over in pieces, as a screen does. */
async function upload({ client }: Somebody, bytes: Buffer, piece = 100_000): Promise<string> {
  let file: string | null = null;
  for (let from = 0; from === 0 || from < bytes.length; from += piece) {
    const sent: { file: string } = valueOf(await client.call('files.upload', { file, piece: bytes.subarray(from, from + piece).toString('base64') }));
    file = sent.file;
  }
  return file ?? '';
}
async function restore(somebody: Somebody, bytes: Buffer, passphrase = PASSPHRASE, phrase: string | null = null) {
  return somebody.client.call('files.restore', { file: await upload(somebody, bytes), passphrase, phrase, language: 'en' });
}
const addAs = ({ client }: Somebody, { ledger, expense }: Book, amount: number) => client.call('entries.add', { ledger, entry: newId(), draft: expense(amount) });
const untilSent = ({ client }: Somebody) => viewOf(client, 'sync.state', {}, ({ waiting, connection }) => waiting === 0 && connection === 'online');

/** Ann has a contact, a book of her own and one with Bob; a backup; and then everybody goes on. */
async function live(): Promise<{ ann: Somebody; bob: Somebody; own: Book; shared: Book; backup: Buffer; words: string }> {
  const [ann, bob] = [await company.person('Ann'), await company.person('Bob')];
  const { link } = valueOf(await ann.client.call('contacts.invite', {}));
  const { ticket } = valueOf(await bob.client.call('sharing.open', { invite: link }));
  valueOf(await bob.client.call('sharing.join', { ticket, as: null }));
  const root = (await viewOf(bob.client, 'identity.get', {}))?.root ?? '';
  await viewOf(ann.client, 'contacts.list', {}, (list) => list.some((one) => one.root === root && one.state === 'active'));
  valueOf(await ann.client.call('contacts.update', { root, petname: 'Bobby' }));
  valueOf(await ann.client.call('identity.update', { realName: 'Ann Example' }));
  const own = await addBook(ann.client);
  await own.add(100);
  const shared = await addBook(bob.client);
  await admit(bob, shared.ledger, ann, 'Ann');
  await shared.add(200);
  await untilSame(ann.client, bob.client, shared.ledger);
  await untilSent(ann);
  const words = valueOf(await ann.client.call('identity.phrase', {})).words.join(' ');
  const backup = readFileSync(await backUp(ann));
  return { ann, bob, own, shared, backup, words };
}

/** What was in the backup is here, and readable. */
async function expectAll(fresh: Somebody, { own, shared }: { own: Book; shared: Book }): Promise<void> {
  await untilAmounts(fresh, own.ledger, [100]);
  expect(await viewOf(fresh.client, 'ledgers.get', { ledger: own.ledger })).toMatchObject({ name: 'Flat', me: own.me, balances: [{ currency: 'EUR', amount: 50 }] });
  expect((await viewOf(fresh.client, 'ledgers.get', { ledger: shared.ledger }))?.entries).toBeGreaterThanOrEqual(1);
  expect(await viewOf(fresh.client, 'contacts.list', {})).toMatchObject([{ name: 'Bobby', nickname: 'Bob', state: 'active' }]);
  expect(await viewOf(fresh.client, 'identity.get', {})).toMatchObject({ name: 'Ann', realName: 'Ann Example', phrase: 'here' });
  expect(await viewOf(fresh.client, 'profile.get', {})).toMatchObject({ state: 'ready', name: 'Ann' });
}

describe('a backup', () => {
  it('is one file with its day in the name, for its owner’s eyes, never over another one, with nothing to read in it', async () => {
    const now = Date.parse('2026-11-20T12:00:00Z');
    const ann = await company.person('Ann', { now: () => now });
    const book = await addBook(ann.client);
    await book.add(100);
    expect((await viewOf(ann.client, 'identity.get', {}))?.lastBackup).toBeNull();
    const first = valueOf(await ann.client.call('files.backUp', { folder, passphrase: PASSPHRASE }));
    await backUp(ann);
    expect(readdirSync(folder).toSorted()).toEqual(['Tallystick backup 2026-11-20 (2).tallybackup', 'Tallystick backup 2026-11-20.tallybackup']);
    const bytes = readFileSync(first.path);
    expect([first.bytes, (statSync(first.path).mode & 0o077).toString(8)]).toEqual([bytes.length, '0']);
    for (const text of ['Flat', 'Ann', 'Dinner', book.ledger]) expect(bytes.includes(text), text).toBe(false);
    expect((await viewOf(ann.client, 'identity.get', {}))?.lastBackup).toBe(now);
    expect(codeOf(await ann.client.call('files.backUp', { folder: join(folder, 'nowhere'), passphrase: PASSPHRASE }))).toBe('file_unwritable');
    expect(codeOf(await ann.client.call('files.backUp', { folder, passphrase: 'short' }))).toBe('input_invalid');
    expect(readdirSync(folder)).toHaveLength(2);
  });

  it('brings everything back, with what happened since, while the relay is there', async () => {
    const { ann, bob, shared, ...rest } = await live();
    await company.leave(ann);
    await shared.add(300);
    await untilSent(bob);
    const fresh = await company.device('New laptop');
    expect(valueOf(await restore(fresh, rest.backup))).toEqual({ ledgers: 3, missing: [] });
    await expectAll(fresh, { own: rest.own, shared });
    await untilAmounts(fresh, shared.ledger, [200, 300]);
    await viewOf(fresh.client, 'ledgers.list', {}, (list) => list.every(({ role, barred }) => role !== null && barred === null));
    valueOf(await addAs(fresh, shared, 400));
    await untilAmounts(bob, shared.ledger, [200, 300, 400]);
    await untilSame(bob.client, fresh.client, shared.ledger);
    // The machine that was lost is back as well: one history, of three devices.
    const old = await company.resume(ann);
    valueOf(await addAs(old, shared, 500));
    for (const one of [bob, fresh, old]) await untilAmounts(one, shared.ledger, [200, 300, 400, 500]);
    for (const one of [bob, fresh, old]) expect(await viewOf(one.client, 'sync.state', {})).toMatchObject({ quarantined: 0 });
    expect((await memberOf(bob, shared.ledger, 'Ann')).devices.filter(({ recovery }) => !recovery)).toHaveLength(2);
  });

  it('brings everything back where the relay is gone, to be read at once and written as soon as one is there', async () => {
    const { ann, bob, own, shared, backup } = await live();
    await company.leave(ann);
    await company.leave(bob);
    await company.stopRelay();
    const fresh = await company.device('New laptop');
    expect(valueOf(await restore(fresh, backup))).toEqual({ ledgers: 3, missing: [] });
    await expectAll(fresh, { own, shared });
    await untilAmounts(fresh, shared.ledger, [200]);
    expect((await viewOf(fresh.client, 'ledgers.list', {})).map(({ role, barred }) => [role, barred])).toEqual([[null, 'not_member'], [null, 'not_member']]);
    expect(codeOf(await addAs(fresh, own, 5))).toBe('not_member');
    const again = await company.resume(fresh);
    await untilAmounts(again, shared.ledger, [200]);
    await company.startRelay('another.sqlite');
    await viewOf(again.client, 'ledgers.list', {}, (list) => list.length === 2 && list.every(({ role }) => role !== null));
    valueOf(await addAs(again, own, 300));
    await untilSent(again);
    await untilAmounts(again, own.ledger, [100, 300]);
  });

  it('fills an emptied relay again, and the others find everything there', async () => {
    const { ann, bob, own, shared, backup } = await live();
    await company.leave(ann);
    await company.stopRelay();
    await company.startRelay('emptied.sqlite');
    const fresh = await company.device('New laptop');
    valueOf(await restore(fresh, backup));
    await viewOf(fresh.client, 'ledgers.list', {}, (list) => list.length === 2 && list.every(({ role }) => role !== null));
    valueOf(await addAs(fresh, shared, 400));
    await untilAmounts(bob, shared.ledger, [200, 400]);
    await untilSame(bob.client, fresh.client, shared.ledger);
    // From what the relay has now, the words alone bring everything back once more.
    await untilSent(fresh);
    const third = await company.device('Third laptop');
    const { words } = valueOf(await fresh.client.call('identity.phrase', {}));
    valueOf(await third.client.call('identity.restore', { phrase: words.join(' '), relay: company.address(), language: 'en' }));
    await untilAmounts(third, own.ledger, [100]);
    await untilAmounts(third, shared.ledger, [200, 400]);
    for (const one of [bob, fresh, third]) expect(await viewOf(one.client, 'sync.state', {})).toMatchObject({ quarantined: 0 });
    expect(await viewOf(third.client, 'ledgers.list', {})).toHaveLength(2);
  });

  it('of long ago, restored twice, never forks: all that anybody wrote is there once', async () => {
    const { ann, bob, shared, backup } = await live();
    valueOf(await addAs(ann, shared, 300));
    await untilSame(ann.client, bob.client, shared.ledger);
    const [one, other] = [await company.device('One'), await company.device('Other')];
    for (const fresh of [one, other]) {
      valueOf(await restore(fresh, backup));
      await viewOf(fresh.client, 'ledgers.get', { ledger: shared.ledger }, (view) => view?.role === 'editor');
    }
    await Promise.all([one, other, ann].map((somebody) => setPaused(somebody, true)));
    for (const [somebody, amount] of [[one, 10], [other, 20], [ann, 30]] as const) valueOf(await addAs(somebody, shared, amount));
    await Promise.all([one, other, ann].map((somebody) => setPaused(somebody, false)));
    for (const somebody of [one, other, ann, bob]) await untilAmounts(somebody, shared.ledger, [10, 20, 30, 200, 300]);
    for (const somebody of [one, other, ann]) await untilSame(somebody.client, bob.client, shared.ledger);
    for (const somebody of [one, other, ann, bob]) expect(await viewOf(somebody.client, 'sync.state', {})).toMatchObject({ quarantined: 0 });
  });

  it('also holds what was written offline and has never been sent', async () => {
    const { ann, bob, shared } = await live();
    await setPaused(ann, true);
    valueOf(await addAs(ann, shared, 700));
    const later = readFileSync(await backUp(ann));
    await company.leave(ann);
    const fresh = await company.device('New laptop');
    valueOf(await restore(fresh, later));
    for (const one of [fresh, bob]) await untilAmounts(one, shared.ledger, [200, 700]);
    await untilSame(bob.client, fresh.client, shared.ledger);
    // The old machine sends the same once more: it is there already.
    const old = await company.resume(ann);
    await setPaused(old, false);
    await untilSent(old);
    await untilSame(bob.client, old.client, shared.ledger);
    expect(await amountsOf(bob, shared.ledger)).toEqual([200, 700]);
    expect(await viewOf(bob.client, 'sync.state', {})).toMatchObject({ quarantined: 0 });
  });

  it('of a device that has given the words up opens with them alone', async () => {
    const { ann, own, shared, words } = await live();
    const some = [1, 2, 3].map((number) => ({ number, word: words.split(' ')[number - 1] ?? '' }));
    valueOf(await ann.client.call('identity.confirmPhrase', { words: some }));
    valueOf(await ann.client.call('identity.forgetPhrase', {}));
    const without = readFileSync(await backUp(ann));
    const other = valueOf(await (await company.person('Eve')).client.call('identity.phrase', {})).words.join(' ');
    const fresh = await company.device('New laptop');
    expect(codeOf(await restore(fresh, without))).toBe('backup_needs_phrase');
    expect(codeOf(await restore(fresh, without, PASSPHRASE, 'some words'))).toBe('phrase_invalid');
    expect(codeOf(await restore(fresh, without, PASSPHRASE, other))).toBe('phrase_invalid');
    expect(await viewOf(fresh.client, 'identity.get', {})).toBeNull();
    expect(valueOf(await restore(fresh, without, PASSPHRASE, words))).toEqual({ ledgers: 3, missing: [] });
    await expectAll(fresh, { own, shared });
  });

  it('that cannot be read is named, and nothing is changed', async () => {
    const { ann, backup } = await live();
    const fresh = await company.device('New laptop');
    const flipped = (at: number): Buffer => {
      const copy = Buffer.from(backup);
      copy[at] = (copy[at] ?? 0) ^ 1;
      return copy;
    };
    const cases: [string, Buffer, string, string][] = [
      ['a wrong passphrase', backup, 'incorrect horse battery', 'passphrase_wrong'],
      ['a flipped bit at the end', flipped(backup.length - 5), PASSPHRASE, 'backup_damaged'],
      ['a flipped bit in the middle', flipped(Math.floor(backup.length / 2)), PASSPHRASE, 'backup_damaged'],
      ['a flipped bit in the header', flipped(40), PASSPHRASE, 'backup_damaged'],
      ['half of it', backup.subarray(0, Math.floor(backup.length / 2)), PASSPHRASE, 'backup_damaged'],
      ['something else', Buffer.from('a photo of a cat'.repeat(100)), PASSPHRASE, 'backup_malformed'],
      ['nothing', Buffer.alloc(0), PASSPHRASE, 'backup_malformed'],
    ];
    for (const [what, bytes, passphrase, code] of cases) expect(codeOf(await restore(fresh, bytes, passphrase)), what).toBe(code);
    expect(await viewOf(fresh.client, 'profile.get', {})).toMatchObject({ state: 'new' });
    expect([await viewOf(fresh.client, 'identity.get', {}), (await viewOf(fresh.client, 'sync.state', {})).relay]).toEqual([null, null]);
    expect(codeOf(await fresh.client.call('files.restore', { file: newId(), passphrase: PASSPHRASE, language: 'en' }))).toBe('not_found');
    expect(codeOf(await restore(ann, backup))).toBe('already_set_up');
    writeFileSync(join(folder, 'left'), '');
    expect(valueOf(await restore(fresh, backup))).toMatchObject({ ledgers: 3 });
    expect(readdirSync(join(fresh.profile, 'incoming')).length).toBeLessThanOrEqual(4);
  });
});
