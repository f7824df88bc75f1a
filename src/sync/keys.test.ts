import { describe, expect, it } from 'vitest';
import { isSignedBy, openDeviceKey, openLedgerKeys } from './keys.ts';
import { bytesToHex, hexToBytes } from './protocol/bytes.ts';

describe('a device key', () => {
  // RFC 8032, section 7.1, test 2
  const seed = hexToBytes('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb');
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

describe('ledger keys', () => {
  it('are the same for the same secret, today and in a year', async () => {
    const keys = await openLedgerKeys(new Uint8Array(32).fill(7));
    // Written down once: a change here would lock everybody out of their ledgers.
    expect({ ledger: keys.ledger, access: bytesToHex(keys.access.publicKey), keyId: keys.current.keyId }).toMatchInlineSnapshot(`
      {
        "access": "bd3ae2725c41d22c77b737f42157a37a528e86d8a02163cc7baa08d16244a84b",
        "keyId": "5bcd9d942848838b",
        "ledger": "a20f7c7c40f5e1bf051b98dcddfaf614",
      }
    `);
  });

  it('differ for another secret, and know their own content key only', async () => {
    const one = await openLedgerKeys(new Uint8Array(32).fill(1));
    const other = await openLedgerKeys(new Uint8Array(32).fill(2));
    expect(one.ledger).not.toBe(other.ledger);
    expect(one.contentKey(0, one.current.keyId)).toBe(one.current);
    expect(one.contentKey(0, other.current.keyId)).toBeUndefined();
    expect(one.contentKey(1, one.current.keyId)).toBeUndefined();
  });
});
