import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeRecord, parseRecord } from '#sync/protocol/membership-record.ts';
import type { Relay } from './relay.ts';
import { connectTo, join, sampleRelay } from './sample-client.ts';
import { admissionOf, sampleDocument, sampleKey, sampleLedger, type SampleLedger } from './sample.ts';
import { createSqliteRelayStore } from './store.sqlite.ts';
import { hashId } from './verify.ts';

const DOCUMENT = sampleDocument('a');
let store: ReturnType<typeof createSqliteRelayStore>;
let relay: Relay;
let now = 0;
beforeEach(() => {
  now = 1_000;
  store = createSqliteRelayStore({ data: ':memory:', newIncarnation: () => '1'.repeat(32) });
  relay = sampleRelay(store, () => now, { limits: { recordsPerLedger: 20 } });
});
afterEach(() => store.close());

const refused = (reason: string) => expect.objectContaining({ type: 'refused', reason });
async function stranger() {
  const client = connectTo(relay);
  await client.greet();
  return client;
}

describe('records', () => {
  it('found a ledger, follow on each other and are told to all who listen', async () => {
    const ledger = sampleLedger();
    const owner = await join(relay, ledger);
    const bystander = await join(relay, ledger);
    const record = ledger.add(ledger.owner, { type: 'epoch' });
    expect(await owner.enrol(ledger, [record])).toMatchObject({ type: 'enrolled', record: 1, recordHash: ledger.membership().hash });
    expect(bystander.ofType('liveRecord')).toEqual([{ type: 'liveRecord', ledger: ledger.id, record: 1, bytes: record }]);
    expect(owner.ofType('liveRecord')).toEqual([]);
    expect(await bystander.records(ledger)).toMatchObject({ type: 'recordPage', record: 1, records: ledger.records() });
    expect(await bystander.records(ledger, 1)).toMatchObject({ record: 1, records: [record] });
  });

  it('may be brought again: those that are there are no news', async () => {
    const ledger = sampleLedger();
    const owner = await join(relay, ledger);
    ledger.admit('editor');
    await owner.enrol(ledger, ledger.records());
    expect(await owner.enrol(ledger, ledger.records())).toMatchObject({ type: 'enrolled', record: 2 });
    ledger.add(ledger.owner, { type: 'epoch' });
    expect(await (await stranger()).enrol(ledger, ledger.records().slice(1))).toMatchObject({ type: 'enrolled', record: 3 });
    expect((await owner.records(ledger))).toMatchObject({ records: ledger.records() });
  });

  it.each<[string, () => [SampleLedger, readonly Uint8Array[], string]]>([
    ['nothing that can be read', () => [sampleLedger(), [new Uint8Array([1, 2, 3])], 'record_malformed']],
    ['a record of another ledger', () => [sampleLedger(), sampleLedger().records(), 'record_forbidden']],
    ['no founding for a ledger that is unknown', () => {
      const ledger = sampleLedger();
      return [ledger, [ledger.record(ledger.owner, { type: 'epoch' })], 'record_forbidden'];
    }],
    ['a founding by somebody whose ledger this is not', () => {
      const [ledger, thief] = [sampleLedger(), sampleKey()];
      const founding = ledger.record(thief, { type: 'found', salt: new Uint8Array(16), member: '0'.repeat(16), devices: [admissionOf(thief)] }, {
        number: 0, previous: '', epoch: { number: 0, keyId: '0'.repeat(32), wraps: [] },
      });
      return [ledger, [founding], 'record_forbidden'];
    }],
    ['a signature of somebody else', () => {
      const ledger = sampleLedger();
      const record = parseRecord(ledger.records()[0]!);
      if (!record.ok) throw new Error(record.code);
      return [ledger, [encodeRecord({ bodyBytes: record.value.bodyBytes, signature: new Uint8Array(64) })], 'signature_wrong'];
    }],
    ['a record of a stranger behind a good one', () => {
      const ledger = sampleLedger();
      return [ledger, [...ledger.records(), ledger.record(sampleKey(), { type: 'epoch' })], 'record_forbidden'];
    }],
    ['a record that leaves one out', () => {
      const ledger = sampleLedger();
      return [ledger, [...ledger.records(), ledger.record(ledger.owner, { type: 'epoch' }, { number: 2 })], 'record_stale'];
    }],
  ])('are refused, and nothing of the request is kept: %s', async (_, make) => {
    const [ledger, records, reason] = make();
    expect(await (await stranger()).enrol(ledger, records)).toEqual(refused(reason));
    expect(await store.records(ledger.id, 0, 1)).toMatchObject({ value: { count: 0 } });
  });

  it('of two admins at the same time: one is in, the other is told to look again', async () => {
    const ledger = sampleLedger();
    const [one, two] = [ledger.admit('admin'), ledger.admit('admin')];
    const clients = [await join(relay, ledger, one), await join(relay, ledger, two)];
    const records = [one, two].map((by) => ledger.record(by, { type: 'epoch' }));
    const answers = await Promise.all(clients.map((client, index) => client.enrol(ledger, [records[index]!])));
    expect(answers.map((answer) => (answer?.type === 'refused' ? answer.reason : answer?.type)).toSorted()).toEqual(['enrolled', 'record_stale']);
    const winner = answers.findIndex((answer) => answer?.type === 'enrolled');
    expect(clients[1 - winner]!.ofType('liveRecord').map(({ bytes }) => bytes)).toEqual([records[winner]]);
  });

  it('are so many in a ledger and no more', async () => {
    const ledger = sampleLedger();
    const owner = await join(relay, ledger);
    for (let count = 0; count < 20; count += 1) ledger.add(ledger.owner, { type: 'epoch' });
    expect(await owner.enrol(ledger, ledger.records().slice(0, 20))).toMatchObject({ record: 19 });
    expect(await owner.enrol(ledger, ledger.records().slice(20))).toEqual(refused('quota'));
  });
});

