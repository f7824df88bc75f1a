/** Limits on what one connection may send, on average and at once. */
export interface InboxLimits {
  readonly messagesPerSecond: number;
  readonly bytesPerSecond: number;
  /** How many seconds' worth may come at once. */
  readonly burst: number;
  /** So many messages may be handled at a time. They are handed on in order; what must not overlap is for who handles them to say. */
  readonly atOnce: number;
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
 * Hands a connection's messages on in order, and no faster than the limits allow: who sends more is slowed
 * down through the connection itself and loses nothing.
 */
export function createInbox({ limits, clock, handle, pause, resume, onError }: InboxDeps): Inbox {
  let waiting: Uint8Array[] = [];
  /** In all that is waiting, and in what is being handled. */
  let bytes = 0;
  let underWay = 0;
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

  async function hand(message: Uint8Array): Promise<void> {
    underWay += 1;
    try {
      await handle(message);
    } catch (error) {
      return onError(error);
    }
    underWay -= 1;
    bytes -= message.length;
    if (isPaused && waiting.length < MAXIMUM_WAITING / 2 && bytes <= limits.waitingBytes / 2) {
      isPaused = false;
      resume();
    }
    handNext();
  }
  function handNext(): void {
    while (timer === undefined && !isClosed && underWay < limits.atOnce) {
      const message = waiting.shift();
      if (!message) return;
      void hand(message);
      const delay = pay(message.length);
      if (delay <= 0) continue;
      timer = setTimeout(() => {
        timer = undefined;
        handNext();
      }, delay);
    }
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
      handNext();
    },
    close() {
      isClosed = true;
      waiting = [];
      clearTimeout(timer);
    },
  };
}
