/** Power cuts, as near as a process can come to one: killed again and again while it writes. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createClient } from '#contract/client.ts';
import { openStore } from '#main/db/store.fixture.ts';
import { sampleEntry, sampleId } from '#sync/sample.ts';
import type { StoredChange } from '#sync/store.ts';
import { valueOf, viewOf } from '#tests/people.ts';
import { beginBook, newId } from './book.ts';
import { newProfile, openInMemory, removeProfile } from './open.ts';

const ROUNDS = 8;
const WRITER = new URL('durability-writer.ts', import.meta.url).pathname;

let profile: string;
beforeEach(() => {
  profile = newProfile();
});
afterEach(() => removeProfile(profile));

/** Lets a process write until so many entries were acknowledged, and kills it. Answers with those. */
function writeAndKill(argumentsOfWriter: string[], acknowledgements: number): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const writer = spawn(process.execPath, [WRITER, ...argumentsOfWriter], { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    writer.stdout.on('data', (data) => {
      output += String(data);
      if (output.split('\n').length > acknowledgements) writer.kill('SIGKILL');
    });
    writer.once('error', reject);
    writer.stdout.once('close', () => resolve(output.split('\n').filter((line) => line.length === 32)));
  });
}

describe('a process that is killed while it writes', () => {
  it('keeps every entry it acknowledged, and a sound book', async () => {
    const setUp = await openInMemory(profile);
    const { ledger, me, bob } = await beginBook(createClient(await setUp.connect()));
    await setUp.close();

    const acknowledged = new Set<string>();
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const entry of await writeAndKill([profile, ledger, me, bob], 1 + round * 3)) acknowledged.add(entry);
      const core = await openInMemory(profile);
      const client = createClient(await core.connect());
      const { rows, total } = await viewOf(client, 'entries.page', { ledger, offset: 0, limit: 500 });
      const present = new Set(rows.map(({ id }) => id));
      expect([...acknowledged].filter((entry) => !present.has(entry))).toEqual([]);
      // What was written without being acknowledged is there whole: the sums agree with the entries.
      const sum = rows.reduce((all, { myEffect }) => all + (myEffect ?? 0), 0);
      const book = await viewOf(client, 'ledgers.get', { ledger });
      expect(book).toMatchObject({ entries: total, balances: [{ currency: 'EUR', amount: sum }] });
      expect(rows[0]?.running).toBe(sum);
      await core.close();
    }
    expect(acknowledged.size).toBeGreaterThan(ROUNDS * 5);
    const database = new Database(join(profile, 'store.db'), { readonly: true });
    expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
    database.close();
  }, 120_000);
});

describe('a full disk', () => {
  const change = (name: string, revisions = 1): StoredChange => ({
    document: sampleId('document'), hash: sampleId(name) + sampleId(name), deps: [], actor: sampleId('device') + '00'.repeat(8),
    bytes: new Uint8Array(2_000), record: null,
    revisions: Array.from({ length: revisions }, (_, index) => sampleEntry(`${name} ${index}`)),
  });

  it('refuses a whole step, keeps what was there, and goes on when there is room', async () => {
    const { store, database, reader, remove } = openStore();
    try {
      const ledger = sampleId('ledger');
      expect(await store.commitLocal(ledger, [change('first')])).toMatchObject({ ok: true });
      const pages = Number(database.pragma('page_count', { simple: true }));
      database.pragma(`max_page_count = ${pages + 4}`);
      expect(await store.commitLocal(ledger, [change('many', 500)])).toEqual({ ok: false, code: 'disk_full' });
      expect(reader.prepare('SELECT (SELECT count(*) FROM revision) AS revisions, (SELECT count(*) FROM entry) AS entries, (SELECT active FROM ledger_total) AS active').get())
        .toEqual({ revisions: 1, entries: 1, active: 1 });
      database.pragma('max_page_count = 1073741823');
      expect(await store.commitLocal(ledger, [change('many', 500)])).toMatchObject({ ok: true });
      expect(reader.prepare('SELECT active FROM ledger_total').pluck().get()).toBe(501);
      expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
    } finally {
      remove();
    }
  });

  /** A disk of 3 MB in memory; undefined where this system does not let us mount one. */
  function mountSmallDisk(): { path: string; unmount(): void } | undefined {
    const path = join(profile, 'disk');
    mkdirSync(path);
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', path]).status !== 0) return undefined;
    return { path, unmount: () => void spawnSync('umount', ['-l', path]) };
  }

  it('is said to the caller of every operation that writes, and nothing acknowledged is lost', async (context) => {
    const disk = mountSmallDisk();
    if (!disk) {
      console.info('The full disk was not tried through the contract: no small disk can be mounted here.');
      return context.skip();
    }
    try {
      const core = await openInMemory(join(disk.path, 'profile'));
      const client = createClient(await core.connect());
      const { ledger, expense, add } = await beginBook(client);
      await add(2);
      let added = 1;
      let code: string | undefined;
      const note = 'x'.repeat(2_000);
      while (code === undefined && added < 10_000) {
        const reply = await client.call('entries.add', { ledger, entry: newId(), draft: expense(2, { note }) });
        if (reply.ok) added += 1;
        else code = reply.error.code;
      }
      expect(code).toBe('disk_full');
      expect(await viewOf(client, 'profile.get', {})).toMatchObject({ problem: null });
      expect((await viewOf(client, 'ledgers.get', { ledger }))?.entries).toBe(added);
      expect(await client.call('profile.update', { name: 'A'.repeat(80) })).toMatchObject({ ok: expect.any(Boolean) });
      await core.close();
      const again = await openInMemory(join(disk.path, 'profile'));
      const later = createClient(await again.connect());
      expect((await viewOf(later, 'ledgers.get', { ledger }))?.entries).toBe(added);
      expect(valueOf(await later.call('ledgers.stateHash', { ledger })).revisions).toBe(added + 4);
      await again.close();
    } finally {
      disk.unmount();
    }
  }, 120_000);
});
