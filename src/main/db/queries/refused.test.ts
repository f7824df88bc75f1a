/** What a screen shows of a ledger when changes are refused that it showed before. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sampleEntry, sampleId as id, samplePerson } from '#sync/sample.ts';
import { nameRevision } from '#sync/revision-id.ts';
import type { Revision } from '#domain/revision.ts';
import type { StoredChange } from '#sync/store.ts';
import { openStore, type StoreFixture } from '#main/db/store.fixture.ts';
import { createEntryQueries, type EntryQueries } from './entries.ts';
import { createHistoryQueries, type HistoryQueries } from './history.ts';
import { createLedgerQueries, type LedgerQueries } from './ledgers.ts';

const [LEDGER, DEVICE] = [id('ledger'), id('device')];
const me = samplePerson('Ada');
let fixture: StoreFixture;
let ledgers: LedgerQueries;
let entries: EntryQueries;
let history: HistoryQueries;

const change = (name: string, ...revisions: Revision[]): StoredChange => ({
  document: LEDGER, hash: id(name).repeat(2), deps: [], actor: DEVICE + '00'.repeat(8), bytes: new Uint8Array(1), revisions, record: null,
});
const commit = async (...changes: StoredChange[]): Promise<void> => void expect(await fixture.store.commitLocal(LEDGER, changes)).toMatchObject({ ok: true });
const judge = async (refused: readonly StoredChange[], admitted: readonly StoredChange[] = []): Promise<void> => {
  const all = refused.map(({ document, hash }) => ({ document, hash, reason: 'role_forbids' as const }));
  expect(await fixture.store.commitRecords(LEDGER, DEVICE, 0, [], { refused: all, admitted })).toMatchObject({ ok: true });
};
function row() {
  const found = ledgers.find(LEDGER);
  if (!found) throw new Error('no ledger');
  return found;
}
const list = (): string[] => entries.page(row(), 0, 100, undefined).rows.map(({ description }) => description);

beforeEach(async () => {
  fixture = openStore();
  const { reader } = fixture;
  ledgers = createLedgerQueries(reader);
  entries = createEntryQueries(reader);
  history = createHistoryQueries(reader, ledgers);
  const head = { prev: [], at: 0, by: me.of, device: DEVICE };
  await commit(change(
    'begin', me, nameRevision({ ...head, type: 'ledger', of: LEDGER, body: { name: 'Flat', template: 'plain', currency: 'EUR', simplify: true } }),
    nameRevision({ ...head, type: 'device', of: DEVICE, body: { name: 'Laptop', person: me.of, publicKey: '00'.repeat(32) } }),
  ));
  await judge([]);
});
afterEach(() => fixture.remove());

/** Another version of an entry. */
const edit = (name: string, prev: string[]): Revision => nameRevision({ ...sampleEntry(name, { of: sampleEntry('dinner').of, prev }) });

describe('a refused entry', () => {
  it('is neither listed nor found nor counted, and comes back whole', async () => {
    const dinner = change('dinner', sampleEntry('dinner'));
    await commit(dinner, change('lunch', sampleEntry('lunch')));
    const shown = { list: list(), summary: ledgers.summary(row()), hash: history.stateHash(row()).hash };
    expect(shown.list.toSorted()).toEqual(['dinner', 'lunch']);
    await judge([dinner]);
    expect(list()).toEqual(['lunch']);
    expect(entries.search('dinner', 10).hits).toEqual([]);
    expect(ledgers.summary(row())).toMatchObject({ entries: 1, waiting: shown.summary.waiting - 1 });
    expect(history.entry(row(), sampleEntry('dinner').of)).toBeNull();
    expect(history.stateHash(row()).hash).not.toBe(shown.hash);
    await judge([], [dinner]);
    expect({ list: list(), summary: ledgers.summary(row()), hash: history.stateHash(row()).hash }).toEqual(shown);
    expect(entries.search('dinner', 10).hits).toHaveLength(1);
  });

  it('edit leaves the version before it, and a refused version of two ends their conflict', async () => {
    const first = sampleEntry('dinner');
    const [mine, theirs] = [change('mine', edit('supper', [first.id])), change('theirs', edit('feast', [first.id]))];
    await commit(change('dinner', first), mine, theirs);
    expect(ledgers.summary(row()).conflicts).toBe(1);
    await judge([theirs]);
    expect(ledgers.summary(row()).conflicts).toBe(0);
    expect(list()).toEqual(['supper']);
    expect(history.entry(row(), first.of)?.history).toHaveLength(2);
    await judge([mine]);
    expect(list()).toEqual(['dinner']);
  });

  it('is not remembered by a list in place of what came after it', async () => {
    const first = sampleEntry('dinner');
    const refused = change('refused', edit('supper', [first.id]));
    await commit(change('dinner', first), refused);
    expect(list()).toEqual(['supper']);
    await judge([refused]);
    // Takes the row that the refused one had.
    await commit(change('later', edit('feast', [first.id])));
    expect(list()).toEqual(['feast']);
  });
});

it('this device is in each ledger who its membership says', async () => {
  expect(ledgers.deviceIn(LEDGER)).toBe(DEVICE);
  expect(ledgers.deviceIn(id('another'))).toBeUndefined();
  expect(row().me).toBe(me.of);
  expect(ledgers.persons(row())[0]?.devices).toMatchObject([{ id: DEVICE, mine: true }]);
  await fixture.store.commitRecords(LEDGER, id('another device'), 0, [], { refused: [], admitted: [] });
  expect(row().me).toBeNull();
});

it('a ledger that nobody began is not shown as one', async () => {
  const body = { name: 'Mine', template: 'personal' as const, currency: 'EUR', simplify: false };
  const own = nameRevision({ type: 'ledger', of: id('personal'), prev: [], at: 0, by: me.of, device: DEVICE, body });
  await fixture.store.commitLocal(id('personal'), [change('personal', own)]);
  expect(ledgers.all().map(({ id: ledger }) => ledger)).toEqual([LEDGER]);
  expect(ledgers.everything().map(({ id: ledger }) => ledger)).toEqual([LEDGER, id('personal')]);
});
