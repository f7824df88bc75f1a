/** automerge-repo's sync server, as its documentation builds it: a Repo with a WebSocket and a file system adapter. */
import { Repo } from '@automerge/automerge-repo';
import { NodeWSServerAdapter } from '@automerge/automerge-repo-network-websocket';
import { NodeFSStorageAdapter } from '@automerge/automerge-repo-storage-nodefs';
import { WebSocketServer } from 'ws';

const sockets = new WebSocketServer({ host: '127.0.0.1', port: 0 }, () => console.log(`ws://127.0.0.1:${sockets.address().port}`));
export const repo = new Repo({
  network: [new NodeWSServerAdapter(sockets)],
  storage: new NodeFSStorageAdapter(process.env.BENCH_FOLDER),
  peerId: 'storage-server-bench',
  sharePolicy: async () => false,
});
