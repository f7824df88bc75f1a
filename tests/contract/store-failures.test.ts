/** A disk that fails, in the ways disks do. Nothing acknowledged is lost, and every failure has a code and a way out. */
import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createClient, type Client } from '#contract/client.ts';
import { createCore } from '#main/core.ts';
import { setAside } from '#main/db/damaged.ts';
import { createFileLog } from '#main/log.ts';
import { valueOf, viewOf } from '#tests/people.ts';
import { addBook, beginBook, newId } from './book.ts';
import { newProfile, openInMemory, removeProfile, testShell, type OpenedCore } from './open.ts';

let profile: string;
let core: OpenedCore | undefined;
beforeEach(() => {
  profile = newProfile();
});
afterEach(async () => {
  await core?.close();
  core = undefined;
  removeProfile(profile);
});

const file = (): string => join(profile, 'store.db');
async function open(): Promise<Client> {
  core = await openInMemory(profile);
  return createClient(await core.connect());
}
async function close(): Promise<void> {
  await core?.close();
  core = undefined;
}

/** A ledger with so many entries of 2 cents each, closed again. */
async function fill(entries: number): Promise<string> {
  const { ledger, add } = await beginBook(await open());
  for (let made = 0; made < entries; made += 50) await Promise.all(Array.from({ length: Math.min(50, entries - made) }, () => add(2)));
  await close();
  return ledger;
}

describe('a database of a newer program', () => {
  it('is neither read nor touched, and the profile says why', async () => {
    await fill(3);
    const newer = new Database(file());
    newer.pragma('user_version = 999');
    newer.pragma('wal_checkpoint(TRUNCATE)');
    newer.close();
    const bytes = readFileSync(file());

    const client = await open();
    expect(await viewOf(client, 'profile.get', {})).toMatchObject({ state: 'readOnly', problem: 'store_newer', name: 'Ann' });
    await expect(viewOf(client, 'ledgers.list', {})).rejects.toThrow('store_newer');
    expect(await client.call('ledgers.create', { name: 'X', template: 'plain', currency: 'EUR', people: [] })).toMatchObject({ ok: false, error: { code: 'store_newer' } });
    expect(await client.call('profile.salvage', {})).toMatchObject({ ok: false, error: { code: 'store_newer' } });
    await close();
    expect(readFileSync(file()).equals(bytes)).toBe(true);
  });
});

/** Ways in which a file can be damaged. */
const DAMAGES: [string, () => void][] = [
  ['a header of noise', () => overwrite(0, Buffer.from('this was a database once, it is not one now'))],
  ['an empty header', () => overwrite(0, Buffer.alloc(200))],
  ['half of the file gone', () => truncateSync(file(), Math.floor(statSync(file()).size / 8192) * 4096)],
  ['only a few bytes left', () => truncateSync(file(), 37)],
  ['nothing left but the log beside it', () => (truncateSync(file(), 0), writeFileSync(`${file()}-wal`, Buffer.alloc(8_192, 7)))],
  ['every fifth page zeroed', () => everyPage(5, (page) => page.fill(0))],
  ['every third page with flipped bits', () => everyPage(3, (page) => page.forEach((byte, index) => index % 97 === 0 && page.writeUInt8(byte ^ 0x15, index)))],
  ['the table of contents zeroed', () => overwrite(100, Buffer.alloc(3_900))],
];
function overwrite(offset: number, bytes: Buffer): void {
  const content = readFileSync(file());
  bytes.copy(content, offset);
  writeFileSync(file(), content);
}
function everyPage(nth: number, damage: (page: Buffer) => void): void {
  const content = readFileSync(file());
  for (let start = 4096 * nth; start + 4096 <= content.length; start += 4096 * nth) damage(content.subarray(start, start + 4096));
  writeFileSync(file(), content);
}

