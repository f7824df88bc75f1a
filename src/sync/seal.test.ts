import { deflateSync } from 'fflate';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { ownBytes, openDeviceKey, openLedgerKeys, type DeviceKey, type LedgerKeys } from './keys.ts';
import { encodeCbor } from './protocol/cbor.ts';
import { encodeFrame, encodeHeader, frameToSignedBytes, padBytes, parseFrame, type FrameHeader } from './protocol/frames.ts';
import { sampleId } from './sample.ts';
import { openFrame, sealFrame } from './seal.ts';

const DOCUMENT = sampleId('document');
const changes = ['a change', 'another change', 'a third one'].map((text) => new TextEncoder().encode(text));
let device: DeviceKey;
let stranger: DeviceKey;
let keys: LedgerKeys;
let otherKeys: LedgerKeys;
let sealed: Uint8Array;

const randomBytes = (length: number) => globalThis.crypto.getRandomValues(new Uint8Array(length));
const seal = async (these: readonly Uint8Array[]) => {
  const result = await sealFrame({ device, keys, randomBytes }, DOCUMENT, these);
  if (!result.ok) throw new Error(result.code);
  return result.value;
};
const open = (bytes: Uint8Array, document = DOCUMENT, withKeys = keys) => openFrame(withKeys, { ledger: withKeys.ledger, document }, bytes);

/** A frame made by hand, correctly sealed and signed around any content. */
async function forge(content: Uint8Array, more: Partial<FrameHeader> = {}, signer = device): Promise<Uint8Array> {
  const header: FrameHeader = {
    version: 1, ledger: keys.ledger, document: DOCUMENT, author: device.publicKey, epoch: 0, keyId: keys.current.keyId, ...more,
  };
  const headerBytes = encodeHeader(header);
  const nonce = randomBytes(12);
  const ciphertext = new Uint8Array(
    await globalThis.crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce, additionalData: headerBytes }, keys.current.key, ownBytes(content)),
  );
  return encodeFrame({ headerBytes, nonce, ciphertext, signature: await signer.sign(frameToSignedBytes({ headerBytes, nonce, ciphertext })) });
}
const pack = (value: unknown) => padBytes(deflateSync(encodeCbor(value)));

beforeAll(async () => {
  device = await openDeviceKey(new Uint8Array(32).fill(1));
  stranger = await openDeviceKey(new Uint8Array(32).fill(2));
  keys = await openLedgerKeys(new Uint8Array(32).fill(3));
  otherKeys = await openLedgerKeys(new Uint8Array(32).fill(4));
  sealed = (await seal(changes)).bytes;
});

describe('a sealed frame', () => {
  it('gives back the changes and says who sealed it', async () => {
    expect(await open(sealed)).toEqual({ ok: true, value: { device: device.deviceId, changes } });
  });

  it('shows nothing of what is in it, and never looks the same twice', async () => {
    const again = await seal(changes);
    expect(again.bytes).not.toEqual(sealed);
    expect(new TextDecoder('latin1').decode(sealed)).not.toContain('change');
    expect(again.frame).toMatch(/^[0-9a-f]{32}$/);
  });

  it('is padded: contents of nearly the same size look the same', async () => {
    const content = (length: number) => [globalThis.crypto.getRandomValues(new Uint8Array(length))];
    expect((await seal(content(5_000))).bytes.length).toBe((await seal(content(5_010))).bytes.length);
  });

  it('cannot be made of more than fits', async () => {
    const large = [...Array(20)].map(() => randomBytes(60_000));
    expect(await sealFrame({ device, keys, randomBytes }, DOCUMENT, large)).toEqual({ ok: false, code: 'too_large' });
  });

  it('belongs to its document and its ledger', async () => {
    expect(await open(sealed, sampleId('other document'))).toEqual({ ok: false, code: 'foreign_document' });
    expect(await open(sealed, DOCUMENT, otherKeys)).toEqual({ ok: false, code: 'foreign_document' });
  });

  it.each<[string, () => Promise<Uint8Array>, string]>([
    ['signed by somebody else', () => forge(pack(changes), {}, stranger), 'signature_wrong'],
    ['under a key we do not have', () => forge(pack(changes), { keyId: '00'.repeat(8) }), 'key_unknown'],
    ['of an epoch we do not know', () => forge(pack(changes), { epoch: 1 }), 'key_unknown'],
    ['not padded', () => forge(deflateSync(encodeCbor(changes))), 'frame_malformed'],
    ['not packed', () => forge(padBytes(encodeCbor(changes))), 'frame_malformed'],
    ['with a packing that breaks off', () => forge(padBytes(deflateSync(new Uint8Array(50_000).map((_, i) => i * 7)).subarray(0, 100))), 'frame_malformed'],
    ['with nothing in it', () => forge(pack([])), 'frame_malformed'],
    ['with something else in it', () => forge(pack({ changes })), 'frame_malformed'],
    ['that unpacks without end', () => forge(padBytes(deflateSync(new Uint8Array(200_000_000)))), 'too_large'],
  ])('%s is refused', async (_, make, reason) => {
    expect(await open(await make())).toEqual({ ok: false, code: reason });
  });

  it('with its contents exchanged and signed anew is refused', async () => {
    const parsed = parseFrame(sealed);
    if (!parsed.ok) throw new Error(parsed.code);
    const { headerBytes, nonce } = parsed.value;
    const ciphertext = parsed.value.ciphertext.map((byte) => byte ^ 1);
    const bytes = encodeFrame({ headerBytes, nonce, ciphertext, signature: await device.sign(frameToSignedBytes({ headerBytes, nonce, ciphertext })) });
    expect(await open(bytes)).toEqual({ ok: false, code: 'seal_broken' });
  });

  it('with any bit flipped, cut off or replaced by garbage is refused, never an exception', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), fc.nat(), fc.integer({ min: 0, max: 7 }), async (garbage, position, bit) => {
        const at = position % sealed.length;
        for (const bytes of [garbage, sealed.subarray(0, at), sealed.with(at, sealed[at]! ^ (1 << bit))]) expect((await open(bytes)).ok).toBe(false);
      }),
      { numRuns: 300 },
    );
  });
});
