import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RelayMessage } from '#sync/protocol/messages.ts';
import type { Relay } from './relay.ts';
import { join, sampleRelay, type SampleClient } from './sample-client.ts';
import { admissionOf, sampleDocument, sampleKey, sampleLedger, type SampleKey, type SampleLedger } from './sample.ts';
import { createSqliteRelayStore } from './store.sqlite.ts';
import { hashId } from './verify.ts';

const DOCUMENT = sampleDocument('a');
let store: ReturnType<typeof createSqliteRelayStore>;
let relay: Relay;
const now = 1_000;
beforeEach(() => {
  store = createSqliteRelayStore({ data: ':memory:', newIncarnation: () => '1'.repeat(32) });
  relay = sampleRelay(store, () => now);
});
afterEach(() => store.close());

/** A log of frames with a snapshot behind them that covers all of them. */
async function logWithSnapshot(ledger: SampleLedger, client: Pick<SampleClient, 'append'>, by?: SampleKey, length = 3) {
  const options = by ? { by } : {};
  const frames = Array.from({ length }, () => ledger.frame(DOCUMENT, 50, options));
  const snapshot = ledger.frame(DOCUMENT, 80, { ...options, covers: { seq: length, frame: hashId(frames.at(-1)!) } });
  expect(await client.append(ledger, ...frames, snapshot)).toMatchObject({ refused: [] });
  return { frames, snapshot };
}
const offered = (page: RelayMessage | undefined) => {
  if (page?.type !== 'page') throw new Error(JSON.stringify(page));
  return { snapshot: page.snapshot?.bytes ?? null, seqs: page.frames.map(({ seq }) => seq) };
};

describe('a snapshot', () => {
  it('is offered once another member vouches for it, with the word of that one', async () => {
    const ledger = sampleLedger();
    const friend = ledger.admit('editor');
    const [owner, other] = [await join(relay, ledger), await join(relay, ledger, friend)];
    const { snapshot, frames } = await logWithSnapshot(ledger, owner);
    expect(offered(await owner.since(ledger, DOCUMENT))).toEqual({ snapshot: null, seqs: [1, 2, 3, 4] });
    const endorse = ledger.endorse(5, DOCUMENT, snapshot, friend);
    expect(await other.ask(endorse)).toEqual({ type: 'endorsed', id: 5 });
    const page = await owner.since(ledger, DOCUMENT);
    expect(offered(page)).toEqual({ snapshot, seqs: [] });
    expect(page).toMatchObject({ head: 4, snapshot: { seq: 4, endorsements: [{ signature: endorse.signature }] } });
    expect(offered(await owner.since(ledger, DOCUMENT, 2, hashId(frames[1]!)))).toEqual({ snapshot, seqs: [] });
    expect(offered(await owner.since(ledger, DOCUMENT, 3, hashId(frames[2]!)))).toEqual({ snapshot: null, seqs: [4] });
  });

  it('is not vouched for by its author, by other devices of the same member, by who may not write, or by a word for another', async () => {
    const ledger = sampleLedger();
    const phone = sampleKey();
    ledger.add(ledger.owner, { type: 'device', device: admissionOf(phone) });
    const [friend, viewer] = [ledger.admit('editor'), ledger.admit('viewer')];
    const owner = await join(relay, ledger);
    const { snapshot, frames } = await logWithSnapshot(ledger, owner);
    expect(await owner.ask(ledger.endorse(1, DOCUMENT, snapshot, ledger.owner))).toMatchObject({ type: 'endorsed' });
    expect(await (await join(relay, ledger, phone)).ask(ledger.endorse(2, DOCUMENT, snapshot, phone))).toMatchObject({ type: 'endorsed' });
    expect(await (await join(relay, ledger, viewer)).ask(ledger.endorse(3, DOCUMENT, snapshot, viewer))).toMatchObject({ reason: 'role_forbids' });
    const other = await join(relay, ledger, friend);
    const wrong = ledger.endorse(4, DOCUMENT, frames[0]!, friend);
    expect(await other.ask(wrong)).toMatchObject({ reason: 'cursor_unknown' });
    expect(await other.ask({ ...wrong, id: 5, frame: hashId(snapshot) })).toMatchObject({ reason: 'signature_wrong' });
    expect(offered(await owner.since(ledger, DOCUMENT)).snapshot).toBeNull();
  });

  it('of who writes alone needs no other, and is still offered when others have come', async () => {
    const ledger = sampleLedger();
    const viewer = ledger.admit('viewer');
    const owner = await join(relay, ledger);
    const { snapshot } = await logWithSnapshot(ledger, owner);
    expect(offered(await (await join(relay, ledger, viewer)).since(ledger, DOCUMENT)).snapshot).toEqual(snapshot);
    const friend = ledger.admit('editor');
    expect(offered(await (await join(relay, ledger, friend)).since(ledger, DOCUMENT)).snapshot).toEqual(snapshot);
  });

  it('that names a record of when its author wrote alone needs another all the same when it comes later', async () => {
    const ledger = sampleLedger();
    const alone = ledger.membership();
    ledger.admit('editor');
    const owner = await join(relay, ledger);
    const frame = ledger.frame(DOCUMENT);
    await owner.append(ledger, frame);
    const snapshot = ledger.frame(DOCUMENT, 50, { covers: { seq: 1, frame: hashId(frame) }, record: alone.number, recordHash: alone.hash.slice(0, 32) });
    expect(await owner.append(ledger, snapshot)).toMatchObject({ stored: [{ seq: 2 }] });
    expect(offered(await owner.since(ledger, DOCUMENT)).snapshot).toBeNull();
  });

  it('of something that is not in the log is refused', async () => {
    const ledger = sampleLedger();
    const owner = await join(relay, ledger);
    await logWithSnapshot(ledger, owner);
    const foreign = ledger.frame(DOCUMENT, 50, { covers: { seq: 2, frame: '0'.repeat(32) } });
    expect(await owner.append(ledger, foreign)).toMatchObject({ refused: [{ reason: 'cursor_unknown' }] });
  });

  it('stands for what was dropped: to who starts, and to who is somewhere in there', async () => {
    const ledger = sampleLedger();
    const owner = await join(relay, ledger);
    const { snapshot, frames } = await logWithSnapshot(ledger, owner);
    const last = ledger.frame(DOCUMENT);
    await owner.append(ledger, last);
    expect(await store.compact(now + 1)).toEqual({ ok: true, value: 1 });
    const whole = { snapshot, seqs: [5] };
    expect(offered(await owner.since(ledger, DOCUMENT))).toEqual(whole);
    expect(offered(await owner.since(ledger, DOCUMENT, 1, hashId(frames[0]!)))).toEqual(whole);
    expect(offered(await owner.since(ledger, DOCUMENT, 2, '0'.repeat(32)))).toEqual(whole);
    expect(offered(await owner.since(ledger, DOCUMENT, 3, hashId(frames[2]!)))).toEqual({ snapshot: null, seqs: [4, 5] });
    for (const [after, frame] of [[3, '0'.repeat(32)], [2, null], [0, hashId(frames[0]!)], [4, hashId(frames[0]!)], [9, hashId(last)]] as const) {
      expect(await owner.since(ledger, DOCUMENT, after, frame)).toMatchObject({ type: 'refused', reason: 'cursor_unknown' });
    }
  });
});

