import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesToInvite, encodeInvite, inviteToBytes, isInviteLink, parseInvite, type Invite } from './invite.ts';
import { codeToBox, createCode, openInviteWithCode, parseCode, sealInviteForCode } from './invite-code.ts';

const randomBytes = (length: number) => crypto.getRandomValues(new Uint8Array(length));
const invite: Invite = { relay: 'wss://relay.example/', secret: randomBytes(32), name: 'Flat 4B, 三楼' };

describe('an invite link', () => {
  it('carries relay, secret and name', () => {
    const link = encodeInvite(invite);
    expect(link).toMatch(/^tallystick:\/\/join\/[\w-]+$/);
    expect(parseInvite(link)).toEqual({ ok: true, value: invite });
  });

  it('survives being broken over lines by a mail', () => {
    const link = encodeInvite(invite);
    expect(parseInvite(`  ${link.slice(0, 60)}\r\n ${link.slice(60)}\n`)).toEqual({ ok: true, value: invite });
  });

  it('is refused when a character is missing, and for a relay that is none', () => {
    const link = encodeInvite(invite);
    for (const at of [20, 40, link.length - 1]) expect(parseInvite(link.slice(0, at) + link.slice(at + 1)).ok).toBe(false);
    for (const relay of ['https://relay.example', 'javascript:alert(1)', 'wss://name:word@relay.example', '']) {
      expect(bytesToInvite(inviteToBytes({ ...invite, relay })).ok).toBe(false);
    }
    expect(bytesToInvite(inviteToBytes({ ...invite, secret: randomBytes(31) })).ok).toBe(false);
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
