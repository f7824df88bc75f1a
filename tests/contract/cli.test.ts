/** The contract from a shell, as testers and scripts use it. */
import { spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSilentLog } from '#main/log.ts';
import { createRelayServer } from '#relay/server.ts';
import { newProfile, openInMemory, removeProfile } from './open.ts';

const MAIN = new URL('../../src/main/hosts/cli/main.ts', import.meta.url).pathname;

let profile: string;
beforeEach(() => {
  profile = newProfile();
});
afterEach(() => removeProfile(profile));

function run(...parts: string[]): { status: number | null; value: Record<string, never>; stderr: string; stdout: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, '--profile', profile, ...parts], { encoding: 'utf8' });
  return { status, stdout, stderr, value: stdout.startsWith('{') || stdout.startsWith('[') || stdout.startsWith('null') ? JSON.parse(stdout) : {} };
}
const json = (input: unknown): string => JSON.stringify(input);

const FILE = 'Date,Description,Category,Cost,Currency,Ann,Bob\n2026-01-01,Lunch,Dining out,9.00,EUR,4.50,-4.50\n';

describe('the shell', () => {
  it('sets up, imports a file, and shows what it made; a second time adds nothing', () => {
    expect(run('profile.setUp', json({ name: 'Ann', language: 'en' }))).toMatchObject({ status: 0, value: null });
    const path = join(profile, 'export.csv');
    writeFileSync(path, FILE);
    expect(run('imports.preview', json({ ledger: null }), '--file', path)).toMatchObject({ status: 0, value: { rows: 1, people: ['Ann', 'Bob'] } });
    const into = { name: 'Flat', template: 'couple', currency: 'EUR', me: 'Ann' };
    const { value } = run('imports.commit', json({ into }), '--file', path);
    expect(value).toMatchObject({ added: 1, known: 0 });
    expect(run('imports.commit', json({ into: { ledger: value['ledger'] } }), '--file', path)).toMatchObject({ status: 0, value: { added: 0, known: 1 } });
    expect(run('ledgers.list')).toMatchObject({ status: 0, value: [{ name: 'Flat', balances: [{ currency: 'EUR', amount: 450 }] }] });
    expect(run('entries.undo', json({ ledger: value['ledger'] }))).toMatchObject({ status: 0, value: null });
    expect(run('ledgers.get', json({ ledger: value['ledger'] }))).toMatchObject({ status: 0, value: { entries: 0, redo: { action: 'import' } } });
  });

  it('answers failures with their code and status 1', () => {
    expect(run('ledgers.create', json({ name: 'X', template: 'plain', currency: 'EUR', people: [] }))).toMatchObject({ status: 1, value: { error: { code: 'not_set_up' } } });
    for (const operation of ['__proto__', 'constructor', 'entries.steal']) expect(run(operation)).toMatchObject({ status: 1, value: { error: { code: 'operation_unknown' } } });
    expect(run('ledgers.get', json({ ledger: 'x' }))).toMatchObject({ status: 1, value: { error: { code: 'input_invalid', details: { path: 'ledger' } } } });
    expect(run('sync.state', '--sync', '5')).toMatchObject({ status: 1, value: { error: { code: 'relay_not_set' } } });
  });

  it('answers commands that make no sense with words and status 2', () => {
    for (const parts of [[], ['profile.get', '{'], ['profile.get', '[]'], ['profile.get', '{}', 'more'], ['--nonsense'], ['profile.get', '--file', 'x'], ['imports.preview', '{}', '--file', '/nowhere'], ['profile.get', '--sync', 'soon']]) {
      const { status, stderr, stdout } = run(...parts);
      expect([status, stdout], parts.join(' ')).toEqual([2, '']);
      expect(stderr).toContain('npm run -s cli');
    }
    expect(run('--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('--file F') });
    expect(run('--operations').stdout).toContain('entries.add');
  });

  it('leaves a profile alone that is open elsewhere', async () => {
    const core = await openInMemory(profile);
    expect(run('profile.get')).toMatchObject({ status: 1, value: { error: { code: 'profile_in_use' } } });
    await core.close();
    expect(run('profile.get')).toMatchObject({ status: 0 });
  });

  it('waits until the relay has everything', async () => {
    const relay = await createRelayServer({ host: '127.0.0.1', port: 0, data: join(profile, 'relay.sqlite'), logger: createSilentLog() });
    try {
      run('profile.setUp', json({ name: 'Ann', language: 'en' }));
      // The relay is in this process: it answers only while nothing here waits for another process.
      const runAside = (...parts: string[]): Promise<{ status: number | null; value: Record<string, unknown> }> =>
        new Promise((resolve) => {
          let stdout = '';
          const child = spawn(process.execPath, [MAIN, '--profile', profile, ...parts]);
          child.stdout.on('data', (data) => (stdout += String(data)));
          child.once('close', (status) => resolve({ status, value: JSON.parse(stdout) }));
        });
      expect(await runAside('sync.setRelay', json({ url: `ws://127.0.0.1:${relay.port}` }))).toMatchObject({ status: 0 });
      expect(await runAside('ledgers.create', json({ name: 'Flat', template: 'couple', currency: 'EUR', people: ['Bob'] }), '--sync', '20')).toMatchObject({ status: 0 });
      expect(await runAside('sync.state', '{}', '--wait-synced')).toMatchObject({ status: 0, value: { connection: 'online', waiting: 0 } });
    } finally {
      await relay.close();
    }
  });
});
