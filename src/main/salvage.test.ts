import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { LedgerId } from '#domain/ids.ts';
import { extendAccess, type AccessDeps, type LedgerAccess } from '#sync/access.ts';
import { makeCard } from '#sync/identity/card.ts';
import { openDevice, type Device } from '#sync/identity/device.ts';
import { certifyDevice, openPerson, type Person } from '#sync/identity/person.ts';
import { ledgerIdOf, openSigningKey } from '#sync/keys.ts';
import { bytesToHex } from '#sync/protocol/bytes.ts';
import { makeEpoch, makeFounding } from '#sync/records.ts';
import { createRepo } from '#sync/repo.ts';
import { sampleEntry } from '#sync/sample.ts';
import { judgeSnapshot } from '#sync/judge.ts';
import { sealFrame, sealSnapshot } from '#sync/seal.ts';
import type { Store } from '#sync/store.ts';
import { openDamaged } from './db/damaged.ts';
import { openStore, type StoreFixture } from './db/store.fixture.ts';
import { salvageStore, type Salvaged } from './salvage.ts';

const bytes = (length: number): Uint8Array => new Uint8Array(randomBytes(length));
let fixtures: StoreFixture[];
let person: Person;
let device: Device;
beforeEach(async () => {
  fixtures = [];
  person = await openPerson(bytes(32));
  device = await openDevice(bytes(32));
});
afterEach(() => fixtures.forEach((fixture) => fixture.remove()));

function openFixture(): StoreFixture {
  const fixture = openStore();
  fixtures.push(fixture);
  return fixture;
}
async function must<T>(result: Promise<{ ok: true; value: T } | { ok: false; code: string }>): Promise<T> {
  const settled = await result;
  if (!settled.ok) throw new Error(settled.code);
  return settled.value;
}

async function openWith(ledger: LedgerId): Promise<AccessDeps> {
  const pseudonym = await device.pseudonym(ledger);
  return { ledger, device: pseudonym, holders: [{ key: bytesToHex(pseudonym.publicKey), secret: device.agreement }] };
}

/** A ledger of this device alone, with two records of its membership. */
async function found(store: Store): Promise<LedgerAccess> {
  const [founder, salt] = [await openSigningKey(bytes(32)), bytes(16)];
  const ledger = await ledgerIdOf(founder.publicKey, salt);
  const deps = await openWith(ledger);
  const certificate = await certifyDevice(person, { device: device.device, agreement: device.agreement.publicHex });
  const card = await makeCard({ ledger, device, pseudonym: deps.device, root: person.root, certificate, recovery: null, name: 'Ada', deviceName: 'Laptop', person: null });
  const founderCard = await makeCard({ ledger, device, pseudonym: founder, root: person.root, certificate, recovery: null, name: 'Ada', deviceName: 'Laptop', person: null });
  const devices = [{ key: bytesToHex(deps.device.publicKey), card }, { key: bytesToHex(founder.publicKey), card: founderCard }];
  const first = await makeFounding({ founder, salt, member: '01'.repeat(8), devices, randomBytes: bytes });
  const access = await must(extendAccess(null, deps, [first]));
  const second = await makeEpoch(access, [], bytes);
  await must(store.commitRecords(ledger, deps.device.deviceId, 0, [first, second], { refused: [], admitted: [] }));
  return must(extendAccess(access, deps, [second]));
}
const repoOn = (store: Store) =>
  createRepo({ store, deviceIn: async (ledger) => (await device.pseudonym(ledger)).deviceId, randomBytes: bytes, newId: () => bytesToHex(bytes(16)), pause: async () => {} });

/** Two entries of which one travelled in a frame already. */
async function fill(store: Store, { ledger, ...access }: LedgerAccess): Promise<void> {
  const repo = repoOn(store);
  await must(repo.write(ledger, [sampleEntry('sent', { device: access.device.deviceId })]));
  const unsealed = await must(store.nextUnsealed(ledger, 1_000_000));
  if (!unsealed) throw new Error('nothing to seal');
  const frame = await must(sealFrame({ access: { ledger, ...access }, randomBytes: bytes }, unsealed.document, unsealed.changes.map((change) => change.bytes)));
  await must(store.commitSealed(ledger, frame, unsealed.changes.map(({ hash }) => hash), access.membership.number));
  await must(repo.write(ledger, [sampleEntry('unsent', { device: access.device.deviceId })]));
}

