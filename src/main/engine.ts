import { join } from 'node:path';
import { SqliteError } from 'better-sqlite3';
import type { ErrorCode } from '#contract/errors.ts';
import type { LedgerId } from '#domain/ids.ts';
import { failure, success, type Result } from '#domain/result.ts';
import { ownKey } from '#sync/access.ts';
import type { Device } from '#sync/identity/device.ts';
import { mayWrite } from '#sync/protocol/membership.ts';
import { createRepo } from '#sync/repo.ts';
import { systemTimers } from '#sync/timers.ts';
import { connectWebSocket } from '#sync/transport.websocket.ts';
import { createAttachmentFiles, toFileName } from './attachment-files.ts';
import { rebuildStale } from './db/migrate.ts';
import { openDatabase, type OpenDatabase, type OpenFailure } from './db/open.ts';
import { createProjection } from './db/projection.ts';
import { createAttachmentQueries, createSentMarks } from './db/queries/attachments.ts';
import { createBalanceQueries } from './db/queries/balances.ts';
import { createChartQueries } from './db/queries/charts.ts';
import { createContactQueries } from './db/queries/contacts.ts';
import { createEntryQueries } from './db/queries/entries.ts';
import { createHistoryQueries } from './db/queries/history.ts';
import { createIouQueries, createIouTold } from './db/queries/ious.ts';
import { createLedgerQueries } from './db/queries/ledgers.ts';
import { createMessageQueries } from './db/queries/messages.ts';
import { createRelaySeesQueries } from './db/queries/relay-sees.ts';
import { createShopQueries } from './db/queries/shop.ts';
import { createStepQueries } from './db/queries/steps.ts';
import { createSyncQueries } from './db/queries/sync.ts';
import { createReadMarks } from './db/read-marks.ts';
import { createSteps } from './db/steps.ts';
import { createSqliteStore } from './db/store.sqlite.ts';
import { createWriter } from './db/write.ts';
import type { Handlers, Publish } from './handlers.ts';
import type { Keyring } from './keyring.ts';
import { createSelf } from './self.ts';
import { createCourier } from './services/attachment-courier.ts';
import { createAttachmentsService } from './services/attachments.ts';
import { createAuthor } from './services/author.ts';
import { createBackupsService } from './services/backups.ts';
import { createBalancesService } from './services/balances.ts';
import { createCallsService } from './services/calls.ts';
import { createChartsService } from './services/charts.ts';
import { createChatService } from './services/chat.ts';
import { createCounterServices } from './services/counter.ts';
import { createCompanion } from './services/companion.ts';
import { createContactsService } from './services/contacts.ts';
import { createDevicesService } from './services/devices.ts';
import { createEntriesService } from './services/entries.ts';
import { createFilesService, createUploads } from './services/files.ts';
import type { Ground } from './services/ground.ts';
import { createIdentityService } from './services/identity.ts';
import { createImportsService } from './services/imports.ts';
import { createIouBook } from './services/iou-book.ts';
import { createIousService } from './services/ious.ts';
import { createLedgersService } from './services/ledgers.ts';
import { createNearbyService } from './services/nearby.ts';
import { createPeopleService } from './services/people.ts';
import { createLink } from './services/link.ts';
import { memberOfDevice, personOf } from './services/member-names.ts';
import { createMembersService } from './services/members.ts';
import { createMessages } from './services/messages.ts';
import { createPersonal } from './services/personal.ts';
import { createProfiles } from './services/profiles.ts';
import { createSettlementsService } from './services/settlements.ts';
import { createSharingService } from './services/sharing.ts';
import { createSyncService } from './services/sync.ts';
import { createWarmer } from './services/warm.ts';
import { sha256 } from './sha256.ts';
import type { Shell } from './shell.ts';

export const STORE_FILE = 'store.db';
/** Somebody waits for the answer: a relay that is silent for so long is away, in milliseconds. */
const ERRAND_PATIENCE = 8_000;

/** Everything that works on an open store. */
export interface Engine {
  readonly ground: Ground;
  readonly handlers: Omit<Handlers, `profile.${string}`>;
  /** Reads many views in one go. */
  together<T>(read: () => T): T;
  /** Waits for what is being written, then closes the files. */
  close(): Promise<void>;
}

interface Dependencies {
  shell: Shell;
  keyring: Keyring;
  device: Device;
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
  const self = createSelf({
    device, keyring, randomBytes: shell.randomBytes,
    recoveryKeys: (ledger) => personal.places().flatMap((place) => (place.ledger === ledger && place.credential !== null ? [place.credential.slice(0, 64)] : [])),
  });
  const repo = createRepo({
    store, randomBytes: shell.randomBytes, newId: shell.ids.next, sha256,
    deviceIn: async (ledger) => (await self.pseudonym(ledger)).deviceId,
  });

