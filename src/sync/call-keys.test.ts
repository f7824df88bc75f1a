import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LedgerId } from '#domain/ids.ts';
import { agreeOnCall, createCallKey, type CallKey, type CallParty } from './call-keys.ts';
import { bytesToHex } from './protocol/bytes.ts';
import { randomBytes, must } from './sample.access.ts';

const LEDGER: LedgerId = 'ab'.repeat(16);
const CALL = 'cd'.repeat(16);
const party = (digit: string): CallParty => ({ root: digit.repeat(64), device: `${digit}0`.repeat(32), pseudonym: `0${digit}`.repeat(32) });
const [ada, bo] = [party('a'), party('b')];
const place = { ledger: LEDGER, call: CALL, caller: ada, callee: bo };

/** Both ends, as each sees the other. */
const agreeAsCaller = (own: CallKey, publicKey: Uint8Array, more = {}) => agreeOnCall({ ...place, own, side: 'caller', theirs: { publicKey }, ...more });
const agreeAsCallee = (own: CallKey, { publicKey, blind, commitment }: Pick<CallKey, 'publicKey' | 'blind' | 'commitment'>, more = {}) =>
  agreeOnCall({ ...place, own, side: 'callee', theirs: { publicKey, blind, commitment }, ...more });

describe('the keys of a call', () => {
  it('are each other\'s, with two equal words, for both ends', async () => {
    const [ring, answer] = [await createCallKey(randomBytes), await createCallKey(randomBytes)];
    const [caller, callee] = [await must(agreeAsCaller(ring, answer.publicKey)), await must(agreeAsCallee(answer, ring))];
    expect(caller.send).toEqual(callee.receive);
    expect(caller.receive).toEqual(callee.send);
    expect(caller.send).not.toEqual(caller.receive);
    expect(caller.words('en')).toHaveLength(2);
    expect(caller.words('en')).toEqual(callee.words('en'));
    expect(caller.words('zh-CN')).toEqual(callee.words('zh-CN'));
  });

  // Written down once: two versions of the app have to come to the same.
  it('are the same today and in a year', async () => {
    const fixed = (byte: number) => (length: number): Uint8Array => new Uint8Array(length).fill(byte);
    const [ring, answer] = [await createCallKey(fixed(1)), await createCallKey(fixed(2))];
    const { send, receive, words } = await must(agreeAsCaller(ring, answer.publicKey));
    expect([bytesToHex(ring.commitment), bytesToHex(send), bytesToHex(receive), words('en').join(' '), words('zh-CN').join(' ')]).toMatchInlineSnapshot(`
      [
        "aae2db87325983af7270087858d61349f7c87b8906e7abf5f8516f00e969f4fa",
        "7be264ab26803f7a468fc7dc2e49034abc0ec1df47cc9f489e22ff6227920c1a",
        "380c0a2306e4212db093ac28d17c540c1bc5fa54b75d6df9649a6e4ee29ee836",
        "measure tattoo",
        "吨 吐",
      ]
    `);
  });

  it('are others for another call, another ledger and another person', async () => {
    const [ring, answer] = [await createCallKey(randomBytes), await createCallKey(randomBytes)];
    const variants = [{}, { call: 'ef'.repeat(16) }, { ledger: 'ef'.repeat(16) }, { caller: party('c') }, { callee: party('c') }, { caller: { ...ada, device: bo.device } }, { callee: { ...bo, pseudonym: ada.pseudonym } }];
    const agreed = await Promise.all(variants.map((more) => must(agreeAsCaller(ring, answer.publicKey, more))));
    expect(new Set(agreed.map(({ send }) => bytesToHex(send))).size).toBe(variants.length);
    expect(new Set(agreed.map(({ receive }) => bytesToHex(receive))).size).toBe(variants.length);
    // 22 bits: equal by chance once in 200 000 runs.
    expect(new Set(agreed.map(({ words }) => words('en').join(' '))).size).toBe(variants.length);
  });

  it('do not come about where the caller shows another key than it rang with', async () => {
    const [ring, other, answer] = [await createCallKey(randomBytes), await createCallKey(randomBytes), await createCallKey(randomBytes)];
    for (const theirs of [{ ...ring, publicKey: other.publicKey }, { ...ring, blind: other.blind }, { ...ring, commitment: other.commitment }]) {
      expect(await agreeAsCallee(answer, theirs)).toEqual({ ok: false, code: 'call_key_wrong' });
    }
    expect((await agreeAsCallee(answer, ring)).ok).toBe(true);
  });

  it('and the words differ where somebody in between puts keys of their own to both', async () => {
    const [ring, answer, towardsAda, towardsBo] = await Promise.all([1, 2, 3, 4].map(() => createCallKey(randomBytes)));
    const [caller, callee] = [await must(agreeAsCaller(ring!, towardsAda!.publicKey)), await must(agreeAsCallee(answer!, towardsBo!))];
    expect(caller.words('en')).not.toEqual(callee.words('en'));
    expect(caller.send).not.toEqual(callee.receive);
  });

  it('do not come about with a point that everybody knows the result for, or with any other bytes', async () => {
    const own = await createCallKey(randomBytes);
    const one = Uint8Array.from({ length: 32 }, (_, index) => (index === 0 ? 1 : 0));
    for (const publicKey of [new Uint8Array(32), one, new Uint8Array(31), new Uint8Array()]) expect(await agreeAsCaller(own, publicKey)).toEqual({ ok: false, code: 'call_key_wrong' });
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 64 }), async (publicKey) => {
      const outcome = await agreeAsCaller(own, publicKey);
      expect(outcome.ok || outcome.code === 'call_key_wrong').toBe(true);
    }), { numRuns: 50 });
  });
});