describe('a damaged database', () => {
  it.each(DAMAGES)('%s: is found out, opens without losing anything more, and has a way out', async (_, damage) => {
    const ledger = await fill(300);
    damage();
    const client = await open();
    // Either the file does not open, or reading and writing run into the damage; in no case is there a bug or a wrong sum.
    for (const view of ['ledgers.list', 'entries.page', 'balances.get'] as const) {
      const seen = await viewOf(client, view, (view === 'ledgers.list' ? {} : { ledger, offset: 0, limit: 500 }) as never).catch((error: Error) => error.message);
      if (typeof seen === 'string') expect(seen).toMatch(/: (store_corrupt|input_invalid|not_found)$/);
    }
    for (let tries = 0; tries < 20 && (await viewOf(client, 'profile.get', {})).problem === null; tries += 1) {
      const reply = await client.call('ledgers.create', { name: 'More', template: 'plain', currency: 'EUR', people: [] });
      if (!reply.ok) expect(reply.error.code).toBe('store_corrupt');
      else await client.call('ledgers.stateHash', { ledger });
    }
    const { problem, state } = await viewOf(client, 'profile.get', {});
    expect([problem, state]).toEqual(['store_corrupt', 'readOnly']);
    const refused = await client.call('ledgers.create', { name: 'X', template: 'plain', currency: 'EUR', people: [] });
    expect(refused).toMatchObject({ ok: false, error: { code: expect.stringMatching(/^(read_only|store_corrupt)$/) } });

    const salvaged = valueOf(await client.call('profile.salvage', {}));
    expect(existsSync(join(profile, salvaged.setAside))).toBe(true);
    expect(await viewOf(client, 'profile.get', {})).toMatchObject({ state: 'ready', problem: null, name: 'Ann' });
    const list = await viewOf(client, 'ledgers.list', {});
    expect(list.reduce((sum, { entries }) => sum + entries, 0)).toBe(salvaged.entries);
    const { add, ledger: fresh } = await addBook(client);
    await add(1_000);
    expect((await viewOf(client, 'entries.page', { ledger: fresh, offset: 0, limit: 5 })).total).toBe(1);
    await close();
    const again = new Database(file());
    expect(again.pragma('integrity_check', { simple: true })).toBe('ok');
    again.close();
  });

  it('gives back all that lies on whole pages', async () => {
    const ledger = await fill(300);
    // One page of the read model: everything that counts can still be read.
    const database = new Database(file());
    const page = database.prepare(`SELECT pageno FROM dbstat WHERE name = 'entry_order' AND pagetype = 'leaf' LIMIT 1`).pluck().get() as number;
    database.pragma('wal_checkpoint(TRUNCATE)');
    database.close();
    overwrite((page - 1) * 4096, Buffer.alloc(4096, 0xff));
    const client = await open();
    await viewOf(client, 'entries.page', { ledger, offset: 0, limit: 500 }).catch(() => undefined);
    expect(await viewOf(client, 'profile.get', {})).toMatchObject({ problem: 'store_corrupt' });
    expect(valueOf(await client.call('profile.salvage', {}))).toMatchObject({ ledgers: 1, entries: 300 });
    expect((await viewOf(client, 'ledgers.get', { ledger }))?.balances).toEqual([{ currency: 'EUR', amount: 300 }]);
  });

  it('is read to its end at last, where a crash or a full disk came in between', async () => {
    const ledger = await fill(300);
    // As it is when the power fails right after a damaged store was set aside; twice, with a clock that stands still.
    setAside(profile, 'store.db', 'now');
    expect(await viewOf(await open(), 'ledgers.list', {})).toEqual([]);
    await close();
    setAside(profile, 'store.db', 'now');

    const client = await open();
    expect(await viewOf(client, 'profile.get', {})).toMatchObject({ state: 'readOnly', problem: 'store_corrupt' });
    expect(await client.call('ledgers.create', { name: 'X', template: 'plain', currency: 'EUR', people: [] })).toMatchObject({ ok: false, error: { code: 'read_only' } });
    expect(valueOf(await client.call('profile.salvage', {}))).toMatchObject({ ledgers: 1, entries: 300 });
    expect(await viewOf(client, 'profile.get', {})).toMatchObject({ state: 'ready', problem: null });
    expect((await viewOf(client, 'ledgers.get', { ledger }))?.balances).toEqual([{ currency: 'EUR', amount: 300 }]);
    await close();
    expect(readdirSync(profile).filter((name) => name.startsWith('store.damaged-') && name.endsWith('.db'))).toHaveLength(2);
    expect(await viewOf(await open(), 'profile.get', {})).toMatchObject({ state: 'ready', problem: null });
  });

  it('is not salvaged while nothing is wrong', async () => {
    await fill(1);
    expect(await (await open()).call('profile.salvage', {})).toMatchObject({ ok: false, error: { code: 'not_found' } });
    expect(readdirSync(profile).filter((name) => name.includes('damaged'))).toEqual([]);
  });
});

