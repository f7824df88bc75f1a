/** What NXP, NIST and the IETF published: AN12196 (tables by its revision 1.8), AN10922, RFC 4493. */
import { describe, expect, it } from 'vitest';
import { toHex, wrapNative, type Ask } from '#native/apdu.ts';
import { achieved } from '#native/outcome.ts';
import { cmac, decryptChain, encryptChain } from './aes.ts';
import { authenticate, changeFileSettings, changeOtherKey, changeOwnKey, INSTRUCTION, inverseCrc, readCardUid } from './commands.ts';
import { diversify } from './issuer.ts';
import { createSession, deriveSessionKeys } from './session.ts';
import { decryptMessage, encryptMessage, isSignedBy, signMessage } from './sun.ts';

const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex');
const ZERO = Buffer.alloc(16);

/** A card that answers these, and what it was sent. */
function createTape(...answers: string[]): { ask: Ask; sent: string[] } {
  const sent: string[] = [];
  const ask: Ask = (command) => {
    sent.push(toHex(command));
    const answer = bytes(answers.shift() ?? '');
    return Promise.resolve(achieved({ status: answer.readUInt16BE(answer.length - 2), data: answer.subarray(0, -2) }));
  };
  return { ask, sent };
}

describe('AES-CMAC (RFC 4493 section 4)', () => {
  const key = bytes('2B7E151628AED2A6ABF7158809CF4F3C');
  const message = bytes('6BC1BEE22E409F96E93D7E117393172AAE2D8A571E03AC9C9EB76FAC45AF8E5130C81C46A35CE411E5FBC1191A0A52EFF69F2445DF4F9B17AD2B417BE66C3710');
  it.each([
    [0, 'BB1D6929E95937287FA37D129B756746'],
    [16, '070A16B46B4D4144F79BDD9DD04A287C'],
    [40, 'DFA66747DE9AE63030CA32611497C827'],
    [64, '51F0BEBF7E3B9D92FC49741779363CFE'],
  ])('of %i bytes', (length, expected) => {
    expect(toHex(cmac(key, message.subarray(0, length)))).toBe(expected);
  });
});

describe('keys of a card (AN10922 section 2.2.1)', () => {
  it('come from the master key and the card', () => {
    const input = bytes('04782E21801D803042F54E585020416275');
    expect(toHex(diversify(bytes('00112233445566778899AABBCCDDEEFF'), input))).toBe('A8DD63A3B89D54B37CA802473FDA9175');
  });
  it('are not made from an input that NXP would pad otherwise', () => {
    expect(() => diversify(ZERO, Buffer.alloc(15))).toThrow(RangeError);
  });
});

describe('the message of a card (AN12196 section 3)', () => {
  const message = { uid: bytes('04DE5F1EACC040'), counter: bytes('3D0000') };
  const sealed = bytes('EF963FF7828658A599F3041510671E88');

  it('says number and counter', () => {
    expect(toHex(decryptChain(ZERO, sealed))).toBe('C704DE5F1EACC0403D0000DA5CF60941');
    expect(decryptMessage(ZERO, sealed)).toEqual(message);
    expect(encryptMessage(ZERO, message, bytes('DA5CF60941'))).toEqual(sealed);
  });
  it('is nothing under another key', () => {
    expect(decryptMessage(Buffer.alloc(16, 1), sealed)).toBeUndefined();
  });
  it('is signed', () => {
    expect(toHex(signMessage(ZERO, message))).toBe('94EED9EE65337086');
    expect(isSignedBy(ZERO, message, bytes('94EED9EE65337086'))).toBe(true);
    expect(isSignedBy(ZERO, message, bytes('94EED9EE65337087'))).toBe(false);
    expect(isSignedBy(ZERO, message, bytes('94EED9EE653370'))).toBe(false);
  });
  it('is signed together with what else is covered', () => {
    const other = { uid: bytes('04958CAA5C5E80'), counter: bytes('080000') };
    expect(decryptMessage(ZERO, bytes('FD91EC264309878BE6345CBE53BADF40'))).toEqual(other);
    expect(toHex(signMessage(ZERO, other, Buffer.from('CEE9A53E3E463EF1F459635736738962&cmac=')))).toBe('ECC1E7F6C6C73BF6');
  });
  it('is signed with a key of its own for every counter', () => {
    const key = bytes('5ACE7E50AB65D5D51FD5BF5A16B8205B');
    expect(toHex(cmac(key, bytes('3CC30001008004C767F2066180010000')))).toBe('3A3E8110E05311F7A3FCF0D969BF2B48');
  });
});

