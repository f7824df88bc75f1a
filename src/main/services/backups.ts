/** A backup of everything, and coming back from it: also where there is no relay any more. */
import type { ErrorCode } from '#contract/errors.ts';
import type { FileWrittenView, RestoreView } from '#contract/people-views.ts';
import type { LedgerId } from '#domain/ids.ts';
import { failure, success, type Result } from '#domain/result.ts';
import type { Exchange } from '#sync/exchange.ts';
import { sealBackup } from '#sync/identity/backup.ts';
import { openPerson, type Person } from '#sync/identity/person.ts';
import { parsePhrase } from '#sync/identity/phrase.ts';
import { toFileName, type AttachmentFiles } from '#main/attachment-files.ts';
import { keysToHead, listFile, listLedger, type BackupHead, type BackupItem } from '#main/backup-content.ts';
import { readBackup, writeBackup } from '#main/backup-file.ts';
import type { AttachmentQueries } from '#main/db/queries/attachments.ts';
import type { Parsed, Service } from '#main/handlers.ts';
import { dayOf, folderFor, type Uploads } from './files.ts';
import type { Ground } from './ground.ts';
import { personToIdentity } from './recovery.ts';

interface Attached {
  files: AttachmentFiles;
  attachments: AttachmentQueries;
}

export function createBackupsService(ground: Ground, uploads: Uploads, { files, attachments }: Attached): Pick<Service<'files'>, 'files.backUp' | 'files.restore'> {
  const { shell, keyring, self, link, personal, publish } = ground;

  async function backUp({ folder, passphrase }: Parsed<'files.backUp'>): Promise<Result<FileWrittenView, ErrorCode>> {
    const { identity, person } = keyring.get();
    if (!identity || !person) return failure('not_set_up');
    await link.follow();
    const at = shell.now();
    let trouble: ErrorCode | undefined;
    async function* listItems(): AsyncGenerator<BackupItem> {
      yield keysToHead(keyring.get(), at);
      // The person's own ledger first: it tells how the others are opened.
      const isOwn = ({ ledger }: Exchange): number => Number(ledger !== identity?.personal);
      for (const exchange of link.exchanges().toSorted((a, b) => isOwn(a) - isOwn(b))) {
        for await (const item of listLedger(exchange)) {
          if (!item.ok) {
            trouble = item.code;
            return;
          }
          yield item.value;
        }
      }
      for (const { ledger } of link.exchanges()) {
        for (const reference of attachments.files(ledger)) {
          const name = toFileName(reference);
          const bytes = files.has(name) ? await files.read(name) : undefined;
          if (bytes) yield* listFile(ledger, name, bytes);
        }
      }
    }
    async function* listPieces(): AsyncGenerator<Uint8Array> {
      yield* sealBackup(passphrase, listItems(), shell.randomBytes);
      // What was written is not all there is.
      if (trouble !== undefined) throw new Unreadable();
    }
    const written = await writeBackup(folderFor(folder), dayOf(at), listPieces()).catch((error: unknown) => {
      if (error instanceof Unreadable) return failure(trouble ?? 'store_failed');
      throw error;
    });
    if (!written.ok) return written;
    keyring.update((keys) => ({ ...keys, lastBackup: at }));
    publish('profile');
    return written;
  }

  /** Whose backup it is, with the words: those in it, or those given. */
  async function openOwner({ entropy, root }: BackupHead, phrase: string | null): Promise<Result<{ person: Person; entropy: Uint8Array }, ErrorCode>> {
    const given = entropy || phrase === null ? undefined : parsePhrase(phrase);
    if (given && !given.ok) return given;
    const known = entropy ?? given?.value;
    if (!known) return failure('backup_needs_phrase');
    const person = await openPerson(known);
    return person.root === root ? success({ person, entropy: known }) : failure('phrase_invalid');
  }

  /** Puts the parts of a file together; it is kept when it is whole. */
  function createFileTaker(): (item: Extract<BackupItem, { kind: 'file' }>) => Promise<Result<void, ErrorCode>> {
    let parts: Uint8Array[] = [];
    return async ({ name, bytes, isLast }) => {
      parts.push(bytes);
      if (!isLast) return success(undefined);
      const whole = Buffer.concat(parts);
      parts = [];
      return files.keep(name, whole);
    };
  }

  /** Takes in the records and frames of a ledger like those that another device hands over. */
  async function take(item: Extract<BackupItem, { kind: 'records' | 'frames' }>): Promise<Result<void, ErrorCode>> {
    keyring.addLedger(item.ledger);
    let exchange = link.exchanges().find(({ ledger }) => ledger === item.ledger);
    if (!exchange) {
      await link.follow();
      exchange = link.exchanges().find(({ ledger }) => ledger === item.ledger);
    }
    if (!exchange) return failure('store_failed');
    const taken = item.kind === 'records' ? await exchange.takeRecords(item.from, item.records) : await exchange.takeFrames(item.frames);
    if (taken.ok || taken.code === 'membership_forked' || taken.code === 'record_malformed') return success(undefined);
    return failure(taken.code);
  }

  async function restore({ file, passphrase, phrase, language }: Parsed<'files.restore'>): Promise<Result<RestoreView, ErrorCode>> {
    if (keyring.get().person) return failure('already_set_up');
    const path = uploads.path(file);
    if (path === undefined) return failure('not_found');
    // Read to its end before anything of it is believed.
    const heads: BackupHead[] = [];
    const held = new Set<LedgerId>();
    const whole = await readBackup(path, passphrase, async (item) => {
      if (item.kind === 'head') heads.push(item);
      else held.add(item.ledger);
      return success(undefined);
    });
    if (!whole.ok) return whole;
    const [head] = heads;
    if (!head) return failure('backup_damaged');
    const owner = await openOwner(head, phrase);
    if (!owner.ok) return owner;
    const { name, phraseWritten, look, relay, at } = head;
    const identity = await personToIdentity(owner.value.person, self.device, owner.value.entropy);
    keyring.update((keys) => ({
      ...keys, look, ledgers: [], lastBackup: at, identity: { ...identity, phraseWritten }, relay: { url: relay, paused: true },
    }));
    // Nobody is asked for anything before all of it is here.
    await link.follow();
    const takeFile = createFileTaker();
    const taken = await readBackup(path, passphrase, async (item) => (item.kind === 'head' ? success(undefined) : item.kind === 'file' ? takeFile(item) : take(item)));
    if (!taken.ok) {
      keyring.update((keys) => ({ ...keys, identity: null, ledgers: [], relay: { url: null, paused: false } }));
      await link.follow();
      return taken;
    }
    uploads.drop(file);
    keyring.update((keys) => ({ ...keys, person: { name, language }, relay: { ...keys.relay, paused: false } }));
    await link.follow();
    publish('profile', 'people', 'ledgers', 'sync');
    ground.companion().look();
    const places = personal.places().filter(({ state }) => state === 'in');
    const missing = places.flatMap(({ ledger, name: called }) => (held.has(ledger) && link.access(ledger) ? [] : [{ name: called, reason: 'not_member' as const }]));
    return success({ ledgers: places.length - missing.length, missing });
  }

  return { 'files.backUp': backUp, 'files.restore': restore };
}

/** Something could not be read while the backup was being written. */
class Unreadable extends Error {}
