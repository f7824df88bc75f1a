import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesToInvite, encodeInvite, inviteToBytes, isInviteLink, parseInvite, type Invite } from './invite.ts';
import { codeToBox, createCode, openInviteWithCode, parseCode, sealInviteForCode } from './invite-code.ts';
import { encodeCbor } from './protocol/cbor.ts';

const randomBytes = (length: number) => crypto.getRandomValues(new Uint8Array(length));
const invite: Invite = { kind: 'ledger', relay: 'wss://relay.example/', ledger: 'ab'.repeat(16), seed: randomBytes(32), name: 'Flat 4B, 三楼' };

describe('an invite link', () => {
  it('carries kind, relay, ledger, seed and name', () => {
    const link = encodeInvite(invite);
    expect(link).toMatch(/^tallystick:\/\/join\/[\w-]+$/);
    for (const kind of ['ledger', 'contact', 'device'] as const) expect(parseInvite(encodeInvite({ ...invite, kind }))).toEqual({ ok: true, value: { ...invite, kind } });
  });

  it('survives being broken over lines by a mail', () => {
    const link = encodeInvite(invite);
    expect(parseInvite(`  ${link.slice(0, 60)}\r\n ${link.slice(60)}\n`)).toEqual({ ok: true, value: invite });
  });

  it('is told when it was cut, mistyped, or had letters exchanged', () => {
    const link = encodeInvite(invite);
    const start = 'tallystick://join/'.length;
    const letter = fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_');
    fc.assert(fc.property(fc.integer({ min: start, max: link.length - 1 }), letter, (at, other) => {
      const mistaken = [link.slice(0, at), link.slice(0, at) + link.slice(at + 1)];
      // The last character of all has bits that stand for nothing, so that several of them can mean the same.
      if (other !== link[at] && at < link.length - 1) mistaken.push(link.slice(0, at) + other + link.slice(at + 1));
      for (const text of mistaken) expect(parseInvite(text)).toEqual({ ok: false, code: 'invite_invalid' });
    }));
  });

  it('of the first version is refused, whatever its checksum says', () => {
    const { name, relay } = invite;
    expect(bytesToInvite(encodeCbor({ version: 1, relay, secret: randomBytes(32), name })).ok).toBe(false);
    expect(bytesToInvite(inviteToBytes(invite)).ok).toBe(true);
  });

  it('is refused for a relay that is none, and for fields that make no sense', () => {
    for (const relay of ['https://relay.example', 'javascript:alert(1)', 'wss://name:word@relay.example', '']) {
      expect(bytesToInvite(inviteToBytes({ ...invite, relay })).ok).toBe(false);
    }
    expect(bytesToInvite(inviteToBytes({ ...invite, seed: randomBytes(31) })).ok).toBe(false);
    expect(bytesToInvite(inviteToBytes({ ...invite, ledger: 'ab' })).ok).toBe(false);
    expect(bytesToInvite(inviteToBytes({ ...invite, name: 'a\u202eb' })).ok).toBe(false);
  });

  it('is parsed from any text and any bytes without throwing', () => {
    fc.assert(fc.property(fc.string(), (text) => {
      expect([parseInvite(text).ok, parseInvite(`tallystick://join/${text}`).ok]).toEqual([false, false]);
    }));
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(bytesToInvite(bytes).ok).toBe(false);
    }));
  });

  it('is told from a code', () => {
    expect(isInviteLink(` ${encodeInvite(invite)}`)).toBe(true);
    expect(isInviteLink('K7QF-2M9T-XR4D')).toBe(false);
  });
});

describe('a code', () => {
  it('has twelve digits of Crockford’s alphabet in groups of four', () => {
    for (let turn = 0; turn < 50; turn += 1) expect(createCode(randomBytes)).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}$/);
    expect(createCode((length) => new Uint8Array(length).fill(255))).toBe('ZZZZ-ZZZZ-ZZZZ');
  });

  it.each(['k7qf 2m9t xr4d', 'Ｋ７ＱＦ－２Ｍ９Ｔ－ＸＲ４Ｄ', ' K7QF–2M9T—XR4D ', 'K7QF2M9TXR4D'])('is read as typed: %s', (typed) => {
    expect(parseCode(typed)).toEqual({ ok: true, value: 'K7QF2M9TXR4D' });
  });

  it('takes O for 0, I and L for 1, and nothing that is no digit or one too few', () => {
    expect(parseCode('OIL0-0000-0000')).toEqual({ ok: true, value: '011000000000' });
    for (const typed of ['', 'K7QF-2M9T-XR4', 'K7QF-2M9T-XR4DD', 'UUUU-UUUU-UUUU', 'K7QF-2M9T-XR4D!']) expect(parseCode(typed).ok).toBe(false);
  });

  it('opens what was sealed under it, and nothing else does', async () => {
    const sealed = await sealInviteForCode('K7QF2M9TXR4D', invite, randomBytes);
    const bytes = sealed?.bytes ?? new Uint8Array();
    expect(sealed?.box).toBe(await codeToBox('K7QF2M9TXR4D'));
    expect(await openInviteWithCode('K7QF2M9TXR4D', bytes)).toEqual({ ok: true, value: invite });
    expect((await openInviteWithCode('K7QF2M9TXR4E', bytes)).ok).toBe(false);
    const changed = bytes.slice();
    changed.fill(0, 100, 104);
    expect((await openInviteWithCode('K7QF2M9TXR4D', changed)).ok).toBe(false);
    expect((await openInviteWithCode('K7QF2M9TXR4D', new Uint8Array(3))).ok).toBe(false);
  });

  it('lies in a box that does not tell how long the name is', async () => {
    const short = await sealInviteForCode('K7QF2M9TXR4D', { ...invite, name: 'A' }, randomBytes);
    const long = await sealInviteForCode('K7QF2M9TXR4D', { ...invite, name: 'A'.repeat(80) }, randomBytes);
    expect(short?.bytes.length).toBe(long?.bytes.length);
  });
});
