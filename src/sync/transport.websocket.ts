import type { Connect } from './transport.ts';


/** Connections over WebSockets. A text, which no relay sends, arrives as no bytes: the reader calls that nonsense. */
export const connectWebSocket = (SocketClass: new (url: string) => WebSocket): Connect => (url, events) => {
  let socket: WebSocket | undefined;
  let isClosed = false;
  const close = (): void => {
    if (isClosed) return;
    isClosed = true;
    events.onClose();
  };
  try {
    socket = new SocketClass(url);
  } catch {
    queueMicrotask(close); // not an address of a relay
    return { send: () => {}, close };
  }
  socket.binaryType = 'arraybuffer';
  socket.onopen = () => {
    if (!isClosed) events.onOpen();
  };
  socket.onmessage = (event: MessageEvent<unknown>) => {
    if (!isClosed) events.onMessage(event.data instanceof ArrayBuffer ? new Uint8Array(event.data) : new Uint8Array());
  };
  socket.onerror = () => {}; // a close follows
  socket.onclose = close;
  const opened = socket;
  return {
    send(message) {
      if (opened.readyState === opened.OPEN) opened.send(new Uint8Array(message));
    },
    close() {
      opened.close();
      close();
    },
  };
};
