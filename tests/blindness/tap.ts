/** A TCP proxy in front of a relay that keeps all that goes through it, as an onlooker on the network would. */
import { connect, createServer, type Socket } from 'node:net';
import { once } from 'node:events';

export interface Tap {
  readonly port: number;
  /** What went through, connection by connection, as it was on the wire. */
  recordings(): { readonly sent: Buffer; readonly received: Buffer }[];
  close(): Promise<void>;
}

export async function createTap(relayPort: number): Promise<Tap> {
  const recordings: { sent: Buffer[]; received: Buffer[] }[] = [];
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const relay = connect(relayPort, '127.0.0.1');
    const recording = { sent: [] as Buffer[], received: [] as Buffer[] };
    recordings.push(recording);
    for (const [from, to, kept] of [[client, relay, recording.sent], [relay, client, recording.received]] as const) {
      open.add(from);
      from.on('data', (bytes) => kept.push(bytes));
      from.pipe(to);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        open.delete(from);
        to.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('the tap has no port');
  return {
    port: address.port,
    recordings: () => recordings.map(({ sent, received }) => ({ sent: Buffer.concat(sent), received: Buffer.concat(received) })),
    async close() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/**
 * The messages in one direction of a WebSocket connection (RFC 6455). What a client sends is masked with four bytes that
 * stand before it: no secret, but nobody finds a word in it without taking the mask off.
 */
export function readMessages(bytes: Buffer): Buffer[] {
  const messages: Buffer[] = [];
  let parts: Buffer[] = [];
  let at = bytes.indexOf('\r\n\r\n') + 4;
  if (at < 4) return messages;
  while (at + 2 <= bytes.length) {
    const [first = 0, second = 0] = [bytes[at], bytes[at + 1]];
    let length = second & 0x7f;
    let head = 2;
    if (length === 126) [length, head] = [at + 4 <= bytes.length ? bytes.readUInt16BE(at + 2) : Infinity, 4];
    else if (length === 127) [length, head] = [at + 10 <= bytes.length ? Number(bytes.readBigUInt64BE(at + 2)) : Infinity, 10];
    const isMasked = (second & 0x80) !== 0;
    const from = at + head + (isMasked ? 4 : 0);
    if (from + length > bytes.length) break; // the connection was cut in the middle of it
    const payload = Buffer.from(bytes.subarray(from, from + length));
    if (isMasked) payload.forEach((byte, index) => (payload[index] = byte ^ (bytes[at + head + (index & 3)] ?? 0)));
    const opcode = first & 0x0f;
    if (opcode <= 2) parts.push(payload);
    if (opcode <= 2 && (first & 0x80) !== 0) {
      messages.push(Buffer.concat(parts));
      parts = [];
    }
    at = from + length;
  }
  return messages;
}
