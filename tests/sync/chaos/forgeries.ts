/** A member whose program is not ours, and a relay that puts on its disk whatever they hand over. */
import * as Automerge from '@automerge/automerge';
import { deflateSync } from 'fflate';
import type { Revision } from '#domain/revision.ts';
import { extendAccess, type LedgerAccess } from '#sync/access.ts';
import { ownBytes } from '#sync/keys.ts';
import { bytesToHex } from '#sync/protocol/bytes.ts';
import { encodeCbor } from '#sync/protocol/cbor.ts';
import { encodeFrame, encodeHeader, FRAME_VERSION, frameToSignedBytes, padBytes, type FrameHeader } from '#sync/protocol/frames.ts';
import { mayManage, mayWrite } from '#sync/protocol/membership.ts';
import { makeDevice, makeEpoch, makeRemoval } from '#sync/records.ts';
import { sampleEntry } from '#sync/sample.ts';
import { seatAt } from '#sync/sample.members.ts';
import type { Device } from '#tests/sync/world.ts';
import { hashId } from '#relay/verify.ts';
import { begin, type Act, type Chaos } from '#tests/sync/chaos/chaos.ts';

type Forgery = (chaos: Chaos, mallory: Device, access: LedgerAccess) => Promise<void>;

/** Mallory, with all that Mallory may know: what the relay has, or what it had when Mallory was last able to write. */
async function asMallory({ world, dishonest }: Chaos): Promise<{ mallory: Device; access: LedgerAccess } | null> {
  const [mallory] = dishonest;
  const page = await world.relay.store?.records(world.ledger, 0, Infinity);
  if (!mallory || !page?.ok) return null;
  for (let count = page.value.records.length; count > 0; count -= 1) {
    const access = await extendAccess(null, mallory.seat.deps, page.value.records.slice(0, count));
    if (access.ok && access.value.current) return { mallory, access: access.value };
  }
  return null;
}
const forgeAs = (forgery: Forgery): Act => async (chaos) => {
  const who = await asMallory(chaos);
  if (who) await forgery(chaos, who.mallory, who.access);
};

async function seal({ world }: Chaos, { ledger, device, membership, current }: LedgerAccess, document: string, content: Uint8Array, more: Partial<FrameHeader> = {}): Promise<Uint8Array> {
  if (!current) throw new Error('nothing to seal with');
  const headerBytes = encodeHeader({
    version: FRAME_VERSION, ledger, document, author: device.publicKey, epoch: current.epoch, keyId: current.keyId,
    record: membership.number, recordHash: membership.hash.slice(0, 32), covers: null, ...more,
  });
  const nonce = world.scheduler.randomBytes(12);
  const ciphertext = new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce, additionalData: headerBytes }, current.key, ownBytes(padBytes(content))));
  const parts = { headerBytes, nonce, ciphertext };
  return encodeFrame({ ...parts, signature: await device.sign(frameToSignedBytes(parts)) });
}
const pack = (value: unknown): Uint8Array => deflateSync(encodeCbor(value));

const toChange = (actor: string, revisions: readonly Revision[], more: Partial<Automerge.DecodedChange> = {}): Uint8Array =>
  Automerge.encodeChange({
    actor, author: null, seq: 1, startOp: 1, time: 0, message: null, deps: [],
    ops: revisions.map((revision) => ({ action: 'set', obj: '_root', key: revision.id, value: JSON.stringify(revision), pred: [] })), ...more,
  });

async function plant({ world }: Chaos, document: string, ...frames: Uint8Array[]): Promise<void> {
  await world.relay.append(world.ledger, frames.map((bytes) => ({ document, bytes, frame: hashId(bytes) })));
}

async function pickDocument({ world }: Chaos): Promise<string> {
  const heads = await world.devices[0]?.disk.store.documents(world.ledger);
  const documents = heads?.ok ? heads.value.map(({ document }) => document) : [];
  return world.scheduler.pick([world.ledger, bytesToHex(world.scheduler.randomBytes(16)), ...documents]);
}

