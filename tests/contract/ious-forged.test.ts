/** A member whose program is not ours tries to make, change or skip steps of an IOU: nobody else believes any of it. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Output } from '#contract/api.ts';
import { iouToThing, type IouBody, type IouMove, type IouSigner, type UnsignedStep } from '#domain/iou.ts';
import type { RevisionOf } from '#domain/revision.ts';
import { STORE_FILE, type Engine } from '#main/engine.ts';
import { openDatabase } from '#main/db/open.ts';
import { createIouQueries } from '#main/db/queries/ious.ts';
import { openDevice, type Device } from '#sync/identity/device.ts';
import { stepToHash, stepToSignedBytes, termsToIou } from '#sync/iou-statement.ts';
import { bytesToHex } from '#sync/protocol/bytes.ts';
import { pairDevice, untilSame, valueOf, viewOf } from '#tests/people.ts';
import { addBook } from './book.ts';
import { admit, createCompany, withEngine, type Company, type Somebody } from './company.ts';

let company: Company;
beforeEach(async () => {
  company = await createCompany();
});
afterEach(() => company.end());

type Iou = NonNullable<Output<'ious.get'>>;
const hex = (bytes: number): string => randomBytes(bytes).toString('hex');
interface Place {
  ledger: string;
  iou: string;
}
async function seen({ client }: Somebody, at: Place, isWanted: (iou: Iou) => boolean): Promise<Iou> {
  const view = await viewOf(client, 'ious.get', at, (iou) => iou !== null && isWanted(iou));
  if (!view) throw new Error('no such IOU');
  return view;
}

/** Ann lends, Bob borrows, Mallory is in the ledger too; Bob has not signed yet. */
async function stage(): Promise<{ ann: Somebody; bob: Somebody; mallory: Somebody; at: Place }> {
  const [ann, bob, mallory] = [await company.person('Ann'), await company.person('Bob'), await company.person('Mallory')];
  const { ledger } = await addBook(ann.client);
  await admit(ann, ledger, bob, 'Bob');
  await admit(ann, ledger, mallory, 'Mallory');
  const other = (await viewOf(bob.client, 'identity.get', {}))?.root ?? '';
  await viewOf(ann.client, 'members.get', { ledger }, ({ members }) => members.some(({ root }) => root === other));
  const { iou } = valueOf(
    await ann.client.call('ious.write', { ledger, nonce: hex(16), other, mine: 'lender', amount: 1_000, currency: 'EUR', purpose: 'A boat', lent: '2026-11-20', due: '2026-12-20' }),
  );
  for (const one of [bob, mallory]) await seen(one, { ledger, iou }, () => true);
  return { ann, bob, mallory, at: { ledger, iou } };
}

/** All steps as a profile that no core has open holds them. */
function stepsIn(profile: string, { ledger, iou }: Place): RevisionOf<'iou'>[] {
  const opened = openDatabase(join(profile, STORE_FILE));
  if (!opened.ok) throw new Error(opened.code);
  try {
    return createIouQueries(opened.value.reader).steps(ledger, iou);
  } finally {
    opened.value.close();
  }
}

/** The step as this device signs it, in whoever's name. */
async function signStep(device: Device, signer: IouSigner, iou: string, move: IouMove, after: readonly string[]): Promise<IouBody> {
  const step = { iou, after: [...after], at: Date.now(), signer, ...move } as UnsignedStep;
  return { ...step, signature: bytesToHex(await device.sign(stepToSignedBytes(step))) } as IouBody;
}
const signerOf = ({ ground: { keyring, self } }: Engine): IouSigner => {
  const identity = keyring.get().identity;
  if (!identity) throw new Error('nobody');
  return { root: identity.root, device: self.device.device, agreement: self.device.agreement.publicHex, certificate: identity.certificate };
};

/** Writes steps past all rules of the service, as a program of one's own would, and leaves them at the relay. */
async function plant(profile: string, { ledger }: Place, make: (engine: Engine) => Promise<readonly IouBody[]>): Promise<void> {
  await withEngine(profile, async (engine) => {
    const { author, link } = engine.ground;
    await link.follow();
    for (const body of await make(engine)) {
      const written = await author.change(ledger, () => ({ ok: true, value: { revisions: [{ type: 'iou', of: iouToThing(body.iou), body }], answer: () => null } }));
      if (!written.ok) throw new Error(written.code);
    }
  });
}

