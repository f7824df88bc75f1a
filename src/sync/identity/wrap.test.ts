import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { openAgreementKey, type AgreementKey } from '#sync/keys.ts';
import { bytesToHex, hexToBytes } from '#sync/protocol/bytes.ts';
import { encodeCbor } from '#sync/protocol/cbor.ts';
import { loadSuite, sealTo } from './hpke.ts';
import { openSecret, sealSecret, unwrapKeys, wrapKeys, type WrapInfo } from './wrap.ts';

const info: WrapInfo = { ledger: '11'.repeat(16), key: '22'.repeat(32) };
const randomBytes = (length: number) => crypto.getRandomValues(new Uint8Array(length));
const broken = { ok: false, code: 'wrap_broken' };

describe('HPKE', () => {
  // From the test vectors published with RFC 9180: mode 0, KEM 0x0020, KDF 0x0001, AEAD 0x0002, the first message.
  const vector = {
    skRm: '497b4502664cfea5d5af0b39934dac72242a74f8480451e1aee7d6a53320333d',
    pkRm: '430f4b9859665145a6b1ba274024487bd66f03a2dd577d7753c68d7d7d00c00c',
    enc: '6c93e09869df3402d7bf231bf540fadd35cd56be14f97178f0954db94b7fc256',
    info: '4f6465206f6e2061204772656369616e2055726e',
    aad: '436f756e742d30',
    plaintext: '4265617574792069732074727574682c20747275746820626561757479',
    ciphertext: 'e5d84cd531cfb583096e7cfa9641bd3079cf3a91cda813c52deb5f512be9931980a41de125a925cdad859d5b7a',
  };

  it('opens what the RFC’s authors sealed', async () => {
    const key = await openAgreementKey(hexToBytes(vector.skRm));
    expect(key.publicHex).toBe(vector.pkRm);
    const parameters = { recipientKey: key.pair, enc: hexToBytes(vector.enc), info: hexToBytes(vector.info) };
    const opened = await (await loadSuite()).open(parameters, hexToBytes(vector.ciphertext), hexToBytes(vector.aad));
    expect(bytesToHex(new Uint8Array(opened))).toBe(vector.plaintext);
  });

  it('opens a credential that another program sealed (pyca/cryptography 48 on OpenSSL)', async () => {
    const sealed = '2e430762f7321b9b135962c2c61ce6417a28b873162fa67e6772c847a2cf410211c202e9e689721dca90c8b54a4c88ce178d1b7768c510f36fb645ad0326235294f37dea40973e4bec32ef0f55af2eef';
    const opened = await openSecret(await openAgreementKey(hexToBytes(vector.skRm)), info, hexToBytes(sealed));
    expect(opened).toEqual({ ok: true, value: Uint8Array.from({ length: 32 }, (_, index) => index) });
  });

  it('seals nothing to a point of small order, and then a wrap is empty', async () => {
    for (const key of ['00'.repeat(32), `01${'00'.repeat(31)}`]) {
      await expect(sealTo(key, new Uint8Array(), new Uint8Array(3))).rejects.toThrow();
      await expect(sealSecret(key, info, new Uint8Array(32))).rejects.toThrow();
      expect(await wrapKeys(key, info, [{ epoch: 0, key: new Uint8Array(32) }])).toEqual(new Uint8Array());
    }
  });
});

