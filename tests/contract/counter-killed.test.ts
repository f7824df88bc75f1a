/** A till that is killed with a charge under way: it was booked once, or not at all, and the next start says which. */
import { spawn } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createClient } from '#contract/client.ts';
import { setUp, valueOf } from '#tests/people.ts';
import { newId } from './book.ts';
import { newProfile, openInMemory, removeProfile } from './open.ts';
import { arm, createTestReader, entriesOf, issueCard, openShop, openTab, tabOf, tillOf, verdictOf } from './shop.ts';

const TILL = new URL('counter-killed.ts', import.meta.url).pathname;

let profile: string;
beforeEach(() => {
  profile = newProfile();
});
afterEach(() => removeProfile(profile));

function runUntilKilled(...given: string[]): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const till = spawn(process.execPath, [TILL, profile, ...given], { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    till.stdout.on('data', (data) => (output += String(data)));
    till.once('error', reject);
    till.once('close', (_, signal) => (signal === 'SIGKILL' ? resolve(output.trim().split('\n')) : reject(new Error(`not killed: ${output}`))));
  });
}

describe.each([
  { moment: 'armed', isBooked: false },
  { moment: 'reading', isBooked: false },
  { moment: 'committed', isBooked: true },
  { moment: 'approved', isBooked: true },
])('killed when it is $moment', ({ moment, isBooked }) => {
  it(`the charge is ${isBooked ? 'in the book' : 'not in the book'}, and armed once more it ends there once`, async () => {
    const before = await openInMemory(profile);
    const first = createClient(await before.connect());
    await setUp(first, 'Sam');
    const shop = await openShop(first);
    const tab = await openTab(first, shop, { paidIn: 1_000 });
    await before.close();

    const transaction = newId();
    const seen = await runUntilKilled(shop, tab, transaction, moment);
    expect(seen.at(-1)).toBe(moment);
    // Nobody was told of a sale that is not on disk.
    if (moment === 'committed') expect(seen).not.toContain('approved');

    const reader = createTestReader();
    const after = await openInMemory(profile, reader.lent);
    const client = createClient(await after.connect());
    expect((await tabOf(client, shop, tab)).balance).toBe(isBooked ? 700 : 1_000);
    expect((await tillOf(client, shop)).phase).toBe('idle');
    const card = await issueCard(client, reader, shop, tab);
    reader.reader.place(card);
    valueOf(await arm(client, shop, 300, transaction));
    expect(await verdictOf(client, shop)).toMatchObject({ phase: 'approved', receipt: { transaction, amount: 300, balance: 700 } });
    expect(await entriesOf(client, tab)).toHaveLength(2);
    await after.close();
  });
});