it('records of those who manage a ledger have room that nobody else can use up', async () => {
  const ledger = sampleLedger();
  const editor = ledger.admit('editor');
  const owner = await join(relay, ledger);
  for (let count = 3; count < 19; count += 1) ledger.add(editor, { type: 'epoch' });
  expect(await owner.enrol(ledger, ledger.records().slice(3))).toMatchObject({ record: 18 });
  expect(await owner.enrol(ledger, [ledger.record(editor, { type: 'epoch' })])).toEqual(refused('quota'));
  expect(await owner.enrol(ledger, [ledger.add(ledger.owner, { type: 'remove', member: ledger.memberOf(editor) })])).toMatchObject({ record: 19 });
});

describe('who opens a ledger', () => {
  it('is told why not', async () => {
    const ledger = sampleLedger();
    const client = await stranger();
    expect(await client.open(ledger)).toEqual(refused('ledger_unknown'));
    const former = ledger.admit('editor');
    await join(relay, ledger);
    expect(await client.open(ledger, sampleKey())).toEqual(refused('not_member'));
    expect(await client.records(ledger)).toEqual(refused('ledger_not_open'));
    ledger.add(ledger.owner, { type: 'remove', member: ledger.memberOf(former) });
    await client.enrol(ledger, ledger.records());
    expect(await client.open(ledger, former)).toEqual(refused('removed'));
    expect(client.isTrusted()).toBe(false);
  });

  it('and is removed hears of that and of nothing more, nor can read or append from the next message on', async () => {
    const ledger = sampleLedger();
    const editor = ledger.admit('editor');
    const [owner, former] = [await join(relay, ledger), await join(relay, ledger, editor)];
    await owner.append(ledger, ledger.frame(DOCUMENT));
    const early = ledger.frame(DOCUMENT, 100, { by: editor });
    const removal = ledger.add(ledger.owner, { type: 'remove', member: ledger.memberOf(editor) });
    const later = ledger.add(ledger.owner, { type: 'epoch' });
    await owner.enrol(ledger, [removal, later]);
    expect(former.ofType('liveRecord').map(({ bytes }) => bytes)).toEqual([removal]);
    await owner.append(ledger, ledger.frame(DOCUMENT));
    expect(former.ofType('live')).toHaveLength(1);
    for (const answer of [await former.since(ledger, DOCUMENT), await former.records(ledger), await former.append(ledger, early)]) expect(answer).toEqual(refused('removed'));
    const blob = { ledger: ledger.id, blob: DOCUMENT };
    expect(await former.ask({ type: 'blobState', id: 7, ...blob })).toEqual(refused('removed'));
    expect(await former.ask({ type: 'blobGet', id: 8, ...blob, chunk: 0 })).toEqual(refused('removed'));
    expect(await store.heads({ ledger: ledger.id, records: 5 })).toMatchObject({ value: [{ seq: 2 }] });
  });

  it('with a device that is revoked is out, and with another one still in', async () => {
    const ledger = sampleLedger();
    const phone = sampleKey();
    ledger.add(ledger.owner, { type: 'device', device: admissionOf(phone) });
    const [desk, lost] = [await join(relay, ledger), await join(relay, ledger, phone)];
    await desk.enrol(ledger, [ledger.add(ledger.owner, { type: 'revoke', key: phone.key })]);
    expect(await lost.since(ledger, DOCUMENT)).toEqual(refused('removed'));
    expect(await desk.since(ledger, DOCUMENT)).toMatchObject({ type: 'page' });
  });

  it('by another key than before has the rights of that one', async () => {
    const ledger = sampleLedger();
    const invite = ledger.invite('editor');
    const client = await join(relay, ledger, invite);
    const device = ledger.join(invite);
    expect(await client.enrol(ledger, ledger.records())).toMatchObject({ type: 'enrolled', record: 2 });
    expect(await client.since(ledger, DOCUMENT)).toEqual(refused('not_member'));
    expect(await client.open(ledger, device)).toMatchObject({ type: 'opened', record: 2 });
    expect(await client.append(ledger, ledger.frame(DOCUMENT, 100, { by: device }))).toMatchObject({ stored: [{ seq: 1 }] });
  });
});

