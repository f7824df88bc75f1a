import * as Automerge from '@automerge/automerge';
import { describe, expect, it } from 'vitest';
import { failure } from '#domain/result.ts';
import type { Revision } from '#domain/revision.ts';
import { openDeviceKey, sha256 } from './keys.ts';
import { bytesToHex, concatBytes } from './protocol/bytes.ts';
import { createRepo, SEGMENT_REVISIONS } from './repo.ts';
import { nameRevision } from './revision-id.ts';
import { sampleEntry, sampleId, sampleMessage, samplePerson } from './sample.ts';
import { createMemoryStore } from './store.memory.ts';

const device = sampleId('device');
const LEDGER = sampleId('ledger');

function setUp(deviceId = device, store = createMemoryStore()) {
  let count = 0;
  let salt = 0;
  const repo = createRepo({
    store: { ...store, commitLocal: (ledger, changes) => setting.commitLocal(ledger, changes) },
    deviceIn: async () => deviceId,
    randomBytes: (length) => new Uint8Array(length).fill(++salt),
    newId: () => sampleId(`${deviceId} document ${++count}`),
    pause: async () => {},
  });
  const setting = { store, repo, commitLocal: store.commitLocal };
  return setting;
}
const entries = (count: number, name = 'entry'): Revision[] => Array.from({ length: count }, (_, index) => sampleEntry(`${name} ${index}`));
async function value<T>(result: Promise<{ ok: true; value: T } | { ok: false; code: string }>): Promise<T> {
  const settled = await result;
  if (!settled.ok) throw new Error(settled.code);
  return settled.value;
}
const documentsOf = async (store: ReturnType<typeof createMemoryStore>) => (await value(store.documents(LEDGER))).map(({ revisions }) => revisions);

