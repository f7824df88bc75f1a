/** A simulated card at the end of a socket, as the virtual readers of vsmartcard (vpcd) and of this folder hold it. */
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import type { SimulatedCard } from '#native/simulated/card.ts';

/** Type A, ISO 14443-4, no historical bytes: what a reader says of an NTAG 424 DNA. */
const ANSWER_TO_RESET = Buffer.from('3B8180018080', 'hex');
const READ_UID = 'ffca000000';
const CONTROL = { powerOff: 0x00, powerOn: 0x01, reset: 0x02, answerToReset: 0x04 } as const;

function frame(body: Uint8Array): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(body.length);
  return Buffer.concat([length, body]);
}

/** Holds the card to the reader at that port; closing the socket takes it away. Resolves when the reader has it. */
export async function holdToSocket(card: SimulatedCard, port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.setNoDelay(true);
  await once(socket, 'connect');
  socket.on('error', () => socket.destroy());

  function obey(message: Buffer): Uint8Array | undefined {
    if (message.length === 1) {
      if (message[0] === CONTROL.answerToReset) return ANSWER_TO_RESET;
      if (message[0] === CONTROL.powerOn || message[0] === CONTROL.reset) card.powerOn();
      return Buffer.alloc(0);
    }
    if (message.toString('hex') === READ_UID) return Buffer.concat([Buffer.from(card.uid, 'hex'), Buffer.from('9000', 'hex')]);
    return card.answer(message);
  }
  let received = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    received = Buffer.concat([received, chunk]);
    while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
      const message = received.subarray(2, 2 + received.readUInt16BE(0));
      received = received.subarray(2 + message.length);
      const answer = obey(message);
      if (!answer) {
        socket.destroy();
        return;
      }
      if (answer.length > 0) socket.write(frame(answer));
    }
  });
  return socket;
}
