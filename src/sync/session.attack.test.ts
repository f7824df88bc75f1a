import * as Automerge from '@automerge/automerge';
import { deflateSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import type { Revision } from '#domain/revision.ts';
import { createWorld, fingerprint, isIdle, type Device, type Tampering, type World } from '#tests/sync/world.ts';
import type { LedgerAccess } from './access.ts';
import { readFrontier } from './frontier.ts';
import { hashId, ownBytes } from './keys.ts';
import { bytesToHex } from './protocol/bytes.ts';
import { encodeCbor } from './protocol/cbor.ts';
import { encodeFrame, encodeHeader, FRAME_VERSION, frameToSignedBytes, padBytes, type FrameHeader } from './protocol/frames.ts';
import { encodeMessage, parseRelayMessage } from './protocol/messages.ts';
import { makeRemoval, makeRole } from './records.ts';
import { nameRevision } from './revision-id.ts';
import { sampleEntry, sampleId } from './sample.ts';
import { must, sampleLedger } from './sample.access.ts';
import { sealFrame } from './seal.ts';

const SECOND = 1_000;
const DOCUMENT = sampleId('a document');
const names = (device: Device) => device.revisions().flatMap((revision) => (revision.type === 'entry' ? [revision.body.description] : [])).toSorted();
const entry = (device: { id: string }, name: string) => sampleEntry(name, { device: device.id });

async function areInStep(world: World): Promise<boolean> {
  const idle = await Promise.all(world.devices.map((device) => isIdle(device, world)));
  return idle.every(Boolean) && new Set(world.devices.map(fingerprint)).size === 1;
}

/** Ada and Bo, and Mallory: a member whose program is not ours. */
async function setUp(role: 'editor' | 'viewer' = 'editor') {
  const tampering: Tampering = {};
  const world = await createWorld(7, tampering);
  world.relay.start();
  const ada = await world.addDevice('Ada');
  const bo = await world.addDevice('Bo', 'admin');
  const mallory = await world.addDevice('Mallory', role);
  await world.scheduler.pass(SECOND);
  mallory.session.setPaused(true);
  world.devices.pop();
  const knows = (): LedgerAccess => mallory.access()!;
  const change = (revisions: readonly Revision[], more: Partial<Automerge.DecodedChange> = {}) =>
    Automerge.encodeChange({
      actor: `${mallory.id}0011223344556677`, author: null, seq: 1, startOp: 1, time: 0, message: null, deps: [],
      ops: revisions.map((revision) => ({ action: 'set', obj: '_root', key: revision.id, value: JSON.stringify(revision), pred: [] })), ...more,
    });
  const seal = async (changes: readonly Uint8Array[], access = knows(), document = DOCUMENT) => {
    const frame = await sealFrame({ access, randomBytes: world.scheduler.randomBytes }, document, changes);
    if (!frame.ok) throw new Error(frame.code);
    return frame.value;
  };
  /** Any content, in a frame that is well sealed and signed. */
  const forge = async (content: Uint8Array, more: Partial<FrameHeader> = {}) => {
    const { ledger, device, membership, current } = knows();
    const headerBytes = encodeHeader({
      version: FRAME_VERSION, ledger, document: DOCUMENT, author: device.publicKey, epoch: current!.epoch, keyId: current!.keyId,
      record: membership.number, recordHash: membership.hash.slice(0, 32), covers: null, ...more,
    });
    const nonce = world.scheduler.randomBytes(12);
    const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce, additionalData: headerBytes }, current!.key, ownBytes(padBytes(content)));
    const parts = { headerBytes, nonce, ciphertext: new Uint8Array(sealed) };
    return { bytes: encodeFrame({ ...parts, signature: await device.sign(frameToSignedBytes(parts)) }) };
  };
  /** Puts frames on the relay's disk, whatever the relay itself would have said to them. */
  const plant = async (...frames: { bytes: Uint8Array }[]) => {
    await world.relay.append(world.ledger, await Promise.all(frames.map(async ({ bytes }) => ({ document: DOCUMENT, bytes, frame: await hashId(bytes) }))));
    await world.scheduler.pass(60 * SECOND);
  };
  const verdictsOf = (device: Device) => device.disk.verdicts(world.ledger);
  const quarantineOf = (device: Device) => verdictsOf(device).flatMap(({ reason }) => reason ?? []);
  const refusedOf = async (device: Device) => {
    const refused = await device.disk.store.refusedChanges(world.ledger);
    return refused.ok ? refused.value.map(({ hash }) => hash).toSorted() : refused.code;
  };
  return { ...world, world, tampering, ada, bo, mallory, knows, change, seal, forge, plant, verdictsOf, quarantineOf, refusedOf, mine: (name: string) => entry(mallory, name) };
}

