/** Files that hang on entries: between two people, over a relay that comes and goes, and with a member who lies about them. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { randomBytes } from 'node:crypto';
import { untilSame, valueOf, viewOf } from '#tests/people.ts';
import { addBook, newId, type Book } from './book.ts';
import { admit, createCompany, setPaused, withEngine, type Company, type Somebody } from './company.ts';

let company: Company;
beforeEach(async () => void (company = await createCompany()));
afterEach(() => company.end());

/** A picture as far as anybody looks: its first bytes, and then noise. */
const photo = (bytes = 700_000): Buffer => Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), randomBytes(bytes)]);

async function upload({ client }: Somebody, bytes: Buffer): Promise<string> {
  let file: string | null = null;
  for (let from = 0; from === 0 || from < bytes.length; from += 4_000_000) {
    const sent: { file: string } = valueOf(await client.call('files.upload', { file, piece: bytes.subarray(from, from + 4_000_000).toString('base64') }));
    file = sent.file;
  }
  return file ?? '';
}
async function attach(somebody: Somebody, ledger: string, about: string, bytes: Buffer, name = 'receipt.jpg', attachment = newId()): Promise<string> {
  valueOf(await somebody.client.call('attachments.add', { ledger, about, attachment, file: await upload(somebody, bytes), name }));
  return attachment;
}
const listOf = ({ client }: Somebody, ledger: string, about: string) => viewOf(client, 'attachments.of', { ledger, about });
const untilAttached = ({ client }: Somebody, ledger: string, about: string, count: number) => viewOf(client, 'attachments.of', { ledger, about }, (list) => list.length === count);
const untilSent = ({ client }: Somebody, ledger: string, about: string) => viewOf(client, 'attachments.of', { ledger, about }, (list) => list.every(({ waiting }) => !waiting));

async function readAll({ client }: Somebody, ledger: string, attachment: string): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for (let offset = 0; ; ) {
    const { content, size } = valueOf(await client.call('attachments.read', { ledger, attachment, offset }));
    const piece = Buffer.from(content, 'base64');
    pieces.push(piece);
    offset += piece.length;
    if (offset >= size) return Buffer.concat(pieces);
  }
}

/** The id under which the relay has the one file that somebody knows of. */
function blobOf({ profile }: Somebody): string {
  const database = new Database(join(profile, 'store.db'), { readonly: true });
  const blob = database.prepare<[], string>(`SELECT payload ->> '$.body.file.blob' FROM revision WHERE type = 'attachment'`).pluck().get() ?? '';
  database.close();
  return blob;
}

async function together(): Promise<{ ann: Somebody; bob: Somebody; book: Book; entry: string }> {
  const [ann, bob] = [await company.person('Ann'), await company.person('Bob')];
  const book = await addBook(ann.client);
  await admit(ann, book.ledger, bob, 'Bob');
  const entry = await book.add(1_000);
  await untilSame(ann.client, bob.client, book.ledger);
  return { ann, bob, book, entry };
}

