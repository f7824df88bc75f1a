import type { RawData, WebSocket } from 'ws';
import { MAXIMUM_MESSAGE_BYTES } from '#sync/protocol/limits.ts';
import type { Connection, ConnectionEvents } from '#sync/transport.ts';

/** What both ends of a connection between devices hold to. */
export const SOCKET_OPTIONS = { maxPayload: MAXIMUM_MESSAGE_BYTES, perMessageDeflate: false } as const;
/** Whoever does not answer a ping until the next one is gone, in milliseconds. */
const BETWEEN_PINGS = 30_000;
const MAXIMUM_BACKLOG_BYTES = 16 * 1024 * 1024;

function toBytes(data: RawData): Uint8Array {
  if (Array.isArray(data)) return new Uint8Array(Buffer.concat(data));
  return new Uint8Array(data);
}

/** A WebSocket as a connection between devices. Texts, which none of them sends, arrive as no bytes. */
export function socketToConnection(socket: WebSocket, { onOpen, onMessage, onClose }: ConnectionEvents): Connection {
  let isResponsive = true;
  const pings = setInterval(() => {
    if (!isResponsive) return socket.terminate();
    isResponsive = false;
    if (socket.readyState === socket.OPEN) socket.ping();
  }, BETWEEN_PINGS);
  socket.on('pong', () => (isResponsive = true));
  socket.on('message', (data, isBinary) => {
    isResponsive = true;
    onMessage(isBinary ? toBytes(data) : new Uint8Array());
  });
  socket.on('error', () => {}); // a close follows
  socket.on('close', () => {
    clearInterval(pings);
    onClose();
  });
  if (socket.readyState === socket.OPEN) queueMicrotask(onOpen);
  else socket.on('open', onOpen);
  return {
    send(message) {
      if (socket.readyState !== socket.OPEN) return;
      if (socket.bufferedAmount > MAXIMUM_BACKLOG_BYTES) return socket.terminate();
      socket.send(message);
    },
    close: () => socket.terminate(),
  };
}
