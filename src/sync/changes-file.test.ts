import { beforeAll, describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { readChanges, writeChanges } from './changes-file.ts';
import type { Exchange } from './exchange.ts';
import { bytesToHex, concatBytes } from './protocol/bytes.ts';
import { makeEpoch, makeRemoval } from './records.ts';
import { randomBytes, sampleLedger, type SampleLedger } from './sample.access.ts';
import { createParty, type Party } from './sample.exchange.ts';

async function toFile(...exchanges: Exchange[]): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of writeChanges(exchanges)) {
    if (!piece.ok) throw new Error(piece.code);
    pieces.push(piece.value);
  }
  return concatBytes(...pieces);
}
function* cut(file: Uint8Array, length: number): Generator<Uint8Array> {
  for (let start = 0; start < file.length; start += length) yield file.subarray(start, start + length);
}

describe('a file of changes', () => {
  it('carries them both ways, for all ledgers that both are in', async () => {
    const [flat, trip, own] = await Promise.all([sampleLedger(), sampleLedger(), sampleLedger()]);
    const ada = await Promise.all([flat, trip, own].map((ledger) => createParty(ledger, ledger.owner)));
    const bo = [await createParty(flat, await flat.welcome('Bo')), await createParty(trip, await trip.welcome('Bo'))];
    await Promise.all([ada[0]!.write('rent'), ada[1]!.write('tent', 'rope'), ada[2]!.write('secret'), bo[0]!.write('wine')]);
    expect(ada[0]!.access().records.length).toBeLessThan(flat.records.length);

    const out = await toFile(...ada.map(({ exchange }) => exchange));
    // Ada's device has not heard yet that Bo is in: his file brings that too.
    expect(await readChanges(bo.map(({ exchange }) => exchange), cut(out, 1_000))).toEqual({ ok: true, value: { frames: 2, fresh: 2, ledgers: 2 } });
    expect(bo.map((party) => party.names())).toEqual([['rent', 'wine'], ['rope', 'tent']]);

    const back = await toFile(...bo.map(({ exchange }) => exchange));
    expect(await readChanges(ada.map(({ exchange }) => exchange), cut(back, 1))).toEqual({ ok: true, value: { frames: 3, fresh: 1, ledgers: 2 } });
    expect(ada[0]!.names()).toEqual(['rent', 'wine']);
    expect(ada[0]!.access().records).toHaveLength(flat.records.length);
    expect(await readChanges(ada.map(({ exchange }) => exchange), [back])).toEqual({ ok: true, value: { frames: 3, fresh: 0, ledgers: 2 } });
  });

  it('is as blind as a relay: no name, no amount, no text', async () => {
    const ledger = await sampleLedger('Adaline');
    const party = await createParty(ledger, ledger.owner);
    await party.write('champagne');
    const text = new TextDecoder('latin1').decode(await toFile(party.exchange));
    for (const word of ['Adaline', 'champagne', 'Laptop', 'groceries', 'EUR']) expect(text).not.toContain(word);
  });

  it('brings nothing of a ledger to who is not in it, or is out', async () => {
    const [mine, theirs] = await Promise.all([sampleLedger(), sampleLedger()]);
    const [party, other] = [await createParty(mine, mine.owner), await createParty(theirs, theirs.owner)];
    await other.write('dinner');
    expect(await readChanges([party.exchange], [await toFile(other.exchange)])).toMatchObject({ ok: false, code: 'file_foreign' });
    expect(await readChanges([], [await toFile(other.exchange)])).toMatchObject({ ok: false, code: 'file_foreign' });
    const bo = await theirs.welcome('Bo');
    await theirs.add(makeRemoval(await theirs.access(theirs.owner), { type: 'remove', member: bo.member }, new Map(), randomBytes));
    expect(await toFile((await createParty(theirs, bo)).exchange)).toHaveLength((await toFile()).length);
  });

  it('with another line of records says so, and brings the rest', async () => {
    const [flat, trip] = await Promise.all([sampleLedger(), sampleLedger()]);
    const flatFriend = await flat.welcome('Bo');
    const ada = [await createParty(flat, flat.owner), await createParty(trip, trip.owner)];
    const bo = [await createParty(flat, flatFriend), await createParty(trip, await trip.welcome('Bo'))];
    for (const party of [ada[0]!, bo[0]!]) await party.exchange.takeRecords(flat.records.length, [await makeEpoch(party.access(), [], randomBytes)]);
    await Promise.all([ada[0]!.write('rent'), ada[1]!.write('tent')]);
    const file = await toFile(...ada.map(({ exchange }) => exchange));
    expect(await readChanges(bo.map(({ exchange }) => exchange), [file])).toMatchObject({ ok: false, code: 'membership_forked', details: { fresh: 1, ledgers: 2 } });
    expect(bo.map((party) => party.names())).toEqual([[], ['tent']]);
  });
});

