import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { environmentToConfig } from '#relay/config.ts';
import { createSignaller, startNode } from '#relay/sample-nodes.ts';
import { sampleLedger } from '#relay/sample.ts';
import { findWorker } from './worker-binary.ts';
import { findMediaWorker } from './worker-for-tests.ts';

const binary = findMediaWorker('a relay as a program, with its media router');
const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end();
});

async function start(environment: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), 'calls-'));
  endings.push(() => rmSync(folder, { recursive: true, force: true }));
  return startNode({ RELAY_DATA: join(folder, 'relay.db'), RELAY_SFU: 'auto', RELAY_SFU_PORT: '0', ...environment });
}
/** The processes that a process has started (proc(5)). */
const workersOf = (pid: number): string[] => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);

describe('the settings of calls', () => {
  it('are those of the documentation, and an odd one stops the relay with its name', () => {
    expect(environmentToConfig({}).calls).toEqual({ isHere: true, isShared: false, listen: '127.0.0.1', port: 8788 });
    expect(environmentToConfig({ RELAY_HOST: '0.0.0.0', RELAY_SFU_ANNOUNCED: 'relay.example', RELAY_SFU_PORT: '4444' }).calls).toEqual({
      isHere: true, isShared: false, listen: '0.0.0.0', port: 4_444, announced: 'relay.example',
    });
    // A name can be listened on, but not by the media router.
    expect(environmentToConfig({ RELAY_HOST: 'localhost' }).calls?.listen).toBe('127.0.0.1');
    const secret = 's'.repeat(32);
    expect(environmentToConfig({ RELAY_SFU: 'off', RELAY_SFU_ADDRESS: 'wss://calls.example', RELAY_SFU_SECRET: secret }).calls).toMatchObject({
      isHere: false, place: { address: 'wss://calls.example', secret: new TextEncoder().encode(secret) },
    });
    expect(() => environmentToConfig({ RELAY_SFU_LISTEN: 'here' })).toThrow(/RELAY_SFU_LISTEN/);
    expect(() => environmentToConfig({ RELAY_SFU_ADDRESS: 'https://calls.example', RELAY_SFU_SECRET: secret })).toThrow(/RELAY_SFU_ADDRESS/);
    expect(() => environmentToConfig({ RELAY_SFU_ADDRESS: 'wss://calls.example' })).toThrow(/RELAY_SFU_SECRET/);
    expect(() => environmentToConfig({ RELAY_SFU_ADDRESS: 'wss://calls.example', RELAY_SFU_SECRET: 'short' })).toThrow(/RELAY_SFU_SECRET(?!.*short)/);
  });

  it('find a program only where one can be run', () => {
    expect(findWorker({ MEDIASOUP_WORKER_BIN: '/nowhere/mediasoup-worker' })).toBeNull();
    expect(findWorker({ MEDIASOUP_WORKER_BIN: import.meta.filename })).toBeNull();
    expect(findWorker({ MEDIASOUP_WORKER_BIN: process.execPath })).toBe(process.execPath);
  });
});

describe('a relay as a program', () => {
  it('that finds no media router, or a broken one, says why and serves', async () => {
    for (const [environment, words] of [[{ MEDIASOUP_WORKER_BIN: '/nowhere/mediasoup-worker' }, 'no mediasoup-worker'], [{ MEDIASOUP_WORKER_BIN: '/bin/false' }, 'cannot be started']] as const) {
      const node = await start(environment);
      endings.push(() => node.end('SIGKILL'));
      expect(node.log()).toContain(words);
      const ledger = sampleLedger();
      const client = createSignaller(ledger, ledger.owner, () => node.port);
      endings.push(client.stop);
      await expect.poll(client.isOpen).toBe(true);
    }
  });

  it.skipIf(binary === null || process.platform !== 'linux')('ends with its media router, asked to or not', async () => {
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      const node = await start({});
      expect(node.log()).toContain('calls go through this relay');
      const metrics = await (await fetch(`http://127.0.0.1:${node.port}/metrics`)).text();
      expect(metrics).toMatch(/^relay_media_worker_running 1$/m);
      expect(metrics).toMatch(/^relay_calls 0$/m);
      const own = workersOf(node.pid);
      expect(own).toHaveLength(1);
      expect(await node.end(signal)).toBe(signal === 'SIGTERM' ? 0 : null);
      await expect.poll(() => own.filter((pid) => existsSync(`/proc/${pid}`)), { timeout: 10_000 }).toEqual([]);
    }
  });
});