describe('of a member with another program', () => {
  it('no forged, borrowed, skipped or altered step counts, and each is shown with its reason', async () => {
    const { ann, bob, mallory, at } = await stage();
    valueOf(await bob.client.call('ious.sign', at));
    await seen(mallory, at, ({ state }) => state === 'signed');
    await company.leave(mallory);
    const known = stepsIn(mallory.profile, at).map(({ body }) => body);
    const [write, signed] = [known.find(({ action }) => action === 'write'), known.find(({ action }) => action === 'sign')];
    if (write?.action !== 'write' || !signed) throw new Error('the beginning is missing');
    const { iou, signer: annAsSigner } = write;
    const heads = [stepToHash(signed)];
    await plant(mallory.profile, at, async (engine) => {
      const { device } = engine.ground.self;
      const own = signerOf(engine);
      const dearer = { ...write.terms, amount: 100_000 };
      return [
        // In her own name; in Ann's, with her own signature; Ann's certificate with her own key.
        await signStep(device, own, iou, { action: 'sign' }, heads),
        await signStep(device, annAsSigner, iou, { action: 'sign' }, heads),
        await signStep(device, { ...annAsSigner, device: own.device, agreement: own.agreement }, iou, { action: 'sign' }, heads),
        // What others signed, carried by her; with one more byte of it changed.
        { ...signed },
        { ...signed, at: signed.at + 1 },
        // Other terms behind the same hash: beside the right ones they are not even looked at.
        { ...write, terms: dearer },
        // A repayment of what nobody owes yet, and other steps that are not hers.
        await signStep(device, own, iou, { action: 'decline' }, heads),
        await signStep(device, own, iou, { action: 'repay', nonce: hex(16), amount: 1, date: '2026-12-01' }, heads),
        await signStep(device, own, iou, { action: 'void' }, []),
      ];
    });
    const back = await company.resume(mallory);
    for (const one of [ann, bob, back]) {
      const iouSeen = await seen(one, at, ({ refused }) => refused.length >= 7);
      expect(iouSeen).toMatchObject({ state: 'signed', amount: 1_000, repaid: 0, voided: [] });
      expect(iouSeen.history.map(({ action, role }) => `${role} ${action}`)).toEqual(['lender write', 'borrower sign']);
      expect(new Set(iouSeen.refused.map(({ reason }) => reason))).toEqual(new Set(['person_wrong', 'device_foreign', 'order_wrong']));
    }
    // It goes on as if nothing had been.
    valueOf(await ann.client.call('ious.sign', at));
    await seen(bob, at, ({ state }) => state === 'effective');
    await untilSame(ann.client, bob.client, at.ledger);
  });

  it('a party cannot sign for the other one, skip the other one, or count their own repayment', async () => {
    const { ann, bob, at } = await stage();
    await company.leave(bob);
    const write = stepsIn(bob.profile, at).map(({ body }) => body)[0];
    if (!write) throw new Error('no draft');
    await plant(bob.profile, at, async (engine) => {
      const { device } = engine.ground.self;
      const own = signerOf(engine);
      const sign = await signStep(device, own, write.iou, { action: 'sign' }, [stepToHash(write)]);
      const asLender = await signStep(device, own, write.iou, { action: 'sign' }, [stepToHash(sign)]);
      const repaid = await signStep(device, own, write.iou, { action: 'repay', nonce: hex(16), amount: 1_000, date: '2026-12-01' }, [stepToHash(sign)]);
      const confirmed = await signStep(device, own, write.iou, { action: 'confirm', repayment: stepToHash(repaid) }, [stepToHash(repaid)]);
      return [sign, asLender, repaid, confirmed];
    });
    await company.resume(bob);
    const iou = await seen(ann, at, ({ refused, state }) => refused.length === 3 && state === 'signed');
    expect(iou.refused.map(({ action, reason }) => `${action} ${reason}`).toSorted()).toEqual(['confirm follows_refused', 'repay order_wrong', 'sign person_wrong']);
    expect(iou).toMatchObject({ repaid: 0, repayments: [], may: ['sign', 'decline'] });
  });

  it('a device that was taken out signs nothing any more, not even through somebody else', async () => {
    const { ann, bob, mallory, at } = await stage();
    const tablet = await company.device('Tablet');
    await pairDevice(bob.client, tablet.client);
    await seen(tablet, at, ({ may }) => may.includes('sign'));
    await company.leave(tablet);
    const devices = await viewOf(bob.client, 'devices.list', {}, (all) => all.filter(({ state }) => state === 'active').length > 1);
    expect(valueOf(await bob.client.call('devices.revoke', { device: devices.find(({ mine }) => !mine)?.device ?? '' }))).toEqual({ failed: 0 });
    const stolen = await withEngine(tablet.profile, async (engine) => ({ signer: signerOf(engine), seed: engine.ground.keyring.get().device.seed }));
    await company.leave(mallory);
    const write = stepsIn(mallory.profile, at).map(({ body }) => body)[0];
    if (!write) throw new Error('no draft');
    const device = await openDevice(new Uint8Array(Buffer.from(stolen.seed, 'hex')));
    const sign = await signStep(device, stolen.signer, write.iou, { action: 'sign' }, [stepToHash(write)]);
    await plant(mallory.profile, at, async () => [sign]);
    await company.resume(mallory);
    for (const one of [ann, bob]) {
      const iou = await seen(one, at, ({ refused }) => refused.length === 1);
      expect(iou).toMatchObject({ state: 'written', refused: [{ action: 'sign', reason: 'device_foreign' }] });
    }
  });

  it('an IOU in another ledger than its own is none', async () => {
    const { ann, bob, at } = await stage();
    const { ledger } = await addBook(ann.client);
    await admit(ann, ledger, bob, 'Bob');
    await company.leave(ann);
    const write = stepsIn(ann.profile, at).map(({ body }) => body)[0];
    if (write?.action !== 'write') throw new Error('no draft');
    expect(termsToIou(write.terms)).toBe(write.iou);
    await plant(ann.profile, { ...at, ledger }, async () => [write]);
    const back = await company.resume(ann);
    await untilSame(back.client, bob.client, ledger);
    expect((await viewOf(bob.client, 'ious.list', {})).map((row) => row.ledger)).toEqual([at.ledger]);
  });
});
