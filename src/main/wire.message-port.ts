import type { MessagePort } from 'node:worker_threads';
import type { Wire } from '#contract/rpc.ts';

/** A wire over a MessagePort of Node. It holds messages back until somebody listens. */
export function messagePortToWire(port: MessagePort): Wire {
  return {
    send: (message) => port.postMessage(message),
    onMessage: (listener) => void port.on('message', listener),
    onClose: (listener) => void port.on('close', listener),
    close: () => port.close(),
  };
}
