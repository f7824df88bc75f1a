import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesToHex } from './bytes.ts';
import { decodeCbor, encodeCbor } from './cbor.ts';
import { MAXIMUM_RECORD_BYTES } from './limits.ts';
import {
  encodeRecord, encodeRecordBody, foundingBytes, parseRecord, recordToSignedBytes, ROLES, type Admission, type EpochStart, type MembershipBody, type MembershipChange,
} from './membership-record.ts';

const hexOf = (bytes: number) => fc.uint8Array({ minLength: bytes, maxLength: bytes }).map(bytesToHex);
const key = hexOf(32);
const wrap = fc.uint8Array({ maxLength: 100 });
const admission: fc.Arbitrary<Admission> = fc.record({ key, wrap });
const admissions = fc.array(admission, { minLength: 1, maxLength: 4 });
const count = fc.maxSafeNat();
const change: fc.Arbitrary<MembershipChange> = fc.oneof(
  fc.record({ type: fc.constant('found' as const), salt: fc.uint8Array({ minLength: 16, maxLength: 16 }), member: hexOf(8), devices: admissions }),
  fc.record({ type: fc.constant('invite' as const), key, role: fc.constantFrom(...ROLES), uses: fc.integer({ min: 1, max: 1_000 }), expires: count, wrap }),
  fc.record({ type: fc.constantFrom('withdraw' as const, 'revoke' as const), key }),
  fc.record({ type: fc.constant('join' as const), member: hexOf(8), devices: admissions }),
  fc.record({ type: fc.constant('device' as const), device: admission }),
  fc.record({ type: fc.constant('remove' as const), member: hexOf(8) }),
  fc.record({ type: fc.constant('role' as const), member: hexOf(8), role: fc.constantFrom(...ROLES) }),
  fc.constant({ type: 'epoch' as const }),
);
const epoch: fc.Arbitrary<EpochStart> = fc.record({ number: count, keyId: hexOf(16), wraps: fc.array(admission, { maxLength: 5 }) });
const body: fc.Arbitrary<MembershipBody> = fc.record({
  ledger: hexOf(16), number: count, previous: fc.oneof(fc.constant(''), key), author: key, change, epoch: fc.option(epoch), sealed: fc.uint8Array({ maxLength: 200 }),
});
const signature = new Uint8Array(64).fill(5);
const recordOf = (one: MembershipBody) => ({ bodyBytes: encodeRecordBody(one), signature });

const founding: MembershipBody = {
  ledger: 'ab'.repeat(16), number: 0, previous: '', author: 'cd'.repeat(32), sealed: new Uint8Array(10),
  change: { type: 'found', salt: new Uint8Array(16), member: '01'.repeat(8), devices: [{ key: 'cd'.repeat(32), wrap: new Uint8Array(3) }] },
  epoch: { number: 0, keyId: '02'.repeat(16), wraps: [] },
};

describe('a membership record', () => {
  it('is read as it was written, whatever is in it', () => {
    fc.assert(
      fc.property(body, (one) => {
        const record = recordOf(one);
        expect(parseRecord(encodeRecord(record))).toEqual({ ok: true, value: { ...one, ...record, signedBytes: recordToSignedBytes(record.bodyBytes) } });
      }),
    );
  });

  it('has one spelling, and a broken one is refused, never an exception', () => {
    fc.assert(
      fc.property(body, fc.uint8Array({ maxLength: 300 }), fc.nat(), fc.integer({ min: 1, max: 255 }), (one, garbage, position, flip) => {
        expect(parseRecord(garbage).ok).toBe(false);
        const bytes = encodeRecord(recordOf(one));
        expect(parseRecord(bytes.subarray(0, position % bytes.length)).ok).toBe(false);
        bytes[position % bytes.length]! ^= flip;
        const parsed = parseRecord(bytes);
        if (!parsed.ok) return;
        expect(bytesToHex(encodeRecord(parsed.value))).toBe(bytesToHex(bytes));
        expect(bytesToHex(encodeRecordBody(parsed.value))).toBe(bytesToHex(parsed.value.bodyBytes));
      }),
    );
  });

  const broken = (alter: (parts: unknown[]) => unknown): Uint8Array => {
    const decoded = decodeCbor(encodeRecordBody(founding));
    if (!decoded.ok || !Array.isArray(decoded.value)) throw new Error('no body');
    return encodeRecord({ bodyBytes: encodeCbor(alter(decoded.value)), signature });
  };
  const withChange = (value: unknown) => broken((parts) => parts.with(5, value));
  it.each([
    ['another version', broken((parts) => parts.with(0, 2))],
    ['a short id', broken((parts) => parts.with(1, new Uint8Array(15)))],
    ['a negative number', broken((parts) => parts.with(2, -1))],
    ['a number with a fraction', broken((parts) => parts.with(2, 0.5))],
    ['half a hash of the one before', broken((parts) => parts.with(3, new Uint8Array(16)))],
    ['one part more', broken((parts) => [...parts, 1])],
    ['an unknown change', withChange({ type: 'crown' })],
    ['a change called __proto__', withChange({ type: '__proto__' })],
    ['a field more', withChange({ type: 'epoch', extra: 1 })],
    ['an unknown role', withChange({ type: 'role', member: new Uint8Array(8), role: 'king' })],
    ['nobody who joins', withChange({ type: 'join', member: new Uint8Array(8), devices: [] })],
    ['an invite for nobody', withChange({ type: 'invite', key: new Uint8Array(32), role: 'viewer', uses: 0, expires: 0, wrap: new Uint8Array() })],
    ['a wrap too large', withChange({ type: 'device', device: [new Uint8Array(32), new Uint8Array(64 * 1024 + 1)] })],
    ['a short signature', encodeRecord({ bodyBytes: encodeRecordBody(founding), signature: new Uint8Array(63) })],
    ['a body that is none', encodeRecord({ bodyBytes: new Uint8Array([0xff]), signature })],
    ['a map', encodeCbor({ bodyBytes: encodeRecordBody(founding), signature })],
    ['more bytes than allowed', encodeRecord(recordOf({ ...founding, sealed: new Uint8Array(MAXIMUM_RECORD_BYTES) }))],
  ])('is refused with %s', (_, bytes) => {
    expect(parseRecord(bytes)).toEqual({ ok: false, code: 'record_malformed' });
  });

  it('names who founded a ledger in a way nobody else can', () => {
    const salt = new Uint8Array(16);
    const bytes = bytesToHex(foundingBytes(founding.author, salt));
    expect(bytesToHex(foundingBytes('ce'.repeat(32), salt))).not.toBe(bytes);
    expect(bytesToHex(foundingBytes(founding.author, salt.with(0, 1)))).not.toBe(bytes);
  });
});
