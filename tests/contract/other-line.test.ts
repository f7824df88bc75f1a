/** A relay that was set back to an old backup, and on which somebody else has gone on: going over to its list of members. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { untilSame, valueOf, viewOf } from '#tests/people.ts';
import { addBook, newId, type Book } from './book.ts';
import { admit, amountsOf, createCompany, untilAmounts, type Company, type Somebody } from './company.ts';

let company: Company;
beforeEach(async () => {
  company = await createCompany();
});
afterEach(() => company.end());

const addAs = async ({ client }: Somebody, { ledger, expense }: Book, amount: number) => valueOf(await client.call('entries.add', { ledger, entry: newId(), draft: expense(amount) }));
const untilSent = ({ client }: Somebody, ledger: string) => viewOf(client, 'ledgers.get', { ledger }, (view) => view?.waiting === 0);
const untilBarred = ({ client }: Somebody, ledger: string) => viewOf(client, 'ledgers.get', { ledger }, (view) => view?.barred === 'membership_forked');

/** Cy came in and wrote after the backup; Bob, who was away then, goes on from it. */
async function fork(): Promise<{ ann: Somebody; bob: Somebody; cy: Somebody; book: Book; ledger: string }> {
  const ann = await company.person('Ann');
  const book = await addBook(ann.client);
  const { ledger } = book;
  let bob = await company.person('Bob');
  await admit(ann, ledger, bob, 'Bob', { role: 'admin' });
  await addAs(ann, book, 1_000);
  await untilAmounts(bob, ledger, [1_000]);
  await company.leave(bob);
  await company.stopRelay();
  const old = company.copyRelay('old.sqlite');
  await company.startRelay();

  const cy = await company.person('Cy');
  await admit(ann, ledger, cy, 'Cy', { role: 'editor' });
  await addAs(cy, book, 300);
  await untilAmounts(ann, ledger, [300, 1_000]);
  await addAs(ann, book, 400);
  await untilSent(ann, ledger);
  await untilAmounts(cy, ledger, [300, 400, 1_000]);
  for (const { client } of [ann, cy]) valueOf(await client.call('sync.setPaused', { paused: true }));
  await addAs(ann, book, 500);

  await company.stopRelay();
  await company.startRelay(old);
  bob = await company.resume(bob);
  await untilAmounts(bob, ledger, [1_000]);
  valueOf(await bob.client.call('sharing.invite', { ledger }));
  await addAs(bob, book, 600);
  await untilSent(bob, ledger);
  for (const { client } of [ann, cy]) valueOf(await client.call('sync.setPaused', { paused: false }));
  await untilBarred(ann, ledger);
  return { ann, bob, cy, book, ledger };
}

describe('another list of members at the relay', () => {
  it('is shown beside the known one, and followed by wish: what I wrote goes out again, what others wrote waits for them', async () => {
    const { ann, bob, book, ledger } = await fork();
    const other = valueOf(await ann.client.call('members.otherLine', { ledger }));
    expect(other.members).toEqual([{ name: 'Ann', role: 'owner', me: true }, { name: 'Bob', role: 'admin', me: false }]);
    expect(other.theirs).toEqual([{ kind: 'invite', by: 'Bob', byMe: false, about: null, role: 'editor' }]);
    expect(other.ours.map(({ kind, byMe, about }) => [kind, byMe, about])).toEqual([['invite', true, null], ['join', false, 'Cy']]);
    // To look takes nothing over.
    expect(await amountsOf(ann, ledger)).toEqual([300, 400, 500, 1_000]);
    await untilBarred(ann, ledger);

    valueOf(await ann.client.call('members.followRelay', { ledger, hash: other.hash }));
    await untilAmounts(bob, ledger, [400, 500, 600, 1_000]);
    await untilSame(ann.client, bob.client, ledger);
    await viewOf(ann.client, 'ledgers.get', { ledger }, (view) => view?.barred === null && view.waiting === 0);
    const { changes } = valueOf(await ann.client.call('members.refused', { ledger }));
    expect(changes.flatMap(({ reason, entries }) => entries.map(({ amount }) => [reason, amount]))).toEqual([['other_line', 300]]);
    expect(changes.find(({ entries }) => entries.length > 0)?.author).toBe('Cy');
    expect((await viewOf(ann.client, 'members.get', { ledger })).refused).toBe(changes.length);
    // Nobody else has it: it cannot be let in.
    expect(await ann.client.call('members.accept', { ledger, hashes: changes.map(({ hash }) => hash).slice(0, 1) })).toMatchObject({ ok: false, error: { code: 'not_found' } });
    // What was decided only on the other list is decided anew.
    const cyAgain = await company.person('Cy two');
    await admit(ann, ledger, cyAgain, 'Cy', { role: 'editor' });
    await addAs(cyAgain, book, 700);
    await untilAmounts(bob, ledger, [400, 500, 600, 700, 1_000]);
  });

  it('that went on meanwhile is the same list; a hash that is not in it names none', async () => {
    const { ann, bob, ledger } = await fork();
    const { hash } = valueOf(await ann.client.call('members.otherLine', { ledger }));
    expect(await ann.client.call('members.followRelay', { ledger, hash: '0'.repeat(64) })).toMatchObject({ ok: false, error: { code: 'membership_forked' } });
    await untilBarred(ann, ledger);
    valueOf(await bob.client.call('members.changeKey', { ledger }));
    valueOf(await ann.client.call('members.followRelay', { ledger, hash }));
    await untilAmounts(bob, ledger, [400, 500, 600, 1_000]);
  });

  it('on which this device is nobody is not shown to it, and what is here stays', async () => {
    const { cy, ledger } = await fork();
    await untilBarred(cy, ledger);
    expect(await cy.client.call('members.otherLine', { ledger })).toMatchObject({ ok: false, error: { code: 'not_member' } });
    expect(await amountsOf(cy, ledger)).toEqual([300, 400, 1_000]);
  });

  it('on which this device is nobody is come into by a new invite, and what was written here goes there too', async () => {
    const { ann, bob, cy, ledger } = await fork();
    await untilBarred(cy, ledger);
    valueOf(await cy.client.call('members.leave', { ledger }));
    expect(await viewOf(cy.client, 'ledgers.list', {})).toEqual([]);
    const { hash } = valueOf(await ann.client.call('members.otherLine', { ledger }));
    valueOf(await ann.client.call('members.followRelay', { ledger, hash }));
    await untilAmounts(bob, ledger, [400, 500, 600, 1_000]);
    await admit(bob, ledger, cy, 'Cy', { role: 'editor' });
    for (const one of [ann, bob, cy]) await untilAmounts(one, ledger, [300, 400, 500, 600, 1_000]);
    await untilSame(ann.client, cy.client, ledger);
    expect(await viewOf(ann.client, 'members.get', { ledger }, ({ refused }) => refused === 0)).toMatchObject({ role: 'owner' });
  });
});
