/** A device that was stolen, with a program that is not ours: what it leaves behind for itself before it is taken out. */
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Engine } from '#main/engine.ts';
import { makeCard } from '#sync/identity/card.ts';
import { openDeviceKey } from '#sync/keys.ts';
import { bytesToHex } from '#sync/protocol/bytes.ts';
import { makeDevice, type NewDevice } from '#sync/records.ts';
import { untilSame, valueOf, viewOf } from '#tests/people.ts';
import { addBook } from './book.ts';
import { admit, createCompany, withEngine, type Company, type Somebody } from './company.ts';

let company: Company;
beforeEach(async () => {
  company = await createCompany();
});
afterEach(() => company.end());

async function pair(present: Somebody, fresh: Somebody): Promise<void> {
  valueOf(await present.client.call('devices.pair', {}));
  const { link } = await viewOf(present.client, 'devices.pairing', {}, (view) => view.link !== null);
  valueOf(await fresh.client.call('devices.join', { invite: link ?? '', relay: null, language: 'en' }));
  await Promise.all([present, fresh].map(({ client }) => viewOf(client, 'devices.pairing', {}, ({ state }) => state === 'compare')));
  for (const { client } of [present, fresh]) valueOf(await client.call('devices.confirmPairing', {}));
  await Promise.all([present, fresh].map(({ client }) => viewOf(client, 'devices.pairing', {}, ({ state }) => state === 'done')));
}

/** Lets three more keys into a ledger: one as a recovery pseudonym, one as a second pseudonym of the same device, one without a card that holds. */
async function plantIn({ ground: { self, keyring, link } }: Engine, ledger: string): Promise<string[]> {
  const { identity } = keyring.get();
  if (!identity) throw new Error('this device is somebody’s');
  const words = { name: 'Ann', deviceName: 'Nothing to see', person: null };
  const recovery = (await self.asRecovery(ledger, words)).device;
  const [second, cardless] = [await openDeviceKey(randomBytes(32)), await openDeviceKey(randomBytes(32))];
  const card = await makeCard({ ledger, device: self.device, pseudonym: second, root: identity.root, certificate: Buffer.from(identity.certificate, 'hex'), recovery: null, ...words });
  const planted: NewDevice[] = [recovery, { key: bytesToHex(second.publicKey), card }, { key: bytesToHex(cardless.publicKey), card }];
  for (const device of planted) {
    const added = await link.appendRecord(ledger, async (access) => ({ ok: true, value: await makeDevice(access, access.device, device, randomBytes) }));
    if (!added.ok) throw new Error(added.code);
  }
  return planted.map(({ key }) => key);
}

/** Keys that are in a ledger, as this profile knows it. */
const keysIn = (profile: string, ledger: string): Promise<string[]> =>
  withEngine(profile, async ({ ground: { link } }) => {
    await link.follow();
    return [...(link.access(ledger)?.membership.members.values() ?? [])].flatMap(({ devices }) => devices);
  });

it('taking a device out takes out all keys that it let in, and leaves another way back', async () => {
  const [ann, bob, tablet] = [await company.person('Ann'), await company.person('Bob'), await company.device('Tablet')];
  const { ledger, add } = await addBook(ann.client);
  await admit(ann, ledger, bob, 'Bob');
  await pair(ann, tablet);
  await viewOf(tablet.client, 'ledgers.get', { ledger }, (view) => view?.me != null);
  await company.leave(tablet);
  const planted = await withEngine(tablet.profile, async (engine) => {
    const personal = engine.ground.personal.ledger() ?? '';
    return [...(await plantIn(engine, ledger)), ...(await plantIn(engine, personal))];
  });
  expect(new Set(planted).size).toBe(6);
  const devices = await viewOf(ann.client, 'devices.list', {}, (all) => all.filter(({ state }) => state === 'active').length > 1);
  const lost = devices.find(({ mine }) => !mine)?.device ?? '';
  expect(valueOf(await ann.client.call('devices.revoke', { device: lost }))).toEqual({ failed: 0 });

  const mine = async (somebody: Somebody) => (await viewOf(somebody.client, 'members.get', { ledger })).members.find(({ name }) => name === 'Ann')?.devices ?? [];
  await viewOf(bob.client, 'members.get', { ledger }, ({ members }) => members.every((member) => member.devices.every(({ key }) => !planted.includes(key))));
  // Ann's laptop, and a recovery pseudonym that it made itself.
  expect((await mine(bob)).map(({ recovery }) => recovery).toSorted()).toEqual([false, true]);
  await add(1_000);
  await untilSame(ann.client, bob.client, ledger);

  await company.leave(ann);
  const personal = await withEngine(ann.profile, async ({ ground }) => ground.personal.ledger() ?? '');
  const left = [...(await keysIn(ann.profile, ledger)), ...(await keysIn(ann.profile, personal))];
  expect(left.map((key) => planted.indexOf(key)).filter((index) => index >= 0)).toEqual([]);
  // In the personal ledger: the laptop, and the key that follows from the words.
  expect(await keysIn(ann.profile, personal)).toHaveLength(2);
});
