/** Limits on what one connection may send, on average and at once. */
export interface InboxLimits {
  readonly messagesPerSecond: number;
  readonly bytesPerSecond: number;
  /** How many seconds' worth may come at once. */
  readonly burst: number;
}

export interface Inbox {
  push(message: Uint8Array): void;
  close(): void;
}

export interface InboxDeps {
  readonly limits: InboxLimits;
  /** Milliseconds from any start, never going back. */
  clock(): number;
  handle(message: Uint8Array): Promise<void>;
  /** Asks the connection to stop reading, and to go on. */
  pause(): void;
  resume(): void;
  onError(error: unknown): void;
}

/** So many messages may wait before the connection is asked to stop reading. */
const MAXIMUM_WAITING = 16;

/**
 * Hands a connection's messages on one after the other, and no faster than the limits allow: who sends more is slowed
 * down through the connection itself and loses nothing.
 */
export function createInbox({ limits, clock, handle, pause, resume, onError }: InboxDeps): Inbox {
  let waiting: Uint8Array[] = [];
  let isBusy = false;
  let isPaused = false;
  let isClosed = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** Seconds of allowance that are left; less than nothing is a debt to be waited for. */
  let allowance = limits.burst;
  let last = clock();

  /** Milliseconds to wait before the next message may be handled. */
  function pay(bytes: number): number {
    const now = clock();
    allowance = Math.min(limits.burst, allowance + (now - last) / 1000);
    last = now;
    allowance -= Math.max(1 / limits.messagesPerSecond, bytes / limits.bytesPerSecond);
    return allowance >= 0 ? 0 : -allowance * 1000;
  }

  async function run(): Promise<void> {
    isBusy = true;
    for (let message = waiting.shift(); message && !isClosed; message = waiting.shift()) {
      try {
        await handle(message);
      } catch (error) {
        onError(error);
        break;
      }
      const delay = pay(message.length);
      if (delay > 0) {
        await new Promise<void>((resolve) => {
          timer = setTimeout(resolve, delay);
        });
      }
      if (isPaused && waiting.length < MAXIMUM_WAITING / 2) {
        isPaused = false;
        resume();
      }
    }
    isBusy = false;
  }

  return {
    push(message) {
      if (isClosed) return;
      waiting.push(message);
      if (waiting.length >= MAXIMUM_WAITING && !isPaused) {
        isPaused = true;
        pause();
      }
      if (!isBusy) void run();
    },
    close() {
      isClosed = true;
      waiting = [];
      clearTimeout(timer);
    },
  };
}
