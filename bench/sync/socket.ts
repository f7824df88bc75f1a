import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { Hearing, Talk } from './dialect.ts';

export type Begin<T extends Talk> = (send: (bytes: Uint8Array) => void, hearing: Hearing) => T;

/** The sockets of one measurement; `onSend` hears of each message before it goes. */
export interface Sockets {
  /** A client that is ready. Throws where the server hangs up before. */
  connect<T extends Talk>(url: string, begin: Begin<T>, onDelivered: Hearing['onDelivered'], onSend?: () => void): Promise<T>;
  close(): void;
}

export function createSockets(): Sockets {
  const sockets: WebSocket[] = [];
  return {
    async connect(url, begin, onDelivered, onSend) {
      const socket = new WebSocket(url, { perMessageDeflate: false });
      sockets.push(socket);
      const ready = Promise.withResolvers<void>();
      const send = (bytes: Uint8Array): void => {
        onSend?.();
        socket.send(bytes);
      };
      const talk = begin(send, { onReady: ready.resolve, onDelivered });
      socket.on('message', (bytes: Buffer) => talk.onMessage(bytes));
      socket.on('error', ready.reject).on('close', () => ready.reject(new Error('the server hung up')));
      await Promise.race([once(socket, 'open'), ready.promise]);
      talk.onOpen?.();
      await ready.promise;
      return talk;
    },
    close() {
      for (const socket of sockets) socket.terminate();
    },
  };
}

/** Does `times` things, `atOnce` of them at a time. */
export async function repeat(times: number, atOnce: number, step: (index: number) => Promise<unknown>): Promise<void> {
  for (let first = 0; first < times; first += atOnce) {
    await Promise.all(Array.from({ length: Math.min(atOnce, times - first) }, (_, index) => step(first + index)));
  }
}