describe('an invite', () => {
  it('lets read, and not write', async () => {
    const ledger = sampleLedger();
    const owner = await join(relay, ledger);
    await owner.append(ledger, ledger.frame(DOCUMENT));
    const invite = ledger.invite('editor', 5);
    const guest = await join(relay, ledger, invite);
    expect(guest.opened.documents).toHaveLength(1);
    expect(await guest.since(ledger, DOCUMENT)).toMatchObject({ type: 'page', head: 1 });
    expect(await guest.records(ledger)).toMatchObject({ type: 'recordPage', record: 1 });
    const frame = ledger.frame(DOCUMENT);
    expect(await guest.append(ledger, frame)).toEqual(refused('role_forbids'));
    expect(await guest.ask(ledger.endorse(9, DOCUMENT, frame, invite))).toEqual(refused('role_forbids'));
    await owner.append(ledger, frame);
    expect(guest.ofType('live')).toHaveLength(1);
  });

  it('that is withdrawn, or goes with an epoch, is the end of listening', async () => {
    const ledger = sampleLedger();
    const [one, two] = [ledger.invite('viewer'), ledger.invite('viewer')];
    const guests = [await join(relay, ledger, one), await join(relay, ledger, two)];
    const owner = await join(relay, ledger);
    await owner.enrol(ledger, [ledger.add(ledger.owner, { type: 'withdraw', key: one.key })]);
    await owner.append(ledger, ledger.frame(DOCUMENT));
    await owner.enrol(ledger, [ledger.add(ledger.owner, { type: 'epoch' })]);
    await owner.append(ledger, ledger.frame(DOCUMENT));
    expect(guests.map((guest) => guest.ofType('live').length)).toEqual([0, 1]);
    for (const guest of guests) expect(await guest.since(ledger, DOCUMENT)).toEqual(refused('not_member'));
  });

  it('is good until its time is over by the clock of the relay', async () => {
    const ledger = sampleLedger();
    const invite = ledger.invite('editor', 5, 2_000);
    const owner = await join(relay, ledger);
    const guest = await join(relay, ledger, invite);
    now = 1_999;
    const friend = ledger.join(invite);
    expect(await guest.enrol(ledger, ledger.records())).toMatchObject({ type: 'enrolled', record: 2 });
    now = 2_000;
    await owner.append(ledger, ledger.frame(DOCUMENT));
    expect(guest.ofType('live')).toEqual([]);
    expect(await guest.since(ledger, DOCUMENT)).toEqual(refused('not_member'));
    expect(await (await stranger()).open(ledger, invite)).toEqual(refused('not_member'));
    ledger.join(invite);
    expect(await guest.enrol(ledger, ledger.records())).toEqual(refused('record_forbidden'));
    expect(await (await stranger()).open(ledger, friend)).toMatchObject({ type: 'opened' });
  });

  it('that was good in time is brought back with the rest to a relay that has lost it', async () => {
    const ledger = sampleLedger();
    const invite = ledger.invite('editor', 5, 2_000);
    const [one, two] = [ledger.join(invite), ledger.join(invite)];
    now = 3_000;
    const client = await stranger();
    expect(await client.enrol(ledger, ledger.records().slice(0, 3))).toMatchObject({ type: 'enrolled' });
    expect(await (await stranger()).enrol(ledger, ledger.records().slice(3))).toEqual(refused('record_forbidden'));
    expect(await client.enrol(ledger, ledger.records().slice(3))).toMatchObject({ type: 'enrolled', record: 3 });
    ledger.join(invite);
    const member = await stranger();
    await member.open(ledger, one);
    expect(await member.enrol(ledger, ledger.records())).toMatchObject({ type: 'enrolled', record: 4 });
    expect(await member.open(ledger, two)).toMatchObject({ type: 'opened' });
  });
});

