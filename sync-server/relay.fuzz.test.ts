import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hexToBytes } from '#sync/protocol/bytes.ts';
import { encodeMessage, type ClientMessage } from '#sync/protocol/messages.ts';
import { connectTo, join, sampleRelay } from './sample-client.ts';
import { sampleDocument, sampleLedger } from './sample.ts';
import { createSqliteRelayStore } from './store.sqlite.ts';

const DOCUMENTS = ['a', 'b'].map(sampleDocument);
const flipped = (bytes: Uint8Array, position: number, flip: number): Uint8Array => {
  const at = position % bytes.length;
  return bytes.with(at, (bytes[at] ?? 0) ^ flip);
};
const openStore = () => createSqliteRelayStore({ data: ':memory:', newIncarnation: () => '1'.repeat(32) });

it('a relay takes in no record, and no frame of somebody else, of which a bit is another', async () => {
  const store = openStore();
  const relay = sampleRelay(store);
  const ledger = sampleLedger();
  const frame = ledger.frame(DOCUMENTS[0]!, 100, { by: ledger.admit('editor') });
  const owner = await join(relay, ledger);
  const record = ledger.record(ledger.owner, { type: 'epoch' });
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.integer({ min: 1, max: 255 }), async (position, flip) => {
      expect(await owner.enrol(ledger, [flipped(record, position, flip)])).toMatchObject({ type: 'refused' });
      expect(await owner.append(ledger, flipped(frame, position, flip))).toMatchObject({ stored: [], refused: [{}] });
    }),
  );
  expect(await store.heads({ ledger: ledger.id, records: ledger.records().length })).toMatchObject({ value: [] });
  await store.close();
});

it('a relay answers every request once, whatever members, guests and strangers ask in whatever order', async () => {
  const store = openStore();
  const relay = sampleRelay(store);
  const ledgers = [sampleLedger(), sampleLedger()];
  const keys = ledgers.map((ledger) => [ledger.owner, ledger.admit('viewer'), ledger.invite('editor', 9)]);
  const pieces = ledgers.map((ledger) => ({
    records: [...ledger.records()], next: ledger.record(ledger.owner, { type: 'epoch' }), frames: DOCUMENTS.map((document) => ledger.frame(document)),
  }));
  const small = fc.nat(3);
  const id = fc.constantFrom(...ledgers.map((ledger) => ledger.id), ...DOCUMENTS);
  type Choices = { kind: number; ledger: number; a: number; b: number; document: string; bytes: Uint8Array };
  const choices: fc.Arbitrary<Choices> = fc.record({ kind: fc.nat(15), ledger: fc.nat(1), a: small, b: small, document: id, bytes: fc.uint8Array({ maxLength: 20 }) });

  function toMessage(request: number, nonce: Uint8Array, { kind, ledger: which, a, b, document, bytes }: Choices): Exclude<ClientMessage, { type: 'hello' }> {
    const ledger = ledgers[which]!;
    const { records, next, frames } = pieces[which]!;
    const place = { id: request, ledger: ledger.id };
    switch (kind) {
      case 0: return ledger.open(request, nonce, keys[which]![a % 3]);
      case 1: return { ...ledger.open(request, nonce), key: hexToBytes(keys[1 - which]![0]!.key) };
      case 2: return { type: 'enrol', ...place, records: records.slice(0, 1 + a) };
      case 3: return { type: 'enrol', ...place, records: b === 0 ? [next] : [bytes] };
      case 4: return { type: 'records', ...place, from: a };
      case 5: return { type: 'since', ...place, document, after: a, frame: b === 0 ? null : document };
      case 6: return { type: 'append', ...place, frames: [frames[a % 2]!, ...(b === 0 ? [bytes] : [])] };
      case 7: return ledger.endorse(request, document, frames[a % 2]!, keys[which]![b % 3]!);
      case 8: return { type: 'blobPut', ...place, blob: document, chunk: a, chunks: 1 + b, bytes };
      case 9: return { type: 'blobGet', ...place, blob: document, chunk: a };
      case 10: return { type: a === 0 ? 'blobDrop' : 'blobState', ...place, blob: document };
      case 11: return { type: 'put', id: request, box: document, bytes, ttl: a };
      case 12: return { type: 'signal', ...place, to: a === 0 ? null : [hexToBytes(keys[which]![b % 3]!.key)], bytes };
      case 13: return { type: 'callToken', ...place, call: document };
      case 14: return { type: 'callJoin', id: request, token: bytes };
      default: return { type: 'take', id: request, box: document };
    }
  }

  await fc.assert(
    fc.asyncProperty(fc.array(choices, { maxLength: 40 }), fc.uint8Array({ maxLength: 40 }), async (all, garbage) => {
      const client = connectTo(relay);
      const nonce = await client.greet();
      const messages = all.map((one, index) => toMessage(index, nonce, one));
      await Promise.all(messages.map((message) => client.say(message)));
      expect(client.heard.flatMap((message) => ('id' in message ? [message.id] : [])).toSorted((a, b) => Number(a) - Number(b))).toEqual(messages.map((_, index) => index));
      await client.receive(garbage);
      expect(client.isClosed()).toBe(true);
      await client.receive(encodeMessage({ type: 'take', id: 99, box: DOCUMENTS[0]! }));
      expect(client.heard.at(-1)).toMatchObject({ type: 'refused', id: null, reason: 'message_malformed' });
    }),
  );
  await store.close();
});
