import { join } from 'node:path';
import { SqliteError } from 'better-sqlite3';
import type { ErrorCode } from '#contract/errors.ts';
import type { LedgerId } from '#domain/ids.ts';
import { failure, success, type Result } from '#domain/result.ts';
import { openLedgerKeys, type DeviceKey } from '#sync/keys.ts';
import { createRepo } from '#sync/repo.ts';
import { rebuildStale } from './db/migrate.ts';
import { openDatabase, type OpenDatabase, type OpenFailure } from './db/open.ts';
import { createProjection } from './db/projection.ts';
import { createBalanceQueries } from './db/queries/balances.ts';
import { createChartQueries } from './db/queries/charts.ts';
import { createEntryQueries } from './db/queries/entries.ts';
import { createHistoryQueries } from './db/queries/history.ts';
import { createLedgerQueries } from './db/queries/ledgers.ts';
import { createStepQueries } from './db/queries/steps.ts';
import { createSyncQueries } from './db/queries/sync.ts';
import { createSteps } from './db/steps.ts';
import { createSqliteStore } from './db/store.sqlite.ts';
import { createWriter } from './db/write.ts';
import type { Handlers, Publish } from './handlers.ts';
import type { Keyring } from './keyring.ts';
import { createAuthor } from './services/author.ts';
import { createBalancesService } from './services/balances.ts';
import { createChartsService } from './services/charts.ts';
import { createEntriesService } from './services/entries.ts';
import type { Ground } from './services/ground.ts';
import { createImportsService } from './services/imports.ts';
import { createLedgersService } from './services/ledgers.ts';
import { createPeopleService } from './services/people.ts';
import { createLink } from './services/link.ts';
import { createSettlementsService } from './services/settlements.ts';
import { createSharingService } from './services/sharing.ts';
import { createSyncService } from './services/sync.ts';
import { createWarmer } from './services/warm.ts';
import { sha256 } from './sha256.ts';
import type { Shell } from './shell.ts';

export const STORE_FILE = 'store.db';

/** Everything that works on an open store. */
export interface Engine {
  readonly ground: Ground;
  readonly handlers: Omit<Handlers, `profile.${string}`>;
  /** Reads many views in one go. */
  together<T>(read: () => T): T;
  /** Tells the ledgers this device's new name. */
  renameDevice(name: string): Promise<Result<void, ErrorCode>>;
  /** Waits for what is being written, then closes the files. */
  close(): Promise<void>;
}

interface Dependencies {
  shell: Shell;
  keyring: Keyring;
  device: DeviceKey;
  publish: Publish;
  /** Why nothing may be written, if so. */
  refusal(): ErrorCode | undefined;
  /** The disk failed; `store_corrupt` ends all writing. */
  onFailure(code: ErrorCode): void;
}

/** Opens the store of a profile, and everything that works on it. */
export function openEngine(dependencies: Dependencies): Result<Engine, OpenFailure> {
  const { shell } = dependencies;
  const opened = openDatabase(join(shell.profile, STORE_FILE), shell.nativeBinding);
  if (!opened.ok) return opened;
  try {
    return success(wireEngine(dependencies, opened.value));
  } catch (error) {
    opened.value.close();
    // The version is today's, so a table that is missing or cannot be read was damaged.
    if (error instanceof SqliteError) return failure('store_corrupt');
    throw error;
  }
}

/** Wires by hand what works on an open store. */
function wireEngine({ shell, keyring, device, publish, refusal, onFailure }: Dependencies, opened: OpenDatabase): Engine {
  const { writer: database, reader } = opened;
  const projection = createProjection(database);
  if (opened.stale) rebuildStale(database, projection);
  const writer = createWriter(database, reader, { onRollback: projection.forget, onFailure });
  const steps = createSteps(database);
  const waiters = new Set<(ledger: LedgerId) => void>();
  const changed = (ledger: LedgerId): void => {
    publish('ledgers', `ledger:${ledger}`, 'sync');
    for (const waiter of waiters) waiter(ledger);
  };
  const progressListeners = new Set<(done: number, total: number) => void>();
  const store = createSqliteStore({
    database, reader, writer, projection,
    now: shell.now,
    alongside: steps.storeFor,
    onCommitted: changed,
    onProgress: (done, total) => progressListeners.forEach((listener) => listener(done, total)),
  });
  const repo = createRepo({ store, deviceId: device.deviceId, randomBytes: shell.randomBytes, newId: shell.ids.next, sha256 });

  const warmer = createWarmer(repo, (error) => shell.log.error({ stack: error instanceof Error ? error.stack : typeof error }, 'bug while getting ready'));
  const link = createLink({ shell, keyring, device, store, repo, publish });

  const ledgers = createLedgerQueries(reader);
  const entries = createEntryQueries(reader);
  const queries = {
    ledgers, entries,
    history: createHistoryQueries(reader, ledgers),
    steps: createStepQueries(reader),
    balances: createBalanceQueries(reader),
    charts: createChartQueries(reader),
  };
  const author = createAuthor({ together: reader.together, shell, repo, steps, queries, refusal, onWritten: link.kick });
  const ground: Ground = {
    shell, keyring, device, store, repo, author, link, warmer, publish, queries,
    onProgress(listener) {
      progressListeners.add(listener);
      return () => progressListeners.delete(listener);
    },
    untilCommitted: (ledger, isSo, patience) =>
      new Promise((resolve) => {
        const check = (changedLedger: LedgerId): void => {
          if (changedLedger === ledger && isSo()) end();
        };
        const end = (): void => {
          clearTimeout(timer);
          waiters.delete(check);
          resolve();
        };
        const timer = setTimeout(end, patience);
        waiters.add(check);
        check(ledger);
      }),
    async ledgerKeys(ledger) {
      const secret = keyring.get().ledgers[ledger];
      return secret === undefined ? undefined : openLedgerKeys(Buffer.from(secret, 'hex'));
    },
  };
  const handlers: Engine['handlers'] = {
    ...createLedgersService(ground),
    ...createPeopleService(ground),
    ...createEntriesService(ground),
    ...createBalancesService(ground),
    ...createSettlementsService(ground),
    ...createChartsService(ground),
    ...createImportsService(ground),
    ...createSharingService(ground),
    ...createSyncService({ keyring, queries: createSyncQueries(reader), publish, linkState: link.state, onChosen: link.follow }),
  };
  return {
    ground, handlers,
    together: reader.together,
    async renameDevice(name) {
      for (const row of ledgers.all()) {
        const own = ledgers.devices(row).find(({ id }) => id === device.deviceId);
        if (!own || own.name === name) continue;
        const publicKey = Buffer.from(device.publicKey).toString('hex');
        const renamed = await author.change(row.id, ({ me }) => {
          const prev = queries.history.current(row, 'device', device.deviceId);
          return success({ revisions: [{ type: 'device', of: device.deviceId, prev, body: { name, person: me, publicKey } }], answer: () => undefined });
        });
        if (!renamed.ok) return renamed;
      }
      return success(undefined);
    },
    async close() {
      await warmer.close();
      await link.close();
      await writer.idle();
      opened.close();
    },
  };
}
