import type { Input, Output, WatchName } from '#contract/api.ts';
import type { Client } from '#contract/client.ts';
import type { ContractError } from '#contract/errors.ts';

/** What a watch has shown so far. */
export interface Watched<V> {
  readonly view: V | undefined;
  readonly error: ContractError | undefined;
}

interface Shared {
  now: Watched<unknown>;
  readonly listeners: Set<() => void>;
  /** Ends the watch, if one runs, and asks again. */
  ask(): void;
  stop(): void;
  idle?: ReturnType<typeof setTimeout>;
}

export interface WatchStore {
  /** Subscribes to a view; the same view asked for twice is one watch. `input` is the operation's input as JSON. */
  subscribe<K extends WatchName>(operation: K, input: string, listener: () => void): () => void;
  read<K extends WatchName>(operation: K, input: string): Watched<Output<K>>;
  /** A watch that failed has ended; this asks for those again, for when what was wrong has been put right. */
  askFailedAgain(): void;
}

const NOTHING_YET: Watched<never> = { view: undefined, error: undefined };
/** A view nobody looks at is kept alive this long, so that going back to a page shows it at once. */
const LINGER_MILLISECONDS = 3_000;

const keyOf = (operation: string, input: string): string => `${operation} ${input}`;

export function createWatchStore(client: Client): WatchStore {
  const shared = new Map<string, Shared>();

  function open<K extends WatchName>(operation: K, input: string): Shared {
    const asked: Input<K> = JSON.parse(input);
    const tell = (next: Watched<unknown>) => {
      entry.now = next;
      for (const listener of entry.listeners) listener();
    };
    const entry: Shared = {
      now: NOTHING_YET,
      listeners: new Set(),
      ask() {
        entry.stop();
        entry.stop = client.watch(
          operation,
          asked,
          (view) => tell({ view, error: undefined }),
          (error) => tell({ view: entry.now.view, error }),
        );
      },
      stop: () => undefined,
    };
    entry.ask();
    return entry;
  }

  return {
    subscribe(operation, input, listener) {
      const key = keyOf(operation, input);
      let entry = shared.get(key);
      if (!entry) shared.set(key, (entry = open(operation, input)));
      clearTimeout(entry.idle);
      entry.listeners.add(listener);
      const kept = entry;
      return () => {
        kept.listeners.delete(listener);
        if (kept.listeners.size > 0) return;
        kept.idle = setTimeout(() => {
          shared.delete(key);
          kept.stop();
        }, LINGER_MILLISECONDS);
      };
    },
    // The store is untyped inside; the key holds the operation, so the view is of its type.
    read: (operation, input) => (shared.get(keyOf(operation, input))?.now ?? NOTHING_YET) as Watched<never>,
    askFailedAgain() {
      for (const entry of shared.values()) if (entry.now.error) entry.ask();
    },
  };
}
