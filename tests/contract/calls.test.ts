/** Calls between real cores over a real relay and its media router, as far as that goes without ears. */
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Output } from '#contract/api.ts';
import { createIds } from '#main/ids.ts';
import { findMediaWorker } from '#relay/sfu/worker-for-tests.ts';
import { becomeContacts, pairDevice, valueOf, viewOf } from '#tests/people.ts';
import { addBook } from './book.ts';
import { admit, createCompany, type Company, type Somebody } from './company.ts';

type Call = NonNullable<Output<'calls.state'>['call']>;
const newId = createIds(randomBytes).next;
const codeOf = (reply: { ok: boolean; error?: { code: string } }): string | undefined => reply.error?.code;

const stateOf = async ({ client }: Somebody, isWanted: (call: Call) => boolean): Promise<Call> => {
  const { call } = await viewOf(client, 'calls.state', {}, (view) => view.call !== null && isWanted(view.call));
  if (!call) throw new Error('there is a call');
  return call;
};
const untilPhase = (somebody: Somebody, phase: Call['phase']): Promise<Call> => stateOf(somebody, (call) => call.phase === phase);
const untilOver = (somebody: Somebody, id: string): Promise<Call> => stateOf(somebody, (call) => call.call === id && call.phase === 'ended');

async function ring({ client }: Somebody, ledger: string, about: string | null = null): Promise<{ call: string; screen: string }> {
  const here = { call: newId(), screen: newId() };
  valueOf(await client.call('calls.start', { ...here, ledger, with: null, about }));
  return here;
}
const cardsOf = async ({ client }: Somebody, ledger: string, count: number): Promise<string[]> => {
  const { rows } = await viewOf(client, 'chat.page', { ledger, about: null, offset: 0, limit: 50 }, (page) => page.rows.filter(({ kind }) => kind === 'call').length === count);
  return rows.flatMap((row) => (row.kind === 'call' ? [row.outcome] : []));
};

const worker = findMediaWorker('calls between cores');

