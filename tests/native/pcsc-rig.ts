import type { Socket } from 'node:net';
import { createPcscDriver } from '#native/drivers/pcsc.ts';
import type { ReaderRig } from '#native/reader.suite.ts';
import { systemTimers } from '#native/system-timers.ts';
import { holdToSocket } from './card-socket.ts';
import { startPcscd } from './pcscd.ts';

/** The driver for PC/SC, a real pcscd, and a virtual reader. */
export async function openPcscRig(): Promise<ReaderRig> {
  const pcscd = await startPcscd();
  let socket: Socket | undefined;
  return {
    createDriver: () => createPcscDriver({ timers: systemTimers }),
    async place(card) {
      socket?.destroy();
      socket = await holdToSocket(card, pcscd.port);
    },
    async remove() {
      socket?.destroy();
      await Promise.resolve();
    },
    async lose() {
      socket?.destroy();
      await pcscd.stop();
    },
    bringBack: () => pcscd.start(),
    close: () => pcscd.close(),
  };
}
