/** Devices that write to each other, in documents beside those of the entries. */
import { mayWrite } from '#sync/protocol/membership.ts';
import { bytesToHex } from '#sync/protocol/bytes.ts';
import { sampleMessage } from '#sync/sample.ts';
import type { Act } from '#tests/sync/chaos/chaos.ts';

export const talk: Act = async ({ world: { scheduler }, required }, device) => {
  if (!device.isAlive || !mayWrite(device.role())) return;
  let after = device.revisions().findLast(({ type }) => type === 'message')?.id ?? null;
  const messages = Array.from({ length: scheduler.between(1, 3) }, () => {
    const message = sampleMessage(bytesToHex(scheduler.randomBytes(8)), { device: device.id }, after);
    after = message.id;
    return message;
  });
  if (await device.write(messages)) for (const { id } of messages) required.set(id, device);
};
