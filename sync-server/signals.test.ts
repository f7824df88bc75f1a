import { describe, expect, it } from 'vitest';
import { hexToBytes } from '#sync/protocol/bytes.ts';
import { MAXIMUM_SIGNAL_BYTES } from '#sync/protocol/limits.ts';
import { createAllowance } from './allowance.ts';
import { sampleLedger } from './sample.ts';
import { join, sampleRelay, type SampleClient } from './sample-client.ts';
import { createSqliteRelayStore } from './store.sqlite.ts';

const bytes = Uint8Array.of(1, 2, 3);
const newStore = () => createSqliteRelayStore({ data: ':memory:', newIncarnation: () => '0'.repeat(32) });
const signalsOf = (client: Pick<SampleClient, 'ofType'>) => client.ofType('liveSignal').map((one) => [...one.bytes]);

describe('signals', () => {
  it('reach everybody who listens to the ledger but the sender, or those they are for, and nobody later', async () => {
    const store = newStore();
    const relay = sampleRelay(store);
    const ledger = sampleLedger();
    const [bo, cy] = [ledger.admit('editor'), ledger.admit('viewer')];
    const [ada, other, atBo, atCy] = [await join(relay, ledger), await join(relay, ledger), await join(relay, ledger, bo), await join(relay, ledger, cy)];
    const size = await store.size();
    expect(await ada.ask({ type: 'signal', id: 1, ledger: ledger.id, to: null, bytes })).toEqual({ type: 'signalled', id: 1 });
    expect([ada, other, atBo, atCy].map(signalsOf)).toEqual([[], [[1, 2, 3]], [[1, 2, 3]], [[1, 2, 3]]]);
    await atCy.ask({ type: 'signal', id: 2, ledger: ledger.id, to: [hexToBytes(bo.key)], bytes: Uint8Array.of(4) });
    expect([ada, other, atBo, atCy].map((one) => signalsOf(one).length)).toEqual([0, 1, 2, 1]);
    // Kept nowhere.
    expect(await store.size()).toEqual(size);
    expect(signalsOf(await join(relay, ledger))).toEqual([]);
    await store.close();
  });

  it('are for members: who is invited, removed, or in another ledger neither hears nor says anything', async () => {
    const store = newStore();
    const relay = sampleRelay(store);
    const [ledger, elsewhere] = [sampleLedger(), sampleLedger()];
    const [invite, bo] = [ledger.invite('editor', 1, 1_000), ledger.admit('editor')];
    const [ada, invited, atBo, eve] = [await join(relay, ledger), await join(relay, ledger, invite), await join(relay, ledger, bo), await join(relay, elsewhere)];
    await ada.enrol(ledger, [ledger.add(ledger.owner, { type: 'remove', member: ledger.memberOf(bo) })]);
    await ada.ask({ type: 'signal', id: 1, ledger: ledger.id, to: null, bytes });
    expect([invited, atBo, eve].flatMap(signalsOf)).toEqual([]);
    const say = { type: 'signal', id: 2, ledger: ledger.id, to: null, bytes } as const;
    expect(await invited.ask(say)).toMatchObject({ reason: 'not_member' });
    expect(await atBo.ask(say)).toMatchObject({ reason: 'removed' });
    expect(await eve.ask(say)).toMatchObject({ reason: 'ledger_not_open' });
    expect(signalsOf(ada)).toEqual([]);
    await store.close();
  });

  it('are so many and no longer than that', async () => {
    const store = newStore();
    let time = 0;
    const relay = sampleRelay(store, () => time, { limits: { signals: { atOnce: 3, perSecond: 1 } } });
    const ledger = sampleLedger();
    const [ada, bo] = [await join(relay, ledger), await join(relay, ledger, ledger.admit('editor'))];
    const say = async (id: number) => (await ada.ask({ type: 'signal', id, ledger: ledger.id, to: null, bytes }))?.type;
    expect([await say(1), await say(2), await say(3), await say(4)]).toEqual(['signalled', 'signalled', 'signalled', 'refused']);
    time = 1_000;
    expect([await say(5), await say(6)]).toEqual(['signalled', 'refused']);
    expect(signalsOf(bo)).toHaveLength(4);
    await ada.say({ type: 'signal', id: 7, ledger: ledger.id, to: null, bytes: new Uint8Array(MAXIMUM_SIGNAL_BYTES + 1) });
    expect(ada.isClosed()).toBe(true);
    await store.close();
  });
});

describe('an allowance', () => {
  it('gives nothing for a clock that goes back', () => {
    let time = 10_000;
    const allowance = createAllowance({ atOnce: 1, perSecond: 1 }, () => time);
    expect(allowance.take()).toBe(true);
    time = 0;
    expect(allowance.take()).toBe(false);
    time = 1_000;
    expect(allowance.take()).toBe(true);
  });
});
