import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FanOut, FanOutListener, Hint } from './fanout.ts';
import { join, sampleRelay } from './sample-client.ts';
import { sampleDocument, sampleLedger } from './sample.ts';
import { createSqliteRelayStore } from './store.sqlite.ts';

const DOCUMENT = sampleDocument('a');
let store: ReturnType<typeof createSqliteRelayStore>;
beforeEach(() => {
  store = createSqliteRelayStore({ data: ':memory:', newIncarnation: () => '1'.repeat(32) });
});
afterEach(() => store.close());

/** Relays that hear each other's hints, unless these get lost. */
function createRelays(count: number) {
  const listeners: FanOutListener[] = [];
  const wire = { isCut: false };
  const fanOutOf = (own: number): FanOut => ({
    listen: (listener) => (listeners[own] = listener),
    tell: (hint: Hint) => wire.isCut || listeners.forEach((listener, index) => index !== own && listener.onHint(hint)),
    close: async () => undefined,
  });
  return { wire, listeners, relays: Array.from({ length: count }, (_, index) => sampleRelay(store, () => 0, { fanOut: fanOutOf(index) })) };
}

describe('relays on one database', () => {
  it('tell those who listen elsewhere of frames, in order, and of records', async () => {
    const { relays: [here, there] } = createRelays(2);
    const ledger = sampleLedger();
    const [one, two] = [await join(here!, ledger), await join(there!, ledger)];
    const frames = Array.from({ length: 30 }, () => ledger.frame(DOCUMENT, 20_000));
    await Promise.all([...frames].map((frame) => one.append(ledger, frame)));
    await expect.poll(() => two.ofType('live').map(({ seq }) => seq)).toEqual(frames.map((_, index) => index + 1));
    const record = ledger.add(ledger.owner, { type: 'epoch' });
    await one.enrol(ledger, [record]);
    await expect.poll(() => two.ofType('liveRecord').map(({ bytes }) => bytes)).toEqual([record]);
  });

  it('let nobody read or append by records that another has added to, though no hint has come', async () => {
    const { relays: [here, there], wire } = createRelays(2);
    const ledger = sampleLedger();
    const editor = ledger.admit('editor');
    const [owner, former] = [await join(here!, ledger), await join(there!, ledger, editor)];
    wire.isCut = true;
    const frame = ledger.frame(DOCUMENT, 100, { by: editor });
    await owner.enrol(ledger, [ledger.add(ledger.owner, { type: 'remove', member: ledger.memberOf(editor) })]);
    expect(await former.append(ledger, frame)).toMatchObject({ reason: 'removed' });
    expect(await former.since(ledger, DOCUMENT)).toMatchObject({ reason: 'removed' });
    expect(await store.heads({ ledger: ledger.id, records: 4 })).toMatchObject({ value: [] });
  });

  it('take a frame that names a record which another has added', async () => {
    const { relays: [here, there], wire } = createRelays(2);
    const ledger = sampleLedger();
    const friend = ledger.admit('editor');
    const [owner, other] = [await join(here!, ledger), await join(there!, ledger, friend)];
    wire.isCut = true;
    await owner.enrol(ledger, [ledger.add(ledger.owner, { type: 'epoch' })]);
    expect(await other.append(ledger, ledger.frame(DOCUMENT, 100, { by: friend }))).toMatchObject({ stored: [{ seq: 1 }] });
    expect(other.ofType('liveRecord').map(({ record }) => record)).toEqual([3]);
  });

  it('let one of two records in that come to both at the same time', async () => {
    const { relays } = createRelays(2);
    const ledger = sampleLedger();
    const admins = [ledger.admit('admin'), ledger.admit('admin')];
    const clients = await Promise.all(relays.map((relay, index) => join(relay, ledger, admins[index]!)));
    const records = admins.map((by) => ledger.record(by, { type: 'epoch' }));
    const answers = await Promise.all(clients.map((client, index) => client.enrol(ledger, [records[index]!])));
    expect(answers.map((answer) => (answer?.type === 'refused' ? answer.reason : answer?.type)).toSorted()).toEqual(['enrolled', 'record_stale']);
  });

  it('send those away who may have missed something, to come again', async () => {
    const { relays: [relay], listeners } = createRelays(1);
    const ledger = sampleLedger();
    const client = await join(relay!, ledger);
    listeners[0]!.onGap();
    expect(client.isClosed()).toBe(true);
  });
});
