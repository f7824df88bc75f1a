/**
 * Parsers of what comes from others and has no fuzz test beside it: docs/security.md lists where each is. None of them
 * throws, takes long or believes anything, whatever it is given: any bytes, sound ones with some changed, and sound seals around anything.
 */
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { success } from '#domain/result.ts';
import { extendAccess, type LedgerAccess } from './access.ts';
import { countOperations } from './change-size.ts';
import { sealBytes } from './content-key.ts';
import type { Conversation } from './conversation.ts';
import { isVouchedFor } from './endorsement.ts';
import { cardSchema, checkCard } from './identity/card.ts';
import { openDerivation } from './identity/derive.ts';
import { createCode, openInviteWithCode, parseCode, sealInviteForCode } from './invite-code.ts';
import { isSignedBy, ownBytes } from './keys.ts';
import { openContent, sealContent } from './membership-content.ts';
import { missingToSignals, signalToMissing } from './missing.ts';
import { openMailbox, type PairingStep } from './pairing.ts';
import { bytesToHex, hexToBytes } from './protocol/bytes.ts';
import { encodeCbor } from './protocol/cbor.ts';
import { padBytes } from './protocol/frames.ts';
import { encodeRecord, encodeRecordBody, parseRecord, recordToSignedBytes, type MembershipBody } from './protocol/membership-record.ts';
import { createRepo } from './repo.ts';
import { makeEpoch, makeRemoval, makeRole } from './records.ts';
import { must, randomBytes, sampleLedger, type SampleLedger } from './sample.access.ts';
import { sampleEntry, sampleId, samplePerson } from './sample.ts';
import { createMemoryStore } from './store.memory.ts';

/** A second on a busy machine: what is given here takes well under a millisecond. */
const LONGEST = 1_000;

/** Anything that CBOR can hold, often in the shape that is expected. */
const values = (shape: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<unknown> =>
  fc.oneof(
    fc.record(shape),
    fc.record(shape, { requiredKeys: [] }),
    fc.anything({ withTypedArray: false, maxDepth: 3, values: [fc.string(), fc.nat(), fc.boolean(), fc.constant(null), fc.uint8Array({ maxLength: 130 })] }),
  );
const bytesOf = (...lengths: number[]) => fc.constantFrom(...lengths).chain((length) => fc.uint8Array({ minLength: length, maxLength: length }));

/** Undefined for what CBOR has no words for. */
function toCbor(value: unknown): Uint8Array<ArrayBuffer> | undefined {
  try {
    return encodeCbor(value);
  } catch {
    return undefined;
  }
}
/** Sound bytes, some of which are others, or which end early. */
const spoiled = (whole: Uint8Array) =>
  fc.record({ cut: fc.nat(whole.length), changes: fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 4 }), isCut: fc.boolean() }).map(({ cut, changes, isCut }) => {
    const bytes = Uint8Array.from(isCut ? whole.subarray(0, cut) : whole);
    for (const [at, byte] of changes) if (at < bytes.length) bytes[at] = byte;
    return bytes;
  });

async function inTime<T>(work: () => T | Promise<T>): Promise<T> {
  const started = performance.now();
  const done = await work();
  expect(performance.now() - started).toBeLessThan(LONGEST);
  return done;
}

let book: SampleLedger;
let ada: LedgerAccess;
beforeAll(async () => {
  book = await sampleLedger();
  const bo = await book.welcome('Bo');
  await book.welcome('Cy', 'viewer');
  await book.add(makeRole(await book.access(book.owner), bo.member, 'viewer', new Map([[sampleId('document'), ['a'.repeat(64)]]]), randomBytes));
  ada = await book.access(book.owner);
});

const hasSameMeaning = (bytes: Uint8Array, sound: readonly Uint8Array[]): boolean => sound.some((one) => bytesToHex(one) === bytesToHex(bytes));

