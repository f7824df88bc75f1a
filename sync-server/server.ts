import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { pino, type Logger } from 'pino';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import { MAXIMUM_MESSAGE_BYTES, MAXIMUM_RECORD_BYTES } from '#sync/protocol/limits.ts';
import { encodeMessage } from '#sync/protocol/messages.ts';
import type { RelayLimits } from './hub.ts';
import { createHttpHandler, listenOn } from './http.ts';
import { createInbox, type InboxLimits } from './inbox.ts';
import { countFrames, createRelayMetrics, type DropReason, type RelayMetrics } from './metrics.ts';
import { createRelay, type Relay } from './relay.ts';
import { createOutbox, frameMessage } from './outbox.ts';
import { openCalls, type CallsConfig } from './sfu/open-calls.ts';
import type { Sfu } from './sfu/sfu.ts';
import { openStorage, type StorageConfig } from './storage.ts';
import { isSignedBy } from './verify.ts';

export interface RelayServerConfig extends StorageConfig {
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  readonly connections?: number;
  readonly inbox?: InboxLimits;
  readonly limits?: RelayLimits;
  /** A socket with more than this many bytes on their way is dropped: it comes back and reads on from its cursor. */
  readonly maximumBacklogBytes?: number;
  /** A connection that has not said hello within so many milliseconds is closed. */
  readonly helloWithin?: number;
  /** How often the store is looked through for what is past its time, in milliseconds. */
  readonly sweepInterval?: number;
  /** How long what a snapshot covers is kept after somebody vouched for that, and a blob of which pieces are missing, in milliseconds. */
  readonly keepCovered?: number;
  readonly keepIncomplete?: number;
  /** Where `/metrics` is to be had instead of beside the connections of clients. */
  readonly metrics?: { readonly host: string; readonly port: number };
  /** No calls by default. */
  readonly calls?: CallsConfig;
  readonly logger?: Logger;
}

export interface RelayServer {
  readonly port: number;
  /** Null where no calls go through this relay. */
  readonly sfu: Sfu | null;
  /** Null where there is none of its own. */
  readonly metricsPort: number | null;
  /** Answers when every connection is closed and everything is on disk. */
  close(): Promise<void>;
}

const DEFAULT_INBOX: InboxLimits = { messagesPerSecond: 200, bytesPerSecond: 10_000_000, burst: 5, atOnce: 8, waitingBytes: 2 * MAXIMUM_MESSAGE_BYTES };
/**
 * What a connection may send before it has opened a ledger: the proofs for a thousand ledgers at once, a few invites, or
 * one record of the largest size. Records that this relay could use are not counted: a client that brings back a long
 * line, for a relay that has lost it, sends the next batch when the one before was answered.
 */
export const STRANGER_BYTES = MAXIMUM_RECORD_BYTES + 64 * 1024;
const DAY = 24 * 60 * 60 * 1000;
const HEARTBEAT = 30_000;
const GOING_AWAY = 1001;
const TRY_AGAIN_LATER = 1013;

function toBytes(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}

/** Joins one WebSocket to the relay. What goes wrong with it ends it, and nothing else. */
function serveSocket(relay: Relay, socket: WebSocket, wire: Socket, config: RelayServerConfig, metrics: RelayMetrics, logger: Logger): void {
  const { maximumBacklogBytes = 16 * 1024 * 1024, helloWithin = 10_000 } = config;
  const started = performance.now();
  let received = 0;
  let isResponsive = true;
  function drop(reason: DropReason): void {
    if (socket.readyState === socket.OPEN) metrics.onDropped(reason);
    socket.terminate();
  }

  const outbox = createOutbox(wire, () => {
    if (socket.readyState !== socket.OPEN) return false;
    const isReading = socket.bufferedAmount <= maximumBacklogBytes;
    if (!isReading) {
      logger.warn({ backlog: socket.bufferedAmount }, 'dropped a connection that does not read');
      drop('not_reading');
    }
    return isReading;
  });
  const session = relay.connect({
    send: (framed) => outbox.add(framed),
    close() {
      outbox.flush();
      socket.close();
    },
  });
  const inbox = createInbox({
    limits: config.inbox ?? DEFAULT_INBOX,
    clock: () => performance.now(),
    handle: (message) => session.receive(message),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    onError(error) {
      logger.error({ error: error instanceof Error ? error.stack : String(error) }, 'failed on a message');
      drop('failed');
    },
  });
  // Counted as it comes in: a message of the largest size would be gathered before anybody sees it.
  function watchStranger(): void {
    if (session.isTrusted()) return void wire.off('data', watchStranger);
    if (wire.bytesRead > STRANGER_BYTES + session.earnedBytes()) drop('too_much_from_a_stranger');
  }
  wire.on('data', watchStranger);
  const impatience = setTimeout(() => {
    if (!session.isGreeted()) drop('no_hello');
  }, helloWithin);
  const heartbeat = setInterval(() => {
    if (!isResponsive) return drop('not_responding');
    isResponsive = false;
    socket.ping();
  }, HEARTBEAT);

  socket.on('pong', () => (isResponsive = true));
  socket.on('message', (data, isBinary) => {
    received += 1;
    isResponsive = true;
    const bytes = toBytes(data);
    metrics.onReceived(bytes.length);
    inbox.push(isBinary ? bytes : new Uint8Array()); // a text is no message; the session says so and closes
  });
  socket.on('error', (error) => logger.info({ code: 'code' in error ? error.code : error.name }, 'connection failed'));
  socket.on('close', (code) => {
    clearTimeout(impatience);
    clearInterval(heartbeat);
    inbox.close();
    session.end();
    logger.info({ code, messages: received, seconds: Math.round((performance.now() - started) / 1000) }, 'connection closed');
  });
  logger.info('connection opened');
}