describe('a wrap', () => {
  let mine: AgreementKey;
  let theirs: AgreementKey;
  beforeAll(async () => {
    [mine, theirs] = [await openAgreementKey(randomBytes(32)), await openAgreementKey(randomBytes(32))];
  });

  it('gives whoever it is for the keys, by epoch', async () => {
    const epochs = fc.uniqueArray(fc.nat({ max: 2 ** 31 }), { minLength: 1, maxLength: 20 });
    await fc.assert(fc.asyncProperty(epochs, async (numbers) => {
      const keys = numbers.map((epoch) => ({ epoch, key: randomBytes(32) }));
      const opened = await unwrapKeys(mine, info, await wrapKeys(mine.publicHex, info, keys));
      expect(opened).toEqual({ ok: true, value: keys.toSorted((a, b) => a.epoch - b.epoch) });
    }), { numRuns: 30 });
  });

  it('opens for nobody else, and for no other ledger, device or purpose', async () => {
    const wrap = await wrapKeys(mine.publicHex, info, [{ epoch: 0, key: randomBytes(32) }]);
    expect((await unwrapKeys(mine, info, wrap)).ok).toBe(true);
    expect(await unwrapKeys(theirs, info, wrap)).toEqual(broken);
    expect(await unwrapKeys(mine, { ...info, ledger: '12'.repeat(16) }, wrap)).toEqual(broken);
    expect(await unwrapKeys(mine, { ...info, key: '23'.repeat(32) }, wrap)).toEqual(broken);
    expect(await openSecret(mine, info, wrap)).toEqual(broken);
    expect(await unwrapKeys(mine, info, await sealSecret(mine.publicHex, info, randomBytes(32)))).toEqual(broken);
  });

  it('is another one each time', async () => {
    const keys = [{ epoch: 0, key: new Uint8Array(32) }];
    expect(await wrapKeys(mine.publicHex, info, keys)).not.toEqual(await wrapKeys(mine.publicHex, info, keys));
  });

  it('takes 1 to 1 000 keys of 32 bytes, one for each epoch', async () => {
    const key = new Uint8Array(32);
    const many = Array.from({ length: 1_001 }, (_, epoch) => ({ epoch, key }));
    const most = await wrapKeys(mine.publicHex, info, many.slice(1));
    expect(most.length).toBeLessThanOrEqual(64 * 1024);
    expect(await unwrapKeys(mine, info, most)).toMatchObject({ ok: true, value: { length: 1_000 } });
    for (const keys of [[], many, [{ epoch: 0, key: new Uint8Array(31) }], [{ epoch: -1, key }], [{ epoch: 1, key }, { epoch: 1, key }]]) {
      await expect(wrapKeys(mine.publicHex, info, keys)).rejects.toThrow(RangeError);
    }
    await expect(sealSecret(mine.publicHex, info, new Uint8Array(31))).rejects.toThrow(RangeError);
  });

  it('is refused where a sound seal holds nonsense', async () => {
    const name = encodeCbor(['tallystick wrap 1', hexToBytes(info.ledger), hexToBytes(info.key)]);
    const key = new Uint8Array(32);
    const sound = await sealTo(mine.publicHex, name, encodeCbor([[0, key], [1, key]]));
    expect((await unwrapKeys(mine, info, sound)).ok).toBe(true);
    for (const content of [[[1, key], [0, key]], [[0, key], [0, key]], [], [[0, key, 1]], [['0', key]], { 0: key }, null, [[0.5, key]]]) {
      expect(await unwrapKeys(mine, info, await sealTo(mine.publicHex, name, encodeCbor(content)))).toEqual(broken);
    }
    expect(await unwrapKeys(mine, info, await sealTo(mine.publicHex, name, Uint8Array.of(0xff, 0x00)))).toEqual(broken);
  });

  it('is broken by any changed bit, any cut and any other bytes, and never throws', async () => {
    const wrap = await wrapKeys(mine.publicHex, info, [{ epoch: 3, key: randomBytes(32) }]);
    await fc.assert(fc.asyncProperty(fc.nat(wrap.length - 1), fc.integer({ min: 0, max: 7 }), async (at, bit) => {
      // The highest bit of an X25519 key means nothing (RFC 7748, 5), but HPKE binds the encapsulated key as it came.
      expect(await unwrapKeys(mine, info, wrap.with(at, wrap[at]! ^ (1 << bit)))).toEqual(broken);
      expect(await unwrapKeys(mine, info, wrap.slice(0, at))).toEqual(broken);
    }));
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
      expect(await unwrapKeys(mine, info, bytes)).toEqual(broken);
      expect(await openSecret(mine, info, bytes)).toEqual(broken);
    }));
  });
});
