import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ContactBody } from '#domain/personal.ts';
import type { Revision } from '#domain/revision.ts';
import { nameRevision } from '#sync/revision-id.ts';
import { sampleId as id } from '#sync/sample.ts';
import { openStore, type StoreFixture } from '#main/db/store.fixture.ts';
import { createContactQueries, type ContactQueries } from './contacts.ts';

const LEDGER = id('ledger');
const [ada, bo] = ['a1'.repeat(32), 'b0'.repeat(32)];
const [mine, theirs] = [id('my device'), id('their device')];
let fixture: StoreFixture;
let queries: ContactQueries;
beforeEach(() => {
  fixture = openStore();
  queries = createContactQueries(fixture.reader);
});
afterEach(() => fixture.remove());

let count = 0;
async function commit(...revisions: Revision[]): Promise<void> {
  count += 1;
  const change = { document: LEDGER, hash: id(`change ${count}`).repeat(2), deps: [], actor: mine + '00'.repeat(8), bytes: new Uint8Array(1), revisions, record: null };
  expect(await fixture.store.commitLocal(LEDGER, [change])).toMatchObject({ ok: true });
}
const head = (prev: string[] = [], device = mine) => ({ prev, at: 0, by: id('me'), device });
const contact = (root: string, changed: Partial<ContactBody> = {}, prev: string[] = []) =>
  nameRevision({
    ...head(prev), type: 'contact', of: root.slice(0, 32),
    body: { root, petname: null, ledger: null, verified: null, state: 'active', showRealName: 'default', ...changed },
  });
const profile = (root: string, name: string, prev: string[] = [], device = mine) =>
  nameRevision({ ...head(prev, device), type: 'profile', of: root.slice(0, 32), body: { root, name, realName: null, picture: null } });

it('contacts are shown as they were last kept', async () => {
  const first = contact(ada);
  await commit(first, contact(bo, { petname: 'Bo from work' }));
  await commit(contact(ada, { petname: 'Ada', verified: { how: 'words', at: 5, note: '' } }, [first.id]));
  expect(queries.contacts(LEDGER).map(({ petname }) => petname)).toEqual(['Ada', 'Bo from work']);
  expect(queries.contact(LEDGER, ada)).toMatchObject({ verified: { how: 'words' } });
  expect(queries.contact(LEDGER, 'cc'.repeat(32))).toBeUndefined();
  expect(queries.contacts(id('another ledger'))).toEqual([]);
});

it('places are the ledgers of a person', async () => {
  const body = { ledger: id('flat'), relay: 'wss://relay.example', name: 'Flat', credential: 'ab'.repeat(80), state: 'in' as const };
  const joined = nameRevision({ ...head(), type: 'place', of: id('flat'), body });
  await commit(joined);
  expect(queries.places(LEDGER)).toEqual([body]);
  await commit(nameRevision({ ...head([joined.id]), type: 'place', of: id('flat'), body: { ...body, credential: null, state: 'left' } }));
  expect(queries.places(LEDGER)).toMatchObject([{ state: 'left', credential: null }]);
});

it('of a profile counts what its owner wrote, also where somebody else replaced it', async () => {
  const own = profile(ada, 'Ada');
  await commit(own);
  await commit(profile(ada, 'Not Ada', [own.id], theirs), profile(bo, 'Bo', [], theirs));
  expect(queries.profile(LEDGER, ada, (device) => device === mine)?.name).toBe('Ada');
  expect(queries.profile(LEDGER, bo, (device) => device === mine)).toBeUndefined();
  expect(queries.profile(LEDGER, bo, (device) => device === theirs)?.name).toBe('Bo');
});
