import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sampleDocument, sampleLedger } from '../sync-server/sample.ts';
import { hashId } from '../sync-server/verify.ts';
import { startPostgres, whyNoPostgres } from '../tests/postgres.ts';
import { report, reportAlone, reportAtLeast } from './figure.ts';
import { appendTo, ENTRY_BYTES, RELAY_PROGRAM, relayEnvironment, waitIn } from './our-relay.ts';
import { measureBarePostgres, measureBareSqlite } from './sync/bare-engines.ts';
import { startServer, type ServerProcess } from './sync/server-process.ts';
import { createSockets, repeat, type Sockets } from './sync/socket.ts';

async function withRelay<T>(environment: Record<string, string>, work: (server: ServerProcess, sockets: Sockets, folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'tallystick-bench-'));
  const server = await startServer(RELAY_PROGRAM, { ...relayEnvironment(folder), ...environment });
  const sockets = createSockets();
  try {
    return await work(server, sockets, folder);
  } finally {
    sockets.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

const IDLE = { ledgers: 1_000, devices: 5 };

/** Devices that have opened their ledger, five to each, and now wait. */
async function benchIdle(): Promise<void> {
  await withRelay({}, async (server, sockets) => {
    const before = server.residentMemory();
    await repeat(IDLE.ledgers, 20, async () => {
      const ledger = sampleLedger();
      for (let device = 0; device < IDLE.devices; device += 1) await sockets.connect(server.url, waitIn(ledger), () => {});
    });
    const connections = IDLE.ledgers * IDLE.devices;
    report(`relay memory with ${connections} idle connections`, server.residentMemory(), 'MB', '5 000 idle connections in <= 200 MB', 200);
    reportAlone('relay memory with none', before, 'MB');
  });
}

const APPENDS = { writers: 32, requests: 75, frames: 50, ahead: 4, bytes: ENTRY_BYTES };

const APPEND_GOAL = "sustained appends/s with SQLite and with PostgreSQL, each as a ratio to the bare engine's batched insert rate in the same run (>= 0.5)";

/** Frames of `writers` ledgers, in requests of fifty; and the same as rows for an engine alone. */
function createAppends() {
  const document = sampleDocument('a');
  const writers = Array.from({ length: APPENDS.writers }, () => {
    const ledger = sampleLedger();
    const requests = Array.from({ length: APPENDS.requests }, () => Array.from({ length: APPENDS.frames }, () => ledger.frame(document, APPENDS.bytes)));
    return { ledger, requests };
  });
  const frames = writers.flatMap(({ requests }) => requests.flat());
  return { writers, rows: frames.map((bytes) => ({ frame: hashId(bytes), bytes })) };
}
type Appends = ReturnType<typeof createAppends>;

/** Acknowledged frames per second, with all writers at work, and the relay's processor time for one, in µs. */
const measureAppends = ({ writers, rows }: Appends, environment: Record<string, string>): Promise<{ rate: number; processorTime: number }> =>
  withRelay(environment, async (server, sockets) => {
    const devices = await Promise.all(writers.map(({ ledger, requests }) => sockets.connect(server.url, appendTo(ledger, requests, APPENDS.ahead), () => {})));
    const [start, before] = [performance.now(), server.processorTime()];
    await Promise.all(devices.map((device) => device.run()));
    return { rate: (rows.length * 1_000) / (performance.now() - start), processorTime: ((server.processorTime() - before) * 1_000) / rows.length };
  });

/** One engine alone, then a relay on it, with the same frames. */
async function benchAppends(appends: Appends, engine: string, bare: number, environment: Record<string, string>, countKept?: () => number): Promise<void> {
  const { rate, processorTime } = await measureAppends(appends, environment);
  const kept = countKept?.() ?? appends.rows.length;
  if (kept !== appends.rows.length) throw new Error(`${engine} holds ${kept} of ${appends.rows.length} acknowledged frames`);
  reportAtLeast(`appends with ${engine}`, rate, 'per second', APPEND_GOAL, 0.5, bare);
  reportAlone(`relay CPU per append with ${engine}`, processorTime, 'µs');
}

async function benchSqlite(appends: Appends): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tallystick-bench-'));
  const bare = measureBareSqlite(join(folder, 'bare.sqlite'), appends.rows);
  rmSync(folder, { recursive: true, force: true });
  await benchAppends(appends, 'SQLite', bare, {});
}

async function benchPostgres(appends: Appends): Promise<void> {
  const missing = whyNoPostgres();
  if (missing) return void reportAtLeast(`appends with PostgreSQL: ${missing}`, 0, 'per second', APPEND_GOAL, 0.5);
  const postgres = await startPostgres();
  try {
    const bare = await measureBarePostgres(postgres.newDatabase(), appends.rows);
    const database = postgres.newDatabase();
    await benchAppends(appends, 'PostgreSQL', bare, { RELAY_STORE: database }, () => Number(postgres.sql(database, 'SELECT count(*) FROM log')));
  } finally {
    await postgres.stop();
  }
}

/** What one relay holds and takes in. */
export async function benchRelay(): Promise<void> {
  await benchIdle();
  const appends = createAppends();
  await benchSqlite(appends);
  await benchPostgres(appends);
}