describe('damaged keys', () => {
  it('are left as they are', async () => {
    await fill(1);
    for (const [text, code] of [['', 'keys_damaged'], ['{', 'keys_damaged'], ['{"version":2}', 'keys_damaged'], ['null', 'keys_damaged'], ['{"version":1}', 'keys_outdated']]) {
      writeFileSync(join(profile, 'keys.json'), text ?? '');
      expect(await createCore(testShell(profile))).toMatchObject({ ok: false, code });
      expect(readFileSync(join(profile, 'keys.json'), 'utf8')).toBe(text);
    }
  });

  it('are readable by their owner only', async () => {
    await fill(1);
    expect((statSync(join(profile, 'keys.json')).mode & 0o777).toString(8)).toBe('600');
  });
});

describe('the files of a profile', () => {
  it.skipIf(process.platform === 'win32')('are for their owner only, whoever may look into the folders above', async () => {
    removeProfile(profile);
    createFileLog(profile).info('the first to write');
    await fill(1);
    await open();
    const readable = readdirSync(profile).filter((name) => !name.startsWith('profile.lock') && (statSync(join(profile, name)).mode & 0o077) !== 0);
    expect([readable, (statSync(profile).mode & 0o777).toString(8)]).toEqual([[], '700']);
    expect(readdirSync(profile)).toContain('store.db-wal');
  });
});

describe('one profile', () => {
  it('belongs to one core at a time, also within a process', async () => {
    await open();
    expect(await createCore(testShell(profile))).toEqual({ ok: false, code: 'profile_in_use' });
    await close();
    await open();
  });

  it('is free again when the process that had it was killed', async () => {
    const holder = spawn(process.execPath, ['-e', `
      import('./src/main/lock.ts').then(({ lockProfile }) => { console.log(lockProfile(${JSON.stringify(profile)}).ok); setInterval(() => {}, 1000); });
    `], { stdio: ['ignore', 'pipe', 'inherit'] });
    const answer = await new Promise((resolve) => void holder.stdout.once('data', (data) => resolve(String(data).trim())));
    expect(answer).toBe('true');
    expect(await createCore(testShell(profile))).toMatchObject({ ok: false, code: 'profile_in_use' });
    const ended = new Promise((resolve) => void holder.once('exit', resolve));
    holder.kill('SIGKILL');
    await ended;
    await open();
  });
});

describe('a copy of a profile', () => {
  it('that was put back does not use an actor twice', async () => {
    const { ledger, add } = await beginBook(await open());
    await add(100);
    await close();
    /** Those that have written in the ledger, as the disk has it. */
    const listActors = (): string[] => {
      const database = new Database(file(), { readonly: true });
      const actors = database
        .prepare<[string], string>('SELECT actor FROM change JOIN document ON document.key = change.document JOIN ledger ON ledger.key = document.ledger WHERE ledger.id = ? GROUP BY actor ORDER BY min(change.key)')
        .pluck()
        .all(ledger);
      database.close();
      return actors;
    };
    const kept = newProfile();
    try {
      for (const name of readdirSync(profile)) copyFileSync(join(profile, name), join(kept, name));
      valueOf(await (await open()).call('people.add', { ledger, name: 'Bea' }));
      await close();
      const [first, second] = listActors();
      for (const name of readdirSync(kept)) copyFileSync(join(kept, name), join(profile, name));
      const later = await open();
      expect((await viewOf(later, 'ledgers.get', { ledger }))?.people).toBe(2);
      valueOf(await later.call('people.add', { ledger, name: 'Cy' }));
      await close();
      const actors = listActors();
      expect([actors.length, actors[0], actors.includes(second ?? '')]).toEqual([2, first, false]);
    } finally {
      removeProfile(kept);
    }
  });
});

describe('a clock that is years off', () => {
  it('neither decides which edit counts nor hides what comes after', async () => {
    let now = Date.parse('2031-06-01');
    core = await openInMemory(profile, { now: () => now });
    const client = createClient(await core.connect());
    const { ledger, add, expense } = await beginBook(client);
    const entry = await add(100);
    now = Date.parse('1999-01-01');
    const { current } = (await viewOf(client, 'entries.get', { ledger, entry }))!;
    valueOf(await client.call('entries.edit', { ledger, entry, prev: current, draft: expense(900) }));
    const view = (await viewOf(client, 'entries.get', { ledger, entry }))!;
    expect(view.body.amount).toBe(900);
    expect(view.history.map(({ body }) => body.amount)).toEqual([900, 100]);
    const later = newId();
    valueOf(await client.call('entries.add', { ledger, entry: later, draft: expense(50, { date: '2026-11-21' }) }));
    expect((await viewOf(client, 'entries.page', { ledger, offset: 0, limit: 5 })).rows.map(({ id }) => id)).toEqual([later, entry]);
  });
});
