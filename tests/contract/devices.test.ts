/** Several devices of one person: let in after words were compared, in the same ledgers ever after, taken out when lost. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Output } from '#contract/api.ts';
import { visit } from '#sync/errand.ts';
import { openAgreementKey, openSigningKey } from '#sync/keys.ts';
import { parseInvite } from '#sync/invite.ts';
import { openMailbox } from '#sync/pairing.ts';
import { bytesToHex } from '#sync/protocol/bytes.ts';
import { makeRemoval } from '#sync/records.ts';
import { systemTimers } from '#sync/timers.ts';
import { connectWebSocket } from '#sync/transport.websocket.ts';
import { success } from '#domain/result.ts';
import { untilSame, valueOf, viewOf } from '#tests/people.ts';
import { addBook, newId, type Book } from './book.ts';
import { admit, amountsOf, createCompany, setPaused, untilAmounts, withEngine, type Company, type Somebody } from './company.ts';

const randomBytes = (length: number): Uint8Array<ArrayBuffer> => globalThis.crypto.getRandomValues(new Uint8Array(length));

let company: Company;
beforeEach(async () => {
  company = await createCompany();
});
afterEach(() => company.end());

type Pairing = Output<'devices.pairing'>;
const pairingOf = ({ client }: Somebody, state: Pairing['state']): Promise<Pairing> => viewOf(client, 'devices.pairing', {}, (view) => view.state === state);
const codeOf = (reply: { ok: boolean; error?: { code: string } }): string | undefined => reply.error?.code;

async function offer(giving: Somebody): Promise<Pairing> {
  valueOf(await giving.client.call('devices.pair', {}));
  return pairingOf(giving, 'waiting');
}
const accept = async (joining: Somebody, invite: string, relay: string | null = null): Promise<void> =>
  void valueOf(await joining.client.call('devices.join', { invite, relay, language: 'en' }));

/** A new device of somebody, with everything they have. */
async function pair(giving: Somebody, name = 'Tablet'): Promise<Somebody> {
  const joining = await company.device(name);
  const { link } = await offer(giving);
  await accept(joining, link ?? '');
  const [here, there] = await Promise.all([pairingOf(giving, 'compare'), pairingOf(joining, 'compare')]);
  expect(here.words).toEqual(there.words);
  for (const { client } of [giving, joining]) valueOf(await client.call('devices.confirmPairing', {}));
  await Promise.all([pairingOf(giving, 'done'), pairingOf(joining, 'done')]);
  return joining;
}
const addAs = ({ client }: Somebody, { ledger, expense }: Book, amount: number) => client.call('entries.add', { ledger, entry: newId(), draft: expense(amount) });
/** Waits until somebody is in a ledger and may write. */
const untilIn = ({ client }: Somebody, ledger: string) => viewOf(client, 'ledgers.get', { ledger }, (view) => view !== null && view.role !== null && view.me !== null);

