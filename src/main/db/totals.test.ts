/** Sums that no household reaches, and a member who means harm does: they stay whole numbers, and break nothing. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { draftToBody } from '#domain/entry-rules.ts';
import { MAXIMUM_AMOUNT } from '#domain/money.ts';
import { sampleId as id } from '#sync/sample.ts';
import type { StoredChange } from '#sync/store.ts';
import { openStore, type StoreFixture } from './store.fixture.ts';

const [ada, bo] = [id('Ada'), id('Bo')];
let fixture: StoreFixture;
beforeEach(() => {
  fixture = openStore();
});
afterEach(() => fixture.remove());

/** A change of entries of the largest amount, odd so that a float would lose its last digit, all paid by Ada for Bo; then the same, void. */
function largest(number: number, state: 'active' | 'void' = 'active', entries = 250): StoredChange {
  const amount = MAXIMUM_AMOUNT - 1;
  const revisions = Array.from({ length: entries }, (_, index) => {
    const entry = id(`entry ${number}/${index}`);
    const body = draftToBody({
      kind: 'expense', date: '2026-01-01', description: '', category: 'rent', note: '', currency: 'EUR', amount,
      payers: [{ person: ada, amount }], split: { mode: 'equal', parts: [{ person: bo, value: 1 }] },
    }, entry, state);
    if (!body.ok) throw new Error(body.code);
    return { type: 'entry' as const, id: id(`${state} ${number}/${index}`), of: entry, prev: state === 'void' ? [id(`active ${number}/${index}`)] : [], at: 0, by: ada, device: id('device'), body: body.value };
  });
  return { document: id('document'), hash: id(`${state} ${number}`).repeat(2), deps: [], actor: id('device') + '00'.repeat(8), bytes: Uint8Array.of(number), revisions, record: null };
}

it('are exact beyond what a float holds, in one write or many', async () => {
  const changes = Array.from({ length: 8 }, (_, number) => largest(number));
  expect((await fixture.store.commitLocal(id('ledger'), changes.slice(0, 6))).ok).toBe(true);
  for (const change of changes.slice(6)) expect((await fixture.store.commitLocal(id('ledger'), [change])).ok).toBe(true);
  const sums = () => fixture.database.prepare('SELECT paid, effect FROM person_total ORDER BY paid').safeIntegers().raw().all();
  const all = 2_000n * BigInt(MAXIMUM_AMOUNT - 1);
  expect(sums()).toEqual([[0n, -all], [all, all]]);
  await fixture.writer.write(fixture.projection.rebuild);
  expect(sums()).toEqual([[0n, -all], [all, all]]);
});

// 451 is as many as are gathered before they are written in part.
it.each([451, 902, 2_000])('of %i entries go back to nothing when these are void', async (entries) => {
  await fixture.store.commitLocal(id('ledger'), [largest(0, 'active', entries)]);
  await fixture.store.commitLocal(id('ledger'), [largest(0, 'void', entries)]);
  for (const table of ['person_total', 'person_day', 'debt', 'month_total']) {
    expect(fixture.database.prepare(`SELECT count(*) FROM ${table}`).pluck().get(), table).toBe(0);
  }
});
