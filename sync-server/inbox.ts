/** Limits on what one connection may send, on average and at once. */
export interface InboxLimits {
  readonly messagesPerSecond: number;
  readonly bytesPerSecond: number;
  /** How many seconds' worth may come at once. */
  readonly burst: number;
  /** So many bytes may lie here before the connection is asked to stop reading. */
  readonly waitingBytes: number;
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
  /** In all that is waiting, and in what is being handled. */
  let bytes = 0;
  let isBusy = false;
  let isPaused = false;
  let isClosed = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** Seconds of allowance that are left; less than nothing is a debt to be waited for. */
  let allowance = limits.burst;
  let last = clock();

  /** Milliseconds to wait before the next message may be handled. */
  function pay(length: number): number {
    const now = clock();
    allowance = Math.min(limits.burst, allowance + (now - last) / 1000);
    last = now;
    allowance -= Math.max(1 / limits.messagesPerSecond, length / limits.bytesPerSecond);
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
      bytes -= message.length;
      const delay = pay(message.length);
      if (delay > 0) {
        await new Promise<void>((resolve) => {
          timer = setTimeout(resolve, delay);
        });
      }
      if (isPaused && waiting.length < MAXIMUM_WAITING / 2 && bytes <= limits.waitingBytes / 2) {
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
      bytes += message.length;
      if ((waiting.length >= MAXIMUM_WAITING || bytes >= limits.waitingBytes) && !isPaused) {
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
