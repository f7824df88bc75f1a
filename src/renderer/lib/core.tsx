import { createContext, use, useCallback, useMemo, useState, useSyncExternalStore, type ReactNode } from 'react';
import type { CallName, Input, Output, WatchName } from '#contract/api.ts';
import type { Client } from '#contract/client.ts';
import type { ContractError } from '#contract/errors.ts';
import type { Reply } from '#contract/rpc.ts';
import type { CoreState, DurableClient } from './durable-client.ts';
import { createWatchStore, type Watched, type WatchStore } from './watch-store.ts';

interface Core {
  readonly client: DurableClient;
  readonly watches: WatchStore;
}

const CoreContext = createContext<Core | undefined>(undefined);

function useCore(): Core {
  const core = use(CoreContext);
  if (!core) throw new Error('a component outside CoreProvider asked for the core');
  return core;
}

/** Gives everything below it one lasting connection to the core. */
export function CoreProvider({ client, children }: { client: DurableClient; children: ReactNode }) {
  const core = useMemo(() => ({ client, watches: createWatchStore(client) }), [client]);
  return <CoreContext value={core}>{children}</CoreContext>;
}

export const useClient = (): Client => useCore().client;

/** Asks again for every view that has failed. */
export const useAskAgain = (): (() => void) => useCore().watches.askFailedAgain;

/** Whether the core can be reached right now. */
export function useCoreState(): CoreState {
  const { client } = useCore();
  return useSyncExternalStore(client.onState, client.state);
}

const NOTHING: Watched<never> = { view: undefined, error: undefined };
const subscribeToNothing = () => () => undefined;

export interface WatchOptions {
  /** While the view of a changed input has not come yet, goes on showing the one before. */
  keepLast?: boolean;
}

/** The live view of `operation`; nothing is asked while `input` is null. Asked again by itself after a reconnect. */
export function useWatch<K extends WatchName>(operation: K, input: Input<K> | null, options?: WatchOptions): Watched<Output<K>> {
  const { watches } = useCore();
  // Inputs are plain JSON values; as text they compare by content, so a new object every time asks nothing anew.
  const asked = input === null ? null : JSON.stringify(input);
  const subscribe = useCallback(
    (listener: () => void) => (asked === null ? subscribeToNothing() : watches.subscribe(operation, asked, listener)),
    [watches, operation, asked],
  );
  const now = useSyncExternalStore(subscribe, () => (asked === null ? NOTHING : watches.read(operation, asked)));
  const [last, setLast] = useState<Watched<Output<K>>>(NOTHING);
  if (options?.keepLast && now.view !== undefined && now !== last) setLast(now);
  return options?.keepLast && now.view === undefined && now.error === undefined ? last : now;
}

export interface Calling<K extends CallName> {
  run(input: Input<K>): Promise<Reply<Output<K>>>;
  busy: boolean;
  /** Why the last run failed, until `clear` or the next run. */
  error: ContractError | undefined;
  clear(): void;
}

/** A command of the contract, with whether it runs and how it failed. */
export function useCall<K extends CallName>(operation: K): Calling<K> {
  const client = useClient();
  const [running, setRunning] = useState(0);
  const [error, setError] = useState<ContractError>();
  const run = useCallback(
    async (input: Input<K>) => {
      setRunning((count) => count + 1);
      setError(undefined);
      const reply = await client.call(operation, input);
      setRunning((count) => count - 1);
      if (!reply.ok) setError(reply.error);
      return reply;
    },
    [client, operation],
  );
  const clear = useCallback(() => setError(undefined), []);
  return { run, busy: running > 0, error, clear };
}
