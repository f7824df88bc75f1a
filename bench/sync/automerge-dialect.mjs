/** What @automerge/automerge-repo's client says on a WebSocket (packages/automerge-repo-network-websocket, protocol 1). */
import { next as Automerge } from '@automerge/automerge';
import { cbor, generateAutomergeUrl, parseAutomergeUrl } from '@automerge/automerge-repo';
import { createEntry } from './dialect.ts';

const hex = (bytes) => Buffer.from(bytes).toString('hex');

/** The heads that a sync message names first (its type, their number, 32 bytes each). One writer leaves one head or none. */
const readHead = (data) => (data[1] === 1 ? hex(data.subarray(2, 34)) : undefined);

/** What a client that has everything up to `head` and knows that the server has it answers: heads, no need, nothing to filter. */
function answerAt(head) {
  const bloom = new Uint8Array();
  return Automerge.encodeSyncMessage({ heads: [head], need: [], have: [{ lastSync: [head], bloom }], changes: [] });
}

export const automerge = {
  name: 'automerge-repo',
  program: 'bench/sync/automerge-server.mjs',
  // It sets timers for times gone by, and Node says so each time.
  environment: (folder) => ({ BENCH_FOLDER: folder, NODE_NO_WARNINGS: '1' }),
  begin(entries) {
    const { documentId } = parseAutomergeUrl(generateAutomergeUrl());
    const changeAt = new Map();
    const answers = new Map();
    const emptyRequest = Automerge.generateSyncMessage(Automerge.init(), Automerge.initSyncState())[1];
    let connections = 0;

    /** Both kinds of client: joins, hands sync messages on, and tells which change the server's heads stand for. */
    function talk(send, hearing, onPeer, onSync) {
      connections += 1;
      const senderId = `client-${connections}`;
      let server;
      let isReady = false;
      const say = (message) => send(cbor.encode({ ...message, senderId, targetId: server }));
      const sync = (type, data) => say({ type, documentId, data });
      return {
        onOpen: () => say({ type: 'join', peerMetadata: { isEphemeral: true }, supportedProtocolVersions: ['1'] }),
        onMessage(bytes) {
          const message = cbor.decode(bytes);
          if (message.type === 'peer') {
            server = message.senderId;
            return onPeer(sync);
          }
          if (message.type !== 'sync') throw new Error(`the sync server says ${message.type}`);
          onSync(message.data, sync);
          const change = changeAt.get(readHead(message.data));
          if (change === undefined) return;
          if (!isReady) {
            isReady = true;
            hearing.onReady();
          }
          hearing.onDelivered(change);
        },
      };
    }

    return {
      write(send, hearing) {
        let document = Automerge.change(Automerge.init(), (draft) => {
          for (let index = 0; index < entries; index += 1) {
            const { key, value } = createEntry(index);
            draft[key] = new Automerge.RawString(value);
          }
        });
        changeAt.set(Automerge.getHeads(document)[0], 1);
        let state = Automerge.initSyncState();
        let sync;
        function sendNews() {
          const [next, message] = Automerge.generateSyncMessage(document, state);
          state = next;
          if (message) sync('sync', message);
        }
        const writer = talk(send, hearing, (say) => {
          sync = say;
          sendNews();
        }, (data) => {
          [document, state] = Automerge.receiveSyncMessage(document, state, data);
          sendNews();
        });
        return {
          ...writer,
          write() {
            const { key, value } = createEntry(entries + changeAt.size);
            document = Automerge.change(document, (draft) => {
              draft[key] = new Automerge.RawString(value);
            });
            changeAt.set(Automerge.getHeads(document)[0], changeAt.size + 1);
            sendNews();
          },
        };
      },
      read: (send, hearing) =>
        talk(send, hearing, (sync) => sync('request', emptyRequest), (data, sync) => {
          const head = readHead(data);
          if (head === undefined) return;
          if (!answers.has(head)) answers.set(head, answerAt(head));
          sync('sync', answers.get(head));
        }),
    };
  },
};
