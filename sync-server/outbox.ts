/** What goes out over WebSockets: framed once for however many connections, and written once for however many messages. */
import type { Socket } from 'node:net';

const WHOLE_BINARY = 0x82;

/** A message as it travels: one unmasked frame (RFC 6455, 5.2). */
export function frameMessage(message: Uint8Array): Buffer {
  const { length } = message;
  const head = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const framed = Buffer.allocUnsafe(head + length);
  framed[0] = WHOLE_BINARY;
  framed[1] = head === 2 ? length : head === 4 ? 126 : 127;
  if (head === 4) framed.writeUInt16BE(length, 2);
  if (head === 10) framed.writeBigUInt64BE(BigInt(length), 2);
  framed.set(message, head);
  return framed;
}

/** What is said to one connection. */
export interface Outbox {
  /** Takes what goes out when everything has been said that there is to say now. */
  add(framed: Uint8Array): void;
  /** Sends at once what was taken. */
  flush(): void;
}

/** Runs tasks when everything that was waiting for the same event has gone on. */
function createSoon(): (task: () => void) => void {
  let tasks: (() => void)[] = [];
  function runAll(): void {
    const due = tasks;
    tasks = [];
    for (const task of due) task();
  }
  return (task) => {
    if (tasks.push(task) === 1) process.nextTick(runAll);
  };
}
const soon = createSoon();

/** `isOpen` is asked before each write. */
export function createOutbox(wire: Pick<Socket, 'cork' | 'uncork' | 'write'>, isOpen: () => boolean): Outbox {
  const waiting: Uint8Array[] = [];
  function flush(): void {
    if (waiting.length > 0 && isOpen()) {
      // Of a single one Node would make a list first.
      const isMany = waiting.length > 1;
      if (isMany) wire.cork();
      for (const framed of waiting) wire.write(framed);
      if (isMany) wire.uncork();
    }
    waiting.length = 0;
  }
  return {
    add(framed) {
      if (waiting.push(framed) === 1) soon(flush);
    },
    flush,
  };
}
