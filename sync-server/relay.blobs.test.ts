import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Relay } from './relay.ts';
import { join, sampleRelay } from './sample-client.ts';
import { sampleDocument, sampleLedger, type SampleLedger } from './sample.ts';
import { createSqliteRelayStore } from './store.sqlite.ts';

const BLOB = sampleDocument('b');
let store: ReturnType<typeof createSqliteRelayStore>;
let relay: Relay;
beforeEach(() => {
  store = createSqliteRelayStore({ data: ':memory:', newIncarnation: () => '1'.repeat(32), ledgerBytes: 10_000 });
  relay = sampleRelay(store);
});
afterEach(() => store.close());

const piece = (value: number, size = 10) => new Uint8Array(size).fill(value);
const of = ({ id: ledger }: SampleLedger) => ({ ledger, blob: BLOB });

it('blobs are brought in pieces, go on where they were, and are read by members and invited ones', async () => {
  const ledger = sampleLedger();
  const owner = await join(relay, ledger);
  const put = (id: number, chunk: number, bytes = piece(chunk)) => owner.ask({ type: 'blobPut', id, ...of(ledger), chunk, chunks: 3, bytes });
  expect(await owner.ask({ type: 'blobState', id: 1, ...of(ledger) })).toEqual({ type: 'blob', id: 1, chunks: null, there: [] });
  expect(await put(2, 0)).toEqual({ type: 'kept', id: 2 });
  expect(await put(3, 2)).toEqual({ type: 'kept', id: 3 });
  const again = await join(relay, ledger);
  expect(await again.ask({ type: 'blobState', id: 4, ...of(ledger) })).toEqual({ type: 'blob', id: 4, chunks: 3, there: [0, 2] });
  expect(await put(5, 1)).toEqual({ type: 'kept', id: 5 });
  expect(await owner.ask({ type: 'blobPut', id: 6, ...of(ledger), chunk: 0, chunks: 2, bytes: piece(9) })).toMatchObject({ reason: 'message_malformed' });
  for (const by of [ledger.admit('viewer'), ledger.invite('viewer')]) {
    const reader = await join(relay, ledger, by);
    expect(await reader.ask({ type: 'blobGet', id: 7, ...of(ledger), chunk: 1 })).toEqual({ type: 'blobChunk', id: 7, bytes: piece(1) });
    expect(await reader.ask({ type: 'blobPut', id: 8, ...of(ledger), chunk: 0, chunks: 3, bytes: piece(0) })).toMatchObject({ reason: 'role_forbids' });
    expect(await reader.ask({ type: 'blobDrop', id: 9, ...of(ledger) })).toMatchObject({ reason: 'role_forbids' });
  }
  expect(await owner.ask({ type: 'blobDrop', id: 10, ...of(ledger) })).toEqual({ type: 'kept', id: 10 });
  expect(await owner.ask({ type: 'blobGet', id: 11, ...of(ledger), chunk: 1 })).toMatchObject({ reason: 'blob_unknown' });
});

it('blobs of another ledger can be neither read nor dropped', async () => {
  const [ledger, other] = [sampleLedger(), sampleLedger()];
  const [owner, stranger] = [await join(relay, ledger), await join(relay, other)];
  await owner.ask({ type: 'blobPut', id: 1, ...of(ledger), chunk: 0, chunks: 1, bytes: piece(1) });
  expect(await stranger.ask({ type: 'blobGet', id: 2, ...of(ledger), chunk: 0 })).toMatchObject({ reason: 'ledger_not_open' });
  expect(await stranger.ask({ type: 'blobGet', id: 3, ...of(other), chunk: 0 })).toMatchObject({ reason: 'blob_unknown' });
  expect(await stranger.ask({ type: 'blobDrop', id: 4, ...of(other) })).toMatchObject({ type: 'kept' });
  expect(await owner.ask({ type: 'blobGet', id: 5, ...of(ledger), chunk: 0 })).toMatchObject({ type: 'blobChunk' });
});

it('blobs, frames and records share a quota, and what is refused by it can be sent again', async () => {
  const ledger = sampleLedger();
  const owner = await join(relay, ledger);
  await owner.ask({ type: 'blobPut', id: 1, ...of(ledger), chunk: 0, chunks: 2, bytes: piece(1, 8_000) });
  expect(await owner.ask({ type: 'blobPut', id: 2, ...of(ledger), chunk: 1, chunks: 2, bytes: piece(1, 8_000) })).toMatchObject({ reason: 'quota' });
  const frame = ledger.frame(sampleDocument('a'), 3_000);
  expect(await owner.append(ledger, frame)).toMatchObject({ refused: [{ reason: 'quota' }] });
  const record = ledger.add(ledger.owner, { type: 'epoch' }, { sealed: new Uint8Array(3_000) });
  expect(await owner.enrol(ledger, [record])).toMatchObject({ reason: 'quota' });
  await owner.ask({ type: 'blobDrop', id: 3, ...of(ledger) });
  expect(await owner.append(ledger, frame)).toMatchObject({ stored: [{ seq: 1 }] });
  expect(await owner.enrol(ledger, [record])).toMatchObject({ record: 1 });
});