describe('a file on an entry', () => {
  it('comes whole to the other, who asks for it; and again adds nothing', async () => {
    const { ann, bob, book: { ledger }, entry } = await together();
    const bytes = photo(9_000_000);
    const attachment = await attach(ann, ledger, entry, bytes);
    await untilSent(ann, ledger, entry);
    expect(await untilAttached(bob, ledger, entry, 1)).toMatchObject([{ id: attachment, name: 'receipt.jpg', type: 'image/jpeg', size: bytes.length, state: 'active', by: 'Ann', isHere: false, waiting: false }]);
    expect(await bob.client.call('attachments.read', { ledger, attachment, offset: 0 })).toMatchObject({ ok: false, error: { code: 'attachment_away' } });
    valueOf(await bob.client.call('attachments.fetch', { ledger, attachment }));
    expect((await readAll(bob, ledger, attachment)).equals(bytes)).toBe(true);
    expect(await listOf(bob, ledger, entry)).toMatchObject([{ isHere: true, waiting: false }]);
    valueOf(await bob.client.call('attachments.fetch', { ledger, attachment }));
    await attach(ann, ledger, entry, bytes, 'receipt.jpg', attachment);
    expect(await listOf(ann, ledger, entry)).toHaveLength(1);
  });

  it('is attached offline, waits, outlives the program, and is sent when the relay is there; also to one that lost everything', async () => {
    const { ann, bob, book: { ledger }, entry } = await together();
    await setPaused(ann, true);
    const bytes = photo();
    const attachment = await attach(ann, ledger, entry, bytes);
    expect(await listOf(ann, ledger, entry)).toMatchObject([{ isHere: true, waiting: true }]);
    const again = await company.resume(ann);
    expect((await readAll(again, ledger, attachment)).equals(bytes)).toBe(true);
    await setPaused(again, false);
    await untilSent(again, ledger, entry);
    await untilAttached(bob, ledger, entry, 1);
    await company.stopRelay();
    await company.startRelay('another.sqlite');
    await viewOf(bob.client, 'sync.state', {}, ({ connection, waiting }) => connection === 'online' && waiting === 0);
    // Bob learns at once that it is not there yet, or gets it: never something else.
    for (let isHere = false; !isHere; ) {
      const fetched = await bob.client.call('attachments.fetch', { ledger, attachment });
      if (!fetched.ok) expect(['attachment_away', 'relay_away']).toContain(fetched.error.code);
      isHere = fetched.ok;
    }
    expect((await readAll(bob, ledger, attachment)).equals(bytes)).toBe(true);
  });

  it('is removed and restored by a revision, on both sides', async () => {
    const { ann, bob, book: { ledger }, entry } = await together();
    const attachment = await attach(ann, ledger, entry, photo());
    await untilAttached(bob, ledger, entry, 1);
    valueOf(await bob.client.call('attachments.remove', { ledger, attachment }));
    await viewOf(ann.client, 'attachments.of', { ledger, about: entry }, ([one]) => one?.state === 'removed');
    valueOf(await ann.client.call('attachments.restore', { ledger, attachment }));
    expect(await viewOf(bob.client, 'attachments.of', { ledger, about: entry }, ([one]) => one?.state === 'active')).toHaveLength(1);
  });

  it('is refused where it is no picture and no PDF, too large, of no entry, one too many, or a viewer’s', async () => {
    const { ann, book: { ledger }, entry } = await together();
    const given = async (bytes: Buffer, about = entry) =>
      ann.client.call('attachments.add', { ledger, about, attachment: newId(), file: await upload(ann, bytes), name: 'picture.jpg' });
    expect(await given(Buffer.from('<html><script>alert(1)</script></html>'))).toMatchObject({ error: { code: 'attachment_kind' } });
    expect(await given(Buffer.concat([photo(0), Buffer.alloc(20 * 1024 * 1024)]))).toMatchObject({ error: { code: 'attachment_too_large' } });
    expect(await given(photo(10), newId())).toMatchObject({ error: { code: 'not_found' } });
    for (let count = 0; count < 20; count += 1) valueOf(await given(photo(10)));
    expect(await given(photo(10))).toMatchObject({ error: { code: 'attachments_too_many' } });
    expect(readdirSync(join(ann.profile, 'attachments'))).toHaveLength(20);
    const eve = await company.person('Eve');
    await admit(ann, ledger, eve, null, { role: 'viewer' });
    await untilAttached(eve, ledger, entry, 20);
    expect(await eve.client.call('attachments.add', { ledger, about: entry, attachment: newId(), file: await upload(eve, photo(10)), name: 'x' })).toMatchObject({ ok: false });
  });

  it('is not believed where a member lies about it', async () => {
    const { ann, bob, book: { ledger }, entry } = await together();
    const honest = await attach(ann, ledger, entry, photo());
    await untilSent(ann, ledger, entry);
    await untilAttached(bob, ledger, entry, 1);
    await company.leave(bob);
    const [wrongKey, giant, stolen] = [newId(), newId(), newId()];
    const theirs = blobOf(bob);
    await withEngine(bob.profile, async ({ ground }) => {
      await ground.link.follow();
      const { author, queries } = ground;
      const known = queries.ledgers.find(ledger);
      expect(known).toBeDefined();
      const file = { blob: 'ab'.repeat(16), key: 'cd'.repeat(32), name: 'invoice.png', type: 'image/png', size: 5_000 };
      const written = await author.change<null>(ledger, () => ({
        ok: true,
        value: {
          revisions: [
            { type: 'attachment', of: wrongKey, body: { about: entry, file, state: 'active' } },
            { type: 'attachment', of: giant, body: { about: entry, file: { ...file, size: 32 * 1024 * 1024 }, state: 'active' } },
            // Ann’s own file, as if it were another one.
            { type: 'attachment', of: stolen, body: { about: entry, file: { ...file, blob: theirs }, state: 'active' } },
          ],
          answer: () => null,
        },
      }));
      expect(written).toMatchObject({ ok: true });
    });
    const again = await company.resume({ ...bob, core: { ...bob.core, close: async () => {} } });
    expect((await untilAttached(ann, ledger, entry, 4)).map(({ isHere }) => isHere)).toEqual([true, false, false, false]);
    expect(await ann.client.call('attachments.fetch', { ledger, attachment: stolen })).toMatchObject({ error: { code: 'attachment_broken' } });
    expect(await ann.client.call('attachments.fetch', { ledger, attachment: wrongKey })).toMatchObject({ error: { code: 'attachment_away' } });
    expect(await ann.client.call('attachments.fetch', { ledger, attachment: giant })).toMatchObject({ error: { code: 'attachment_too_large' } });
    expect(await readAll(ann, ledger, honest)).toHaveLength(700_004);
    await company.leave(again);
  });

  it('is in a backup, and comes back where no relay is any more', async () => {
    const { ann, book: { ledger }, entry } = await together();
    const bytes = photo();
    const attachment = await attach(ann, ledger, entry, bytes);
    const { path } = valueOf(await ann.client.call('files.backUp', { folder: ann.profile, passphrase: 'correct horse battery staple' }));
    await company.leave(ann);
    await company.stopRelay();
    const fresh = await company.device('New laptop');
    valueOf(await fresh.client.call('files.restore', { file: await upload(fresh, readFileSync(path)), passphrase: 'correct horse battery staple', language: 'en' }));
    await untilAttached(fresh, ledger, entry, 1);
    expect((await readAll(fresh, ledger, attachment)).equals(bytes)).toBe(true);
  });

  it('that nobody named is cleared away at the next start, and no other', async () => {
    const { ann, book: { ledger }, entry } = await together();
    const attachment = await attach(ann, ledger, entry, photo());
    valueOf(await ann.client.call('attachments.remove', { ledger, attachment }));
    writeFileSync(join(ann.profile, 'attachments', 'ab'.repeat(16)), 'left behind');
    const again = await company.resume(ann);
    await company.leave(again);
    expect(readdirSync(join(ann.profile, 'attachments'))).toHaveLength(1);
    expect(await readAll(await company.resume({ ...again, core: { ...again.core, close: async () => {} } }), ledger, attachment)).toHaveLength(700_004);
  });

  it('is shown for what it is by its own bytes, whatever is said of it', async () => {
    const { ann, book: { ledger }, entry } = await together();
    const attachment = await attach(ann, ledger, entry, photo());
    const [path = ''] = readdirSync(join(ann.profile, 'attachments')).map((name) => join(ann.profile, 'attachments', name));
    expect(readFileSync(path)).toHaveLength(700_004);
    writeFileSync(path, '<html></html>');
    expect(valueOf(await ann.client.call('attachments.read', { ledger, attachment, offset: 0 })).type).toBeNull();
  });
});
