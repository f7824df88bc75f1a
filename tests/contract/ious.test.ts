/** IOUs between real people: written, signed by both, paid back, declined, void; on all devices the same. */
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Input, Output } from '#contract/api.ts';
import type { Notice } from '#main/shell.ts';
import { becomeContacts, pairDevice, untilSame, valueOf, viewOf } from '#tests/people.ts';
import { addBook } from './book.ts';
import { admit, createCompany, setPaused, type Company, type Somebody } from './company.ts';

let company: Company;
beforeEach(async () => {
  company = await createCompany();
});
afterEach(() => company.end());

type Iou = NonNullable<Output<'ious.get'>>;
const newId = (): string => randomBytes(16).toString('hex');
const codeOf = (reply: { ok: boolean; error?: { code: string } }): string | undefined => reply.error?.code;

/** An IOU as somebody sees it, as soon as it is as wanted. */
async function seen({ client }: Somebody, at: { ledger: string; iou: string }, isWanted: (iou: Iou) => boolean = () => true): Promise<Iou> {
  const view = await viewOf(client, 'ious.get', at, (iou) => iou !== null && isWanted(iou));
  if (!view) throw new Error('no such IOU');
  return view;
}
const reach = (somebody: Somebody, at: { ledger: string; iou: string }, state: Iou['state']): Promise<Iou> => seen(somebody, at, (iou) => iou.state === state);

type Draft = Omit<Input<'ious.write'>, 'ledger' | 'other' | 'mine' | 'nonce'>;
const loan: Draft = { amount: 11_000_000, currency: 'CNY', purpose: 'A used car', lent: '2026-11-20', due: '2027-05-20' };

interface Pair {
  ann: Somebody;
  bob: Somebody;
  ledger: string;
  roots: { host: string; guest: string };
}
async function befriend(now?: () => number): Promise<Pair> {
  const lent = now ? { now } : {};
  const [ann, bob] = [await company.person('Ann', lent), await company.person('Bob', lent)];
  const roots = await becomeContacts(ann.client, bob.client);
  const [contact] = await viewOf(ann.client, 'contacts.list', {}, (list) => list[0]?.ledger != null);
  return { ann, bob, roots, ledger: contact?.ledger ?? '' };
}
/** Ann lends to Bob. */
async function write({ ann, roots, ledger }: Pair, changed: Partial<Draft> = {}): Promise<{ ledger: string; iou: string }> {
  const { iou } = valueOf(await ann.client.call('ious.write', { ledger, nonce: newId(), other: roots.guest, mine: 'lender', ...loan, ...changed }));
  return { ledger, iou };
}
async function agree(pair: Pair, changed: Partial<Draft> = {}): Promise<{ ledger: string; iou: string }> {
  const at = await write(pair, changed);
  await reach(pair.bob, at, 'written');
  valueOf(await pair.bob.client.call('ious.sign', at));
  await reach(pair.ann, at, 'signed');
  valueOf(await pair.ann.client.call('ious.sign', at));
  await reach(pair.bob, at, 'effective');
  return at;
}

