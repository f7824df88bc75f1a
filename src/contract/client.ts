import type { CallName, Input, Output, WatchName } from './api.ts';
import type { ContractError } from './errors.ts';
import { responseSchema, type Reply, type Wire } from './rpc.ts';

/** The asking end of the contract. */
export interface Client {
  call<K extends CallName>(operation: K, input: Input<K>): Promise<Reply<Output<K>>>;
  /** Calls `onView` with the view now and after every change, until the returned function is called. */
  watch<K extends WatchName>(operation: K, input: Input<K>, onView: (view: Output<K>) => void, onError?: (error: ContractError) => void): () => void;
  /** Called when the wire closes: every open call has then failed with `cancelled`. */
  onClose(listener: () => void): void;
  close(): void;
}

interface Watching {
  onView(view: unknown): void;
  onError?(error: ContractError): void;
}

/** A client over a wire. A response that does not parse is a bug in the core and throws. */
export function createClient(wire: Wire): Client {
  let lastId = 0;
  const calls = new Map<number, (reply: Reply<unknown>) => void>();
  const watches = new Map<number, Watching>();
  const closeListeners: (() => void)[] = [];
  let closed = false;

  wire.onMessage((message) => {
    const response = responseSchema.parse(message);
    if (response.type === 'view') return watches.get(response.id)?.onView(response.view);
    const settle = calls.get(response.id);
    calls.delete(response.id);
    if (response.type === 'reply') return settle?.({ ok: true, value: response.value });
    settle?.({ ok: false, error: response.error });
    const watching = watches.get(response.id);
    watches.delete(response.id);
    watching?.onError?.(response.error);
  });
  wire.onClose(() => {
    closed = true;
    for (const settle of calls.values()) settle({ ok: false, error: { code: 'cancelled' } });
    calls.clear();
    watches.clear();
    for (const listener of closeListeners) listener();
  });

  return {
    call(operation, input) {
      if (closed) return Promise.resolve({ ok: false, error: { code: 'cancelled' } });
      lastId += 1;
      const id = lastId;
      return new Promise((resolve) => {
        // The core parses inputs and owns the types of its outputs; the wire itself is untyped.
        calls.set(id, resolve as (reply: Reply<unknown>) => void);
        wire.send({ type: 'call', id, operation, input });
      });
    },
    watch(operation, input, onView, onError) {
      lastId += 1;
      const id = lastId;
      watches.set(id, { onView: onView as (view: unknown) => void, ...(onError && { onError }) });
      wire.send({ type: 'watch', id, operation, input });
      return () => {
        if (watches.delete(id) && !closed) wire.send({ type: 'unwatch', id });
      };
    },
    onClose: (listener) => void closeListeners.push(listener),
    close: () => wire.close(),
  };
}
