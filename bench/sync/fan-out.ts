import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { Dialect, Hearing, Talk } from './dialect.ts';
import { startServer } from './server-process.ts';

export interface Load {
  readonly clients: number;
  readonly changesPerSecond: number;
  /** Changes that are counted; a quarter as many go before them. */
  readonly changes: number;
}

export interface FanOut {
  /** Microseconds of the server's processor time for each delivery of one change to one client. */
  processorTime: number;
  /** Milliseconds from handing a change to the socket to its arrival, for each delivery. */
  delays: number[];
}

/** What the document holds before anybody counts. */
const ENTRIES = 1_000;
const AT_ONCE = 50;

type Begin<T extends Talk> = (send: (bytes: Uint8Array) => void, hearing: Hearing) => T;

/** A client that has read what there is. `onSend` hears of each message before it goes. */
async function connect<T extends Talk>(sockets: WebSocket[], url: string, begin: Begin<T>, onDelivered: Hearing['onDelivered'], onSend?: () => void): Promise<T> {
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
}

/** One writer and, for the rest of the clients, readers of one document; the same work at the same pace for each product. */
export async function measureFanOut(dialect: Dialect, { clients, changesPerSecond, changes }: Load): Promise<FanOut> {
  const folder = mkdtempSync(join(tmpdir(), 'tallystick-bench-'));
  const server = await startServer(dialect.program, dialect.environment(folder));
  const sockets: WebSocket[] = [];
  try {
    const warmUp = Math.ceil(changes / 4);
    const conversation = await dialect.begin(ENTRIES, 1 + warmUp + changes);
    const handedOver = [0, 0];
    let handed = 0;
    const writer = await connect(sockets, server.url, conversation.write, () => {}, () => (handed = performance.now()));

    const readers = clients - 1;
    let delays: number[] = [];
    let everybody: { deliveries: number; got(): void } | undefined;
    function createHearing(): Hearing['onDelivered'] {
      let got = 1;
      return (change) => {
        const now = performance.now();
        for (; got < change; got += 1) delays.push(now - (handedOver[got + 1] ?? Number.NaN));
        if (delays.length >= (everybody?.deliveries ?? Infinity)) everybody?.got();
      };
    }
    for (let first = 0; first < readers; first += AT_ONCE) {
      const batch = Array.from({ length: Math.min(AT_ONCE, readers - first) }, () => connect(sockets, server.url, conversation.read, createHearing()));
      await Promise.all(batch);
    }

    async function run(count: number): Promise<void> {
      delays = [];
      const done = Promise.withResolvers<void>();
      everybody = { deliveries: count * readers, got: done.resolve };
      const start = performance.now();
      for (let change = 0; change < count; change += 1) {
        const early = start + (change * 1_000) / changesPerSecond - performance.now();
        if (early > 0) await wait(early);
        writer.write();
        handedOver.push(handed);
      }
      const patience = AbortSignal.timeout(60_000);
      patience.addEventListener('abort', () => done.reject(new Error(`${dialect.name} delivered ${delays.length} of ${count * readers} in a minute`)));
      await done.promise;
    }
    await run(warmUp);
    const before = server.processorTime();
    await run(changes);
    return { processorTime: ((server.processorTime() - before) * 1_000) / (changes * readers), delays };
  } finally {
    for (const socket of sockets) socket.terminate();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
