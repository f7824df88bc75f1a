import { describe, expect, it } from 'vitest';
import { failure, success } from '#domain/result.ts';
import { revisionSchema, type Revision } from '#domain/revision.ts';
import { admitRevision, checkOwnRevision } from './admission.ts';
import { nameRevision, revisionToId } from './revision-id.ts';
import { sampleEntry, sampleId as id, sampleMessage } from './sample.ts';

const device = id('device');
const admit = (revision: Revision, key = revision.id) => admitRevision(key, JSON.stringify(revision), device);
const renamed = (revision: object): Revision => {
  const parsed = revisionSchema.parse(revision);
  return { ...parsed, id: revisionToId(parsed) };
};

describe('a revision from outside', () => {
  it('comes in under the id that its content gives it, however it was written', async () => {
    const entry = sampleEntry('dinner');
    expect(await admit(entry)).toEqual(success(entry));
    const reversed = Object.fromEntries(Object.entries(entry).toReversed()) as Revision;
    expect(await admit(reversed)).toEqual(success(entry));
    expect(await admitRevision(entry.id, JSON.stringify(entry, null, 2), device)).toEqual(success(entry));
  });

  it('cannot stand under the id of another', async () => {
    const [entry, other] = [sampleEntry('dinner'), sampleEntry('lunch')];
    expect(await admit({ ...other, id: entry.id })).toEqual(failure('record_malformed'));
    expect(await admit(other, entry.id)).toEqual(failure('record_malformed'));
    for (const changed of [{ at: 1 }, { by: id('Bo') }, { of: id('another') }, { prev: [id('earlier')] }]) {
      expect(await admit({ ...entry, ...changed })).toEqual(failure('record_malformed'));
    }
  });

  it('speaks for its device only, and of the thing that its body names', async () => {
    expect(await admit(renamed({ ...sampleEntry('dinner'), device: id('another') }))).toEqual(failure('actor_not_signer'));
    const place = nameRevision({
      type: 'place', of: id('ledger'), prev: [], at: 0, by: id('Ada'), device, body: { ledger: id('ledger'), relay: null, name: 'Flat', credential: null, state: 'in' },
    });
    expect(await admit(place)).toEqual(success(place));
    expect(await admit(renamed({ ...place, of: id('another') }))).toEqual(failure('record_against_rules'));
  });
});

describe('a message from outside', () => {
  it('comes in as it is, without harm and once', async () => {
    const message = sampleMessage('<b>hello</b>');
    expect(await admit(message)).toEqual(success(message));
    const withText = (text: string) => ({ ...message, body: { ...message.body, content: { kind: 'text', text } } });
    expect(await admit(renamed(withText('another')))).toMatchObject({ ok: true });
    for (const text of ['x'.repeat(8_001), 'a\u202Eb', '']) expect(await admitRevision(message.id, JSON.stringify(withText(text)), device)).toEqual(failure('record_malformed'));
    expect(await admit(renamed({ ...message, prev: [message.id] }))).toEqual(failure('record_against_rules'));
  });
});

it('what is written here is checked alike', () => {
  const entry = sampleEntry('dinner');
  expect(checkOwnRevision(entry, device)).toEqual(entry);
  expect(() => checkOwnRevision({ ...entry, at: 1 }, device)).toThrow('no other device');
  expect(() => checkOwnRevision(entry, id('another'))).toThrow('no other device');
});
