/** What our client says to our relay: the only file of this bench that knows the protocol. */
import { join } from 'node:path';
import { sampleDocument, sampleLedger } from '../sync-server/sample.ts';
import { encodeMessage, parseRelayMessage, PROTOCOL_VERSION, type ClientMessage } from '../src/sync/protocol/messages.ts';
import type { Dialect, Hearing, Talk } from './sync/dialect.ts';

/** A sealed change of one entry comes to so many bytes of ciphertext, one of a thousand entries to so many for each. */
const ENTRY_BYTES = 320;
const MANY_ENTRIES_BYTES = 120;

export const ourRelay: Dialect = {
  name: 'our relay',
  program: 'sync-server/main.ts',
  environment: (folder) => ({ RELAY_PORT: '0', RELAY_DATA: join(folder, 'relay.sqlite') }),
  begin(entries, changes) {
    const ledger = sampleLedger();
    const document = sampleDocument('a');
    const frames = Array.from({ length: changes }, (_, index) => ledger.frame(document, index === 0 ? entries * MANY_ENTRIES_BYTES : ENTRY_BYTES));
    /** Everybody gets the same bytes, so they are read once. */
    let last = { bytes: Buffer.alloc(0), change: 0 };

    function talk(send: (bytes: Uint8Array) => void, hearing: Hearing, onOpened: (say: (message: ClientMessage) => void) => void): Talk {
      const say = (message: ClientMessage): void => send(encodeMessage(message));
      return {
        onOpen: () => say({ type: 'hello', version: PROTOCOL_VERSION }),
        onMessage(bytes) {
          if (last.bytes.equals(bytes)) return hearing.onDelivered(last.change);
          const parsed = parseRelayMessage(bytes);
          if (!parsed.ok) throw new Error(parsed.code);
          const message = parsed.value;
          switch (message.type) {
            case 'challenge': return say(ledger.open(1, message.nonce));
            case 'opened': return onOpened(say);
            case 'live':
              last = { bytes: Buffer.from(bytes), change: message.seq };
              return hearing.onDelivered(message.seq);
            case 'page':
            case 'appended': return hearing.onReady();
            default: throw new Error(`the relay says ${message.type}`);
          }
        },
      };
    }
    return {
      write(send, hearing) {
        let written = 0;
        let append = (): void => {};
        const writer = talk(send, hearing, (say) => {
          append = () => {
            const frame = frames[written];
            if (!frame) throw new Error('no frames are left');
            written += 1;
            say({ type: 'append', id: 1 + written, ledger: ledger.id, frames: [frame] });
          };
          append();
        });
        return { ...writer, write: () => append() };
      },
      read: (send, hearing) => talk(send, hearing, (say) => say({ type: 'since', id: 2, ledger: ledger.id, document, after: 0, frame: null })),
    };
  },
};
