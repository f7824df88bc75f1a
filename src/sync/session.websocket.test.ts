import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket as WebSocketOfWs, WebSocketServer } from 'ws';
import { createRelayServer } from '#relay/server.ts';
import { bytesToHex } from './protocol/bytes.ts';
import { createRepo } from './repo.ts';
import { must, sampleLedger, type SampleLedger, type SampleMember } from './sample.access.ts';
import { sampleEntry } from './sample.ts';
import { createSession, type SyncState } from './session.ts';
import { createMemoryStore } from './store.memory.ts';
import { systemTimers } from './timers.ts';
import { connectWebSocket } from './transport.websocket.ts';

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end();
});
const randomBytes = (length: number) => crypto.getRandomValues(new Uint8Array(length));
const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'session-'));
  endings.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};
async function startRelay(data: string, port = 0) {
  const server = await createRelayServer({ host: '127.0.0.1', port, data, logger: pino({ level: 'silent' }) });
  endings.push(() => server.close());
  return server;
}

async function startDevice(book: SampleLedger, { seat }: SampleMember, relay: string, SocketClass: typeof WebSocket) {
  const { ledger } = book;
  const store = createMemoryStore();
  await must(store.commitRecords(ledger, seat.id, 0, book.records, { refused: [], admitted: [] }));
  const repo = createRepo({ store, deviceIn: async () => seat.id, randomBytes, newId: () => bytesToHex(randomBytes(16)) });
  const bugs: unknown[] = [];
  const states: SyncState[] = [];
  const session = createSession({
    store, repo, relay, isPaused: false, connect: connectWebSocket(SocketClass), timers: systemTimers, now: Date.now, random: Math.random, randomBytes,
    onBug: (error) => bugs.push(error), onState: (state) => states.push(state),
  });
  endings.push(() => session.close());
  await must(session.addLedger(seat.deps));
  return {
    session, bugs, states,
    async write(...names: string[]) {
      const written = await repo.write(ledger, names.map((name) => sampleEntry(name, { device: seat.id })));
      session.kick(ledger);
      return written.ok;
    },
    names: () => store.revisions(ledger).flatMap((revision) => (revision.type === 'entry' ? [revision.body.description] : [])).toSorted(),
    waiting: async () => (await must(store.waitingFrames(ledger, 1))).length,
  };
}
const soon = { timeout: 15_000, interval: 20 };

describe.each<[string, typeof WebSocket]>([
  ['of Node', WebSocket],
  // Its events are classes of its own; what is used of them is the same.
  ['of ws', WebSocketOfWs as unknown as typeof WebSocket],
])('over the WebSocket %s', (_, SocketClass) => {
  it('two devices exchange what they write, through a relay that is killed and comes back', async () => {
    const data = join(newFolder(), 'relay.sqlite');
    const book = await sampleLedger();
    const member = await book.welcome('Bo');
    const relay = await startRelay(data);
    const url = `ws://127.0.0.1:${relay.port}`;
    const ada = await startDevice(book, book.owner, url, SocketClass);
    const bo = await startDevice(book, member, url, SocketClass);
    expect(await ada.write('dinner')).toBe(true);
    await expect.poll(bo.names, soon).toEqual(['dinner']);

    await relay.close();
    await expect.poll(() => ada.session.state().connection, soon).toBe('away');
    await ada.write('offline');
    await startRelay(data, relay.port);
    for (const device of [ada, bo]) device.session.retry();
    await expect.poll(bo.names, soon).toEqual(['dinner', 'offline']);
    await expect.poll(ada.waiting, soon).toBe(0);
    expect([...ada.bugs, ...bo.bugs]).toEqual([]);
    expect(new Set(ada.states.map(({ connection }) => connection))).toContain('online');
  });

  it('an address that leads nowhere, to a page or to nonsense is away, never an exception', async () => {
    const book = await sampleLedger();
    const http = createServer((_request, response) => response.end('hello'));
    const babble = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    babble.on('connection', (socket) => socket.send('hello?'));
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    endings.push(() => http.close(), () => babble.close());
    const portOf = (server: { address(): unknown }): number => {
      const address = server.address();
      return typeof address === 'object' && address && 'port' in address ? Number(address.port) : 0;
    };
    for (const [url, reason] of [
      ['ws://127.0.0.1:1', 'relay_away'], [`ws://127.0.0.1:${portOf(http)}`, 'relay_away'], ['nonsense', 'relay_away'], [`ws://127.0.0.1:${portOf(babble)}`, 'relay_nonsense'],
    ] as const) {
      const device = await startDevice(book, book.owner, url, SocketClass);
      await expect.poll(() => device.session.state(), soon).toMatchObject({ connection: 'away', reason });
      expect(device.bugs).toEqual([]);
    }
  });
});
