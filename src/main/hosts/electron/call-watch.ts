import type { MessagePortMain } from 'electron';
import type { Output } from '#contract/api.ts';
import { createClient, type Client } from '#contract/client.ts';
import { portToWire } from './port-wire.ts';

/** Whether the person is in a call, by what the core says and nobody else. */
export interface CallWatch {
  /** As far as it was told. */
  isOn(): boolean;
  /** Asks the core: the window may have heard of a call a moment earlier than this process. */
  askIsOn(): Promise<boolean>;
  /** A core has begun. */
  follow(port: MessagePortMain): void;
}

const isOngoing = ({ call }: Output<'calls.state'>): boolean => call !== null && call.phase !== 'ended';

export function createCallWatch(): CallWatch {
  let client: Client | undefined;
  let isOn = false;
  return {
    isOn: () => isOn,
    askIsOn: () =>
      new Promise((resolve) => {
        if (!client) return resolve(false);
        const stop = client.watch('calls.state', {}, (view) => {
          resolve(isOngoing(view));
          queueMicrotask(() => stop());
        }, () => resolve(false));
        client.onClose(() => resolve(false));
      }),
    follow(port) {
      const opened = createClient(portToWire(port));
      client = opened;
      isOn = false;
      opened.watch('calls.state', {}, (view) => (isOn = isOngoing(view)));
      opened.onClose(() => {
        if (client === opened) [client, isOn] = [undefined, false];
      });
    },
  };
}