describe('a frame that an attacker or a bug made', () => {
  it('is kept apart with the reason, and what comes after it goes on', async () => {
    const { world, ada, mallory, change, seal, plant, mine, quarantineOf } = await setUp();
    const unbalanced = mine('unbalanced');
    unbalanced.body.shares[0]!.amount += 1;
    const other = await sampleLedger();
    const sound = await seal([change([mine('sound')])]);
    await plant(
      { bytes: new TextEncoder().encode('not a frame') },
      { bytes: sound.bytes.with(sound.bytes.length - 1, sound.bytes.at(-1)! ^ 1) },
      await seal([change([mine('foreign ledger')])], await other.access(other.owner)),
      await seal([change([mine('foreign document')])], undefined, sampleId('elsewhere')),
      await seal([change([entry(ada, 'in the name of Ada')], { actor: `${ada.id}0011223344556677` })]),
      await seal([change([entry(ada, 'as if on the device of Ada')])]),
      await seal([change([nameRevision(unbalanced)])]),
      await seal([new Uint8Array([1, 2, 3])]),
      sound,
    );
    for (const device of world.devices) {
      expect(quarantineOf(device)).toEqual([
        'frame_malformed', 'signature_wrong', 'foreign_document', 'foreign_document', 'actor_not_signer', 'actor_not_signer', 'record_against_rules', 'change_malformed',
      ]);
      expect(names(device)).toEqual(['sound']);
      const known = await device.disk.store.cursors(world.ledger);
      expect(known.ok && known.value.cursors.find((cursor) => cursor.document === DOCUMENT)?.seq).toBe(9);
    }
    await ada.write([entry(ada, 'life goes on')]);
    expect(await world.until(() => areInStep(world), 60 * SECOND)).toBe(true);
    expect(mallory.revisions()).toEqual([]);
  });

  it('is held while what it rests on is missing, also over a restart, and merged when that comes', async () => {
    const { world, ada, change, seal, plant, mine, verdictsOf } = await setUp();
    const heldOf = (device: Device) => verdictsOf(device).filter(({ state }) => state === 'held');
    const first = change([mine('first')]);
    const second = change([mine('second')], { seq: 2, startOp: 2, deps: [Automerge.decodeChange(first).hash] });
    const third = change([mine('third')], { seq: 3, startOp: 3, deps: [Automerge.decodeChange(second).hash] });
    await plant(await seal([third]), await seal([second]));
    expect(names(ada)).toEqual([]);
    expect(heldOf(ada)).toHaveLength(2);
    await ada.start();
    await world.scheduler.pass(SECOND);
    await plant(await seal([first]));
    for (const device of world.devices) expect(names(device)).toEqual(['first', 'second', 'third']);
    expect(heldOf(ada)).toEqual([]);
  });

  it('may rest on so many changes and no more, whether they are here or not', async () => {
    const { ada, change, seal, plant, mine, verdictsOf } = await setUp();
    const nowhere = (from: number) => Array.from({ length: 600 }, (_, index) => (from + index).toString(16).padStart(64, '0'));
    const [one, other] = [change([mine('one')], { deps: nowhere(1) }), change([mine('other')], { deps: nowhere(601), seq: 2, startOp: 2 })];
    await plant(await seal([one, other]), await seal([one]));
    expect(verdictsOf(ada).map(({ reason, missing }) => [reason, missing.length])).toEqual([['too_large', 0], [null, 600]]);
  });

  it('replayed or packed anew adds nothing', async () => {
    const { world, change, seal, plant, mine } = await setUp();
    const again = change([mine('once')]);
    await plant(await seal([again]), await seal([again]));
    for (const device of world.devices) expect(names(device)).toEqual(['once']);
    expect(await areInStep(world)).toBe(true);
  });

  it('may not fill the memory or claim what is not in it', async () => {
    const { world, change, seal, forge, plant, mine, quarantineOf } = await setUp();
    const giant = { ...mine('giant'), body: { ...mine('giant').body, amount: 1e21 } };
    await plant(
      await forge(deflateSync(encodeCbor([new Uint8Array(40_000_000)]))),
      await forge(deflateSync(encodeCbor(Array.from({ length: 6_000 }, () => new Uint8Array(1))))),
      await forge(new Uint8Array(100).fill(255)),
      await seal([change(Array.from({ length: 1_001 }, (_, index) => mine(`many ${index}`)))]),
      await seal([change([giant as Revision])]),
    );
    for (const device of world.devices) {
      expect(quarantineOf(device)).toEqual(['too_large', 'frame_malformed', 'frame_malformed', 'too_large', 'record_malformed']);
      expect(names(device)).toEqual([]);
    }
  });
});

