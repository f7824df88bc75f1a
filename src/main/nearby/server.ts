import { createServer, type IncomingMessage } from 'node:http';
import { WebSocketServer, type WebSocket } from 'ws';
import { isOnLan } from './lan.ts';
import { SOCKET_OPTIONS } from './socket.ts';

export interface NearbyServer {
  readonly port: number;
  close(): void;
}

export interface NearbyServerDeps {
  /** `caller`: the name that the other instance announces itself under, as it says. */
  onCalled(socket: WebSocket, caller: string): void;
  /** How many may be connected at a time. */
  readonly connections: number;
}

/** Whoever has not asked for a WebSocket within so many milliseconds is closed. */
const HELLO_WITHIN = 5_000;

/** Takes calls from devices on this machine's networks, on a port of the system's choice. Rejects where there is none to be had. */
export async function openNearbyServer({ onCalled, connections }: NearbyServerDeps): Promise<NearbyServer> {
  const http = createServer({ headersTimeout: HELLO_WITHIN, requestTimeout: HELLO_WITHIN, connectionsCheckingInterval: 1_000 }, (_, response) => void response.writeHead(404).end());
  http.on('connection', (socket) => {
    if (!isOnLan(socket.remoteAddress ?? '')) socket.destroy();
  });
  http.maxConnections = 2 * connections;
  // A page in a browser has an origin, and no business here.
  const sockets = new WebSocketServer({ server: http, ...SOCKET_OPTIONS, verifyClient: ({ req }: { req: IncomingMessage }) => req.headers.origin === undefined });
  sockets.on('connection', (socket, request) => {
    const caller = (request.url ?? '').slice(1);
    if (sockets.clients.size > connections || !/^[0-9a-f]{32}$/.test(caller)) return socket.terminate();
    onCalled(socket, caller);
  });
  // The same error reaches whoever waits for `listening` below.
  sockets.on('error', () => {});
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen(0, resolve);
  });
  const address = http.address();
  if (typeof address !== 'object' || address === null) throw new Error('a server that listens has a port');
  return {
    port: address.port,
    close() {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
      http.close();
      http.closeAllConnections();
    },
  };
}
