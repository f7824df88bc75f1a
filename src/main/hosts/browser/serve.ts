import { createReadStream, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize, sep } from 'node:path';
import { pipeline } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Core } from '#main/core.ts';
import { CONTENT_SECURITY_POLICY } from '#main/hosts/content-security-policy.ts';
import type { Log } from '#main/log.ts';
import { webSocketToWire } from '#main/wire.websocket.ts';
import { createDoor } from './door.ts';

/** Where the screen opens its wire. */
const WIRE_PATH = '/core';
/** An import of 32 MiB as base64, and its frame. */
const MAXIMUM_MESSAGE = 46_000_000;

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8', '.svg': 'image/svg+xml', '.png': 'image/png', '.woff2': 'font/woff2', '.ico': 'image/x-icon',
};

const HEADERS = {
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

export interface Served {
  readonly port: number;
  newUrl(): string;
  close(): Promise<void>;
}

/** Serves the screen and the wire to browsers on this machine that were let in (door.ts). */
export async function serveCore(deps: { core: Core; port: number; screen: string; profile: string; log: Log }): Promise<Served> {
  const { core, screen, profile, log } = deps;

  function sendFile(path: string, response: ServerResponse): void {
    // normalize() ends every climb out of the folder; what is left of one would begin with "..".
    const relative = normalize(path === '/' ? 'index.html' : path.slice(1));
    const file = join(screen, relative);
    const found = !relative.startsWith('..') && !relative.includes('\0') && file.startsWith(screen + sep) && statSync(file, { throwIfNoEntry: false })?.isFile();
    if (!found) return void response.writeHead(404, HEADERS).end();
    const kept = relative.startsWith('assets') ? 'public, max-age=31536000, immutable' : 'no-cache';
    response.writeHead(200, { ...HEADERS, 'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream', 'Cache-Control': kept });
    // What fails on the way, on either side, ends this answer and nothing else.
    pipeline(createReadStream(file), response, () => undefined);
  }

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const entry = door.enter(request);
    if (entry.state === 'refused') return void response.writeHead(entry.status, { ...HEADERS, 'Content-Type': 'text/plain; charset=utf-8' }).end(entry.words);
    if (entry.state === 'welcomed') return void response.writeHead(303, { ...HEADERS, Location: '/', 'Set-Cookie': entry.cookie, 'Cache-Control': 'no-store' }).end();
    if (request.method !== 'GET' && request.method !== 'HEAD') return void response.writeHead(405, HEADERS).end();
    try {
      sendFile(decodeURIComponent(entry.path), response);
    } catch (error) {
      if (!(error instanceof URIError)) throw error;
      response.writeHead(400, HEADERS).end();
    }
  }

  const server = createServer(answer);
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAXIMUM_MESSAGE, perMessageDeflate: false });
  server.on('upgrade', (request, socket, head) => {
    // Node leaves the socket to us from here on: without a listener, one that is torn off would end the program.
    socket.on('error', () => socket.destroy());
    const entry = door.enter(request);
    if (entry.state !== 'known' || entry.path !== WIRE_PATH || !door.isOwnOrigin(request)) {
      log.warn('a connection was refused at the door');
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => core.connect(webSocketToWire(webSocket)));
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(deps.port, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const door = createDoor({ port, profile });

  return {
    port,
    newUrl: () => `http://127.0.0.1:${port}/?token=${door.newToken()}`,
    async close() {
      for (const socket of sockets.clients) socket.close(1001);
      sockets.close();
      server.closeAllConnections();
      await new Promise((resolve) => void server.close(resolve));
    },
  };
}