describe.skipIf(worker === null)('a call', () => {
  let company: Company;
  let ann: Somebody;
  let ben: Somebody;
  let ledger: string;
  beforeEach(async () => {
    company = await createCompany({ isHere: true, listen: '127.0.0.1', port: 0 });
    [ann, ben] = [await company.person('Ann'), await company.person('Ben')];
    const roots = await becomeContacts(ann.client, ben.client);
    const contacts = await viewOf(ann.client, 'contacts.list', {}, (all) => all.some(({ root }) => root === roots.guest));
    ledger = contacts.find(({ root }) => root === roots.guest)?.ledger ?? '';
  });
  afterEach(() => company.end());

  it('rings, is answered, agrees on keys and words, and leaves one card on both sides', async () => {
    const mine = await ring(ann, ledger);
    const ringing = await untilPhase(ben, 'ringing');
    expect(ringing).toMatchObject({ call: mine.call, side: 'callee', ledgerName: '', about: null, peer: { name: 'Ann' }, words: null, screen: null });
    await untilPhase(ann, 'ringing');
    const theirs = { call: mine.call, screen: newId() };
    valueOf(await ben.client.call('calls.answer', theirs));
    const [atAnn, atBen] = await Promise.all([ann, ben].map((one) => stateOf(one, ({ words }) => words !== null)));
    expect(atAnn?.words?.en).toHaveLength(2);
    expect(atAnn?.words).toEqual(atBen?.words);

    const keysOf = async ({ client }: Somebody, here: typeof mine) => valueOf(await client.call('calls.keys', here));
    const [anns, bens] = [await keysOf(ann, mine), await keysOf(ben, theirs)];
    expect([anns.send, anns.receive]).toEqual([bens.receive, bens.send]);
    expect(anns.send).not.toBe(anns.receive);
    // Each time somebody seals anew it is under another number.
    expect([anns.sendKeyId, (await keysOf(ann, mine)).sendKeyId]).toEqual([0, 1]);
    // Another window gets nothing, until it takes the call over.
    const other = { call: mine.call, screen: newId() };
    expect(codeOf(await ann.client.call('calls.keys', other))).toBe('call_over');
    expect(codeOf(await ann.client.call('calls.ask', { ...other, request: { type: 'callTransport', direction: 'send' } }))).toBe('call_over');
    expect(await viewOf(ann.client, 'calls.media', other)).toBeNull();
    expect(codeOf(await ann.client.call('calls.ask', { ...mine, request: { type: 'callDestroy' } }))).toBe('input_invalid');

    for (const [one, here] of [[ann, mine], [ben, theirs]] as const) {
      await viewOf(one.client, 'calls.media', here, (view) => view?.isOpen === true);
      valueOf(await one.client.call('calls.router', here));
      valueOf(await one.client.call('calls.report', { ...here, isUp: true, problem: null }));
    }
    expect(codeOf(await ann.client.call('calls.start', { call: newId(), screen: newId(), ledger, with: null, about: null }))).toBe('in_call');
    valueOf(await ann.client.call('calls.hangUp', { call: mine.call }));
    for (const one of [ann, ben]) expect(await untilOver(one, mine.call)).toMatchObject({ outcome: 'completed' });
    for (const one of [ann, ben]) expect(await cardsOf(one, ledger, 1)).toEqual(['completed']);
    expect(codeOf(await ann.client.call('calls.keys', mine))).toBe('call_over');
  });

  it('rings on all devices of a person: the first answer wins, and the other says that it was taken', async () => {
    const phone = await company.device("Ben's phone");
    await pairDevice(ben.client, phone.client);
    await viewOf(phone.client, 'contacts.list', {}, (all) => all.some((one) => one.ledger === ledger));
    await viewOf(ann.client, 'members.get', { ledger }, ({ members }) => members.some(({ name, devices }) => name === 'Ben' && devices.filter(({ recovery }) => !recovery).length === 2));
    const { call } = await ring(ann, ledger);
    for (const one of [ben, phone]) await untilPhase(one, 'ringing');
    valueOf(await phone.client.call('calls.answer', { call, screen: newId() }));
    expect(await untilOver(ben, call)).toMatchObject({ outcome: 'elsewhere' });
    const [atAnn, atPhone] = await Promise.all([ann, phone].map((one) => stateOf(one, ({ words }) => words !== null)));
    expect(atAnn?.words).toEqual(atPhone?.words);
    valueOf(await phone.client.call('calls.hangUp', { call }));
    expect(await untilOver(ann, call)).toMatchObject({ outcome: 'cancelled' });
    expect(await cardsOf(ben, ledger, 1)).toEqual(['cancelled']);
  });

  it('is declined, cancelled and so missed, and busy', async () => {
    const first = await ring(ann, ledger);
    await untilPhase(ben, 'ringing');
    valueOf(await ben.client.call('calls.decline', { call: first.call }));
    for (const one of [ann, ben]) expect(await untilOver(one, first.call)).toMatchObject({ outcome: 'declined' });
    const second = await ring(ann, ledger);
    await untilPhase(ben, 'ringing');
    valueOf(await ann.client.call('calls.hangUp', { call: second.call }));
    expect(await untilOver(ben, second.call)).toMatchObject({ outcome: 'missed' });
    expect(await untilOver(ann, second.call)).toMatchObject({ outcome: 'cancelled' });
    expect(await cardsOf(ben, ledger, 2)).toEqual(['declined', 'cancelled']);

    const third = await ring(ann, ledger);
    await untilPhase(ben, 'ringing');
    const cy = await company.person('Cy');
    const roots = await becomeContacts(ann.client, cy.client);
    const withAnn = (await viewOf(cy.client, 'contacts.list', {}, (all) => all.some(({ root }) => root === roots.host))).find(({ root }) => root === roots.host)?.ledger ?? '';
    const fourth = await ring(cy, withAnn);
    expect(await untilOver(cy, fourth.call)).toMatchObject({ outcome: 'busy' });
    expect((await untilPhase(ann, 'ringing')).call).toBe(third.call);
    valueOf(await ann.client.call('calls.hangUp', { call: third.call }));
  });

  it('is one call where both ring each other at once', async () => {
    const [mine, theirs] = await Promise.all([ring(ann, ledger), ring(ben, ledger)]);
    const [atAnn, atBen] = await Promise.all([ann, ben].map((one) => stateOf(one, ({ words }) => words !== null)));
    expect(atAnn?.call).toBe([mine.call, theirs.call].toSorted()[0]);
    expect(atAnn?.words).toEqual(atBen?.words);
    // Each has it at the window that dialled.
    expect([atAnn?.screen, atBen?.screen]).toEqual([mine.screen, theirs.screen]);
    valueOf(await ann.client.call('calls.hangUp', { call: atAnn?.call ?? '' }));
    expect(await cardsOf(ben, ledger, 1)).toEqual(['cancelled']);
  });

  it('is about a line that both are led to, in a ledger of several with whom it was meant for', async () => {
    const book = await addBook(ann.client);
    const about = await book.add(4_200);
    await admit(ann, book.ledger, ben, 'Bob');
    const cy = await company.person('Cy');
    await admit(ann, book.ledger, cy, 'Cy');
    expect(codeOf(await ann.client.call('calls.start', { call: newId(), screen: newId(), ledger: book.ledger, with: null, about: null }))).toBe('nobody_to_call');
    const members = await viewOf(ann.client, 'members.get', { ledger: book.ledger }, (view) => view.members.length === 3);
    const root = members.members.find(({ name }) => name === 'Ben')?.root ?? '';
    await viewOf(ben.client, 'entries.page', { ledger: book.ledger, offset: 0, limit: 5 }, (page) => page.rows.length > 0);
    const call = newId();
    valueOf(await ann.client.call('calls.start', { call, screen: newId(), ledger: book.ledger, with: root, about }));
    expect(await untilPhase(ben, 'ringing')).toMatchObject({ call, ledgerName: 'Flat', about: { id: about, kind: 'entry', title: 'Dinner' } });
    expect((await viewOf(cy.client, 'calls.state', {})).call).toBeNull();
    valueOf(await ben.client.call('calls.decline', { call }));
    await untilOver(ann, call);
    const thread = await viewOf(ben.client, 'chat.page', { ledger: book.ledger, about, offset: 0, limit: 5 }, (page) => page.rows.length === 1);
    expect(thread.rows[0]).toMatchObject({ kind: 'call', call, outcome: 'declined' });
  });

  it('leaves its card where whoever rings only looks on', async () => {
    const book = await addBook(ben.client);
    await admit(ben, book.ledger, ann, 'Bob', { role: 'viewer' });
    const root = (await viewOf(ann.client, 'contacts.list', {}, (all) => all.some(({ name }) => name === 'Ben'))).find(({ name }) => name === 'Ben')?.root ?? '';
    const call = newId();
    valueOf(await ann.client.call('calls.start', { call, screen: newId(), ledger: book.ledger, with: root, about: null }));
    await untilPhase(ben, 'ringing');
    valueOf(await ben.client.call('calls.decline', { call }));
    await untilOver(ann, call);
    for (const one of [ann, ben]) expect(await cardsOf(one, book.ledger, 1)).toEqual(['declined']);
  });
});

describe('where no calls go through the relay', () => {
  it('says so, and has not called; without a relay nothing is tried', async () => {
    const company = await createCompany();
    try {
      const [ann, ben] = [await company.person('Ann'), await company.person('Ben')];
      const roots = await becomeContacts(ann.client, ben.client);
      const ledger = (await viewOf(ann.client, 'contacts.list', {}, (all) => all.some(({ root }) => root === roots.guest))).find(({ root }) => root === roots.guest)?.ledger ?? '';
      const { call } = await ring(ann, ledger);
      expect(await untilOver(ann, call)).toMatchObject({ outcome: 'failed', problem: 'calls_unavailable' });
      await company.stopRelay();
      await viewOf(ann.client, 'sync.state', {}, ({ connection }) => connection === 'away');
      expect(codeOf(await ann.client.call('calls.start', { call: newId(), screen: newId(), ledger, with: null, about: null }))).toBe('relay_away');
    } finally {
      await company.end();
    }
  });
});
