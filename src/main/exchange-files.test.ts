import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sampleLedger } from '#sync/sample.access.ts';
import { createParty } from '#sync/sample.exchange.ts';
import { exportChanges, importChanges } from './exchange-files.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'tallystick-stick-'))));
afterEach(() => rmSync(folder, { recursive: true }));

describe('a file of changes on a disk', () => {
  it('is written whole, for its owner only, and read', async () => {
    const ledger = await sampleLedger();
    const bo = await ledger.welcome('Bo');
    const [ada, there] = [await createParty(ledger, ledger.owner), await createParty(ledger, bo)];
    for (let day = 0; day < 3; day += 1) await ada.write(...Array.from({ length: 30 }, (_, index) => `entry ${day}.${index}`));
    const written = await exportChanges([ada.exchange], folder, '2026-03-01');
    const path = join(folder, 'tallystick 2026-03-01.tallychanges');
    expect(written).toEqual({ ok: true, value: { path, bytes: readFileSync(path).length } });
    expect(readdirSync(folder)).toEqual(['tallystick 2026-03-01.tallychanges']);
    if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(await importChanges([there.exchange], path)).toMatchObject({ ok: true, value: { ledgers: 1 } });
    expect(there.names()).toEqual(ada.names());
    // Another one on the same day takes its place.
    await ada.write('later');
    expect(await exportChanges([ada.exchange], folder, '2026-03-01')).toMatchObject({ ok: true });
    expect(await importChanges([there.exchange], path)).toMatchObject({ ok: true, value: { fresh: 1 } });
  });

  it('that cannot be written, or is none, is a failure with a reason', async () => {
    const ledger = await sampleLedger();
    const { exchange } = await createParty(ledger, ledger.owner);
    expect(await exportChanges([exchange], join(folder, 'nowhere'), '2026-03-01')).toMatchObject({ ok: false, code: 'file_unwritable' });
    expect(await importChanges([exchange], join(folder, 'nothing'))).toMatchObject({ ok: false, code: 'file_foreign' });
    expect(await importChanges([exchange], folder)).toMatchObject({ ok: false, code: 'file_foreign' });
    writeFileSync(join(folder, 'other.txt'), 'something else entirely');
    expect(await importChanges([exchange], join(folder, 'other.txt'))).toMatchObject({ ok: false, code: 'file_foreign' });
    expect(readdirSync(folder)).toEqual(['other.txt']);
  });
});
