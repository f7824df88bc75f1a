import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { MAXIMUM_MESSAGE_BYTES } from '#sync/protocol/limits.ts';
import { encodeMessage, parseRelayMessage, PROTOCOL_VERSION, type ClientMessage, type RelayMessage } from '#sync/protocol/messages.ts';
import { environmentToConfig } from './config.ts';
import { sampleDocument, sampleLedger, type SampleLedger } from './sample.ts';
import { hashId } from './verify.ts';
import { createRelayServer, STRANGER_BYTES, type RelayServer, type RelayServerConfig } from './server.ts';

const DOCUMENT = sampleDocument('a');
const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end();
});

const logs: string[] = [];
async function start(more: Partial<RelayServerConfig> = {}): Promise<RelayServer & { data: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'relay-'));
  endings.push(() => rmSync(folder, { recursive: true, force: true }));
  const config = { host: '127.0.0.1', port: 0, data: join(folder, 'deep', 'relay.sqlite'), logger: pino({ base: null }, { write: (line) => void logs.push(line) }), ...more };
  const server = await createRelayServer(config);
  endings.push(() => server.close());
  return { ...server, data: config.data };
}

/** A client over a real WebSocket that reads messages one by one. */
async function connect({ port }: RelayServer) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}`);
  const heard: RelayMessage[] = [];
  const waiting: (() => void)[] = [];
  socket.on('message', (data: Buffer) => {
    const message = parseRelayMessage(data);
    if (!message.ok) throw new Error(message.code);
    heard.push(message.value);
    for (const wake of waiting.splice(0)) wake();
  });
  const closed = new Promise<number>((resolve) => socket.on('close', resolve));
  socket.on('error', () => {});
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  endings.push(() => socket.terminate());
  const next = async <T extends RelayMessage['type']>(type: T, id?: number): Promise<Extract<RelayMessage, { type: T }>> => {
    for (;;) {
      const found = heard.find((message): message is Extract<RelayMessage, { type: T }> => message.type === type && (id === undefined || ('id' in message && message.id === id)));
      if (found) return found;
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
  };
  const say = (message: ClientMessage) => socket.send(encodeMessage(message));
  const openLedger = async (ledger: SampleLedger) => {
    say({ type: 'hello', version: PROTOCOL_VERSION });
    say(ledger.enrol(0));
    await next('enrolled');
    say(ledger.open(1, (await next('challenge')).nonce));
    return next('opened');
  };
  return { socket, heard, closed, next, say, openLedger };
}
const isHealthy = async ({ port }: RelayServer) => (await fetch(`http://127.0.0.1:${port}/healthz`)).status === 200;