describe('a snapshot that comes back to a relay which lost its log', () => {
  const OLD = { seq: 40, frame: 'f4'.repeat(16) };
  const refused = (reply: RelayMessage | undefined) => (reply?.type === 'appended' ? [reply.stored.length, reply.refused.map(({ reason }) => reason)] : reply);

  it('is taken by another member’s word, whoever brings it, and offered with that word to whoever has less', async () => {
    const ledger = sampleLedger();
    const [friend, third] = [ledger.admit('editor'), ledger.admit('viewer')];
    const bringer = await join(relay, ledger, third);
    const snapshot = ledger.frame(DOCUMENT, 80, { covers: OLD });
    const brought = ledger.refill(5, snapshot, [ledger.owner, friend]);
    expect(await bringer.ask(brought)).toMatchObject({ type: 'appended', stored: [{ document: DOCUMENT, seq: 41 }], refused: [] });
    expect(await bringer.ask({ ...brought, id: 6 })).toMatchObject({ type: 'appended', stored: [{ seq: 41 }] });
    const page = await bringer.since(ledger, DOCUMENT);
    expect(offered(page)).toEqual({ snapshot, seqs: [] });
    expect(page).toMatchObject({ head: 41, snapshot: { seq: 41, endorsements: [{ key: brought.endorsements[1]?.key }] } });
    const owner = await join(relay, ledger);
    expect(await owner.append(ledger, ledger.frame(DOCUMENT, 50))).toMatchObject({ stored: [{ seq: 42 }] });
    expect(offered(await owner.since(ledger, DOCUMENT, OLD.seq, OLD.frame))).toEqual({ snapshot: null, seqs: [41, 42] });
  });

  it('is not by nobody’s word, its author’s, a stranger’s, one for another, or where the log goes on already', async () => {
    const ledger = sampleLedger();
    const phone = sampleKey();
    ledger.add(ledger.owner, { type: 'device', device: admissionOf(phone) });
    const [friend, viewer] = [ledger.admit('editor'), ledger.admit('viewer')];
    const owner = await join(relay, ledger);
    const snapshot = ledger.frame(DOCUMENT, 80, { covers: OLD });
    for (const by of [[], [ledger.owner], [phone], [viewer], [sampleKey()]]) expect(refused(await owner.ask(ledger.refill(1, snapshot, by)))).toEqual([0, ['cursor_unknown']]);
    const other = ledger.refill(2, ledger.frame(DOCUMENT, 80, { covers: OLD }), [friend]);
    expect(refused(await owner.ask({ ...other, frame: new Uint8Array(snapshot) }))).toEqual([0, ['cursor_unknown']]);
    await owner.append(ledger, ledger.frame(DOCUMENT, 50));
    expect(refused(await owner.ask(ledger.refill(4, snapshot, [friend])))).toEqual([0, ['cursor_unknown']]);
  });

  it('of somebody alone is taken by their own word, as long as they are', async () => {
    const ledger = sampleLedger();
    const snapshot = ledger.frame(DOCUMENT, 80, { covers: OLD });
    const owner = await join(relay, ledger);
    expect(refused(await owner.ask(ledger.refill(1, snapshot, [])))).toEqual([1, []]);
    const later = ledger.frame(sampleDocument('b'), 80, { covers: OLD });
    ledger.admit('editor');
    expect(await owner.ask(ledger.enrol(2))).toMatchObject({ type: 'enrolled' });
    expect(refused(await owner.ask(ledger.refill(3, later, [])))).toEqual([0, ['cursor_unknown']]);
  });
});
