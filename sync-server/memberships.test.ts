import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMemberships, type Growth } from './memberships.ts';
import { sampleLedger, type SampleLedger } from './sample.ts';
import { createSqliteRelayStore } from './store.sqlite.ts';
import type { RelayStore } from './store.ts';

let store: RelayStore;
let reads: number[];
let grown: [number, number][];
beforeEach(() => {
  store = createSqliteRelayStore({ data: ':memory:', newIncarnation: () => '1'.repeat(32) });
  reads = [];
  grown = [];
});
afterEach(() => store.close());

const create = (capacity?: number) =>
  createMemberships({
    store: {
      records: (ledger, from, bytes) => {
        reads.push(from);
        return store.records(ledger, from, bytes);
      },
    },
    onGrown: ({ membership, records }: Growth) => grown.push([membership.number, records.length]),
    ...(capacity !== undefined && { capacity }),
  });
async function keep(ledger: SampleLedger, from = 0): Promise<void> {
  const outcome = await store.appendRecords({ ledger: ledger.id, records: from }, ledger.records().slice(from));
  if (!outcome.ok) throw new Error(outcome.code);
}
const numberOf = (outcome: Awaited<ReturnType<ReturnType<typeof create>['get']>>) => (outcome.ok ? (outcome.value?.number ?? null) : outcome.code);

describe('memberships', () => {
  it('are what the records in the store come to, and are read once', async () => {
    const ledger = sampleLedger();
    const memberships = create();
    expect(numberOf(await memberships.get(ledger.id))).toBeNull();
    ledger.admit('editor');
    await keep(ledger);
    const outcomes = await Promise.all([memberships.get(ledger.id), memberships.get(ledger.id), memberships.get(ledger.id)]);
    expect(outcomes).toEqual(outcomes.map(() => ({ ok: true, value: ledger.membership() })));
    expect(reads).toEqual([0, 0]);
    expect(grown).toEqual([[2, 3]]);
  });

  it('are read on from where they are, once for all who ask meanwhile', async () => {
    const ledger = sampleLedger();
    const memberships = create();
    await keep(ledger);
    await memberships.get(ledger.id);
    for (let count = 0; count < 250; count += 1) ledger.add(ledger.owner, { type: 'epoch' });
    await keep(ledger, 1);
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => memberships.refresh(ledger.id)));
    expect(outcomes.map(numberOf)).toEqual(outcomes.map(() => 250));
    // A page is two hundred records; who asked while that was going on shares one more look.
    expect(reads).toEqual([0, 1, 201, 251]);
    expect(grown).toEqual([[0, 1], [200, 200], [250, 50]]);
  });

  it('that were not asked for the longest are forgotten, and read again', async () => {
    const ledgers = [sampleLedger(), sampleLedger(), sampleLedger()];
    for (const ledger of ledgers) await keep(ledger);
    const [one, two, three] = ledgers.map(({ id }) => id) as [string, string, string];
    const memberships = create(4); // of one hash and one device each
    for (const id of [one, two, one, three, one, two]) expect(numberOf(await memberships.get(id))).toBe(0);
    expect(reads).toHaveLength(4);
  });

  it('weigh what their invites hold', async () => {
    const [heavy, light] = [sampleLedger(), sampleLedger()];
    heavy.add(heavy.owner, { type: 'invite', key: '5'.repeat(64), role: 'viewer', uses: 1, expires: 1, wrap: new Uint8Array(60_000) });
    for (const ledger of [heavy, light]) await keep(ledger);
    const memberships = create(100);
    for (const { id } of [light, heavy, light]) await memberships.get(id);
    expect(reads).toHaveLength(3);
    await memberships.get(heavy.id);
    expect(reads).toHaveLength(4);
  });

  it('do not go back', async () => {
    const ledger = sampleLedger();
    const memberships = create();
    const before = ledger.membership();
    const record = ledger.add(ledger.owner, { type: 'epoch' });
    memberships.grow({ membership: ledger.membership(), records: [record], by: null });
    memberships.grow({ membership: before, records: [ledger.records()[0]!], by: null });
    expect(numberOf(await memberships.get(ledger.id))).toBe(1);
    expect(grown).toEqual([[1, 1]]);
  });
});
