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
  /** The connection for hints was lost, or is there again. */
  onConnection?(isThere: boolean): void;
}

const CHANNEL = 'tallystick_relay';
/** PostgreSQL takes up to 8 000 bytes in a notice. */
const MAXIMUM_PAYLOAD = 7_900;
/** Documents about which something may wait to be told; beyond that the others are told to look everywhere. */
const MAXIMUM_WAITING = 20_000;
const PING = 10_000;
const ANSWER = 5_000;
const RETRY = { first: 50, longest: 5_000 };

const GAP = 'gap';
const FRAMES = /^frames ([0-9a-f]{32}) ([0-9a-f]{32}) (\d{1,15}) (\d{1,15})$/;
const RECORDS = /^records ([0-9a-f]{32})$/;

/** One line of a notice. Undefined for what no relay of this version says. */
function parseLine(line: string): Hint | typeof GAP | undefined {
  if (line === GAP) return GAP;
  const [, ledger, document, from, to] = FRAMES.exec(line) ?? [];
  if (ledger && document) return { type: 'frames', ledger, document, from: Number(from), to: Number(to) };
  const changed = RECORDS.exec(line)?.[1];
  return changed ? { type: 'records', ledger: changed } : undefined;
}

interface Waiting {
  isGap: boolean;
  readonly records: Set<string>;
  readonly frames: Map<string, { from: number; to: number }>;
}
const createWaiting = (): Waiting => ({ isGap: false, records: new Set(), frames: new Map() });

function toLines({ isGap, records, frames }: Waiting): string[] {
  if (isGap) return [GAP];
  return [...[...records].map((ledger) => `records ${ledger}`), ...[...frames].map(([name, { from, to }]) => `frames ${name} ${from} ${to}`)];
}

/** As few notices as the lines fit into, each with who tells it and when by that one's clock. */
function toPayloads(relay: string, lines: readonly string[]): string[] {
  const head = `${relay} ${performance.now().toFixed(3)}`;
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
export async function createPostgresFanOut({ url, schedule = setImmediate, onLag, onConnection }: PostgresFanOutOptions): Promise<FanOut> {
  const relay = randomBytes(8).toString('hex');
  let listener: FanOutListener | null = null;
  let client: Client | null = null;
  let waiting = createWaiting();
  let isBusy = false;
  let isScheduled = false;
  let isClosed = false;
  let retry: ReturnType<typeof setTimeout> | undefined;

  function onNotice(payload: string): void {
    const [head = '', ...lines] = payload.split('\n');
    const [teller, toldAt] = head.split(' ');
    if (teller === relay) return void onLag?.(performance.now() - Number(toldAt));
    for (const line of lines) {
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

  /** One statement at a time; a connection on which one fails is given up. */
  async function ask(text: string, values: readonly unknown[]): Promise<boolean> {
    const through = client;
    if (!through) return false;
    isBusy = true;
    try {
      await through.query(text, [...values]);
      return true;
    } catch {
      through.connection.stream.destroy();
      return false;
    } finally {
      isBusy = false;
    }
  }

  async function send(): Promise<void> {
    const told = waiting;
    waiting = createWaiting();
    const isSent = await ask('SELECT pg_notify($1, payload) FROM unnest($2::text[]) AS payload', [CHANNEL, toPayloads(relay, toLines(told))]);
    if (!isSent) waiting.isGap = true;
    flush();
  }
  function flush(): void {
    const isIdle = !waiting.isGap && waiting.records.size === 0 && waiting.frames.size === 0;
    if (isIdle || isBusy || isScheduled || isClosed || !client) return;
    isScheduled = true;
    schedule(() => {
      isScheduled = false;
      if (isBusy) return;
      void send();
    });
  }

  await connect();
  // A connection may be dead without a word.
  const ping = setInterval(() => {
    if (!isBusy) void ask('SELECT', []).then(flush);
  }, PING);

  return {
    listen: (one) => void (listener = one),
    tell(hint) {
      if (waiting.records.size + waiting.frames.size >= MAXIMUM_WAITING) waiting = { ...createWaiting(), isGap: true };
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
      clearInterval(ping);
      clearTimeout(retry);
      // What was told last is about things that are on disk already; whoever reads on finds them.
      await client?.end();
    },
  };
}
