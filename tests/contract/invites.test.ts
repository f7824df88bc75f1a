/** Invites: how long somebody can come in by one, or look in. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { untilSame, valueOf, viewOf } from '#tests/people.ts';
import { addBook } from './book.ts';
import { createCompany, joinBy, type Company, type Somebody } from './company.ts';

let company: Company;
beforeEach(async () => {
  company = await createCompany();
});
afterEach(() => company.end());

const codeOf = (reply: { ok: boolean; error?: { code: string } }): string | undefined => reply.error?.code;
async function startBook(): Promise<{ ann: Somebody; ledger: string }> {
  const ann = await company.person('Ann');
  return { ann, ledger: (await addBook(ann.client)).ledger };
}

describe('invites', () => {
  it('are withdrawn, run out and are used up', async () => {
    let now = Date.now();
    const { ann, ledger } = await startBook();
    const cy = await company.person('Cy');
    const first = valueOf(await ann.client.call('sharing.invite', { ledger, uses: 1 }));
    const second = valueOf(await ann.client.call('sharing.invite', { ledger, uses: 3, days: 1 }));
    expect((await viewOf(ann.client, 'members.get', { ledger })).invites.map(({ key, role, uses }) => [key, role, uses])).toEqual(
      expect.arrayContaining([[first.key, 'editor', 1], [second.key, 'editor', 3]]),
    );
    expect(second.expires).toBeGreaterThan(now);
    await joinBy(first.link, cy, 'Cy');
    await untilSame(ann.client, cy.client, ledger);
    const third = valueOf(await ann.client.call('sharing.invite', { ledger }));
    const { epoch } = await viewOf(ann.client, 'members.get', { ledger });
    valueOf(await ann.client.call('members.withdrawInvite', { ledger, key: second.key }));
    // Whoever had looked in knows the key: there is another one, and no invite knows that.
    expect(await viewOf(ann.client, 'members.get', { ledger })).toMatchObject({ epoch: epoch + 1, invites: [] });
    for (const { key, link } of [second, third]) {
      expect(codeOf(await ann.client.call('members.withdrawInvite', { ledger, key }))).toBe('not_found');
      expect(codeOf(await cy.client.call('sharing.open', { invite: link }))).toMatch(/invite_expired|already_joined/);
    }
    const dee = await company.person('Dee');
    expect(codeOf(await dee.client.call('sharing.open', { invite: first.link }))).toBe('invite_expired');
    // An invite made by a clock of long ago has run out by that of the relay.
    now -= 100 * 86_400_000;
    const late = await company.resume(ann, { now: () => now });
    const fourth = valueOf(await late.client.call('sharing.invite', { ledger, days: 1 }));
    for (const { link } of [second, third, fourth]) expect(codeOf(await dee.client.call('sharing.open', { invite: link }))).toBe('invite_expired');
  });

  it('that are opened and not taken in time bring nobody in', async () => {
    const { ann, ledger } = await startBook();
    const cy = await company.person('Cy');
    const { link, key } = valueOf(await ann.client.call('sharing.invite', { ledger }));
    const { ticket } = valueOf(await cy.client.call('sharing.open', { invite: link }));
    valueOf(await ann.client.call('members.withdrawInvite', { ledger, key }));
    expect(codeOf(await cy.client.call('sharing.join', { ticket, as: { name: 'Cy' } }))).toBe('invite_expired');
    expect(await viewOf(cy.client, 'ledgers.list', {})).toEqual([]);
    expect(codeOf(await cy.client.call('sharing.open', { invite: link }))).toBe('invite_expired');
  });
});
