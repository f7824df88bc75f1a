import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesToHex } from './protocol/bytes.ts';
import { decodeCbor, encodeCbor } from './protocol/cbor.ts';
import { MAXIMUM_SIGNAL_BYTES } from './protocol/limits.ts';
import { makeEpoch, makeRemoval } from './records.ts';
import { must, randomBytes, sampleLedger } from './sample.access.ts';
import { createSignalMemory, openSignal, sealSignal } from './signal.ts';

const deps = { now: () => 1_000, randomBytes };
const content = new TextEncoder().encode('ring');

describe('a signal', () => {
  it('is heard by members, with who sent it', async () => {
    const book = await sampleLedger();
    const bo = await book.welcome('Bo');
    const bytes = await must(sealSignal(deps, await book.access(book.owner), content));
    const heard = await openSignal(await book.access(bo), bytes);
    expect(heard).toMatchObject({ ledger: book.ledger, from: bytesToHex(book.owner.seat.deps.device.publicKey), member: book.owner.member, sentAt: 1_000, content });
  });

  it('tells its length in steps only, and fits what relays take at its longest', async () => {
    const book = await sampleLedger();
    const access = await book.access(book.owner);
    const lengthOf = async (length: number) => (await must(sealSignal(deps, access, new Uint8Array(length)))).length;
    expect(await lengthOf(0)).toBe(await lengthOf(900));
    expect(await lengthOf(4_000)).toBeLessThanOrEqual(MAXIMUM_SIGNAL_BYTES);
    expect(await sealSignal(deps, access, new Uint8Array(5_000))).toEqual({ ok: false, code: 'too_large' });
  });

  it('of a stranger, of another ledger, or of somebody who is out is not heard', async () => {
    const [book, other] = [await sampleLedger(), await sampleLedger('Eve')];
    const bo = await book.welcome('Bo');
    const [own, theirs] = [await book.access(book.owner), await other.access(other.owner)];
    expect(await openSignal(own, await must(sealSignal(deps, theirs, content)))).toBeUndefined();
    const disguised = { ...theirs, ledger: book.ledger, current: own.current };
    expect(await openSignal(own, await must(sealSignal(deps, disguised, content)))).toBeUndefined();
    const before = await must(sealSignal(deps, await book.access(bo), content));
    expect(await openSignal(own, before)).toBeDefined();
    await book.add(makeRemoval(own, { type: 'remove', member: bo.member }, new Map(), randomBytes));
    expect(await openSignal(await book.access(book.owner), before)).toBeUndefined();
  });

  it('is heard under the key before, for who has not heard of the new one yet', async () => {
    const book = await sampleLedger();
    const bo = await book.welcome('Bo');
    const before = await must(sealSignal(deps, await book.access(bo), content));
    await book.add(makeEpoch(await book.access(book.owner), [], randomBytes));
    expect(await openSignal(await book.access(book.owner), before)).toBeDefined();
  });

  it('with any bit turned, or of any bytes, is not heard', async () => {
    const book = await sampleLedger();
    const access = await book.access(book.owner);
    const bytes = await must(sealSignal(deps, access, content));
    await fc.assert(fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(7), async (at, bit) => {
      const changed = bytes.slice();
      changed[at] = (changed[at] ?? 0) ^ (1 << bit);
      expect(await openSignal(access, changed)).toBeUndefined();
    }), { numRuns: 150 });
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (any) => {
      expect(await openSignal(access, any)).toBeUndefined();
    }));
  });

  it('cannot be made from a frame\'s or another signal\'s parts', async () => {
    const book = await sampleLedger();
    const access = await book.access(book.owner);
    const [a, b] = [await must(sealSignal(deps, access, content)), await must(sealSignal(deps, access, content))].map((bytes) => {
      const decoded = decodeCbor(bytes);
      return decoded.ok && Array.isArray(decoded.value) ? decoded.value : [];
    });
    expect(await openSignal(access, encodeCbor([a![0], b![1], a![2]]))).toBeUndefined();
    expect(await openSignal(access, encodeCbor([a![0], a![1], b![2]]))).toBeUndefined();
    expect(await openSignal(access, encodeCbor(a))).toBeDefined();
  });
});

describe('the memory for signals', () => {
  const day = 24 * 60 * 60 * 1000;
  it('lets each in once, however far off its clock, up to a day', () => {
    const isNew = createSignalMemory(() => 10 * day);
    expect([isNew({ id: 'a', sentAt: 10 * day }), isNew({ id: 'a', sentAt: 10 * day }), isNew({ id: 'b', sentAt: 9.1 * day }), isNew({ id: 'c', sentAt: 10.9 * day })]).toEqual([true, false, true, true]);
    expect([isNew({ id: 'd', sentAt: 8.9 * day }), isNew({ id: 'e', sentAt: 11.1 * day })]).toEqual([false, false]);
  });
});