  const bug = (error: unknown): void => shell.log.error({ stack: error instanceof Error ? error.stack : typeof error }, 'bug in the background');
  const warmer = createWarmer(repo, bug);
  const link = createLink({ shell, keyring, self, store, repo, publish });

  const ledgers = createLedgerQueries(reader, {
    isListed: (ledger) => keyring.get().ledgers.includes(ledger),
    personIn(ledger) {
      const access = link.access(ledger);
      return access ? personOf(access, { key: ownKey(access), root: self.root() }) : null;
    },
  });
  const queries = {
    ledgers,
    entries: createEntryQueries(reader),
    history: createHistoryQueries(reader, ledgers, (ledger, author) => {
      const access = link.access(ledger);
      const member = access ? memberOfDevice(access, author) : null;
      return member && { ...member, name: people.nameOf(member.root, member.name) };
    }),
    steps: createStepQueries(reader),
    balances: createBalanceQueries(reader),
    charts: createChartQueries(reader),
    contacts: createContactQueries(reader),
    messages: createMessageQueries(reader),
    shops: createShopQueries(reader),
    sync: createSyncQueries(reader),
  };
  /** Why this device may not write in a ledger; what is not known yet stands in nobody's way. */
  function refuseIn(ledger: LedgerId): ErrorCode | undefined {
    const { role, barred } = link.standing(ledger);
    if (role === null) return barred ?? undefined;
    return mayWrite(role) ? undefined : 'role_forbids';
  }
  const author = createAuthor({ together: reader.together, shell, repo, steps, queries, refusal, refuseIn, onWritten: link.kick });
  const personal = createPersonal({ shell, keyring, self, store, author, queries });
  const people = createProfiles({ keyring, self, link, author, personal, queries });
  const underWay = new Set<Promise<void>>();
  const closers = new Set<() => void>();
  const ious = createIouQueries(reader);
  const ground: Ground = {
    shell, keyring, self, store, repo, author, link, warmer, publish, queries, personal, people,
    ious: createIouBook({ queries: { ious, ledgers }, link }),
    errand: { connect: connectWebSocket(shell.webSocket), timers: systemTimers, patience: ERRAND_PATIENCE, randomBytes: shell.randomBytes, repo },
    companion: () => companion,
    inBackground(work) {
      const done = work().catch(bug).finally(() => underWay.delete(done));
      underWay.add(done);
    },
    onClose: (listener) => void closers.add(listener),
    onCommitted: (listener) => void waiters.add(listener),
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
          stopListening();
          resolve();
        };
        const stopListening = link.onState(() => check(ledger));
        const timer = setTimeout(end, patience);
        waiters.add(check);
        check(ledger);
      }),
  };
  const companion = createCompanion(ground);
  const nearby = createNearbyService(ground);
  const counter = createCounterServices(ground);
  const uploads = createUploads(ground);
  const files = createAttachmentFiles(shell.profile);
  const attachments = createAttachmentQueries(reader);
  ground.inBackground(async () => {
    // Kept for an entry that was never written.
    const named = new Set(attachments.named().map(toFileName));
    for (const name of files.all()) if (!named.has(name)) await files.drop(name);
  });
  const markSent = createSentMarks(database);
  const courier = createCourier(ground, { files, attachments, markSent: (ledger, blob) => writer.write(() => markSent(ledger, blob)) });
  const markIouTold = createIouTold(database);
  const messages = createMessages(ground);
  const handlers: Engine['handlers'] = {
    ...createLedgersService(ground),
    ...createPeopleService(ground),
    ...createEntriesService(ground, messages),
    ...createChatService(ground, messages, createReadMarks(database, writer)),
    ...createBalancesService(ground),
    ...createSettlementsService(ground),
    ...createChartsService(ground),
    ...createCallsService(ground, messages),
    ...createImportsService(ground),
    ...createSharingService(ground),
    ...createIdentityService(ground),
    ...createDevicesService(ground),
    ...createContactsService(ground),
    ...createMembersService(ground),
    ...createFilesService(ground, uploads),
    ...createBackupsService(ground, uploads, { files, attachments }),
    ...createAttachmentsService(ground, { uploads, files, attachments, courier }),
    ...createIousService(ground, {
      isTold: ious.isTold,
      keepTold: (told) => writer.write(() => told.forEach(({ ledger, iou, reminder }) => markIouTold(ledger, iou, reminder))),
    }),
    ...nearby.handlers,
    ...counter.handlers,
    ...createSyncService({
      keyring, queries: queries.sync, seen: createRelaySeesQueries(reader), access: link.access, publish, linkState: link.state, onChosen: () => void link.follow(),
    }),
  };
  return {
    ground, handlers,
    together: reader.together,
    async close() {
      for (const end of closers) end();
      await nearby.close();
      await counter.close();
      await companion.close();
      await warmer.close();
      await link.close();
      await Promise.all(underWay);
      await writer.idle();
      opened.close();
    },
  };
}
