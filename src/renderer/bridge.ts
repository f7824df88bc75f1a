/**
 * The one place that knows which host the screen runs in. A page that came over HTTP talks to the core through a
 * WebSocket of the same origin; any other page is Electron's, and gets a MessagePort that leads straight to the core.
 */
import type { Wire } from '#contract/rpc.ts';

/** Keeps what arrives before anybody listens, so that nothing is lost between opening a wire and using it. */
function createInbox(): { push(message: unknown): void; listen(listener: (message: unknown) => void): void } {
  let early: unknown[] = [];
  let deliver: ((message: unknown) => void) | undefined;
  return {
    push: (message) => (deliver ? deliver(message) : void early.push(message)),
    listen(listener) {
      deliver = listener;
      for (const message of early) listener(message);
      early = [];
    },
  };
}

function wireOfSocket(socket: WebSocket): Wire {
  const inbox = createInbox();
  socket.addEventListener('message', (event) => inbox.push(JSON.parse(String(event.data))));
  return {
    send: (message) => socket.send(JSON.stringify(message)),
    onMessage: inbox.listen,
    onClose: (listener) => socket.addEventListener('close', () => listener()),
    close: () => socket.close(),
  };
}

function wireOfPort(port: MessagePort): Wire {
  const inbox = createInbox();
  const closeListeners: (() => void)[] = [];
  const closed = () => {
    for (const listener of closeListeners.splice(0)) listener();
  };
  port.addEventListener('message', (event) => inbox.push(event.data));
  port.addEventListener('close', closed);
  port.start();
  return {
    send: (message) => port.postMessage(message),
    onMessage: inbox.listen,
    onClose: (listener) => void closeListeners.push(listener),
    close: () => {
      port.close();
      closed(); // the end that closes a port hears nothing of it
    },
  };
}

const FIRST_RETRY_MILLISECONDS = 250;
const LONGEST_RETRY_MILLISECONDS = 4_000;

function openSockets(onWire: (wire: Wire) => void): void {
  let delay = FIRST_RETRY_MILLISECONDS;
  const open = () => {
    const address = new URL('/core', location.href);
    address.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
    const socket = new WebSocket(address);
    socket.addEventListener('open', () => {
      delay = FIRST_RETRY_MILLISECONDS;
      onWire(wireOfSocket(socket));
    });
    socket.addEventListener('close', () => {
      setTimeout(open, delay);
      delay = Math.min(delay * 2, LONGEST_RETRY_MILLISECONDS);
    });
  };
  open();
}

function receivePorts(onWire: (wire: Wire) => void): void {
  let previous: Wire | undefined;
  window.addEventListener('message', (event) => {
    const [port] = event.ports;
    // Only the preload of this very window can send itself a port.
    if (event.source !== window || event.data !== 'core-port' || !port) return;
    previous?.close();
    previous = wireOfPort(port);
    onWire(previous);
  });
}

/** Hands over a wire to the core now and after every loss, as long as the page lives. */
export function openWires(onWire: (wire: Wire) => void): void {
  if (location.protocol === 'http:' || location.protocol === 'https:') openSockets(onWire);
  else receivePorts(onWire);
}