describe('a damaged file of changes', () => {
  let ledger: SampleLedger;
  let file: Uint8Array;
  let newcomer: () => Promise<Party>;
  beforeAll(async () => {
    ledger = await sampleLedger();
    const ada = await createParty(ledger, ledger.owner);
    for (const name of ['one', 'two', 'three']) {
      await ada.write(name);
      await ada.exchange.seal();
    }
    const bo = await ledger.welcome('Bo');
    await ada.exchange.takeRecords(0, ledger.records);
    file = await toFile(ada.exchange);
    newcomer = () => createParty(ledger, bo);
  });
  const all = ['one', 'three', 'two'];

  it('that was cut brings what is whole, and says so', async () => {
    const seen = new Set<number>();
    for (const length of [file.length - 1, file.length - 60, Math.floor(file.length * 0.9), Math.floor(file.length * 0.75), Math.floor(file.length * 0.5), 30]) {
      const party = await newcomer();
      const outcome = await readChanges([party.exchange], cut(file.subarray(0, length), 100));
      expect(outcome).toMatchObject({ ok: false, code: 'backup_damaged' });
      seen.add(party.names().length);
      expect(outcome.ok || outcome.details?.['fresh']).toBe(party.names().length);
    }
    expect(Math.max(...seen)).toBe(3);
    expect(Math.min(...seen)).toBe(0);
  });

  it('with any byte changed brings nothing that was not written, and says so', async () => {
    await fc.assert(fc.asyncProperty(fc.nat(file.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
      const party = await newcomer();
      const outcome = await readChanges([party.exchange], [file.with(at, file[at]! ^ change)]);
      expect(outcome.ok).toBe(false);
      expect(['backup_damaged', 'membership_forked', 'file_foreign']).toContain(outcome.ok || outcome.code);
      expect(all).toEqual(expect.arrayContaining(party.names()));
      expect(party.access().records).toEqual(ledger.records);
    }), { numRuns: 80 });
  });

  it('followed by more, or by itself, is noticed', async () => {
    for (const more of [Uint8Array.of(0), file]) {
      const party = await newcomer();
      expect(await readChanges([party.exchange], [concatBytes(file, more)])).toMatchObject({ ok: false, code: 'backup_damaged' });
      expect(party.names()).toEqual(all);
      expect(await readChanges([party.exchange], [file, more])).toMatchObject({ ok: false, code: 'backup_damaged' });
    }
  });

  it('of any bytes at all is an answer, and adds nothing', async () => {
    const party = await newcomer();
    const before = bytesToHex(concatBytes(...party.access().records));
    const header = file.subarray(0, 19);
    await fc.assert(fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 80 }), { maxLength: 4 }), fc.boolean(), async (pieces, isHeaded) => {
      const outcome = await readChanges([party.exchange], isHeaded ? [header, ...pieces] : pieces);
      expect(outcome).toMatchObject({ ok: false, code: isHeaded ? 'backup_damaged' : 'file_foreign' });
    }), { numRuns: 200 });
    expect(party.names()).toEqual([]);
    expect(bytesToHex(concatBytes(...party.access().records))).toBe(before);
  });
});