describe('pairing', () => {
  it('by a link: the same words on both sides, and then the same person with the same ledgers', async () => {
    const ann = await company.person('Ann');
    const book = await addBook(ann.client);
    await book.add(100);
    const tablet = await company.device('Tablet');
    const { link, code, side, expires } = await offer(ann);
    expect([side, typeof code, (expires ?? 0) > Date.now()]).toEqual(['giving', 'string', true]);
    await accept(tablet, link ?? '');
    const [here, there] = await Promise.all([pairingOf(ann, 'compare'), pairingOf(tablet, 'compare')]);
    expect(here.words?.en).toHaveLength(6);
    expect([here.words, here.deviceName, there.side]).toEqual([there.words, 'Tablet', 'joining']);
    expect(await viewOf(tablet.client, 'profile.get', {})).toMatchObject({ state: 'new' });
    valueOf(await ann.client.call('devices.confirmPairing', {}));
    // Whoever has a leaked link and compares nothing makes nobody's device their own.
    await viewOf(ann.client, 'devices.pairing', {}, ({ state }) => state === 'finishing');
    expect(await viewOf(tablet.client, 'devices.pairing', {})).toMatchObject({ state: 'compare', confirmed: false });
    expect(await viewOf(tablet.client, 'identity.get', {})).toBeNull();
    valueOf(await tablet.client.call('devices.confirmPairing', {}));
    expect(codeOf(await tablet.client.call('devices.confirmPairing', {}))).toBe('pairing_none');
    await Promise.all([pairingOf(ann, 'done'), pairingOf(tablet, 'done')]);

    const [mine, theirs] = [await viewOf(ann.client, 'identity.get', {}), await viewOf(tablet.client, 'identity.get', {})];
    expect(theirs).toMatchObject({ root: mine?.root, name: 'Ann', phrase: 'forgotten' });
    expect(await viewOf(tablet.client, 'profile.get', {})).toMatchObject({ state: 'ready', name: 'Ann' });
    await untilIn(tablet, book.ledger);
    await untilAmounts(tablet, book.ledger, [100]);
    expect(await viewOf(tablet.client, 'ledgers.get', { ledger: book.ledger })).toMatchObject({ me: book.me, role: 'owner', balances: [{ amount: 50 }] });
    valueOf(await addAs(tablet, book, 200));
    await untilAmounts(ann, book.ledger, [100, 200]);
    await untilSame(ann.client, tablet.client, book.ledger);
    for (const one of [ann, tablet]) {
      const devices = await viewOf(one.client, 'devices.list', {}, (list) => list.length === 2 && list.every(({ missing }) => missing === 0));
      expect(devices.map(({ name, state, ledgers, addedAt, lastSeen }) => [name, state, ledgers, addedAt !== null, lastSeen !== null]).toSorted()).toEqual([
        ["Ann's laptop", 'active', 1, true, true], ['Tablet', 'active', 1, true, true],
      ]);
      expect(devices.filter(({ mine: isMine }) => isMine)).toHaveLength(1);
    }
    // Only a device that holds the words lets others in.
    expect(codeOf(await tablet.client.call('devices.pair', {}))).toBe('phrase_forgotten');
    expect((await viewOf(ann.client, 'members.get', { ledger: book.ledger })).members).toHaveLength(1);
  });

  it('by a code, which needs the relay’s address', async () => {
    const ann = await company.person('Ann');
    const tablet = await company.device('Tablet');
    const { code } = await offer(ann);
    expect(codeOf(await tablet.client.call('devices.join', { invite: code ?? '', relay: null, language: 'en' }))).toBe('relay_not_set');
    expect(codeOf(await tablet.client.call('devices.join', { invite: 'AAAA-BBBB-CCCC', relay: company.address(), language: 'en' }))).toBe('code_unknown');
    await accept(tablet, code ?? '', company.address());
    const [here, there] = await Promise.all([pairingOf(ann, 'compare'), pairingOf(tablet, 'compare')]);
    expect(here.words).toEqual(there.words);
    for (const { client } of [tablet, ann]) valueOf(await client.call('devices.confirmPairing', {}));
    await Promise.all([pairingOf(ann, 'done'), pairingOf(tablet, 'done')]);
    expect(codeOf(await tablet.client.call('devices.join', { invite: code ?? '', relay: company.address(), language: 'en' }))).toBe('already_set_up');
  });

  it('a third party with the leaked link makes the words differ, and gets nothing', async () => {
    const ann = await company.person('Ann');
    const tablet = await company.device('Tablet');
    const { link } = await offer(ann);
    const invite = parseInvite(link ?? '');
    if (!invite.ok) throw new Error(invite.code);
    const mailbox = await openMailbox(invite.value.seed, randomBytes);
    const forged = { device: bytesToHex((await openSigningKey(randomBytes(32))).publicKey), agreement: (await openAgreementKey(randomBytes(32))).publicHex };
    const talk = { connect: connectWebSocket(WebSocket), timers: systemTimers };
    /** Takes what one leaves, and leaves something of their own instead. */
    const replace = (step: 'greeting' | 'answer') =>
      visit<null, string>(talk, company.address(), async (conversation) => {
        for (;;) {
          const taken = await mailbox.take(conversation, step);
          if (taken.ok && taken.value) {
            const left = step === 'greeting' ? await mailbox.leave(conversation, step, forged, 60_000) : await mailbox.leave(conversation, step, { ...forged, nonce: randomBytes(16), deviceName: 'Tablet' }, 60_000);
            return left.ok ? success(null) : left;
          }
        }
      });
    valueOfResult(await replace('greeting'));
    await accept(tablet, link ?? '');
    valueOfResult(await replace('answer'));
    const [here, there] = await Promise.all([pairingOf(ann, 'compare'), pairingOf(tablet, 'compare')]);
    expect(here.words?.en).not.toEqual(there.words?.en);
    expect(here.words?.['zh-CN']).not.toEqual(there.words?.['zh-CN']);
    valueOf(await ann.client.call('devices.cancelPairing', {}));
    valueOf(await tablet.client.call('devices.cancelPairing', {}));
    const welcome = await visit(talk, company.address(), (conversation) => mailbox.take(conversation, 'welcome') as never);
    expect(welcome).toMatchObject({ ok: true, value: null });
    expect((await viewOf(ann.client, 'devices.list', {})).map(({ name }) => name)).toEqual(["Ann's laptop"]);
    expect(await viewOf(tablet.client, 'profile.get', {})).toMatchObject({ state: 'new' });
    expect(await viewOf(tablet.client, 'identity.get', {})).toBeNull();
  });
  const valueOfResult = (result: { ok: boolean; code?: string }): void => expect(result).toMatchObject({ ok: true });

  it('can be called off on either side and begun anew', async () => {
    const ann = await company.person('Ann');
    const tablet = await company.device('Tablet');
    const first = await offer(ann);
    await accept(tablet, first.link ?? '');
    await Promise.all([pairingOf(ann, 'compare'), pairingOf(tablet, 'compare')]);
    valueOf(await ann.client.call('devices.cancelPairing', {}));
    expect(await viewOf(ann.client, 'devices.pairing', {})).toMatchObject({ state: 'idle', words: null, link: null });
    valueOf(await tablet.client.call('devices.cancelPairing', {}));
    expect(await viewOf(tablet.client, 'devices.pairing', {})).toMatchObject({ state: 'idle' });
    expect(codeOf(await ann.client.call('devices.confirmPairing', {}))).toBe('pairing_none');

    const second = await offer(ann);
    expect(second.link).not.toBe(first.link);
    await accept(tablet, second.link ?? '');
    await Promise.all([pairingOf(ann, 'compare'), pairingOf(tablet, 'compare')]);
    for (const { client } of [ann, tablet]) valueOf(await client.call('devices.confirmPairing', {}));
    await Promise.all([pairingOf(ann, 'done'), pairingOf(tablet, 'done')]);
    expect((await viewOf(ann.client, 'devices.list', {}, (list) => list.length === 2)).every(({ state }) => state === 'active')).toBe(true);
  });

  it('fails where the other side is silent too long; then one may begin as anybody', async () => {
    let late = 0;
    const ann = await company.person('Ann', { now: () => Date.now() + late });
    const tablet = await company.device('Tablet', { now: () => Date.now() + late });
    const { link } = await offer(ann);
    await accept(tablet, link ?? '');
    await Promise.all([pairingOf(ann, 'compare'), pairingOf(tablet, 'compare')]);
    late = 16 * 60_000;
    expect(await pairingOf(tablet, 'failed')).toMatchObject({ error: 'pairing_failed' });
    // Confirmed too late, the other one is gone.
    valueOf(await tablet.client.call('profile.setUp', { name: 'Bob', language: 'en' }));
    expect(await viewOf(tablet.client, 'identity.get', {})).toMatchObject({ name: 'Bob', phrase: 'here' });
    const lonely = await offer(ann);
    expect(lonely.link).not.toBe(link);
    late += 16 * 60_000;
    expect(await pairingOf(ann, 'failed')).toMatchObject({ error: 'pairing_failed' });
  });

  it('refuses what is no invitation of a device, and invitations of devices elsewhere', async () => {
    const ann = await company.person('Ann');
    const book = await addBook(ann.client);
    const tablet = await company.device('Tablet');
    const { link } = valueOf(await ann.client.call('sharing.invite', { ledger: book.ledger }));
    expect(codeOf(await tablet.client.call('devices.join', { invite: link, relay: null, language: 'en' }))).toBe('invite_invalid');
    expect(codeOf(await tablet.client.call('devices.join', { invite: 'x', relay: null, language: 'en' }))).toBe('code_invalid');
    const { link: ofDevice } = await offer(ann);
    const bob = await company.person('Bob');
    expect(codeOf(await bob.client.call('sharing.open', { invite: ofDevice ?? '' }))).toBe('already_set_up');
  });
});

