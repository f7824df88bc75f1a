import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { encodeMessage, PROTOCOL_VERSION } from '#sync/protocol/messages.ts';
import { createReader, createWriter, startNode } from './sample-nodes.ts';
import { sampleDocument, sampleKey, sampleLedger } from './sample.ts';
import { hashId } from './verify.ts';

const DOCUMENT = sampleDocument('a');
const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end();
});

async function start(environment: Record<string, string> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'relay-metrics-'));
  endings.push(() => rmSync(folder, { recursive: true, force: true }));
  const node = await startNode({ RELAY_DATA: join(folder, 'relay.sqlite'), ...environment });
  endings.push(() => node.end('SIGKILL'));
  return node;
}
const get = async (port: number, path: string) => {
  const response = await fetch(`http://127.0.0.1:${port}${path}`);
  return { status: response.status, text: await response.text() };
};
/** The value of a line of Prometheus' text format. */
const valueOf = (text: string, name: string): number => Number(new RegExp(`^${name.replaceAll(/[{}"]/g, String.raw`\$&`)} (.+)$`, 'm').exec(text)?.[1]);
const metricsPortOf = (log: string) => Number(/Metrics: http:\/\/127\.0\.0\.1:(\d+)/.exec(log)?.[1]);

describe('what a relay tells its operator', () => {
  it('counts what it does, and names nobody, neither in its counters nor in its log', async () => {
    const { port, log } = await start();
    const ledger = sampleLedger();
    const outsider = sampleKey();
    const writer = createWriter(ledger, ledger.owner, DOCUMENT, () => port);
    const reader = createReader(ledger, ledger.owner, DOCUMENT, () => port);
    endings.push(writer.stop, reader.stop);
    await expect.poll(() => writer.acknowledged.size).toBeGreaterThan(30);
    writer.finish();
    await expect.poll(() => writer.isDone() && reader.frames.length === writer.acknowledged.size).toBe(true);

    // One who may not come in, and one who makes no sense.
    const stranger = new WebSocket(`ws://127.0.0.1:${port}`);
    stranger.on('open', () => {
      stranger.send(encodeMessage({ type: 'hello', version: PROTOCOL_VERSION }));
      stranger.send(encodeMessage(ledger.open(1, new Uint8Array(32), outsider)));
      stranger.send(new Uint8Array([1, 2, 3]));
    });
    await new Promise((resolve) => stranger.on('close', resolve));

    const { status, text } = await get(port, '/metrics');
    expect(status).toBe(200);
    const frames = writer.acknowledged.size;
    expect(valueOf(text, 'relay_frames_stored_total')).toBe(frames);
    expect(valueOf(text, 'relay_frames_stored_bytes_total')).toBeGreaterThan(frames * 300);
    expect(valueOf(text, 'relay_store_bytes')).toBeGreaterThan(valueOf(text, 'relay_frames_stored_bytes_total'));
    expect(valueOf(text, 'relay_connections')).toBe(2);
    expect(valueOf(text, 'relay_ledgers_open')).toBe(1);
    expect(valueOf(text, 'relay_refusals_total{reason="proof_wrong"}')).toBe(1);
    expect(valueOf(text, 'relay_refusals_total{reason="message_malformed"}')).toBe(1);
    expect(valueOf(text, 'relay_commit_seconds_count')).toBeGreaterThan(0);
    expect(valueOf(text, 'relay_commit_requests_sum')).toBeGreaterThanOrEqual(frames);
    expect(valueOf(text, 'process_resident_memory_bytes')).toBeGreaterThan(1_000_000);

    writer.stop();
    await expect.poll(log).toContain('connection closed');
    const [, lines = ''] = log().split(/^Relay: .*$/m); // the line that it starts with is for who started it
    const names = [ledger.id, DOCUMENT, ledger.owner.key, outsider.key, hashId(ledger.records()[0] ?? new Uint8Array()), ...writer.acknowledged.keys(), '127.0.0.1', '::1', '::ffff'];
    for (const name of names) {
      expect(text).not.toContain(name);
      expect(lines).not.toContain(name);
    }
  });

  it('tells it on a port of its own, where one is set, and not to its clients', async () => {
    const { port, log } = await start({ RELAY_METRICS_PORT: '0' });
    await expect.poll(() => metricsPortOf(log())).toBeGreaterThan(0);
    expect((await get(metricsPortOf(log()), '/metrics')).status).toBe(200);
    expect((await get(port, '/metrics')).status).toBe(404);
    expect(await get(port, '/healthz')).toEqual({ status: 200, text: 'ok\n' });
    expect((await get(port, '/')).status).toBe(404);
  });

  it('counts whom it drops', async () => {
    const { port } = await start({ RELAY_CONNECTIONS: '1' });
    const sockets = [0, 1].map(() => new WebSocket(`ws://127.0.0.1:${port}`));
    endings.push(() => sockets.forEach((socket) => socket.terminate()));
    await Promise.race(sockets.map((socket) => new Promise((resolve) => socket.on('close', resolve))));
    expect(valueOf((await get(port, '/metrics')).text, 'relay_connections_dropped_total{reason="too_many_connections"}')).toBe(1);
  });
});

describe('a relay that is asked to stop', () => {
  it('says goodbye, ends well, and has everything on the disk', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'relay-stop-'));
    endings.push(() => rmSync(folder, { recursive: true, force: true }));
    const data = join(folder, 'relay.sqlite');
    let node = await start({ RELAY_DATA: data });
    const ledger = sampleLedger();
    const writer = createWriter(ledger, ledger.owner, DOCUMENT, () => node.port);
    endings.push(writer.stop);
    await expect.poll(() => writer.acknowledged.size).toBeGreaterThan(30);
    const idle = new WebSocket(`ws://127.0.0.1:${node.port}`);
    const closed = new Promise<number>((resolve) => idle.on('close', resolve));
    await new Promise((resolve) => idle.on('open', resolve));
    expect(await node.end('SIGTERM')).toBe(0);
    expect(await closed).toBe(1001);
    expect(node.log()).toContain('relay stopped');

    const before = new Map(writer.acknowledged);
    node = await start({ RELAY_DATA: data });
    const reader = createReader(ledger, ledger.owner, DOCUMENT, () => node.port);
    endings.push(reader.stop);
    await expect.poll(() => writer.acknowledged.size).toBeGreaterThan(before.size + 30);
    writer.finish();
    await expect.poll(() => writer.isDone() && reader.frames.length === writer.acknowledged.size).toBe(true);
    expect([...before].filter(([frame, seq]) => reader.frames[seq - 1] !== frame)).toEqual([]);
  });
});
