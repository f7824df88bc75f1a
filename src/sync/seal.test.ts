import { deflateSync } from 'fflate';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { LedgerAccess } from './access.ts';
import { ownBytes } from './keys.ts';
import { encodeCbor } from './protocol/cbor.ts';
import { encodeFrame, encodeHeader, FRAME_VERSION, frameToSignedBytes, padBytes, parseFrame, type FrameHeader } from './protocol/frames.ts';
import { makeEpoch, makeRemoval } from './records.ts';
import { randomBytes, sampleLedger, type SampleLedger, type SampleMember } from './sample.access.ts';
import { sampleId } from './sample.ts';
import { openFrame, sealFrame, sealSnapshot } from './seal.ts';

const DOCUMENT = sampleId('document');
const COVERS = { seq: 3, frame: sampleId('frame') };
const changes = ['a change', 'another change', 'a third one'].map((text) => new TextEncoder().encode(text));
/** Ada founds; Bo edits, Cy looks on, Di edits and is removed, and with that epoch 1 begins. */
let book: SampleLedger;
let bo: SampleMember;
let cy: SampleMember;
let di: SampleMember;
let ada: LedgerAccess;
/** What Di knew before the removal, and what Bo knows. */
let before: LedgerAccess;
let writing: LedgerAccess;
let sealed: Uint8Array;

async function seal(these: readonly Uint8Array[], access = writing): Promise<{ frame: string; bytes: Uint8Array }> {
  const result = await sealFrame({ access, randomBytes }, DOCUMENT, these);
  if (!result.ok) throw new Error(result.code);
  return result.value;
}
const open = (bytes: Uint8Array, document = DOCUMENT, access = ada) => openFrame(access, document, bytes);

/** A frame made by hand, correctly sealed and signed around any content. */
async function forge(content: Uint8Array, more: Partial<FrameHeader> = {}, by = writing, signer = by): Promise<Uint8Array> {
  const { ledger, device, membership, current } = by;
  const headerBytes = encodeHeader({
    version: FRAME_VERSION, ledger, document: DOCUMENT, author: device.publicKey, epoch: current?.epoch ?? 0, keyId: current?.keyId ?? '',
    record: membership.number, recordHash: membership.hash.slice(0, 32), covers: null, ...more,
  });
  const nonce = randomBytes(12);
  const ciphertext = new Uint8Array(
    await globalThis.crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce, additionalData: headerBytes }, current!.key, ownBytes(content)),
  );
  return encodeFrame({ headerBytes, nonce, ciphertext, signature: await signer.device.sign(frameToSignedBytes({ headerBytes, nonce, ciphertext })) });
}
const pack = (value: unknown) => padBytes(deflateSync(encodeCbor(value)));
const at = ({ membership }: LedgerAccess, record: number) => ({ record, recordHash: membership.hashes[record]!.slice(0, 32) });

beforeAll(async () => {
  book = await sampleLedger();
  bo = await book.welcome('Bo');
  cy = await book.welcome('Cy', 'viewer');
  di = await book.welcome('Di');
  before = await book.access(di);
  await book.add(makeRemoval(await book.access(book.owner), { type: 'remove', member: di.member }, new Map(), randomBytes));
  ada = await book.access(book.owner);
  writing = await book.access(bo);
  sealed = (await seal(changes)).bytes;
});

