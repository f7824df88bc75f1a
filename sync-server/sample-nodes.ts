/** Relays as programs of their own, and clients that go on at another one, for the tests of this room. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { encodeMessage, parseRelayMessage, PROTOCOL_VERSION, type ClientMessage, type RelayMessage } from '#sync/protocol/messages.ts';
import type { SampleKey, SampleLedger } from './sample.ts';
import { hashId } from './verify.ts';

export interface RelayNode {
  readonly port: number;
  /** Its process. */
  readonly pid: number;
  /** What it has logged. */
  log(): string;
  /** Answers how it ended. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null>;
}

/** Starts a relay; `environment` as in config.ts. */
export async function startNode(environment: Readonly<Record<string, string>>): Promise<RelayNode> {
  const child: ChildProcess = spawn(process.execPath, ['sync-server/main.ts'], { env: { ...process.env, RELAY_PORT: '0', RELAY_SFU: 'off', ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
  const exit = once(child, 'exit');
  let log = '';
  const port = await new Promise<number>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      log += chunk.toString();
      const found = /ws:\/\/[^:]+:(\d+)/.exec(log)?.[1];
      if (found) resolve(Number(found));
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    void exit.then(() => reject(new Error(`the relay ended: ${log}`)));
  });
  return {
    port,
    pid: child.pid ?? 0,
    log: () => log,
    async end(signal) {
      child.kill(signal);
      await exit;
      return child.exitCode;
    },
  };
}

export interface Conversation {
  readonly ledger: SampleLedger;
  readonly by: SampleKey;
  /** Where to connect; asked anew for each connection. */
  port(): number;
  onOpened(say: (message: ClientMessage) => void): void;
  onMessage(message: RelayMessage): void;
  onClosed(): void;
}

/** Comes back whenever it is disconnected, until told to stop. */
export function converse({ ledger, by, port, onOpened, onMessage, onClosed }: Conversation): { stop(): void } {
  let isStopped = false;
  let socket: WebSocket | undefined;
  async function connect(): Promise<void> {
    const current = new WebSocket(`ws://127.0.0.1:${port()}`);
    socket = current;
    const say = (message: ClientMessage): void => current.send(encodeMessage(message));
    current.on('error', () => undefined);
    current.on('open', () => say({ type: 'hello', version: PROTOCOL_VERSION }));
    current.on('message', (bytes: Buffer) => {
      const parsed = parseRelayMessage(bytes);
      if (!parsed.ok) throw new Error(parsed.code);
      const message = parsed.value;
      if (message.type === 'challenge') {
        say(ledger.enrol(0));
        say(ledger.open(1, message.nonce, by));
      } else if (message.type === 'opened') onOpened(say);
      else if (message.type === 'refused' && message.id === 1) current.terminate(); // the database may be away
      else onMessage(message);
    });
    await new Promise((resolve) => current.on('close', resolve));
    onClosed();
    if (!isStopped) setTimeout(() => void connect(), 20);
  }
  void connect();
  return {
    stop() {
      isStopped = true;
      socket?.terminate();
    },
  };
}

/** Keeps its frames until they are acknowledged, and brings them again wherever it is connected. */
export function createWriter(ledger: SampleLedger, by: SampleKey, document: string, port: () => number) {
  const acknowledged = new Map<string, number>();
  const waiting: Uint8Array[] = [];
  const sent = new Map<number, Uint8Array>();
  let say: ((message: ClientMessage) => void) | null = null;
  let request = 10;
  let isWriting = true;
  const AHEAD = 8;

  function write(): void {
    while (say && sent.size < AHEAD && (isWriting || waiting.length > 0)) {
      const frame = waiting.shift() ?? ledger.frame(document, 300, { by });
      sent.set((request += 1), frame);
      say({ type: 'append', id: request, ledger: ledger.id, frames: [frame] });
    }
  }
  const giveBack = (): void => {
    waiting.unshift(...sent.values());
    sent.clear();
  };
  const conversation = converse({
    ledger, by, port,
    onOpened(next) {
      say = next;
      write();
    },
    onMessage(message) {
      if (message.type === 'appended') {
        if (message.refused.length > 0) throw new Error(`refused: ${message.refused[0]?.reason}`);
        for (const { frame, seq } of message.stored) {
          if ((acknowledged.get(frame) ?? seq) !== seq) throw new Error('a frame has two numbers');
          acknowledged.set(frame, seq);
        }
        sent.delete(message.id);
      } else if (message.type === 'refused' && message.id !== null) {
        const frame = sent.get(message.id);
        if (sent.delete(message.id) && frame) waiting.push(frame);
      }
      write();
    },
    onClosed() {
      say = null;
      giveBack();
    },
  });
  return {
    acknowledged,
    /** Writes nothing new any more. */
    finish: () => (isWriting = false),
    isDone: () => waiting.length === 0 && sent.size === 0,
    stop: conversation.stop,
  };
}

/** Follows a document as a client does: what comes live if it is the next, and a page where it is not. */
export function createReader(ledger: SampleLedger, by: SampleKey, document: string, port: () => number) {
  const frames: string[] = [];
  let live = 0;
  let say: ((message: ClientMessage) => void) | null = null;
  let isAsking = false;
  function ask(): void {
    if (isAsking) return;
    isAsking = true;
    say?.({ type: 'since', id: 2, ledger: ledger.id, document, after: frames.length, frame: frames.at(-1) ?? null });
  }
  function take(seq: number, bytes: Uint8Array): void {
    if (seq === frames.length + 1) frames.push(hashId(bytes));
  }
  const conversation = converse({
    ledger, by, port,
    onOpened(next) {
      say = next;
      isAsking = false;
      ask();
    },
    onMessage(message) {
      if (message.type === 'page') {
        isAsking = false;
        for (const { seq, bytes } of message.frames) take(seq, bytes);
        if (frames.length < message.head) ask();
      } else if (message.type === 'live' && message.document === document) {
        live += 1;
        take(message.seq, message.bytes);
        if (message.seq > frames.length) ask();
      } else if (message.type === 'refused') {
        isAsking = false;
        if (message.reason !== 'relay_failed') throw new Error(`refused: ${message.reason}`);
        setTimeout(ask, 50);
      }
    },
    onClosed: () => (say = null),
  });
  return { frames, live: () => live, stop: conversation.stop };
}

/** Signals, and remembers what it hears. */
export function createSignaller(ledger: SampleLedger, by: SampleKey, port: () => number) {
  const heard: Uint8Array[] = [];
  let say: ((message: ClientMessage) => void) | null = null;
  let request = 10;
  const conversation = converse({
    ledger, by, port,
    onOpened: (next) => (say = next),
    onMessage(message) {
      if (message.type === 'liveSignal') heard.push(message.bytes);
      else if (message.type !== 'signalled' && message.type !== 'enrolled') throw new Error(`heard ${message.type}`);
    },
    onClosed: () => (say = null),
  });
  return {
    heard, isOpen: () => say !== null, stop: conversation.stop,
    signal: (to: Uint8Array[] | null, bytes: Uint8Array) => say?.({ type: 'signal', id: (request += 1), ledger: ledger.id, to, bytes }),
  };
}
