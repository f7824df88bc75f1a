import type { Dialect } from './dialect.ts';

/** As long as what our relay says of one change. */
const MESSAGE_BYTES = 1_400;

/** A server that only copies: no product can be below it without saying less than one message for each change. */
export const bareFanOut: Dialect = {
  name: 'bare fan-out',
  program: 'bench/bare-fan-out.ts',
  environment: () => ({}),
  begin() {
    let written = 0;
    return {
      write(send, hearing) {
        function write(): void {
          written += 1;
          const message = Buffer.alloc(MESSAGE_BYTES);
          message.writeUInt32BE(written);
          send(message);
        }
        return {
          onOpen() {
            write();
            hearing.onReady();
          },
          onMessage() {},
          write,
        };
      },
      read: (_send, hearing) => ({
        onOpen: hearing.onReady,
        onMessage: (bytes) => hearing.onDelivered(Buffer.from(bytes.buffer, bytes.byteOffset).readUInt32BE()),
      }),
    };
  },
};