describe('writing', () => {
  it('puts people and devices into the document of the ledger, entries into another', async () => {
    const { store, repo } = setUp();
    expect(await repo.write(LEDGER, [sampleEntry('dinner'), samplePerson('Ada')])).toEqual({ ok: true, value: undefined });
    const documents = await value(store.documents(LEDGER));
    expect(documents.map(({ revisions }) => revisions)).toEqual([1, 1]);
    expect(documents.filter(({ document }) => document === LEDGER)).toHaveLength(1);
  });

  it('gives real Automerge documents', async () => {
    const { store, repo } = setUp();
    for (const name of ['one', 'two', 'three']) await repo.write(LEDGER, entries(3, name));
    const again = setUp(device, store); // the program starts again: another actor
    await again.repo.write(LEDGER, entries(300, 'later'));
    const [document] = await value(store.documents(LEDGER));
    const changes = await value(store.changes(LEDGER, document!.document));
    const [built] = Automerge.applyChanges(Automerge.init<Record<string, Automerge.ImmutableString>>(), changes);
    expect(Object.keys(built)).toHaveLength(309);
    expect(Automerge.getHeads(built)).toHaveLength(1);
    expect(JSON.parse(String(built[sampleEntry('two 1').id]))).toEqual(sampleEntry('two 1'));
    expect(Automerge.load(Automerge.save(built))).toEqual(built);
  });

  it('rolls over to a new document when one is full', async () => {
    const { store, repo } = setUp();
    await repo.write(LEDGER, entries(2 * SEGMENT_REVISIONS + 10));
    expect(await documentsOf(store)).toEqual([SEGMENT_REVISIONS, SEGMENT_REVISIONS, 10]);
    await repo.write(LEDGER, entries(1, 'next'));
    expect(await documentsOf(store)).toEqual([SEGMENT_REVISIONS, SEGMENT_REVISIONS, 11]);
  });

  it('puts messages into documents of their own, over a restart too, so that none makes an entry wait', async () => {
    const { store, repo } = setUp();
    const messages = (count: number, name: string): Revision[] => Array.from({ length: count }, (_, index) => sampleMessage(`${name} ${index}`));
    await repo.write(LEDGER, [...messages(SEGMENT_REVISIONS + 5, 'first'), ...entries(20, 'first')]);
    await repo.write(LEDGER, [...messages(5, 'second'), samplePerson('Ada')]);
    const again = setUp(device, store);
    await again.repo.write(LEDGER, [...entries(3, 'third'), ...messages(3, 'third')]);
    expect((await documentsOf(store)).toSorted((a, b) => a - b)).toEqual([1, 13, 23, SEGMENT_REVISIONS]);
    for (const { document } of await value(store.documents(LEDGER))) {
      const types = new Set((await value(store.changes(LEDGER, document))).flatMap((bytes) => Automerge.decodeChange(bytes).ops.map((op) => JSON.parse(String(op.value)).type)));
      expect(types.size).toBe(1);
    }
  });

  it('tells how far it is, and lets others have a turn', async () => {
    const { repo } = setUp();
    const heard: number[] = [];
    await repo.write(LEDGER, entries(600), (done) => heard.push(done));
    expect(heard).toEqual([250, 500, 600]);
  });

  it('one call after the other gives one line of changes', async () => {
    const { store, repo } = setUp();
    await Promise.all(['a', 'b', 'c', 'd'].map((name) => repo.write(LEDGER, entries(1, name))));
    const [document] = await value(store.documents(LEDGER));
    const changes = (await value(store.changes(LEDGER, document!.document))).map((bytes) => Automerge.decodeChange(bytes));
    expect(changes.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    expect(changes.map(({ deps }) => deps[0])).toEqual([undefined, ...changes.slice(0, 3).map(({ hash }) => hash)]);
  });

  it('keeps nothing of a write that the disk refused, and reuses no number', async () => {
    const setting = setUp();
    await setting.repo.write(LEDGER, entries(1, 'before'));
    setting.commitLocal = async () => failure('disk_full');
    expect(await setting.repo.write(LEDGER, entries(1, 'refused'))).toEqual({ ok: false, code: 'disk_full' });
    setting.commitLocal = setting.store.commitLocal;
    await setting.repo.write(LEDGER, entries(1, 'after'));
    const [document] = await value(setting.store.documents(LEDGER));
    const [before, after] = (await value(setting.store.changes(LEDGER, document!.document))).map((bytes) => Automerge.decodeChange(bytes));
    expect(after!.deps).toEqual([before!.hash]);
    expect(after!.actor).not.toBe(before!.actor);
    expect(setting.store.revisions(LEDGER).map(({ id }) => id)).toEqual([sampleEntry('before 0').id, sampleEntry('after 0').id]);
  });

  it('could not read is not the same as empty', async () => {
    const store = createMemoryStore();
    const failing = createRepo({
      store: { ...store, documents: async () => failure('store_failed') }, deviceIn: async () => device, randomBytes: (length) => new Uint8Array(length), newId: () => sampleId('new'),
    });
    expect(await failing.write(LEDGER, entries(1))).toEqual({ ok: false, code: 'store_failed' });
    expect(store.revisions(LEDGER)).toEqual([]);
  });

  it('builds on what was merged', async () => {
    const ours = setUp();
    const theirs = setUp(sampleId('their device'));
    await ours.repo.write(LEDGER, [samplePerson('Ada')]);
    await theirs.repo.write(LEDGER, [samplePerson('Bo', { device: sampleId('their device') })]);
    const [bytes] = await value(theirs.store.changes(LEDGER, LEDGER));
    const change = await value(ours.repo.readChange(LEDGER, bytes!, 0));
    await ours.store.commitReceived(LEDGER, [{ document: LEDGER, frame: sampleId('frame'), seq: 1, bytes: new Uint8Array(), verdict: { state: 'merged', changes: [change], refused: new Map() } }], null);
    await ours.repo.merged(LEDGER, [change]);
    await ours.repo.write(LEDGER, [samplePerson('Cy')]);
    const last = Automerge.decodeChange((await value(ours.store.changes(LEDGER, LEDGER))).at(-1)!);
    expect(last.deps).toHaveLength(2);
    expect(last.startOp).toBe(2);
  });

  it('refuses a revision that no other device would accept', async () => {
    const { repo, store } = setUp();
    await expect(repo.write(LEDGER, [{ ...sampleEntry('x'), device: sampleId('someone else') }])).rejects.toThrow();
    const unbalanced = sampleEntry('unbalanced');
    unbalanced.body.shares[0]!.amount += 1;
    await expect(repo.write(LEDGER, [sampleEntry('fine'), unbalanced])).rejects.toThrow();
    expect(() => repo.write(LEDGER, [sampleEntry('same'), sampleEntry('same')])).toThrow();
    expect(store.revisions(LEDGER)).toEqual([]);
    expect(await repo.write(LEDGER, [sampleEntry('fine')])).toMatchObject({ ok: true });
  });
});

describe('reading a change from outside', () => {
  const operation = (revision: Revision, more: Partial<Automerge.DecodedChange['ops'][number]> = {}) => ({
    action: 'set', obj: '_root', key: revision.id, value: JSON.stringify(revision), pred: [], ...more,
  });
  const encode = (ops: Automerge.DecodedChange['ops'], more: Partial<Automerge.DecodedChange> = {}) =>
    Automerge.encodeChange({ actor: `${device}0011223344556677`, author: null, seq: 1, startOp: 1, time: 0, message: null, deps: [], ops, ...more });
  const read = (bytes: Uint8Array) => setUp().repo.readChange(LEDGER, bytes, 0);
  const fine = sampleEntry('fine');

  it('accepts what write makes', async () => {
    const { repo, store } = setUp();
    await repo.write(LEDGER, [...entries(40), samplePerson('Ada')]);
    for (const { document } of await value(store.documents(LEDGER))) {
      for (const bytes of await value(store.changes(LEDGER, document))) expect((await repo.readChange(document, bytes, 0)).ok).toBe(true);
    }
    expect(await value(read(encode([operation(fine)])))).toMatchObject({ document: LEDGER, revisions: [fine], lastOperation: 1 });
  });

  it.each<[string, Uint8Array, string]>([
    ['nothing', new Uint8Array(), 'change_malformed'],
    ['text', new TextEncoder().encode('a change, honestly'), 'change_malformed'],
    ['a whole document', Automerge.save(Automerge.from({ a: 1 })), 'change_malformed'],
    ['a message', encode([operation(fine)], { message: 'psst' }), 'change_malformed'],
    ['a foreign kind of actor', encode([operation(fine)], { actor: 'abcd' }), 'change_malformed'],
    ['a deletion', encode([{ action: 'del', obj: '_root', key: fine.id, pred: [`1@${device}0011223344556677`] }]), 'record_malformed'],
    ['an overwriting', encode([operation(fine, { pred: [`1@${device}0011223344556677`] })]), 'record_malformed'],
    ['a number', encode([operation(fine, { value: 7 })]), 'record_malformed'],
    ['a nested place', encode([operation(fine, { obj: `1@${device}0011223344556677` })]), 'record_malformed'],
    ['no JSON', encode([operation(fine, { value: '{' })]), 'record_malformed'],
    ['an unknown field', encode([operation(fine, { value: JSON.stringify({ ...fine, extra: 1 }) })]), 'record_malformed'],
    ['__proto__', encode([operation(fine, { value: JSON.stringify(fine).replace('{', '{"__proto__":{"x":1},') })]), 'record_malformed'],
    ['an amount that is no integer', encode([operation(fine, { value: JSON.stringify(fine).replaceAll('1000,', '1e21,') })]), 'record_malformed'],
    ['another key', encode([operation(fine, { key: sampleId('elsewhere') })]), 'record_malformed'],
    ['the same twice', encode([operation(fine), operation(fine)]), 'record_malformed'],
    ['another device', encode([operation(nameRevision({ ...fine, device: sampleId('them') }))]), 'actor_not_signer'],
    ['shares that do not sum', encode([operation(nameRevision({ ...fine, body: { ...fine.body, amount: 999, payers: [{ person: fine.by, amount: 999 }] } }))]), 'record_against_rules'],
    ['a device under a false id', encode([operation(nameRevision({
      ...samplePerson('p'), type: 'device', body: { name: 'Laptop', person: sampleId('Ada'), publicKey: 'ab'.repeat(32) },
    }))]), 'record_against_rules'],
    ['more operations than fit', encode(entries(1_001).map((revision) => operation(revision, { value: '' }))), 'too_large'],
  ])('refuses %s', async (_, bytes, reason) => {
    expect(await read(bytes)).toMatchObject({ ok: false, code: reason });
  });

  it('accepts a device under the id of its key, from that device only', async () => {
    const key = await openDeviceKey(new Uint8Array(32).fill(9));
    const revision = nameRevision({
      ...samplePerson('p', { device: key.deviceId }), of: key.deviceId, type: 'device',
      body: { name: 'Laptop', person: sampleId('Ada'), publicKey: bytesToHex(key.publicKey) },
    });
    expect((await read(encode([operation(revision)], { actor: `${key.deviceId}0011223344556677` }))).ok).toBe(true);
    expect(await read(encode([operation(nameRevision({ ...revision, device }))]))).toMatchObject({ ok: false, code: 'record_against_rules' });
  });

  it('refuses seventy bytes that claim a million operations, without decoding them', async () => {
    expect(Automerge.decodeChange(await buildBomb(3)).ops).toHaveLength(3);
    expect(await read(await buildBomb(3))).toMatchObject({ ok: false, code: 'record_malformed' });
    expect(await read(await buildBomb(2_000))).toMatchObject({ ok: false, code: 'too_large' });
    expect(await read(await buildBomb(1_000_000))).toMatchObject({ ok: false, code: 'change_malformed' });
  });
});

const leb128 = (value: number, isSigned: boolean): number[] => {
  const low = value % 128;
  const isLast = value < (isSigned ? 64 : 128);
  return isLast ? [low] : [low | 0x80, ...leb128(Math.floor(value / 128), isSigned)];
};

/** A sound change in which every column is one run: `run` times the same key. */
async function buildBomb(run: number): Promise<Uint8Array> {
  const signed = leb128(run, true);
  const columns: [number, number[]][] = [
    [0x15, [...signed, 1, 0x61]], [0x34, leb128(run, false)], [0x42, [...signed, 1]], [0x56, [...signed, 0]], [0x70, [...signed, 0]],
  ];
  const contents = [
    0, 24, ...Array<number>(24).fill(0xab), 1, 1, 0, 0, 0,
    columns.length, ...columns.flatMap(([specification, data]) => [specification, data.length]), ...columns.flatMap(([, data]) => data),
  ];
  const chunk = Uint8Array.from([1, ...leb128(contents.length, false), ...contents]);
  return concatBytes(Uint8Array.of(0x85, 0x6f, 0x4a, 0x83), (await sha256(chunk)).subarray(0, 4), chunk);
}
