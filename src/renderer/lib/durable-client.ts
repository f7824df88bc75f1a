import type { Client } from '#contract/client.ts';
import { createClient } from '#contract/client.ts';
import type { ContractError } from '#contract/errors.ts';
import type { Wire } from '#contract/rpc.ts';

/** connecting: never reached the core yet. lost: reached it before, and is trying again. */
export type CoreState = 'connecting' | 'open' | 'lost';

export interface DurableClient extends Client {
  state(): CoreState;
  onState(listener: () => void): () => void;
}

/**
 * One client for the life of the page over many wires. Watches are asked again on every new wire; a call that has no
 * wire, or loses it before the answer, fails with `cancelled`, because only a person can say whether to repeat it.
 */
export function createDurableClient(openWires: (onWire: (wire: Wire) => void) => void): DurableClient {
  let client: Client | undefined;
  let state: CoreState = 'connecting';
  const watches = new Set<{ start(client: Client): void }>();
  const stateListeners = new Set<() => void>();
  const closeListeners: (() => void)[] = [];

  const become = (next: CoreState) => {
    state = next;
    for (const listener of stateListeners) listener();
  };

  openWires((wire) => {
    const opened = createClient(wire);
    client = opened;
    opened.onClose(() => {
      if (client !== opened) return;
      client = undefined;
      become('lost');
      for (const listener of closeListeners) listener();
    });
    for (const watch of watches) watch.start(opened);
    become('open');
  });

  return {
    call: (operation, input) => client?.call(operation, input) ?? Promise.resolve({ ok: false, error: { code: 'cancelled' } }),
    watch(operation, input, onView, onError?: (error: ContractError) => void) {
      let stop: (() => void) | undefined;
      const watch = {
        start(over: Client) {
          stop = over.watch(operation, input, onView, onError);
        },
      };
      watches.add(watch);
      if (client) watch.start(client);
      return () => {
        watches.delete(watch);
        stop?.();
      };
    },
    onClose: (listener) => void closeListeners.push(listener),
    close: () => client?.close(),
    state: () => state,
    onState(listener) {
      stateListeners.add(listener);
      return () => stateListeners.delete(listener);
    },
  };
}
