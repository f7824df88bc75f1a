import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createPcscDriver } from '#native/drivers/pcsc.ts';
import { readerSuite } from '#native/reader.suite.ts';
import type { SimulatedCard } from '#native/simulated/card.ts';
import { systemTimers } from '#native/system-timers.ts';
import { holdToSocket } from './card-socket.ts';
import { startPcscd, whyNoPcscd } from './pcscd.ts';

const reason = whyNoPcscd();
if (reason) {
  process.stderr.write(`SKIPPED: readers through PC/SC: ${reason}\n`);
  describe.skipIf(true)('reader: PC/SC', () => {
    it('is not tried here', () => expect(reason).toBeNull());
  });
} else {
  readerSuite('PC/SC', async () => {
    const pcscd = await startPcscd();
    let socket: Socket | undefined;
    return {
      createDriver: () => createPcscDriver({ timers: systemTimers }),
      async place(card: SimulatedCard) {
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
  });
}