/** A disk or a database that is away fails with every request: the log says so once a second. */
function createFailureLog(logger: Logger): (reason: string) => void {
  let last = -Infinity;
  return (reason) => {
    if (performance.now() - last < 1_000) return;
    last = performance.now();
    logger.error({ reason }, 'the store failed');
  };
}

/** Starts a relay: one process, on a SQLite file or on a PostgreSQL database. Throws where that or the port cannot be had. */
export async function createRelayServer(config: RelayServerConfig): Promise<RelayServer> {
  const { logger = pino({ base: null }), connections = 10_000, sweepInterval = 60_000, keepCovered = 30 * DAY, keepIncomplete = 7 * DAY } = config;
  const metrics = createRelayMetrics();
  const logFailure = createFailureLog(logger);
  const { store: plainStore, fanOut } = await openStorage(config, {
    ...metrics,
    onFailure(reason) {
      metrics.onFailure(reason);
      logFailure(reason);
    },
  });
  const store = countFrames(plainStore, metrics);
  const { calls, sfu } = await openCalls(config.calls, { logger, now: Date.now, onDied: metrics.onMediaWorkerDied });
  const relay = createRelay({
    store, fanOut, calls, isSignedBy, now: Date.now, randomBytes: (length) => randomBytes(length),
    ...(config.limits && { limits: config.limits }),
    encode: (message) => frameMessage(encodeMessage(message)),
    onSent: metrics.onSent,
  });

  let isClosing = false;
  const httpDeps = { store, metrics, isStopping: () => isClosing };
  const http = createServer(createHttpHandler(httpDeps, config.metrics ? ['/healthz'] : ['/healthz', '/metrics']));
  const metricsHttp: Server | null = config.metrics ? createServer(createHttpHandler(httpDeps, ['/healthz', '/metrics'])) : null;
  const sockets = new WebSocketServer({ server: http, maxPayload: MAXIMUM_MESSAGE_BYTES, perMessageDeflate: false, clientTracking: true });
  sockets.on('connection', (socket, request) => {
    if (sockets.clients.size > connections) {
      metrics.onDropped('too_many_connections');
      return socket.close(TRY_AGAIN_LATER);
    }
    serveSocket(relay, socket, request.socket, config, metrics, logger);
  });
  // The same error reaches whoever waits for `listening` below.
  sockets.on('error', () => {});

  metrics.watch({ connections: () => sockets.clients.size, ledgers: relay.ledgers, store, sfu });
  const [port, metricsPort] = await Promise.all([
    listenOn(http, config.host, config.port),
    metricsHttp && config.metrics ? listenOn(metricsHttp, config.metrics.host, config.metrics.port) : null,
  ]).catch(async (error: unknown) => {
    http.close();
    metricsHttp?.close();
    sfu?.close();
    await fanOut.close();
    await store.close();
    throw error;
  });
  logger.info({ port }, 'relay listens');
  let sweeping = Promise.resolve();
  async function sweepAll(): Promise<void> {
    const now = Date.now();
    await store.expire(now);
    await store.sweepBlobs(now - keepIncomplete);
    for (let isMore = true; isMore && !isClosing; ) {
      const compacted = await store.compact(now - keepCovered);
      isMore = compacted.ok && compacted.value > 0;
    }
  }
  const sweep = setInterval(() => {
    sweeping = sweeping.then(sweepAll);
  }, sweepInterval);

  return {
    port,
    metricsPort,
    sfu,
    async close() {
      isClosing = true;
      clearInterval(sweep);
      sfu?.close();
      const closed = new Promise<void>((resolve) => http.close(() => resolve()));
      for (const socket of sockets.clients) socket.close(GOING_AWAY);
      const impatient = setTimeout(() => {
        for (const socket of sockets.clients) socket.terminate();
      }, 1_000);
      sockets.close();
      http.closeAllConnections();
      metricsHttp?.close();
      metricsHttp?.closeAllConnections();
      await closed;
      clearTimeout(impatient);
      await sweeping;
      await fanOut.close();
      await store.close();
      logger.info('relay stopped');
    },
  };
}
