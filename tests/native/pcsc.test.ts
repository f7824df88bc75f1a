import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Card } from 'pcsc-mini';
import { describe, expect, it, vi } from 'vitest';
import { createPcscDriver } from '#native/drivers/pcsc.ts';
import { createReaders } from '#native/readers.ts';
import { readerSuite } from '#native/reader.suite.ts';
import { createNtag424Card } from '#native/simulated/ntag424-card.ts';
import { systemTimers } from '#native/system-timers.ts';
import { holdToSocket } from './card-socket.ts';
import { openPcscRig } from './pcsc-rig.ts';
import { startPcscd, whyNoPcscd } from './pcscd.ts';

const reason = whyNoPcscd();

readerSuite('PC/SC', openPcscRig, reason);

/** Another program that takes the card first, and keeps it until it is told to let go. */
async function seizeCard(): Promise<() => Promise<void>> {
  const { Client, CardDisposition, CardMode, ReaderStatus } = await import('pcsc-mini');
  const client = new Client();
  const card = await new Promise<Card>((resolve, reject) => {
    client.on('error', reject);
    client.on('reader', (reader) => {
      reader.on('change', (status) => {
        if (status.has(ReaderStatus.PRESENT) && !status.has(ReaderStatus.IN_USE)) reader.connect(CardMode.EXCLUSIVE).then(resolve, reject);
      });
    });
    client.start();
  });
  return async () => {
    await card.disconnect(CardDisposition.LEAVE);
    client.stop();
  };
}

describe.skipIf(reason !== null)('PC/SC beside others', () => {
  it('says that another program holds the card, and reads it when it is free', async () => {
    const pcscd = await startPcscd();
    const seized = seizeCard();
    const socket = await holdToSocket(createNtag424Card({ randomBytes }), pcscd.port);
    const letGo = await seized;
    const readers = createReaders({ drivers: [createPcscDriver({ timers: systemTimers })], timers: systemTimers, now: () => performance.now(), allowVirtual: true, onBug: () => undefined });
    const answers: unknown[] = [];
    const listen = () =>
      readers.onCard(async (channel) => {
        const answer = await channel.transmit(Buffer.from('00A4040C07D276000085010100', 'hex'));
        answers.push(answer.ok || answer.code);
        return 'again';
      });
    const off = listen();
    await vi.waitFor(() => expect(answers).toEqual(['card_in_use']), { timeout: 10_000 });
    await letGo();
    off();
    listen();
    await vi.waitFor(() => expect(answers).toEqual(['card_in_use', true]), { timeout: 10_000 });
    await readers.close();
    socket.destroy();
    await pcscd.close();
  });

  it('is off with a reason where the library is missing, and everything else goes on', () => {
    const library = readdirSync('/usr/lib', { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => join('/usr/lib', name, 'libpcsclite.so.1'))
      .find((path) => existsSync(path));
    expect(library).toBeDefined();
    // In this program's view of the file system only.
    const script = 'mount --bind /dev/null "$(readlink -f "$1")" && exec "$2" "$3"';
    const said = execFileSync('unshare', ['--mount', 'sh', '-c', script, 'sh', library ?? '', process.execPath, join(import.meta.dirname, 'say-drivers.ts')], { encoding: 'utf8' });
    expect(JSON.parse(said)).toEqual([
      { kind: 'pcsc', state: 'off', reason: 'library_missing' },
      { kind: 'neo2', state: 'on', reason: null },
    ]);
  });
});
