import { describe, expect, it } from 'vitest';
import type { Client } from '#contract/client.ts';
import { createClient } from '#contract/client.ts';
import { requestSchema, type Response, type Wire } from '#contract/rpc.ts';
import type { EntryRowView } from '#contract/views.ts';
import { createEntryPages } from './entry-pages.ts';

const rowOf = (index: number, note: string): EntryRowView => ({
  id: `${index}`, kind: 'expense', date: '2026-11-19', description: `${note}${index}`, category: '', currency: 'EUR', amount: 1, payers: [], myShare: null,
  myEffect: null, running: null, state: 'active', conflict: false, waiting: false, note: false, attachments: 0, recipient: null,
});

/** A client whose other end answers `entries.page` from a list of any length, at once, and can change the list. */
function openList(length: number) {
  let hear: (message: unknown) => void = () => undefined;
  const watches = new Map<number, { offset: number; limit: number }>();
  let [total, note] = [length, ''];
  const show = (id: number) => {
    const { offset, limit } = watches.get(id) ?? { offset: 0, limit: 0 };
    const rows = Array.from({ length: Math.max(0, Math.min(limit, total - offset)) }, (_, index) => rowOf(offset + index, note));
    hear({ type: 'view', id, view: { total, offset, rows } } satisfies Response);
  };
  const wire: Wire = {
    send(message) {
      const request = requestSchema.parse(message);
      if (request.type === 'unwatch') watches.delete(request.id);
      else {
        const { offset, limit } = Object(request.input);
        watches.set(request.id, { offset, limit });
        show(request.id);
      }
    },
    onMessage: (listener) => void (hear = listener),
    onClose: () => undefined,
    close: () => undefined,
  };
  const client: Client = createClient(wire);
  return {
    client,
    watched: () => [...watches.values()].map(({ offset }) => offset).toSorted((a, b) => a - b),
    change(nextTotal: number, nextNote: string) {
      [total, note] = [nextTotal, nextNote];
      for (const id of watches.keys()) show(id);
    },
  };
}

describe('the pages of a list', () => {
  it('watches what is seen and what is near, and nothing else', () => {
    const list = openList(100_000);
    const pages = createEntryPages(list.client, 'ledger', undefined);
    pages.look(0, 0);
    expect(pages.state().total).toBe(100_000);
    pages.look(0, 30);
    expect(list.watched()).toEqual([0]);
    pages.look(40_080, 40_110);
    expect(list.watched()).toEqual([40_000, 40_100]);
    expect(pages.rowAt(40_110)?.description).toBe('40110');
    pages.look(99_980, 99_999);
    expect(list.watched()).toEqual([99_900]);
    pages.close();
    expect(list.watched()).toEqual([]);
  });

  it('remembers pages it has left, until something changes', () => {
    const list = openList(1_000);
    const pages = createEntryPages(list.client, 'ledger', undefined);
    pages.look(0, 30);
    pages.look(500, 530);
    expect(pages.rowAt(10)?.description).toBe('10');
    list.change(1_001, 'new ');
    expect(pages.state().total).toBe(1_001);
    expect(pages.rowAt(510)?.description).toBe('new 510');
    expect(pages.rowAt(10)).toBeUndefined();
    pages.look(0, 30);
    expect(pages.rowAt(10)?.description).toBe('new 10');
  });

  it('tells its listeners of every change until they leave', () => {
    const list = openList(10);
    const pages = createEntryPages(list.client, 'ledger', undefined);
    let calls = 0;
    const stop = pages.subscribe(() => void (calls += 1));
    pages.look(0, 9);
    list.change(9, '');
    expect(calls).toBe(2);
    stop();
    list.change(8, '');
    expect(calls).toBe(2);
  });
});
