import { randomBytes } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { Client } from 'pg';
import type { FanOut, FanOutListener, Hint } from './fanout.ts';
import { configure, toClientConfig } from './store.postgres.database.ts';

export interface PostgresFanOutOptions {
  readonly url: string;
  /** Runs at the end of this turn of the event loop; what was told until then is sent together. */
  schedule?(task: () => void): void;
  /** How long a notice was on its way through the database and back to this relay, in milliseconds. */
  onLag?(milliseconds: number): void;
  /** How often a relay says that it lives, in milliseconds. One that has not for three times as long has left hints unsaid, maybe. */
  readonly heartbeat?: number;
  /** The connection for hints was lost, or is there again. */
  onConnection?(isThere: boolean): void;
}

const CHANNEL = 'tallystick_relay';
/** PostgreSQL takes up to 8 000 bytes in a notice. */
const MAXIMUM_PAYLOAD = 7_900;
/** Documents about which something may wait to be told; beyond that the others are told to look everywhere. */
const MAXIMUM_WAITING = 20_000;
const ANSWER = 5_000;
const RETRY = { first: 50, longest: 5_000 };

const GAP = 'gap';
const BYE = 'bye';
const FRAMES = /^frames ([0-9a-f]{32}) ([0-9a-f]{32}) (\d{1,15}) (\d{1,15})$/;
const RECORDS = /^records ([0-9a-f]{32})$/;
const SIGNAL = /^signal ([0-9a-f]{32}) (-|[0-9a-f,]{64,}) ([A-Za-z0-9+/=]*)$/;
/** Signals that may wait to be told; more are lost, as they would be with whoever is not there. */
const MAXIMUM_SIGNALS = 500;

/** One line of a notice. Undefined for what no relay of this version says. */
function parseLine(line: string): Hint | typeof GAP | undefined {
  if (line === GAP) return GAP;
  const [, ledger, document, from, to] = FRAMES.exec(line) ?? [];
  if (ledger && document) return { type: 'frames', ledger, document, from: Number(from), to: Number(to) };
  const changed = RECORDS.exec(line)?.[1];
  if (changed) return { type: 'records', ledger: changed };
  const [, signalled, addressees = '', bytes = ''] = SIGNAL.exec(line) ?? [];
  return signalled ? { type: 'signal', ledger: signalled, to: addressees === '-' ? null : new Set(addressees.split(',')), bytes: Buffer.from(bytes, 'base64') } : undefined;
}
const signalToLine = ({ ledger, to, bytes }: Extract<Hint, { type: 'signal' }>): string =>
  `signal ${ledger} ${to ? [...to].join(',') : '-'} ${Buffer.from(bytes).toString('base64')}`;

interface Waiting {
  isGap: boolean;
  readonly records: Set<string>;
  readonly frames: Map<string, { from: number; to: number }>;
  readonly signals: string[];
}
const createWaiting = (): Waiting => ({ isGap: false, records: new Set(), frames: new Map(), signals: [] });

function toLines({ isGap, records, frames, signals }: Waiting): string[] {
  if (isGap) return [GAP, ...signals];
  return [...signals, ...[...records].map((ledger) => `records ${ledger}`), ...[...frames].map(([name, { from, to }]) => `frames ${name} ${from} ${to}`)];
}

/** Who tells a notice, and when by that one's clock. */
const toHead = (relay: string): string => `${relay} ${performance.now().toFixed(3)}`;

/** As few notices as the lines fit into. */
function toPayloads(relay: string, lines: readonly string[]): string[] {
  const head = toHead(relay);
  const payloads: string[] = [];
  let payload = head;
  for (const line of lines) {
    if (payload.length + 1 + line.length > MAXIMUM_PAYLOAD) {
      payloads.push(payload);
      payload = head;
    }
    payload += `\n${line}`;
  }
  return payload === head ? payloads : [...payloads, payload];
}

/**
 * Hints over LISTEN/NOTIFY. They go over a connection of their own and not with what they are about: a transaction with a notice
 * holds a lock on the whole database while it commits. That of the hints waits for no disk. Rejects where the database can't be reached.
 */