async function salvage(from: StoreFixture, ledgers: readonly LedgerId[]): Promise<{ to: StoreFixture; salvaged: Salvaged }> {
  const to = openFixture();
  const damaged = openDamaged(join(from.folder, 'store.db'));
  if (!damaged) throw new Error('cannot be opened');
  try {
    return { to, salvaged: await must(salvageStore({ damaged, store: to.store, repo: repoOn(to.store), ledgers, openWith })) };
  } finally {
    damaged.close();
  }
}
const entriesIn = (fixture: StoreFixture): unknown[] => fixture.database.prepare('SELECT payload ->> ? FROM revision ORDER BY 1').pluck().all('$.body.description');

it('brings back the membership, what was sent and what was not', async () => {
  const from = openFixture();
  const access = await found(from.store);
  await fill(from.store, access);
  const { to, salvaged } = await salvage(from, [access.ledger]);
  expect(salvaged).toEqual({ records: 2, frames: 1, changes: 2 });
  expect(entriesIn(to)).toEqual(['sent', 'unsent']);
  expect(await must(to.store.records(access.ledger))).toEqual(await must(from.store.records(access.ledger)));
  // What lies in a frame is not sealed once more.
  expect((await must(to.store.nextUnsealed(access.ledger, 1_000_000)))?.changes).toHaveLength(1);
  expect(to.database.prepare('SELECT device FROM ledger').pluck().all()).toEqual([access.device.deviceId]);
});

it('without the later records takes what stands without them, and leaves the rest to the relay', async () => {
  const from = openFixture();
  const access = await found(from.store);
  await fill(from.store, access);
  from.database.exec('DELETE FROM record WHERE number = 1');
  const { to, salvaged } = await salvage(from, [access.ledger]);
  expect(salvaged).toEqual({ records: 1, frames: 0, changes: 2 });
  expect(entriesIn(to)).toEqual(['sent', 'unsent']);
  expect(to.database.prepare(`SELECT count(*) FROM frame WHERE state = 'quarantined'`).pluck().get()).toBe(0);
});

it('believes no record that does not hold, and reads nothing of a ledger that this device is not in', async () => {
  const from = openFixture();
  const [access, other] = [await found(from.store), await found(from.store)];
  await fill(from.store, other);
  from.database.exec(`UPDATE record SET bytes = CAST(bytes || x'00' AS BLOB) WHERE number = 1`);
  const { to, salvaged } = await salvage(from, [access.ledger]);
  expect(salvaged).toEqual({ records: 1, frames: 0, changes: 0 });
  expect(await must(to.store.records(other.ledger))).toEqual([]);
  expect(entriesIn(to)).toEqual([]);
});

it('brings back what only a snapshot holds, by the word that was kept with it', async () => {
  // What another device wrote came in the snapshot of somebody who wrote alone then, in place of frames.
  const [from, elsewhere] = [openFixture(), openFixture()];
  const access = await found(from.store);
  const { ledger } = access;
  const other = [...access.pseudonyms.keys()].find((id) => id !== access.device.deviceId) ?? '';
  const repo = createRepo({ store: elsewhere.store, deviceIn: async () => other, randomBytes: bytes, newId: () => bytesToHex(bytes(16)), pause: async () => {} });
  await must(repo.write(ledger, [sampleEntry('long ago', { device: other })]));
  const unsealed = await must(elsewhere.store.nextUnsealed(ledger, 1_000_000));
  if (!unsealed) throw new Error('nothing to seal');
  const { document, changes } = unsealed;
  const content = changes.map((change) => ({ bytes: change.bytes, record: 0 }));
  const snapshot = await must(sealSnapshot({ access, randomBytes: bytes }, document, { seq: 1, frame: '00'.repeat(16) }, content));
  const judged = await must(judgeSnapshot({ access: () => access, store: from.store, repo: repoOn(from.store) }, { ...snapshot, seq: 2, endorsements: [] }));
  if (!judged) throw new Error('not believed');
  await must(from.store.commitReceived(ledger, [judged.frame], judged.cursor));
  const { to, salvaged } = await salvage(from, [ledger]);
  expect(salvaged).toMatchObject({ frames: 1, changes: 0 });
  expect(entriesIn(to)).toEqual(['long ago']);
});