describe('all devices of a person', () => {
  it('are in the same ledgers: also in those that one of them founds or joins later, and in none that one of them leaves', async () => {
    const ann = await company.person('Ann');
    const first = await addBook(ann.client);
    const tablet = await pair(ann);
    await untilIn(tablet, first.ledger);
    // Founded on the tablet, for the laptop.
    const second = await addBook(tablet.client);
    await untilIn(ann, second.ledger);
    valueOf(await addAs(ann, second, 100));
    await untilAmounts(tablet, second.ledger, [100]);
    // Joined on the laptop, for the tablet.
    const bob = await company.person('Bob');
    const third = await addBook(bob.client);
    await admit(bob, third.ledger, ann, 'Ann');
    await untilIn(tablet, third.ledger);
    valueOf(await tablet.client.call('entries.add', { ledger: third.ledger, entry: newId(), draft: third.expense(300) }));
    await untilAmounts(bob, third.ledger, [300]);
    const { members } = await viewOf(bob.client, 'members.get', { ledger: third.ledger });
    expect(members.map(({ name, devices }) => [name, devices.filter(({ recovery }) => !recovery).length])).toEqual([['Bob', 1], ['Ann', 2]]);
    // Both devices are the same person of the book.
    const [onLaptop, onTablet] = [await viewOf(ann.client, 'ledgers.get', { ledger: third.ledger }), await viewOf(tablet.client, 'ledgers.get', { ledger: third.ledger })];
    expect(onTablet?.me).toBe(onLaptop?.me);
    await viewOf(bob.client, 'ledgers.get', { ledger: third.ledger }, (view) => view?.persons.find(({ id }) => id === onLaptop?.me)?.devices.length === 2);

    valueOf(await tablet.client.call('members.leave', { ledger: third.ledger }));
    for (const one of [ann, tablet]) await viewOf(one.client, 'ledgers.list', {}, (ledgers) => !ledgers.some(({ id }) => id === third.ledger));
    expect((await viewOf(ann.client, 'ledgers.list', {})).map(({ id }) => id).toSorted()).toEqual([first.ledger, second.ledger].toSorted());
    await viewOf(bob.client, 'members.get', { ledger: third.ledger }, (view) => view.members.length === 1);
    // And back, on both.
    await admit(bob, third.ledger, tablet, 'Ann');
    for (const one of [ann, tablet]) await untilIn(one, third.ledger);
    valueOf(await ann.client.call('entries.add', { ledger: third.ledger, entry: newId(), draft: third.expense(400) }));
    await untilAmounts(bob, third.ledger, [300, 400]);
  });

  it('are never among the ledgers with their own', async () => {
    const ann = await company.person('Ann');
    await pair(ann);
    expect(await viewOf(ann.client, 'ledgers.list', {})).toEqual([]);
    const { ledgers } = await viewOf(ann.client, 'sync.state', {});
    expect(ledgers.map(({ template }) => template)).toEqual(['personal']);
    expect(codeOf(await ann.client.call('sharing.invite', { ledger: ledgers[0]?.ledger ?? '' }))).toBe('not_found');
    expect(codeOf(await ann.client.call('members.leave', { ledger: ledgers[0]?.ledger ?? '' }))).toBe('not_found');
  });
});