describe('a sealed frame', () => {
  it('gives back the changes, and says who sealed it and what they knew', async () => {
    const { number } = writing.membership;
    expect(await open(sealed)).toMatchObject({
      ok: true, value: { author: bo.seat.key, device: bo.seat.id, changes: changes.map((bytes) => ({ bytes, record: number })), header: { epoch: 1, record: number } },
    });
  });

  it('shows nothing of what is in it, and never looks the same twice', async () => {
    const again = await seal(changes);
    expect(again.bytes).not.toEqual(sealed);
    expect(new TextDecoder('latin1').decode(sealed)).not.toContain('change');
    expect(again.frame).toMatch(/^[0-9a-f]{32}$/);
  });

  it('is padded: contents of nearly the same size look the same', async () => {
    const content = (length: number) => [randomBytes(length)];
    expect((await seal(content(5_000))).bytes.length).toBe((await seal(content(5_010))).bytes.length);
  });

  it('cannot be made of more than fits, nor without the present key', async () => {
    const large = [...Array(20)].map(() => randomBytes(60_000));
    expect(await sealFrame({ access: writing, randomBytes }, DOCUMENT, large)).toEqual({ ok: false, code: 'too_large' });
    expect(await sealFrame({ access: await book.access(di), randomBytes }, DOCUMENT, changes)).toEqual({ ok: false, code: 'key_missing' });
  });

  it('belongs to its document and its ledger', async () => {
    const other = await sampleLedger();
    expect(await open(sealed, sampleId('other document'))).toEqual({ ok: false, code: 'foreign_document' });
    expect(await open(sealed, DOCUMENT, await other.access(other.owner))).toEqual({ ok: false, code: 'foreign_document' });
  });

  it('from before somebody was removed opens for all who were there, and for who came later with all keys', async () => {
    const { bytes } = await seal(changes, before);
    expect(await open(bytes)).toMatchObject({ ok: true, value: { author: di.seat.key } });
    expect((await open(bytes, DOCUMENT, await book.access(cy))).ok).toBe(true);
    expect((await open(bytes, DOCUMENT, await book.access(bo.recovery.deps))).ok).toBe(true);
  });

  it('of a later epoch opens for nobody who was removed', async () => {
    expect(await open(sealed, DOCUMENT, await book.access(di))).toEqual({ ok: false, code: 'key_unknown' });
  });

  it('from before somebody came is none of their business', async () => {
    const ledger = await sampleLedger();
    const old = await seal(changes, await ledger.access(ledger.owner));
    const late = await ledger.access(await ledger.welcome('Ed', 'editor', 'joining'));
    expect(await open(old.bytes, DOCUMENT, late)).toEqual({ ok: false, code: 'before_joining' });
    const fresh = await seal(changes, await ledger.access(ledger.owner));
    expect((await open(fresh.bytes, DOCUMENT, late)).ok).toBe(true);
  });

  it.each<[string, () => Promise<Uint8Array>, string]>([
    ['signed by somebody else', () => forge(pack(changes), {}, writing, ada), 'signature_wrong'],
    ['by a device that never was in', async () => forge(pack(changes), {}, { ...writing, device: (await sampleLedger()).owner.seat.deps.device }), 'role_forbids'],
    ['by a viewer', async () => forge(pack(changes), {}, await book.access(cy)), 'role_forbids'],
    ['at a record when its author was not in yet', () => forge(pack(changes), { ...at(writing, 0), epoch: 0, keyId: writing.contentKeys[0]!.keyId }), 'role_forbids'],
    ['at a record when its author was gone', () => forge(pack(changes), { ...at(writing, writing.membership.number), epoch: 1, keyId: writing.current!.keyId }, before), 'role_forbids'],
    ['of another line of records', () => forge(pack(changes), { recordHash: '00'.repeat(16) }), 'membership_forked'],
    ['at a record that nobody knows', () => forge(pack(changes), { record: 99 }), 'membership_forked'],
    ['at an old record with the present key', () => forge(pack(changes), at(writing, writing.membership.number - 1)), 'role_forbids'],
    ['of an old epoch at the present record', () => forge(pack(changes), { epoch: 0, keyId: writing.contentKeys[0]!.keyId }), 'role_forbids'],
    ['under a key that is not of that epoch', () => forge(pack(changes), { keyId: '00'.repeat(16) }), 'role_forbids'],
    ['of an epoch that nobody knows', () => forge(pack(changes), { epoch: 7 }), 'role_forbids'],
    ['sealed with another key than it says', () => forge(pack(changes), {}, { ...writing, current: { ...writing.current!, key: writing.contentKeys[0]!.key } }), 'seal_broken'],
    ['not padded', () => forge(deflateSync(encodeCbor(changes))), 'frame_malformed'],
    ['not packed', () => forge(padBytes(encodeCbor(changes))), 'frame_malformed'],
    ['with a packing that breaks off', () => forge(padBytes(deflateSync(new Uint8Array(50_000).map((_, i) => i * 7)).subarray(0, 100))), 'frame_malformed'],
    ['with nothing in it', () => forge(pack([])), 'frame_malformed'],
    ['with something else in it', () => forge(pack({ changes })), 'frame_malformed'],
    ['with a snapshot in it that it does not say it is', () => forge(pack(changes.map((bytes) => [0, bytes]))), 'frame_malformed'],
    ['that says it is a snapshot and is none', () => forge(pack(changes), { covers: COVERS }), 'frame_malformed'],
    ['that unpacks without end', () => forge(padBytes(deflateSync(new Uint8Array(200_000_000)))), 'too_large'],
  ])('%s is refused', async (_, make, reason) => {
    expect(await open(await make())).toEqual({ ok: false, code: reason });
  });

  it('with its contents exchanged and signed anew is refused', async () => {
    const parsed = parseFrame(sealed);
    if (!parsed.ok) throw new Error(parsed.code);
    const { headerBytes, nonce } = parsed.value;
    const ciphertext = parsed.value.ciphertext.map((byte) => byte ^ 1);
    const bytes = encodeFrame({ headerBytes, nonce, ciphertext, signature: await writing.device.sign(frameToSignedBytes({ headerBytes, nonce, ciphertext })) });
    expect(await open(bytes)).toEqual({ ok: false, code: 'seal_broken' });
  });

  it('with any bit flipped, cut off or replaced by garbage is refused, never an exception', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), fc.nat(), fc.integer({ min: 0, max: 7 }), async (garbage, position, bit) => {
        const place = position % sealed.length;
        for (const bytes of [garbage, sealed.subarray(0, place), sealed.with(place, sealed[place]! ^ (1 << bit))]) expect((await open(bytes)).ok).toBe(false);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a snapshot', () => {
  it('gives back the changes, each with the record its author knew', async () => {
    const all = changes.map((bytes, record) => ({ bytes, record }));
    const snapshot = await sealSnapshot({ access: writing, randomBytes }, DOCUMENT, COVERS, all);
    if (!snapshot.ok) throw new Error(snapshot.code);
    expect(await open(snapshot.value.bytes)).toMatchObject({ ok: true, value: { changes: all, header: { kind: 'snapshot', covers: COVERS } } });
  });
});

describe('a new epoch', () => {
  it('makes no difference to what was sealed before it', async () => {
    const ledger = await sampleLedger();
    const old = await seal(changes, await ledger.access(ledger.owner));
    await ledger.add(makeEpoch(await ledger.access(ledger.owner), [], randomBytes));
    expect((await open(old.bytes, DOCUMENT, await ledger.access(ledger.owner))).ok).toBe(true);
  });
});