describe('secure messaging (AN12196 sections 5 and 6)', () => {
  const session = () => createSession({ encryption: bytes('1309C877509E5A215007FF0ED19CA564'), mac: bytes('4C6626F5E72EA694202139295C7A7FC7') }, bytes('9D00C4DF'));

  it('begins with challenges to both sides (table 14)', async () => {
    const { ask, sent } = createTape('A04C124213C186F22399D33AC2A3021591AF', '3FA64DB5446D1F34CD6EA311167F5E4985B89690C04A05F17FA7AB2F081206639100');
    const opened = await authenticate(ask, 0, ZERO, () => bytes('13C5DB8A5930439FC3DEF9A4C675360F'));
    expect(opened.ok).toBe(true);
    expect(sent).toEqual(['9071000002000000', '90AF00002035C3E05A752E0144BAC0DE51C1F22C56B34408A23D8AEA266CAB947EA8E0118D00']);
    const keys = deriveSessionKeys(ZERO, bytes('13C5DB8A5930439FC3DEF9A4C675360F'), decryptChain(ZERO, bytes('A04C124213C186F22399D33AC2A30215')));
    expect([toHex(keys.encryption), toHex(keys.mac)]).toEqual(['1309C877509E5A215007FF0ED19CA564', '4C6626F5E72EA694202139295C7A7FC7']);
  });
  it('does not begin with a card that cannot answer the challenge', async () => {
    // It repeats what we said, under a key it does not know.
    const { ask } = createTape('A04C124213C186F22399D33AC2A3021591AF', `${toHex(encryptChain(ZERO, Buffer.alloc(32, 7)))}9100`);
    expect(await authenticate(ask, 0, ZERO, () => Buffer.alloc(16, 9))).toEqual({ ok: false, code: 'key_refused' });
  });
  it('writes a file encrypted (table 17) and changes its settings (table 18)', async () => {
    const open = session();
    const message = Buffer.concat([bytes('0051D1014D5504'), Buffer.from(`choose.url.com/ntag424?e=${'0'.repeat(32)}&c=${'0'.repeat(16)}`)]);
    const content = Buffer.concat([message, Buffer.alloc(0x80 - message.length)]);
    const written = toHex(wrapNative(INSTRUCTION.writeData, open.sealCommand(INSTRUCTION.writeData, bytes('02000000800000'), content, 'full')));
    expect(written.startsWith('908D00009F02000000800000421C73A27D827658AF481FDFF20A5025')).toBe(true);
    expect(written.endsWith('D1D9A8499661EBF300')).toBe(true);
    open.advance();
    expect(open.openReply(bytes('FC222E5F7A542452'), 'full')).toEqual(Buffer.alloc(0));

    const { ask, sent } = createTape('57BFF87B1241E93D9100');
    const changed = await changeFileSettings(ask, open, 2, bytes('4000E0C1F121200000430000430000'));
    expect(changed.ok).toBe(true);
    expect(sent).toEqual(['905F0000190261B6D97903566E84C3AE5274467E89EAD799B7C1A0EF7A0400']);
  });
  it('changes another key and then its own (tables 25 and 26)', async () => {
    const open = createSession({ encryption: bytes('4CF3CB41A22583A61E89B158D252FC53'), mac: bytes('5529860B2FC5FB6154B7F28361D30BF9') }, bytes('7614281A'), 2);
    const other = bytes('F3847D627727ED3BC9C4CC050489B966');
    expect(toHex(inverseCrc(other))).toBe('789DFADC');
    const { ask, sent } = createTape('203BB55D1089D5879100', '9100');
    expect((await changeOtherKey(ask, open, ZERO, { number: 2, to: other, version: 1 })).ok).toBe(true);
    expect((await changeOwnKey(ask, open, { number: 0, to: bytes('5004BF991F408672B1EF00F08F9E8647'), version: 1 })).ok).toBe(true);
    expect(sent).toEqual([
      '90C4000029022CF362B7BF4311FF3BE1DAA295E8C68DE09050560D19B9E16C2393AE9CD1FAC75D0CE20BCD1D06E600',
      '90C400002900C0EB4DEEFEDDF0B513A03A95A75491818580503190D4D05053FF75668A01D6FDA6610234BDED643200',
    ]);
  });
  it("says a card's number (table 28), and believes no other", async () => {
    const open = () => createSession({ encryption: bytes('2B4D963C014DC36F24F69A50A394F875'), mac: bytes('379D32130CE61705DD5FD8C36B95D764') }, bytes('DF055522'));
    const { ask, sent } = createTape('70756055688505B52A5E26E59E329CD6595F672298EA41B79100', '70756055688505B52A5E26E59E329CD6595F672298EA41B69100');
    const uid = await readCardUid(ask, open());
    expect(uid.ok && toHex(uid.value)).toBe('04958CAA5C5E80');
    expect(sent).toEqual(['90510000088E2C155ADDA99BE300']);
    expect(await readCardUid(ask, open())).toEqual({ ok: false, code: 'card_nonsense' });
  });
  it('asks with a MAC and no encryption (table 7)', () => {
    const open = createSession({ encryption: ZERO, mac: bytes('8248134A386E86EB7FAF54A52E536CB6') }, bytes('7A21085E'));
    expect(toHex(wrapNative(0xf5, open.sealCommand(0xf5, bytes('02'), Buffer.alloc(0), 'mac')))).toBe('90F5000009026597A457C8CD442C00');
    open.advance();
    expect(open.openReply(bytes('0040EEEE000100D1FE001F00004400004400002000006A00002A474282E7A47986'), 'mac')).toEqual(
      bytes('0040EEEE000100D1FE001F00004400004400002000006A0000'),
    );
  });
});
