import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { openDeviceKey } from '#sync/keys.ts';
import { bytesToHex } from '#sync/protocol/bytes.ts';
import { decodeCbor, encodeCbor } from '#sync/protocol/cbor.ts';
import { agreementOf, cardSchema, cardToCbor, checkCard, makeCard, type Card, type CardContent } from './card.ts';
import { openDevice } from './device.ts';
import { certifyDevice, certifyRecovery, openPerson } from './person.ts';

const seed = (fill: number) => new Uint8Array(32).fill(fill);
const ledger = 'ab'.repeat(16);

async function sampleContent(person: number, device: number): Promise<CardContent> {
  const [owner, machine] = [await openPerson(seed(person)), await openDevice(seed(device))];
  const certificate = await certifyDevice(owner, { device: machine.device, agreement: machine.agreement.publicHex });
  return { ledger, device: machine, pseudonym: await machine.pseudonym(ledger), root: owner.root, certificate, recovery: null, name: '阿达', deviceName: 'Laptop', person: 'cd'.repeat(16) };
}

describe('a card', () => {
  let ada: CardContent;
  let mallory: CardContent;
  let card: Card;
  let theirs: Card;
  let pseudonym: string;
  beforeAll(async () => {
    [ada, mallory] = [await sampleContent(1, 2), await sampleContent(3, 4)];
    [card, theirs] = [await makeCard(ada), await makeCard(mallory)];
    pseudonym = bytesToHex(ada.pseudonym.publicKey);
  });
  const read = (value: unknown) => {
    const decoded = decodeCbor(encodeCbor(value));
    return cardSchema.safeParse(decoded.ok ? decoded.value : undefined);
  };

  it('goes through CBOR unchanged, and holds', async () => {
    expect(read(cardToCbor(card)).data).toEqual(card);
    expect(await checkCard(ledger, pseudonym, card)).toBe(true);
    expect(agreementOf(card)).toBe(ada.device.agreement.publicHex);
  });

  it('holds for its pseudonym in its ledger only', async () => {
    expect(await checkCard('ac'.repeat(16), pseudonym, card)).toBe(false);
    expect(await checkCard(ledger, bytesToHex(mallory.pseudonym.publicKey), card)).toBe(false);
    expect(await checkCard(ledger, bytesToHex((await (await openDevice(seed(2))).pseudonym('ac'.repeat(16))).publicKey), card)).toBe(false);
  });

  const FIELDS: readonly (keyof Card)[] = ['root', 'device', 'agreement', 'certificate', 'binding'];
  it.each(FIELDS)('does not hold with the %s of somebody else', async (field) => {
    expect(await checkCard(ledger, pseudonym, { ...card, [field]: theirs[field] })).toBe(false);
  });

  it('does not hold with a word changed, by whoever hands it on', async () => {
    const changes: Partial<Card>[] = [{ name: 'Ada!' }, { deviceName: 'Phone' }, { person: null }, { person: 'ef'.repeat(16) }, { recovery: { agreement: theirs.agreement, certificate: theirs.certificate } }];
    for (const change of changes) expect(await checkCard(ledger, pseudonym, { ...card, ...change })).toBe(false);
  });

  it('cannot put a pseudonym of somebody else on a device of one’s own', async () => {
    const forger = { ...mallory, pseudonym: { publicKey: ada.pseudonym.publicKey, sign: mallory.pseudonym.sign } };
    expect(await checkCard(ledger, pseudonym, await makeCard(forger))).toBe(false);
  });

  it('cannot claim a device of somebody else for one’s own root', async () => {
    const root = await openPerson(seed(3));
    const certificate = await certifyDevice(root, { device: card.device, agreement: theirs.agreement });
    expect(await checkCard(ledger, pseudonym, { ...card, root: root.root, certificate, agreement: theirs.agreement })).toBe(false);
  });

  it('needs the root’s word for the device, and for the recovery key', async () => {
    expect(await checkCard(ledger, pseudonym, await makeCard({ ...ada, certificate: new Uint8Array(64) }))).toBe(false);
    const foreign = await certifyRecovery(await openPerson(seed(3)));
    expect(await checkCard(ledger, pseudonym, await makeCard({ ...ada, recovery: foreign }))).toBe(false);
  });

  it('of a recovery pseudonym has keys wrapped to the recovery key', async () => {
    const recovery = await certifyRecovery(await openPerson(seed(1)));
    const spare = await openDeviceKey(seed(9));
    const made = await makeCard({ ...ada, pseudonym: spare, recovery });
    expect(read(cardToCbor(made)).data).toEqual(made);
    expect(await checkCard(ledger, bytesToHex(spare.publicKey), made)).toBe(true);
    expect(agreementOf(made)).toBe(recovery.agreement);
  });

  it('is read only in its exact shape and size', async () => {
    const cbor = cardToCbor(card);
    for (const changes of [
      { root: cbor.root as Uint8Array, extra: 1 }, { root: new Uint8Array(31) }, { certificate: new Uint8Array(63) }, { binding: new Uint8Array(64) }, { name: '' },
      { name: 'a'.repeat(81) }, { name: 'a\u202eb' }, { deviceName: 'a\nb' }, { person: new Uint8Array(8) }, { recovery: { agreement: new Uint8Array(32) } }, { recovery: 1 }, { device: 'ab' },
    ]) expect(read({ ...cbor, ...changes }).success).toBe(false);
    const largest = { ...cbor, recovery: { agreement: new Uint8Array(32), certificate: new Uint8Array(64) }, name: '楼'.repeat(80), deviceName: '楼'.repeat(80) };
    expect(read(largest).success).toBe(true);
    expect(encodeCbor(largest).length).toBeLessThanOrEqual(1_200);
  });

  it('is read from anything at all without throwing, and never holds by chance', async () => {
    fc.assert(fc.property(fc.anything(), (value) => {
      expect(cardSchema.safeParse(value).success).toBe(false);
    }));
    const key = fc.uint8Array({ minLength: 32, maxLength: 32 }).map(bytesToHex);
    const signature = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
    const cards = fc.record({ root: key, device: key, agreement: key, certificate: signature(64), binding: signature(128), recovery: fc.option(fc.record({ agreement: key, certificate: signature(64) })) });
    await fc.assert(fc.asyncProperty(cards, async (parts) => {
      expect(await checkCard(ledger, pseudonym, { ...card, ...parts })).toBe(false);
    }));
  });
});