describe('a relay over WebSockets', () => {
  it('passes frames from one client to another and keeps them over a restart', async () => {
    const server = await start();
    const ledger = sampleLedger();
    const [one, two] = [await connect(server), await connect(server)];
    const { incarnation } = await one.openLedger(ledger);
    await two.openLedger(ledger);
    const frame = ledger.frame(DOCUMENT, 300_000);
    one.say({ type: 'append', id: 2, ledger: ledger.id, frames: [frame] });
    expect((await two.next('live')).bytes).toEqual(frame);
    expect((await one.next('appended')).stored).toHaveLength(1);
    await server.close();
    expect(await one.closed).toBe(1001);

    const again = await start({ data: server.data });
    const three = await connect(again);
    expect(await three.openLedger(ledger)).toMatchObject({ incarnation, documents: [{ document: DOCUMENT, seq: 1 }] });
    three.say({ type: 'since', id: 3, ledger: ledger.id, document: DOCUMENT, after: 0, frame: null });
    expect((await three.next('page')).frames).toEqual([{ seq: 1, bytes: frame }]);
  });

  it('hands out a long log in pages', async () => {
    const server = await start();
    const ledger = sampleLedger();
    const client = await connect(server);
    await client.openLedger(ledger);
    for (let id = 10; id < 18; id += 1) {
      client.say({ type: 'append', id, ledger: ledger.id, frames: [ledger.frame(DOCUMENT, 100_000)] });
      await client.next('appended', id);
    }
    client.say({ type: 'since', id: 3, ledger: ledger.id, document: DOCUMENT, after: 0, frame: null });
    const page = await client.next('page');
    expect(page.head).toBe(8);
    expect(page.frames.map(({ seq }) => seq)).toEqual([1, 2]);
  });

  it('says whether it is well', async () => {
    const server = await start();
    expect(await isHealthy(server)).toBe(true);
    expect((await fetch(`http://127.0.0.1:${server.port}/`)).status).toBe(404);
  });

  it('survives whatever is thrown at it', async () => {
    const server = await start();
    const ledger = sampleLedger();
    const hello = encodeMessage({ type: 'hello', version: PROTOCOL_VERSION });
    const garbage = [
      new Uint8Array(), 'text', new Uint8Array(1_000).fill(0x81), hello.subarray(0, 4), randomBytes(5_000),
      encodeMessage({ type: 'append', id: 1, ledger: ledger.id, frames: [new Uint8Array(10)] }),
      ...Array.from({ length: 30 }, () => randomBytes(1 + Math.floor(Math.random() * 100))),
    ];
    for (const bytes of garbage) {
      const client = await connect(server);
      client.socket.send(bytes);
      await client.closed;
      expect(client.heard).toEqual([{ type: 'refused', id: null, reason: 'message_malformed' }]);
    }
    const large = await connect(server);
    await large.openLedger(ledger);
    large.socket.send(new Uint8Array(MAXIMUM_MESSAGE_BYTES + 1));
    expect(await large.closed).toBe(1009);
    expect(await isHealthy(server)).toBe(true);
    expect(await (await connect(server)).openLedger(ledger)).toMatchObject({ type: 'opened' });
  });

  it('drops a connection that does not read, and serves the others', async () => {
    const server = await start({ maximumBacklogBytes: 100_000 });
    const ledger = sampleLedger();
    const [writer, sleeper, reader] = [await connect(server), await connect(server), await connect(server)];
    for (const client of [writer, sleeper, reader]) await client.openLedger(ledger);
    sleeper.socket.pause();
    let dropped = false;
    void sleeper.closed.then(() => (dropped = true));
    for (let id = 10; id < 40; id += 1) {
      writer.say({ type: 'append', id, ledger: ledger.id, frames: [ledger.frame(DOCUMENT, 900_000)] });
      await writer.next('appended', id);
    }
    sleeper.socket.resume();
    await sleeper.closed;
    expect(dropped).toBe(true);
    expect(sleeper.heard.filter(({ type }) => type === 'live').length).toBeLessThan(30);
    await expect.poll(() => reader.heard.filter(({ type }) => type === 'live').length).toBe(30);
  });

  it('slows down who sends too fast, and answers everything', async () => {
    const server = await start({ inbox: { messagesPerSecond: 200, bytesPerSecond: 1e9, burst: 0.1, atOnce: 1, waitingBytes: 1e6 } });
    const client = await connect(server);
    const started = performance.now();
    client.say({ type: 'hello', version: PROTOCOL_VERSION });
    for (let id = 1; id <= 100; id += 1) client.say({ type: 'take', id, box: DOCUMENT });
    await client.next('taken', 100);
    expect(client.heard).toHaveLength(101);
    expect(performance.now() - started).toBeGreaterThan(300);
  });

  it('empties boxes whose time is over, though nobody asks for them', async () => {
    const server = await start({ sweepInterval: 20 });
    const disk = new Database(server.data, { readonly: true });
    endings.push(() => disk.close());
    const boxes = () => disk.prepare<[], number>('SELECT count(*) FROM box').pluck().get();
    const client = await connect(server);
    client.say({ type: 'hello', version: PROTOCOL_VERSION });
    client.say({ type: 'put', id: 1, box: DOCUMENT, bytes: new Uint8Array(10), ttl: 200 });
    await client.next('kept');
    await expect.poll(boxes).toBe(0);
  });

  it('drops what a snapshot covers, and blobs that stay incomplete, when their time is over', async () => {
    const server = await start({ sweepInterval: 20, keepCovered: 0, keepIncomplete: 0 });
    const ledger = sampleLedger();
    const client = await connect(server);
    await client.openLedger(ledger);
    const frame = ledger.frame(DOCUMENT);
    const snapshot = ledger.frame(DOCUMENT, 100, { covers: { seq: 1, frame: hashId(frame) } });
    client.say({ type: 'blobPut', id: 2, ledger: ledger.id, blob: DOCUMENT, chunk: 0, chunks: 2, bytes: new Uint8Array(10) });
    client.say({ type: 'append', id: 3, ledger: ledger.id, frames: [frame, snapshot] });
    await client.next('appended');
    const disk = new Database(server.data, { readonly: true });
    endings.push(() => disk.close());
    const left = () => disk.prepare<[], number>('SELECT (SELECT count(*) FROM log) + (SELECT count(*) FROM chunk)').pluck().get();
    await expect.poll(left).toBe(1);
    client.say({ type: 'since', id: 4, ledger: ledger.id, document: DOCUMENT, after: 0, frame: null });
    expect(await client.next('page')).toMatchObject({ head: 2, snapshot: { seq: 2, bytes: snapshot }, frames: [] });
  });

  it('takes little from a connection that has opened no ledger', async () => {
    const server = await start();
    const ledger = sampleLedger();
    const [stranger, dripping, member] = [await connect(server), await connect(server), await connect(server)];
    stranger.socket.send(new Uint8Array(2 * STRANGER_BYTES));
    await stranger.closed;
    expect(stranger.heard).toEqual([]);
    dripping.say({ type: 'hello', version: PROTOCOL_VERSION });
    for (let sent = 0; sent <= STRANGER_BYTES; sent += 4_096) dripping.say({ type: 'put', id: sent, box: DOCUMENT, bytes: new Uint8Array(4_096), ttl: 1_000 });
    await dripping.closed;
    await member.openLedger(ledger);
    member.say({ type: 'append', id: 2, ledger: ledger.id, frames: [ledger.frame(DOCUMENT, STRANGER_BYTES + 100_000)] });
    expect((await member.next('appended')).stored).toHaveLength(1);
  });

  it('takes the records of a long line from whoever brings them, batch by batch, and no more junk for that', async () => {
    const server = await start();
    const ledger = sampleLedger();
    for (let count = 0; count < 6; count += 1) ledger.add(ledger.owner, { type: 'epoch' }, { sealed: new Uint8Array(400_000) });
    const stranger = await connect(server);
    stranger.say({ type: 'hello', version: PROTOCOL_VERSION });
    for (const [number, record] of ledger.records().entries()) {
      stranger.say({ type: 'enrol', id: number, ledger: ledger.id, records: [record] });
      expect(await stranger.next('enrolled', number)).toMatchObject({ record: number });
    }
    const other = sampleLedger();
    const forged = other.record(other.owner, { type: 'epoch' }, { sealed: new Uint8Array(400_000) });
    stranger.say({ type: 'enrol', id: 100, ledger: other.id, records: [forged] });
    expect(await stranger.next('refused', 100)).toMatchObject({ reason: 'record_forbidden' });
    stranger.say({ type: 'enrol', id: 101, ledger: other.id, records: [forged] });
    await stranger.closed;
    expect(stranger.heard.some((message) => 'id' in message && message.id === 101)).toBe(false);
  });

  it('closes a connection that does not say hello', async () => {
    const server = await start({ helloWithin: 200 });
    const [silent, polite] = [await connect(server), await connect(server)];
    await polite.openLedger(sampleLedger());
    await silent.closed;
    expect(silent.heard).toEqual([]);
    polite.say({ type: 'take', id: 2, box: DOCUMENT });
    expect(await polite.next('taken')).toMatchObject({ bytes: null });
  });

  it('takes so many connections and no more', async () => {
    const server = await start({ connections: 1 });
    await connect(server);
    expect(await (await connect(server)).closed).toBe(1013);
  });

  it('logs nothing that names anybody', async () => {
    logs.length = 0;
    const server = await start();
    const ledger = sampleLedger();
    const client = await connect(server);
    await client.openLedger(ledger);
    client.say({ type: 'append', id: 2, ledger: ledger.id, frames: [ledger.frame(DOCUMENT)] });
    await client.next('appended');
    await server.close();
    const text = logs.join('');
    expect(text).toContain('connection closed');
    for (const secret of [ledger.id, DOCUMENT, '127.0.0.1', '::1']) expect(text).not.toContain(secret);
  });

  it('does not start on a port that is taken, nor with settings that make no sense', async () => {
    const { port } = await start();
    await expect(start({ port })).rejects.toThrow(/EADDRINUSE/);
    expect(environmentToConfig({})).toMatchObject({ host: '127.0.0.1', port: 8787 });
    expect(() => environmentToConfig({ RELAY_PORT: '70000' })).toThrow(/RELAY_PORT/);
  });
});
