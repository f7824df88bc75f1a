import { beforeEach, describe, expect, it } from 'vitest';
import { failure, success, type Result } from '#domain/result.ts';
import type { LedgerAccess } from './access.ts';
import type { Conversation } from './conversation.ts';
import { createLine } from './line.ts';
import { extendMembership } from './protocol/membership.ts';
import { isSameBytes } from './protocol/bytes.ts';
import { PAGE_BYTES } from './protocol/limits.ts';
import type { ClientMessage, Refusal, RelayMessage } from './protocol/messages.ts';
import { makeEpoch } from './records.ts';
import { checkRecord, extendAccess } from './access.ts';
import { must, randomBytes, sampleLedger, type SampleLedger } from './sample.access.ts';
import { createMemoryStore } from './store.memory.ts';
import { createTurns } from './turns.ts';

let book: SampleLedger;
beforeEach(async () => {
  book = await sampleLedger();
});
const epoch = async (at: number, by = book.owner) => makeEpoch(await must(extendAccess(null, by.seat.deps, book.records.slice(0, at))), [], randomBytes);
const grow = async (count: number) => {
  for (let more = 0; more < count; more += 1) await book.add(makeEpoch(await book.access(book.owner), [], randomBytes));
};

/** Ada's device, which knows the first records, and a relay that has some of its own. */
async function setUp(known: number, there: Uint8Array[]) {
  const { ledger, owner } = book;
  const store = createMemoryStore();
  let access: LedgerAccess | null = known > 0 ? await must(extendAccess(null, owner.seat.deps, book.records.slice(0, known))) : null;
  await must(store.commitRecords(ledger, owner.seat.id, 0, book.records.slice(0, known), { refused: [], admitted: [] }));
  const sizes: number[] = [];
  async function answer(message: Pick<ClientMessage, 'type'> & { records?: Uint8Array[]; from?: number }): Promise<Result<Partial<RelayMessage>, Refusal>> {
    if (message.type === 'records') return success({ type: 'recordPage', record: there.length - 1, records: there.slice(message.from, (message.from ?? 0) + 2) });
    let membership = there.length > 0 ? (await must(extendAccess(null, owner.seat.deps, there))).membership : null;
    sizes.push((message.records ?? []).reduce((sum, { length }) => sum + length, 0));
    for (const bytes of message.records ?? []) {
      const checked = await must(checkRecord(ledger, bytes));
      const same = there[checked.record.number];
      if (same && !isSameBytes(same, bytes)) return failure('record_stale');
      if (same) continue;
      const extended = extendMembership(membership, checked.record, checked.hash);
      if (!extended.ok) return extended;
      membership = extended.value;
      there.push(bytes);
    }
    return success({ type: 'enrolled' });
  }
  const line = createLine({
    ledger, store, repo: { readChange: () => Promise.reject(new Error('nothing is read')), rebuild: () => Promise.reject(new Error('nothing is written')) },
    holder: { deps: owner.seat.deps, get: () => access, set: (next) => (access = next), inTurn: createTurns() },
    conversation: { request: answer } as unknown as Pick<Conversation, 'request'>,
  });
  const opened = async () => {
    const { number, hash } = (await must(extendAccess(null, owner.seat.deps, there))).membership;
    return { record: number, recordHash: hash };
  };
  return { line, there, sizes, opened, count: () => access?.records.length ?? 0, stored: async () => (await must(store.records(ledger))).length };
}

describe('a line of records', () => {
  it('that the relay has more of is fetched, in pages, from the first record on', async () => {
    await grow(6);
    const { line, opened, count, stored } = await setUp(0, [...book.records]);
    expect(await line.adopt(await opened())).toEqual({ ok: true, value: undefined });
    expect([count(), await stored()]).toEqual([7, 7]);
  });

  it('that the relay has less of is brought, and what it has already does no harm', async () => {
    await grow(3);
    const { line, there, opened } = await setUp(4, book.records.slice(0, 2));
    expect(await line.adopt(await opened())).toMatchObject({ ok: true });
    expect(there).toHaveLength(4);
    expect(await line.bring()).toMatchObject({ ok: true });
    expect(there).toEqual(book.records);
  });

  it('is brought in pieces that fit into messages', async () => {
    for (const name of ['Bo', 'Cy', 'Di', 'Ed', 'Fay', 'Gil', 'Hal', 'Ida']) await book.welcome(name);
    await grow(25);
    const { line, there, sizes } = await setUp(book.records.length, []);
    expect(await line.bring()).toMatchObject({ ok: true });
    expect(there).toHaveLength(book.records.length);
    expect(sizes.length).toBeGreaterThan(1);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(PAGE_BYTES);
  });

  it('that is another one at the relay is neither taken nor brought', async () => {
    const other = [...book.records, await epoch(1)];
    await grow(2);
    const same = await setUp(2, other);
    expect(await same.line.adopt(await same.opened())).toEqual({ ok: false, code: 'membership_forked' });
    expect(await same.line.bring()).toEqual({ ok: false, code: 'membership_forked' });
    const longer = await setUp(2, [...other, await makeEpoch(await must(extendAccess(null, book.owner.seat.deps, other)), [], randomBytes)]);
    expect(await longer.line.adopt(await longer.opened())).toEqual({ ok: false, code: 'membership_forked' });
    const shorter = await setUp(3, other);
    expect(await shorter.line.adopt(await shorter.opened())).toEqual({ ok: false, code: 'membership_forked' });
    for (const { count, stored, there } of [same, longer, shorter]) expect([count(), await stored(), there.length]).not.toContain(0);
    expect([same.count(), longer.count(), shorter.count()]).toEqual([2, 2, 3]);
  });

  it('gets a record of ours behind those that came first', async () => {
    await grow(3);
    const { line, there, count } = await setUp(1, [...book.records]);
    const made: number[] = [];
    const appended = await line.append(async (access) => {
      made.push(access.membership.number);
      return success(await makeEpoch(access, [], randomBytes));
    });
    expect(appended).toMatchObject({ ok: true });
    expect(made).toEqual([0, 3]);
    expect([there.length, count()]).toEqual([5, 5]);
  });

  it('takes a record that is told, once, and asks for what lies between', async () => {
    await grow(3);
    const { line, count } = await setUp(1, [...book.records]);
    await line.onLive(1, book.records[1]!);
    await line.onLive(1, book.records[1]!);
    expect(count()).toBe(2);
    await line.onLive(3, book.records[3]!);
    expect(count()).toBe(4);
    expect(await line.onLive(4, book.records[2]!)).toMatchObject({ ok: false });
    expect(count()).toBe(4);
  });
});
