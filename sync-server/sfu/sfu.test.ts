import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { findMediaWorker } from './worker-for-tests.ts';
import { hexToBytes } from '#sync/protocol/bytes.ts';
import { createRelay } from '#relay/relay.ts';
import { sampleLedger } from '#relay/sample.ts';
import { createSqliteRelayStore } from '#relay/store.sqlite.ts';
import { isSignedBy } from '#relay/verify.ts';
import { randomBytes } from 'node:crypto';
import { bareClient, callClient, newCall } from './sample.ts';
import { createSfu, type Sfu, type SfuLimits } from './sfu.ts';

const binary = findMediaWorker('calls through the real media router');
const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end();
});

/** A relay with calls, under a clock that can be put forward. */
async function start(limits: Partial<SfuLimits> = {}) {
  let time = 1_000_000;
  const now = (): number => time;
  const sfu: Sfu = await createSfu({ binary: binary ?? '', listen: '127.0.0.1', port: 0, logger: pino({ level: 'silent' }), now, limits });
  endings.push(() => sfu.close());
  const store = createSqliteRelayStore({ data: ':memory:', newIncarnation: () => '0'.repeat(32) });
  endings.push(() => store.close());
  const relay = createRelay({ store, isSignedBy, now, randomBytes: (length) => randomBytes(length), calls: sfu });
  return { relay, sfu, pass: (milliseconds: number) => (time += milliseconds) };
}

