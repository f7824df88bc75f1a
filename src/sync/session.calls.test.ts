import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { createRelayServer } from '#relay/server.ts';
import type { CallsConfig } from '#relay/sfu/open-calls.ts';
import { findMediaWorker } from '#relay/sfu/worker-for-tests.ts';
import type { CallEvent } from './call-channel.ts';
import { bytesToHex } from './protocol/bytes.ts';
import { createRepo } from './repo.ts';
import { must, randomBytes, sampleLedger, type SampleLedger, type SampleMember } from './sample.access.ts';
import { createSession } from './session.ts';
import type { HeardSignal } from './signal.ts';
import { createMemoryStore } from './store.memory.ts';
import { systemTimers } from './timers.ts';
import { connectWebSocket } from './transport.websocket.ts';

const worker = findMediaWorker('calls between sessions');
const PATIENCE = 10_000;
const HELLO = 'there?';
const HERE: CallsConfig = { isHere: true, listen: '127.0.0.1', port: 0 };
const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end();
});

async function startRelay(calls?: CallsConfig) {
  const folder = mkdtempSync(join(tmpdir(), 'calls-'));
  const server = await createRelayServer({ host: '127.0.0.1', port: 0, data: join(folder, 'relay.db'), logger: pino({ level: 'silent' }), ...(calls && { calls }) });
  endings.push(() => rmSync(folder, { recursive: true, force: true }), () => server.close());
  return { ...server, url: `ws://127.0.0.1:${server.port}` };
}

async function startDevice({ ledger, records }: SampleLedger, { seat }: SampleMember, relay: string) {
  const store = createMemoryStore();
  await must(store.commitRecords(ledger, seat.id, 0, records, { refused: [], admitted: [] }));
  const repo = createRepo({ store, deviceIn: async () => seat.id, randomBytes, newId: () => bytesToHex(randomBytes(16)) });
  const bugs: unknown[] = [];
  const heard: HeardSignal[] = [];
  const session = createSession({
    store, repo, relay, isPaused: false, connect: connectWebSocket(WebSocket), timers: systemTimers, now: Date.now, random: Math.random, randomBytes,
    onBug: (error) => bugs.push(error), onSignal: (signal) => heard.push(signal),
  });
  endings.push(async () => {
    await session.close();
    expect(bugs).toEqual([]);
  });
  await must(session.addLedger(seat.deps));
  const events: CallEvent[] = [];
  let ends = 0;
  return {
    session, heard, events, ends: () => ends,
    pseudonym: bytesToHex(seat.deps.device.publicKey),
    texts: () => heard.map(({ content }) => new TextDecoder().decode(content)).filter((text) => text !== HELLO),
    signal: (text: string, to: readonly string[] | null = null, patience = PATIENCE) => session.signal(ledger, new TextEncoder().encode(text), to, patience),
    openCall: (call: string) => session.openCall(ledger, call, { onEvent: (event) => events.push(event), onEnd: () => (ends += 1) }, PATIENCE),
  };
}

async function startPair(url: string) {
  const book = await sampleLedger();
  const member = await book.welcome('Bo');
  const [ada, bo] = [await startDevice(book, book.owner, url), await startDevice(book, member, url)];
  // Both have to be there to hear anything.
  await expect.poll(async () => [(await ada.signal(HELLO)).ok, (await bo.signal(HELLO)).ok, ada.heard.length > 0, bo.heard.length > 0]).toEqual([true, true, true, true]);
  return { book, ada, bo };
}
const newCall = (): string => bytesToHex(randomBytes(16));

describe('sessions that signal', () => {
  it('hear each other in order, with who it is, and only what is for them', async () => {
    const { book, ada, bo } = await startPair((await startRelay()).url);
    for (const text of ['one', 'two', 'three']) await must(ada.signal(text));
    await must(ada.signal('not for Bo', [ada.pseudonym]));
    await must(ada.signal('for Bo', [bo.pseudonym]));
    await expect.poll(bo.texts).toEqual(['one', 'two', 'three', 'for Bo']);
    expect(bo.heard.at(-1)).toMatchObject({ from: ada.pseudonym, member: book.owner.member, ledger: book.ledger });
    expect(ada.texts()).toEqual([]);
    expect(await ada.signal('x'.repeat(5_000))).toEqual({ ok: false, code: 'too_large' });
  });

  it('say that the relay is away where it is', async () => {
    const relay = await startRelay();
    const { ada } = await startPair(relay.url);
    await relay.close();
    await expect.poll(() => ada.session.state().connection).toBe('away');
    expect(await ada.signal('hello?', null, 50)).toEqual({ ok: false, code: 'relay_away' });
  });
});

