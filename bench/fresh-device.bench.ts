import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applyChanges, free, init, save, type Change } from '@automerge/automerge';
import Database from 'better-sqlite3';
import { STORE_FILE } from '../src/main/engine.ts';
import { report, reportAlone } from './figure.ts';
import { fillByImport } from './fill.ts';
import { openCore, type OpenCore } from './open-core.ts';
import { RELAY_PROGRAM, relayEnvironment } from './our-relay.ts';
import { startServer } from './sync/server-process.ts';

interface Joining {
  /** Milliseconds from the invite to the first page, to the one that stays, and to all entries. */
  first: number;
  lasting: number;
  all: number;
  /** Bytes of messages. */
  received: number;
  sent: number;
}

const untilSent = ({ client }: OpenCore): Promise<void> =>
  new Promise((resolve, reject) => {
    const stop = client.watch('sync.state', {}, ({ connection, waiting, ledgers }) => {
      if (connection !== 'online' || waiting > 0 || ledgers.some((one) => one.waiting > 0)) return;
      queueMicrotask(() => stop());
      resolve();
    }, ({ code }) => reject(new Error(code)));
  });

/** What all documents of a profile come to as Automerge saves them: compressed, with their history. */
function measureSnapshot(profile: string): number {
  const database = new Database(join(profile, STORE_FILE), { readonly: true });
  const documents = Map.groupBy(database.prepare<[], { document: number; bytes: Buffer }>('SELECT document, bytes FROM change ORDER BY key').iterate(), ({ document }) => document);
  database.close();
  let length = 0;
  for (const changes of documents.values()) {
    const [document] = applyChanges(init(), changes.map(({ bytes }): Change => new Uint8Array(bytes)));
    length += save(document).length;
    free(document);
  }
  return length;
}

async function benchSize(entries: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tallystick-bench-'));
  const relay = await startServer(RELAY_PROGRAM, relayEnvironment(folder));
  try {
    const profile = join(folder, 'giver');
    const core = await openCore(profile);
    const { ledger } = await fillByImport(core, entries);
    await core.ask('sync.setRelay', { url: relay.url });
    await untilSent(core);
    const { link } = await core.ask('sharing.invite', { ledger });
    const joining: Joining = JSON.parse(execFileSync(process.execPath, ['bench/join.ts', join(folder, 'taker'), link, String(entries)], { encoding: 'utf8', timeout: 120_000 }));
    await core.close();

    const at = ` on a group of ${entries} entries`;
    const isLarge = entries >= 100_000;
    const seconds = joining.all / 1_000;
    if (isLarge) reportAlone(`fresh device${at}: all entries`, seconds, 's');
    else report(`fresh device${at}: all entries`, seconds, 's', 'complete and on screen <= 5 s', 5);
    report(`fresh device${at}: first page`, joining.first / 1_000, 's', 'first useful screen <= 5 s, rest in the background', 5);
    reportAlone(`fresh device${at}: first page as it stays (the newest entries lie anywhere in the log)`, joining.lasting / 1_000, 's');
    const bytes = (joining.received + joining.sent) / 1e6;
    report(`fresh device${at}: on the wire`, bytes, 'MB', 'bytes on the wire <= 1.5 x the compressed snapshot', 1.5, measureSnapshot(profile) / 1e6);
  } finally {
    await relay.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A device that has nothing joins a group that has been written for years. */
export async function benchFreshDevice(): Promise<void> {
  await benchSize(10_000);
  await benchSize(100_000);
}