describe('records', () => {
  it('with anything changed have no place in a line', async () => {
    const sound = [...book.records];
    const next = await makeRemoval(ada, { type: 'remove', member: [...ada.membership.members.keys()][1] ?? '' }, new Map(), randomBytes);
    await fc.assert(fc.asyncProperty(fc.constantFrom(...sound, next).chain(spoiled), async (bytes) => {
      fc.pre(!hasSameMeaning(bytes, [next]));
      expect((await inTime(() => extendAccess(ada, book.owner.seat.deps, [bytes]))).ok).toBe(false);
    }), { numRuns: 300 });
  });

  it('that a member has signed around anything at all are read or passed over, and the line goes on', async () => {
    const content = values({
      cards: fc.array(fc.tuple(bytesOf(32, 31), fc.oneof(fc.anything(), fc.record({ root: bytesOf(32), device: bytesOf(32), name: fc.string() }))), { maxLength: 3 }),
      frontier: fc.oneof(fc.constant(null), fc.array(fc.tuple(bytesOf(16, 15), fc.array(bytesOf(32, 1), { maxLength: 3 })), { maxLength: 3 })),
      accepts: fc.array(bytesOf(32, 33), { maxLength: 3 }),
    });
    const reseal = await openResealing();
    let read = 0;
    await fc.assert(fc.asyncProperty(fc.oneof(content.map(toCbor), fc.uint8Array({ maxLength: 300 })), async (inner) => {
      if (!inner) return;
      const bytes = await reseal(inner);
      const extended = await inTime(() => extendAccess(ada, book.owner.seat.deps, [bytes]));
      expect(extended.ok).toBe(true);
      const parsed = parseRecord(bytes);
      if (parsed.ok && extended.ok && (await openContent(extended.value.current!, parsed.value))) read += 1;
    }), { numRuns: 300 });
    expect(read).toBeGreaterThan(3);
  });

  /** A new epoch's record, with this for what it says inside, signed anew. */
  async function openResealing(): Promise<(inner: Uint8Array) => Promise<Uint8Array>> {
    const epoch = await makeEpoch(ada, [], randomBytes);
    const parsed = parseRecord(epoch);
    const { current } = await must(extendAccess(ada, book.owner.seat.deps, [epoch]));
    if (!parsed.ok || !current) throw new Error('a new epoch has a key for whoever begins it');
    const open: MembershipBody = { ...parsed.value, sealed: new Uint8Array() };
    return async (inner) => {
      const sealed = await sealBytes(current.key, padBytes(inner), encodeRecordBody(open), randomBytes);
      const bodyBytes = encodeRecordBody({ ...open, sealed });
      return encodeRecord({ bodyBytes, signature: await ada.device.sign(recordToSignedBytes(bodyBytes)) });
    };
  }

  it('have contents that nobody can have changed', async () => {
    const parsed = parseRecord(book.records[0] ?? new Uint8Array());
    if (!parsed.ok) throw new Error(parsed.code);
    const body = { ...parsed.value, sealed: new Uint8Array() };
    const key = ada.contentKeys[0]!;
    const sealed = await sealContent(key, body, { cards: new Map(), frontier: null, accepts: ['a'.repeat(64)] }, randomBytes);
    expect(await openContent(key, { ...body, sealed })).toMatchObject({ accepts: ['a'.repeat(64)] });
    await fc.assert(fc.asyncProperty(fc.oneof(spoiled(sealed), fc.uint8Array({ maxLength: 200 })), async (bytes) => {
      fc.pre(!hasSameMeaning(bytes, [sealed]));
      expect(await inTime(() => openContent(key, { ...body, sealed: bytes }))).toBeUndefined();
    }), { numRuns: 300 });
  });
});

it('cards of any shape are read or not, and never hold', async () => {
  const card = values({
    root: bytesOf(32, 1), device: bytesOf(32), agreement: bytesOf(32), certificate: bytesOf(64), binding: bytesOf(128), recovery: fc.oneof(fc.constant(null), fc.record({ agreement: bytesOf(32), certificate: bytesOf(64) })),
    name: fc.string(), deviceName: fc.string(), person: fc.oneof(fc.constant(null), bytesOf(16)),
  });
  let read = 0;
  await fc.assert(fc.asyncProperty(card, async (value) => {
    const parsed = cardSchema.safeParse(value);
    if (!parsed.success) return;
    read += 1;
    expect(await inTime(() => checkCard(book.ledger, 'ab'.repeat(32), parsed.data))).toBe(false);
  }), { numRuns: 1_000 });
  expect(read).toBeGreaterThan(0);
});

it('words for a snapshot count for nothing unless a member has signed them', async () => {
  const [author, other] = [...ada.membership.tenures.keys()];
  const endorsements = fc.array(fc.record({ key: fc.oneof(bytesOf(32), fc.constant(hexToBytes(other ?? ''))), signature: bytesOf(64) }), { maxLength: 8 });
  await fc.assert(fc.asyncProperty(endorsements, async (given) => {
    expect(await inTime(() => isVouchedFor(ada, { author: author ?? '', record: 2 }, sampleId('frame'), given))).toBe(false);
  }), { numRuns: 100 });
});

it('what others say they miss is a list of hashes, or nothing', async () => {
  const [sound = new Uint8Array()] = missingToSignals([{ document: sampleId('document'), hash: 'ab'.repeat(32) }]);
  expect(signalToMissing(sound)).toEqual({ document: sampleId('document'), hashes: ['ab'.repeat(32)] });
  await fc.assert(fc.asyncProperty(fc.oneof(fc.uint8Array({ maxLength: 200 }), spoiled(sound), values({}).map((value) => toCbor(value) ?? sound)), async (bytes) => {
    const missing = await inTime(() => signalToMissing(bytes));
    if (missing) expect([missing.document.length, missing.hashes.every((hash) => hash.length === 64)]).toEqual([32, true]);
  }));
});

