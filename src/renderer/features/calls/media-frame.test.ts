import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFrameOpener, createFrameSealer } from './media-frame.ts';

const hex = (text: string): Uint8Array => Uint8Array.from({ length: text.length / 2 }, (_, index) => Number.parseInt(text.slice(2 * index, 2 * index + 2), 16));
const keyArbitrary = fc.uint8Array({ minLength: 32, maxLength: 32 });
const frameArbitrary = fc.uint8Array({ maxLength: 300 });

describe('a sealed media frame', () => {
  it('is that of RFC 9605, appendix C.3, suite 0x0005', async () => {
    const open = createFrameOpener(hex('000102030405060708090a0b0c0d0e0f'), hex('4945544620534672616d65205747'));
    const opened = await open(hex('990123456794f509d36e9beacb0e261d99c7d1e972f1fed787d4049f17ca21353c1cc24d56ceabced279'));
    expect(new TextDecoder().decode(opened)).toBe('draft-ietf-sframe-enc');
  });

  it('opens to what it was, in any order, and once', async () => {
    await fc.assert(
      fc.asyncProperty(keyArbitrary, fc.nat(70_000), fc.array(frameArbitrary, { minLength: 1, maxLength: 20 }), fc.func(fc.nat()), async (baseKey, keyId, frames, place) => {
        const seal = await createFrameSealer(baseKey, keyId);
        const sealed = await Promise.all(frames.map(async (frame) => ({ frame, bytes: await seal(frame) })));
        const open = createFrameOpener(baseKey);
        for (const { frame, bytes } of sealed.toSorted((a, b) => place(a.bytes) - place(b.bytes))) expect(await open(bytes)).toEqual(frame);
        for (const { bytes } of sealed) expect(await open(bytes)).toBeUndefined();
      }),
      { numRuns: 30 },
    );
  });

  it('does not open where one bit is another, or cut short, or under another key', async () => {
    await fc.assert(
      fc.asyncProperty(keyArbitrary, frameArbitrary, fc.nat(), fc.nat(7), async (baseKey, frame, place, bit) => {
        const bytes = await (await createFrameSealer(baseKey, 3))(frame);
        const changed = bytes.slice();
        changed[place % bytes.length] = (changed[place % bytes.length] ?? 0) ^ (1 << bit);
        const otherKey = baseKey.slice();
        otherKey[0] = (otherKey[0] ?? 0) ^ 1;
        expect(await createFrameOpener(baseKey)(changed)).toBeUndefined();
        expect(await createFrameOpener(baseKey)(bytes.subarray(0, place % bytes.length))).toBeUndefined();
        expect(await createFrameOpener(otherKey)(bytes)).toBeUndefined();
        expect(await createFrameOpener(baseKey)(bytes)).toEqual(frame);
      }),
      { numRuns: 50 },
    );
  });

  it('never has the nonce of another: the same frame under the same base key looks different each time', async () => {
    const baseKey = new Uint8Array(32).fill(7);
    const seen = new Set<string>();
    for (const keyId of [0, 1, 7, 8, 300]) {
      const seal = await createFrameSealer(baseKey, keyId);
      for (let count = 0; count < 20; count += 1) seen.add((await seal(new Uint8Array(20))).slice(-36).join(' '));
    }
    expect(seen.size).toBe(100);
  });

  it('that comes long after later ones is not taken', async () => {
    const baseKey = new Uint8Array(32);
    const seal = await createFrameSealer(baseKey, 0);
    const open = createFrameOpener(baseKey);
    const sealed: Uint8Array[] = [];
    for (let count = 0; count < 300; count += 1) sealed.push(await seal(Uint8Array.of(count)));
    const [first = new Uint8Array(), ...others] = sealed;
    for (const bytes of others) expect(await open(bytes)).toBeDefined();
    expect(await open(first)).toBeUndefined();
  });
});
