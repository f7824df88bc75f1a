import { describe, expect, it } from 'vitest';
import { isSignedBy, ledgerIdOf } from '#sync/keys.ts';
import { bytesToHex, hexToBytes } from '#sync/protocol/bytes.ts';
import { isDeviceCertified, isRecoveryCertified } from './certificate.ts';
import { openDerivation } from './derive.ts';
import { openDevice } from './device.ts';
import { openInviteKeys } from './invite-key.ts';
import { certifyDevice, certifyRecovery, openPerson } from './person.ts';

const seed = (fill: number) => new Uint8Array(32).fill(fill);
const describeKey = async (keys: { publicKey: Uint8Array }) => bytesToHex(keys.publicKey);

describe('a person', () => {
  // Written down once: a change here would lose everybody's identity.
  it('is the same for the same words, today and in a year', async () => {
    const { root, recovery, personal } = await openPerson(seed(7));
    expect({ root, recovery: recovery.publicHex, ledger: personal.ledger, founder: await describeKey(personal.founder), salt: bytesToHex(personal.salt), member: personal.member }).toMatchInlineSnapshot(`
      {
        "founder": "a0b2856c185aa4a279beef4ac830e5dd9b6a4c60a8202beda77801634e261a4b",
        "ledger": "9588c35bc0852596217ec387a09b7558",
        "member": "943b4b3abceb300f",
        "recovery": "3d0a85b36d9d7fcbbd6f60cd63fb2a599ed183c8e61e00b82b3fdc196e680b6d",
        "root": "966657134de61ee8a53bdd4c31a93062c2bf4567cea638900f60229ecdb08748",
        "salt": "2d3410a9610a677c8b57c9d5e03afb04",
      }
    `);
  });

  it('differs for other words in everything', async () => {
    const [one, other] = [await openPerson(seed(1)), await openPerson(seed(2))];
    expect(one.root).not.toBe(other.root);
    expect(one.recovery.publicHex).not.toBe(other.recovery.publicHex);
    expect(one.personal.ledger).not.toBe(other.personal.ledger);
    expect(one.personal.member).not.toBe(other.personal.member);
  });

  it('signs with the root, and founds the personal ledger with another key', async () => {
    const { root, sign, personal } = await openPerson(seed(1));
    const message = Uint8Array.of(1, 2, 3);
    expect(await isSignedBy(hexToBytes(root), await sign(message), message)).toBe(true);
    expect(await isSignedBy(personal.founder.publicKey, await personal.founder.sign(message), message)).toBe(true);
    expect(bytesToHex(personal.founder.publicKey)).not.toBe(root);
    expect(personal.ledger).toBe(await ledgerIdOf(personal.founder.publicKey, personal.salt));
    expect(personal.member).toMatch(/^[0-9a-f]{16}$/);
  });

  it('certifies devices: these keys, of this root, and no other', async () => {
    const person = await openPerson(seed(1));
    const [{ device, agreement }, other] = [await openDevice(seed(3)), await openDevice(seed(4))];
    const keys = { device, agreement: agreement.publicHex };
    const certificate = await certifyDevice(person, keys);
    expect(await isDeviceCertified(person.root, keys, certificate)).toBe(true);
    expect(await isDeviceCertified(person.root, { ...keys, agreement: other.agreement.publicHex }, certificate)).toBe(false);
    expect(await isDeviceCertified(person.root, { ...keys, device: other.device }, certificate)).toBe(false);
    expect(await isDeviceCertified((await openPerson(seed(2))).root, keys, certificate)).toBe(false);
    expect(await isDeviceCertified(person.root, keys, certificate.with(5, certificate[5]! ^ 1))).toBe(false);
  });

  it('certifies its recovery key, and that is no certificate of a device', async () => {
    const person = await openPerson(seed(1));
    const { agreement, certificate } = await certifyRecovery(person);
    expect(agreement).toBe(person.recovery.publicHex);
    expect(await isRecoveryCertified(person.root, agreement, certificate)).toBe(true);
    expect(await isRecoveryCertified((await openPerson(seed(2))).root, agreement, certificate)).toBe(false);
    expect(await isDeviceCertified(person.root, { device: agreement, agreement }, certificate)).toBe(false);
  });

  it('is made of 32 bytes', async () => {
    await expect(openPerson(new Uint8Array(16))).rejects.toThrow(RangeError);
  });
});

