/** What a simulated device keeps its ledgers on: memory, or the app's own SQLite store on a real file. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LedgerId } from '#domain/ids.ts';
import type { Revision } from '#domain/revision.ts';
import { payloadToRevision } from '#main/db/payload.ts';
import { openStore } from '#main/db/store.fixture.ts';
import type { MemoryState } from '#sync/memory-ledger.ts';
import { createMemoryStore } from '#sync/store.memory.ts';
import type { FrameVerdict, Store } from '#sync/store.ts';

export interface Disk {
  readonly store: Store;
  revisions(ledger: LedgerId): Revision[];
  /** How each frame that is kept was judged, oldest first. */
  verdicts(ledger: LedgerId): { state: FrameVerdict['state']; reason: string | null; missing: readonly string[] }[];
  /** A backup: another disk that holds the same. */
  copy(): Disk;
  /** The same disk, after the program that used it died. */
  reopen(): Disk;
  discard(): void;
}

export function createMemoryDisk(state: MemoryState = new Map()): Disk {
  const { revisions, ...store } = createMemoryStore(state);
  return {
    store,
    revisions,
    verdicts: (ledger) =>
      (state.get(ledger)?.order ?? []).map(({ verdict }) => ({
        state: verdict.state,
        reason: verdict.state === 'quarantined' ? verdict.reason : null,
        missing: verdict.state === 'held' ? verdict.missing : [],
      })),
    copy: () => createMemoryDisk(structuredClone(state)),
    reopen: () => createMemoryDisk(state),
    discard: () => {},
  };
}

interface FrameRow {
  state: FrameVerdict['state'];
  reason: string | null;
  missing: string | null;
}

export function createSqliteDisk(folder?: string): Disk {
  const opened = openStore(folder);
  const payloads = opened.reader.prepare<[string], string>('SELECT payload FROM revision JOIN ledger ON ledger.key = revision.ledger WHERE ledger.id = ?').pluck();
  const frames = opened.reader.prepare<[string], FrameRow>(
    'SELECT state, reason, missing FROM frame JOIN document ON document.key = frame.document JOIN ledger ON ledger.key = document.ledger WHERE ledger.id = ? ORDER BY frame.key',
  );
  return {
    store: opened.store,
    revisions: (ledger) => payloads.all(ledger).map(payloadToRevision),
    verdicts: (ledger) => frames.all(ledger).map(({ state, reason, missing }) => ({ state, reason, missing: missing === null || missing === '' ? [] : missing.split(' ') })),
    copy() {
      const backup = mkdtempSync(join(tmpdir(), 'tallystick-backup-'));
      opened.database.pragma('wal_checkpoint(TRUNCATE)');
      cpSync(opened.folder, backup, { recursive: true });
      return createSqliteDisk(backup);
    },
    reopen() {
      opened.close();
      return createSqliteDisk(opened.folder);
    },
    discard() {
      opened.close();
      rmSync(opened.folder, { recursive: true, force: true });
    },
  };
}