describe('somebody without the right to write', () => {
  it('changes nothing as a viewer, though the relay plays along, and all see what they tried', async () => {
    const { world, change, knows, seal, plant, mine, quarantineOf } = await setUp('viewer');
    expect(knows().current).toBeDefined();
    await plant(await seal([change([mine('by a viewer')])]));
    for (const device of world.devices) {
      expect(quarantineOf(device)).toEqual(['role_forbids']);
      expect(names(device)).toEqual([]);
    }
  });

  it('adds nothing after a removal at a record from before it, though the relay plays along; what was seen before stays', async () => {
    const { world, ada, bo, mallory, change, knows, seal, plant, mine, refusedOf } = await setUp();
    const before = change([mine('before')]);
    await plant(await seal([before]));
    const frontier = await must(readFrontier(ada.disk.store, world.ledger));
    const old = knows();
    expect(await world.during(ada.append((access) => makeRemoval(access, { type: 'remove', member: mallory.member }, frontier, world.scheduler.randomBytes)))).toMatchObject({ ok: true });
    const after = change([mine('after')], { seq: 2, startOp: 2, deps: [Automerge.decodeChange(before).hash] });
    await plant(await seal([after], old));
    const cy = await world.addDevice('Cy');
    expect(await world.until(() => areInStep(world), 60 * SECOND)).toBe(true);
    for (const device of [ada, bo, cy]) {
      expect(names(device)).toEqual(['before']);
      expect(await refusedOf(device)).toEqual([Automerge.decodeChange(after).hash]);
    }
    expect(ada.access()?.contentKeys.length).toBe(2);
  });

  it('is withdrawn where their last change had come to somebody before the removal did', async () => {
    const { world, ada, bo, mallory, change, knows, seal, plant, mine, refusedOf } = await setUp();
    const old = knows();
    ada.session.setPaused(true);
    const late = change([mine('late')]);
    await plant(await seal([late], old));
    expect(names(bo)).toEqual(['late']);
    ada.session.setPaused(false);
    const frontier = new Map();
    await world.until(() => ada.session.state().connection === 'online');
    expect(await world.during(ada.append((access) => makeRole(access, mallory.member, 'viewer', frontier, world.scheduler.randomBytes)))).toMatchObject({ ok: true });
    expect(await world.until(() => areInStep(world), 60 * SECOND)).toBe(true);
    for (const device of world.devices) {
      expect(names(device)).toEqual([]);
      expect(await refusedOf(device)).toEqual([Automerge.decodeChange(late).hash]);
    }
  });

  it('cannot be made to vanish, by a removal that knows of nothing, where somebody built on what they wrote', async () => {
    const { world, ada, bo, mallory, change, seal, plant, mine, refusedOf } = await setUp();
    const first = change([mine('first')]);
    await plant(await seal([first]));
    // Bo's program writes into another document; what rests on Mallory's change is made by hand.
    const revision = entry(bo, 'on it');
    const onIt = change([revision], { actor: `${bo.id}0011223344556677`, startOp: 2, deps: [Automerge.decodeChange(first).hash] });
    await plant(await seal([onIt], bo.access()));
    expect(await world.during(bo.append((access) => makeRemoval(access, { type: 'remove', member: mallory.member }, new Map(), world.scheduler.randomBytes)))).toMatchObject({ ok: true });
    expect(await world.until(() => areInStep(world), 60 * SECOND)).toBe(true);
    for (const device of [ada, bo]) {
      expect(names(device)).toEqual(['first', 'on it']);
      expect(await refusedOf(device)).toEqual([]);
    }
  });
});

