import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PROTOCOL_VERSION, type ClientMessage } from '#sync/protocol/messages.ts';
import { DEFAULT_RELAY_LIMITS } from './hub.ts';
import type { Relay } from './relay.ts';
import { connectTo, join, sampleRelay } from './sample-client.ts';
import { sampleDocument, sampleLedger } from './sample.ts';
import { createSqliteRelayStore } from './store.sqlite.ts';
import { hashId } from './verify.ts';

const DOCUMENT = sampleDocument('a');
let store: ReturnType<typeof createSqliteRelayStore>;
let relay: Relay;
let now = 0;

beforeEach(() => {
  store = createSqliteRelayStore({ data: ':memory:', newIncarnation: () => '1'.repeat(32) });
  relay = sampleRelay(store, () => now);
});
afterEach(() => store.close());

const connect = () => connectTo(relay);
async function open(ledger = sampleLedger()) {
  return { ...(await join(relay, ledger)), ledger };
}

describe('opening a ledger', () => {
  it('answers with the documents and the log they are in', async () => {
    const { ledger, opened, ask } = await open();
    expect(opened).toEqual({ type: 'opened', id: opened.id, incarnation: '1'.repeat(32), record: 0, recordHash: ledger.membership().hash, documents: [] });
    const frame = ledger.frame(DOCUMENT);
    await ask({ type: 'append', id: 2, ledger: ledger.id, frames: [frame] });
    expect((await open(ledger)).opened).toMatchObject({ documents: [{ document: DOCUMENT, seq: 1, frame: hashId(frame) }] });
  });

  it('wants a proof over this connection, for this ledger', async () => {
    const ledger = sampleLedger();
    const other = sampleLedger();
    for (const one of [ledger, other]) await join(relay, one);
    const client = connect();
    const nonce = await client.greet();
    expect(await client.ask(ledger.open(1, new Uint8Array(32)))).toEqual({ type: 'refused', id: 1, reason: 'proof_wrong' });
    expect(await client.ask({ ...other.open(2, nonce), ledger: ledger.id })).toEqual({ type: 'refused', id: 2, reason: 'proof_wrong' });
    expect(await client.ask(ledger.open(3, nonce))).toMatchObject({ type: 'opened' });
  });

  it('is needed before anything else about it', async () => {
    const { ask } = await open();
    const ledger = sampleLedger();
    const refused = { type: 'refused', reason: 'ledger_not_open' };
    expect(await ask({ type: 'since', id: 2, ledger: ledger.id, document: DOCUMENT, after: 0, frame: null })).toMatchObject(refused);
    expect(await ask({ type: 'append', id: 3, ledger: ledger.id, frames: [ledger.frame(DOCUMENT)] })).toMatchObject(refused);
  });

  it('comes after the greeting, in a version both know', async () => {
    const rude = connect();
    await rude.say({ type: 'take', id: 1, box: DOCUMENT });
    expect(rude.heard).toEqual([{ type: 'refused', id: null, reason: 'message_malformed' }]);
    expect(rude.isClosed()).toBe(true);
    const newer = connect();
    await newer.say({ type: 'hello', version: PROTOCOL_VERSION + 1 });
    expect(newer.heard).toEqual([{ type: 'refused', id: null, reason: 'version_unknown' }]);
  });
});

