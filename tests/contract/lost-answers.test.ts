/** The relay did as it was asked, and its answer got lost: nothing is done twice, nothing is left half done. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseRelayMessage } from '#sync/protocol/messages.ts';
import { untilSame, valueOf, viewOf } from '#tests/people.ts';
import { addBook, newId } from './book.ts';
import { admit, createCompany, joinBy, memberOf, untilAmounts, type Company, type Somebody } from './company.ts';

let company: Company;
beforeEach(async () => {
  company = await createCompany();
});
afterEach(() => company.end());

/** A network that cuts the connection in place of the next answers of a kind. */
function createCuttingNetwork() {
  let kind = '';
  let cuts = 0;
  class CuttingSocket extends WebSocket {
    constructor(url: string | URL) {
      super(url);
      this.addEventListener('message', (event) => {
        const message = parseRelayMessage(event.data instanceof ArrayBuffer ? new Uint8Array(event.data) : new Uint8Array());
        if (cuts === 0 || !message.ok || message.value.type !== kind) return;
        cuts -= 1;
        event.stopImmediatePropagation();
        this.close();
      });
    }
  }
  return {
    webSocket: CuttingSocket,
    cut(next: string, times = 1): void {
      [kind, cuts] = [next, times];
    },
    left: (): number => cuts,
  };
}
const codeOf = (reply: { ok: boolean; error?: { code: string } }): string | undefined => reply.error?.code;
const untilOnline = ({ client }: Somebody) => viewOf(client, 'sync.state', {}, ({ connection, waiting, ledgers }) => connection === 'online' && waiting === 0 && ledgers.every(({ catchingUp }) => !catchingUp));

describe('an answer that is lost', () => {
  it('to an invite, a change of roles and a removal: each holds once', async () => {
    const network = createCuttingNetwork();
    const ann = await company.person('Ann', { webSocket: network.webSocket });
    const bob = await company.person('Bob');
    const { ledger } = await addBook(ann.client);
    await untilOnline(ann);
    network.cut('enrolled');
    const { link } = valueOf(await ann.client.call('sharing.invite', { ledger, uses: 1 }));
    expect(network.left()).toBe(0);
    await joinBy(link, bob, 'Bob');
    await untilSame(ann.client, bob.client, ledger);
    expect((await viewOf(ann.client, 'members.get', { ledger })).invites).toEqual([]);
    const { member } = await memberOf(ann, ledger, 'Bob');
    network.cut('enrolled');
    valueOf(await ann.client.call('members.setRole', { ledger, member, role: 'viewer' }));
    await viewOf(bob.client, 'members.get', { ledger }, ({ role }) => role === 'viewer');
    await untilOnline(ann);
    network.cut('enrolled');
    valueOf(await ann.client.call('members.remove', { ledger, member }));
    await viewOf(bob.client, 'members.get', { ledger }, ({ role }) => role === null);
    expect(await viewOf(ann.client, 'members.get', { ledger })).toMatchObject({ epoch: 1, members: [{ name: 'Ann' }] });
  });

  it('to somebody who comes in on the last use of an invite: they are in, and come in no second time', async () => {
    const network = createCuttingNetwork();
    const ann = await company.person('Ann');
    const bob = await company.person('Bob', { webSocket: network.webSocket });
    const { ledger, add } = await addBook(ann.client);
    await add(100);
    const { link } = valueOf(await ann.client.call('sharing.invite', { ledger, uses: 1 }));
    const { ticket, persons } = valueOf(await bob.client.call('sharing.open', { invite: link }));
    const as = { person: persons.find(({ name }) => name === 'Bob')?.id ?? '' };
    network.cut('enrolled');
    expect(codeOf(await bob.client.call('sharing.join', { ticket, as }))).toMatch(/^relay_/);
    await viewOf(bob.client, 'ledgers.get', { ledger }, (view) => view?.role === 'editor');
    expect(valueOf(await bob.client.call('sharing.join', { ticket, as }))).toEqual({ ledger, me: as.person });
    await untilSame(ann.client, bob.client, ledger);
    // A way back for their words may have been made once more meanwhile: one too many opens nothing that the other does not.
    const { members } = await viewOf(ann.client, 'members.get', { ledger });
    expect(members.map(({ name, devices }) => [name, devices.filter(({ recovery }) => !recovery).length])).toEqual([['Ann', 1], ['Bob', 1]]);
    await untilOnline(bob);
    const words = valueOf(await bob.client.call('identity.phrase', {})).words.join(' ');
    const fresh = await company.device('New laptop');
    expect(valueOf(await fresh.client.call('identity.restore', { phrase: words, relay: company.address(), language: 'en' }))).toEqual({ ledgers: 1, missing: [] });
    await untilAmounts(fresh, ledger, [100]);
  });

  it('to somebody whose program ends at that moment: it finds out later, says who it is, and finds a way back', async () => {
    const network = createCuttingNetwork();
    const ann = await company.person('Ann');
    const bob = await company.person('Bob', { webSocket: network.webSocket });
    const { ledger, bob: person, expense } = await addBook(ann.client);
    const { link } = valueOf(await ann.client.call('sharing.invite', { ledger, uses: 1 }));
    const { ticket } = valueOf(await bob.client.call('sharing.open', { invite: link }));
    network.cut('enrolled');
    expect(codeOf(await bob.client.call('sharing.join', { ticket, as: { person } }))).toMatch(/^relay_/);
    const again = await company.resume(bob);
    await viewOf(again.client, 'ledgers.get', { ledger }, (view) => view?.me === person && view.role === 'editor');
    await viewOf(ann.client, 'ledgers.get', { ledger }, (view) => view?.persons.find(({ id }) => id === person)?.devices.length === 1);
    valueOf(await again.client.call('entries.add', { ledger, entry: newId(), draft: expense(300) }));
    await untilAmounts(ann, ledger, [300]);
    await untilOnline(again);
    const words = valueOf(await again.client.call('identity.phrase', {})).words.join(' ');
    const fresh = await company.device('New laptop');
    await viewOf(ann.client, 'members.get', { ledger }, ({ members }) => members.some(({ name, devices }) => name === 'Bob' && devices.some(({ recovery }) => recovery)));
    expect(valueOf(await fresh.client.call('identity.restore', { phrase: words, relay: company.address(), language: 'en' }))).toEqual({ ledgers: 1, missing: [] });
    await untilAmounts(fresh, ledger, [300]);
  });

  it('to somebody who comes back by their words', async () => {
    const network = createCuttingNetwork();
    const ann = await company.person('Ann');
    const { ledger, add } = await addBook(ann.client);
    await add(100);
    await untilOnline(ann);
    const words = valueOf(await ann.client.call('identity.phrase', {})).words.join(' ');
    const fresh = await company.device('New laptop', { webSocket: network.webSocket });
    network.cut('enrolled');
    const restore = () => fresh.client.call('identity.restore', { phrase: words, relay: company.address(), language: 'en' });
    expect(codeOf(await restore())).toMatch(/^relay_/);
    expect(await viewOf(fresh.client, 'profile.get', {})).toMatchObject({ state: 'new' });
    expect(valueOf(await restore())).toEqual({ ledgers: 1, missing: [] });
    await untilAmounts(fresh, ledger, [100]);
    expect(await viewOf(ann.client, 'devices.list', {}, (list) => list.length === 2)).toHaveLength(2);
    await admit(ann, ledger, await company.person('Bob'), 'Bob');
  });
});
