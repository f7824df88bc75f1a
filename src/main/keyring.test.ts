/** The one file that cannot be made again: what happens to it on a bad day. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openKeyring, type Keyring } from './keyring.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tallystick-keys-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const file = (): string => join(folder, 'keys.json');
function open(): Keyring {
  const opened = openKeyring(folder, { seed: () => new Uint8Array(32).fill(7), deviceName: 'Laptop' });
  if (!opened.ok) throw new Error(opened.code);
  return opened.value;
}
const ledgerId = (number: number): string => String(number).padStart(32, '0');

it('keeps every key when the disk takes only the beginning of a new file', () => {
  const keyring = open();
  for (let number = 0; number < 40; number += 1) keyring.addLedger(ledgerId(number), new Uint8Array(32).fill(number));
  const before = readFileSync(file(), 'utf8');
  // A file may grow to 5 kB here, and the operating system writes as much of it as fits, as it does on a full disk.
  const program = `
    import { openKeyring } from '#main/keyring.ts';
    const opened = openKeyring(${JSON.stringify(folder)}, { seed: () => new Uint8Array(32), deviceName: 'x' });
    try { opened.value.addLedger('${ledgerId(99)}', new Uint8Array(32)); console.log('written'); } catch (error) { console.log(error.code); }`;
  const limit = Math.floor(before.length / 1024);
  const script = `trap '' XFSZ; ulimit -f ${limit}; exec "$0" --input-type=module-typescript -e "$1"`;
  const { stdout, stderr } = spawnSync('bash', ['-c', script, process.execPath, program], { encoding: 'utf8' });
  expect(`${stdout}${stderr}`).toBe('EFBIG\n');
  expect(readFileSync(file(), 'utf8')).toBe(before);
  expect(Object.keys(open().get().ledgers)).toHaveLength(40);
});

it('is not made anew over one that cannot be understood', () => {
  for (const text of ['', 'null', '{"version": 2}', '\0'.repeat(900)]) {
    writeFileSync(file(), text);
    expect(openKeyring(folder, { seed: () => new Uint8Array(32), deviceName: 'x' })).toMatchObject({ ok: false, code: 'keys_damaged' });
    expect(readFileSync(file(), 'utf8')).toBe(text);
  }
});

it('can be read by its owner only, also where a crash left one that others could read', () => {
  open();
  writeFileSync(`${file()}.new`, 'left by a crash', { mode: 0o644 });
  open().addLedger(ledgerId(1), new Uint8Array(32));
  expect((statSync(file()).mode & 0o777).toString(8)).toBe('600');
  expect(existsSync(`${file()}.new`)).toBe(false);
});
