import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Dialect, Hearing } from './dialect.ts';
import { startServer } from './server-process.ts';
import { createSockets, repeat } from './socket.ts';

export interface Load {
  readonly clients: number;
  readonly changesPerSecond: number;
  /** Changes that are counted; as many go before them, so that the programs are warm. */
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

/** One writer and, for the rest of the clients, readers of one document; the same work at the same pace for each product. */
export async function measureFanOut(dialect: Dialect, { clients, changesPerSecond, changes }: Load): Promise<FanOut> {
  const folder = mkdtempSync(join(tmpdir(), 'tallystick-bench-'));
  const server = await startServer(dialect.program, dialect.environment(folder));
  const sockets = createSockets();
  try {
    const conversation = await dialect.begin(ENTRIES, 1 + 2 * changes);
    const handedOver = [0, 0];
    let handed = 0;
    const writer = await sockets.connect(server.url, conversation.write, () => {}, () => (handed = performance.now()));

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
    await repeat(readers, AT_ONCE, () => sockets.connect(server.url, conversation.read, createHearing()));

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
    await run(changes);
    const before = server.processorTime();
    await run(changes);
    return { processorTime: ((server.processorTime() - before) * 1_000) / (changes * readers), delays };
  } finally {
    sockets.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