describe('an IOU between two contacts', () => {
  it('goes from the draft to the receipt, and both see the same all the way', async () => {
    const pair = await befriend();
    const { ann, bob } = pair;
    const at = await write(pair);
    expect(await reach(bob, at, 'written')).toMatchObject({
      ...loan, mine: 'borrower', may: ['sign', 'decline'], repaid: 0, daysLeft: null, signedAt: { lender: null, borrower: null },
      lender: { name: 'Ann', me: false }, borrower: { name: 'Bob', me: true },
    });
    expect((await seen(ann, at)).may).toEqual([]);
    expect(codeOf(await ann.client.call('ious.sign', at))).toBe('iou_step_not_now');

    valueOf(await bob.client.call('ious.sign', at));
    expect((await reach(ann, at, 'signed')).may).toEqual(['sign', 'decline']);
    valueOf(await ann.client.call('ious.sign', at));
    const agreed = await reach(bob, at, 'effective');
    expect(agreed.may).toEqual(['repay', 'void']);
    expect(agreed.signedAt).toEqual({ lender: expect.any(Number), borrower: expect.any(Number) });

    expect(codeOf(await ann.client.call('ious.repay', { ...at, nonce: newId(), amount: 1, date: '2027-01-01' }))).toBe('iou_step_not_now');
    expect(codeOf(await bob.client.call('ious.repay', { ...at, nonce: newId(), amount: 11_000_001, date: '2027-01-01' }))).toBe('iou_repaid_too_much');
    for (const [amount, state] of [[4_000_000, 'partly'], [7_000_000, 'repaid']] as const) {
      const { repayment } = valueOf(await bob.client.call('ious.repay', { ...at, nonce: newId(), amount, date: '2027-01-01' }));
      expect(codeOf(await bob.client.call('ious.confirm', { ...at, repayment }))).toBe('iou_step_not_now');
      await seen(ann, at, ({ may }) => may.includes('confirm'));
      valueOf(await ann.client.call('ious.confirm', { ...at, repayment }));
      await reach(bob, at, state);
    }
    await untilSame(ann.client, bob.client, at.ledger);
    const [hers, his] = [await seen(ann, at, ({ waiting }) => !waiting), await seen(bob, at, ({ waiting }) => !waiting)];
    expect(his).toMatchObject({ state: 'repaid', repaid: 11_000_000, may: [], daysLeft: null, refused: [] });
    expect(hers.history).toEqual(his.history);
    expect(his.history.map(({ action, role }) => `${role} ${action}`)).toEqual([
      'lender write', 'borrower sign', 'lender sign', 'borrower repay', 'lender confirm', 'borrower repay', 'lender confirm',
    ]);
    expect(await viewOf(bob.client, 'ledgers.list', {})).toEqual([]);
  });

  it('can be declined by the one who is asked, and is void when both say so', async () => {
    const pair = await befriend();
    const { ann, bob } = pair;
    const first = await write(pair);
    await reach(bob, first, 'written');
    valueOf(await bob.client.call('ious.decline', first));
    expect((await reach(ann, first, 'declined')).may).toEqual([]);
    expect(codeOf(await bob.client.call('ious.sign', first))).toBe('iou_step_not_now');

    const second = await agree(pair, { purpose: 'A bicycle' });
    valueOf(await bob.client.call('ious.void', second));
    expect(await seen(ann, second, ({ voided }) => voided.length === 1)).toMatchObject({ state: 'effective', voided: ['borrower'], may: ['void'] });
    valueOf(await ann.client.call('ious.void', second));
    expect(await reach(bob, second, 'void')).toMatchObject({ may: [], daysLeft: null });
    expect((await viewOf(ann.client, 'ious.list', {})).map(({ state }) => state).toSorted()).toEqual(['declined', 'void']);
  });

  it('is written by the borrower just as well, and by nobody with themselves or with a stranger', async () => {
    const { ann, bob, ledger, roots } = await befriend();
    const ask = (other: string, changed: Partial<Draft> = {}) => bob.client.call('ious.write', { ledger, nonce: newId(), other, mine: 'borrower', ...loan, ...changed });
    const { iou } = valueOf(await ask(roots.host));
    expect(await reach(ann, { ledger, iou }, 'written')).toMatchObject({ mine: 'lender', may: [], lender: { me: true } });
    expect((await seen(bob, { ledger, iou })).may).toEqual(['sign', 'decline']);
    expect(codeOf(await ask(roots.guest))).toBe('transfer_to_self');
    expect(codeOf(await ask('f'.repeat(64)))).toBe('person_unknown');
    expect(codeOf(await ask(roots.host, { due: '2026-11-19' }))).toBe('iou_due_before_lent');
    expect(codeOf(await ask(roots.host, { amount: 0 }))).toBe('amount_zero');
    expect(codeOf(await bob.client.call('ious.sign', { ledger, iou: 'a'.repeat(32) }))).toBe('not_found');
  });

  it('is not written with somebody who could not sign it', async () => {
    const [ann, cleo] = [await company.person('Ann'), await company.person('Cleo')];
    const { ledger } = await addBook(ann.client);
    await admit(ann, ledger, cleo, 'Cleo', { role: 'viewer' });
    const other = (await viewOf(ann.client, 'contacts.list', {}, (list) => list.length > 0))[0]?.root ?? '';
    const write = () => ann.client.call('ious.write', { ledger, nonce: newId(), other, mine: 'lender', ...loan });
    expect(codeOf(await write())).toBe('iou_other_reads');
    const { members } = await viewOf(ann.client, 'members.get', { ledger }, (view) => view.members.length === 2);
    valueOf(await ann.client.call('members.setRole', { ledger, member: members.find(({ name }) => name === 'Cleo')?.member ?? '', role: 'editor' }));
    expect((await write()).ok).toBe(true);
  });

  it('adds nothing where a call is repeated because its answer was lost', async () => {
    const pair = await befriend();
    const { ann, bob, ledger, roots } = pair;
    const draft = { ledger, nonce: newId(), other: roots.guest, mine: 'lender' as const, ...loan };
    const [{ iou }, again] = [valueOf(await ann.client.call('ious.write', draft)), valueOf(await ann.client.call('ious.write', draft))];
    expect(again.iou).toBe(iou);
    const at = { ledger, iou };
    await reach(bob, at, 'written');
    await Promise.all([1, 2].map(async () => valueOf(await bob.client.call('ious.sign', at))));
    await reach(ann, at, 'signed');
    for (const _ of [1, 2]) valueOf(await ann.client.call('ious.sign', at));
    await reach(bob, at, 'effective');
    const repay = { ...at, nonce: newId(), amount: 5, date: '2027-01-01' };
    const [one, other] = [valueOf(await bob.client.call('ious.repay', repay)), valueOf(await bob.client.call('ious.repay', repay))];
    expect(other.repayment).toBe(one.repayment);
    await seen(ann, at, ({ may }) => may.includes('confirm'));
    for (const _ of [1, 2]) valueOf(await ann.client.call('ious.confirm', { ...at, repayment: one.repayment }));
    await reach(bob, at, 'partly');
    for (const _ of [1, 2]) valueOf(await bob.client.call('ious.void', at));
    expect((await seen(ann, at, ({ voided }) => voided.length > 0)).history).toHaveLength(6);
  });

  it('takes steps made apart from each other, and comes to the same on both sides', async () => {
    const pair = await befriend();
    const { ann, bob } = pair;
    const at = await agree(pair);
    const repay = async (amount: number) => valueOf(await bob.client.call('ious.repay', { ...at, nonce: newId(), amount, date: '2027-01-01' })).repayment;
    const first = await repay(1_000);
    await seen(ann, at, ({ may }) => may.includes('confirm'));
    for (const one of [ann, bob]) await setPaused(one, true);
    await repay(2_000);
    valueOf(await ann.client.call('ious.confirm', { ...at, repayment: first }));
    valueOf(await ann.client.call('ious.void', at));
    for (const one of [ann, bob]) await setPaused(one, false);
    await untilSame(ann.client, bob.client, at.ledger);
    const [hers, his] = [await seen(ann, at, ({ waiting }) => !waiting), await seen(bob, at, ({ waiting }) => !waiting)];
    expect(hers.history).toEqual(his.history);
    expect(his).toMatchObject({ state: 'partly', repaid: 1_000, voided: ['lender'], repayments: [{ amount: 1_000 }, { amount: 2_000, confirmedAt: null }] });
  });

  it('is signed on a paired device, which does not hold the words', async () => {
    const pair = await befriend();
    const at = await write(pair);
    const tablet = await company.device('Tablet');
    await pairDevice(pair.bob.client, tablet.client);
    expect(await reach(tablet, at, 'written')).toMatchObject({ mine: 'borrower', may: ['sign', 'decline'] });
    valueOf(await tablet.client.call('ious.sign', at));
    await reach(pair.ann, at, 'signed');
    expect((await seen(pair.bob, at, ({ state }) => state === 'signed')).may).toEqual([]);
    // What it signed while it was mine holds after it is taken out, as with a pen.
    const devices = await viewOf(pair.bob.client, 'devices.list', {}, (all) => all.filter(({ state }) => state === 'active').length > 1);
    expect(valueOf(await pair.bob.client.call('devices.revoke', { device: devices.find(({ mine }) => !mine)?.device ?? '' }))).toEqual({ failed: 0 });
    valueOf(await pair.ann.client.call('ious.sign', at));
    expect((await reach(pair.bob, at, 'effective')).refused).toEqual([]);
  });

  it('is there again on a machine that was given only the words, and goes on there', async () => {
    const pair = await befriend();
    const at = await agree(pair);
    const { words } = valueOf(await pair.bob.client.call('identity.phrase', {}));
    await company.leave(pair.bob);
    const fresh = await company.device('New machine');
    valueOf(await fresh.client.call('identity.restore', { phrase: words.join(' '), relay: company.address(), language: 'en' }));
    expect(await reach(fresh, at, 'effective')).toMatchObject({ mine: 'borrower', may: ['repay', 'void'] });
    await viewOf(fresh.client, 'ledgers.get', { ledger: at.ledger }, (view) => view?.me != null);
    valueOf(await fresh.client.call('ious.repay', { ...at, nonce: newId(), amount: 11_000_000, date: '2027-01-01' }));
    expect(await seen(pair.ann, at, ({ may }) => may.includes('confirm'))).toMatchObject({ refused: [] });
  });

  it('stands in a ledger of several, where others see it and have no part in it', async () => {
    const [ann, bob, cy] = [await company.person('Ann'), await company.person('Bob'), await company.person('Cy')];
    const { ledger } = await addBook(ann.client);
    await admit(ann, ledger, bob, 'Bob');
    await admit(ann, ledger, cy, 'Cy');
    const other = (await viewOf(bob.client, 'identity.get', {}))?.root ?? '';
    await viewOf(ann.client, 'members.get', { ledger }, ({ members }) => members.some(({ root }) => root === other));
    const at = { ledger, ...valueOf(await ann.client.call('ious.write', { ledger, nonce: newId(), other, mine: 'lender', ...loan })) };
    expect(await reach(cy, at, 'written')).toMatchObject({ mine: null, may: [] });
    for (const action of ['sign', 'decline', 'void'] as const) expect(codeOf(await cy.client.call(`ious.${action}`, at))).toBe('iou_step_not_now');
  });
});

