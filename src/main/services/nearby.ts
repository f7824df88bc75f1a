import { success } from '#domain/result.ts';
import { systemTimers } from '#sync/timers.ts';
import type { Service } from '#main/handlers.ts';
import { createNearby, type Nearby } from '#main/nearby/nearby.ts';
import type { Ground } from './ground.ts';

export interface NearbyService {
  readonly handlers: Service<'nearby'>;
  /** Settles when nothing is under way on the network any more. */
  close(): Promise<void>;
}

/** Other devices on this network: found and talked to while the profile wants that and has a ledger. */
export function createNearbyService({ shell, keyring, link, publish, onCommitted }: Ground): NearbyService {
  const { discover } = shell;
  const nearby: Nearby | null = discover
    ? createNearby({
        discover, exchanges: link.exchanges, isEnabled: false, timers: systemTimers, now: shell.now, randomBytes: shell.randomBytes,
        random: () => (shell.randomBytes(1)[0] ?? 0) / 256,
        onView: () => publish('nearby'),
        onBug: (error) => shell.log.error({ stack: error instanceof Error ? error.stack : typeof error }, 'bug nearby'),
      })
    : null;

  let known = '';
  function follow(): void {
    const ledgers = link.exchanges().map(({ ledger }) => ledger).toSorted().join(' ');
    nearby?.setEnabled(keyring.get().nearby && ledgers !== '');
    if (ledgers !== known) nearby?.refresh();
    known = ledgers;
  }
  const stopListening = link.onState(follow);
  onCommitted((ledger) => nearby?.changed(ledger));
  link.onAccess(({ ledger }) => nearby?.changed(ledger));
  follow();

  return {
    handlers: {
      'nearby.get': {
        topics: () => ['nearby'],
        // A host without a network of its own lends none: a command line, say.
        read: () => success({ ...(nearby?.view() ?? { peers: [], error: 'nearby_unavailable' as const }), enabled: keyring.get().nearby }),
      },
      async 'nearby.setEnabled'({ enabled }) {
        keyring.update((keys) => ({ ...keys, nearby: enabled }));
        follow();
        publish('nearby');
        return success(null);
      },
    },
    async close() {
      stopListening();
      await nearby?.close();
    },
  };
}
