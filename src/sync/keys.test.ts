import { describe, expect, it } from 'vitest';
import { isSignedBy, ledgerIdOf, openDeviceKey } from './keys.ts';
import { bytesToHex, hexToBytes } from './protocol/bytes.ts';

// RFC 8032, section 7.1, test 2
const seed = hexToBytes('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb');

describe('a device key', () => {
  const publicKey = '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c';
  const signature = '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00';

  it('is Ed25519', async () => {
    const key = await openDeviceKey(seed);
    expect(bytesToHex(key.publicKey)).toBe(publicKey);
    expect(bytesToHex(await key.sign(hexToBytes('72')))).toBe(signature);
    expect(key.deviceId).toMatch(/^[0-9a-f]{32}$/);
  });

  it('checks signatures, and answers no to what is no key', async () => {
    expect(await isSignedBy(hexToBytes(publicKey), hexToBytes(signature), hexToBytes('72'))).toBe(true);
    expect(await isSignedBy(hexToBytes(publicKey), hexToBytes(signature), hexToBytes('73'))).toBe(false);
    expect(await isSignedBy(new Uint8Array(7), hexToBytes(signature), hexToBytes('72'))).toBe(false);
    expect(await isSignedBy(hexToBytes(publicKey), new Uint8Array(3), hexToBytes('72'))).toBe(false);
  });

  it('wants 32 bytes', async () => {
    await expect(openDeviceKey(new Uint8Array(31))).rejects.toThrow(RangeError);
  });
});

describe('the id of a ledger', () => {
  it('is the same for the same founder and salt, today and in a year, and another for another', async () => {
    const { publicKey } = await openDeviceKey(seed);
    const salt = new Uint8Array(16).fill(7);
    // Written down once: a change here would lock everybody out of their ledgers.
    expect(await ledgerIdOf(publicKey, salt)).toMatchInlineSnapshot(`"0f9b2e51ab423a1266af6038db922580"`);
    expect(await ledgerIdOf(publicKey, salt.with(0, 8))).not.toBe(await ledgerIdOf(publicKey, salt));
    expect(await ledgerIdOf(publicKey.with(0, 0), salt)).not.toBe(await ledgerIdOf(publicKey, salt));
  });
});
