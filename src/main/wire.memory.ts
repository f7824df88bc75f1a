import type { Wire } from '#contract/rpc.ts';

/** Two ends of a wire inside one process. Messages are copied as JSON, as on any other wire, and arrive in order. */
export function createWirePair(): [Wire, Wire] {
  const ends = [createEnd(), createEnd()] as const;
  let open = true;
  const close = (): void => {
    if (!open) return;
    open = false;
    for (const end of ends) queueMicrotask(end.closed);
  };
  const sendTo = (end: End) => (text: string): void => {
    if (open) queueMicrotask(() => end.receive(JSON.parse(text)));
  };
  const wire = (own: End, other: End): Wire => ({
    send: (message) => sendTo(other)(JSON.stringify(message)),
    sendText: sendTo(other),
    onMessage: own.onMessage,
    onClose: own.onClose,
    close,
  });
  return [wire(ends[0], ends[1]), wire(ends[1], ends[0])];
}

type End = ReturnType<typeof createEnd>;

function createEnd() {
  const early: unknown[] = [];
  let listener: ((message: unknown) => void) | undefined;
  const closeListeners: (() => void)[] = [];
  return {
    receive(message: unknown): void {
      if (listener) listener(message);
      else early.push(message);
    },
    onMessage(next: (message: unknown) => void): void {
      listener = next;
      for (const message of early.splice(0)) next(message);
    },
    onClose: (next: () => void): void => void closeListeners.push(next),
    closed(): void {
      for (const next of closeListeners) next();
    },
  };
}