describe('a relay that lies about the membership', () => {
  it('and shows a frame but not the record that it names is not believed, and heals when it is honest', async () => {
    const { world, tampering, ada, bo, quarantineOf } = await setUp();
    const hidden = ada.access()!.records.length;
    tampering.toDevice = (bytes) => {
      const message = parseRelayMessage(bytes);
      if (!message.ok) return null;
      const { value } = message;
      if (value.type === 'liveRecord' && value.record >= hidden) return null;
      if (value.type === 'recordPage') return encodeMessage({ ...value, records: [], record: hidden - 1 });
      if (value.type === 'opened') return encodeMessage({ ...value, record: hidden - 1, recordHash: ada.access()!.membership.hashes[hidden - 1]! });
      return bytes;
    };
    expect(await world.during(ada.invite())).toMatchObject({ ok: true });
    await ada.write([entry(ada, 'dinner')]);
    await world.scheduler.pass(60 * SECOND);
    expect(names(bo)).toEqual([]);
    expect(quarantineOf(bo)).toEqual([]);
    delete tampering.toDevice;
    expect(await world.until(() => areInStep(world), 10 * 60 * SECOND)).toBe(true);
    expect(names(bo)).toEqual(['dinner']);
  });

  it('and shows another line of records is a visible stop: nothing is merged, nothing is lost', async () => {
    const { world, ada, bo } = await setUp();
    await ada.write([entry(ada, 'before')]);
    await world.until(() => areInStep(world));
    const old = world.relay.store!.database.serialize();
    expect(await world.during(ada.invite())).toMatchObject({ ok: true });
    // Bo has not heard of that when the relay is set back, and goes on from there.
    bo.session.setPaused(true);
    expect(await world.during(ada.invite())).toMatchObject({ ok: true });
    ada.session.setPaused(true);
    world.relay.stop();
    world.relay.start(old);
    const { records, membership } = bo.access()!;
    await bo.disk.store.commitRecords(world.ledger, bo.id, membership.number, [], { refused: [], admitted: [] });
    await bo.start();
    expect(await world.during(bo.invite())).toMatchObject({ ok: true });
    expect(bytesToHex(bo.access()!.records.at(-1)!)).not.toBe(bytesToHex(records.at(-1)!));
    await bo.write([entry(bo, 'on another line')]);
    await ada.write([entry(ada, 'here')]);
    ada.session.setPaused(false);
    await world.scheduler.pass(60 * SECOND);
    expect(ada.session.state().ledgers.get(world.ledger)?.reason).toBe('membership_forked');
    expect(names(ada)).toEqual(['before', 'here']);
    expect(await isIdle(ada, world)).toBe(false);
  });
});