it('keys and signatures of any bytes are no key and no signature', async () => {
  await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 70 }), fc.uint8Array({ maxLength: 70 }), async (key, signature) => {
    expect(await isSignedBy(key, signature, new Uint8Array([1]))).toBe(false);
  }));
});

describe('the boxes of a mailbox', () => {
  const steps: readonly PairingStep[] = ['greeting', 'answer', 'welcome', 'entry'];
  /** A relay in whose boxes this lies. */
  const holding = (bytes: Uint8Array | null): Conversation => ({
    nonce: new Uint8Array(32), end: () => undefined,
    request: (async () => success({ type: 'taken', id: 1, bytes })) as unknown as Conversation['request'],
  });

  it('of a pairing hold a message, or are refused', async () => {
    const seed = randomBytes(32);
    const mailbox = await openMailbox(seed, randomBytes);
    const derive = await openDerivation(seed);
    const key = await crypto.subtle.importKey('raw', ownBytes(await derive('pairing key', 32)), 'AES-GCM', false, ['encrypt']);
    const keys = { device: fc.constantFrom('ab'.repeat(32), 'ab'), agreement: fc.constant('cd'.repeat(32)) };
    const message = fc.oneof(
      values(keys), values({ ...keys, nonce: bytesOf(16, 15), deviceName: fc.string() }), values({ key: keys.device, card: fc.anything() }),
      values({ root: keys.device, name: fc.string(), certificate: bytesOf(64, 0), recovery: fc.record({ agreement: keys.agreement, certificate: bytesOf(64) }), personal: fc.constant('ab'.repeat(16)) }),
    );
    let read = 0;
    await fc.assert(fc.asyncProperty(fc.constantFrom(...steps), fc.oneof(message.map(toCbor), fc.uint8Array({ maxLength: 300 })), fc.boolean(), async (step, inner, isSealed) => {
      if (!inner) return;
      const bytes = isSealed ? await sealBytes(key, padBytes(inner), encodeCbor(['tallystick pairing 1', step]), randomBytes) : inner;
      const taken = await inTime(() => mailbox.take(holding(bytes), step));
      if (taken.ok) read += 1;
      else expect(taken.code).toBe('pairing_failed');
    }), { numRuns: 500 });
    expect(read).toBeGreaterThan(0);
  });

  it('of a code hold an invite, or are refused', async () => {
    const code = parseCode(createCode(randomBytes));
    if (!code.ok) throw new Error(code.code);
    const sealed = await sealInviteForCode(code.value, { kind: 'ledger', relay: 'wss://relay.example', ledger: book.ledger, seed: randomBytes(32), name: 'Flat' }, randomBytes);
    if (!sealed) throw new Error('it fits');
    // Few: each tries 600 000 rounds.
    await fc.assert(fc.asyncProperty(fc.oneof(spoiled(sealed.bytes), fc.uint8Array({ maxLength: 100 })), async (bytes) => {
      fc.pre(!hasSameMeaning(bytes, [sealed.bytes]));
      expect(await openInviteWithCode(code.value, bytes)).toEqual({ ok: false, code: 'invite_invalid' });
    }), { numRuns: 10 });
  });
});

describe('changes of Automerge', () => {
  const store = createMemoryStore();
  const repo = createRepo({ store, deviceIn: async () => sampleId('device'), randomBytes, newId: () => sampleId('a document') });

  it('with any bytes changed are refused, in no time', async () => {
    await repo.write(sampleId('ledger'), [sampleEntry('Dinner'), sampleEntry('Lunch'), samplePerson('Ada')]);
    const documents = await must(store.documents(sampleId('ledger')));
    const sound = (await Promise.all(documents.map(({ document }) => must(store.changes(sampleId('ledger'), document))))).flat();
    expect(sound).toHaveLength(2);
    await fc.assert(fc.asyncProperty(fc.oneof(fc.constantFrom(...sound).chain(spoiled), fc.uint8Array({ maxLength: 200 })), async (bytes) => {
      fc.pre(!hasSameMeaning(bytes, sound));
      expect((await inTime(() => repo.readChange(sampleId('a document'), bytes, 0))).ok).toBe(false);
    }), { numRuns: 1_000 });
  });

  it('of any bytes behind the right beginning are counted without reading beyond them', async () => {
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (rest) => {
      const bytes = Uint8Array.from([0x85, 0x6f, 0x4a, 0x83, 0, 0, 0, 0, 1, ...rest]);
      const counted = await inTime(() => countOperations(bytes));
      expect(counted === undefined || Number.isSafeInteger(counted)).toBe(true);
    }), { numRuns: 1_000 });
  });
});
