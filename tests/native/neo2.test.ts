import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createNeo2Driver } from '#native/drivers/neo2.ts';
import { readerSuite } from '#native/reader.suite.ts';
import type { SimulatedCard } from '#native/simulated/card.ts';
import { systemTimers } from '#native/system-timers.ts';
import { holdToSocket } from './card-socket.ts';
import { startVirtualNeo2, whyNoVirtualHid } from './virtual-neo2.ts';

const reason = whyNoVirtualHid();
if (reason) {
  process.stderr.write(`SKIPPED: readers of ID TECH: ${reason}\n`);
  describe.skipIf(true)('reader: NEO 2', () => {
    it('is not tried here', () => expect(reason).toBeNull());
  });
} else {
  readerSuite('NEO 2', async () => {
    const neo2 = await startVirtualNeo2();
    let socket: Socket | undefined;
    return {
      createDriver: () => createNeo2Driver({ timers: systemTimers, openHid: () => Promise.resolve(neo2.hid) }),
      async place(card: SimulatedCard) {
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
  });
}