describe('a device', () => {
  it('is the same for the same seed, today and in a year', async () => {
    const { device, agreement, pseudonym } = await openDevice(seed(7));
    const { deviceId, publicKey } = await pseudonym('ab'.repeat(16));
    expect({ device, agreement: agreement.publicHex, deviceId, pseudonym: bytesToHex(publicKey) }).toMatchInlineSnapshot(`
      {
        "agreement": "9cc136d666556aa2c2d6328c7df2526d7ba84ccc1118e005f6804d0abfc9e91a",
        "device": "808e2dbc09ffb82e2a543893025390ddf3fa128ce409d16a7a56eb247f43e4cd",
        "deviceId": "0b2e66a11722508b213a1efc703cb9f9",
        "pseudonym": "3e91a0a67394f27bb1da3d53bf2f29c6ff110f4c6d4e21d46a69767037b3de87",
      }
    `);
  });

  it('has a pseudonym of its own in each ledger, made once', async () => {
    const { device, pseudonym } = await openDevice(seed(1));
    const [here, there] = [await pseudonym('11'.repeat(16)), await pseudonym('22'.repeat(16))];
    expect(await pseudonym('11'.repeat(16))).toBe(here);
    expect(new Set([here.deviceId, there.deviceId]).size).toBe(2);
    expect(new Set([bytesToHex(here.publicKey), bytesToHex(there.publicKey), device]).size).toBe(3);
    const message = Uint8Array.of(9);
    expect(await isSignedBy(here.publicKey, await here.sign(message), message)).toBe(true);
    expect(await isSignedBy(there.publicKey, await here.sign(message), message)).toBe(false);
  });

  it('has a seed of 32 bytes', async () => {
    await expect(openDevice(new Uint8Array(33))).rejects.toThrow(RangeError);
  });
});

describe('an invite', () => {
  it('has the same two keys for the same seed, today and in a year', async () => {
    const { access, agreement } = await openInviteKeys(seed(7));
    expect({ access: bytesToHex(access.publicKey), agreement: agreement.publicHex }).toMatchInlineSnapshot(`
      {
        "access": "a9c5a5d81bb6719256a48acc5f7ce1e6dc296781b28f6615f3c7931b4c41b65a",
        "agreement": "d42fda408da3849b2732a8dd3173405d1883d69ab1ba0745e451e654f275033f",
      }
    `);
    await expect(openInviteKeys(new Uint8Array(31))).rejects.toThrow(RangeError);
  });
});

describe('derived bytes', () => {
  // Made with another program: HKDF of Python's `cryptography`, info = CBOR ['tallystick test', 32, h'0102'].
  it('are HKDF-SHA-256', async () => {
    const derive = await openDerivation(seed(7));
    expect(bytesToHex(await derive('test', 32, Uint8Array.of(1, 2)))).toBe('76d4ae5815907931a9448a0f86c5e95489c15e69693c49b6305b6cf4ae993403');
  });

  it('differ by purpose, length and context', async () => {
    const derive = await openDerivation(seed(7));
    const all = [await derive('a', 16), await derive('b', 16), await derive('a', 32), await derive('a', 16, new Uint8Array()), await derive('a', 16, new Uint8Array(1))];
    expect(new Set(all.map((bytes) => bytesToHex(bytes.subarray(0, 16)))).size).toBe(all.length);
    await expect(openDerivation(new Uint8Array(31))).rejects.toThrow(RangeError);
  });
});
