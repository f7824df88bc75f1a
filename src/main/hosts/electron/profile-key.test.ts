import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createSealer } from '#main/sealer.ts';
import { openProfileKey, type Keychain } from './profile-key.ts';

let profile: string;
let said: string[];
beforeEach(() => {
  profile = mkdtempSync(join(tmpdir(), 'tallystick-key-'));
  said = [];
});
afterEach(() => rmSync(profile, { recursive: true }));

const file = (): string => join(profile, 'profile.key');
/** What a system's keychain does, with a password that stands for its user. */
function keychainOf(password: number, { isOld = false, weakness }: { isOld?: boolean; weakness?: string } = {}): Keychain {
  const sealer = createSealer(new Uint8Array(32).fill(password));
  return {
    weakness: async () => weakness,
    seal: async (text) => sealer.seal(Buffer.from(text)),
    async open(sealed) {
      const bytes = sealer.unseal(sealed);
      if (!bytes) throw new Error('refused');
      return { text: Buffer.from(bytes).toString(), isOld };
    },
  };
}
const open = (keychain: Keychain) => openProfileKey(profile, keychain, { randomBytes, log: (text) => said.push(text) });

it('is made once, and lies there sealed, for its owner only', async () => {
  const key = await open(keychainOf(1));
  expect(key).toHaveLength(32);
  expect(await open(keychainOf(1))).toEqual(key);
  for (const encoding of ['base64', 'hex'] as const) expect(readFileSync(file(), 'latin1')).not.toContain(Buffer.from(key ?? []).toString(encoding));
  expect(statSync(file()).mode & 0o777).toBe(0o600);
  expect(said).toEqual([]);
});

it('is not made where the keychain keeps nothing secret', async () => {
  expect(await open(keychainOf(1, { weakness: 'there is none' }))).toBeNull();
  expect(() => readFileSync(file())).toThrow('ENOENT');
  expect(said).toEqual(['secrets are not sealed: there is none']);
});

it('is never replaced where the keychain does not open it', async () => {
  const key = await open(keychainOf(1));
  const before = readFileSync(file());
  expect(await open(keychainOf(2))).toBeNull();
  expect(readFileSync(file())).toEqual(before);
  expect(said).toEqual(['the keychain does not open profile.key: refused']);
  expect(await open(keychainOf(1))).toEqual(key);
  writeFileSync(file(), createSealer(new Uint8Array(32).fill(1)).seal(Buffer.from('short')));
  expect(await open(keychainOf(1))).toBeNull();
});

it('is sealed anew where the keychain has a better way now', async () => {
  const key = await open(keychainOf(1));
  const before = readFileSync(file());
  expect(await open(keychainOf(1, { isOld: true }))).toEqual(key);
  expect(readFileSync(file())).not.toEqual(before);
  expect(await open(keychainOf(1))).toEqual(key);
});