/** In the name of others, in other documents, with other signatures, with nothing sensible inside. */
const forgeFrame: Forgery = async (chaos, mallory, access) => {
  const { world: { scheduler, devices }, forged } = chaos;
  const document = await pickDocument(chaos);
  const victim = scheduler.pick(devices.filter((device) => device !== mallory));
  const run = bytesToHex(scheduler.randomBytes(8));
  const stolen = sampleEntry(bytesToHex(scheduler.randomBytes(8)), { device: victim.id });
  const own = sampleEntry(bytesToHex(scheduler.randomBytes(8)), { device: mallory.id });
  forged.add(stolen.id);
  const sound = await seal(chaos, access, document, pack([toChange(mallory.id + run, [own])]));
  const isViewer = !mayWrite(access.membership.tenures.get(mallory.seat.key)?.at(-1)?.role ?? null);
  if (isViewer) forged.add(own.id);
  const frames: (() => Uint8Array | Promise<Uint8Array>)[] = [
    () => seal(chaos, access, document, pack([toChange(victim.id + run, [stolen])])),
    () => seal(chaos, access, document, pack([toChange(mallory.id + run, [stolen])])),
    () => seal(chaos, access, document, pack([toChange(mallory.id + run, [{ ...own, at: 1e21 }])])),
    () => seal(chaos, access, document, pack([scheduler.randomBytes(50)])),
    () => seal(chaos, access, document, pack([new Uint8Array(20_000_000)])),
    () => seal(chaos, access, document, scheduler.randomBytes(60)),
    () => seal(chaos, access, bytesToHex(scheduler.randomBytes(16)), pack([toChange(mallory.id + run, [own])])),
    () => seal(chaos, access, document, pack([toChange(mallory.id + run, [own])]), { recordHash: bytesToHex(scheduler.randomBytes(16)) }),
    () => seal(chaos, access, document, pack([toChange(mallory.id + run, [own])]), { keyId: bytesToHex(scheduler.randomBytes(8)) }),
    () => seal(chaos, access, document, pack([[access.membership.number, toChange(victim.id + run, [stolen])]]), { covers: { seq: 1, frame: bytesToHex(scheduler.randomBytes(16)) } }),
    () => sound.with(sound.length - 1, (sound.at(-1) ?? 0) ^ 1),
    () => scheduler.randomBytes(200),
    () => sound,
  ];
  const made = scheduler.pick(frames);
  await plant(chaos, document, await made());
};

/** What rests on something that nobody has. */
const dangle: Forgery = async (chaos, mallory, access) => {
  const { scheduler } = chaos.world;
  const own = sampleEntry(bytesToHex(scheduler.randomBytes(8)), { device: mallory.id });
  const change = toChange(mallory.id + bytesToHex(scheduler.randomBytes(8)), [own], { deps: [bytesToHex(scheduler.randomBytes(32))] });
  await plant(chaos, await pickDocument(chaos), await seal(chaos, access, await pickDocument(chaos), pack([change])));
};

/** An epoch that somebody is not given the key of. */
const lockOut: Forgery = async (chaos, mallory) => {
  const { scheduler, devices } = chaos.world;
  const victim = scheduler.pick(devices.filter((device) => device !== mallory));
  if (mallory.isAlive) begin(chaos, mallory.append((known) => makeEpoch({ ...known, cards: new Map([...known.cards].filter(([key]) => key !== victim.seat.key)) }, [], scheduler.randomBytes)));
};

/** A device whose card is somebody else's. */
const borrowCard: Forgery = async (chaos, mallory) => {
  const { scheduler, devices, ledger } = chaos.world;
  if (!mallory.isAlive) return;
  const { newDevice } = await seatAt(scheduler.pick(devices).machine, ledger);
  begin(chaos, mallory.append((known) => makeDevice(known, mallory.seat.deps.device, { ...newDevice, key: bytesToHex(scheduler.randomBytes(32)) }, scheduler.randomBytes)));
};

/** Takes somebody out as if nothing of theirs had been seen. */
const deny: Forgery = async (chaos, mallory) => {
  const { scheduler } = chaos.world;
  const access = mallory.isAlive && mayManage(mallory.role()) ? mallory.access() : undefined;
  const others = [...(access?.membership.members.keys() ?? [])].filter((member) => member !== mallory.member);
  if (others.length > 0) begin(chaos, mallory.append((known) => makeRemoval(known, { type: 'remove', member: scheduler.pick(others) }, new Map(), scheduler.randomBytes)));
};

export const FORGERIES: [number, Act][] = [[8, forgeAs(forgeFrame)], [1, forgeAs(dangle)], [1, forgeAs(lockOut)], [1, forgeAs(borrowCard)], [1, forgeAs(deny)]];