describe('a frame', () => {
  const reasons = (answer: unknown) => (answer as { refused?: { reason: string }[] }).refused?.map(({ reason }) => reason);

  it('must name a record of the line, when its author could write, and the epoch of then', async () => {
    const ledger = sampleLedger();
    const viewer = ledger.admit('viewer');
    const owner = await join(relay, ledger);
    const { hashes, number } = ledger.membership();
    const frames = [
      ledger.frame(DOCUMENT, 10, { record: number + 1 }),
      ledger.frame(DOCUMENT, 10, { recordHash: hashes[0]!.slice(0, 32) }),
      ledger.frame(DOCUMENT, 10, { by: viewer }),
      ledger.frame(DOCUMENT, 10, { by: sampleKey() }),
      ledger.frame(DOCUMENT, 10, { epoch: 1 }),
      ledger.frame(DOCUMENT, 10, { keyId: '0'.repeat(32) }),
    ];
    expect(reasons(await owner.append(ledger, ...frames))).toEqual(['record_unknown', 'record_unknown', 'role_forbids', 'role_forbids', 'frame_malformed', 'frame_malformed']);
    expect(reasons(await (await join(relay, ledger, viewer)).append(ledger, frames[2]!))).toEqual(['role_forbids']);
  });

  it('of an epoch that is over is refused from its author and taken back from others', async () => {
    const ledger = sampleLedger();
    const friend = ledger.admit('viewer');
    const owner = await join(relay, ledger);
    const old = ledger.frame(DOCUMENT);
    await owner.enrol(ledger, [ledger.add(ledger.owner, { type: 'epoch' })]);
    expect(reasons(await owner.append(ledger, old))).toEqual(['epoch_stale']);
    expect(await (await join(relay, ledger, friend)).append(ledger, old)).toMatchObject({ stored: [{ seq: 1 }] });
  });

  it('of somebody who may not write any more is refused from its author and taken back from others', async () => {
    const ledger = sampleLedger();
    const editor = ledger.admit('editor');
    const old = ledger.frame(DOCUMENT, 10, { by: editor });
    const client = await join(relay, ledger, editor);
    const owner = await join(relay, ledger);
    await owner.enrol(ledger, [ledger.add(ledger.owner, { type: 'role', member: ledger.memberOf(editor), role: 'viewer' })]);
    expect(reasons(await client.append(ledger, old))).toEqual(['role_forbids']);
    expect(await owner.append(ledger, old)).toMatchObject({ stored: [{ seq: 1 }] });
  });

  it('must wait while an epoch is owed', async () => {
    const ledger = sampleLedger();
    const leaver = ledger.admit('editor');
    const owner = await join(relay, ledger);
    await owner.enrol(ledger, [ledger.add(leaver, { type: 'remove', member: ledger.memberOf(leaver) })]);
    expect(ledger.membership().isRotationOwed).toBe(true);
    expect(reasons(await owner.append(ledger, ledger.frame(DOCUMENT)))).toEqual(['epoch_owed']);
    await owner.enrol(ledger, [ledger.add(ledger.owner, { type: 'epoch' })]);
    expect(await owner.append(ledger, ledger.frame(DOCUMENT))).toMatchObject({ stored: [{ seq: 1 }] });
  });

  it('that came in time is answered with its number, however late its author asks again', async () => {
    const ledger = sampleLedger();
    const editor = ledger.admit('editor');
    const client = await join(relay, ledger, editor);
    const frame = ledger.frame(DOCUMENT, 10, { by: editor });
    const unsent = ledger.frame(DOCUMENT, 10, { by: editor });
    await client.append(ledger, frame);
    await client.enrol(ledger, [ledger.add(ledger.owner, { type: 'role', member: ledger.memberOf(editor), role: 'viewer' })]);
    expect(await client.append(ledger, frame, unsent)).toMatchObject({
      stored: [{ frame: hashId(frame), seq: 1 }], refused: [{ frame: hashId(unsent), reason: 'role_forbids' }],
    });
  });
});
