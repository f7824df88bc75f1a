/** Copies what one socket says to all others, framed once, and does nothing else: what Node and the kernel alone take for that. */
import type { Socket } from 'node:net';
import { WebSocketServer } from 'ws';
import { frameMessage } from '../sync-server/outbox.ts';

const sockets = new Set<Socket>();
const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false }, () => {
  const address = server.address();
  console.log(`ws://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);
});
server.on('connection', (connection, { socket }) => {
  sockets.add(socket);
  connection.on('close', () => sockets.delete(socket));
  connection.on('message', (bytes: Buffer) => {
    const framed = frameMessage(bytes);
    for (const other of sockets) if (other !== socket) other.write(framed);
  });
});