describe('a relay without the media router', () => {
  it('refuses calls with words and goes on with everything else', async () => {
    for (const calls of [undefined, { ...HERE, binary: '/nowhere/mediasoup-worker' }, { ...HERE, listen: '0.0.0.0' }, { ...HERE, isShared: true }, { ...HERE, isHere: false }]) {
      const relay = await startRelay(calls);
      expect(relay.sfu).toBeNull();
      const { ada, bo } = await startPair(relay.url);
      expect(await ada.openCall(newCall())).toEqual({ ok: false, code: 'call_unavailable' });
      await must(ada.signal('still there'));
      await expect.poll(bo.texts).toEqual(['still there']);
    }
  });
});

describe.skipIf(worker === null)('sessions in a call', () => {
  it('come into its room, ask for ways in and out, hear of each other, and leave', async () => {
    const relay = await startRelay(HERE);
    const { ada, bo } = await startPair(relay.url);
    const call = newCall();
    const first = await must(ada.openCall(call));
    expect(first).toMatchObject({ isResumed: false, peers: [] });
    const second = await must(bo.openCall(call));
    expect(second.peers).toEqual([{ key: ada.pseudonym, producers: [] }]);
    await expect.poll(() => ada.events).toEqual([{ event: 'peerJoined', key: bo.pseudonym }]);
    const { transport, iceCandidates } = await must(first.request({ type: 'callTransport', direction: 'send' }));
    expect(iceCandidates.map(({ protocol }) => protocol)).toEqual(['udp', 'tcp']);
    expect(await second.request({ type: 'callClose', of: transport })).toEqual({ ok: false, code: 'call_unknown' });
    await second.leave();
    await expect.poll(() => ada.events.at(-1)).toEqual({ event: 'peerLeft', key: bo.pseudonym });
    await first.leave();
    expect(relay.sfu?.rooms()).toBe(0);
    expect([ada.ends(), bo.ends()]).toEqual([0, 0]);
  });

  it('hear of the death of the media router and of the loss of the connection, and come back', async () => {
    const relay = await startRelay(HERE);
    const { ada } = await startPair(relay.url);
    const call = newCall();
    const channel = await must(ada.openCall(call));
    await must(channel.request({ type: 'callTransport', direction: 'send' }));
    process.kill(relay.sfu?.pid() ?? 0, 'SIGKILL');
    await expect.poll(() => ada.events).toEqual([{ event: 'restarted' }]);
    const again = await must(ada.openCall(call));
    expect(again.isResumed).toBe(false);
    await must(again.request({ type: 'callTransport', direction: 'send' }));

    ada.session.setPaused(true);
    expect(ada.ends()).toBe(1);
    expect(await again.request({ type: 'callTransport', direction: 'send' })).toEqual({ ok: false, code: 'ended' });
    ada.session.setPaused(false);
    expect(await must(ada.openCall(call))).toMatchObject({ isResumed: true });
    await relay.close();
    await expect.poll(ada.ends).toBe(2);
    expect(ada.events).toEqual([{ event: 'restarted' }]);
  });

  it('meet at the relay that has the rooms, where that is another one', async () => {
    const secret = randomBytes(32);
    // The rooms' relay has to know its address before it has a port, so two places share the secret and differ in nothing a token names.
    const rooms = await startRelay({ ...HERE, place: { address: 'wss://rooms.example', secret } });
    const near = await startRelay({ ...HERE, isHere: false, place: { address: 'wss://rooms.example', secret } });
    expect(near.sfu).toBeNull();
    const book = await sampleLedger();
    const toRooms = { connect: connectWebSocket(class extends WebSocket {
      constructor(url: string) {
        super(url.startsWith('wss://rooms.example') ? rooms.url : url);
      }
    }) };
    const store = createMemoryStore();
    await must(store.commitRecords(book.ledger, book.owner.seat.id, 0, book.records, { refused: [], admitted: [] }));
    const repo = createRepo({ store, deviceIn: async () => book.owner.seat.id, randomBytes, newId: newCall });
    const session = createSession({ store, repo, relay: near.url, isPaused: false, ...toRooms, timers: systemTimers, now: Date.now, random: Math.random, randomBytes, onBug: (error) => { throw error; } });
    endings.push(() => session.close());
    await must(session.addLedger(book.owner.seat.deps));
    let ends = 0;
    const channel = await must(session.openCall(book.ledger, newCall(), { onEvent: () => undefined, onEnd: () => (ends += 1) }, PATIENCE));
    await must(channel.request({ type: 'callTransport', direction: 'send' }));
    expect(rooms.sfu?.peers()).toBe(1);
    await channel.leave();
    await expect.poll(() => rooms.sfu?.peers()).toBe(0);
    expect(ends).toBe(0);
  });
});