export async function createPostgresFanOut({ url, schedule = setImmediate, heartbeat = 10_000, onLag, onConnection }: PostgresFanOutOptions): Promise<FanOut> {
  const relay = randomBytes(8).toString('hex');
  let listener: FanOutListener | null = null;
  let client: Client | null = null;
  let waiting = createWaiting();
  let busy: Promise<unknown> | null = null;
  let isScheduled = false;
  let isClosed = false;
  let retry: ReturnType<typeof setTimeout> | undefined;
  /** When each other relay was heard of last. */
  const heardOf = new Map<string, number>();

  function onNotice(payload: string): void {
    const [head = '', ...lines] = payload.split('\n');
    const [teller = '', toldAt] = head.split(' ');
    if (teller === relay) return void onLag?.(performance.now() - Number(toldAt));
    heardOf.set(teller, performance.now());
    for (const line of lines) {
      if (line === BYE) {
        heardOf.delete(teller);
        continue;
      }
      const hint = parseLine(line);
      if (hint === GAP || hint === undefined) listener?.onGap();
      else listener?.onHint(hint);
    }
  }

  async function connect(): Promise<void> {
    const next = new Client({ ...toClientConfig(url), query_timeout: ANSWER });
    // What is wrong with it is told by its end.
    next.on('error', () => undefined);
    next.on('notification', ({ payload = '' }) => onNotice(payload));
    try {
      await next.connect();
      await configure(next, { synchronous_commit: 'off', statement_timeout: String(ANSWER) });
      await next.query(`LISTEN ${CHANNEL}`);
    } catch (error) {
      next.connection.stream.destroy();
      throw error;
    }
    client = next;
    next.on('end', () => onLost(next));
    onConnection?.(true);
  }

  function onLost(lost: Client): void {
    if (client !== lost) return;
    client = null;
    heardOf.clear(); // we look again anyway
    if (isClosed) return;
    onConnection?.(false);
    reconnect(RETRY.first);
  }
  function reconnect(delay: number): void {
    retry = setTimeout(() => {
      connect().then(
        () => {
          if (isClosed) return void client?.end();
          listener?.onGap();
          flush();
        },
        () => isClosed || reconnect(Math.min(2 * delay, RETRY.longest)),
      );
    }, delay);
  }

  /** One statement at a time; a connection on which one fails is given up. Answers whether it was told. */
  async function notify(payloads: readonly string[]): Promise<boolean> {
    const through = client;
    if (!through) return false;
    try {
      busy = through.query('SELECT pg_notify($1, payload) FROM unnest($2::text[]) AS payload', [CHANNEL, payloads]);
      await busy;
      return true;
    } catch {
      through.connection.stream.destroy();
      return false;
    } finally {
      busy = null;
    }
  }

  async function send(): Promise<void> {
    const told = waiting;
    waiting = createWaiting();
    if (!(await notify(toPayloads(relay, toLines(told))))) waiting.isGap = true;
    flush();
  }
  function flush(): void {
    const isIdle = !waiting.isGap && waiting.records.size === 0 && waiting.frames.size === 0 && waiting.signals.length === 0;
    if (isIdle || busy || isScheduled || isClosed || !client) return;
    isScheduled = true;
    schedule(() => {
      isScheduled = false;
      if (!busy && !isClosed) void send();
    });
  }

  await connect();
  // A connection, or another relay, may be dead without a word.
  const pulse = setInterval(() => {
    if (!busy) void notify([toHead(relay)]).then(flush);
    for (const [other, at] of heardOf) {
      if (performance.now() - at < 3 * heartbeat) continue;
      heardOf.delete(other);
      listener?.onGap();
    }
  }, heartbeat);

  return {
    listen: (one) => void (listener = one),
    tell(hint) {
      if (hint.type === 'signal') {
        if (waiting.signals.length < MAXIMUM_SIGNALS) waiting.signals.push(signalToLine(hint));
        return flush();
      }
      if (waiting.records.size + waiting.frames.size >= MAXIMUM_WAITING) waiting = { ...createWaiting(), signals: waiting.signals, isGap: true };
      if (waiting.isGap) return flush();
      if (hint.type === 'records') waiting.records.add(hint.ledger);
      else {
        const name = `${hint.ledger} ${hint.document}`;
        const there = waiting.frames.get(name);
        waiting.frames.set(name, { from: Math.min(there?.from ?? hint.from, hint.from), to: Math.max(there?.to ?? hint.to, hint.to) });
      }
      flush();
    },
    async close() {
      isClosed = true;
      clearInterval(pulse);
      clearTimeout(retry);
      await busy?.catch(() => undefined);
      await notify([...toPayloads(relay, toLines(waiting)), `${toHead(relay)}\n${BYE}`]);
      await client?.end();
    },
  };
}
