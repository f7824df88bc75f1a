/** The one file that cannot be made again: what happens to it on a bad day. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openKeyring, type Keyring } from './keyring.ts';
import { createSealer } from './sealer.ts';
import type { Sealer } from './shell.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tallystick-keys-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const file = (): string => join(folder, 'keys.json');
const tryOpen = (sealer?: Sealer) => openKeyring(folder, { seed: () => new Uint8Array(32).fill(7), deviceName: 'Laptop', sealer });
function open(sealer?: Sealer): Keyring {
  const opened = tryOpen(sealer);
  if (!opened.ok) throw new Error(opened.code);
  return opened.value;
}
const text = (): string => readFileSync(file(), 'utf8');
const ledgerId = (number: number): string => String(number).padStart(32, '0');

it('keeps every key when the disk takes only the beginning of a new file', () => {
  const keyring = open();
  for (let number = 0; number < 140; number += 1) keyring.addLedger(ledgerId(number));
  const before = readFileSync(file(), 'utf8');
  // A file may grow to 5 kB here, and the operating system writes as much of it as fits, as it does on a full disk.
  const program = `
    import { openKeyring } from '#main/keyring.ts';
    const opened = openKeyring(${JSON.stringify(folder)}, { seed: () => new Uint8Array(32), deviceName: 'x' });
    try { opened.value.addLedger('${ledgerId(999)}'); console.log('written'); } catch (error) { console.log(error.code); }`;
  const limit = Math.floor(before.length / 1024);
  const script = `trap '' XFSZ; ulimit -f ${limit}; exec "$0" --input-type=module-typescript -e "$1"`;
  const { stdout, stderr } = spawnSync('bash', ['-c', script, process.execPath, program], { encoding: 'utf8' });
  expect(`${stdout}${stderr}`).toBe('EFBIG\n');
  expect(text()).toBe(before);
  expect(open().get().ledgers).toHaveLength(140);
});

it('is not made anew over one that cannot be understood, or is of a version that is gone', () => {
  for (const [content, code] of [['', 'keys_damaged'], ['null', 'keys_damaged'], ['{"version": 2}', 'keys_damaged'], ['\0'.repeat(900), 'keys_damaged'], ['{"version": 1, "device": {}}', 'keys_outdated']] as const) {
    writeFileSync(file(), content);
    expect(tryOpen()).toMatchObject({ ok: false, code });
    expect(text()).toBe(content);
  }
});

it('knows each ledger once, until it is taken off the list', () => {
  const keyring = open();
  for (const number of [1, 2, 1]) keyring.addLedger(ledgerId(number));
  expect(open().get().ledgers).toEqual([1, 2].map(ledgerId));
  keyring.removeLedger(ledgerId(1));
  expect(open().get().ledgers).toEqual([ledgerId(2)]);
});

describe('a file with a sealer', () => {
  const sealer = createSealer(new Uint8Array(32).fill(1));
  const [seed, entropy] = ['07'.repeat(32), 'ab'.repeat(32)];
  const remember = (keyring: Keyring, words: string | null): void =>
    keyring.update((keys) => ({
      ...keys,
      identity: { entropy: words, root: '01'.repeat(32), certificate: '02'.repeat(64), recovery: { agreement: '03'.repeat(32), certificate: '04'.repeat(64) }, personal: ledgerId(1), phraseWritten: false },
    }));

  it('shows no secret, and gives all back', () => {
    const keyring = open(sealer);
    remember(keyring, entropy);
    for (const secret of [seed, entropy]) expect(text()).not.toContain(secret);
    expect(text()).toContain('01'.repeat(32));
    expect(open(sealer).get()).toEqual(keyring.get());
    expect(keyring.get().identity?.entropy).toBe(entropy);
    remember(keyring, null);
    expect(open(sealer).get().identity?.entropy).toBeNull();
  });

  it('is sealed when it is opened, where a host without one made it', () => {
    remember(open(), entropy);
    expect(text()).toContain(seed);
    open(sealer);
    for (const secret of [seed, entropy]) expect(text()).not.toContain(secret);
  });

  it('opens for no other host, and is left as it is', () => {
    remember(open(sealer), entropy);
    const before = text();
    expect(tryOpen()).toMatchObject({ ok: false, code: 'keys_sealed' });
    expect(tryOpen(createSealer(new Uint8Array(32).fill(2)))).toMatchObject({ ok: false, code: 'keys_sealed' });
    writeFileSync(file(), before.replace(/(?<="sealed": ")./, (digit) => (digit === '0' ? '1' : '0')));
    expect(tryOpen(sealer)).toMatchObject({ ok: false, code: 'keys_sealed' });
    writeFileSync(file(), before.replace(/"sealed": "[^"]*"/, '"sealed": "0011"'));
    expect(tryOpen(sealer)).toMatchObject({ ok: false, code: 'keys_sealed' });
    writeFileSync(file(), before);
    expect(open(sealer).get().device.seed).toBe(seed);
  });
});

it('can be read by its owner only, also where a crash left one that others could read', () => {
  open();
  writeFileSync(`${file()}.new`, 'left by a crash', { mode: 0o644 });
  open().addLedger(ledgerId(1));
  expect((statSync(file()).mode & 0o777).toString(8)).toBe('600');
  expect(existsSync(`${file()}.new`)).toBe(false);
});
