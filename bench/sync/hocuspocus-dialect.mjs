/** What @hocuspocus/provider says on a WebSocket, without presence: only documents are compared. */
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import * as Y from 'yjs';
import { createEntry } from './dialect.ts';

const NAME = 'bench';
const [SYNC, AUTHENTICATION, SYNC_REPLY] = [0, 2, 4];
const [STEP_1, STEP_2, UPDATE] = [0, 1, 2];
const EMPTY_UPDATE = Uint8Array.of(0, 0);
const EMPTY_STATE = Uint8Array.of(0);

function encode(type, write) {
  return encoding.encode((encoder) => {
    encoding.writeVarString(encoder, NAME);
    encoding.writeVarUint(encoder, type);
    write(encoder);
  });
}
const encodeSync = (step, bytes) => encode(SYNC, (encoder) => {
  encoding.writeVarUint(encoder, step);
  encoding.writeVarUint8Array(encoder, bytes);
});

function createDialect(name, environment) {
  return {
    name,
    program: 'bench/sync/hocuspocus-server.mjs',
    environment: (folder) => ({ BENCH_FOLDER: folder, ...environment }),
    begin(entries) {
      const document = new Y.Doc();
      /** Everybody gets the same bytes, so they are read once. */
      let last = { bytes: Buffer.alloc(0), change: 0 };

      /** Each entry is one number of the writer's clock; the first change has `entries` of them. */
      function readChange(bytes, update) {
        if (!last.bytes.equals(bytes)) {
          const clocks = Y.decodeUpdate(update).structs.map(({ id, length }) => id.clock + length);
          last = { bytes, change: Math.max(0, Math.max(0, ...clocks) - entries + 1) };
        }
        return last.change;
      }

      function talk(send, hearing) {
        return {
          onOpen: () => send(encode(AUTHENTICATION, (encoder) => {
            encoding.writeVarUint(encoder, 0);
            encoding.writeVarString(encoder, 'token');
            encoding.writeVarString(encoder, '4.8.0');
          })),
          onMessage(bytes) {
            const decoder = decoding.createDecoder(bytes);
            decoding.readVarString(decoder);
            const type = decoding.readVarUint(decoder);
            if (type === AUTHENTICATION) send(encodeSync(STEP_1, EMPTY_STATE));
            if (type !== SYNC && type !== SYNC_REPLY) return;
            const step = decoding.readVarUint(decoder);
            const content = decoding.readVarUint8Array(decoder);
            if (step === STEP_1) return send(encodeSync(STEP_2, EMPTY_UPDATE));
            if (step === STEP_2) hearing.onReady();
            hearing.onDelivered(readChange(bytes, content));
          },
        };
      }
      return {
        write(send, hearing) {
          const writer = talk(send, {
            onDelivered: hearing.onDelivered,
            onReady() {
              document.on('update', (update) => send(encodeSync(UPDATE, update)));
              document.transact(() => {
                for (let index = 0; index < entries; index += 1) add(index);
              });
              hearing.onReady();
            },
          });
          const add = (index) => {
            const { key, value } = createEntry(index);
            document.getMap('entries').set(key, value);
          };
          return { ...writer, write: () => add(document.getMap('entries').size) };
        },
        read: talk,
      };
    },
  };
}

/** As it comes: the document is stored two seconds after a change. */
export const hocuspocus = createDialect('Hocuspocus', {});
/** The document is stored after each change, as ours is, though the answer does not wait for it. */
export const hocuspocusDurable = createDialect('Hocuspocus storing each change', { BENCH_DEBOUNCE: '0' });