describe('appending', () => {
  it('tells the others, in the order of the numbers, and answers the sender', async () => {
    const one = await open();
    const two = await open(one.ledger);
    const frames = [one.ledger.frame(DOCUMENT), one.ledger.frame(DOCUMENT)];
    expect(await one.ask({ type: 'append', id: 5, ledger: one.ledger.id, frames })).toEqual({
      type: 'appended', id: 5, refused: [], stored: frames.map((bytes, index) => ({ document: DOCUMENT, frame: hashId(bytes), seq: index + 1 })),
    });
    expect(two.ofType('live')).toEqual(frames.map((bytes, index) => ({ type: 'live', ledger: one.ledger.id, document: DOCUMENT, seq: index + 1, bytes })));
    expect(one.heard.filter(({ type }) => type === 'live')).toEqual([]);
  });

  it('the same frame again has the same number, and nobody hears of it twice', async () => {
    const one = await open();
    const two = await open(one.ledger);
    const frame = one.ledger.frame(DOCUMENT);
    await one.ask({ type: 'append', id: 5, ledger: one.ledger.id, frames: [frame] });
    expect(await two.ask({ type: 'append', id: 6, ledger: one.ledger.id, frames: [frame] })).toMatchObject({ stored: [{ seq: 1 }] });
    expect(one.heard.filter(({ type }) => type === 'live')).toEqual([]);
  });

  it('everybody sees one order, also of what comes at the same time', async () => {
    const one = await open();
    const others = [await open(one.ledger), await open(one.ledger)];
    await Promise.all([one, ...others].flatMap((client) =>
      [11, 12, 13].map((id) => client.say({ type: 'append', id, ledger: one.ledger.id, frames: [one.ledger.frame(DOCUMENT)] }))));
    for (const { heard } of [one, ...others]) {
      const seqs = heard.flatMap((message) => (message.type === 'live' ? [message.seq] : message.type === 'appended' ? message.stored.map(({ seq }) => seq) : []));
      expect(seqs).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    }
  });

  it('several requests of one client share a wait for the disk and keep their order, and what comes after them sees them', async () => {
    const commits: number[] = [];
    const grouping = createSqliteRelayStore({ data: ':memory:', newIncarnation: () => '1'.repeat(32), onCommit: (_, requests) => commits.push(requests) });
    const ledger = sampleLedger();
    const friend = ledger.admit('editor');
    const client = await join(sampleRelay(grouping), ledger);
    commits.length = 0;
    // Signatures of others take their time.
    const frames = [friend, ledger.owner, friend, ledger.owner].map((by) => ledger.frame(DOCUMENT, 100, { by }));
    const answers = frames.map((frame, index) => client.say({ type: 'append', id: 11 + index, ledger: ledger.id, frames: [frame] }));
    const page = client.since(ledger, DOCUMENT);
    await Promise.all(answers);
    expect(client.ofType('appended').map(({ id, stored }) => [id, stored[0]?.seq])).toEqual([[11, 1], [12, 2], [13, 3], [14, 4]]);
    expect(await page).toMatchObject({ type: 'page', frames: frames.map((bytes, index) => ({ seq: index + 1, bytes })) });
    expect(commits.length).toBeLessThan(frames.length);
    await grouping.close();
  });

  it('refuses each frame that is not sound, and stores the others', async () => {
    const ledger = sampleLedger();
    const friend = ledger.admit('editor');
    const { ask } = await open(ledger);
    const bad = {
      frame_malformed: new Uint8Array([1, 2, 3]),
      frame_foreign: sampleLedger().frame(DOCUMENT),
      signature_wrong: ledger.frame(DOCUMENT, 10, { by: friend, signature: new Uint8Array(64) }),
    };
    const good = ledger.frame(DOCUMENT);
    const answer = await ask({ type: 'append', id: 9, ledger: ledger.id, frames: [...Object.values(bad), good] });
    expect(answer).toEqual({
      type: 'appended', id: 9, stored: [{ document: DOCUMENT, frame: hashId(good), seq: 1 }],
      refused: Object.entries(bad).map(([reason, bytes]) => ({ frame: hashId(bytes), reason })),
    });
  });

  it('leaves it to the readers to check what a device signs in its own name', async () => {
    const { ledger, ask } = await open();
    const frame = ledger.frame(DOCUMENT, 10, { signature: new Uint8Array(64) });
    expect(await ask({ type: 'append', id: 9, ledger: ledger.id, frames: [frame] })).toMatchObject({ stored: [{ frame: hashId(frame) }], refused: [] });
  });

  it('says that its disk is full, and takes the same frame when there is room', async () => {
    const { ledger, ask } = await open();
    const listener = await open(ledger);
    store.database.pragma('max_page_count = 45');
    const append: Extract<ClientMessage, { type: 'append' }> = { type: 'append', id: 9, ledger: ledger.id, frames: [ledger.frame(DOCUMENT, 500_000)] };
    expect(await ask(append)).toEqual({ type: 'refused', id: 9, reason: 'relay_full' });
    expect(listener.heard.filter(({ type }) => type === 'live')).toEqual([]);
    store.database.pragma('max_page_count = 100000');
    expect(await ask({ ...append, id: 10 })).toMatchObject({ type: 'appended', stored: [{ seq: 1 }] });
  });
});

describe('reading', () => {
  it('goes on where the client is, and says when that is another log', async () => {
    const { ledger, ask } = await open();
    const frames = [1, 2, 3].map(() => ledger.frame(DOCUMENT));
    await ask({ type: 'append', id: 2, ledger: ledger.id, frames });
    const since = { type: 'since', ledger: ledger.id, document: DOCUMENT } as const;
    expect(await ask({ ...since, id: 3, after: 1, frame: hashId(frames[0]!) })).toEqual({
      type: 'page', id: 3, head: 3, snapshot: null, frames: [{ seq: 2, bytes: frames[1] }, { seq: 3, bytes: frames[2] }],
    });
    for (const [id, after, frame] of [[4, 1, hashId(frames[1]!)], [5, 1, null], [6, 9, hashId(frames[0]!)], [7, 0, hashId(frames[0]!)]] as const) {
      expect(await ask({ ...since, id, after, frame })).toEqual({ type: 'refused', id, reason: 'cursor_unknown' });
    }
    expect(await ask({ ...since, document: sampleDocument('b'), id: 8, after: 0, frame: null })).toEqual({ type: 'page', id: 8, head: 0, snapshot: null, frames: [] });
  });
});

describe('the mailbox', () => {
  it('gives what was left in it once, for twenty minutes at most', async () => {
    const { ask } = await open();
    const bytes = new Uint8Array([1, 2, 3]);
    expect(await ask({ type: 'put', id: 2, box: DOCUMENT, bytes, ttl: 1_000 })).toEqual({ type: 'kept', id: 2 });
    expect(await ask({ type: 'put', id: 3, box: DOCUMENT, bytes: new Uint8Array(1), ttl: 1_000 })).toMatchObject({ reason: 'box_taken' });
    expect(await ask({ type: 'take', id: 4, box: DOCUMENT })).toEqual({ type: 'taken', id: 4, bytes });
    expect(await ask({ type: 'take', id: 5, box: DOCUMENT })).toEqual({ type: 'taken', id: 5, bytes: null });
    await ask({ type: 'put', id: 6, box: DOCUMENT, bytes, ttl: Number.MAX_SAFE_INTEGER });
    now += 20 * 60 * 1000;
    expect(await ask({ type: 'take', id: 7, box: DOCUMENT })).toMatchObject({ bytes: null });
  });

  it('takes so much from one connection and no more', async () => {
    const { ask } = await open();
    const put = (index: number) => ask({ type: 'put', id: 10 + index, box: index.toString(16).padStart(32, '0'), bytes: new Uint8Array([1]), ttl: 1_000 });
    const { putsPerConnection } = DEFAULT_RELAY_LIMITS;
    for (let index = 0; index < putsPerConnection; index += 1) expect(await put(index)).toMatchObject({ type: 'kept' });
    expect(await put(putsPerConnection)).toMatchObject({ type: 'refused', reason: 'too_many' });
  });
});