describe.skipIf(binary === null)('calls', () => {
  it('bring two members of a ledger together: each hears of the other, can take what they send, and of their leaving', async () => {
    const { relay, sfu } = await start();
    const ledger = sampleLedger();
    const [ada, bo] = [await callClient(relay, ledger), await callClient(relay, ledger, ledger.admit('viewer'))];
    const call = newCall();
    const { rtpCapabilities, isResumed, peers } = await ada.enter(call);
    expect([isResumed, peers]).toEqual([false, []]);
    expect(rtpCapabilities.codecs?.map(({ mimeType }) => mimeType)).toEqual(['audio/opus']);
    const { producer } = await ada.speak(1);

    expect((await bo.enter(call)).peers).toEqual([{ key: hexToBytes(ledger.owner.key), producers: [{ producer, isPaused: false }] }]);
    expect(ada.events()).toMatchObject([{ event: 'peerJoined' }]);
    const { transport } = await bo.must('callTransportMade', { type: 'callTransport', direction: 'receive' });
    const consumed = await bo.must('callConsumed', { type: 'callConsume', transport, producer, rtpCapabilities });
    expect(consumed.rtpParameters.codecs[0]?.mimeType).toBe('audio/opus');
    await bo.must('callDone', { type: 'callPause', of: consumed.consumer, isPaused: false });
    await ada.must('callDone', { type: 'callPause', of: producer, isPaused: true });
    await ada.must('callIce', { type: 'callRestartIce', transport: (await ada.must('callTransportMade', { type: 'callTransport', direction: 'receive' })).transport });
    expect(bo.events()).toMatchObject([{ event: 'producerPaused', producer, isPaused: true }]);
    expect([sfu.rooms(), sfu.peers()]).toEqual([1, 2]);

    await ada.must('callDone', { type: 'callLeave' });
    expect(bo.events().slice(1)).toMatchObject([{ event: 'producerRemoved', producer }, { event: 'peerLeft' }]);
    await bo.must('callDone', { type: 'callLeave' });
    expect([sfu.rooms(), sfu.peers()]).toEqual([0, 0]);
  });

  it('are for members: not for a stranger, an invited one, an expired token, or one from elsewhere', async () => {
    const { relay, pass } = await start();
    const [ledger, other] = [sampleLedger(), sampleLedger()];
    const [ada, eve] = [await callClient(relay, ledger), await callClient(relay, other)];
    const call = newCall();
    expect(await eve.ask({ type: 'callToken', ledger: ledger.id, call })).toMatchObject({ type: 'refused', reason: 'ledger_not_open' });
    const invited = await callClient(relay, ledger, ledger.invite('editor', 1, 2_000_000));
    expect(await invited.ask({ type: 'callToken', ledger: ledger.id, call })).toMatchObject({ type: 'refused', reason: 'role_forbids' });

    // A call of the same name in another ledger is another call.
    await ada.enter(call);
    expect((await eve.enter(call)).peers).toEqual([]);
    expect(ada.events()).toEqual([]);

    const { token } = await ada.grant(call);
    for (let at = 0; at < token.length; at += 7) {
      const changed = token.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(await eve.ask({ type: 'callJoin', token: changed })).toMatchObject({ reason: 'call_forbidden' });
    }
    expect(await eve.ask({ type: 'callJoin', token: new Uint8Array(900) })).toMatchObject({ reason: 'call_forbidden' });
    const elsewhere = await start();
    expect(await (await bareClient(elsewhere.relay, ledger)).ask({ type: 'callJoin', token })).toMatchObject({ reason: 'call_forbidden' });
    pass(60_000);
    expect(await ada.ask({ type: 'callJoin', token })).toMatchObject({ reason: 'call_forbidden' });
  });

  it('are over at once for who is put out of the ledger', async () => {
    const { relay, sfu } = await start();
    const ledger = sampleLedger();
    const key = ledger.admit('editor');
    const [ada, bo] = [await callClient(relay, ledger), await callClient(relay, ledger, key)];
    const call = newCall();
    await ada.enter(call);
    await bo.enter(call);
    const { producer } = await bo.speak(1);
    await ada.enrol(ledger, [ledger.add(ledger.owner, { type: 'remove', member: ledger.memberOf(key) })]);
    expect(bo.events().at(-1)).toEqual({ event: 'ended', reason: 'removed' });
    expect(ada.events().slice(-2)).toMatchObject([{ event: 'producerRemoved', producer }, { event: 'peerLeft' }]);
    expect(sfu.peers()).toBe(1);
    expect(await bo.ask({ type: 'callTransport', direction: 'send' })).toMatchObject({ reason: 'call_unknown' });
    expect(await bo.ask({ type: 'callToken', ledger: ledger.id, call })).toMatchObject({ reason: 'removed' });
  });

  it('give nothing of theirs to who is in none, or in another one', async () => {
    const { relay } = await start();
    const ledger = sampleLedger();
    const [ada, bo] = [await callClient(relay, ledger), await callClient(relay, ledger, ledger.admit('editor'))];
    const { rtpCapabilities } = await ada.enter(newCall());
    const { transport, producer } = await ada.speak(1);
    const requests = [
      { type: 'callTransport', direction: 'send' }, { type: 'callPause', of: producer, isPaused: true }, { type: 'callClose', of: transport }, { type: 'callRestartIce', transport },
      { type: 'callConsume', transport, producer, rtpCapabilities },
    ] as const;
    for (const request of requests) expect(await bo.ask(request)).toMatchObject({ reason: 'call_unknown' });
    await bo.enter(newCall());
    const own = await bo.must('callTransportMade', { type: 'callTransport', direction: 'receive' });
    for (const request of requests.slice(1)) expect(await bo.ask(request)).toMatchObject({ reason: 'call_unknown' });
    expect(await bo.ask({ type: 'callConsume', transport: own.transport, producer, rtpCapabilities })).toMatchObject({ reason: 'call_unknown' });
    // Nor one's own voice, nor a way that leads the other way.
    expect(await ada.ask({ type: 'callConsume', transport, producer, rtpCapabilities })).toMatchObject({ reason: 'call_unknown' });
  });

  it('take a device back over another connection with all it had, for a while', async () => {
    const { relay, sfu } = await start({ grace: 150 });
    const ledger = sampleLedger();
    const [ada, bo] = [await callClient(relay, ledger), await callClient(relay, ledger, ledger.admit('editor'))];
    const call = newCall();
    await ada.enter(call);
    await bo.enter(call);
    const { producer } = await ada.speak(1);
    ada.end();
    const again = await callClient(relay, ledger);
    expect(await again.enter(call)).toMatchObject({ isResumed: true, peers: [{ producers: [] }] });
    await again.must('callDone', { type: 'callPause', of: producer, isPaused: true });
    expect(bo.events()).toMatchObject([{ event: 'producerAdded' }, { event: 'producerPaused' }]);
    // And over a third while the second is still there: that one is told.
    const third = await callClient(relay, ledger);
    expect(await third.enter(call)).toMatchObject({ isResumed: true });
    expect(again.events()).toEqual([{ event: 'ended', reason: 'elsewhere' }]);
    expect(await again.ask({ type: 'callPause', of: producer, isPaused: false })).toMatchObject({ reason: 'call_unknown' });
    third.end();
    await expect.poll(() => bo.events().at(-1)?.event).toBe('peerLeft');
    expect(sfu.peers()).toBe(1);
  });

  it('have so many devices and no more, and so many calls; end when somebody stays alone, or after too long', async () => {
    const { relay, sfu } = await start({ peers: 2, roomsPerLedger: 2, alone: 100, longest: 400 });
    const ledger = sampleLedger();
    const [ada, bo, cy] = [await callClient(relay, ledger), await callClient(relay, ledger, ledger.admit('editor')), await callClient(relay, ledger, ledger.admit('editor'))];
    const call = newCall();
    expect((await ada.enter(call)).endsAt).toBe(1_000_400);
    await bo.enter(call);
    expect(await cy.ask({ type: 'callJoin', token: (await cy.grant(call)).token })).toMatchObject({ reason: 'call_full' });
    await cy.enter(newCall());
    const fourth = await callClient(relay, ledger, ledger.admit('editor'));
    expect(await fourth.ask({ type: 'callJoin', token: (await fourth.grant(newCall())).token })).toMatchObject({ reason: 'call_full' });
    await expect.poll(() => cy.events().at(-1)).toEqual({ event: 'ended', reason: 'idle' });
    await expect.poll(() => ada.events().at(-1)).toEqual({ event: 'ended', reason: 'too_long' });
    expect(bo.events().at(-1)).toEqual({ event: 'ended', reason: 'too_long' });
    expect(sfu.rooms()).toBe(0);
  });

  it('outlive the death of the media router: all are told, and begin anew in the same call', async () => {
    const { relay, sfu } = await start();
    const ledger = sampleLedger();
    const [ada, bo] = [await callClient(relay, ledger), await callClient(relay, ledger, ledger.admit('editor'))];
    const call = newCall();
    await ada.enter(call);
    await bo.enter(call);
    await ada.speak(1);
    for (let deaths = 0; deaths < 2; deaths += 1) {
      const pid = sfu.pid();
      process.kill(pid ?? 0, 'SIGKILL');
      await expect.poll(() => [ada, bo].map((one) => one.events().at(-1)?.event)).toEqual(['restarted', 'restarted']);
      expect(await ada.enter(call)).toMatchObject({ isResumed: false, peers: [{ producers: [] }] });
      const { producer } = await ada.speak(2);
      expect(await bo.enter(call)).toMatchObject({ isResumed: false, peers: [{ producers: [{ producer }] }] });
      expect(sfu.pid()).not.toBe(pid);
    }
  });

  it('answer nonsense with a no, and go on', async () => {
    const { relay, sfu } = await start();
    const ledger = sampleLedger();
    const ada = await callClient(relay, ledger);
    await ada.enter(newCall());
    const pid = sfu.pid();
    const { transport } = await ada.must('callTransportMade', { type: 'callTransport', direction: 'send' });
    const video = { codecs: [{ mimeType: 'video/VP8', payloadType: 96, clockRate: 90_000 }], encodings: [{ ssrc: 5 }] };
    expect(await ada.ask({ type: 'callProduce', transport, rtpParameters: video, isPaused: false })).toMatchObject({ reason: 'media_refused' });
    const strange = { codecs: [{ mimeType: 'audio/opus', payloadType: 127, clockRate: 1, channels: 8, parameters: { a: 'b'.repeat(256) } }], encodings: [{ ssrc: 0 }, { ssrc: 0 }] };
    expect(await ada.ask({ type: 'callProduce', transport, rtpParameters: strange, isPaused: false })).toMatchObject({ reason: 'media_refused' });
    expect(await ada.ask({ type: 'callConnect', transport, dtlsParameters: { fingerprints: [{ algorithm: 'sha-1', value: '' }] } })).toMatchObject({ type: expect.stringMatching(/refused|callDone/) });
    for (let count = 1; count < 4; count += 1) await ada.must('callTransportMade', { type: 'callTransport', direction: 'send' });
    expect(await ada.ask({ type: 'callTransport', direction: 'send' })).toMatchObject({ reason: 'too_many' });
    await ada.must('callDone', { type: 'callClose', of: transport });
    await ada.speak(7);
    expect(sfu.pid()).toBe(pid);
  });
});
