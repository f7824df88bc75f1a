/** Strangers at the door of the browser host: pages of other sites, other people on this machine, and bytes that make no sense. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { Core } from '#main/core.ts';
import { createSilentLog } from '#main/log.ts';
import { serveCore, type Served } from './serve.ts';

let folder: string;
let served: Served;
let cookie: string;
let connected = 0;
/** What would have ended the program. */
const crashes: unknown[] = [];
const onCrash = (error: unknown): void => void crashes.push(error);

const core: Core = {
  connect(wire) {
    connected += 1;
    wire.onMessage((message) => wire.send(message));
  },
  ready: async () => undefined,
  close: async () => undefined,
};

interface Answer {
  status: number;
  body: string;
  cookie: string | undefined;
}

/** A request exactly as given: `fetch` would put the address in order. */
function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port: served.port, path, method, headers: { host: `127.0.0.1:${served.port}`, ...headers } }, (response) => {
      let body = '';
      response.on('data', (data) => (body += String(data)));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body, cookie: response.headers['set-cookie']?.[0]?.split(';')[0] }));
    });
    asked.on('error', reject);
    asked.end();
  });
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tallystick-door-'));
  mkdirSync(join(folder, 'screen', 'assets'), { recursive: true });
  mkdirSync(join(folder, 'profile'));
  writeFileSync(join(folder, 'screen', 'index.html'), 'the screen');
  writeFileSync(join(folder, 'screen', 'assets', 'a b.js'), 'a program');
  writeFileSync(join(folder, 'secret.txt'), 'a secret');
  mkdirSync(join(folder, 'screen-beside'));
  writeFileSync(join(folder, 'screen-beside', 'secret.txt'), 'a secret');
  served = await serveCore({ core, port: 0, screen: join(folder, 'screen'), profile: join(folder, 'profile'), log: createSilentLog() });
  const welcomed = await ask(new URL(served.newUrl()).pathname + new URL(served.newUrl()).search);
  cookie = welcomed.cookie ?? '';
  process.on('uncaughtException', onCrash);
});
afterAll(async () => {
  process.off('uncaughtException', onCrash);
  await served.close();
  rmSync(folder, { recursive: true });
});

/** Whether the program still serves, and nothing went wrong that would have ended it. */
const isUp = async (): Promise<boolean> => (await ask('/', { cookie })).body === 'the screen' && crashes.length === 0;

describe('who is let in', () => {
  it('a browser with a token, once, and from then on with its cookie', async () => {
    const { search } = new URL(served.newUrl());
    const first = await ask(`/${search}`);
    expect(first).toMatchObject({ status: 303, cookie });
    expect((await ask(`/${search}`)).status).toBe(403);
    expect((await ask('/assets/a%20b.js', { cookie })).body).toBe('a program');
    expect((await ask('/')).status).toBe(403);
    expect((await ask('/', { cookie: `${cookie}x` })).status).toBe(403);
  });

  it('nobody under another name (DNS rebinding), from another site, or who wants to write', async () => {
    for (const host of ['evil.example', `evil.example:${served.port}`, `127.0.0.1.evil.example:${served.port}`, '127.0.0.1', `127.0.0.1:${served.port + 1}`]) {
      expect((await ask('/', { host, cookie })).status, host).toBe(421);
    }
    for (const origin of ['http://evil.example', 'null', 'file://', `https://127.0.0.1:${served.port}`, `http://127.0.0.1:${served.port + 1}`]) {
      expect((await ask('/', { origin, cookie })).status, origin).toBe(403);
    }
    expect((await ask('/', { cookie }, 'POST')).status).toBe(405);
  });

  it('no connection without the cookie and this very origin', async () => {
    const own = `http://127.0.0.1:${served.port}`;
    const open = (path: string, headers: Record<string, string>): Promise<string> =>
      new Promise((resolve) => {
        const socket = new WebSocket(`ws://127.0.0.1:${served.port}${path}`, { headers });
        socket.once('open', () => (resolve('open'), socket.close()));
        socket.once('error', (error) => resolve(error.message));
      });
    for (const headers of [{}, { cookie }, { origin: own }, { cookie, origin: 'http://evil.example' }, { cookie: cookie.replace(/=.*/, '=x'), origin: own }]) {
      expect(await open('/core', headers as Record<string, string>)).toContain('403');
    }
    expect(await open('/elsewhere', { cookie, origin: own })).toContain('403');
    expect(connected).toBe(0);
    expect(await open('/core', { cookie, origin: own })).toBe('open');
    expect(connected).toBe(1);
  });
});

describe('what is served', () => {
  it.each(['/../secret.txt', '/..%2fsecret.txt', '/%2e%2e/secret.txt', '/assets/..%2f..%2fsecret.txt', '/..%2fscreen-beside%2fsecret.txt', '/%5c..%5csecret.txt', '/%00', '/a%00b', '/assets'])(
    '%s is nothing', async (path) => {
      expect(await ask(path, { cookie })).toMatchObject({ status: 404, body: '' });
    },
  );
});

describe('bytes that make no sense', () => {
  it.each(['//', '///x', '//:99999', '*', 'http://evil.example/', '/%zz', '/\\\\'])('an address %s ends nothing, from a stranger or a friend', async (path) => {
    for (const headers of [{}, { cookie }] as Record<string, string>[]) {
      const { status } = await ask(path, headers, path === '*' ? 'OPTIONS' : 'GET');
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(500);
    }
    expect(await isUp()).toBe(true);
  });

  it('a connection that is torn off while it is refused ends nothing', async () => {
    const upgrade = `GET //x HTTP/1.1\r\nHost: 127.0.0.1:${served.port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`;
    for (const text of [upgrade, upgrade.replace('//x', '/core'), 'nonsense\r\n\r\n']) {
      for (let times = 0; times < 20; times += 1) {
        await new Promise<void>((resolve) => {
          const socket = connect(served.port, '127.0.0.1', () => socket.write(text, () => socket.resetAndDestroy()));
          socket.on('error', () => undefined);
          socket.once('close', () => resolve());
        });
      }
    }
    expect(await isUp()).toBe(true);
  });
});
