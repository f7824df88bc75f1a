import type { MessagePortMain } from 'electron';
import type { Wire } from '#contract/rpc.ts';

/** Electron's port holds messages back until it is started. */
export function portToWire(port: MessagePortMain): Wire {
  return {
    send: (message) => port.postMessage(message),
    onMessage(listener) {
      port.on('message', ({ data }) => listener(data));
      port.start();
    },
    onClose: (listener) => void port.on('close', listener),
    close: () => port.close(),
  };
}