describe('what is due', () => {
  const day = (date: string): (() => number) => () => new Date(`${date}T09:00:00`).getTime();

  it('stands on Today a week before, a day before and on the day, and is told once on each device', async () => {
    const pair = await befriend(day('2026-11-20'));
    const at = await agree(pair, { due: '2026-12-20' });
    const { ann, bob } = pair;
    const look = async (somebody: Somebody) => (await viewOf(somebody.client, 'ious.reminders', {})).map(({ reminder, daysLeft, untold, mine, other }) => ({ reminder, daysLeft, untold, mine, other }));
    expect(await look(bob)).toEqual([]);
    let later = bob;
    for (const [date, reminder, daysLeft] of [['2026-12-13', 7, 7], ['2026-12-15', 7, 5], ['2026-12-19', 1, 1], ['2026-12-20', 0, 0], ['2026-12-24', 0, -4]] as const) {
      later = await company.resume(later, { now: day(date) });
      await viewOf(later.client, 'ious.reminders', {}, (list) => list.length === 1);
      const isFirst = date !== '2026-12-15' && date !== '2026-12-24';
      expect(await look(later)).toEqual([{ reminder, daysLeft, untold: isFirst, mine: 'borrower', other: 'Ann' }]);
      valueOf(await later.client.call('ious.told', { reminders: [{ ...at, reminder }] }));
      expect((await look(later))[0]?.untold).toBe(false);
    }
    // Each device tells for itself.
    const hers = await company.resume(ann, { now: day('2026-12-20') });
    await viewOf(hers.client, 'ious.reminders', {}, (list) => list.length === 1);
    expect(await look(hers)).toEqual([{ reminder: 0, daysLeft: 0, untold: true, mine: 'lender', other: 'Bob' }]);
  });

  it('is told by the host where it has a voice of its own, without the amount, and not once more after a restart', async () => {
    const pair = await befriend(day('2026-11-20'));
    const at = await agree(pair, { due: '2026-11-27' });
    const { promise, resolve } = Promise.withResolvers<Notice>();
    const told: Notice[] = [];
    const notify = (notice: Notice): void => {
      told.push(notice);
      resolve(notice);
    };
    const bob = await company.resume(pair.bob, { now: day('2026-11-20'), notify });
    const notice = await promise;
    expect(notice).toEqual({ kind: 'iou', ...at, mine: 'borrower', other: 'Ann', reminder: 7, past: false, language: 'en' });
    expect(JSON.stringify(notice)).not.toContain('11000000');
    expect(await viewOf(bob.client, 'ious.reminders', {})).toMatchObject([{ reminder: 7, untold: false }]);
    const again = await company.resume(bob, { now: day('2026-11-26'), notify });
    await expect.poll(() => told.length, { timeout: 20_000 }).toBe(2);
    expect(told[1]?.reminder).toBe(1);
    await company.leave(again);
  });
});
