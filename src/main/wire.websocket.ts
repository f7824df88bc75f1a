import type { WebSocket } from 'ws';
import type { Wire } from '#contract/rpc.ts';

/** A screen that takes nothing off the wire for this many bytes is gone or stuck; it connects again and asks anew. */
const MAXIMUM_BUFFERED = 64 * 1024 * 1024;

/** A wire over a server's end of a WebSocket: one JSON value per text message. Anything else ends the connection. */
export function webSocketToWire(socket: WebSocket): Wire {
  const early: unknown[] = [];
  let listener: ((message: unknown) => void) | undefined;
  socket.on('error', () => socket.terminate());
  socket.on('message', (data, isBinary) => {
    const message = isBinary ? undefined : parse(String(data));
    if (message === undefined) return socket.close(1003);
    if (listener) listener(message);
    else early.push(message);
  });
  function sendText(json: string): void {
    if (socket.readyState !== socket.OPEN) return;
    if (socket.bufferedAmount > MAXIMUM_BUFFERED) return socket.terminate();
    socket.send(json);
  }
  return {
    send: (message) => sendText(JSON.stringify(message)),
    sendText,
    onMessage(next) {
      listener = next;
      for (const message of early.splice(0)) next(message);
    },
    onClose: (next) => void socket.on('close', next),
    close: () => socket.close(1000),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