describe('a lost device', () => {
  it('is closed out of all ledgers, and reads and sends nothing from then on', async () => {
    const ann = await company.person('Ann');
    const tablet = await pair(ann);
    const [one, other] = [await addBook(ann.client), await addBook(ann.client)];
    for (const { ledger } of [one, other]) await untilIn(tablet, ledger);
    const lost = (await viewOf(ann.client, 'devices.list', {}, (list) => list.some(({ name, ledgers }) => name === 'Tablet' && ledgers === 2))).find(({ name }) => name === 'Tablet');
    expect(valueOf(await ann.client.call('devices.revoke', { device: lost?.device ?? '' }))).toEqual({ failed: 0 });
    expect((await viewOf(ann.client, 'devices.list', {})).find(({ name }) => name === 'Tablet')).toMatchObject({ state: 'revoked', ledgers: 0 });
    for (const book of [one, other]) {
      await book.add(100);
      await viewOf(ann.client, 'ledgers.get', { ledger: book.ledger }, (view) => view?.waiting === 0);
      await viewOf(tablet.client, 'ledgers.get', { ledger: book.ledger }, (view) => view?.role === null);
      expect(codeOf(await addAs(tablet, book, 5))).toBe('removed');
      expect(await amountsOf(tablet, book.ledger)).toEqual([]);
      expect((await viewOf(ann.client, 'members.get', { ledger: book.ledger })).epoch).toBe(1);
    }
    const again = await company.resume(tablet);
    await viewOf(again.client, 'sync.state', {}, ({ ledgers }) => ledgers.length === 3 && ledgers.every(({ reason }) => reason === 'removed'));
    for (const book of [one, other]) expect(await amountsOf(again, book.ledger)).toEqual([]);
    expect(codeOf(await ann.client.call('devices.revoke', { device: lost?.device ?? '' }))).toBe('not_found');
    const own = (await viewOf(ann.client, 'devices.list', {})).find(({ mine }) => mine);
    expect(codeOf(await ann.client.call('devices.revoke', { device: own?.device ?? '' }))).toBe('not_found');
  });

  it('is closed out later where it could not be at once', async () => {
    const ann = await company.person('Ann');
    const tablet = await pair(ann);
    const book = await addBook(ann.client);
    await untilIn(tablet, book.ledger);
    const device = (await viewOf(ann.client, 'devices.list', {}, (list) => list.some(({ name, ledgers }) => name === 'Tablet' && ledgers === 1))).find(({ name }) => name === 'Tablet')?.device;
    await company.leave(ann);
    // As when the program ends right after the first of its ledgers was closed.
    await withEngine(ann.profile, async ({ ground: { companion, link, personal, shell } }) => {
      await companion().close();
      await link.follow();
      const ledger = personal.ledger() ?? '';
      const revoked = await link.appendRecord(ledger, async (access) => {
        const key = [...access.cards].find(([, card]) => card.device === device)?.[0] ?? '';
        return success(await makeRemoval(access, { type: 'revoke', key }, new Map(), shell.randomBytes));
      });
      expect(revoked).toMatchObject({ ok: true });
    });
    expect(await viewOf(tablet.client, 'ledgers.get', { ledger: book.ledger })).toMatchObject({ role: 'owner' });
    const again = await company.resume(ann);
    await viewOf(tablet.client, 'ledgers.get', { ledger: book.ledger }, (view) => view?.role === null);
    expect((await viewOf(again.client, 'members.get', { ledger: book.ledger }, ({ epoch }) => epoch === 1)).members).toHaveLength(1);
    await viewOf(again.client, 'devices.list', {}, (list) => list.some(({ name, ledgers, state }) => name === 'Tablet' && ledgers === 0 && state === 'revoked'));
  });

  it('is revoked only where the relay can be told', async () => {
    const ann = await company.person('Ann');
    const tablet = await pair(ann);
    const device = (await viewOf(ann.client, 'devices.list', {}, (list) => list.length === 2)).find(({ name }) => name === 'Tablet')?.device ?? '';
    await setPaused(ann, true);
    expect(codeOf(await ann.client.call('devices.revoke', { device }))).toBe('relay_away');
    await setPaused(ann, false);
    expect(valueOf(await ann.client.call('devices.revoke', { device }))).toEqual({ failed: 0 });
    await viewOf(tablet.client, 'sync.state', {}, ({ ledgers }) => ledgers.every(({ reason }) => reason === 'removed'));
  });
});
