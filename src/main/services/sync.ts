import type { SyncView } from '#contract/views.ts';
import type { LedgerId } from '#domain/ids.ts';
import { failure, success } from '#domain/result.ts';
import { isRelayUrl } from '#sync/invite.ts';
import type { SyncQueries } from '#main/db/queries/sync.ts';
import type { Publish, Service } from '#main/handlers.ts';
import type { Keyring } from '#main/keyring.ts';
import { ownKey, type LedgerAccess } from '#sync/access.ts';
import { roleNow } from '#sync/protocol/membership.ts';
import type { RelaySeesView } from '#contract/people-views.ts';
import type { RelaySeesQueries } from '#main/db/queries/relay-sees.ts';
import { sha256 } from '#main/sha256.ts';
import type { LinkState } from './link.ts';

const MAXIMUM_SHOWN = 200;
/** Of each ledger, the frames that are shown as the relay has them. */
const FRAMES_SHOWN = 12;

interface Dependencies {
  keyring: Keyring;
  queries: SyncQueries;
  seen: RelaySeesQueries;
  access(ledger: LedgerId): LedgerAccess | undefined;
  publish: Publish;
  linkState(): LinkState;
  /** The relay or the wish to be connected is another one than before. */
  onChosen(): void;
}

export function createSyncService({ keyring, queries, seen, access, publish, linkState, onChosen }: Dependencies): Service<'sync'> {
  const isListed = ({ ledger }: { ledger: LedgerId }): boolean => keyring.get().ledgers.includes(ledger);

  function read(): SyncView {
    const { connection, reason, catchingUp, reasons } = linkState();
    const ledgers = queries.ledgers().filter(isListed).map((one) => ({ ...one, catchingUp: catchingUp.has(one.ledger), reason: reasons.get(one.ledger) ?? null }));
    const sum = (count: (one: (typeof ledgers)[number]) => number): number => ledgers.reduce((all, one) => all + count(one), 0);
    return {
      relay: keyring.get().relay.url, connection, reason,
      // What was written in a ledger that this device is out of goes nowhere.
      waiting: sum(({ waiting, reason: why }) => (why === 'removed' ? 0 : waiting)),
      quarantined: sum(({ quarantined }) => quarantined),
      ledgers,
    };
  }
  /** What lies at a relay of a ledger, from the very frames and records. */
  function readSeen({ ledger, name }: { ledger: LedgerId; name: string }): RelaySeesView['ledgers'][number] {
    const known = access(ledger);
    const keys = [...(known?.membership.tenures.keys() ?? [])];
    return {
      ledger, name,
      pseudonyms: known ? keys.map((key) => ({ key, role: roleNow(known.membership, key), mine: key === ownKey(known) })) : [],
      records: known?.records.length ?? 0,
      documents: seen.documents(ledger),
      frames: seen.frames(ledger, FRAMES_SHOWN),
    };
  }

  function choose(chosen: { url?: string | null; paused?: boolean }) {
    keyring.update((keys) => ({ ...keys, relay: { ...keys.relay, ...chosen } }));
    onChosen();
    publish('sync');
    return success(null);
  }

  return {
    'sync.state': { topics: () => ['sync'], read: () => success(read()) },
    'sync.setRelay': async ({ url }) => (url !== null && !isRelayUrl(url) ? failure('relay_url_invalid') : choose({ url })),
    'sync.setPaused': async ({ paused }) => choose({ paused }),
    'sync.documents': { topics: ({ ledger }) => ['sync', `ledger:${ledger}`], read: ({ ledger }) => success({ documents: seen.state(ledger, (changes) => sha256(Buffer.from(changes.join(' ')))) }) },
    'sync.relaySees': { topics: () => ['sync'], read: () => success({ ledgers: queries.ledgers().filter(isListed).map(readSeen) }) },
    'sync.quarantine': { topics: () => ['sync'], read: () => success({ frames: queries.quarantine(MAXIMUM_SHOWN).filter(isListed) }) },
  };
}
