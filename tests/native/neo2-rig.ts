import type { Socket } from 'node:net';
import { createNeo2Driver } from '#native/drivers/neo2.ts';
import type { ReaderRig } from '#native/reader.suite.ts';
import { systemTimers } from '#native/system-timers.ts';
import { holdToSocket } from './card-socket.ts';
import { startVirtualNeo2 } from './virtual-neo2.ts';

/** The driver for NEO 2, the real HID addon, and a virtual reader. */
export async function openNeo2Rig(): Promise<ReaderRig> {
  const neo2 = await startVirtualNeo2();
  let socket: Socket | undefined;
  return {
    createDriver: () => createNeo2Driver({ timers: systemTimers, openHid: () => Promise.resolve(neo2.hid) }),
    async place(card) {
      socket?.destroy();
      socket = await holdToSocket(card, neo2.port);
    },
    async remove() {
      socket?.destroy();
      await Promise.resolve();
    },
    async lose() {
      socket?.destroy();
      await neo2.unplug();
    },
    bringBack: () => neo2.plug(),
    async close() {
      socket?.destroy();
      await neo2.close();
    },
  };
}
