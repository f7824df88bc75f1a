/** What the contract promises on every wire. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WatchName, Input, Output } from '#contract/api.ts';
import { createClient, type Client } from '#contract/client.ts';
import { valueOf, viewOf } from '#tests/people.ts';
import { beginBook, newId, type Book } from './book.ts';
import { newProfile, removeProfile, type OpenedCore } from './open.ts';

export function contractSuite(name: string, open: (profile: string) => Promise<OpenedCore>): void {
  describe(`contract over ${name}`, () => {
    let profile: string;
    let core: OpenedCore;
    let client: Client;
    beforeEach(async () => {
      profile = newProfile();
      core = await open(profile);
      client = createClient(await core.connect());
    });
    afterEach(async () => {
      await core.close();
      removeProfile(profile);
    });

    /** All views of a watch so far. */
    function record<K extends WatchName>(operation: K, input: Input<K>, over = client): Output<K>[] {
      const views: Output<K>[] = [];
      over.watch(operation, input, (view) => views.push(view));
      return views;
    }
    const code = async (reply: Promise<{ ok: boolean; error?: { code: string } }>): Promise<string | undefined> => (await reply).error?.code;

    it('starts with a first run, once', async () => {
      expect(await viewOf(client, 'profile.get', {})).toMatchObject({ state: 'new', problem: null, name: '', device: { name: expect.any(String) } });
      expect(await code(client.call('ledgers.create', { name: 'Flat', template: 'couple', currency: 'EUR', people: [] }))).toBe('not_set_up');
      valueOf(await client.call('profile.setUp', { name: 'Ann', language: 'zh-CN' }));
      expect(await viewOf(client, 'profile.get', {})).toMatchObject({ state: 'ready', name: 'Ann', language: 'zh-CN', theme: 'auto', hideAmounts: false });
      expect(await code(client.call('profile.setUp', { name: 'Ann', language: 'en' }))).toBe('already_set_up');
      valueOf(await client.call('profile.update', { theme: 'dark', hideAmounts: true, name: 'Anna' }));
      expect(await viewOf(client, 'profile.get', {})).toMatchObject({ name: 'Anna', theme: 'dark', hideAmounts: true });
    });

    it('sends every view before the reply of the call that changed it', async () => {
      const { ledger, expense } = await beginBook(client);
      const wire = await core.connect();
      const messages: { type: string; id: number }[] = [];
      const replied = new Promise((resolve) => {
        wire.onMessage((message) => {
          const response = message as { type: string; id: number };
          messages.push(response);
          if (response.type === 'reply') resolve(undefined);
        });
      });
      const page = { ledger, offset: 0, limit: 50 };
      wire.send({ type: 'watch', id: 1, operation: 'entries.page', input: page });
      wire.send({ type: 'watch', id: 2, operation: 'balances.get', input: { ledger } });
      wire.send({ type: 'watch', id: 3, operation: 'ledgers.list', input: {} });
      wire.send({ type: 'watch', id: 4, operation: 'profile.get', input: {} });
      wire.send({ type: 'call', id: 5, operation: 'entries.add', input: { ledger, entry: newId(), draft: expense(1_000) } });
      await replied;
      expect(messages.map(({ type, id }) => `${type} ${id}`)).toEqual([
        'view 1', 'view 2', 'view 3', 'view 4', 'view 1', 'view 2', 'view 3', 'reply 5',
      ]);
    });

    it('sends a view again only when it changed, and none after unwatch', async () => {
      const { ledger, add } = await beginBook(client);
      const pages = record('entries.page', { ledger, offset: 0, limit: 50 });
      const balances = record('balances.get', { ledger });
      const gone: unknown[] = [];
      const stop = client.watch('entries.page', { ledger, offset: 0, limit: 1 }, (view) => gone.push(view));
      await viewOf(client, 'entries.page', { ledger, offset: 0, limit: 2 });
      stop();
      const entry = await add(1_000);
      valueOf(await client.call('people.add', { ledger, name: 'Cy' }));
      valueOf(await client.call('entries.void', { ledger, entry }));
      valueOf(await client.call('entries.void', { ledger, entry }));
      expect(pages.map(({ total, rows }) => [total, rows[0]?.state])).toEqual([[0, undefined], [1, 'active'], [1, 'void']]);
      expect(balances).toHaveLength(3);
      expect(gone).toHaveLength(1);
    });

    it('shows one window what another one does', async () => {
      const { ledger, add } = await beginBook(client);
      const other = createClient(await core.connect());
      const seen = viewOf(other, 'entries.page', { ledger, offset: 0, limit: 50 }, ({ total }) => total === 1);
      await add(1_000);
      expect((await seen).rows).toMatchObject([{ amount: 1_000, myShare: 500, myEffect: 500, running: 500, waiting: true }]);
    });

    it('names unknown operations and answers everything else', async () => {
      const wire = await core.connect();
      const answers = new Map<number, unknown>();
      const names = ['__proto__', 'constructor', 'toString', 'entries.steal', '', 'profile.setUp '];
      const done = new Promise((resolve) => {
        wire.onMessage((message) => {
          const { id, error } = message as { id: number; error?: { code: string } };
          answers.set(id, error?.code);
          if (answers.size === 2 * names.length + 2) resolve(undefined);
        });
      });
      for (const [index, operation] of names.entries()) {
        wire.send({ type: 'call', id: index, operation, input: {} });
        wire.send({ type: 'watch', id: 100 + index, operation, input: {} });
      }
      // A watch is not to be called, nor a call watched.
      wire.send({ type: 'call', id: 200, operation: 'profile.get', input: {} });
      wire.send({ type: 'watch', id: 201, operation: 'ledgers.create', input: {} });
      await done;
      expect(new Set(answers.values())).toEqual(new Set(['operation_unknown']));
    });

    it('adds, edits, voids, restores, undoes and redoes, and keeps every revision', async () => {
      const book: Book = await beginBook(client);
      const { ledger, me, bob } = book;
      const entry = await book.add(1_001);
      const get = () => viewOf(client, 'entries.get', { ledger, entry });
      const balance = async () => (await viewOf(client, 'ledgers.get', { ledger }))?.balances;
      const added = await get();
      expect(added).toMatchObject({ body: { amount: 1_001, state: 'active' }, conflict: [] });
      const mine = added?.body.shares.find(({ person }) => person === me)?.amount ?? 0;
      expect(await balance()).toEqual([{ currency: 'EUR', amount: 1_001 - mine }]);

      valueOf(await client.call('entries.edit', { ledger, entry, prev: added?.current ?? [], draft: book.expense(2_000) }));
      expect(await balance()).toEqual([{ currency: 'EUR', amount: 1_000 }]);
      valueOf(await client.call('entries.void', { ledger, entry }));
      expect(await balance()).toEqual([]);
      valueOf(await client.call('entries.restore', { ledger, entry }));
      for (const expected of ['void', 'active', 'active']) {
        valueOf(await client.call('entries.undo', { ledger }));
        expect((await get())?.body.state).toBe(expected);
      }
      expect(await balance()).toEqual([{ currency: 'EUR', amount: 1_001 - mine }]);
      valueOf(await client.call('entries.undo', { ledger }));
      expect((await get())?.body.state).toBe('void');
      expect(await code(client.call('entries.undo', { ledger }))).toBe('nothing_to_undo');
      for (let redone = 0; redone < 4; redone += 1) valueOf(await client.call('entries.redo', { ledger }));
      expect(await code(client.call('entries.redo', { ledger }))).toBe('nothing_to_redo');
      expect(await balance()).toEqual([{ currency: 'EUR', amount: 1_000 }]);
      const last = await get();
      expect(last?.history).toHaveLength(12);
      expect(last?.history[0]?.id).toBe(last?.current[0]);

      // The same id again adds nothing; what the form did not see becomes a conflict.
      valueOf(await client.call('entries.add', { ledger, entry, draft: book.expense(5) }));
      expect((await get())?.history).toHaveLength(12);
      valueOf(await client.call('entries.edit', { ledger, entry, prev: added?.current ?? [], draft: book.expense(700) }));
      const disputed = await get();
      expect(disputed?.conflict.map(({ body }) => body.amount).toSorted((a, b) => a - b)).toEqual([700, 2_000]);
      expect(await viewOf(client, 'entries.page', { ledger, offset: 0, limit: 5, filter: { only: 'conflict' } })).toMatchObject({ total: 1 });
      const kept = disputed?.conflict.find(({ body }) => body.amount === 700)?.id ?? '';
      valueOf(await client.call('entries.resolve', { ledger, entry, revision: kept }));
      expect(await get()).toMatchObject({ conflict: [], body: { amount: 700 } });
      expect(await viewOf(client, 'balances.get', { ledger })).toMatchObject({
        currencies: [{ currency: 'EUR', debts: [{ from: bob, to: me, amount: 350 }], plan: { minimal: true, transfers: [{ from: bob, to: me, amount: 350 }] } }],
      });
    });

    it('lets a person correct who they are, and their balance with it', async () => {
      const { ledger, me, bob, add } = await beginBook(client);
      await add(1_000);
      const get = () => viewOf(client, 'ledgers.get', { ledger });
      const { hash } = valueOf(await client.call('ledgers.stateHash', { ledger }));
      valueOf(await client.call('people.claim', { ledger, person: me }));
      expect(valueOf(await client.call('ledgers.stateHash', { ledger })).hash).toBe(hash);
      for (const [mine, other, amount] of [[bob, me, -500], [me, bob, 500]] as const) {
        valueOf(await client.call('people.claim', { ledger, person: mine }));
        const view = await get();
        expect(view).toMatchObject({ me: mine, balances: [{ currency: 'EUR', amount }] });
        expect(view?.persons.find(({ id }) => id === mine)).toMatchObject({ me: true, devices: [{ mine: true }] });
        expect(view?.persons.find(({ id }) => id === other)).toMatchObject({ me: false, devices: [] });
        expect(await viewOf(client, 'entries.page', { ledger, offset: 0, limit: 5 })).toMatchObject({ rows: [{ myEffect: amount, running: amount }] });
      }
    });

    it('walks every cent of a balance', async () => {
      const { ledger, me, bob, add } = await beginBook(client);
      await add(1_001, { date: '2026-11-18' });
      await add(333, { date: '2026-11-19', kind: 'refund' });
      await add(500, { date: '2026-11-20', kind: 'income', currency: 'EUR' });
      valueOf(await client.call('settlements.record', { ledger, entry: newId(), from: bob, to: me, amount: 100, currency: 'EUR', date: '2026-11-21', note: '' }));
      const explanation = await viewOf(client, 'balances.explain', { ledger, person: me, currency: 'EUR', offset: 0, limit: 50 });
      const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
      expect(explanation.total).toBe(4);
      expect(explanation.lines.map(({ kind }) => kind)).toEqual(['expense', 'refund', 'income', 'settlement']);
      expect(explanation.lines.map(({ paid, share }) => paid - share)).toEqual(explanation.lines.map(({ effect }) => effect));
      expect(sum(explanation.lines.map(({ effect }) => effect))).toBe(explanation.net);
      expect(sum(explanation.parts.map(({ effect }) => effect))).toBe(explanation.net);
      expect(sum(explanation.lines.map(({ rounding }) => rounding))).toBe(explanation.rounding);
      expect(explanation.lines.at(-1)?.running).toBe(explanation.net);
      const later = await viewOf(client, 'balances.explain', { ledger, person: me, currency: 'EUR', offset: 2, limit: 1 });
      expect(later.lines).toEqual([explanation.lines[2]]);
      const { currencies: [euros] } = await viewOf(client, 'balances.get', { ledger });
      expect(euros?.people.find(({ person }) => person === me)?.net).toBe(explanation.net);
      expect(sum(euros?.people.map(({ net }) => net) ?? [])).toBe(0);
    });

    it('keeps what it acknowledged when it is closed and opened', async () => {
      const { ledger, add } = await beginBook(client);
      await add(1_000);
      const before = await viewOf(client, 'entries.page', { ledger, offset: 0, limit: 50 });
      const hash = valueOf(await client.call('ledgers.stateHash', { ledger }));
      await core.close();
      core = await open(profile);
      client = createClient(await core.connect());
      expect(await viewOf(client, 'entries.page', { ledger, offset: 0, limit: 50 })).toEqual(before);
      expect(valueOf(await client.call('ledgers.stateHash', { ledger }))).toEqual(hash);
      valueOf(await client.call('entries.undo', { ledger }));
      expect(await viewOf(client, 'entries.page', { ledger, offset: 0, limit: 50 })).toMatchObject({ rows: [{ state: 'void' }] });
    });
  });
}
